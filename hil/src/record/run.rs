//! A whole run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Attempt, Outcome, Provenance};

/// Name and number of the record's form. The number grows when a reader of the old form would
/// misunderstand the new one.
pub const SCHEMA: &str = "kaimen-hil/1";

/// A whole run: the one source of every output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name of the rig.
    pub rig: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it took.
    pub seconds: f64,
    /// The verdict over all tests.
    pub verdict: Outcome,
    /// Why the run ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_early: Option<String>,
    /// What was tested, by what, where.
    pub provenance: Provenance,
    /// The suites, in the order in which they ran.
    pub suites: Vec<SuiteRecord>,
}

/// One suite of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuiteRecord {
    /// Its name, as the command line takes it.
    pub name: String,
    /// What it is for, in one sentence.
    pub about: String,
    /// Its tests.
    pub tests: Vec<TestRecord>,
}

/// One test of a suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestRecord {
    /// Its name within the suite.
    pub name: String,
    /// What it shows, in one sentence.
    pub about: String,
    /// That of the last attempt.
    pub outcome: Outcome,
    /// Passed, but not at the first attempt.
    pub flaky: bool,
    /// Every attempt, first one first. Empty if it was not tried.
    pub attempts: Vec<Attempt>,
}

impl TestRecord {
    /// A test with these attempts: the last one decides, and a pass after a failure is flaky.
    #[must_use]
    pub fn of(name: &str, about: &str, attempts: Vec<Attempt>) -> TestRecord {
        let outcome = attempts.last().map_or(Outcome::Skip, |attempt| attempt.outcome);
        let flaky = outcome == Outcome::Pass && attempts.len() > 1;
        TestRecord { name: name.to_owned(), about: about.to_owned(), outcome, flaky, attempts }
    }

    /// Why it ended as it did.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.attempts.last()?.message.as_deref()
    }

    /// How long all attempts took.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.attempts.iter().map(|attempt| attempt.seconds).sum()
    }

    /// Whether a simulated device took part.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.attempts.iter().any(Attempt::simulated)
    }
}

impl Run {
    /// All tests with the names of their suites.
    pub fn tests(&self) -> impl Iterator<Item = (&str, &TestRecord)> {
        self.suites
            .iter()
            .flat_map(|suite| suite.tests.iter().map(move |test| (suite.name.as_str(), test)))
    }

    /// How many tests ended so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.tests().filter(|(_, test)| test.outcome == outcome).count()
    }

    /// How many tests passed only when they were repeated.
    #[must_use]
    pub fn flaky(&self) -> usize {
        self.tests().filter(|(_, test)| test.flaky).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: u32, outcome: Outcome) -> Attempt {
        Attempt { outcome, ..Attempt::begin(number) }
    }

    #[test]
    fn a_pass_on_retry_is_flaky_and_keeps_its_failure() {
        let test =
            TestRecord::of("t", "", vec![attempt(1, Outcome::Fail), attempt(2, Outcome::Pass)]);
        assert_eq!((test.outcome, test.flaky), (Outcome::Pass, true));
        assert_eq!(test.attempts[0].outcome, Outcome::Fail);
        let test = TestRecord::of("t", "", vec![attempt(1, Outcome::Pass)]);
        assert!(!test.flaky);
        assert_eq!(TestRecord::of("t", "", Vec::new()).outcome, Outcome::Skip);
    }
}
