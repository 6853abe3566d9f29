//! The durable, sealed copy of a gallery.
//!
//! It knows nothing of the engine: it keeps opaque records by member, one settings record and
//! a log of events, in one file, a redb database. A [`Batch`] is one durable transaction.
//!
//! # What is sealed
//!
//! Everything that was put. A random *data key* lies in the file, sealed under the key that the
//! firmware hands over; from it HKDF-SHA256 derives one key per purpose. Records are sealed with
//! XChaCha20-Poly1305 under random nonces; bound to each are the store, the table, its place in
//! it, and of a member's record the generation of its bucket (`state.rs`). So a record opens
//! nowhere else. Members are found by a keyed hash of `user_type` and `userid`.
//!
//! In clear: how many members and events there are, how long their records are, which of
//! them change together, that it is a redb file of this library, and its random name.
//!
//! # What is detected
//!
//! - An old record, put back in its place or after its member was removed: `fresh` is false.
//! - A record that is damaged, swapped or of another store: [`Loaded::Damaged`], with its member
//!   by a second table where that is left. It stays until its member is put again.
//! - Records that are gone: named where the second table still has them, counted where not.
//! - Damage to the structure of the file: [`StoreError::Damaged`] at opening, or, in a leaf of
//!   the member tables, the loss of what that leaf holds, told like the above. Commits that touch
//!   such a leaf fail; [`Store::erase`] and a full sync are the way out.
//!
//! Not detected: the whole file put back as it was once. Only a counter outside of the flash
//! could tell, and the library has none. And in a file that was not closed in order, the one bit
//! of redb's header that says which of the last two commits counts: flipped, it brings back
//! the last but one, as a power cut might have.
//!
//! # What lasts
//!
//! A commit that has returned is there after a power cut, and nothing half is. redb commits in
//! two phases here, since its checksums of one phase could be forged by whoever writes to the
//! flash, and with its list of free pages (quick repair), so that opening after a power cut does
//! not walk through the whole file, where one damaged record would keep it from opening.
//!
//! After an I/O error the file is closed, and opened again by the next call.
//! A removed or replaced record stays in unused pages of the file, sealed, until they are used
//! again, and on the flash for longer; so does what a rotated key sealed.

mod batch;
mod birth;
mod counters;
mod disk;
mod durable;
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
mod structure;
mod tables;
#[cfg(test)]
pub(crate) mod tests;
mod walk;
mod wipe;

pub use batch::Batch;
pub use durable::Store;
pub use error::StoreError;
pub use key::StoreKey;
pub use medium::Medium;
pub use member::{DamagedEvent, Event, EventStats, Loaded, MemberKey, Settings, StoreStats, Wiped};
pub use options::Options;
pub use redb::StorageBackend;
pub use tables::FORMAT;
