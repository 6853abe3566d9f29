//! DET curves, CMC curves and histograms as SVG.

use plotters::prelude::*;

use super::report::{Comparison, Report, Section};
use crate::EvalError;
use crate::figures::{Operating, det, histogram};

const SIZE: (u32, u32) = (900, 560);
/// Bins of a histogram.
const BINS: usize = 80;
/// Ranks that a CMC curve shows.
const RANKS: usize = 50;
/// Told apart by people who see colours differently, too (Okabe and Ito, 2008).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(60, 60, 60),
];

/// A drawn plot.
pub(super) struct Plot {
    /// Of its file.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) svg: String,
}

/// A named curve.
type Curve = (String, Vec<(f64, f64)>);

/// DET and CMC of all databases, a histogram of each.
pub(super) fn of_report(report: &Report) -> Result<Vec<Plot>, EvalError> {
    let sections: Vec<(String, &Section)> = named(report, "");
    let mut plots = curves(&sections)?;
    for (name, section) in &sections {
        plots.extend(bars(&format!("histogram-{name}.svg"), name, section)?);
    }
    Ok(plots)
}

/// The curves of both runs in one plot each.
pub(super) fn of_comparison(comparison: &Comparison) -> Result<Vec<Plot>, EvalError> {
    let mut sections = named(&comparison.a, "A ");
    sections.extend(named(&comparison.b, "B "));
    curves(&sections)
}

fn named<'a>(report: &'a Report, prefix: &str) -> Vec<(String, &'a Section)> {
    let name = |section: &Section| format!("{prefix}{}", section.evaluation.name);
    report.sections.iter().map(|section| (name(section), section)).collect()
}

fn curves(sections: &[(String, &Section)]) -> Result<Vec<Plot>, EvalError> {
    let trade = |(name, section): &(String, &Section)| {
        (name.clone(), error_rates(&det(&section.evaluation.trials)))
    };
    let ranks =
        |(name, section): &(String, &Section)| (name.clone(), cumulative(&section.evaluation.cmc));
    let mut plots = vec![draw_det(sections.iter().map(trade).collect())?];
    let ranked: Vec<Curve> =
        sections.iter().map(ranks).filter(|curve| !curve.1.is_empty()).collect();
    if !ranked.is_empty() {
        plots.push(draw_cmc(ranked)?);
    }
    Ok(plots)
}

/// Points of a DET curve that logarithmic axes can show: rates of 0 have no place.
fn error_rates(points: &[Operating]) -> Vec<(f64, f64)> {
    let shown = points.iter().filter(|point| point.fmr > 0.0 && point.fnmr > 0.0);
    shown.map(|point| (point.fmr, point.fnmr)).collect()
}

fn cumulative(cmc: &[f64]) -> Vec<(f64, f64)> {
    let ranks = (1..=RANKS).map(|rank| rank as f64);
    // Behind the last rank that occurs nothing changes any more.
    let last = cmc.last().copied();
    let shares = cmc.iter().copied().chain(std::iter::repeat_with(|| last.unwrap_or(0.0)));
    if cmc.is_empty() { Vec::new() } else { ranks.zip(shares).collect() }
}

fn draw_det(curves: Vec<Curve>) -> Result<Plot, EvalError> {
    let all = || curves.iter().flat_map(|curve| &curve.1);
    let decade = |rates: &mut dyn Iterator<Item = f64>| {
        let least = rates.fold(0.1, f64::min);
        let decades = (-12..=-1).map(|power| 10f64.powi(power));
        decades.rev().find(|&decade| decade <= least).unwrap_or(1e-12)
    };
    let low_x = decade(&mut all().map(|point| point.0));
    let low_y = decade(&mut all().map(|point| point.1));
    let svg = canvas(|root| {
        let mut chart = ChartBuilder::on(root)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d((low_x..1.0).log_scale(), (low_y..1.0).log_scale())?;
        chart
            .configure_mesh()
            .x_desc("false match rate")
            .y_desc("false non-match rate")
            .x_label_formatter(&|rate| format!("{rate:.0e}"))
            .y_label_formatter(&|rate| format!("{rate:.0e}"))
            .draw()?;
        for (at, (name, points)) in curves.into_iter().enumerate() {
            let style = COLOURS[at % COLOURS.len()].stroke_width(2);
            let drawn = chart.draw_series(LineSeries::new(points, style))?;
            drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        chart.configure_series_labels().border_style(BLACK.mix(0.3)).draw()?;
        Ok(())
    })?;
    let title = "Detection error trade-off, all impostor pairs".to_owned();
    Ok(Plot { name: "det.svg".to_owned(), title, svg })
}

fn draw_cmc(curves: Vec<Curve>) -> Result<Plot, EvalError> {
    let least = curves.iter().flat_map(|curve| &curve.1).map(|point| point.1).fold(1.0, f64::min);
    let low = (least - 0.02).max(0.0);
    let svg = canvas(|root| {
        let mut chart = ChartBuilder::on(root)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(1.0..RANKS as f64, low..1.0)?;
        chart.configure_mesh().x_desc("rank").y_desc("mates found up to it").draw()?;
        for (at, (name, points)) in curves.into_iter().enumerate() {
            let style = COLOURS[at % COLOURS.len()].stroke_width(2);
            let drawn = chart.draw_series(LineSeries::new(points, style))?;
            drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        let labels = &mut chart.configure_series_labels();
        labels.position(SeriesLabelPosition::LowerRight).border_style(BLACK.mix(0.3)).draw()?;
        Ok(())
    })?;
    let title = "Cumulative match characteristic".to_owned();
    Ok(Plot { name: "cmc.svg".to_owned(), title, svg })
}

/// The histogram of a database; none if nothing was ever compared.
fn bars(file: &str, name: &str, section: &Section) -> Result<Option<Plot>, EvalError> {
    let Some(found) = histogram(&section.evaluation.trials, BINS) else { return Ok(None) };
    let (low, high) = (f64::from(found.low), f64::from(found.high));
    let high = if high > low { high } else { low + 1.0 };
    let most = found.genuine.iter().chain(&found.impostor).fold(1e-6, |a: f64, b| a.max(*b));
    let width = (high - low) / BINS as f64;
    let outline = |shares: &[f64]| -> Vec<(f64, f64)> {
        let steps = shares.iter().enumerate().flat_map(|(bin, &share)| {
            let left = low + bin as f64 * width;
            [(left, share), (left + width, share)]
        });
        steps.collect()
    };
    let lines = [("genuine", outline(&found.genuine)), ("impostor", outline(&found.impostor))];
    let svg = canvas(|root| {
        let mut chart = ChartBuilder::on(root)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(low..high, 0.0..most * 1.05)?;
        chart.configure_mesh().x_desc("score").y_desc("share of the trials").draw()?;
        for ((name, points), colour) in lines.into_iter().zip(COLOURS) {
            let style = colour.stroke_width(2);
            let drawn = chart.draw_series(LineSeries::new(points, style))?;
            drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        chart.configure_series_labels().border_style(BLACK.mix(0.3)).draw()?;
        Ok(())
    })?;
    Ok(Some(Plot { name: file.to_owned(), title: format!("Scores, {name}"), svg }))
}

type Root<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws on a white canvas.
fn canvas(
    draw: impl FnOnce(&Root<'_>) -> Result<(), Box<dyn std::error::Error>>,
) -> Result<String, EvalError> {
    let mut svg = String::new();
    let paint = |svg: &mut String| -> Result<(), Box<dyn std::error::Error>> {
        let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        draw(&root)?;
        root.present()?;
        Ok(())
    };
    paint(&mut svg)
        .map_err(|error| EvalError::output(std::path::Path::new("plot"), error.to_string()))?;
    Ok(svg)
}
