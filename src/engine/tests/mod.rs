//! Tests of the engine, by topic.

mod audit;
mod decide;
mod decisions;
#[cfg(feature = "store")]
mod faults;
#[cfg(feature = "fingerprint")]
mod finger_site;
#[cfg(feature = "fingerprint")]
mod fingers;
mod import;
#[cfg(feature = "store")]
mod interleavings;
#[cfg(feature = "fingerprint")]
mod metamorphic;
mod opaque;
mod properties;
#[cfg_attr(not(feature = "store"), expect(dead_code, reason = "it orders who writes to a store"))]
pub(super) mod schedule;
mod site;
#[cfg(feature = "store")]
mod storage;
mod sync;
