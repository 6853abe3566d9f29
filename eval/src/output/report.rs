//! All that there is to say about a run, or about two.

use crate::figures::{Evaluation, Figure};

/// How the mean over databases is called where a database's name stands.
pub const MACRO: &str = "macro";

/// One database of a run.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its figures.
    pub evaluation: Evaluation,
    /// Samples that were compared with.
    pub references: usize,
    /// Samples that were compared.
    pub probes: usize,
    /// Failures to enrol: name and reason.
    pub failures: Vec<(String, String)>,
    /// Comparisons without a number.
    pub failed_comparisons: usize,
    /// Comparisons, and seconds for all of them.
    pub timing: Option<(usize, f64)>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was done, in one line.
    pub heading: String,
    /// The databases.
    pub sections: Vec<Section>,
    /// The mean over them.
    pub average: Vec<Figure>,
}

/// One figure of two runs.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The database, or [`MACRO`].
    pub database: String,
    /// Of A.
    pub a: Figure,
    /// Of B.
    pub b: Figure,
    /// B less A, with paired replicates.
    pub difference: Figure,
}

/// Two runs.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// A.
    pub a: Report,
    /// B.
    pub b: Report,
    /// Every figure that both have.
    pub differences: Vec<Difference>,
}
