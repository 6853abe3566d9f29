//! The library under test: the shipped file, loaded by path, called through its C interface.
//!
//! The types are those of `kaimen::ffi`, taken as declarations; the functions are the file's own.
#![allow(unsafe_code, reason = "the C interface is called here, and only here")]

mod decision;
mod engine;
mod error;
mod loaded;
mod settings;
mod symbols;
mod text;

pub use decision::{Access, Decision, Reason, Stats, SyncSummary, Verdict};
pub use engine::Engine;
pub use error::{EngineError, LibraryError};
pub use loaded::Library;
pub use settings::{Algorithm, Settings};
