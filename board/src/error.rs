//! What stops the program, and the exit code that tells a script which.

use std::path::{Path, PathBuf};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// Options that do not go together. Exit code 2, as clap's own.
    #[error("{0}")]
    Usage(String),
    /// A record that cannot be used. Exit code 3.
    #[error("{}: {reason}", file.display())]
    Record {
        /// What was read.
        file: PathBuf,
        /// In words, with line and column where there is one.
        reason: String,
    },
    /// Times of an emulator were asked for. Exit code 4.
    #[error(
        "this is an emulator, its times say nothing of any board ({}); --force-emulated shows them, marked",
        reasons.join("; ")
    )]
    Emulated {
        /// The rules that found it.
        reasons: Vec<String>,
    },
    /// A record of an emulator where one of a board is wanted, or beside one. Exit code 5.
    #[error("{}: {reason}", file.display())]
    Mixed {
        /// Which record.
        file: PathBuf,
        /// In words.
        reason: String,
    },
    /// A file or folder that cannot be written. Exit code 6.
    #[error("{}: {reason}", file.display())]
    Output {
        /// What was to be written.
        file: PathBuf,
        /// In words.
        reason: String,
    },
    /// The library gave an answer that it must not give: the figures would be worthless.
    /// Exit code 7.
    #[error("wrong answer: {0}")]
    WrongAnswer(String),
    /// The library, or starting threads, failed. Exit code 8.
    #[error("{doing}: {reason}")]
    Failed {
        /// What was tried.
        doing: &'static str,
        /// In words.
        reason: String,
    },
}

impl BenchError {
    /// What the process ends with, 2 to 8.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            BenchError::Usage(_) => 2,
            BenchError::Record { .. } => 3,
            BenchError::Emulated { .. } => 4,
            BenchError::Mixed { .. } => 5,
            BenchError::Output { .. } => 6,
            BenchError::WrongAnswer(_) => 7,
            BenchError::Failed { .. } => 8,
        }
    }

    pub(crate) fn record(file: &Path, reason: impl ToString) -> BenchError {
        BenchError::Record { file: file.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn output(file: &Path, reason: impl ToString) -> BenchError {
        BenchError::Output { file: file.to_owned(), reason: reason.to_string() }
    }

    /// For `map_err`.
    pub(crate) fn failed<E: ToString>(doing: &'static str) -> impl Fn(E) -> BenchError {
        move |error| BenchError::Failed { doing, reason: error.to_string() }
    }
}
