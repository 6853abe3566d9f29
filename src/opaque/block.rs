//! 256 templates: the unit of copy-on-write, and of one call of the vendor's comparison.

use std::sync::Arc;

use arrayvec::ArrayVec;
use zeroize::Zeroizing;

use crate::gallery::{RowBlock, Rows, TemplateHandle};

/// Templates in a block, and in one call of the vendor's comparison: enough that what a call costs
/// by itself is nothing beside what it does, few enough that a deadline is looked at often.
pub const OPAQUE_BLOCK_ROWS: usize = 256;

/// A template with whom it belongs to. A copy shares the bytes, which are overwritten when the last
/// one is dropped.
#[derive(Clone)]
pub(super) struct Row {
    bytes: Arc<Zeroizing<Box<[u8]>>>,
    pub(super) owner: u32,
    pub(super) handle: TemplateHandle,
    pub(super) slot: u8,
}

impl Row {
    /// What a template takes beside its row and its bytes: the box, and the counters of its `Arc`.
    pub(super) const HEAP_BYTES: usize = size_of::<Box<[u8]>>() + 2 * size_of::<usize>();

    pub(super) fn new(handle: TemplateHandle, owner: u32, slot: u8, bytes: &[u8]) -> Row {
        Row { bytes: Arc::new(Zeroizing::new(bytes.into())), owner, handle, slot }
    }

    /// The template.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Other bytes in the place of these; whoever shares these keeps them.
    pub(super) fn set(&mut self, bytes: &[u8]) {
        self.bytes = Arc::new(Zeroizing::new(bytes.into()));
    }
}

/// Rows of templates, never none at all in an index.
#[derive(Clone)]
pub(super) struct Block {
    pub(super) rows: ArrayVec<Row, OPAQUE_BLOCK_ROWS>,
}

impl Block {
    /// A block and the counters of its `Arc`.
    pub(super) const BYTES: usize = size_of::<Block>() + Rows::<Block>::ARC_BYTES;

    pub(super) const fn new() -> Block {
        Block { rows: ArrayVec::new_const() }
    }
}

impl RowBlock for Block {
    const ROWS: usize = OPAQUE_BLOCK_ROWS;

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn handle(&self, row: usize) -> TemplateHandle {
        self.rows[row].handle
    }

    fn take_last_of(&mut self, row: usize, last: &Block) {
        if let Some(last) = last.rows.last() {
            self.rows[row] = last.clone();
        }
    }

    fn take_own_last(&mut self, row: usize) {
        if let Some(last) = self.rows.last().cloned() {
            self.rows[row] = last;
        }
    }

    fn pop(&mut self) {
        self.rows.pop();
    }
}
