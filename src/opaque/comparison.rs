//! One probe, its matcher, and until when.

use std::time::Duration;

use super::block::{OPAQUE_BLOCK_ROWS, Row};
use super::matcher::{CompareError, Matcher, NOT_COMPARED};
use crate::gallery::Candidate;

/// One probe, ready to be compared. Its budget of time begins when it is made.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    matcher: &'a Matcher,
    probe: &'a [u8],
    end: Option<Duration>,
}

impl<'a> Comparison<'a> {
    /// `probe`: as the vendor's comparison wants it.
    #[must_use]
    pub fn new(matcher: &'a Matcher, probe: &'a [u8]) -> Comparison<'a> {
        Comparison { matcher, probe, end: matcher.end() }
    }

    /// The same without an end, for work that its caller can stop.
    pub(super) fn unhurried(matcher: &'a Matcher, probe: &'a [u8]) -> Comparison<'a> {
        Comparison { matcher, probe, end: None }
    }

    /// Compares one batch, at most [`OPAQUE_BLOCK_ROWS`] rows, and hands over what was compared.
    /// Works on the stack.
    ///
    /// Not inlined: its frame is needed for a batch, not beside what a search starts with.
    #[inline(never)]
    pub(super) fn batch(
        &self,
        rows: &[Row],
        mut take: impl FnMut(Candidate),
    ) -> Result<(), CompareError> {
        self.matcher.check(self.end)?;
        let rows = &rows[..rows.len().min(OPAQUE_BLOCK_ROWS)];
        let mut templates: [&[u8]; OPAQUE_BLOCK_ROWS] = [&[]; OPAQUE_BLOCK_ROWS];
        let mut scores = [NOT_COMPARED; OPAQUE_BLOCK_ROWS];
        let (templates, scores) = (&mut templates[..rows.len()], &mut scores[..rows.len()]);
        templates.iter_mut().zip(rows).for_each(|(place, row)| *place = row.bytes());
        self.matcher.compare(self.probe, templates, scores)?;
        for (row, &score) in rows.iter().zip(&*scores) {
            if score != NOT_COMPARED {
                take(Candidate { owner: row.owner, score, slot: row.slot });
            }
        }
        Ok(())
    }
}
