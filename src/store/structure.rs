//! The structure of redb's file, verified before redb follows it.
//!
//! redb keeps a checksum of every page beside the pointer to it, and looks at them only when
//! it repairs a file. Following a damaged pointer it would read a page of gigabytes, or never
//! come to an end; with a damaged list of free pages it would write over members. So at every
//! opening the checksums are followed from the header down: redb's own tables as a whole, of
//! the store's tables everything but the leaves, which are nearly all of the file. What lies
//! in a leaf is sealed, and whoever reads it is guarded.
//!
//! The layout is redb's file format 3 (its `docs/design.md`): a page number is 20 bits of
//! index, 20 of region, and on top 5 of order.

use twox_hash::XxHash3_128;

use super::StoreError;
use super::held::Held;

pub(super) const PAGE: u64 = 4096;
/// Bytes of a region, which has no header of its own.
pub(super) const REGION: u64 = 4 << 30;
const LEAF: u8 = 1;
const BRANCH: u8 = 2;
/// Deepest tree that is followed: more than 2^64 entries at two a page.
const DEPTH: u32 = 64;
/// Places in the record of a table.
const TABLE_ROOT: usize = 9;
const TABLE_KEY: usize = 42;
const TABLE_VALUE: usize = 47;
const TABLE_BYTES: usize = 52;

const DAMAGED: StoreError = StoreError::Damaged { what: "the structure of its pages" };

/// A page and its checksum, as the pointer to it has them.
#[derive(Clone, Copy)]
pub(super) struct Pointer {
    page: u64,
    checksum: u128,
}

/// Widths of a table's keys and values, where they are fixed.
#[derive(Clone, Copy)]
struct Widths {
    key: Option<usize>,
    value: Option<usize>,
}

/// Of the tables of tables.
const NAMES: Widths = Widths { key: None, value: None };

impl Pointer {
    /// A page number (8), then a checksum (16).
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (page, rest) = bytes.split_first_chunk::<8>()?;
        let checksum = u128::from_le_bytes(*rest.first_chunk::<16>()?);
        Some(Self { page: u64::from_le_bytes(*page), checksum })
    }
}

/// Where a page lies in the file; `None` if it does not.
fn place(page: u64, file_bytes: u64) -> Option<(u64, usize)> {
    let order = page >> 59;
    let index = page & (0xf_ffff >> order);
    let region = page >> 20 & 0xf_ffff;
    let bytes = PAGE << order;
    let start = PAGE + region * REGION + index * bytes;
    (start + bytes <= file_bytes).then_some((start, usize::try_from(bytes).ok()?))
}

/// Whether what was read may be given to redb: a branch whose children lie in the file.
pub(super) fn is_plausible(page: &[u8], file_bytes: u64) -> bool {
    if page.first() != Some(&BRANCH) || (page.len() as u64) < PAGE {
        return true;
    }
    let children = Branch::parse(page).map(|branch| branch.children());
    children.is_some_and(|mut children| {
        children.all(|child| child.is_some_and(|child| place(child.page, file_bytes).is_some()))
    })
}

/// Verifies the table of redb's own tables, and all of these.
pub(super) fn verify_own(held: &Held, root: Pointer) -> Result<(), StoreError> {
    verify_tables(held, root, true)
}

/// Verifies the table of the store's tables, and of each of these the branches.
pub(super) fn verify_stores(held: &Held, root: Pointer) -> Result<(), StoreError> {
    verify_tables(held, root, false)
}

fn verify_tables(held: &Held, root: Pointer, whole: bool) -> Result<(), StoreError> {
    let mut tables = Vec::new();
    Walk { held, widths: NAMES, whole: true }.tree(root, DEPTH, &mut |leaf| {
        for number in 0..leaf.count {
            tables.push(table(leaf.value(number)?)?);
        }
        Some(())
    })?;
    for (root, widths) in tables {
        if let Some(root) = root {
            Walk { held, widths, whole }.tree(root, DEPTH, &mut |_| Some(()))?;
        }
    }
    Ok(())
}

/// Root and widths of a table, from its record.
fn table(record: &[u8]) -> Option<(Option<Pointer>, Widths)> {
    let record = record.first_chunk::<TABLE_BYTES>()?;
    let width = |place: usize| {
        let bytes = record[place + 1..].first_chunk::<4>()?;
        let width = usize::try_from(u32::from_le_bytes(*bytes)).ok()?;
        (record[place] != 0).then_some(width)
    };
    let root = match record[TABLE_ROOT] {
        0 => None,
        _ => Some(Pointer::parse(&record[TABLE_ROOT + 1..])?),
    };
    Some((root, Widths { key: width(TABLE_KEY), value: width(TABLE_VALUE) }))
}

/// A way down one tree.
struct Walk<'a> {
    held: &'a Held,
    widths: Widths,
    /// The leaves as well.
    whole: bool,
}

impl Walk<'_> {
    /// Verifies a page and what is below it; `leaf` is called for each leaf that is read.
    fn tree(
        &self,
        pointer: Pointer,
        depth: u32,
        leaf: &mut dyn FnMut(Leaf<'_>) -> Option<()>,
    ) -> Result<(), StoreError> {
        let page = self.read(pointer)?;
        match page.first() {
            Some(&BRANCH) => {
                let branch = Branch::parse(&page).ok_or(DAMAGED)?;
                let end = branch.end(self.widths).ok_or(DAMAGED)?;
                verify(&page, end, pointer)?;
                self.children(&branch, depth.checked_sub(1).ok_or(DAMAGED)?, leaf)
            }
            // A page that is a leaf, or a damaged one: whoever reads it is guarded.
            _ if !self.whole => Ok(()),
            Some(&LEAF) => {
                let parsed = Leaf::parse(&page, self.widths).ok_or(DAMAGED)?;
                verify(&page, parsed.end().ok_or(DAMAGED)?, pointer)?;
                leaf(parsed).ok_or(DAMAGED)
            }
            _ => Err(DAMAGED),
        }
    }

    fn children(
        &self,
        branch: &Branch<'_>,
        depth: u32,
        leaf: &mut dyn FnMut(Leaf<'_>) -> Option<()>,
    ) -> Result<(), StoreError> {
        if !self.whole && !self.are_branches(branch)? {
            return Ok(());
        }
        for child in branch.children() {
            let child = child.ok_or(DAMAGED)?;
            if !self.whole && self.kind(child)? != BRANCH {
                return Err(DAMAGED);
            }
            self.tree(child, depth, leaf)?;
        }
        Ok(())
    }

    /// Children are all leaves or all branches. Two of them are asked, if the first one's
    /// answer is neither.
    fn are_branches(&self, branch: &Branch<'_>) -> Result<bool, StoreError> {
        for child in branch.children().take(2) {
            match self.kind(child.ok_or(DAMAGED)?)? {
                BRANCH => return Ok(true),
                LEAF => return Ok(false),
                _ => {}
            }
        }
        Ok(false)
    }

    /// The first byte of a page.
    fn kind(&self, pointer: Pointer) -> Result<u8, StoreError> {
        let (start, _) = place(pointer.page, self.held.len()?).ok_or(DAMAGED)?;
        let mut kind = [0];
        self.held.read(start, &mut kind)?;
        Ok(kind[0])
    }

    fn read(&self, pointer: Pointer) -> Result<Vec<u8>, StoreError> {
        let (start, bytes) = place(pointer.page, self.held.len()?).ok_or(DAMAGED)?;
        let mut page = vec![0; bytes];
        self.held.read(start, &mut page)?;
        Ok(page)
    }
}

fn verify(page: &[u8], end: usize, pointer: Pointer) -> Result<(), StoreError> {
    let used = page.get(..end).ok_or(DAMAGED)?;
    if checksum(used) == pointer.checksum { Ok(()) } else { Err(DAMAGED) }
}

/// redb's checksum: XXH3 in 128 bits.
pub(super) fn checksum(bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot(bytes)
}

fn u32_at(bytes: &[u8], place: usize) -> Option<usize> {
    let bytes = bytes.get(place..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

fn count(page: &[u8]) -> Option<usize> {
    let count = page.get(2..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_le_bytes(*count))).filter(|&count| count > 0)
}

/// A branch: keys between children.
#[derive(Clone, Copy)]
struct Branch<'a> {
    page: &'a [u8],
    keys: usize,
}

impl<'a> Branch<'a> {
    fn parse(page: &'a [u8]) -> Option<Self> {
        Some(Self { page, keys: count(page)? })
    }

    fn children(self) -> impl Iterator<Item = Option<Pointer>> + use<'a> {
        let pages = 8 + 16 * (self.keys + 1);
        (0..=self.keys).map(move |child| {
            let page = *self.page.get(pages + 8 * child..)?.first_chunk::<8>()?;
            let checksum = *self.page.get(8 + 16 * child..)?.first_chunk::<16>()?;
            let (page, checksum) = (u64::from_le_bytes(page), u128::from_le_bytes(checksum));
            Some(Pointer { page, checksum })
        })
    }

    /// Where its last key ends.
    fn end(&self, widths: Widths) -> Option<usize> {
        let start = 8 + 24 * (self.keys + 1);
        match widths.key {
            Some(width) => start.checked_add(width.checked_mul(self.keys)?),
            None => u32_at(self.page, start + 4 * (self.keys - 1)),
        }
    }
}

/// A leaf: keys and values.
struct Leaf<'a> {
    page: &'a [u8],
    count: usize,
    widths: Widths,
}

impl<'a> Leaf<'a> {
    fn parse(page: &'a [u8], widths: Widths) -> Option<Self> {
        Some(Self { page, count: count(page)?, widths })
    }

    fn keys_start(&self) -> usize {
        let lists =
            usize::from(self.widths.key.is_none()) + usize::from(self.widths.value.is_none());
        4 + 4 * self.count * lists
    }

    fn keys_end(&self) -> Option<usize> {
        match self.widths.key {
            Some(width) => self.keys_start().checked_add(width.checked_mul(self.count)?),
            None => u32_at(self.page, 4 * self.count),
        }
    }

    fn value_end(&self, number: usize) -> Option<usize> {
        if let Some(width) = self.widths.value {
            return self.keys_end()?.checked_add(width.checked_mul(number + 1)?);
        }
        let list = if self.widths.key.is_none() { 4 + 4 * self.count } else { 4 };
        u32_at(self.page, list + 4 * number)
    }

    fn value(&self, number: usize) -> Option<&'a [u8]> {
        let start = match number.checked_sub(1) {
            None => self.keys_end()?,
            Some(before) => self.value_end(before)?,
        };
        self.page.get(start..self.value_end(number)?)
    }

    /// Where its last value ends.
    fn end(&self) -> Option<usize> {
        self.value_end(self.count - 1)
    }
}
