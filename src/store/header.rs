//! The first page of redb's file, looked at before redb sees it.
//!
//! redb trusts its header where the file was closed in order. Here it is made to check the
//! header's checksums every time, by telling it that the file was not closed; with quick
//! repair (see [`disk`](super::disk)) that costs nothing. The layout is redb's file format 3,
//! as its `docs/design.md` describes it.

use super::StoreError;
use super::held::Held;

const BYTES: usize = 320;
const MAGIC: &[u8; 9] = b"redb\x1a\x0a\xa9\x0d\x0a";
const FLAGS: usize = 9;
/// Page size, pages of a region's header, data pages of a region: the same in every file that
/// this library has written.
const GEOMETRY: core::ops::Range<usize> = 12..24;
const GEOMETRY_VALUES: [u32; 3] = [4096, 0, 1 << 20];
const SLOTS: [usize; 2] = [64, 192];
/// Place of the transaction's number in a slot.
const TRANSACTION: usize = 104;

const SECOND_IS_PRIMARY: u8 = 1;
const NOT_CLOSED: u8 = 2;
const TWO_PHASES: u8 = 4;

/// Refuses a file that is no redb database or has an impossible header.
pub(super) fn check(held: &Held) -> Result<(), StoreError> {
    if held.is_new() {
        return Ok(());
    }
    let mut header = [0; BYTES];
    if held.len()? < BYTES as u64 {
        return Err(StoreError::NotAStore { what: "it is too short" });
    }
    held.read(0, &mut header)?;
    if !header.starts_with(MAGIC) {
        return Err(StoreError::NotAStore { what: "it begins otherwise" });
    }
    let geometry = header[GEOMETRY].chunks_exact(4);
    if !geometry.eq(GEOMETRY_VALUES.map(u32::to_le_bytes).iter()) {
        return Err(StoreError::Damaged { what: "the header's geometry" });
    }
    let flags = header[FLAGS];
    if flags & NOT_CLOSED == 0 && primary_is_older(&header) {
        // After an orderly end the last commit is the one that counts. Otherwise a flipped
        // bit would bring back the one before it.
        return Err(StoreError::Damaged { what: "the header's choice of a commit" });
    }
    held.pretend(FLAGS as u64, &[flags | NOT_CLOSED | TWO_PHASES])?;
    Ok(())
}

fn primary_is_older(header: &[u8; BYTES]) -> bool {
    let [first, second] = SLOTS.map(|slot| {
        let bytes = header[slot + TRANSACTION..].first_chunk::<8>();
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    });
    if header[FLAGS] & SECOND_IS_PRIMARY == 0 { first < second } else { second < first }
}
