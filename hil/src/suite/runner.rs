//! Runs tests: a thread and a deadline for each attempt, and every attempt in the record.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{Context, Recorder, Stop, Suite, Test};
use crate::record::{Attempt, Outcome, Provenance, Run, SCHEMA, Store, SuiteRecord, TestRecord};

/// How long a test that is asked to end may take for it.
const GRACE: Duration = Duration::from_secs(5);

/// How a run goes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name of the rig.
    pub rig: String,
    /// Further attempts after one that failed.
    pub retries: u32,
    /// The whole run's deadline.
    pub deadline: Duration,
    /// Replaces each test's own deadline.
    pub test_deadline: Option<Duration>,
}

/// Who is told how a run goes.
pub trait Progress {
    /// A test begins, `position` of `count`.
    fn begin(&mut self, suite: &str, test: &str, position: usize, count: usize);
    /// A test has ended.
    fn end(&mut self, suite: &str, test: &TestRecord);
}

/// Runs the suites, one test after another. The record is whole in every case.
pub fn run(
    suites: &[Suite],
    context: &Arc<Context>,
    store: &Store,
    plan: &Plan,
    provenance: Provenance,
    progress: &mut dyn Progress,
) -> Run {
    let (started, begun) = (Timestamp::now(), Instant::now());
    let count = suites.iter().map(|suite| suite.tests.len()).sum();
    let mut state = State { plan, end: begun + plan.deadline, ended: None, position: 0, count };
    let mut records = Vec::new();
    for suite in suites {
        let mut tests = Vec::new();
        for test in &suite.tests {
            state.position += 1;
            progress.begin(suite.name, test.name, state.position, count);
            let record = state.test(test, context, store);
            progress.end(suite.name, &record);
            tests.push(record);
        }
        let (name, about) = (suite.name.to_owned(), suite.about.to_owned());
        records.push(SuiteRecord { name, about, tests });
    }
    let outcomes = records.iter().flat_map(|suite| &suite.tests).map(|test| test.outcome);
    let verdict = Outcome::verdict(outcomes.chain(state.ended.as_ref().map(|_| Outcome::Error)));
    Run {
        schema: SCHEMA.to_owned(),
        rig: plan.rig.clone(),
        started,
        seconds: begun.elapsed().as_secs_f64(),
        verdict,
        ended_early: state.ended,
        provenance,
        suites: records,
    }
}

struct State<'a> {
    plan: &'a Plan,
    end: Instant,
    /// Why no further test is begun.
    ended: Option<String>,
    position: usize,
    count: usize,
}

impl State<'_> {
    fn test(&mut self, test: &Test, context: &Arc<Context>, store: &Store) -> TestRecord {
        if self.ended.is_none() && Instant::now() >= self.end {
            let left = self.count + 1 - self.position;
            self.ended = Some(format!("the run's deadline was reached before {left} tests"));
        }
        if let Some(reason) = &self.ended {
            let attempt = ended(1, Stop::Skip(reason.clone()), store);
            return TestRecord::of(test.name, test.about, vec![attempt]);
        }
        let mut attempts = Vec::new();
        for number in 1..=self.plan.retries.saturating_add(1) {
            let attempt = self.attempt(number, test, context, store);
            let outcome = attempt.outcome;
            attempts.push(attempt);
            let again = matches!(outcome, Outcome::Fail | Outcome::Error);
            if !again || self.ended.is_some() || Instant::now() >= self.end {
                break;
            }
        }
        TestRecord::of(test.name, test.about, attempts)
    }

    fn attempt(
        &mut self,
        number: u32,
        test: &Test,
        context: &Arc<Context>,
        store: &Store,
    ) -> Attempt {
        for need in test.needs {
            if let Err(stop) = context.check(*need) {
                return ended(number, stop, store);
            }
        }
        let recorder = Recorder::begin(number, store);
        let begun = Instant::now();
        let result = self.supervise(test, context, &recorder);
        expected(test, recorder.finish(result, begun.elapsed()))
    }

    /// Runs the body in a thread of its own, and asks it to end at its deadline. One that does not
    /// end is left alone, and ends the run: what it holds cannot be used by another test.
    fn supervise(
        &mut self,
        test: &Test,
        context: &Arc<Context>,
        recorder: &Recorder,
    ) -> Result<(), Stop> {
        let own = self.plan.test_deadline.unwrap_or(test.deadline);
        let deadline = own.min(self.end.saturating_duration_since(Instant::now()));
        let (sender, receiver) = mpsc::channel();
        let body = test.body;
        let (context, teller) = (Arc::clone(context), recorder.clone());
        let spawned = thread::Builder::new().name(test.name.to_owned()).spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| body(&context, &teller)));
            // Nobody listens any more if the test was given up.
            let _ = sender.send(result.unwrap_or_else(|panic| Err(Stop::Error(words(&*panic)))));
        });
        if let Err(error) = spawned {
            return Err(Stop::Error(format!("no thread for the test: {error}")));
        }
        match receiver.recv_timeout(deadline) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Stop::Error("the test's thread ended without a word".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) => recorder.cancel(),
        }
        let overran = format!("overran its deadline of {} s", deadline.as_secs_f64());
        if receiver.recv_timeout(GRACE).is_err() {
            let reason = format!("{} {overran} and did not end", test.name);
            self.ended = Some(reason);
        }
        Err(Stop::Error(overran))
    }
}

/// An attempt that was not made.
fn ended(number: u32, stop: Stop, store: &Store) -> Attempt {
    Recorder::begin(number, store).finish(Err(stop), Duration::ZERO)
}

/// A known failure is expected; a known failure that passes is a failure of the knowledge.
fn expected(test: &Test, mut attempt: Attempt) -> Attempt {
    let Some(reason) = test.expected else { return attempt };
    match attempt.outcome {
        Outcome::Fail => {
            attempt.outcome = Outcome::Expected;
            let message = attempt.message.unwrap_or_default();
            attempt.message = Some(format!("known: {reason}: {message}"));
        }
        Outcome::Pass => {
            attempt.outcome = Outcome::Fail;
            attempt.message = Some(format!("passed, but is known to fail: {reason}"));
        }
        _ => {}
    }
    attempt
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("the test panicked: {}", text.unwrap_or_else(|| "no message".to_owned()))
}
