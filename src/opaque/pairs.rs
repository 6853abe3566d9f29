//! Everybody against everybody: templates of different members that are too much alike.

use core::ops::ControlFlow;

use super::block::OPAQUE_BLOCK_ROWS;
use super::comparison::Comparison;
use super::matcher::{CompareError, Matcher};
use super::opaque_index::OpaqueIndex;
use crate::gallery::Candidate;

/// What a search for pairs has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueEvent {
    /// Two templates of different members score at least the floor; both carry that score.
    Pair(Candidate, Candidate),
    /// So many templates were compared with all that come after them.
    Progress {
        /// Templates that are done.
        done: usize,
        /// All templates.
        total: usize,
    },
}

impl OpaqueIndex {
    /// Compares each template, as the probe, with all that come after it, and hands over
    /// pairs of different members that score at least `floor`, in no order that means anything.
    /// `event` hears of the progress after each template, and ends the search when it breaks.
    ///
    /// There is no deadline. Which of two templates is the probe is the index's choice: a
    /// vendor's comparison that is not symmetric may answer differently the other way round.
    ///
    /// # Errors
    ///
    /// [`CompareError::Matcher`].
    pub fn pairs(
        &self,
        matcher: &Matcher,
        floor: i32,
        mut event: impl FnMut(OpaqueEvent) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, CompareError> {
        let total = self.len();
        for done in 1..=total {
            if self.pairs_of(done - 1, matcher, floor, &mut event)?.is_break()
                || event(OpaqueEvent::Progress { done, total }).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// One row with all behind it.
    fn pairs_of(
        &self,
        row: usize,
        matcher: &Matcher,
        floor: i32,
        event: &mut impl FnMut(OpaqueEvent) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, CompareError> {
        let (first, row) = (row / OPAQUE_BLOCK_ROWS, row % OPAQUE_BLOCK_ROWS);
        let probe = &self.rows.blocks[first].rows[row];
        let comparison = Comparison::unhurried(matcher, probe.bytes());
        for (at, block) in self.rows.blocks.iter().enumerate().skip(first) {
            let behind = if at == first { row + 1 } else { 0 };
            let rows = &block.rows[behind..];
            if rows.is_empty() {
                continue;
            }
            let mut flow = ControlFlow::Continue(());
            comparison.batch(rows, |other| {
                if flow.is_continue() && other.score >= floor && other.owner != probe.owner {
                    let score = other.score;
                    let one = Candidate { owner: probe.owner, score, slot: probe.slot };
                    flow = event(OpaqueEvent::Pair(one, other));
                }
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
