//! What the runner makes of tests that pass, fail, wobble, panic, overrun and hang.
#![cfg(target_os = "linux")]

mod rig;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use kaimen_hil::device::Devices;
use kaimen_hil::library::Library;
use kaimen_hil::record::{Limits, Outcome, Provenance, Run, Store, TestRecord};
use kaimen_hil::suite::runner::{self, Plan, Progress};
use kaimen_hil::suite::{Body, Context, Need, Options, Recorder, Stop, Suite, Test};

struct Quiet;

impl Progress for Quiet {
    fn begin(&mut self, _suite: &str, _test: &str, _position: usize, _count: usize) {}
    fn end(&mut self, _suite: &str, _test: &TestRecord) {}
}

fn test(name: &'static str, body: Body) -> Test {
    Test::new(name, "", 20, body)
}

fn run(tests: Vec<Test>, retries: u32, test_deadline: Option<Duration>) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let library = Library::shared(rig::library()).unwrap();
    let context = Context { library, options: Options::default(), devices: Devices::default() };
    let suites = [Suite { name: "made up", about: "", tests }];
    let deadline = Duration::from_secs(60);
    let plan = Plan { rig: "none".into(), retries, deadline, test_deadline };
    let provenance = Provenance::default();
    runner::run(&suites, &Arc::new(context), &store, &plan, provenance, &mut Quiet)
}

fn outcomes(run: &Run) -> Vec<(&str, Outcome)> {
    run.tests().map(|(_, test)| (test.name.as_str(), test.outcome)).collect()
}

#[test]
fn each_end_has_its_outcome() {
    let outside = |_: &Context, recorder: &Recorder| {
        recorder.measure("x", 2.0, "", Limits::at_most(1.0), 1);
        Ok(())
    };
    let failing: Body = |_, _| Err(Stop::Fail("as known".into()));
    let run = run(
        vec![
            test("pass", |_, _| Ok(())),
            test("outside", outside),
            test("panic", |_, _| panic!("a bug in the test")),
            Test { expected: Some("issue 1"), ..test("known", failing) },
            Test { expected: Some("issue 1"), ..test("mended", |_, _| Ok(())) },
            test("camera", |_, _| Ok(())).needs(&[Need::Camera]),
        ],
        0,
        None,
    );
    assert_eq!(
        outcomes(&run),
        [
            ("pass", Outcome::Pass),
            ("outside", Outcome::Fail),
            ("panic", Outcome::Error),
            ("known", Outcome::Expected),
            ("mended", Outcome::Fail),
            ("camera", Outcome::Skip),
        ]
    );
    let messages: Vec<_> =
        run.tests().map(|(_, test)| test.message().unwrap_or_default()).collect();
    assert_eq!(messages[1], "outside limits: x");
    assert!(messages[2].contains("a bug in the test"));
    assert_eq!(messages[3], "known: issue 1: as known");
    assert_eq!(run.verdict, Outcome::Fail);
}

#[test]
fn every_attempt_is_kept_and_a_late_pass_is_flaky() {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let wobbling: Body = |_, recorder| {
        recorder.log("test", "here");
        if COUNT.fetch_add(1, Ordering::Relaxed) < 2 {
            Err(Stop::Fail("not yet".into()))
        } else {
            Ok(())
        }
    };
    let run = run(vec![test("wobbling", wobbling)], 4, None);
    let (_, test) = run.tests().next().unwrap();
    let ends: Vec<_> = test.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(ends, [Outcome::Fail, Outcome::Fail, Outcome::Pass]);
    assert!(test.flaky && test.attempts.iter().all(|attempt| attempt.log.len() == 1));
}

#[test]
fn a_test_that_hangs_ends_the_run_with_a_whole_record() {
    let hanging: Body = |_, recorder| {
        recorder.measure("before", 1.0, "", Limits::NONE, 1);
        std::thread::sleep(Duration::from_secs(30));
        Ok(())
    };
    let begun = Instant::now();
    let tests = vec![test("hanging", hanging), test("after", |_, _| Ok(()))];
    let run = run(tests, 2, Some(Duration::from_millis(100)));
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    assert_eq!(outcomes(&run), [("hanging", Outcome::Error), ("after", Outcome::Skip)]);
    let (_, test) = run.tests().next().unwrap();
    // What was told before is kept; nothing is tried again beside a test that still runs.
    assert_eq!((test.attempts.len(), test.attempts[0].measurements.len()), (1, 1));
    assert!(run.ended_early.as_deref().unwrap().contains("hanging"));
    assert_eq!(run.verdict, Outcome::Error);
}
