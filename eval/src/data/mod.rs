//! What is compared: samples with labels, from folders, tables and manifests.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `sample.rs` | [`Sample`]: one template, whose finger it is, where its bytes are |
//! | `naming.rs`, `natural.rs` | the rule `<finger>_<impression>`, and the order of names |
//! | `folder.rs` | a folder of templates to samples |
//! | `table.rs` | a CSV or TSV manifest to samples |
//! | `filter.rs` | which lines of a table are kept |
//! | `manifest.rs` | TOML: the databases of an evaluation |
//! | `database.rs` | [`Database`]: references and probes, checked |
//! | `labels.rs` | [`Labels`]: which cells of the score matrix mean what |
//! | `npy.rs`, `score_file.rs` | matrices of `f32`; scores made elsewhere |

mod database;
mod filter;
mod folder;
mod labels;
mod manifest;
mod naming;
mod natural;
mod npy;
mod sample;
mod score_file;
mod table;

pub use database::Database;
pub use folder::samples as folder_samples;
pub use labels::{Label, Labels, Pairs};
pub use manifest::read as read_manifest;
pub use natural::natural;
pub use npy::{parse as parse_npy, write as write_npy};
pub use sample::{Role, Sample, Source};
pub(crate) use score_file::parse as parse_score;
pub use score_file::read as read_scores;
