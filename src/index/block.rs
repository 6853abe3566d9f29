//! 256 templates: the unit of scanning and of copy-on-write.

use zeroize::Zeroize;

use super::SearchMode;
use super::bound::{BlockBound, RowBound};
use super::codes::Codes;
use super::plane::{self, NibblePlane, SignPlane};
use super::signs;
use crate::gallery::TemplateHandle;
use crate::kernels::{GROUP_ROWS, Kernels, LANE_BYTES, Lane, MAX_LANES};

/// Templates in a block.
///
/// 64 KiB of codes in each half at dimension 512: few enough that copying a block at a
/// change is cheap (tens of microseconds), enough that what is done once per
/// block does not show in a scan. A row number fits a byte.
pub const BLOCK_ROWS: usize = 1024;

/// Rows `0..len` are in use, the others hold zeroes.
#[derive(Clone)]
pub(super) struct Block {
    high: NibblePlane,
    low: NibblePlane,
    signs: Option<Signs>,
    weights: [u32; BLOCK_ROWS],
    residuals: [u16; BLOCK_ROWS],
    bound: BlockBound,
    owners: [u32; BLOCK_ROWS],
    handles: [TemplateHandle; BLOCK_ROWS],
    slots: [u8; BLOCK_ROWS],
    len: usize,
}

/// What the statistical step needs of the rows.
#[derive(Clone)]
struct Signs {
    plane: SignPlane,
    alignments: Box<[u16; BLOCK_ROWS]>,
}

impl Block {
    pub(super) fn new(width: usize, mode: SearchMode) -> Block {
        let signs = || Signs {
            plane: SignPlane::new(width, BLOCK_ROWS / GROUP_ROWS),
            alignments: Box::new([0; BLOCK_ROWS]),
        };
        Block {
            high: NibblePlane::new(width, BLOCK_ROWS),
            low: NibblePlane::new(width, BLOCK_ROWS),
            signs: (mode == SearchMode::Fast).then(signs),
            weights: [0; BLOCK_ROWS],
            residuals: [0; BLOCK_ROWS],
            bound: BlockBound::default(),
            owners: [0; BLOCK_ROWS],
            handles: [TemplateHandle::NONE; BLOCK_ROWS],
            slots: [0; BLOCK_ROWS],
            len: 0,
        }
    }

    /// Bytes of one block of rows `width` lanes wide, planes included, and of what
    /// the allocator adds to align them.
    pub(super) const fn bytes(width: usize, mode: SearchMode) -> usize {
        let codes = BLOCK_ROWS * width * LANE_BYTES + 2 * LANE_BYTES;
        let signs = match mode {
            SearchMode::Proven => 0,
            SearchMode::Fast => {
                BLOCK_ROWS * (width * LANE_BYTES / 8 + size_of::<u16>()) + LANE_BYTES
            }
        };
        size_of::<Block>() + codes + signs
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The high halves of all rows.
    pub(super) fn high(&self) -> &NibblePlane {
        &self.high
    }

    /// The low halves of all rows.
    pub(super) fn low(&self) -> &NibblePlane {
        &self.low
    }

    /// Sign bits and alignments of the groups in use; the last one may be partly
    /// empty. `None` in the mode that has none.
    pub(super) fn signs(&self) -> Option<(&[Lane], &[u16])> {
        let groups = self.len.div_ceil(GROUP_ROWS);
        let signs = self.signs.as_ref()?;
        Some((signs.plane.groups(groups), &signs.alignments[..groups * GROUP_ROWS]))
    }

    /// Asks for what a scan needs of the block first.
    pub(super) fn prefetch(&self, kernels: Kernels) {
        kernels.prefetch(&self.signs);
        kernels.prefetch(&self.len);
    }

    /// What bounds the error of the high half of a row.
    pub(super) fn row_bound(&self, row: usize) -> RowBound {
        RowBound { weight: self.weights[row], residual: self.residuals[row] }
    }

    fn set_row_bound(&mut self, row: usize, bound: RowBound) {
        let before = self.row_bound(row);
        self.weights[row] = bound.weight;
        self.residuals[row] = bound.residual;
        if self.bound.rests_on(before) {
            self.bound = BlockBound::of(&self.weights, &self.residuals);
        } else {
            self.bound.raise(bound);
        }
    }

    /// The same for all rows together.
    pub(super) fn bound(&self) -> BlockBound {
        self.bound
    }

    /// The codes of a row.
    pub(super) fn codes(&self, dimension: usize, row: usize) -> Codes {
        Codes::stored(dimension, |lanes| {
            plane::join(self.high.row(row), self.low.row(row), lanes);
        })
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
        plane::split(codes.lanes(), self.high.row_mut(row), self.low.row_mut(row));
        if let Some(Signs { plane, alignments }) = &mut self.signs {
            let mut bytes = [0; MAX_LANES * LANE_BYTES / 8];
            let bytes = &mut bytes[..codes.lanes().len() * LANE_BYTES / 8];
            alignments[row] = signs::encode(codes, bytes);
            plane.set_row(row, bytes.iter().copied());
            bytes.zeroize();
        }
        self.set_row_bound(row, RowBound::of(codes));
    }

    /// Overwrites `row` with the last row of `last`.
    pub(super) fn take_last_of(&mut self, row: usize, last: &Block) {
        let from = last.len - 1;
        self.high.row_mut(row).copy_from_slice(last.high.row(from));
        self.low.row_mut(row).copy_from_slice(last.low.row(from));
        if let (Some(signs), Some(other)) = (&mut self.signs, &last.signs) {
            signs.plane.set_row(row, other.plane.row(from));
            signs.alignments[row] = other.alignments[from];
        }
        self.set_row_bound(row, last.row_bound(from));
        self.owners[row] = last.owners[from];
        self.slots[row] = last.slots[from];
        self.handles[row] = last.handles[from];
    }

    /// Overwrites `row` with this block's own last row.
    pub(super) fn take_own_last(&mut self, row: usize) {
        let from = self.len - 1;
        self.high.copy_row(from, row);
        self.low.copy_row(from, row);
        if let Some(signs) = &mut self.signs {
            signs.plane.copy_row(from, row);
            signs.alignments[row] = signs.alignments[from];
        }
        self.set_row_bound(row, self.row_bound(from));
        self.owners[row] = self.owners[from];
        self.slots[row] = self.slots[from];
        self.handles[row] = self.handles[from];
    }

    /// Erases the last row.
    pub(super) fn pop(&mut self) {
        self.len -= 1;
        let row = self.len;
        self.high.row_mut(row).fill(0);
        self.low.row_mut(row).fill(0);
        if let Some(signs) = &mut self.signs {
            signs.plane.set_row(row, core::iter::repeat(0));
            signs.alignments[row] = 0;
        }
        self.set_row_bound(row, RowBound { weight: 0, residual: 0 });
        self.owners[row] = 0;
        self.slots[row] = 0;
        self.handles[row] = TemplateHandle::NONE;
    }
}
