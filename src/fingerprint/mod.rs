//! Fingerprints: from minutiae to a score.
//!
//! | file | what it is |
//! |------|------------|
//! | `minutia.rs` | what comes in: minutiae in pixels of 500 dpi |
//! | `turn.rs` | angles as 16-bit turns, sine and arc tangent without a mathematical library |
//! | `point.rs` | a minutia in compact integers |
//! | `hull.rs` | the convex hull of a template's minutiae |
//! | `select.rs` | which minutiae are kept |
//! | `cylinder.rs` | Minutia Cylinder-Code: the neighbourhood of a minutia in 320 bits |
//! | `finger_template.rs`, `error.rs` | points and codes of one view of a finger; why there are none |
//! | `comparer.rs` | the comparison of two templates, step by step |
//! | `distances.rs` | Hamming distances between their codes |
//! | `pairs.rs` | the most similar pairs, one to one |
//! | `relax.rs` | pairs that lie alike lift one another |
//! | `fit.rs` | a rotation and a translation |
//! | `overlay.rs` | which points meet |
//! | `warp.rs` | distortion is taken out |
//! | `evidence.rs` | what was found, as numbers |
//! | `score.rs` | the false-match level that stands for the evidence |
//! | `packed.rs`, `block.rs` | a template in the gallery, 64 of them |
//! | `stored.rs`, `layout.rs` | a template as bytes, and the number of their layout |
//! | `finger_index.rs` | [`FingerIndex`]: insert, replace, remove, size |
//! | `probe.rs` | [`FingerProbe`]: the views of a finger, ready to be compared |
//! | `vote.rs` | the cheap vote on every template |
//! | `share.rs` | who goes on to the comparison |
//! | `search.rs`, `threads.rs` | search (1:N) and verify (1:1); on several threads |
//!
//! In a build without the feature `fingerprint` `absent.rs` stands in for all of it.
//!
//! Everything is computed with integers and with the operations of IEEE 754 that are
//! exactly rounded (`+ - * /` and the square root), so templates and scores are the same
//! on every machine.

mod block;
mod comparer;
mod cylinder;
mod distances;
mod error;
mod evidence;
mod finger_index;
mod finger_template;
mod fit;
mod hull;
mod layout;
mod minutia;
mod overlay;
mod packed;
mod pairs;
mod point;
mod probe;
mod relax;
mod score;
mod search;
mod select;
mod share;
mod stored;
mod threads;
mod turn;
mod vote;
mod warp;

#[cfg(test)]
pub(crate) mod tests;

pub use block::FINGER_BLOCK_ROWS;
pub use comparer::Comparer;
pub use cylinder::{CODE_BITS, CODE_WORDS, Code};
pub use distances::Distances;
pub use error::FingerError;
pub use evidence::Evidence;
pub use finger_index::FingerIndex;
pub use finger_template::{FingerTemplate, FingerView};
pub use layout::TEMPLATE_LAYOUT;
pub use minutia::{ANGLE_UNITS, Minutia, MinutiaKind};
pub use point::{Point, UNITS_PER_PIXEL};
pub use probe::FingerProbe;
pub use score::{SCORE_MEASURED, SCORE_PER_DECADE};
pub(crate) use search::second_stage;
pub use search::{FingerScratch, SecondStage};
pub use stored::TemplateBytesError;
