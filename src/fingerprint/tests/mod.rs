//! Tests of the fingerprint module.

mod gallery;
mod search;
mod synthetic;
mod templates;
mod turns;
