//! Tests of the engine, by topic.

mod audit;
mod decide;
mod decisions;
mod opaque;
mod properties;
mod site;
mod sync;
