//! Every figure for machines. Rates are shares of 1; a threshold that does not exist is null.

use serde::Serialize;

use super::report::{Comparison, Difference, Report, Section};
use crate::figures::Figure;

#[derive(Serialize)]
struct Run<'a> {
    program: &'static str,
    version: &'static str,
    heading: &'a str,
    databases: Vec<Database<'a>>,
    #[serde(rename = "macro")]
    average: Vec<Rate<'a>>,
}

#[derive(Serialize)]
struct Database<'a> {
    name: &'a str,
    fingers: usize,
    references: usize,
    probes: usize,
    genuine: usize,
    impostors: usize,
    fvc_impostors: usize,
    searches: Option<Searches>,
    failures_to_enrol: Vec<Failure<'a>>,
    failed_comparisons: usize,
    comparisons_per_second: Option<f64>,
    figures: Vec<Rate<'a>>,
    cmc: &'a [f64],
}

#[derive(Serialize)]
struct Searches {
    enrolled: usize,
    mated: usize,
    strangers: usize,
}

#[derive(Serialize)]
struct Failure<'a> {
    name: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Rate<'a> {
    key: &'a str,
    title: &'a str,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    threshold: Option<f32>,
    thin: bool,
}

#[derive(Serialize)]
struct Pair<'a> {
    database: &'a str,
    key: &'a str,
    a: f64,
    b: f64,
    difference: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Serialize)]
struct Both<'a> {
    a: Run<'a>,
    b: Run<'a>,
    differences: Vec<Pair<'a>>,
}

pub(super) fn report(report: &Report) -> String {
    text(&run(report))
}

pub(super) fn comparison(comparison: &Comparison) -> String {
    let differences = comparison.differences.iter().map(pair).collect();
    text(&Both { a: run(&comparison.a), b: run(&comparison.b), differences })
}

fn text(value: &impl Serialize) -> String {
    // Only strings, numbers and lists: nothing that could fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn run(report: &Report) -> Run<'_> {
    Run {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        heading: &report.heading,
        databases: report.sections.iter().map(database).collect(),
        average: report.average.iter().map(rate).collect(),
    }
}

fn database(section: &Section) -> Database<'_> {
    let evaluation = &section.evaluation;
    Database {
        name: &evaluation.name,
        fingers: evaluation.fingers,
        references: section.references,
        probes: section.probes,
        genuine: evaluation.trials.genuine().len(),
        impostors: evaluation.trials.impostor().len(),
        fvc_impostors: evaluation.fvc_impostors,
        searches: evaluation.searches.map(|(enrolled, mated, strangers)| Searches {
            enrolled,
            mated,
            strangers,
        }),
        failures_to_enrol: section
            .failures
            .iter()
            .map(|(name, reason)| Failure { name, reason })
            .collect(),
        failed_comparisons: section.failed_comparisons,
        comparisons_per_second: section
            .timing
            .filter(|timing| timing.1 > 0.0)
            .map(|(count, seconds)| count as f64 / seconds),
        figures: evaluation.figures.iter().map(rate).collect(),
        cmc: &evaluation.cmc,
    }
}

fn rate(figure: &Figure) -> Rate<'_> {
    let interval = figure.interval();
    Rate {
        key: &figure.key,
        title: &figure.title,
        value: figure.value,
        low: interval.map(|interval| interval.0),
        high: interval.map(|interval| interval.1),
        threshold: figure.threshold.filter(|score| score.is_finite()),
        thin: figure.is_thin,
    }
}

fn pair(one: &Difference) -> Pair<'_> {
    let interval = one.difference.interval();
    Pair {
        database: &one.database,
        key: &one.a.key,
        a: one.a.value,
        b: one.b.value,
        difference: one.difference.value,
        low: interval.map(|interval| interval.0),
        high: interval.map(|interval| interval.1),
    }
}
