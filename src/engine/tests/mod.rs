//! Tests of the engine, by topic.

mod decide;
mod decisions;
mod properties;
mod site;
mod sync;
