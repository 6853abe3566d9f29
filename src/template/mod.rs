//! From the `data` text of a slot and an algorithm to a vector.
//!
//! `data` is opaque by contract: a vector of one vendor's model, a photo, or
//! rubbish. Only the algorithm's name says what it should be, therefore:
//!
//! * [`Registry`] knows, for each modality, the algorithms of the
//!   configuration and the [`VectorFormat`] of each;
//! * [`Decoder`] turns base64 into bytes and bytes into a [`Vector`], refusing
//!   everything that is not exactly what the format says.
//!
//! A refusal costs one template and nothing else; its [`TemplateError`] never
//! holds a byte of the template.

mod algorithm;
mod base64;
mod decoder;
mod error;
mod format;
pub mod minutiae;
mod vector;

pub(crate) use algorithm::DEFAULT_ALGORITHM;
pub use algorithm::{Algorithm, Modality, Registry, RegistryError};
pub use decoder::{Decoded, Decoder, read_vector};
pub use error::TemplateError;
pub use format::{Element, FormatError, TemplateFormat, VectorFormat};
pub use vector::Vector;

#[cfg(test)]
mod tests;
