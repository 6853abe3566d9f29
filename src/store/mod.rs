//! The durable, sealed copy of a gallery.
//!
//! It knows nothing of the engine: it keeps opaque records by member, one settings record and
//! a log of events, in one file.

mod batch;
mod birth;
mod counters;
mod disk;
mod error;
mod events;
mod fault;
mod header;
mod held;
mod key;
mod keys;
mod load;
mod medium;
mod member;
mod mend;
mod meta;
mod options;
mod random;
mod record;
mod rotate;
mod seal;
mod state;
#[expect(clippy::module_inception, reason = "a file has the name of what it defines")]
mod store;
mod structure;
mod tables;
#[cfg(test)]
mod tests;
mod walk;
mod wipe;

pub use batch::Batch;
pub use error::StoreError;
pub use events::TakeEvent;
pub use key::StoreKey;
pub use medium::Medium;
pub use member::{DamagedEvent, EventStats, Loaded, MemberKey, StoreStats, Wiped};
pub use options::Options;
pub use redb::StorageBackend;
pub use store::{Settings, Store};
pub use tables::FORMAT;
