//! What every index of templates has, whatever the templates are.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `handles.rs` | [`TemplateHandle`] to row, copy-on-write |
//! | `params.rs` | [`SearchParams`]: what a search is asked for |
//! | `top.rs` | [`TopK`]: the best k members of a stream of rows |

mod handles;
mod params;
mod top;

pub use handles::TemplateHandle;
pub(crate) use handles::{HandleMap, MOST, grown};
pub use params::SearchParams;
pub use top::{Candidate, TopK};
