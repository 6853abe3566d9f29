//! What can go wrong on the way to a vector.

use std::path::PathBuf;

/// An error of the face path.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The description is not what it should be.
    #[error("{path}: {reason}")]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        reason: String,
    },
    /// A model cannot be loaded or run, or gives something else than was described.
    #[error("model {path}: {reason}")]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Five points that are no face: they lie on one another.
    #[error("the five points are no face: {0}")]
    Points(String),
}
