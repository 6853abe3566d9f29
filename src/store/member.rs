//! What the store is asked for, and what it answers with.

use zeroize::Zeroizing;

/// Who a record belongs to. The store keeps it sealed; in clear there is only a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberKey<'a> {
    /// 1 to `limits::USERID_BYTES` bytes.
    pub userid: &'a str,
    /// The protocol's `user_type`.
    pub user_type: u8,
}

/// One member as [`Store::load`](super::Store::load) found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded<'a> {
    /// A genuine record of this store.
    Member {
        /// Whose it is.
        member: MemberKey<'a>,
        /// What was put.
        record: &'a [u8],
        /// Whether it is proven to be the last one that was put. Where not, it may be an old
        /// one that somebody put back: it can name the member, never open the door.
        fresh: bool,
    },
    /// A record that is damaged or not of this place. It stays where it is until its member
    /// is put or removed.
    Damaged {
        /// Whose it was; `None` if not even that can be read.
        member: Option<MemberKey<'a>>,
    },
    /// Members of whom nothing is left that could be read, as far as the sealed count tells.
    Missing {
        /// How many.
        members: u64,
    },
}

/// A settings record as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// None was ever put.
    Absent,
    /// The last one that was put.
    Record(Zeroizing<Vec<u8>>),
    /// Damaged, or not the last one that was put.
    Damaged,
}

/// An event whose record is damaged. Its sequence number is still known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event's record is damaged")]
pub struct DamagedEvent;

/// An event as it was appended.
pub type Event<'a> = Result<&'a [u8], DamagedEvent>;

/// The event log in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventStats {
    /// Events that wait for their acknowledgement.
    pub pending: u64,
    /// Events that the full ring pushed out unacknowledged, since the store was created.
    pub dropped: u64,
    /// Sequence number of the oldest one that waits; the next one's if none waits.
    pub first: u64,
    /// Sequence number that the next event gets. The first event of a store is number 1.
    pub next: u64,
    /// The counters were lost to damage and are taken from the events that are there: `dropped`
    /// starts from 0 again, and numbers of acknowledged events may be given again.
    pub recovered: bool,
}

/// What [`Store::wipe`](super::Store::wipe) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiped {
    /// The sealed key block was overwritten and synced: what follows in the file cannot be
    /// unsealed any more, by anybody.
    pub key_destroyed: bool,
    /// Bytes of the file that were overwritten with zeros and synced.
    pub overwritten: u64,
    /// Bytes that the file had.
    pub bytes: u64,
    /// The file was cut to nothing.
    pub truncated: bool,
    /// What could not be done, in the system's words; empty if everything was.
    pub failures: Vec<String>,
}

/// The store in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Member records in it, damaged ones included.
    pub members: u64,
    /// Length of the file in bytes.
    pub file_bytes: u64,
    /// Transactions since the store was created; 0 if that number was lost to damage.
    pub commits: u64,
    /// Whether the sealed state could be read. If not, nothing is proven to be fresh until it
    /// is put again.
    pub state_proven: bool,
}
