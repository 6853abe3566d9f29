//! Biometric accuracy by ISO/IEC 19795-1: who is told apart, how often, how surely.
//!
//! Samples and scores go one way:
//!
//! | module | what it does |
//! |--------|--------------|
//! | [`data`] | manifests, folders, vectors and score files to a [`data::Database`] |
//! | [`matcher`] | the trait [`matcher::Matcher`], its algorithms, the score matrix |
//! | [`figures`] | trials of a protocol to EER, FMR1000, rank-1, FNIR, with bootstrap intervals |
//! | [`output`] | text, JSON, SVG and HTML |
//! | [`mod@run`], [`mod@compare`] | the two commands |
//!
//! A score is higher the more alike two samples are. Scores are kept as `f32`: what
//! differs by less than one part in 16 million may tie. A sample that cannot be read is a
//! failure to enrol: it scores [`LOWEST`] against everything and stays in every count.

pub mod cli;
pub mod compare;
pub mod data;
pub mod figures;
pub mod matcher;
pub mod output;
pub mod run;

mod error;
mod number;
pub mod progress;

pub use error::EvalError;

/// The score of a failure to enrol: below every other, never a match.
pub const LOWEST: f32 = f32::NEG_INFINITY;
