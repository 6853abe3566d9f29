//! Several probes in one reading of the gallery.

use core::cmp::Ordering;

use super::cascade::{Best, Buffers, Cascade};
use super::query::PreparedQuery;
use super::vector_index::{IndexError, VectorIndex};
use crate::gallery::{SearchParams, TopK};

/// Most probes of one reading; more are read in several. As many as share a block
/// before it leaves the second-level cache.
pub const BATCH: usize = 16;

/// A probe, and the best members for it.
pub type Answer = (PreparedQuery, TopK);

impl VectorIndex {
    /// As [`VectorIndex::search`] for each probe, each block being read once for
    /// all of them. Writes each result beside its probe.
    ///
    /// Allocates up to 16 KiB a probe before it reads, in the mode with signs.
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
        let mut buffers = Buffers::new();
        for stop in self.stops(0..self.rows.blocks.len()) {
            for (cascade, sink) in &mut ways {
                cascade.read(stop, sink, &mut buffers);
                // Another probe asks for rows of the same block: now they are in the cache.
                cascade.finish(sink, &mut buffers);
            }
        }
    }
}
