//! The end of a run in a few lines.

use std::fmt::Write as _;

use super::number::{limits, number, seconds};
use crate::record::{Outcome, Rating, Run};

/// The verdict, and what is not as it should be.
#[must_use]
pub fn summary(run: &Run) -> String {
    let mut out = String::new();
    for (suite, test) in run.tests() {
        let notable = !matches!(test.outcome, Outcome::Pass | Outcome::Skip) || test.flaky;
        if notable {
            let word = if test.flaky { "flaky" } else { test.outcome.word() };
            let message = test.message().unwrap_or("passed when it was repeated");
            let _ = writeln!(out, "{word:11} {suite}: {}: {message}", test.name);
        }
        for measured in test.attempts.last().map_or(&[][..], |last| &last.measurements) {
            if measured.outcome == Rating::Fail {
                let _ = writeln!(
                    out,
                    "            {} = {} {}, demanded {}",
                    measured.name,
                    number(measured.value),
                    measured.unit,
                    limits(measured)
                );
            }
        }
    }
    let counts = Outcome::ALL.into_iter().map(|outcome| (outcome, run.count(outcome)));
    let counts: Vec<String> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    let _ = writeln!(
        out,
        "{}: {} in {}",
        run.verdict.word().to_uppercase(),
        counts.join(", "),
        seconds(run.seconds)
    );
    out
}
