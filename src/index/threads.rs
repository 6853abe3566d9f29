//! One probe on several threads.

use core::cmp::Ordering;
use core::ops::Range;
use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

use super::cascade::{Best, Buffers, Cascade, Sink};
use super::query::PreparedQuery;
use super::signs::SignQuery;
use super::vector_index::{IndexError, VectorIndex};
use crate::gallery::{Candidate, SearchParams, TopK};

/// Fewest blocks that are worth waking another thread for: what it takes to wake one is
/// the time of some ten thousand templates.
const BLOCKS_PER_THREAD: usize = 16;

impl VectorIndex {
    /// Whether so many threads could share a search; else one does it sooner than others
    /// are woken.
    #[must_use]
    pub fn is_worth_threads(&self) -> bool {
        self.rows.blocks.len() >= 2 * BLOCKS_PER_THREAD
    }

    /// As [`VectorIndex::search`], with the threads of the pool that it is called in
    /// (`rayon::ThreadPool::install`). The result is the same.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`]; `out` is empty then.
    pub fn search_threaded(
        &self,
        query: &PreparedQuery,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering + Sync,
        out: &mut TopK,
    ) -> Result<(), IndexError> {
        let parts = (self.rows.blocks.len() / BLOCKS_PER_THREAD).min(rayon::current_num_threads());
        if parts < 2 {
            return self.search(query, params, tie, out);
        }
        out.reset(params.k, params.floor);
        self.check(query.dimension())?;
        let mut place = None;
        let signs = self.sign_query(query, &mut place);
        let bar = AtomicI32::new(out.bar());
        let share = Share { index: self, query, signs, params, tie: &tie, bar: &bar };
        if params.k > 0 {
            *out = share.search(0..self.rows.blocks.len(), parts);
        }
        Ok(())
    }
}

/// What all threads of one search share.
struct Share<'a, T> {
    index: &'a VectorIndex,
    query: &'a PreparedQuery,
    signs: Option<&'a SignQuery>,
    params: SearchParams,
    tie: &'a T,
    /// The highest bar of all threads: k members at or above it are known.
    bar: &'a AtomicI32,
}

impl<T: Fn(u32, u32) -> Ordering + Sync> Share<'_, T> {
    /// Searches some blocks in so many parts.
    fn search(&self, blocks: Range<usize>, parts: usize) -> TopK {
        if parts < 2 {
            return self.scan(blocks);
        }
        let left_parts = parts / 2;
        let middle = blocks.start + blocks.len() * left_parts / parts;
        let (mut left, right) = rayon::join(
            || self.search(blocks.start..middle, left_parts),
            || self.search(middle..blocks.end, parts - left_parts),
        );
        right.as_slice().iter().for_each(|&candidate| {
            left.offer(candidate, self.tie);
        });
        left
    }

    fn scan(&self, blocks: Range<usize>) -> TopK {
        let mut top = TopK::new();
        top.reset(self.params.k, self.params.floor);
        let mut sink = Shared { best: Best { top: &mut top, tie: self.tie }, bar: self.bar };
        let mut cascade = Cascade::new(self.query, self.signs, &sink);
        let mut buffers = Buffers::new();
        for stop in self.index.stops(blocks) {
            cascade.read(stop, &mut sink, &mut buffers);
        }
        cascade.finish(&mut sink, &mut buffers);
        top
    }
}

/// The best of one thread, with the bar of all.
struct Shared<'a, T> {
    best: Best<'a, T>,
    bar: &'a AtomicI32,
}

impl<T: Fn(u32, u32) -> Ordering> Sink for Shared<'_, T> {
    #[inline]
    fn bar(&self) -> i32 {
        self.best.bar().max(self.bar.load(Relaxed))
    }

    #[inline]
    fn offer(&mut self, row: usize, candidate: Candidate) {
        self.best.offer(row, candidate);
        self.bar.fetch_max(self.best.bar(), Relaxed);
    }
}
