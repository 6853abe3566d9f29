//! How an attempt, a test or a run ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an attempt, a test or a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It did what it should.
    Pass,
    /// It did something else, or a measurement is outside its limits.
    Fail,
    /// It was not run, and nobody asked for it to be.
    Skip,
    /// The test itself broke, or overran its deadline: it says nothing about what is tested.
    Error,
    /// What it needs is not there: never a pass.
    Unavailable,
    /// It failed, and the test says that it is known to.
    Expected,
}

impl Outcome {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Outcome; 6] = [
        Outcome::Fail,
        Outcome::Error,
        Outcome::Unavailable,
        Outcome::Expected,
        Outcome::Skip,
        Outcome::Pass,
    ];

    /// One lower-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Skip => "skip",
            Outcome::Error => "error",
            Outcome::Unavailable => "unavailable",
            Outcome::Expected => "expected",
        }
    }

    /// The verdict over several: broken before missing before good; nothing at all that passed is
    /// no pass.
    #[must_use]
    pub fn verdict(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
        let mut seen = [false; 6];
        for outcome in outcomes {
            seen[outcome as usize] = true;
        }
        let order = [
            Outcome::Fail,
            Outcome::Error,
            Outcome::Unavailable,
            Outcome::Pass,
            Outcome::Expected,
            Outcome::Skip,
        ];
        order.into_iter().find(|outcome| seen[*outcome as usize]).unwrap_or(Outcome::Skip)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{self, *};

    #[test]
    fn one_bad_outcome_decides_and_unavailable_is_never_a_pass() {
        for (outcomes, verdict) in [
            (&[Pass, Pass][..], Pass),
            (&[Pass, Fail, Unavailable], Fail),
            (&[Pass, Error, Fail], Fail),
            (&[Error, Unavailable], Error),
            (&[Pass, Unavailable, Skip], Unavailable),
            (&[Expected, Pass], Pass),
            (&[Skip], Skip),
            (&[], Skip),
        ] {
            assert_eq!(Outcome::verdict(outcomes.iter().copied()), verdict, "{outcomes:?}");
        }
    }
}
