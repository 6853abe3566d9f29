//! JUnit, TAP, lines and comparison say what the record says.

mod sample;

use kaimen_hil::output::{compare, junit, summary, tap};
use kaimen_hil::record::{Outcome, Run, Store};

fn record() -> Run {
    let folder = tempfile::tempdir().unwrap();
    sample::record(&Store::create(folder.path()).unwrap())
}

#[test]
fn junit_keeps_the_failure_of_a_flaky_test() {
    let text = junit(&record());
    // rich, failing (a failure), wobbling (flaky), absent (an error, never a pass).
    assert!(text.contains("tests=\"4\"") && text.contains("failures=\"1\""), "{text}");
    assert_eq!(text.matches("<flakyFailure").count(), 1, "{text}");
    assert!(text.contains("<error message=\"no camera\" type=\"unavailable\""), "{text}");
    assert!(text.contains("&lt;script&gt;") && !text.contains("<script>"), "{text}");
    assert!(text.contains("measured.marginal") && text.contains("simulated"), "{text}");
}

#[test]
fn tap_counts_what_is_missing_as_not_ok() {
    let mut run = record();
    run.ended_early = Some("the power\nwent".into());
    let text = tap(&run);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("  ")).collect();
    assert_eq!(
        lines,
        [
            "TAP version 13",
            "1..4",
            "ok 1 - one: rich",
            "not ok 2 - one: failing",
            "ok 3 - two: wobbling",
            "not ok 4 - two: absent",
            "Bail out! the power went",
        ]
    );
    assert!(text.contains("  flaky: true\n"));
    assert!(text.contains("    \"slow\": \"9 µs ≤ 5\"\n"), "{text}");
}

#[test]
fn the_lines_name_what_is_wrong_and_why() {
    let text = summary(&record());
    assert!(text.contains("fail        one: failing: outside limits: slow"), "{text}");
    assert!(text.contains("slow = 9 µs, demanded ≤ 5"), "{text}");
    assert!(text.contains("flaky       two: wobbling"), "{text}");
    assert!(text.ends_with("FAIL: 1 fail, 1 unavailable, 2 pass in 61.5 s\n"), "{text}");
}

#[test]
fn a_comparison_finds_what_became_worse() {
    let before = record();
    let mut after = record();
    assert!(!compare(&before, &before).is_worse());
    after.suites[0].tests[0].outcome = Outcome::Fail;
    after.suites[0].tests[0].attempts[0].measurements[0].value = 6.0;
    after.suites[1].tests[1].outcome = Outcome::Pass;
    after.suites[1].tests.remove(0);
    after.provenance.kernel = "Linux 9".into();
    let found = compare(&before, &after);
    assert!(found.is_worse());
    assert_eq!(found.worse, ["one: rich: pass, then fail"]);
    assert_eq!(found.better, ["two: absent: unavailable, then pass"]);
    assert_eq!(found.only, ["two: wobbling: only in the first run"]);
    let text = found.to_string();
    assert!(text.contains("one: rich: good: 3, then 6 µs (+100 %)"), "{text}");
    assert!(text.contains("then Linux 9"), "{text}");
}

#[test]
fn the_record_survives_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let run = sample::record(&store);
    store.write_run(&run).unwrap();
    assert_eq!(store.read_run().unwrap(), run);
}
