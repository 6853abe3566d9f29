//! How one algorithm lays out a template in its bytes.

use super::algorithm::Modality;
use super::minutiae::MinutiaeFormat;
use crate::limits;

/// What the templates of one algorithm are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TemplateFormat {
    /// A vector, compared by the cosine.
    Vector(VectorFormat),
    /// A minutiae record of this format; `None`: of the one that each record says it is
    /// in (cards say nothing and must be told). Fingers only.
    Minutiae(Option<MinutiaeFormat>),
    /// Bytes that only their vendor's own comparison can read; any length but none.
    Opaque,
}

impl From<VectorFormat> for TemplateFormat {
    fn from(format: VectorFormat) -> TemplateFormat {
        TemplateFormat::Vector(format)
    }
}

impl TemplateFormat {
    /// The layout of a vector, if it is one.
    #[must_use]
    pub fn vector(&self) -> Option<&VectorFormat> {
        match self {
            TemplateFormat::Vector(format) => Some(format),
            TemplateFormat::Minutiae(_) | TemplateFormat::Opaque => None,
        }
    }

    /// The exact length of a decoded template, where there is one.
    #[must_use]
    pub fn expected_bytes(&self) -> Option<usize> {
        self.vector().map(|format| format.expected_bytes)
    }

    /// Checks that the format can hold for any template at all.
    pub(super) fn check(&self, modality: Modality) -> Result<(), FormatError> {
        match self {
            TemplateFormat::Vector(format) => format.check(),
            TemplateFormat::Opaque => Ok(()),
            TemplateFormat::Minutiae(_) if modality == Modality::Finger => Ok(()),
            TemplateFormat::Minutiae(_) => Err(FormatError::Modality),
        }
    }
}

/// The type of one vector element; always little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Element {
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary16.
    F16,
    /// Two's complement, one byte.
    I8,
}

impl Element {
    /// Bytes of one element.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Element::F32 => 4,
            Element::F16 => 2,
            Element::I8 => 1,
        }
    }
}

/// The layout of a template that is a plain vector.
///
/// A template is `header_bytes` to skip, `dimension` elements, and whatever
/// remains up to `expected_bytes`, which is not looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VectorFormat {
    /// Type of an element.
    pub element: Element,
    /// Elements, within [`limits::DIMENSION`].
    pub dimension: usize,
    /// Bytes before the first element.
    pub header_bytes: usize,
    /// The exact length of a decoded template. Bytes after the vector are
    /// ignored only as far as this length counts them.
    pub expected_bytes: usize,
    /// An element's value is `raw * scale`. A cosine does not see it, so it is
    /// not applied; it must be finite and positive all the same.
    pub scale: f32,
}

/// Why a [`VectorFormat`] cannot be right. It is an error of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FormatError {
    /// The dimension is outside [`limits::DIMENSION`].
    #[error("dimension {0} is outside {min} to {max}", min = limits::DIMENSION.start(), max = limits::DIMENSION.end())]
    Dimension(usize),
    /// Header and vector do not fit into the expected length.
    #[error(
        "header of {header_bytes} bytes and vector of {vector_bytes} bytes exceed the expected \
         {expected_bytes} bytes"
    )]
    Length {
        /// Bytes before the vector.
        header_bytes: usize,
        /// Bytes of the vector.
        vector_bytes: usize,
        /// Bytes that a template has.
        expected_bytes: usize,
    },
    /// Minutiae of something that is no finger.
    #[error("minutiae are a format of fingers")]
    Modality,
    /// The scale is zero, negative, infinite or not a number.
    #[error("scale {0} is not a positive finite number")]
    Scale(f32),
}

impl VectorFormat {
    /// The 1072-byte layout of a widespread family of WeCom face terminals:
    /// 512 int8 elements at 1/128, then 560 bytes that are not used.
    ///
    /// The unused bytes are the second embedding of 512 int8 (for masked
    /// faces), ten landmark coordinates and the stored norms of the two
    /// halves. Norms are not compared with the vector: the terminals that
    /// write them do not check them either, so a wrong one proves nothing.
    pub const INT8_512_IN_1072: VectorFormat = VectorFormat {
        element: Element::I8,
        dimension: 512,
        header_bytes: 0,
        expected_bytes: 1072,
        scale: 1.0 / 128.0,
    };

    /// A bare vector: no header, nothing behind it, scale 1.
    #[must_use]
    pub const fn bare(element: Element, dimension: usize) -> VectorFormat {
        VectorFormat {
            element,
            dimension,
            header_bytes: 0,
            expected_bytes: dimension.saturating_mul(element.bytes()),
            scale: 1.0,
        }
    }

    /// Checks that the format can hold for any template at all.
    ///
    /// # Errors
    ///
    /// The first [`FormatError`] found.
    pub fn check(&self) -> Result<(), FormatError> {
        if !limits::DIMENSION.contains(&self.dimension) {
            return Err(FormatError::Dimension(self.dimension));
        }
        // The dimension is bounded by now: the product cannot overflow.
        let vector_bytes = self.dimension * self.element.bytes();
        if self.header_bytes.checked_add(vector_bytes).is_none_or(|end| end > self.expected_bytes) {
            return Err(FormatError::Length {
                header_bytes: self.header_bytes,
                vector_bytes,
                expected_bytes: self.expected_bytes,
            });
        }
        if !(self.scale.is_finite() && self.scale > 0.0) {
            return Err(FormatError::Scale(self.scale));
        }
        Ok(())
    }

    /// The vector's bytes, for a format that [`VectorFormat::check`] accepts
    /// and bytes of the expected length.
    pub(super) fn body<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.header_bytes..][..self.dimension * self.element.bytes()]
    }
}
