//! Why the library cannot be used, or a call of it failed.

use std::path::PathBuf;

use thiserror::Error;

/// Why a file cannot be used as the library under test.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The dynamic linker refuses it.
    #[error("{path}: cannot be loaded: {reason}")]
    Load {
        /// The file.
        path: PathBuf,
        /// The linker's words.
        reason: String,
    },
    /// It is no kaimen.
    #[error("{path}: has no function kaimen_abi_version: not a kaimen library")]
    NotKaimen {
        /// The file.
        path: PathBuf,
    },
    /// It has another binary interface.
    #[error("{path}: its ABI version is {found}, this rig speaks {wanted}")]
    Abi {
        /// The file.
        path: PathBuf,
        /// Its number.
        found: u32,
        /// Ours.
        wanted: u32,
    },
    /// A function is missing.
    #[error("the library has no function {name}")]
    Symbol {
        /// The function.
        name: &'static str,
    },
    /// The file that is loaded is not the one that was named.
    #[error("{path}: another file is loaded in its place")]
    Elsewhere {
        /// The file.
        path: PathBuf,
    },
}

/// A call that the library answered with an error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{call}: {name} ({status}){}{message}", if message.is_empty() { "" } else { ": " })]
pub struct EngineError {
    /// The function.
    pub call: &'static str,
    /// The status.
    pub status: i32,
    /// The status by name.
    pub name: String,
    /// The detail's sentence.
    pub message: String,
    /// The argument or field concerned.
    pub field: String,
}
