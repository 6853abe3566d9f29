//! The vendor's comparison, and how long it may take.

use core::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The score of a template that was not compared: it never counts.
pub const NOT_COMPARED: i32 = i32::MIN;

/// A vendor's comparison of a probe with some templates.
///
/// It must give equal answers whatever the batch that a template comes in, and is called from several
/// threads at once if searches are.
pub trait Compare: Send + Sync {
    /// Writes a score for each template, on the vendor's own scale, higher for more alike.
    /// `scores` has as many places as there are `templates`, all [`NOT_COMPARED`] before;
    /// a place that is left so counts as no comparison.
    ///
    /// # Errors
    ///
    /// The vendor's own number. The whole search fails then, whatever was written.
    fn compare(&self, probe: &[u8], templates: &[&[u8]], scores: &mut [i32]) -> Result<(), i32>;
}

impl<F> Compare for F
where
    F: Fn(&[u8], &[&[u8]], &mut [i32]) -> Result<(), i32> + Send + Sync,
{
    fn compare(&self, probe: &[u8], templates: &[&[u8]], scores: &mut [i32]) -> Result<(), i32> {
        self(probe, templates, scores)
    }
}

/// Why a probe could not be compared with all that it had to be compared with. There is no
/// result then: half a gallery decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The vendor's comparison failed, with a number of its own.
    #[error("the vendor's comparison failed with {0}")]
    Matcher(i32),
    /// The budget was used up before the last batch.
    #[error("the comparison took longer than its deadline allows")]
    Deadline,
}

/// Time since some instant, never less than before.
type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A vendor's comparison with its budget of time. Clones share the comparison.
#[derive(Clone)]
pub struct Matcher {
    compare: Arc<dyn Compare>,
    budget: Option<Duration>,
    clock: Clock,
}

impl Matcher {
    /// A comparison that may take as long as it likes.
    #[must_use]
    pub fn new(compare: impl Compare + 'static) -> Matcher {
        let start = Instant::now();
        let clock = Arc::new(move || start.elapsed());
        Matcher { compare: Arc::new(compare), budget: None, clock }
    }

    /// What one probe may take. It is looked at before each batch of at most
    /// [`OPAQUE_BLOCK_ROWS`](super::OPAQUE_BLOCK_ROWS) templates; a batch that was begun is finished.
    #[must_use]
    pub fn with_budget(self, budget: Duration) -> Matcher {
        Matcher { budget: Some(budget), ..self }
    }

    /// With another clock than the system's.
    #[cfg(test)]
    pub(crate) fn with_clock(
        self,
        clock: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Matcher {
        Matcher { clock: Arc::new(clock), ..self }
    }

    /// What one probe may take; `None`: as long as it likes.
    #[must_use]
    pub fn budget(&self) -> Option<Duration> {
        self.budget
    }

    /// The end of a budget that begins now, on this matcher's clock.
    pub(super) fn end(&self) -> Option<Duration> {
        self.budget.map(|budget| (self.clock)().saturating_add(budget))
    }

    /// Whether there is time left.
    pub(super) fn check(&self, end: Option<Duration>) -> Result<(), CompareError> {
        match end {
            Some(end) if (self.clock)() >= end => Err(CompareError::Deadline),
            _ => Ok(()),
        }
    }

    /// One batch.
    pub(super) fn compare(
        &self,
        probe: &[u8],
        templates: &[&[u8]],
        scores: &mut [i32],
    ) -> Result<(), CompareError> {
        self.compare.compare(probe, templates, scores).map_err(CompareError::Matcher)
    }
}

/// The same comparison, not one that does the same.
impl PartialEq for Matcher {
    fn eq(&self, other: &Matcher) -> bool {
        Arc::ptr_eq(&self.compare, &other.compare) && self.budget == other.budget
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matcher").field("budget", &self.budget).finish_non_exhaustive()
    }
}
