//! Search (1:N) and verify (1:1).

use core::cmp::Ordering;

use super::block::BLOCK_ROWS;
use super::handles::TemplateHandle;
use super::query::PreparedQuery;
use super::top::{Candidate, TopK};
use super::vector_index::{IndexError, VectorIndex};
use crate::limits::CANDIDATES;

/// What a search returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchParams {
    /// Most members, 1 to [`CANDIDATES`]; more are cut to that, 0 finds nothing.
    pub k: usize,
    /// Lowest score reported, in millionths. A floor as high as the caller can
    /// afford costs nothing and saves work.
    pub floor: i32,
}

impl Default for SearchParams {
    /// All [`CANDIDATES`] of any positive score.
    fn default() -> Self {
        SearchParams { k: CANDIDATES, floor: 0 }
    }
}

impl VectorIndex {
    /// The best `k` members for a probe, into `out`, best first: an exact scan of
    /// every template. Each member counts with its best slot (the lowest of
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
        let mut gate = query.gate(out.bar());
        let mut dots = [0i32; BLOCK_ROWS];
        for block in &self.blocks {
            let dots = &mut dots[..block.len()];
            query.dot_rows(block.codes(), dots);
            for (row, (&dot, &weight)) in dots.iter().zip(block.weights()).enumerate() {
                if i64::from(dot) * i64::from(weight) < gate {
                    continue;
                }
                let candidate = Candidate {
                    owner: block.owner(row),
                    score: query.score(dot, weight),
                    slot: block.slot(row),
                };
                if out.offer(candidate, &tie) {
                    gate = query.gate(out.bar());
                }
            }
        }
        Ok(())
    }

    /// The best of the given templates, usually all of one member (1:1); of
    /// equal scores the lower slot. `None` if there are none.
    ///
    /// # Errors
    ///
    /// [`IndexError::Dimension`], [`IndexError::UnknownHandle`].
    pub fn verify(
        &self,
        query: &PreparedQuery,
        handles: &[TemplateHandle],
    ) -> Result<Option<Candidate>, IndexError> {
        self.check(query.dimension())?;
        let mut best: Option<Candidate> = None;
        for &handle in handles {
            let (block, row) = self.locate(handle)?;
            let block = &self.blocks[block];
            let mut dot = [0];
            query.dot_rows(block.row_codes(row), &mut dot);
            let candidate = Candidate {
                owner: block.owner(row),
                score: query.score(dot[0], block.weights()[row]),
                slot: block.slot(row),
            };
            if best.is_none_or(|best| (candidate.score, best.slot) > (best.score, candidate.slot)) {
                best = Some(candidate);
            }
        }
        Ok(best)
    }
}
