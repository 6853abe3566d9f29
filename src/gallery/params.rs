//! What a search is asked for.

use crate::limits::CANDIDATES;

/// What a search returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchParams {
    /// Most members, 1 to [`CANDIDATES`]; more are cut to that, 0 finds nothing.
    pub k: usize,
    /// Lowest score reported, on the scale of the index. A floor as high as the caller can
    /// afford costs nothing and saves work.
    pub floor: i32,
}

impl Default for SearchParams {
    /// All [`CANDIDATES`] of any positive score.
    fn default() -> Self {
        SearchParams { k: CANDIDATES, floor: 0 }
    }
}
