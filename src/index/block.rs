//! 256 templates: the unit of scanning and of copy-on-write.

use super::codes::Codes;
use super::handles::TemplateHandle;
use super::plane::Int8Plane;
use crate::kernels::{LANE_BYTES, Lane};

/// Templates in a block.
///
/// 128 KiB of codes at dimension 512: few enough that copying a block at a
/// change is cheap (tens of microseconds), enough that what is done once per
/// block does not show in a scan. The products of a block fit a 1 KiB buffer.
pub const BLOCK_ROWS: usize = 256;

/// Rows `0..len` are in use, the others hold zeroes.
#[derive(Clone)]
pub(super) struct Block {
    int8: Int8Plane,
    weights: [u32; BLOCK_ROWS],
    owners: [u32; BLOCK_ROWS],
    handles: [TemplateHandle; BLOCK_ROWS],
    slots: [u8; BLOCK_ROWS],
    len: usize,
}

impl Block {
    pub(super) fn new(width: usize) -> Block {
        Block {
            int8: Int8Plane::new(width, BLOCK_ROWS),
            weights: [0; BLOCK_ROWS],
            owners: [0; BLOCK_ROWS],
            handles: [TemplateHandle::NONE; BLOCK_ROWS],
            slots: [0; BLOCK_ROWS],
            len: 0,
        }
    }

    /// Bytes of one block of rows `width` lanes wide, planes included.
    pub(super) const fn bytes(width: usize) -> usize {
        size_of::<Block>() + BLOCK_ROWS * width * LANE_BYTES
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The codes of all rows in use.
    pub(super) fn codes(&self) -> &[Lane] {
        self.int8.rows(self.len)
    }

    /// The weights of all rows in use.
    pub(super) fn weights(&self) -> &[u32] {
        &self.weights[..self.len]
    }

    pub(super) fn row_codes(&self, row: usize) -> &[Lane] {
        self.int8.row(row)
    }

    pub(super) fn owner(&self, row: usize) -> u32 {
        self.owners[row]
    }

    pub(super) fn slot(&self, row: usize) -> u8 {
        self.slots[row]
    }

    pub(super) fn handle(&self, row: usize) -> TemplateHandle {
        self.handles[row]
    }

    /// Adds a row; the block must not be full.
    pub(super) fn push(&mut self, handle: TemplateHandle, owner: u32, slot: u8, codes: &Codes) {
        let row = self.len;
        self.len += 1;
        self.owners[row] = owner;
        self.slots[row] = slot;
        self.handles[row] = handle;
        self.set_codes(row, codes);
    }

    pub(super) fn set_codes(&mut self, row: usize, codes: &Codes) {
        self.int8.set(row, codes.lanes());
        self.weights[row] = codes.weight();
    }

    /// Overwrites `row` with the last row of `last`.
    pub(super) fn take_last_of(&mut self, row: usize, last: &Block) {
        let from = last.len - 1;
        self.int8.set(row, last.int8.row(from));
        self.weights[row] = last.weights[from];
        self.owners[row] = last.owners[from];
        self.slots[row] = last.slots[from];
        self.handles[row] = last.handles[from];
    }

    /// Overwrites `row` with this block's own last row.
    pub(super) fn take_own_last(&mut self, row: usize) {
        let from = self.len - 1;
        self.int8.copy_row(from, row);
        self.weights[row] = self.weights[from];
        self.owners[row] = self.owners[from];
        self.slots[row] = self.slots[from];
        self.handles[row] = self.handles[from];
    }

    /// Erases the last row.
    pub(super) fn pop(&mut self) {
        self.len -= 1;
        let row = self.len;
        self.int8.erase(row);
        self.weights[row] = 0;
        self.owners[row] = 0;
        self.slots[row] = 0;
        self.handles[row] = TemplateHandle::NONE;
    }
}
