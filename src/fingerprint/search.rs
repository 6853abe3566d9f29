//! Search (1:N) and verify (1:1).
//!
//! 1. Every template: for each code of the probe the most alike one, and the vote of the
//!    pairs (`vote.rs`).
//! 2. Who goes on, by the votes of the whole gallery (`share.rs`).
//! 3. The comparison of those, and the best members.

use core::cmp::Ordering;

use super::Comparer;
use super::block::{FINGER_BLOCK_ROWS, FingerBlock};
use super::finger_index::FingerIndex;
use super::finger_template::FingerView;
use super::packed::{PackedFinger, Unpacked};
use super::probe::FingerProbe;
use super::{share, vote};
use crate::gallery::{Candidate, GalleryError, SearchParams, TemplateHandle, TopK};

/// The comparison of two templates (1:1) as a search asks for it: higher scores are
/// better, and a score depends on the two templates only.
pub trait SecondStage {
    /// The score of a view of the probe against a template.
    fn score(&mut self, probe: FingerView<'_>, candidate: FingerView<'_>) -> i32;
}

impl SecondStage for Comparer {
    fn score(&mut self, probe: FingerView<'_>, candidate: FingerView<'_>) -> i32 {
        self.compare(probe, candidate).score()
    }
}

impl<F: FnMut(FingerView<'_>, FingerView<'_>) -> i32> SecondStage for F {
    fn score(&mut self, probe: FingerView<'_>, candidate: FingerView<'_>) -> i32 {
        self(probe, candidate)
    }
}

/// The comparison that decides, with what it works in on the heap.
#[inline(never)]
pub(crate) fn second_stage() -> impl SecondStage {
    let mut comparer = Box::new(Comparer::new());
    move |probe: FingerView<'_>, candidate: FingerView<'_>| {
        comparer.compare(probe, candidate).score()
    }
}

/// Room for one search: eight bytes a template. It grows with the gallery, so a search that
/// finds it large enough allocates nothing; keep one for each thread that searches.
#[derive(Default)]
pub struct FingerScratch {
    pub(super) votes: Vec<u32>,
    pub(super) order: Vec<u32>,
}

impl FingerScratch {
    /// Room for nothing yet.
    #[must_use]
    pub const fn new() -> FingerScratch {
        FingerScratch { votes: Vec::new(), order: Vec::new() }
    }

    /// Makes room for a gallery of so many templates.
    pub fn reserve(&mut self, templates: usize) {
        self.votes.clear();
        self.votes.reserve(templates);
        self.order.clear();
        self.order.reserve(templates);
    }

    /// How many templates went on to the comparison in the last search.
    #[must_use]
    pub fn compared(&self) -> usize {
        self.order.len()
    }
}

impl FingerIndex {
    /// The best `k` members for a probe, into `out`, best first. Each member counts with its
    /// best slot (the lowest of equal ones); members of equal scores are ordered by
    /// `tie`, `Less` first, also at the end of the list.
    ///
    /// Scores are those of `stage`; that a template is among those compared is decided by its
    /// vote (`share.rs`). `tie` must be a total order in which no two members are equal; then
    /// the result depends on the templates only, not on the order of their insertion or
    /// the kernel tier.
    pub fn search(
        &self,
        probe: &FingerProbe,
        params: SearchParams,
        stage: &mut impl SecondStage,
        tie: impl Fn(u32, u32) -> Ordering,
        scratch: &mut FingerScratch,
        out: &mut TopK,
    ) {
        out.reset(params.k, params.floor);
        if params.k == 0 {
            scratch.reserve(0);
            return;
        }
        scratch.reserve(self.len());
        for at in 0..self.rows.blocks.len() {
            self.vote_block(probe, at, |vote| scratch.votes.push(vote));
        }
        self.select(params.k, scratch);
        let mut comparison = Comparison { probe, stage, room: Unpacked::new() };
        for &row in &scratch.order {
            out.offer(comparison.candidate(self, row), &tie);
        }
    }

    /// The votes for the templates of one block, in their order.
    pub(super) fn vote_block(&self, probe: &FingerProbe, at: usize, mut each: impl FnMut(u32)) {
        let kernels = probe.kernels();
        let fingers = self.rows.blocks[at].fingers();
        for (row, finger) in fingers.iter().enumerate() {
            if let Some(next) = fingers.get(row + 1) {
                kernels.prefetch(next);
            }
            let votes = probe.views().iter().map(|view| vote::vote(view, finger, kernels));
            each(votes.fold(0, u32::max));
        }
    }

    /// Leaves the rows that go on in `scratch.order`.
    pub(super) fn select(&self, k: usize, scratch: &mut FingerScratch) {
        let lowest = share::lowest(&scratch.votes, k, &mut scratch.order);
        scratch.order.clear();
        let rows = (0..).zip(&scratch.votes).filter(|&(_, &vote)| vote >= lowest);
        scratch.order.extend(rows.map(|(row, _)| row));
    }

    /// The best of the given templates, usually all of one member (1:1), compared whatever
    /// their votes; of equal scores the lower slot. `None` if there are none.
    ///
    /// # Errors
    ///
    /// [`GalleryError::UnknownHandle`].
    pub fn verify(
        &self,
        probe: &FingerProbe,
        handles: &[TemplateHandle],
        stage: &mut impl SecondStage,
    ) -> Result<Option<Candidate>, GalleryError> {
        let mut comparison = Comparison { probe, stage, room: Unpacked::new() };
        let mut best: Option<Candidate> = None;
        for &handle in handles {
            let (block, row) = self.rows.get(handle)?;
            let candidate = comparison.of(block, row);
            if best.is_none_or(|best| (candidate.score, best.slot) > (best.score, candidate.slot)) {
                best = Some(candidate);
            }
        }
        Ok(best)
    }
}

/// The second stage of one probe, with its room.
pub(super) struct Comparison<'a, S> {
    pub(super) probe: &'a FingerProbe,
    pub(super) stage: &'a mut S,
    pub(super) room: Unpacked,
}

impl<S: SecondStage> Comparison<'_, S> {
    /// The template in a row of the whole index.
    pub(super) fn candidate(&mut self, index: &FingerIndex, row: u32) -> Candidate {
        let row = row as usize;
        self.of(&index.rows.blocks[row / FINGER_BLOCK_ROWS], row % FINGER_BLOCK_ROWS)
    }

    fn of(&mut self, block: &FingerBlock, row: usize) -> Candidate {
        let score = self.score(block.finger(row));
        Candidate { owner: block.owner(row), score, slot: block.slot(row) }
    }

    /// The score of the best view; without any view the lowest that there is.
    fn score(&mut self, finger: &PackedFinger) -> i32 {
        let candidate = finger.unpack(&mut self.room);
        let views = self.probe.views().iter();
        let scores = views.map(|view| self.stage.score(view.template.view(), candidate));
        scores.fold(i32::MIN, i32::max)
    }
}
