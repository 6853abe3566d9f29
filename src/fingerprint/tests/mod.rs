//! Tests of the fingerprint module.

mod synthetic;
mod templates;
mod turns;
