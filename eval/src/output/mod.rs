//! What is written: text, JSON, SVG, HTML, and scores for another run.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `report.rs` | [`Report`], [`Comparison`]: all that there is to say |
//! | `text.rs`, `table.rs` | tables for a terminal |
//! | `json.rs` | every figure for machines |
//! | `plot.rs` | DET, CMC and histograms as SVG |
//! | `html.rs` | one page that needs nothing else |
//! | `save.rs` | score matrices with a manifest that reads them |

mod html;
mod json;
mod plot;
mod report;
mod save;
mod table;
mod text;

use std::path::Path;

pub use report::{Comparison, Difference, MACRO, Report, Section};
pub use save::{manifest as save_manifest, scores as save_scores};
pub use text::{comparison as comparison_text, report as text};

use crate::EvalError;

/// Writes `figures.json`, the plots and `report.html` of a run.
///
/// # Errors
///
/// [`EvalError::Output`].
pub fn write(out: &Path, report: &Report) -> Result<(), EvalError> {
    let plots = plot::of_report(report)?;
    put(out, "figures.json", &json::report(report))?;
    plots.iter().try_for_each(|plot| put(out, &plot.name, &plot.svg))?;
    put(out, "report.html", &html::page(&report.heading, &text(report), &plots))
}

/// The same of two runs.
///
/// # Errors
///
/// [`EvalError::Output`].
pub fn write_comparison(out: &Path, comparison: &Comparison) -> Result<(), EvalError> {
    let plots = plot::of_comparison(comparison)?;
    put(out, "figures.json", &json::comparison(comparison))?;
    plots.iter().try_for_each(|plot| put(out, &plot.name, &plot.svg))?;
    let text = comparison_text(comparison);
    put(out, "report.html", &html::page("B compared with A", &text, &plots))
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), EvalError> {
    let path = folder.join(name);
    let write = || std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
    write().map_err(|error| EvalError::output(&path, error))
}
