//! JUnit XML.

use std::time::Duration;

use quick_junit::{
    NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite,
};

use super::number::{limits, number};
use crate::record::{Attempt, Outcome, Run, SuiteRecord, TestRecord};

/// The record as JUnit XML. What is unavailable is an error there, never a pass; earlier attempts
/// of a flaky test are its flaky failures.
#[must_use]
pub fn junit(run: &Run) -> String {
    let mut report = Report::new(format!("kaimen-hil {}", run.rig));
    report.set_time(duration(run.seconds));
    for suite in &run.suites {
        report.add_test_suite(suite_of(run, suite));
    }
    // Writing into memory fails for control characters at most, which quick-junit takes out.
    report.to_string().unwrap_or_default()
}

fn suite_of(run: &Run, suite: &SuiteRecord) -> TestSuite {
    let mut out = TestSuite::new(&suite.name);
    out.set_time(duration(suite.tests.iter().map(TestRecord::seconds).sum()));
    let property = |name: &str, value: &str| Property::new(name, value);
    out.add_property(property("rig", &run.rig));
    out.add_property(property("kernel", &run.provenance.kernel));
    if let Some(library) = &run.provenance.library {
        out.add_property(property("library.sha256", &library.sha256));
        out.add_property(property("library.abi", &library.abi.to_string()));
        out.add_property(property("library.tier", &library.tier));
    }
    for test in &suite.tests {
        out.add_test_case(case_of(&suite.name, test));
    }
    out
}

fn case_of(suite: &str, test: &TestRecord) -> TestCase {
    let message = test.message().unwrap_or_default();
    let mut status = match test.outcome {
        Outcome::Pass => TestCaseStatus::success(),
        Outcome::Skip | Outcome::Expected => TestCaseStatus::skipped(),
        Outcome::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Error | Outcome::Unavailable => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if !message.is_empty() {
        status.set_message(message);
    }
    if !matches!(test.outcome, Outcome::Pass | Outcome::Skip | Outcome::Expected) {
        status.set_type(test.outcome.word());
    }
    let earlier = test.attempts.len().saturating_sub(1);
    for attempt in &test.attempts[..earlier] {
        status.add_rerun(rerun(attempt));
    }
    let mut case = TestCase::new(&test.name, status);
    case.set_classname(suite).set_time(duration(test.seconds()));
    let Some(last) = test.attempts.last() else { return case };
    case.add_property(Property::new("started", last.started.to_string()));
    for measured in &last.measurements {
        let value = format!("{} {} {}", number(measured.value), measured.unit, limits(measured));
        case.add_property(Property::new(format!("measured.{}", measured.name), value.trim_end()));
    }
    if test.simulated() {
        case.add_property(Property::new("nature", "simulated"));
    }
    case.set_system_out(log_of(last));
    case
}

fn rerun(attempt: &Attempt) -> TestRerun {
    let kind = match attempt.outcome {
        Outcome::Fail => NonSuccessKind::Failure,
        _ => NonSuccessKind::Error,
    };
    let mut rerun = TestRerun::new(kind);
    rerun.set_time(duration(attempt.seconds)).set_message(attempt.message.as_deref().unwrap_or(""));
    rerun.set_system_out(log_of(attempt));
    rerun
}

fn log_of(attempt: &Attempt) -> String {
    let lines = attempt.log.iter();
    let lines = lines.map(|line| format!("{} {}: {}", line.time, line.source, line.text));
    lines.collect::<Vec<_>>().join("\n")
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
