//! TAP version 13.

use std::fmt::Write as _;

use super::number::{limits, number};
use crate::record::{Outcome, Run, TestRecord};

/// The record as TAP version 13: a line for each test, its measurements and attempts as YAML.
#[must_use]
pub fn tap(run: &Run) -> String {
    let mut out = format!("TAP version 13\n1..{}\n", run.tests().count());
    for (number, (suite, test)) in run.tests().enumerate() {
        line(&mut out, number + 1, suite, test);
        details(&mut out, test);
    }
    if let Some(reason) = &run.ended_early {
        let _ = writeln!(out, "Bail out! {}", one_line(reason));
    }
    out
}

fn line(out: &mut String, number: usize, suite: &str, test: &TestRecord) {
    let ok = matches!(test.outcome, Outcome::Pass | Outcome::Skip);
    let word = if ok { "ok" } else { "not ok" };
    let name = one_line(&format!("{suite}: {}", test.name)).replace('#', " ");
    let message = one_line(test.message().unwrap_or_default());
    let directive = match test.outcome {
        Outcome::Skip => format!(" # SKIP {message}"),
        Outcome::Expected => format!(" # TODO {message}"),
        _ => String::new(),
    };
    let _ = writeln!(out, "{word} {number} - {name}{directive}");
}

fn details(out: &mut String, test: &TestRecord) {
    let _ = writeln!(out, "  ---\n  outcome: {}\n  flaky: {}", test.outcome, test.flaky);
    if let Some(message) = test.message() {
        let _ = writeln!(out, "  message: {}", quoted(message));
    }
    let _ = writeln!(out, "  simulated: {}\n  attempts:", test.simulated());
    for attempt in &test.attempts {
        let message = quoted(attempt.message.as_deref().unwrap_or_default());
        let _ = writeln!(out, "    - outcome: {}\n      message: {message}", attempt.outcome);
    }
    let measured: Vec<_> =
        test.attempts.last().map_or(&[][..], |last| &last.measurements).iter().collect();
    if !measured.is_empty() {
        let _ = writeln!(out, "  measurements:");
    }
    for measured in measured {
        let value = format!("{} {} {}", number(measured.value), measured.unit, limits(measured));
        let _ = writeln!(out, "    {}: {}", quoted(&measured.name), quoted(value.trim_end()));
    }
    let _ = writeln!(out, "  ...");
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
