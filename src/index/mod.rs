//! 1:N search over int8 vectors: aligned blocks, a cascade of steps, best k members.
//!
//! One [`VectorIndex`] holds the templates of one algorithm, that is of one
//! dimension. It is a value: a clone is cheap and shares every block, a change
//! copies only the blocks it touches, so a reader's clone never changes.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `codes.rs` | [`Codes`]: a vector in int8, its rounding and its refusals |
//! | `score.rs` | the score: cosine of the codes in millionths, in integers |
//! | `mode.rs` | [`SearchMode`]: what is kept of a template to search by |
//! | `query.rs` | [`PreparedQuery`]: a probe, ready to be compared |
//! | `plane.rs` | the aligned codes of a block, erased on drop |
//! | `block.rs` | 1024 templates: planes, weights, owners, slots |
//! | `vector_index.rs` | [`VectorIndex`]: insert, replace, remove, size |
//! | `signs.rs` | the statistical step: a score estimated from sign bits |
//! | `second.rs` | the second one: an estimate from one more bit |
//! | `narrow.rs` | the same for rows of so few components that signs let many of them through |
//! | `bound.rs` | the proven step: how far a score can be from the high halves |
//! | `cascade.rs` | the way of one probe through the blocks, step by step |
//! | `waiting.rs` | rows that wait for their next step |
//! | `scan.rs` | search (1:N) and verify (1:1) |
//! | `batch.rs`, `threads.rs` | several probes in one reading; one probe on several threads |
//! | `pairs.rs` | everybody against everybody |
//!
//! The index knows members as `owner` numbers and gives them no meaning.

mod batch;
mod block;
mod bound;
mod cascade;
mod codes;
mod mode;
mod narrow;
mod pairs;
mod plane;
mod query;
mod scan;
mod score;
mod second;
mod signs;
mod threads;
mod vector_index;
mod waiting;

#[cfg(test)]
mod tests;

pub use crate::gallery::{Candidate, SearchParams, TemplateHandle, TopK};
pub use batch::{Answer, BATCH};
pub use block::BLOCK_ROWS;
pub use codes::{Codes, VectorError};
pub use mode::SearchMode;
pub use pairs::{Pair, PairEvent};
pub use query::PreparedQuery;
pub use score::SCORE_ONE;
pub use second::SECOND_SIGMAS;
pub use signs::{MISS, SIGMAS};
pub use vector_index::{IndexError, VectorIndex};
