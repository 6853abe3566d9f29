//! One probe on several threads.

use core::cmp::Ordering;

use rayon::prelude::*;

use super::block::FINGER_BLOCK_ROWS;
use super::finger_index::FingerIndex;
use super::packed::Unpacked;
use super::probe::FingerProbe;
use super::search::{Comparison, FingerScratch, SecondStage};
use crate::gallery::{SearchParams, TopK};

/// Fewest blocks that are worth waking another thread for: half a millisecond of votes.
const BLOCKS_PER_THREAD: usize = 8;
/// Fewest comparisons that are worth it.
const ROWS_PER_THREAD: usize = 8;

impl FingerIndex {
    /// Whether so many threads could share a search; else one does it sooner than others
    /// are woken.
    #[must_use]
    pub fn is_worth_threads(&self) -> bool {
        self.rows.blocks.len() >= 2 * BLOCKS_PER_THREAD
    }

    /// As [`FingerIndex::search`], with the threads of the pool that it is called in
    /// (`rayon::ThreadPool::install`); each makes a second stage of its own. The result is
    /// the same.
    pub fn search_threaded<S: SecondStage>(
        &self,
        probe: &FingerProbe,
        params: SearchParams,
        stage: impl Fn() -> S + Sync,
        tie: impl Fn(u32, u32) -> Ordering + Sync,
        scratch: &mut FingerScratch,
        out: &mut TopK,
    ) {
        if params.k == 0 || !self.is_worth_threads() {
            return self.search(probe, params, &mut stage(), tie, scratch, out);
        }
        out.reset(params.k, params.floor);
        scratch.reserve(self.len());
        scratch.votes.resize(self.len(), 0);
        let blocks = scratch.votes.par_chunks_mut(FINGER_BLOCK_ROWS).enumerate();
        blocks.with_min_len(BLOCKS_PER_THREAD).for_each(|(at, votes)| {
            let mut votes = votes.iter_mut();
            self.vote_block(probe, at, |vote| {
                if let Some(place) = votes.next() {
                    *place = vote;
                }
            });
        });
        self.select(params.k, scratch);
        *out = self.compare_rows(&scratch.order, probe, params, &stage, &tie);
    }

    /// Compares some rows in halves.
    fn compare_rows<S: SecondStage>(
        &self,
        rows: &[u32],
        probe: &FingerProbe,
        params: SearchParams,
        stage: &(impl Fn() -> S + Sync),
        tie: &(impl Fn(u32, u32) -> Ordering + Sync),
    ) -> TopK {
        let part = rows.len().div_ceil(rayon::current_num_threads()).max(ROWS_PER_THREAD);
        let empty = || {
            let mut top = TopK::new();
            top.reset(params.k, params.floor);
            top
        };
        let tops = rows.par_chunks(part).map(|rows| {
            let mut top = empty();
            let mut stage = stage();
            let mut comparison = Comparison { probe, stage: &mut stage, room: Unpacked::new() };
            for &row in rows {
                top.offer(comparison.candidate(self, row), tie);
            }
            top
        });
        tops.reduce(empty, |mut all, other| {
            other.as_slice().iter().for_each(|&candidate| {
                all.offer(candidate, tie);
            });
            all
        })
    }
}
