//! What stops an evaluation, and the exit code that tells a script which.

use std::path::{Path, PathBuf};

/// Why there are no figures. A template that cannot be read is no error but a
/// failure to enrol.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// Options that do not go together. Exit code 2, as clap's own.
    #[error("{0}")]
    Usage(String),
    /// A manifest or table that cannot be used, and its line where there is one. Exit code 3.
    #[error("{}{}: {reason}", file.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Manifest {
        /// The manifest.
        file: PathBuf,
        /// From 1.
        line: Option<u64>,
        /// In words.
        reason: String,
    },
    /// Vectors, scores or a folder that cannot be used. Exit code 4.
    #[error("{}: {reason}", file.display())]
    Data {
        /// What was read.
        file: PathBuf,
        /// In words.
        reason: String,
    },
    /// Nothing to compare: no samples, no genuine or no impostor pairs. Exit code 5.
    #[error("database {database}: {reason}")]
    Empty {
        /// Its name.
        database: String,
        /// In words.
        reason: String,
    },
    /// A report that cannot be written. Exit code 6.
    #[error("{}: {reason}", file.display())]
    Output {
        /// What was to be written.
        file: PathBuf,
        /// In words.
        reason: String,
    },
    /// The external matcher failed. Exit code 7.
    #[error("{}: {reason}", program.display())]
    Program {
        /// What was started.
        program: PathBuf,
        /// In words.
        reason: String,
    },
}

impl EvalError {
    /// What the process ends with, 2 to 7.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            EvalError::Usage(_) => 2,
            EvalError::Manifest { .. } => 3,
            EvalError::Data { .. } => 4,
            EvalError::Empty { .. } => 5,
            EvalError::Output { .. } => 6,
            EvalError::Program { .. } => 7,
        }
    }

    pub(crate) fn manifest(file: &Path, line: Option<u64>, reason: impl ToString) -> EvalError {
        EvalError::Manifest { file: file.to_owned(), line, reason: reason.to_string() }
    }

    pub(crate) fn data(file: &Path, reason: impl ToString) -> EvalError {
        EvalError::Data { file: file.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn empty(database: &str, reason: impl ToString) -> EvalError {
        EvalError::Empty { database: database.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn output(file: &Path, reason: impl ToString) -> EvalError {
        EvalError::Output { file: file.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn program(program: &Path, reason: impl ToString) -> EvalError {
        EvalError::Program { program: program.to_owned(), reason: reason.to_string() }
    }
}
