//! One database: references, probes, and perhaps their scores.

use std::collections::HashSet;
use std::path::PathBuf;

use super::labels::{Labels, Pairs};
use super::sample::{Role, Sample};
use crate::EvalError;

/// What is compared with what.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name in reports; unique.
    pub name: String,
    /// The columns of the score matrix.
    pub references: Vec<Sample>,
    /// The rows. The references themselves (without fillers) where there is one set.
    pub probes: Vec<Sample>,
    /// Whether the probes are the references.
    pub same: bool,
    /// Scores made elsewhere, instead of a matcher.
    pub scores: Option<PathBuf>,
}

impl Database {
    /// A database of one set, or of two: two extractors, say, on the same pictures.
    ///
    /// # Errors
    ///
    /// [`EvalError::Empty`] without samples, or if one finger has an impression twice.
    pub fn new(
        name: &str,
        references: Vec<Sample>,
        probes: Option<Vec<Sample>>,
    ) -> Result<Database, EvalError> {
        let same = probes.is_none();
        let searched = |sample: &&Sample| sample.role != Some(Role::Filler);
        let probes =
            probes.unwrap_or_else(|| references.iter().filter(searched).cloned().collect());
        for (side, what) in [(&references, "references"), (&probes, "probes")] {
            if side.is_empty() {
                return Err(EvalError::empty(name, format!("there are no {what}")));
            }
            let mut keys = HashSet::new();
            let twice = side.iter().find(|s| !keys.insert((&s.finger, &s.impression)));
            if let Some(Sample { finger, impression, .. }) = twice {
                let reason = format!("{what}: finger {finger}, impression {impression} twice");
                return Err(EvalError::empty(name, reason));
            }
        }
        Ok(Database { name: name.to_owned(), references, probes, same, scores: None })
    }

    /// Its labels; see [`Labels::new`].
    #[must_use]
    pub fn labels(&self, pairs: Pairs, genuine: u32) -> Labels {
        Labels::new(&self.references, &self.probes, pairs, genuine)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Source;
    use super::*;

    #[test]
    fn empty_sides_and_double_samples_are_refused_and_fillers_are_no_probes() {
        let sample = |finger: &str, role| Sample {
            name: finger.to_owned(),
            finger: finger.to_owned(),
            impression: "1".to_owned(),
            role,
            source: Source::Absent,
        };
        let error = |a, b| Database::new("x", a, b).unwrap_err().to_string();
        assert_eq!(error(vec![], None), "database x: there are no references");
        assert_eq!(error(vec![sample("a", None)], Some(vec![])), "database x: there are no probes");
        let twice = error(vec![sample("a", None), sample("a", None)], None);
        assert_eq!(twice, "database x: references: finger a, impression 1 twice");
        let set = vec![sample("a", Some(Role::Probe)), sample("b", Some(Role::Filler))];
        let database = Database::new("x", set, None).unwrap();
        assert_eq!((database.references.len(), database.probes.len()), (2, 1));
    }
}
