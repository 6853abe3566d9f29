//! Several probes in one reading of the gallery.

use core::cmp::Ordering;

use super::block::{BLOCK_ROWS, Block};
use super::cascade::{Best, Buffers, Cascade, RowSet, Sink, Stop};
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
        let mut together = Together::new(&signs, ways.len());
        let mut buffers = Buffers::new();
        for stop in self.stops(0..self.rows.blocks.len()) {
            together.read(stop.block, ways.iter().map(|(cascade, _)| cascade));
            for (at, (cascade, sink)) in ways.iter_mut().enumerate() {
                together.look(at, cascade, stop, sink);
            }
            for (at, (cascade, sink)) in ways.iter_mut().enumerate() {
                together.go_on(at, cascade, stop, sink, &mut buffers);
            }
        }
    }
}

/// What several probes make of a block, each in two halves: what the second halves read comes from memory
/// while others are in their first.
pub(super) struct Together {
    batch: Option<SignBatch>,
    /// Of each probe.
    looks: Vec<Look>,
    /// Whether the sums of the block are those of `batch`.
    known: bool,
}

struct Look {
    sums: [u16; BLOCK_ROWS],
    admitted: Option<RowSet>,
}

impl Together {
    /// For so many probes. Not inlined, as [`VectorIndex::sign_queries`].
    #[inline(never)]
    pub(super) fn new(signs: &[SignQuery], probes: usize) -> Together {
        let batch = signs
            .first()
            .and_then(|first| SignBatch::new(first.kernels(), signs.iter().map(SignQuery::tables)));
        let looks = (0..probes).map(|_| Look { sums: [0; BLOCK_ROWS], admitted: None }).collect();
        Together { batch, looks, known: false }
    }

    /// Makes the sums of a block for all probes at once, where the processor does that sooner than one by
    /// one, for those that want them.
    pub(super) fn read<'c, 'a: 'c>(
        &mut self,
        block: &Block,
        probes: impl Iterator<Item = &'c Cascade<'a>>,
    ) {
        self.known = false;
        let Some((batch, (signs, _))) = self.batch.as_ref().zip(block.signs()) else { return };
        if probes.filter(|probe| probe.wants_signs()).count() >= batch.fewest() {
            batch.sums(signs, self.looks.iter_mut().map(|look| &mut look.sums[..]));
            self.known = true;
        }
    }

    /// The first half of a probe.
    pub(super) fn look(
        &mut self,
        probe: usize,
        cascade: &mut Cascade<'_>,
        stop: Stop<'_>,
        sink: &impl Sink,
    ) {
        let Look { sums, admitted } = &mut self.looks[probe];
        *admitted = cascade.look(stop.block, self.known, sums, sink);
    }

    /// The second half, to its end.
    pub(super) fn go_on<'a>(
        &self,
        probe: usize,
        cascade: &mut Cascade<'a>,
        stop: Stop<'a>,
        sink: &mut impl Sink,
        buffers: &mut Buffers<'a>,
    ) {
        let Look { sums, admitted } = &self.looks[probe];
        cascade.go_on(stop, *admitted, Some(sums), sink, buffers);
        // Another probe asks for rows of the same block: now they are in the cache.
        cascade.finish(sink, buffers);
    }
}
