//! 1024 templates: the unit of scanning and of copy-on-write.

use std::sync::Arc;

use zeroize::Zeroize;

use super::SearchMode;
use super::bound::{BlockBound, RowBound};
use super::codes::Codes;
use super::narrow;
use super::plane::{self, RowPlane};
use super::second::{BlockSpan, RowSpan};
use super::signs::{self, RowSecond, RowSigns};
use crate::gallery::{RowBlock, TemplateHandle};
use crate::kernels::{Cell, GROUP_ROWS, Kernels, LANE_BYTES, Lane, MAX_LANES, Pool};

/// Templates in a block.
///
/// 256 KiB of codes in each half at dimension 512: few enough that copying a block at a
/// change is cheap (tens of microseconds), enough that what is done once per
/// block does not show in a scan.
pub const BLOCK_ROWS: usize = 1024;

// The planes of a block.
const HIGH: usize = 0;
const LOW: usize = 1;
/// Empty in the mode that has none, as the next one.
const SIGNS: usize = 2;
/// The alignment of each row's signs, 16 bits.
const ALIGNMENTS: usize = 3;
/// The second bits: of narrow rows in the layout of signs, of others row by row.
const SECOND: usize = 4;
/// Of narrow rows the alignment of each row's code, 16 bits; of others the reach and the length of each row's
/// second bits, 16 bits each, side by side.
const SPANS: usize = 5;
const PLANES: usize = 6;

/// Where blocks get their planes from.
pub(super) type Planes = Pool<PLANES>;

/// Rows `0..len` are in use, the others hold zeroes.
#[derive(Clone)]
pub(super) struct Block {
    planes: Cell<PLANES>,
    /// Lanes of a row.
    width: usize,
    mode: SearchMode,
    weights: [u32; BLOCK_ROWS],
    residuals: [u16; BLOCK_ROWS],
    bound: BlockBound,
    span: BlockSpan,
    owners: [u32; BLOCK_ROWS],
    handles: [TemplateHandle; BLOCK_ROWS],
    slots: [u8; BLOCK_ROWS],
    len: usize,
}

impl Block {
    /// An empty block; `pool` is one of [`Block::pool`].
    pub(super) fn new(pool: &Arc<Planes>, width: usize, mode: SearchMode) -> Block {
        Block {
            planes: pool.take(),
            width,
            mode,
            weights: [0; BLOCK_ROWS],
            residuals: [0; BLOCK_ROWS],
            bound: BlockBound::default(),
            span: BlockSpan::default(),
            owners: [0; BLOCK_ROWS],
            handles: [TemplateHandle::NONE; BLOCK_ROWS],
            slots: [0; BLOCK_ROWS],
            len: 0,
        }
    }

    /// The planes of blocks with rows `width` lanes wide.
    pub(super) fn pool(width: usize, mode: SearchMode) -> Arc<Planes> {
        Pool::new(Block::plane_lanes(width, mode))
    }

    const fn plane_lanes(width: usize, mode: SearchMode) -> [usize; PLANES] {
        let nibbles = RowPlane::lanes(plane::nibble_bytes(width), BLOCK_ROWS);
        match mode {
            SearchMode::Proven => [nibbles, nibbles, 0, 0, 0, 0],
            SearchMode::Fast => {
                let signs = BLOCK_ROWS / GROUP_ROWS * plane::group_lanes(width);
                let second = RowPlane::lanes(plane::bit_bytes(width), BLOCK_ROWS);
                let numbers = BLOCK_ROWS * size_of::<u16>() / LANE_BYTES;
                let spans = if narrow::is_narrow(width) { numbers } else { 2 * numbers };
                [nibbles, nibbles, signs, numbers, second, spans]
            }
        }
    }

    /// Bytes of a block without its planes, and of the planes.
    pub(super) const fn bytes(width: usize, mode: SearchMode) -> [usize; 2] {
        let [high, low, signs, alignments, second, spans] = Block::plane_lanes(width, mode);
        [size_of::<Block>(), (high + low + signs + alignments + second + spans) * LANE_BYTES]
    }

    /// The most bytes of the planes of so many blocks.
    pub(super) const fn required_plane_bytes(
        width: usize,
        mode: SearchMode,
        blocks: usize,
    ) -> usize {
        Planes::required_bytes(Block::plane_lanes(width, mode), blocks)
    }

    /// The high halves of all rows.
    pub(super) fn high(&self) -> RowPlane<'_> {
        RowPlane::new(self.planes.lanes(HIGH), plane::nibble_bytes(self.width))
    }

    /// The low halves of all rows.
    pub(super) fn low(&self) -> RowPlane<'_> {
        RowPlane::new(self.planes.lanes(LOW), plane::nibble_bytes(self.width))
    }

    /// Whether the second bits lie as [`Block::narrow`] has them.
    pub(super) fn is_narrow(&self) -> bool {
        narrow::is_narrow(self.width)
    }

    /// The second bits of all rows that are not narrow; empty in the mode that has none.
    pub(super) fn second(&self) -> RowPlane<'_> {
        RowPlane::new(self.planes.lanes(SECOND), plane::bit_bytes(self.width))
    }

    /// What the second bits of all rows have in common.
    pub(super) fn span(&self) -> BlockSpan {
        self.span
    }

    /// Sign bits and alignments of the groups in use; the last one may be partly
    /// empty. `None` in the mode that has none.
    pub(super) fn signs(&self) -> Option<(&[Lane], &[u16])> {
        if self.mode == SearchMode::Proven {
            return None;
        }
        Some(self.groups(SIGNS, ALIGNMENTS))
    }

    /// The same of the second bits of narrow rows; `None` where rows are not.
    pub(super) fn narrow(&self) -> Option<(&[Lane], &[u16])> {
        let has_some = self.mode == SearchMode::Fast && self.is_narrow();
        has_some.then(|| self.groups(SECOND, SPANS))
    }

    fn groups(&self, bits: usize, alignments: usize) -> (&[Lane], &[u16]) {
        let groups = self.len.div_ceil(GROUP_ROWS);
        let bits = &self.planes.lanes(bits)[..groups * plane::group_lanes(self.width)];
        (bits, &Lane::halves(self.planes.lanes(alignments))[..groups * GROUP_ROWS])
    }

    /// Asks for what a scan needs of the block first.
    pub(super) fn prefetch(&self, kernels: Kernels) {
        kernels.prefetch(&self.planes);
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
            plane::join(self.high().row(row), self.low().row(row), lanes);
        })
    }

    pub(super) fn owner(&self, row: usize) -> u32 {
        self.owners[row]
    }

    pub(super) fn slot(&self, row: usize) -> u8 {
        self.slots[row]
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
        plane::write_high(codes.lanes(), self.half_mut(HIGH, row));
        plane::write_low(codes.lanes(), self.half_mut(LOW, row));
        if self.mode == SearchMode::Fast {
            let mut bytes = [[0; MAX_LANES * LANE_BYTES / 8]; 2];
            let [signs, second] =
                bytes.each_mut().map(|bits| &mut bits[..self.width * LANE_BYTES / 8]);
            let RowSigns { alignment, second: told } = signs::encode(codes, signs, second);
            self.set_bits(SIGNS, ALIGNMENTS, row, signs.iter().copied(), alignment);
            self.set_second(row, second, told);
            bytes.zeroize();
        }
        self.set_row_bound(row, RowBound::of(codes));
    }

    /// A row of one of the two planes of halves.
    fn half_mut(&mut self, plane: usize, row: usize) -> &mut [u8] {
        plane::row_mut(self.planes.lanes_mut(plane), plane::nibble_bytes(self.width), row)
    }

    /// A row of second bits, in the mode that has them.
    fn second_mut(&mut self, row: usize) -> &mut [u8] {
        plane::row_mut(self.planes.lanes_mut(SECOND), plane::bit_bytes(self.width), row)
    }

    /// How far second bits reach, in the mode that has them.
    pub(super) fn row_span(&self, row: usize) -> RowSpan {
        let spans = Lane::halves(self.planes.lanes(SPANS));
        RowSpan { reach: spans[2 * row], length: spans[2 * row + 1] }
    }

    /// Asks for what [`Block::row_span`] reads.
    pub(super) fn prefetch_span(&self, row: usize, kernels: Kernels) {
        kernels.prefetch(&Lane::halves(self.planes.lanes(SPANS))[2 * row]);
    }

    fn set_span(&mut self, row: usize, span: RowSpan) {
        let before = self.row_span(row);
        let spans = Lane::halves_mut(self.planes.lanes_mut(SPANS));
        spans[2 * row..][..2].copy_from_slice(&[span.reach, span.length]);
        if self.span.rests_on(before) {
            let rows = 0..BLOCK_ROWS;
            self.span =
                rows.map(|row| self.row_span(row)).fold(BlockSpan::default(), BlockSpan::with);
        } else {
            self.span = self.span.with(span);
        }
    }

    fn set_second(&mut self, row: usize, bits: &[u8], told: RowSecond) {
        match told {
            RowSecond::Narrow(alignment) => {
                self.set_bits(SECOND, SPANS, row, bits.iter().copied(), alignment);
            }
            RowSecond::Wide(span) => {
                self.second_mut(row).copy_from_slice(bits);
                self.set_span(row, span);
            }
        }
    }

    /// Writes a row of bits in the layout of signs, and its alignment.
    fn set_bits(
        &mut self,
        bits: usize,
        alignments: usize,
        row: usize,
        row_bits: impl Iterator<Item = u8>,
        alignment: u16,
    ) {
        plane::set_signs(self.planes.lanes_mut(bits), self.width, row, row_bits);
        Lane::halves_mut(self.planes.lanes_mut(alignments))[row] = alignment;
    }

    /// Copies a row of such bits, and its alignment.
    fn copy_bits(&mut self, bits: usize, alignments: usize, from: usize, to: usize) {
        plane::copy_signs(self.planes.lanes_mut(bits), self.width, from, to);
        let alignments = Lane::halves_mut(self.planes.lanes_mut(alignments));
        alignments[to] = alignments[from];
    }
}

impl RowBlock for Block {
    const ROWS: usize = BLOCK_ROWS;

    fn len(&self) -> usize {
        self.len
    }

    fn handle(&self, row: usize) -> TemplateHandle {
        self.handles[row]
    }

    fn take_last_of(&mut self, row: usize, last: &Block) {
        let from = last.len - 1;
        self.half_mut(HIGH, row).copy_from_slice(last.high().row(from));
        self.half_mut(LOW, row).copy_from_slice(last.low().row(from));
        let width = self.width;
        if let Some((signs, alignments)) = last.signs() {
            let bits = plane::signs_of(signs, width, from);
            self.set_bits(SIGNS, ALIGNMENTS, row, bits, alignments[from]);
            if let Some((second, alignments)) = last.narrow() {
                let bits = plane::signs_of(second, width, from);
                self.set_bits(SECOND, SPANS, row, bits, alignments[from]);
            } else {
                self.second_mut(row).copy_from_slice(last.second().row(from));
                self.set_span(row, last.row_span(from));
            }
        }
        self.set_row_bound(row, last.row_bound(from));
        self.owners[row] = last.owners[from];
        self.slots[row] = last.slots[from];
        self.handles[row] = last.handles[from];
    }

    fn take_own_last(&mut self, row: usize) {
        let from = self.len - 1;
        let row_bytes = plane::nibble_bytes(self.width);
        plane::copy_row(self.planes.lanes_mut(HIGH), row_bytes, from, row);
        plane::copy_row(self.planes.lanes_mut(LOW), row_bytes, from, row);
        if self.mode == SearchMode::Fast {
            self.copy_bits(SIGNS, ALIGNMENTS, from, row);
            if self.is_narrow() {
                self.copy_bits(SECOND, SPANS, from, row);
            } else {
                let row_bytes = plane::bit_bytes(self.width);
                plane::copy_row(self.planes.lanes_mut(SECOND), row_bytes, from, row);
                self.set_span(row, self.row_span(from));
            }
        }
        self.set_row_bound(row, self.row_bound(from));
        self.owners[row] = self.owners[from];
        self.slots[row] = self.slots[from];
        self.handles[row] = self.handles[from];
    }

    fn pop(&mut self) {
        self.len -= 1;
        let row = self.len;
        self.half_mut(HIGH, row).fill(0);
        self.half_mut(LOW, row).fill(0);
        if self.mode == SearchMode::Fast {
            self.set_bits(SIGNS, ALIGNMENTS, row, core::iter::repeat(0), 0);
            if self.is_narrow() {
                self.set_bits(SECOND, SPANS, row, core::iter::repeat(0), 0);
            } else {
                self.second_mut(row).fill(0);
                self.set_span(row, RowSpan::default());
            }
        }
        self.set_row_bound(row, RowBound { weight: 0, residual: 0 });
        self.owners[row] = 0;
        self.slots[row] = 0;
        self.handles[row] = TemplateHandle::NONE;
    }
}
