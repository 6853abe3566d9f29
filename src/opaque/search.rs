//! Search (1:N) and verify (1:1). Nothing is left out: what a score depends on is the vendor's secret.

use core::cmp::Ordering;

use arrayvec::ArrayVec;
use rayon::prelude::*;

use super::block::Row;
use super::comparison::Comparison;
use super::matcher::CompareError;
use super::opaque_index::OpaqueIndex;
use crate::gallery::{Candidate, SearchParams, TemplateHandle, TopK};
use crate::limits;

/// Most templates of one member: a slot holds one.
const MOST_SLOTS: usize = limits::FACE_SLOTS as usize;

impl OpaqueIndex {
    /// The best `k` members for a probe, into `out`, best first. Each member counts with its best
    /// slot (the lowest of equal ones); members of equal scores are ordered by `tie`, `Less`
    /// first. `tie` must be a total order in which no two members are equal; then the result
    /// depends on the templates only.
    ///
    /// Every template is compared, whatever `k`: that the vendor's comparison fails is never
    /// hidden. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`CompareError`]; `out` is empty then.
    pub fn search(
        &self,
        comparison: &Comparison<'_>,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering,
        out: &mut TopK,
    ) -> Result<(), CompareError> {
        out.reset(params.k, params.floor);
        for block in &self.rows.blocks {
            let compared = comparison.batch(&block.rows, |candidate| {
                out.offer(candidate, &tie);
            });
            if let Err(error) = compared {
                out.reset(params.k, params.floor);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether threads could share a search. A vendor's comparison takes microseconds at least,
    /// so a block is always worth waking a thread for.
    #[must_use]
    pub fn is_worth_threads(&self) -> bool {
        self.rows.blocks.len() >= 2
    }

    /// As [`OpaqueIndex::search`], with the threads of the pool that it is called in
    /// (`rayon::ThreadPool::install`). The result is the same; of several errors any.
    ///
    /// # Errors
    ///
    /// [`CompareError`]; `out` is empty then.
    pub fn search_threaded(
        &self,
        comparison: &Comparison<'_>,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering + Sync,
        out: &mut TopK,
    ) -> Result<(), CompareError> {
        let empty = || {
            let mut top = TopK::new();
            top.reset(params.k, params.floor);
            top
        };
        *out = empty();
        let tops = self.rows.blocks.par_iter().with_max_len(1).map(|block| {
            let mut top = empty();
            comparison.batch(&block.rows, |candidate| {
                top.offer(candidate, &tie);
            })?;
            Ok(top)
        });
        *out = tops.try_reduce(empty, |mut all, other| {
            other.as_slice().iter().for_each(|&candidate| {
                all.offer(candidate, &tie);
            });
            Ok(all)
        })?;
        Ok(())
    }

    /// The best of the given templates, all of one member (1:1); of equal scores the lower slot.
    /// `None` if none was compared. Handles that are not in use are passed over.
    ///
    /// # Errors
    ///
    /// [`CompareError`].
    pub fn verify(
        &self,
        comparison: &Comparison<'_>,
        handles: impl Iterator<Item = TemplateHandle>,
    ) -> Result<Option<Candidate>, CompareError> {
        let rows = handles.filter_map(|handle| self.row(handle).ok().cloned());
        let rows: ArrayVec<Row, MOST_SLOTS> = rows.take(MOST_SLOTS).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let mut best: Option<Candidate> = None;
        comparison.batch(&rows, |row| {
            if best.is_none_or(|best| (row.score, best.slot) > (best.score, row.slot)) {
                best = Some(row);
            }
        })?;
        Ok(best)
    }
}
