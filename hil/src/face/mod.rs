//! From a picture to the vectors of its faces, by models that are given by path: detector,
//! alignment by five points, embedder, and how good each face is.
//!
//! A small TOML says what the models want and give ([`Description`]), so that a vendor's own
//! drop in. `tract` runs them. Optional (cargo feature `face`): it takes minutes to build.
//!
//! | file | what it is |
//! |------|------------|
//! | `description.rs` | the TOML |
//! | `network.rs` | an ONNX model: numbers in, numbers out |
//! | `prepare.rs` | a picture as a network wants it |
//! | `detector.rs` | faces and their five points, from a network of YuNet's kind |
//! | `align.rs` | a face turned and scaled to where the embedder wants it |
//! | `quality.rs` | size, blur, exposure, pose |
//! | `limits.rs` | what a face must be for a template, and what is wrong with one that is not |
//! | `path.rs` | [`FacePath`]: all of it |
//! | `tiny_onnx.rs`, `stand_in.rs` | models of a few numbers and people for them, where no real ones are |

mod align;
mod description;
mod detector;
mod error;
mod limits;
mod network;
mod path;
mod prepare;
mod quality;
pub mod stand_in;
mod tiny_onnx;

pub use align::Point;
pub use description::{Description, DetectorDescription, EmbedderDescription, Order};
pub use detector::{Face, Maps};
pub use error::FaceError;
pub use limits::{Fault, QualityLimits, Refusal};
pub use path::{FacePath, Look, Seen};
pub use quality::Quality;
