//! Tests of the fingerprint module.

mod accuracy;
mod comparisons;
mod synthetic;
mod templates;
mod turns;
