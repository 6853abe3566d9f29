//! Two runs side by side.

use std::collections::BTreeMap;
use std::fmt;

use super::number::number;
use crate::record::{Outcome, Rating, Run, TestRecord};

/// What differs between two runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Notes on what makes the runs hard to compare: another machine, another library.
    pub notes: Vec<String>,
    /// Tests that were good and are not any more.
    pub worse: Vec<String>,
    /// Tests that were not good and are now.
    pub better: Vec<String>,
    /// Tests that only one of the runs has.
    pub only: Vec<String>,
    /// Measurements: test and name, before, after, unit.
    pub measurements: Vec<(String, f64, f64, String)>,
}

/// Compares `after` with `before`, test by test and measurement by measurement.
#[must_use]
pub fn compare(before: &Run, after: &Run) -> Comparison {
    let mut comparison = Comparison { notes: notes(before, after), ..Comparison::default() };
    let old = by_name(before);
    let new = by_name(after);
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        comparison.only.push(format!("{name}: only in the first run"));
    }
    for (name, test) in &new {
        match old.get(name) {
            None => comparison.only.push(format!("{name}: only in the second run")),
            Some(was) => comparison.add(name, was, test),
        }
    }
    comparison
}

fn by_name(run: &Run) -> BTreeMap<String, &TestRecord> {
    run.tests().map(|(suite, test)| (format!("{suite}: {}", test.name), test)).collect()
}

fn notes(before: &Run, after: &Run) -> Vec<String> {
    let mut notes = Vec::new();
    let mut differs = |what: &str, old: &str, new: &str| {
        if old != new {
            notes.push(format!("{what}: {old}, then {new}"));
        }
    };
    differs("rig", &before.rig, &after.rig);
    differs("machine", &before.provenance.host, &after.provenance.host);
    differs("kernel", &before.provenance.kernel, &after.provenance.kernel);
    let library = |run: &Run| {
        run.provenance.library.as_ref().map_or("none".to_owned(), |library| {
            let build = if library.debug { "debug" } else { "release" };
            format!(
                "{} {} ({build}, {})",
                library.version,
                &library.sha256[..12.min(library.sha256.len())],
                library.tier
            )
        })
    };
    differs("library", &library(before), &library(after));
    notes
}

impl Comparison {
    /// Whether a test is worse than it was.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        !self.worse.is_empty()
    }

    fn add(&mut self, name: &str, was: &TestRecord, is: &TestRecord) {
        let good = |test: &TestRecord| test.outcome == Outcome::Pass;
        if was.outcome != is.outcome {
            let change = format!("{name}: {}, then {}", was.outcome, is.outcome);
            if good(was) { self.worse.push(change) } else { self.better.push(change) }
        } else if was.flaky != is.flaky {
            let change =
                format!("{name}: {}", if is.flaky { "flaky now" } else { "no longer flaky" });
            if is.flaky { self.worse.push(change) } else { self.better.push(change) }
        }
        let (Some(was), Some(is)) = (was.attempts.last(), is.attempts.last()) else { return };
        for measured in &is.measurements {
            let same = was.measurements.iter().find(|old| old.name == measured.name);
            let Some(old) = same.filter(|old| old.unit == measured.unit) else { continue };
            if old.value != measured.value {
                let label = format!("{name}: {}", measured.name);
                self.measurements.push((label, old.value, measured.value, measured.unit.clone()));
            }
            if old.outcome != Rating::Marginal && measured.outcome == Rating::Marginal {
                self.notes.push(format!("{name}: {} is marginal now", measured.name));
            }
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = |title: &str, lines: &[String]| -> fmt::Result {
            if lines.is_empty() {
                return Ok(());
            }
            writeln!(f, "{title}")?;
            lines.iter().try_for_each(|line| writeln!(f, "  {line}"))
        };
        part("Note", &self.notes)?;
        part("Worse", &self.worse)?;
        part("Changed otherwise", &self.better)?;
        part("Not in both", &self.only)?;
        let lines: Vec<String> = self.measurements.iter().map(line).collect();
        part("Measured", &lines)?;
        if self.worse.is_empty() { writeln!(f, "No test is worse.") } else { Ok(()) }
    }
}

fn line((name, before, after, unit): &(String, f64, f64, String)) -> String {
    let change = match after / before {
        ratio if ratio.is_finite() && *before != 0.0 => {
            format!(" ({:+.0} %)", (ratio - 1.0) * 100.0)
        }
        _ => String::new(),
    };
    format!("{name}: {}, then {} {unit}{change}", number(*before), number(*after))
}
