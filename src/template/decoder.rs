//! The decoder: base64 to bytes, bytes to a vector, no allocation when warm.

use half::f16;
use zeroize::{Zeroize as _, Zeroizing};

use super::base64::Base64;
use super::error::TemplateError;
use super::format::{Element, VectorFormat};
use super::vector::Vector;

/// Decodes templates one after another in the same buffers.
///
/// What was decoded last stays in them until the next one, [`Decoder::wipe`] or
/// the drop; the latter two zeroise.
pub struct Decoder {
    base64: Base64,
    elements: Elements,
}

/// A template in both of its forms.
#[derive(Clone, Copy, PartialEq)]
pub struct Decoded<'a> {
    /// The template's bytes, header and trailer included: what a store keeps.
    pub bytes: &'a [u8],
    /// The vector in them.
    pub vector: Vector<'a>,
}

impl std::fmt::Debug for Decoded<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decoded({} bytes, {:?})", self.bytes.len(), self.vector)
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder with empty buffers.
    #[must_use]
    pub fn new() -> Decoder {
        Decoder { base64: Base64::new(), elements: Elements::default() }
    }

    /// Base64 in the standard alphabet to bytes. Padding is complete or
    /// absent; white space, the URL-safe alphabet and bits after the end are
    /// refused. An empty text is an empty template (the protocol's "delete
    /// this slot" is the caller's to see).
    ///
    /// # Errors
    ///
    /// [`TemplateError::TooLarge`], known from the text's length before any of
    /// it is decoded, or [`TemplateError::Base64`].
    pub fn decode_base64(&mut self, text: &str, max_bytes: usize) -> Result<&[u8], TemplateError> {
        self.base64.decode(text, max_bytes)
    }

    /// As [`Decoder::decode_base64`] for minutiae records and opaque templates, which come in any
    /// dress: white space is passed over anywhere, and the URL-safe alphabet is read as well.
    ///
    /// # Errors
    ///
    /// As there; an offset is one in the text as it was given.
    pub fn decode_base64_lenient(
        &mut self,
        text: &str,
        max_bytes: usize,
    ) -> Result<&[u8], TemplateError> {
        self.base64.decode_lenient(text, max_bytes)
    }

    /// The bytes of an opaque template, from base64 as lenient as
    /// [`Decoder::decode_base64_lenient`].
    ///
    /// # Errors
    ///
    /// As there, and [`TemplateError::Empty`].
    pub fn decode_opaque(&mut self, text: &str, max_bytes: usize) -> Result<&[u8], TemplateError> {
        let bytes = self.base64.decode_lenient(text, max_bytes)?;
        if bytes.is_empty() { Err(TemplateError::Empty) } else { Ok(bytes) }
    }

    /// A template's bytes, from a store or a sensor, to its vector.
    ///
    /// # Errors
    ///
    /// Every [`TemplateError`] but the two of [`Decoder::decode_base64`].
    pub fn vector(
        &mut self,
        format: &VectorFormat,
        bytes: &[u8],
    ) -> Result<Vector<'_>, TemplateError> {
        self.elements.vector(format, bytes)
    }

    /// Both steps at once.
    ///
    /// # Errors
    ///
    /// Any [`TemplateError`].
    pub fn decode(
        &mut self,
        format: &VectorFormat,
        text: &str,
        max_bytes: usize,
    ) -> Result<Decoded<'_>, TemplateError> {
        let bytes = self.base64.decode(text, max_bytes)?;
        let vector = self.elements.vector(format, bytes)?;
        Ok(Decoded { bytes, vector })
    }

    /// Overwrites both buffers with zeroes.
    pub fn wipe(&mut self) {
        self.base64.wipe();
        self.elements.values.zeroize();
        self.elements.codes.zeroize();
    }
}

/// The elements of the last vector, in one of two buffers.
#[derive(Default)]
struct Elements {
    values: Zeroizing<Vec<f32>>,
    codes: Zeroizing<Vec<i8>>,
}

impl Elements {
    fn vector(&mut self, format: &VectorFormat, bytes: &[u8]) -> Result<Vector<'_>, TemplateError> {
        // Before the buffers: a format that was not checked may ask for any size.
        format.check()?;
        match format.element {
            Element::I8 => resize(&mut self.codes, format.dimension),
            Element::F32 | Element::F16 => resize(&mut self.values, format.dimension),
        }
        read_vector(format, bytes, &mut self.values, &mut self.codes)
    }
}

/// A template's bytes to its vector, in buffers of the caller's.
///
/// `values` is used for [`Element::F32`] and [`Element::F16`], `codes` for
/// [`Element::I8`]; the one that is used has at least the format's dimension.
///
/// # Errors
///
/// Every [`TemplateError`] but the two of [`Decoder::decode_base64`].
pub fn read_vector<'b>(
    format: &VectorFormat,
    bytes: &[u8],
    values: &'b mut [f32],
    codes: &'b mut [i8],
) -> Result<Vector<'b>, TemplateError> {
    format.check()?;
    if bytes.len() != format.expected_bytes {
        let (expected, found) = (format.expected_bytes, bytes.len());
        return Err(TemplateError::Length { expected, found });
    }
    let body = format.body(bytes);
    match format.element {
        Element::I8 => {
            let codes = &mut codes[..format.dimension];
            fill(codes, body.iter().map(|byte| byte.cast_signed()));
            if codes.iter().all(|code| *code == 0) {
                return Err(TemplateError::ZeroNorm);
            }
            Ok(Vector::I8(codes))
        }
        Element::F32 => {
            let raw = body.as_chunks().0.iter();
            check_values(fill(values, raw.map(|raw| f32::from_le_bytes(*raw))))
        }
        Element::F16 => {
            let raw = body.as_chunks().0.iter();
            check_values(fill(values, raw.map(|raw| f16::from_le_bytes(*raw).to_f32())))
        }
    }
}

/// Makes room for a vector, wiping the buffer first if it must move.
fn resize<T: zeroize::Zeroize + Clone + Default>(buffer: &mut Vec<T>, dimension: usize) {
    if buffer.capacity() < dimension {
        buffer.zeroize();
    }
    buffer.resize(dimension, T::default());
}

/// Writes elements to the start of a buffer and returns that part.
fn fill<T>(buffer: &mut [T], elements: impl ExactSizeIterator<Item = T>) -> &mut [T] {
    let part = &mut buffer[..elements.len()];
    part.iter_mut().zip(elements).for_each(|(place, element)| *place = element);
    part
}

/// Refuses what cannot be normalised.
fn check_values(values: &[f32]) -> Result<Vector<'_>, TemplateError> {
    // Without the sign bit, floats compare like their bits, and infinities
    // and NaN lie above all finite numbers: one maximum sees everything.
    let magnitude = |value: &f32| value.to_bits() & 0x7fff_ffff;
    let largest = f32::from_bits(values.iter().map(magnitude).fold(0, u32::max));
    if !largest.is_finite() {
        let index = values.iter().position(|value| !value.is_finite()).unwrap_or_default();
        return Err(TemplateError::NonFinite { index });
    }
    if largest == 0.0 {
        return Err(TemplateError::ZeroNorm);
    }
    Ok(Vector::F32(values))
}
