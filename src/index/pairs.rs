//! Everybody against everybody: pairs of templates that are too much alike.

use core::ops::ControlFlow;

use super::batch::{BATCH, Together};
use super::block::BLOCK_ROWS;
use super::cascade::{Buffers, Cascade, Sink};
use super::query::PreparedQuery;
use super::vector_index::VectorIndex;
use crate::gallery::Candidate;

/// Two templates of different members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Number of the one member.
    pub owner: u32,
    /// Slot of the one template.
    pub slot: u8,
    /// Number of the other member.
    pub other: u32,
    /// Slot of the other template.
    pub other_slot: u8,
    /// Cosine in millionths.
    pub score: i32,
}

/// What a search for pairs has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairEvent {
    /// Two templates score at least the floor.
    Pair(Pair),
    /// So many templates were compared with all that come after them.
    Progress {
        /// Templates that are done.
        done: usize,
        /// All templates.
        total: usize,
    },
}

impl VectorIndex {
    /// Finds all pairs of templates of different members that score at least
    /// `floor`, each once, and hands them to `event` as they are found, in no order
    /// that means anything. After each few templates `event` hears of the progress. The
    /// search ends early when `event` breaks.
    ///
    /// A block is read once for 16 templates. Allocates before it reads.
    pub fn pairs(
        &self,
        floor: i32,
        mut event: impl FnMut(PairEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let total = self.len();
        for first in (0..total).step_by(BATCH) {
            let rows = first..(first + BATCH).min(total);
            let done = rows.end;
            self.pairs_of(rows, floor, &mut event)?;
            event(PairEvent::Progress { done, total })?;
        }
        ControlFlow::Continue(())
    }

    /// The pairs of some rows with each other and with all rows behind them.
    fn pairs_of(
        &self,
        rows: core::ops::Range<usize>,
        floor: i32,
        event: &mut impl FnMut(PairEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let first_block = rows.start / BLOCK_ROWS;
        let queries: Vec<_> = rows.clone().map(|row| self.row_query(row)).collect();
        let signs = self.sign_queries(queries.iter());
        let mut found = Partners { floor, found: Vec::new() };
        let mut ways: Vec<_> = queries
            .iter()
            .enumerate()
            .map(|(at, query)| Cascade::new(query, signs.get(at), &found))
            .collect();
        let mut together = Together::new(queries.iter(), &signs);
        let mut buffers = Buffers::new();
        for stop in self.stops(first_block..self.rows.blocks.len()) {
            together.read(stop.block, ways.iter());
            for (at, cascade) in ways.iter_mut().enumerate() {
                together.look(at, cascade, stop, &found);
            }
            for (at, (cascade, row)) in ways.iter_mut().zip(rows.clone()).enumerate() {
                together.go_on(at, cascade, stop, &mut found, &mut buffers);
                self.report(row, &mut found, event)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Hands on what was found for a row, but for itself, what is before it, and
    /// other slots of its own member.
    fn report(
        &self,
        row: usize,
        found: &mut Partners,
        event: &mut impl FnMut(PairEvent) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let block = &self.rows.blocks[row / BLOCK_ROWS];
        let (owner, slot) = (block.owner(row % BLOCK_ROWS), block.slot(row % BLOCK_ROWS));
        for (partner, candidate) in found.found.drain(..) {
            if partner > row && candidate.owner != owner {
                let Candidate { owner: other, slot: other_slot, score } = candidate;
                event(PairEvent::Pair(Pair { owner, slot, other, other_slot, score }))?;
            }
        }
        ControlFlow::Continue(())
    }

    #[inline(never)]
    fn row_query(&self, row: usize) -> PreparedQuery {
        let codes = self.rows.blocks[row / BLOCK_ROWS].codes(self.dimension(), row % BLOCK_ROWS);
        PreparedQuery::from_codes(codes)
    }
}

/// Takes every row that reaches the floor.
struct Partners {
    floor: i32,
    /// Row in the index, and what it is.
    found: Vec<(usize, Candidate)>,
}

impl Sink for Partners {
    fn bar(&self) -> i32 {
        self.floor
    }

    fn offer(&mut self, row: usize, candidate: Candidate) {
        if candidate.score >= self.floor {
            self.found.push((row, candidate));
        }
    }
}
