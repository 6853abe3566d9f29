//! What every index of templates has, whatever the templates are.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `handles.rs` | [`TemplateHandle`] to row, copy-on-write |
//! | `rows.rs` | rows in dense blocks, copy-on-write; [`GalleryError`] |
//! | `params.rs` | [`SearchParams`]: what a search is asked for |
//! | `top.rs` | [`TopK`]: the best k members of a stream of rows |

mod handles;
mod params;
mod rows;
mod top;

pub use handles::TemplateHandle;
pub use params::SearchParams;
pub use rows::GalleryError;
pub(crate) use rows::{RowBlock, Rows};
pub use top::{Candidate, TopK};
