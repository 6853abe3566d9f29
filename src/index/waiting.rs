//! Rows of several blocks that wait for their next step.
//!
//! Rows that pass a step are few and far apart. To read one of them at once interrupts the
//! stream in which the step before comes from memory, which costs more than the row itself: 40 ns a row
//! on Zen 4, against 8 where a few hundred of them are asked for together and then read.

use arrayvec::ArrayVec;

use super::BLOCK_ROWS;
use super::block::Block;
use super::cascade::{RowSet, SPARSE, each_row};

/// Most rows that a block adds.
const FROM_ONE: usize = BLOCK_ROWS / SPARSE as usize;
/// Rows that are worth an interruption.
const ENOUGH: usize = 256;
/// Most blocks that rows wait from.
const BLOCKS: usize = 32;

/// `T` is what is known of each row already.
pub(super) struct Waiting<'a, T> {
    blocks: ArrayVec<Run<'a>, BLOCKS>,
    rows: ArrayVec<u16, { ENOUGH + FROM_ONE }>,
    known: ArrayVec<T, { ENOUGH + FROM_ONE }>,
}

/// A block, the number of its first row in the index, and how many rows wait up to its last one.
struct Run<'a> {
    block: &'a Block,
    first: usize,
    end: usize,
}

/// Rows of one block.
pub(super) struct Rows<'w, 'a, T> {
    pub(super) block: &'a Block,
    /// Number of the block's first row in the index.
    pub(super) first: usize,
    pub(super) rows: &'w [u16],
    pub(super) known: &'w [T],
}

impl<'a, T> Waiting<'a, T> {
    pub(super) fn new() -> Self {
        Waiting { blocks: ArrayVec::new(), rows: ArrayVec::new(), known: ArrayVec::new() }
    }

    /// Whether what waits should be read before more is added.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= ENOUGH || self.blocks.is_full()
    }

    /// Adds the rows of a set, at most one in [`SPARSE`] of a block; not when it is full.
    pub(super) fn add(
        &mut self,
        block: &'a Block,
        first: usize,
        rows: &RowSet,
        known: impl Fn(usize) -> T,
    ) {
        each_row(rows, |row| {
            #[expect(clippy::cast_possible_truncation, reason = "a block has 1024 rows")]
            self.rows.push(row as u16);
            self.known.push(known(row));
        });
        let end = self.rows.len();
        if end > self.blocks.last().map_or(0, |run| run.end) {
            self.blocks.push(Run { block, first, end });
        }
    }

    /// Block by block, in the order in which they came.
    pub(super) fn runs(&self) -> impl Iterator<Item = Rows<'_, 'a, T>> {
        (0..self.blocks.len()).map(|at| self.run(at))
    }

    /// Blocks with rows that wait.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// What waits of one of them.
    pub(super) fn run(&self, at: usize) -> Rows<'_, 'a, T> {
        let Run { block, first, end } = self.blocks[at];
        let start = if at == 0 { 0 } else { self.blocks[at - 1].end };
        Rows { block, first, rows: &self.rows[start..end], known: &self.known[start..end] }
    }

    pub(super) fn clear(&mut self) {
        self.blocks.clear();
        self.rows.clear();
        self.known.clear();
    }
}
