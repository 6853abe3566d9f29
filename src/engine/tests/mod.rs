//! Tests of the engine, by topic.

mod audit;
mod decide;
mod decisions;
mod import;
mod properties;
mod site;
mod storage;
mod sync;
