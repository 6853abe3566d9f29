//! Search (1:N) and verify (1:1).

use core::cmp::Ordering;
use core::ops::Range;

use super::SearchMode;
use super::batch::BATCH;
use super::block::{BLOCK_ROWS, Block};
use super::bound::QueryBound;
use super::cascade::{Best, Buffers, Cascade, Stop};
use super::query::PreparedQuery;
use super::signs::SignQuery;
use super::vector_index::{IndexError, VectorIndex};
use crate::gallery::{Candidate, SearchParams, TemplateHandle, TopK};
use crate::kernels::Kernels;

impl VectorIndex {
    /// The best `k` members for a probe, into `out`, best first, among all templates;
    /// see [`SearchMode`] for what is exact. Each member counts with its best slot (the lowest of
    /// equal ones); members of equal scores are ordered by `tie`, `Less` first,
    /// also at the end of the list.
    ///
    /// `tie` must be a total order in which no two members are equal; then the
    /// result depends on the templates only, not on the order of their insertion
    /// or the kernel tier. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`]; `out` is empty then.
    pub fn search(
        &self,
        query: &PreparedQuery,
        params: SearchParams,
        tie: impl Fn(u32, u32) -> Ordering,
        out: &mut TopK,
    ) -> Result<(), IndexError> {
        out.reset(params.k, params.floor);
        self.check(query.dimension())?;
        if params.k == 0 {
            return Ok(());
        }
        let mut place = None;
        let signs = self.sign_query(query, &mut place);
        self.read_all(query, signs, Best { top: out, tie });
        Ok(())
    }

    /// Not inlined: what it needs of the stack must not stand beside what the preparation needs.
    #[inline(never)]
    fn read_all(
        &self,
        query: &PreparedQuery,
        signs: Option<&SignQuery>,
        mut sink: Best<'_, impl Fn(u32, u32) -> Ordering>,
    ) {
        let mut cascade = Cascade::new(query, signs, &sink);
        let mut buffers = Buffers::new();
        for stop in self.stops(0..self.rows.blocks.len()) {
            cascade.read(stop, &mut sink, &mut buffers);
        }
        cascade.finish(&mut sink, &mut buffers);
    }

    /// Some blocks, one after the other. What a scan needs of those to come is asked for on
    /// the way.
    pub(super) fn stops(&self, range: Range<usize>) -> impl Iterator<Item = Stop<'_>> {
        range.map(|at| {
            if let Some(later) = self.rows.blocks.get(at + 2) {
                later.prefetch(Kernels::detect());
            }
            let block = &*self.rows.blocks[at];
            Stop { block, first: at * BLOCK_ROWS }
        })
    }

    /// The probe for the sign step, in the mode that has it; lies in `place`.
    #[inline(always)]
    pub(super) fn sign_query<'s>(
        &self,
        query: &PreparedQuery,
        place: &'s mut Option<SignQuery>,
    ) -> Option<&'s SignQuery> {
        if self.mode() == SearchMode::Proven || self.is_empty() {
            return None;
        }
        let signs = place.insert(SignQuery::blank(query.kernels()));
        signs.fill(query.codes());
        Some(signs)
    }

    /// The best of the given templates, usually all of one member (1:1); of
    /// equal scores the lower slot. `None` if there are none.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`], [`IndexError::Gallery`].
    pub fn verify(
        &self,
        query: &PreparedQuery,
        handles: &[TemplateHandle],
    ) -> Result<Option<Candidate>, IndexError> {
        self.check(query.dimension())?;
        let mut best: Option<Candidate> = None;
        for &handle in handles {
            let (block, row) = self.rows.get(handle)?;
            let weight = block.row_bound(row).weight;
            let candidate = Candidate {
                owner: block.owner(row),
                score: query.score(self.dot(query, block, row), weight),
                slot: block.slot(row),
            };
            if best.is_none_or(|best| (candidate.score, best.slot) > (best.score, candidate.slot)) {
                best = Some(candidate);
            }
        }
        Ok(best)
    }

    /// The same for several. Not inlined: what each is made in need not lie on the
    /// stack while blocks are read.
    #[inline(never)]
    pub(super) fn sign_queries<'q>(
        &self,
        queries: impl Iterator<Item = &'q PreparedQuery>,
    ) -> Vec<SignQuery> {
        // With room from the start: growing would leave copies of probes behind.
        let mut signs = Vec::with_capacity(BATCH);
        if self.mode() == SearchMode::Fast && !self.is_empty() {
            queries.for_each(|query| {
                signs.push(SignQuery::blank(query.kernels()));
                signs.last_mut().into_iter().for_each(|signs| signs.fill(query.codes()));
            });
        }
        signs
    }

    /// The product with one row.
    fn dot(&self, query: &PreparedQuery, block: &Block, row: usize) -> i32 {
        let high = query.nibble_dot(block.high().row(row));
        let low = query.nibble_dot(block.low().row(row));
        QueryBound::of(query.codes()).dot(high, low)
    }
}
