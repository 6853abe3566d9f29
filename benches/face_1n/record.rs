//! One line of the JSON file: written by the bench, read by the report.

use serde::{Deserialize, Serialize};

/// Medians of one engine on one gallery, in milliseconds.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Record {
    pub(crate) engine: String,
    pub(crate) set: String,
    pub(crate) size: usize,
    pub(crate) dimension: usize,
    pub(crate) rounds: usize,
    /// The mean of the medians of mated and unmated queries.
    pub(crate) one_ms: f64,
    pub(crate) mated_ms: f64,
    pub(crate) unmated_ms: f64,
    /// A whole batch, and how many queries that is.
    pub(crate) batch_ms: f64,
    pub(crate) batch: usize,
    pub(crate) bytes_per_template: usize,
    /// Answers that are the best row, and how many were asked; absent for a limit.
    pub(crate) right: Option<usize>,
    pub(crate) probes: usize,
    /// The threshold of the engines that have one, in millionths.
    pub(crate) floor: i32,
    pub(crate) machine: String,
    pub(crate) compiler: String,
    pub(crate) commit: String,
    pub(crate) date: String,
}
