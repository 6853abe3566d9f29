//! Algorithms behind one trait, and the score matrix that they fill.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `codes.rs` | kaimen's vectors: int8 codes in [`kaimen::index`] |
//! | `cosine.rs` | the cosine of the `f32` vectors as they are, to compare with |
//! | `fingerprint.rs` | kaimen's fingerprints: minutiae records, [`kaimen::fingerprint`] |
//! | `program.rs` | an external program |
//! | `matrix.rs` | [`fill`]: a [`Matcher`] to a score matrix |
//!
//! A new algorithm is one file with a [`Matcher`], a variant of [`Algorithm`] and its line
//! in [`Algorithm::scores`].

mod codes;
mod cosine;
mod fingerprint;
mod matrix;
mod program;
mod vector;

use std::path::PathBuf;

pub use codes::Codes;
pub use cosine::Cosine;
pub use fingerprint::Minutiae;
pub use matrix::{Scores, fill};
pub use program::Program;

use crate::EvalError;
use crate::data::{Database, Labels, read_scores};
use crate::progress::Progress;

/// An algorithm that compares two templates.
pub trait Matcher: Sync {
    /// What is made of the bytes, once a template.
    type Template: Send + Sync;

    /// Reads a template.
    ///
    /// # Errors
    ///
    /// In words why not; the sample is a failure to enrol then.
    fn read(&self, bytes: &[u8]) -> Result<Self::Template, String>;

    /// The score of a probe against a reference, higher for more alike. Not a number is a
    /// comparison that failed.
    fn compare(&self, probe: &Self::Template, reference: &Self::Template) -> f64;

    /// The scores of one probe against some references, in their order, put behind what
    /// is in `scores`. For algorithms that prepare something for a probe.
    fn compare_many(
        &self,
        probe: &Self::Template,
        references: &[&Self::Template],
        scores: &mut Vec<f64>,
    ) {
        scores.extend(references.iter().map(|reference| self.compare(probe, reference)));
    }
}

/// The algorithms of the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Algorithm {
    /// kaimen's int8 codes of vectors.
    #[default]
    Codes,
    /// The cosine of vectors in f32.
    Cosine,
    /// kaimen's comparison of minutiae records.
    Minutiae,
    /// An external program, see `--program`.
    Program,
}

impl Algorithm {
    /// All scores of a database; those of its score file if it has one.
    ///
    /// # Errors
    ///
    /// See [`EvalError`]; templates that cannot be read are no error.
    pub fn scores(
        self,
        program: Option<&PathBuf>,
        arguments: &[String],
        database: &Database,
        labels: &Labels,
        progress: Progress,
    ) -> Result<Scores, EvalError> {
        if let Some(path) = &database.scores {
            return Ok(Scores::elsewhere(read_scores(path, database, labels)?, database, labels));
        }
        match self {
            Algorithm::Codes => Ok(fill(&Codes::default(), database, labels, progress)),
            Algorithm::Cosine => Ok(fill(&Cosine::default(), database, labels, progress)),
            Algorithm::Minutiae => Ok(fill(&Minutiae, database, labels, progress)),
            Algorithm::Program => {
                let missing = || EvalError::Usage("--matcher program needs --program".to_owned());
                let program = Program::new(program.ok_or_else(missing)?, arguments);
                program.fill(database, labels, progress)
            }
        }
    }

    /// As on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Codes => "codes",
            Algorithm::Cosine => "cosine",
            Algorithm::Minutiae => "minutiae",
            Algorithm::Program => "program",
        }
    }
}
