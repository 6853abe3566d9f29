//! What may be chosen when a store is opened.

/// What may be chosen when a store is opened. Nothing of it is kept in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Most events that wait for their acknowledgement; when there are as many, the oldest is
    /// dropped for a new one and counted. 0: no event log.
    pub events: u64,
    /// Bytes of memory that pages of the file may take, a soft limit of redb's. At most half of
    /// them buffer what a transaction writes; beyond that, pages go to the file before the
    /// commit and may have to be written again.
    pub cache_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { events: 10_000, cache_bytes: 4 << 20 }
    }
}
