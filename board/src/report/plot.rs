//! Latency against gallery size: both axes logarithmic, medians as lines, to the 99th percentile
//! as bands.
//!
//! Colours are classes of the page's style sheet, so that the plot follows its light and dark.

use std::fmt::{self, Write as _};

use super::scale::Scale;
use crate::units::{figures, time};

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 468.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 296.0;
/// Colours that the style sheet has.
pub(super) const COLOURS: usize = 7;
/// Dashes by the number of threads' place: 1, 2, 4 and so on.
const DASHES: [&str; 5] = ["", "7 3", "3 3", "9 3 2 3", "1 3"];

/// A line of a plot.
pub(super) struct Line {
    pub(super) name: String,
    /// Places among the colours and the dashes.
    pub(super) colour: usize,
    pub(super) dash: usize,
    /// Templates, median, 99th percentile in nanoseconds; by templates.
    pub(super) points: Vec<(f64, f64, f64)>,
}

/// The plot and its legend; empty without a point.
pub(super) fn draw(lines: &[Line], what: &str) -> String {
    if lines.iter().all(|line| line.points.is_empty()) {
        return String::new();
    }
    let mut html = String::new();
    // Writing into a string cannot fail.
    let _ = write(&mut html, lines, what);
    html
}

fn write(html: &mut String, lines: &[Line], what: &str) -> fmt::Result {
    let points = || lines.iter().flat_map(|line| &line.points);
    let across = Scale::around(points().map(|point| point.0), (LEFT, RIGHT));
    let up = Scale::around(points().flat_map(|point| [point.1, point.2]), (BOTTOM, TOP));
    write!(
        html,
        r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#,
        super::html::escaped(what)
    )?;
    grid(html, &across, &up)?;
    lines.iter().try_for_each(|line| band(html, &across, &up, line))?;
    lines.iter().try_for_each(|line| median(html, &across, &up, line))?;
    html.push_str("</svg>\n");
    legend(html, lines)
}

fn grid(html: &mut String, across: &Scale, up: &Scale) -> fmt::Result {
    for tick in up.ticks() {
        let y = up.place(tick);
        write!(html, r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/>"#)?;
        let (x, y, label) = (LEFT - 6.0, y + 4.0, label(tick));
        write!(html, r#"<text x="{x}" y="{y:.1}" text-anchor="end">{label}</text>"#)?;
    }
    for tick in across.ticks() {
        let x = across.place(tick);
        write!(html, r#"<path class="grid" d="M{x:.1} {TOP}V{BOTTOM}"/>"#)?;
        let y = BOTTOM + 17.0;
        write!(
            html,
            r#"<text x="{x:.1}" y="{y}" text-anchor="middle">{}</text>"#,
            thousands(tick)
        )?;
    }
    let (x, y) = (f64::midpoint(LEFT, RIGHT), BOTTOM + 36.0);
    write!(html, r#"<text x="{x}" y="{y}" text-anchor="middle">templates in the gallery</text>"#)
}

fn band(html: &mut String, across: &Scale, up: &Scale, line: &Line) -> fmt::Result {
    let there = line.points.iter().map(|p| (across.place(p.0), up.place(p.1)));
    let back = line.points.iter().rev().map(|p| (across.place(p.0), up.place(p.2)));
    let path = path(there.chain(back));
    write!(html, r#"<path class="band c{}" d="M{path}Z"/>"#, line.colour % COLOURS)
}

fn median(html: &mut String, across: &Scale, up: &Scale, line: &Line) -> fmt::Result {
    let (colour, dash) = (line.colour % COLOURS, DASHES[line.dash % DASHES.len()]);
    let places = line.points.iter().map(|p| (across.place(p.0), up.place(p.1)));
    let path = path(places.clone());
    write!(html, r#"<path class="line c{colour}" stroke-dasharray="{dash}" d="M{path}"/>"#)?;
    for ((x, y), (size, p50, p99)) in places.zip(&line.points) {
        write!(html, r#"<circle class="dot c{colour}" cx="{x:.1}" cy="{y:.1}" r="3"><title>"#)?;
        let (p50, p99) = (time(*p50), time(*p99));
        let name = super::html::escaped(&line.name);
        write!(html, "{name}, {}: p50 {p50}, p99 {p99}</title></circle>", thousands(*size))?;
    }
    Ok(())
}

fn path(places: impl Iterator<Item = (f64, f64)>) -> String {
    let places: Vec<String> = places.map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    places.join("L")
}

fn legend(html: &mut String, lines: &[Line]) -> fmt::Result {
    html.push_str("<ul class=\"legend\">");
    for line in lines {
        let (colour, dash) = (line.colour % COLOURS, DASHES[line.dash % DASHES.len()]);
        write!(
            html,
            r#"<li><svg viewBox="0 0 30 10" class="key" aria-hidden="true"><path class="line c{colour}" stroke-dasharray="{dash}" d="M1 5H29"/></svg>{}</li>"#,
            super::html::escaped(&line.name)
        )?;
    }
    html.push_str("</ul>\n");
    Ok(())
}

/// A tick of the times: a round number.
fn label(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns} ns"),
        ns if ns < 1e6 => format!("{} µs", (ns / 1e3).round()),
        ns if ns < 1e9 => format!("{} ms", (ns / 1e6).round()),
        ns => format!("{} s", (ns / 1e9).round()),
    }
}

fn thousands(size: f64) -> String {
    match size {
        size if size < 1e3 => format!("{size}"),
        size if size < 1e6 => format!("{} k", short(size / 1e3)),
        size => format!("{} M", short(size / 1e6)),
    }
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { figures(value) }
}
