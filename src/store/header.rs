//! The first page of redb's file, looked at before redb sees it.
//!
//! redb trusts its header where the file was closed in order. Here it is made to check the
//! header's checksums every time, by telling it that the file was not closed; with quick
//! repair (see [`disk`](super::disk)) that costs nothing. The layout is redb's file format 3,
//! as its `docs/design.md` describes it.

use super::StoreError;
use super::held::Held;
use super::structure::{self, PAGE, Pointer, REGION};

const BYTES: usize = 320;
const MAGIC: &[u8; 9] = b"redb\x1a\x0a\xa9\x0d\x0a";
const FLAGS: usize = 9;
/// Page size, pages of a region's header, data pages of a region: the same in every file that
/// this library has written.
const GEOMETRY: core::ops::Range<usize> = 12..24;
const GEOMETRY_VALUES: [u32; 3] = [4096, 0, 1 << 20];
/// Full regions, then pages of the region that is not full.
const LAYOUT: core::ops::Range<usize> = 24..32;
const SLOTS: [usize; 2] = [64, 192];
const SLOT_BYTES: usize = 128;
/// Places in a slot: whether there are tables of the store's, and of redb's own; the roots of
/// these two; the transaction's number; the checksum of everything before it.
const HAS_ROOTS: [usize; 2] = [1, 2];
const ROOTS: [usize; 2] = [8, 40];
const TRANSACTION: usize = 104;
const CHECKSUM: usize = 112;

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
    fit_layout(held, &header)?;
    verify_trees(held, &header[SLOTS[usize::from(flags & SECOND_IS_PRIMARY)]..][..SLOT_BYTES])
}

/// Verifies the slot of the commit that counts, and what it points to.
fn verify_trees(held: &Held, slot: &[u8]) -> Result<(), StoreError> {
    if slot[CHECKSUM..] != structure::checksum(&slot[..CHECKSUM]).to_le_bytes() {
        return Err(StoreError::Damaged { what: "the header of its last commit" });
    }
    let root = |number: usize| {
        (slot[HAS_ROOTS[number]] != 0).then(|| Pointer::parse(&slot[ROOTS[number]..])).flatten()
    };
    if let Some(root) = root(1) {
        structure::verify_own(held, root)?;
    }
    match root(0) {
        Some(root) => structure::verify_stores(held, root),
        None => Ok(()),
    }
}

/// redb cuts a file that it has shrunk right after the commit that says so, without waiting
/// for the disk: after a power cut the file may be shorter than its header has it. The pages
/// beyond its end are free then. If they are not, reading them fails.
fn fit_layout(held: &Held, header: &[u8; BYTES]) -> Result<(), StoreError> {
    let [full, pages] = [LAYOUT.start, LAYOUT.start + 4].map(|place| {
        header[place..].first_chunk::<4>().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
    });
    let length = held.len()?;
    if PAGE + full * REGION + pages * PAGE <= length {
        return Ok(());
    }
    let data = length.saturating_sub(PAGE);
    let layout = [data / REGION, data % REGION / PAGE].map(u32::try_from);
    let [Ok(full), Ok(pages)] = layout else {
        return Err(StoreError::Damaged { what: "its length" });
    };
    held.pretend(LAYOUT.start as u64, &[full.to_le_bytes(), pages.to_le_bytes()].concat())?;
    Ok(())
}

fn primary_is_older(header: &[u8; BYTES]) -> bool {
    let [first, second] = SLOTS.map(|slot| {
        let bytes = header[slot + TRANSACTION..].first_chunk::<8>();
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    });
    if header[FLAGS] & SECOND_IS_PRIMARY == 0 { first < second } else { second < first }
}
