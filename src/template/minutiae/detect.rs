//! Which format bytes are in.

use super::format::MinutiaeFormat;
use super::{ansi2004, iso2005, iso2011, xyt};

/// The format of bytes that say what they are. Cards say nothing.
///
/// ISO/IEC 19794-2:2005 and ANSI/INCITS 378-2004 share magic and version, and so do
/// ISO/IEC 19794-2:2011 and ANSI/INCITS 378-2009; see [`short`] and
/// [`iso2011::fits`].
pub(super) fn detect(bytes: &[u8]) -> Option<MinutiaeFormat> {
    let Some(rest) = bytes.strip_prefix(b"FMR\0") else {
        return xyt::fits(bytes).then_some(MinutiaeFormat::Xyt);
    };
    let (version, rest) = rest.split_first_chunk::<4>()?;
    match version {
        b"035\0" => Some(MinutiaeFormat::Ansi2009Am1),
        b"030\0" if iso2011::fits(bytes) => Some(MinutiaeFormat::Iso2011),
        b"030\0" => Some(MinutiaeFormat::Ansi2009),
        version if iso2005::VERSIONS.contains(&version) => Some(short(rest)),
        _ => None,
    }
}

/// By the length field, which has 4 bytes in the ISO record, 2 in the ANSI one, or 6 there
/// if the first two are zero. No record of either kind is shorter than its header, and 255
/// views of 255 minutiae have less than 26 times 65,536 bytes.
fn short(rest: &[u8]) -> MinutiaeFormat {
    let word = |at: usize| {
        rest.get(at..at + 2).map_or(0, |word| usize::from(u16::from_be_bytes([word[0], word[1]])))
    };
    match word(0) {
        0 if word(2) >= iso2005::HEADER_BYTES => MinutiaeFormat::Iso2005,
        0 => MinutiaeFormat::Ansi2004,
        1..ansi2004::HEADER_BYTES => MinutiaeFormat::Iso2005,
        ansi2004::HEADER_BYTES.. => MinutiaeFormat::Ansi2004,
    }
}
