//! Several probes in one reading of the gallery.

use core::cmp::Ordering;

use super::block::{BLOCK_ROWS, Block};
use super::cascade::{Best, Buffers, Cascade, Known, RowSet, Sink, Stop};
use super::query::PreparedQuery;
use super::signs::SignQuery;
use super::vector_index::{IndexError, VectorIndex};
use crate::gallery::{RowBlock as _, SearchParams, TopK};
use crate::kernels::{BATCH_PROBES, NIBBLE_GROUP_ROWS, NibbleBatch, SignBatch};

/// Most probes of one reading; more are read in several. As many as share a block
/// before it leaves the second-level cache.
pub const BATCH: usize = BATCH_PROBES;

/// A probe, and the best members for it.
pub type Answer = (PreparedQuery, TopK);

impl VectorIndex {
    /// As [`VectorIndex::search`] for each probe, each block being read once for
    /// all of them. Writes each result beside its probe.
    ///
    /// Allocates up to 26 KiB a probe before it reads, in the mode with signs, and 6 KiB in the other one.
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
        let mut together = Together::new(ways.iter().map(|(cascade, _)| cascade.query()), &signs);
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
    signs: Option<SignBatch>,
    halves: Option<NibbleBatch>,
    /// Of each probe.
    looks: Vec<Look>,
    /// Whether the sums of the block are those of `signs`.
    knows_sums: bool,
    /// Whether its products of high halves are those of `halves`.
    knows_high: bool,
}

/// In lines of its own: a batch writes whole ones.
#[repr(align(64))]
struct Look {
    sums: [u16; BLOCK_ROWS],
    high: [i32; BLOCK_ROWS],
    admitted: Option<RowSet>,
}

impl Together {
    /// For some probes, and their signs in the mode that has them. Not inlined, as
    /// [`VectorIndex::sign_queries`].
    #[inline(never)]
    pub(super) fn new<'q>(
        probes: impl ExactSizeIterator<Item = &'q PreparedQuery> + Clone,
        signs: &[SignQuery],
    ) -> Together {
        let look = |_| Look { sums: [0; BLOCK_ROWS], high: [0; BLOCK_ROWS], admitted: None };
        let looks = probes.clone().map(look).collect();
        let kernels = probes.clone().next().map(PreparedQuery::kernels);
        let lanes = probes.map(|probe| probe.codes().lanes());
        Together {
            signs: kernels
                .and_then(|kernels| SignBatch::new(kernels, signs.iter().map(SignQuery::tables))),
            halves: kernels.and_then(|kernels| NibbleBatch::new(kernels, lanes)),
            looks,
            knows_sums: false,
            knows_high: false,
        }
    }

    /// Makes the sums of a block, and its products of high halves, for all probes at once, where the
    /// processor does that sooner than one by one for those that want them.
    pub(super) fn read<'c, 'a: 'c>(
        &mut self,
        block: &Block,
        probes: impl Iterator<Item = &'c Cascade<'a>>,
    ) {
        let want_signs = probes.filter(|probe| probe.wants_signs()).count();
        let want_high = self.looks.len() - want_signs;
        let signs = self.signs.as_ref().filter(|signs| want_signs >= signs.fewest());
        self.knows_sums = signs.zip(block.signs()).is_some_and(|(batch, (signs, _))| {
            batch.sums(signs, self.looks.iter_mut().map(|look| &mut look.sums[..]));
            true
        });
        let halves = self.halves.as_ref().filter(|halves| want_high >= halves.fewest());
        self.knows_high = halves.is_some_and(|batch| {
            // Rows behind the last one are zeroes, whose products nobody asks for.
            let rows = block.len().next_multiple_of(NIBBLE_GROUP_ROWS);
            let out = self.looks.iter_mut().map(|look| &mut look.high[..rows]);
            batch.dots(block.high().bytes(), out);
            true
        });
    }

    /// The first half of a probe.
    pub(super) fn look(
        &mut self,
        probe: usize,
        cascade: &mut Cascade<'_>,
        stop: Stop<'_>,
        sink: &impl Sink,
    ) {
        let Look { sums, admitted, .. } = &mut self.looks[probe];
        *admitted = cascade.look(stop.block, self.knows_sums, sums, sink);
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
        let Look { sums, high, admitted } = &self.looks[probe];
        let known = Known { sums: Some(sums), high: self.knows_high.then_some(high) };
        cascade.go_on(stop, *admitted, known, sink, buffers);
        // Another probe asks for rows of the same block: now they are in the cache.
        cascade.finish(sink, buffers);
    }
}
