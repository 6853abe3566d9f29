//! Tests of the engine, by topic.

mod audit;
mod decide;
mod decisions;
mod faults;
mod finger_site;
mod fingers;
mod import;
mod interleavings;
mod metamorphic;
mod opaque;
mod properties;
pub(super) mod schedule;
mod site;
mod storage;
mod sync;
