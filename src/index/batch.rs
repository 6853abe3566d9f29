//! Several probes in one reading of the gallery.

use core::cmp::Ordering;

use super::block::{BLOCK_ROWS, Block};
use super::cascade::{Best, Buffers, Cascade};
use super::query::PreparedQuery;
use super::signs::SignQuery;
use super::vector_index::{IndexError, VectorIndex};
use crate::gallery::{SearchParams, TopK};
use crate::kernels::{BATCH_PROBES, SignBatch};

/// Most probes of one reading; more are read in several. As many as share a block
/// before it leaves the second-level cache.
pub const BATCH: usize = BATCH_PROBES;

/// A probe, and the best members for it.
pub type Answer = (PreparedQuery, TopK);

impl VectorIndex {
    /// As [`VectorIndex::search`] for each probe, each block being read once for
    /// all of them. Writes each result beside its probe.
    ///
    /// Allocates up to 22 KiB a probe before it reads, in the mode with signs.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`], if one probe is of another; all results are
    /// empty then.
    pub fn search_batch(
        &self,
        answers: &mut [Answer],
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering + Copy,
    ) -> Result<(), IndexError> {
        answers.iter_mut().for_each(|(_, top)| top.reset(params.k, params.floor));
        answers.iter().try_for_each(|(query, _)| self.check(query.dimension()))?;
        if params.k > 0 {
            answers.chunks_mut(BATCH).for_each(|answers| self.read_for(answers, tie));
        }
        Ok(())
    }

    fn read_for(&self, answers: &mut [Answer], tie: impl Fn(u32, u32) -> Ordering + Copy) {
        let signs = self.sign_queries(answers.iter().map(|(query, _)| query));
        let mut ways: Vec<_> = answers
            .iter_mut()
            .enumerate()
            .map(|(at, (query, top))| {
                let sink = Best { top, tie };
                (Cascade::new(query, signs.get(at), &sink), sink)
            })
            .collect();
        let mut together = Together::new(&signs);
        let mut buffers = Buffers::new();
        for stop in self.stops(0..self.rows.blocks.len()) {
            let wanted = ways.iter().filter(|(cascade, _)| cascade.wants_signs()).count();
            let sums = together.read(stop.block, wanted);
            for (at, (cascade, sink)) in ways.iter_mut().enumerate() {
                cascade.read_after(sums.of(at), stop, sink, &mut buffers);
                // Another probe asks for rows of the same block: now they are in the cache.
                cascade.finish(sink, &mut buffers);
            }
        }
    }
}

/// The sums of signs of a block for all probes, on processors where that is sooner than one by one.
pub(super) struct Together {
    batch: Option<SignBatch>,
    sums: Vec<u16>,
}

/// Those of one block, if they were made.
#[derive(Clone, Copy)]
pub(super) struct BlockSums<'a> {
    sums: &'a [u16],
    /// Rows of whole groups.
    rows: usize,
}

impl Together {
    /// Not inlined, as [`VectorIndex::sign_queries`].
    #[inline(never)]
    pub(super) fn new(signs: &[SignQuery]) -> Together {
        let batch = signs
            .first()
            .and_then(|first| SignBatch::new(first.kernels(), signs.iter().map(SignQuery::tables)));
        let places = batch.as_ref().map_or(0, |batch| batch.len() * BLOCK_ROWS);
        Together { batch, sums: vec![0; places] }
    }

    /// Of a block that so many probes want to know the signs of.
    pub(super) fn read(&mut self, block: &Block, wanted: usize) -> BlockSums<'_> {
        let Some((batch, (signs, alignments))) = self.batch.as_ref().zip(block.signs()) else {
            return BlockSums { sums: &[], rows: 0 };
        };
        if wanted < batch.fewest() {
            return BlockSums { sums: &[], rows: 0 };
        }
        let rows = alignments.len();
        let sums = &mut self.sums[..batch.len() * rows];
        batch.sums(signs, sums);
        BlockSums { sums, rows }
    }
}

impl<'a> BlockSums<'a> {
    /// Those of a probe.
    pub(super) fn of(self, probe: usize) -> Option<&'a [u16]> {
        if self.rows == 0 {
            return None;
        }
        self.sums.get(probe * self.rows..(probe + 1) * self.rows)
    }
}
