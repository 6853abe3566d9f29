//! The tables of the file.
//!
//! | table | key | value |
//! |-------|-----|-------|
//! | `meta`, `copy` | name | the same in both, so that one damaged page costs neither |
//! | `members.n` | hash of the member's key | generation (8), sealed: user_type, length of userid, userid, record |
//! | `identities.n` | the same hash | sealed: user_type, nonce of the member's record, userid |
//! | `events.n` | sequence number | sealed: the event |
//!
//! `n` is the *side*, 0 or 1: a rotation writes everything to the other one.

use redb::TableDefinition;

/// The format number of the file, in clear.
pub const FORMAT: u64 = 1;

pub(super) type Meta = TableDefinition<'static, &'static str, &'static [u8]>;
pub(super) type Records = TableDefinition<'static, &'static [u8; 16], &'static [u8]>;
pub(super) type Events = TableDefinition<'static, u64, &'static [u8]>;

pub(super) const META: Meta = TableDefinition::new("meta");
pub(super) const COPY: Meta = TableDefinition::new("copy");

/// u64, little endian.
pub(super) const FORMAT_KEY: &str = "format";
/// 16 random bytes.
pub(super) const ID_KEY: &str = "id";
/// The side and the data key, sealed.
pub(super) const DATA_KEY: &str = "key";
/// [`State`](super::state::State), sealed.
pub(super) const STATE_KEY: &str = "state";
/// The engine's settings record, sealed.
pub(super) const SETTINGS_KEY: &str = "settings";
/// [`Counters`](super::counters::Counters) of the event log, sealed.
pub(super) const COUNTERS_KEY: &str = "counters";

/// Which of the two sets of record tables is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    A,
    B,
}

impl Side {
    /// `None`: not a side.
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::A),
            1 => Some(Self::B),
            _ => None,
        }
    }

    pub(super) fn to_byte(self) -> u8 {
        match self {
            Self::A => 0,
            Self::B => 1,
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    pub(super) fn members(self) -> Records {
        TableDefinition::new(match self {
            Self::A => "members.0",
            Self::B => "members.1",
        })
    }

    pub(super) fn identities(self) -> Records {
        TableDefinition::new(match self {
            Self::A => "identities.0",
            Self::B => "identities.1",
        })
    }

    pub(super) fn events(self) -> Events {
        TableDefinition::new(match self {
            Self::A => "events.0",
            Self::B => "events.1",
        })
    }
}
