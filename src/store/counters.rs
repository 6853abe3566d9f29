//! The counters of the event log. They are sealed, so nobody can bring an acknowledged event
//! back by counting down.

use super::member::EventStats;

const BYTES: usize = 3 * 8;

/// The counters of the event log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counters {
    /// Events below are acknowledged or dropped, whatever lies in the table.
    pub(super) first: u64,
    /// Sequence number of the next event.
    pub(super) next: u64,
    /// Events that the full ring pushed out.
    pub(super) dropped: u64,
}

impl Counters {
    pub(super) const NEW: Self = Self { first: 1, next: 1, dropped: 0 };

    pub(super) fn pending(&self) -> u64 {
        self.next.saturating_sub(self.first)
    }

    pub(super) fn stats(&self, recovered: bool) -> EventStats {
        let Self { first, next, dropped } = *self;
        EventStats { pending: self.pending(), dropped, first, next, recovered }
    }

    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (chunk, number) in bytes.chunks_exact_mut(8).zip([self.first, self.next, self.dropped])
        {
            chunk.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (first, rest) = bytes.split_first_chunk::<8>()?;
        let (next, rest) = rest.split_first_chunk::<8>()?;
        let dropped = <[u8; 8]>::try_from(rest).ok()?;
        let [first, next, dropped] = [*first, *next, dropped].map(u64::from_le_bytes);
        (first >= 1 && first <= next).then_some(Self { first, next, dropped })
    }
}
