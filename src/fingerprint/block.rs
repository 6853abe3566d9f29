//! 64 templates: the unit of copy-on-write.

use super::finger_template::FingerTemplate;
use super::packed::PackedFinger;
use crate::gallery::{RowBlock, TemplateHandle};

/// Templates in a block: 152 KiB, so that copying one at a change takes tens of
/// microseconds, and threads have something to share in a small gallery.
pub const FINGER_BLOCK_ROWS: usize = 64;

/// Rows `0..len` are in use, the others are empty.
#[derive(Clone)]
pub(super) struct FingerBlock {
    fingers: Box<[PackedFinger]>,
    owners: [u32; FINGER_BLOCK_ROWS],
    handles: [TemplateHandle; FINGER_BLOCK_ROWS],
    slots: [u8; FINGER_BLOCK_ROWS],
    len: usize,
}

impl FingerBlock {
    pub(super) fn new() -> FingerBlock {
        FingerBlock {
            fingers: vec![PackedFinger::EMPTY; FINGER_BLOCK_ROWS].into_boxed_slice(),
            owners: [0; FINGER_BLOCK_ROWS],
            handles: [TemplateHandle::NONE; FINGER_BLOCK_ROWS],
            slots: [0; FINGER_BLOCK_ROWS],
            len: 0,
        }
    }

    /// Bytes of a block, and of what the allocator adds to align its templates.
    pub(super) const BYTES: usize = size_of::<FingerBlock>()
        + FINGER_BLOCK_ROWS * size_of::<PackedFinger>()
        + align_of::<PackedFinger>();

    /// The templates in use.
    pub(super) fn fingers(&self) -> &[PackedFinger] {
        &self.fingers[..self.len]
    }

    pub(super) fn finger(&self, row: usize) -> &PackedFinger {
        &self.fingers[row]
    }

    pub(super) fn owner(&self, row: usize) -> u32 {
        self.owners[row]
    }

    pub(super) fn slot(&self, row: usize) -> u8 {
        self.slots[row]
    }

    /// Adds a row; the block must not be full.
    pub(super) fn push(
        &mut self,
        handle: TemplateHandle,
        owner: u32,
        slot: u8,
        template: &FingerTemplate,
    ) {
        let row = self.len;
        self.len += 1;
        (self.owners[row], self.slots[row], self.handles[row]) = (owner, slot, handle);
        self.set(row, template);
    }

    pub(super) fn set(&mut self, row: usize, template: &FingerTemplate) {
        self.fingers[row].set(template);
    }
}

impl RowBlock for FingerBlock {
    const ROWS: usize = FINGER_BLOCK_ROWS;

    fn len(&self) -> usize {
        self.len
    }

    fn handle(&self, row: usize) -> TemplateHandle {
        self.handles[row]
    }

    fn take_last_of(&mut self, row: usize, last: &FingerBlock) {
        let from = last.len - 1;
        self.fingers[row] = last.fingers[from];
        self.owners[row] = last.owners[from];
        self.slots[row] = last.slots[from];
        self.handles[row] = last.handles[from];
    }

    fn take_own_last(&mut self, row: usize) {
        let from = self.len - 1;
        self.fingers.copy_within(from..=from, row);
        self.owners[row] = self.owners[from];
        self.slots[row] = self.slots[from];
        self.handles[row] = self.handles[from];
    }

    fn pop(&mut self) {
        self.len -= 1;
        let row = self.len;
        self.fingers[row].erase();
        self.owners[row] = 0;
        self.slots[row] = 0;
        self.handles[row] = TemplateHandle::NONE;
    }
}

impl Drop for FingerBlock {
    fn drop(&mut self) {
        self.fingers.iter_mut().for_each(PackedFinger::erase);
    }
}
