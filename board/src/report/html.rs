//! The page: facts, plots, tables.

use std::fmt::Write as _;

use super::plot::{self, Line};
use crate::cli::Quantile;
use crate::curve::{Curve, curves};
use crate::record::{Block, Measurement, Record};
use crate::table::{facts, warnings};
use crate::units::{count, figures, time};

const STYLE: &str = include_str!("page.css");

pub(super) fn page(records: &[Record]) -> String {
    let mut body = String::from("<h1>kaimen-bench</h1>\n");
    if records.len() > 1 {
        body += &together(records);
    }
    records.iter().for_each(|record| body += &section(record));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>kaimen-bench</title>\
         <style>{STYLE}</style></head><body>\n{body}</body></html>\n"
    )
}

/// What is drawn, in this order, and its title.
const SEARCHES: [(&str, &str); 3] = [
    ("face-1n, fast", "One face among many, KAIMEN_SEARCH_FAST"),
    ("face-1n, proven", "One face among many, KAIMEN_SEARCH_PROVEN"),
    ("finger-1n", "One finger among many"),
];

const WHAT: &str = "Line: median; band: up to the 99th percentile; of probes with and without a \
    mate the slower.";

/// All records in one plot for each search: the tier of the machine, one thread.
fn together(records: &[Record]) -> String {
    let mut html = String::from("<section><h2>All records: one thread, the tier chosen</h2>\n");
    for (what, title) in SEARCHES {
        let line = |(at, record): (usize, &Record)| {
            let (middle, tail) = of(record, what);
            let chosen = |c: &Curve| c.search.threads == 1 && c.search.tier == record.machine.tier;
            let place = middle.iter().position(chosen)?;
            let name = format!("{}, {}", record.title(), record.machine.tier);
            Some(line(name, at, at / plot::COLOURS, &middle[place], &tail[place]))
        };
        let lines: Vec<Line> = records.iter().enumerate().filter_map(line).collect();
        html += &figure(title, &lines);
    }
    html + "</section>\n"
}

/// Curves of the medians and of the 99th percentiles, in the same order.
fn of(record: &Record, what: &str) -> (Vec<Curve>, Vec<Curve>) {
    let of = |quantile| {
        let all = curves(record, quantile).into_iter();
        all.filter(|curve| curve.search.what == what).collect()
    };
    (of(Quantile::P50), of(Quantile::P99))
}

fn line(name: String, colour: usize, dash: usize, middle: &Curve, tail: &Curve) -> Line {
    let points = middle.points.iter().zip(&tail.points);
    let points = points.map(|(&(size, p50), &(_, p99))| (size, p50, p99)).collect();
    Line { name, colour, dash, points }
}

fn figure(title: &str, lines: &[Line]) -> String {
    let drawn = plot::draw(lines, title);
    if drawn.is_empty() {
        return drawn;
    }
    format!("<figure><figcaption>{}</figcaption>\n{drawn}</figure>\n", escaped(title))
}

fn section(record: &Record) -> String {
    let mut html = format!("<section><h2>{}</h2>\n", escaped(&record.title()));
    for warning in warnings(record) {
        let _ = writeln!(html, "<p class=\"warning\">{}</p>", escaped(&warning));
    }
    html += &machine(record);
    let _ = writeln!(html, "<p>{WHAT}</p>");
    for (what, title) in SEARCHES {
        html += &figure(title, &lines(record, what));
    }
    html += &tables(record);
    html + "</section>\n"
}

/// A colour for each tier, dashes for each number of threads.
fn lines(record: &Record, what: &str) -> Vec<Line> {
    let (middle, tail) = of(record, what);
    let place = |curve: &Curve| {
        let tiers = &record.machine.tiers;
        let threads = &record.settings.threads;
        let colour = tiers.iter().position(|tier| *tier == curve.search.tier).unwrap_or(0);
        let dash = threads.iter().position(|n| *n == curve.search.threads).unwrap_or(0);
        (colour, dash)
    };
    let pairs = middle.iter().zip(&tail);
    let drawn = pairs.map(|(middle, tail)| {
        let (colour, dash) = place(middle);
        let threads = match middle.search.threads {
            1 => "1 thread".to_owned(),
            threads => format!("{threads} threads"),
        };
        line(format!("{}, {threads}", middle.search.tier), colour, dash, middle, tail)
    });
    drawn.collect()
}

fn machine(record: &Record) -> String {
    let mut html = String::from("<dl>");
    let started = ("measured", record.started());
    let rates = record.bandwidth.iter().map(|b| {
        let cache = if b.beyond_cache { "" } else { " (within a cache)" };
        format!("{} GB/s with {}{cache}", figures(b.bytes_per_second / 1e9), b.threads)
    });
    let rates = ("reads", rates.collect::<Vec<_>>().join(", "));
    let kaimen = ("kaimen", record.kaimen.clone());
    for (name, value) in facts(record).into_iter().chain([rates, kaimen, started]) {
        let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(&value));
    }
    html + "</dl>\n"
}

fn tables(record: &Record) -> String {
    let mut html = String::from("<h3>All figures</h3>\n");
    for block in &record.blocks {
        html += &table(block);
    }
    html
}

fn table(block: &Block) -> String {
    let flag = if block.unsteady { " <b class=\"warning\">unsteady clock</b>" } else { "" };
    let mut html = format!(
        "<details><summary>{}{flag}</summary><p>Clock drift {:+.1} %</p>\n<div class=\"wide\"><table>\
         <tr><th>operation</th><th>tier</th><th>threads</th><th>size</th><th>samples</th><th>p50</th>\
         <th>p90</th><th>p99</th><th>max</th><th>per item</th><th>share of bandwidth</th></tr>\n",
        escaped(&block.name),
        block.drift * 100.0
    );
    block.measurements.iter().for_each(|measurement| html += &row(measurement));
    html + "</table></div></details>\n"
}

fn row(measurement: &Measurement) -> String {
    let (subject, times) = (&measurement.subject, &measurement.times);
    let mut html = format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
        escaped(&subject.operation),
        escaped(subject.tier.as_deref().unwrap_or("")),
        subject.threads,
        count(subject.size),
        times.samples
    );
    let each = times.p50_ns / subject.size as f64;
    for ns in [times.p50_ns, times.p90_ns, times.p99_ns, times.max_ns, each] {
        let _ = write!(html, "<td>{}</td>", time(ns));
    }
    let share = measurement.bandwidth_share.map_or(String::new(), figures);
    html + &format!("<td>{share}</td></tr>\n")
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
