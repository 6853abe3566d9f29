//! Why a template is refused.

use super::format::FormatError;

/// Why a template is refused. No variant holds a byte of it.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum TemplateError {
    /// Not base64 in the standard alphabet: a foreign character, white space,
    /// a wrong number of `=`, a symbol alone at the end, or bits after the end.
    #[error("the data is not base64 at offset {offset}")]
    Base64 {
        /// Byte offset in the text; its length when the end is what is wrong.
        offset: usize,
    },
    /// Larger than the caller allows; seen before any of it is decoded.
    #[error("the template has {found} bytes, more than the {limit} allowed")]
    TooLarge {
        /// Bytes that the text would decode to.
        found: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// Not the length that the algorithm's format says.
    #[error("the template has {found} bytes, the algorithm's format says {expected}")]
    Length {
        /// Bytes of the format.
        expected: usize,
        /// Bytes of the template.
        found: usize,
    },
    /// No bytes at all.
    #[error("the template is empty")]
    Empty,
    /// An element is infinite or not a number.
    #[error("element {index} of the vector is not a finite number")]
    NonFinite {
        /// Index of the first such element.
        index: usize,
    },
    /// All elements are zero: the vector has no direction.
    #[error("the vector is zero")]
    ZeroNorm,
    /// The format itself is impossible. A [`super::Registry`] has none such.
    #[error("the template's format is wrong: {0}")]
    Format(#[from] FormatError),
}
