//! Reading a range of a record table, past damage.
//!
//! The pages of redb hold several records each, and where one of them has no structure any
//! more, an iterator ends there. So a range is read from below as far as it goes, then from
//! above. What lies between is reported by the caller, who knows it from the other table.

use core::ops::{Bound, RangeBounds};

use super::StoreError;
use super::disk::Disk;
use super::durable::Store;
use super::keys::MemberHash;
use super::tables::Records;

/// One entry of a record table.
pub(super) struct Entry {
    pub(super) hash: MemberHash,
    /// The value, or as much of it as was asked for.
    pub(super) value: Vec<u8>,
}

/// Where to read, and how much of each value.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) table: Records,
    pub(super) low: Bound<MemberHash>,
    pub(super) high: Bound<MemberHash>,
    pub(super) value_bytes: usize,
}

/// Most entries of one piece, and most bytes after which it ends: what is in memory at once,
/// besides one record.
const PIECE_ENTRIES: usize = 256;
const PIECE_BYTES: usize = 1 << 20;

/// Reads the first entries of a span, or the last ones, last first. An empty answer: there
/// are none.
pub(super) fn piece(
    disk: &mut Disk,
    span: Span,
    from_above: bool,
    most: usize,
) -> Result<Vec<Entry>, StoreError> {
    disk.read(|transaction| {
        let table = transaction.open_table(span.table)?;
        let mut range = table.range::<&[u8; 16]>((span.low.as_ref(), span.high.as_ref()))?;
        let (mut entries, mut bytes) = (Vec::<Entry>::new(), 0);
        while entries.len() < most.min(PIECE_ENTRIES) && bytes < PIECE_BYTES {
            let next = if from_above { range.next_back() } else { range.next() };
            let Some(entry) = next else { break };
            let (hash, value) = entry?;
            let (hash, value) = (*hash.value(), value.value());
            let in_order = entries
                .last()
                .is_none_or(|last| if from_above { hash < last.hash } else { hash > last.hash });
            // A range that does not get on would never end.
            if !in_order || !(span.low, span.high).contains(&hash) {
                return Err(StoreError::Damaged { what: "the order of a table" });
            }
            let value = value[..value.len().min(span.value_bytes)].to_vec();
            bytes += value.len();
            entries.push(Entry { hash, value });
        }
        Ok(entries)
    })
}

/// Reads all entries of a span that can be reached, one by one.
pub(super) fn salvage(store: &mut Store, mut span: Span) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::new();
    for from_above in [false, true] {
        loop {
            match piece(&mut store.disk, span, from_above, 1) {
                Ok(entries) => {
                    let Some(entry) = entries.into_iter().next() else { return Ok(found) };
                    let end = Bound::Excluded(entry.hash);
                    if from_above {
                        span.high = end
                    } else {
                        span.low = end
                    }
                    found.push(entry);
                }
                Err(StoreError::Damaged { .. }) => {
                    store.ready()?;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}
