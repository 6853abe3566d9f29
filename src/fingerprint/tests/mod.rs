//! Tests of the fingerprint module.

mod accuracy;
mod comparisons;
mod gallery;
mod search;
mod stored;
pub(crate) mod synthetic;
mod templates;
mod turns;
mod weights;
