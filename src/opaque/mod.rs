//! Opaque templates: bytes that only their vendor's own comparison can read.
//!
//! One [`OpaqueIndex`] holds the templates of one algorithm. It is a value, as the other
//! indexes are: a clone is cheap and shares every block, a change copies the blocks that it
//! touches, and the bytes of a template are never copied at all.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `matcher.rs` | [`Compare`]: the vendor's comparison; [`Matcher`]: with its budget of time |
//! | `comparison.rs` | [`Comparison`]: one probe, its matcher, and until when |
//! | `block.rs` | 256 templates: bytes, owners, slots, handles; as many as are compared in one call |
//! | `opaque_index.rs` | [`OpaqueIndex`]: insert, replace, remove, size |
//! | `search.rs` | search (1:N), on several threads as well, and verify (1:1) |
//! | `pairs.rs` | everybody against everybody |

mod block;
mod comparison;
mod matcher;
mod opaque_index;
mod pairs;
mod search;

#[cfg(test)]
mod tests;

pub use block::OPAQUE_BLOCK_ROWS;
pub use comparison::Comparison;
pub use matcher::{Compare, CompareError, Matcher, NOT_COMPARED};
pub use opaque_index::OpaqueIndex;
pub use pairs::OpaqueEvent;
