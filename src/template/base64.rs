//! Base64 text to bytes, in a buffer that is kept and zeroised.

use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use base64::{DecodeError, DecodeSliceError, Engine as _};
use zeroize::{Zeroize as _, Zeroizing};

use super::error::TemplateError;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
type Engine = base64::engine::Simd;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Engine = base64::engine::GeneralPurpose;

/// The standard alphabet; no bits after the end; `=` up to a multiple of four
/// or none at all (the engine would also take too few, see [`decoded_len`]).
fn engine() -> Engine {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    return Engine::standard(config);
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    return Engine::new(&base64::alphabet::STANDARD, config);
}

/// A base64 engine with its output.
pub(super) struct Base64 {
    engine: Engine,
    /// Grows to the longest template seen, so that it is not cleared for each.
    buffer: Zeroizing<Vec<u8>>,
    /// Text in the standard alphabet, where it came in another shape.
    plain: Zeroizing<String>,
}

impl Base64 {
    pub(super) fn new() -> Base64 {
        Base64 { engine: engine(), buffer: Zeroizing::default(), plain: Zeroizing::default() }
    }

    pub(super) fn decode(&mut self, text: &str, limit: usize) -> Result<&[u8], TemplateError> {
        let written = self.decode_length(text, limit)?;
        Ok(&self.buffer[..written])
    }

    /// As [`Base64::decode`], but white space is passed over and the two symbols of the
    /// URL-safe alphabet mean the same as the standard ones.
    pub(super) fn decode_lenient(
        &mut self,
        text: &str,
        limit: usize,
    ) -> Result<&[u8], TemplateError> {
        if !text.bytes().any(|byte| byte.is_ascii_whitespace() || b"-_".contains(&byte)) {
            return self.decode(text, limit);
        }
        let kept = || text.bytes().rev().filter(|byte| !byte.is_ascii_whitespace());
        let pads = kept().take(2).take_while(|byte| *byte == b'=').count();
        let symbols = kept().count() - pads;
        let found = symbols / 4 * 3 + (symbols % 4).saturating_sub(1);
        if found > limit {
            return Err(TemplateError::TooLarge { found, limit });
        }
        let mut plain = std::mem::take(&mut self.plain);
        standardise(text, symbols + pads, &mut plain);
        let written = self.decode_length(&plain, limit);
        self.plain = plain;
        match written {
            Ok(written) => Ok(&self.buffer[..written]),
            Err(TemplateError::Base64 { offset }) => {
                Err(TemplateError::Base64 { offset: offset_in(text, offset) })
            }
            Err(error) => Err(error),
        }
    }

    /// Decodes to the start of the buffer.
    fn decode_length(&mut self, text: &str, limit: usize) -> Result<usize, TemplateError> {
        let needed = decoded_len(text)?;
        if needed > limit {
            return Err(TemplateError::TooLarge { found: needed, limit });
        }
        if self.buffer.len() < needed {
            // Wiped before it grows: a moved Vec leaves its old memory behind.
            self.buffer.zeroize();
            self.buffer.resize(needed, 0);
        }
        let output = &mut self.buffer[..needed];
        match self.engine.decode_slice(text, output) {
            Ok(written) => Ok(written),
            Err(error) => Err(TemplateError::Base64 { offset: offset(&error, text) }),
        }
    }

    pub(super) fn wipe(&mut self) {
        self.buffer.zeroize();
        self.plain.zeroize();
    }
}

/// Writes `text` without white space and in the standard alphabet. `bytes` is how long it
/// is without white space.
fn standardise(text: &str, bytes: usize, plain: &mut Zeroizing<String>) {
    plain.zeroize();
    plain.reserve(bytes);
    let symbols = text.chars().filter(|symbol| !symbol.is_ascii_whitespace());
    plain.extend(symbols.map(|symbol| match symbol {
        '-' => '+',
        '_' => '/',
        other => other,
    }));
}

/// The offset in a text of what stands at `offset` once its white space is left out.
fn offset_in(text: &str, offset: usize) -> usize {
    let kept = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace());
    kept.map(|(at, _)| at).nth(offset).unwrap_or(text.len())
}

/// The decoded length of well-formed text, from its length and its end alone.
fn decoded_len(text: &str) -> Result<usize, TemplateError> {
    let bytes = text.as_bytes();
    let pads = bytes.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let symbols = bytes.len() - pads;
    let rest = symbols % 4;
    if rest == 1 || (pads > 0 && !bytes.len().is_multiple_of(4)) {
        // No length for base64: most likely because of a foreign byte.
        let foreign = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"+/".contains(byte));
        let offset = bytes.iter().position(foreign).unwrap_or(symbols.saturating_sub(1));
        return Err(TemplateError::Base64 { offset });
    }
    Ok(symbols / 4 * 3 + rest.saturating_sub(1))
}

/// Where the text is wrong.
fn offset(error: &DecodeSliceError, text: &str) -> usize {
    match error {
        DecodeSliceError::DecodeError(
            DecodeError::InvalidByte(offset, _) | DecodeError::InvalidLastSymbol { offset, .. },
        ) => *offset,
        DecodeSliceError::DecodeError(
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding,
        )
        | DecodeSliceError::OutputSliceTooSmall => text.len(),
    }
}
