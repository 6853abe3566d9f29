//! The card formats of ISO/IEC 19794-2:2005: minutiae and nothing else.
//!
//! Normal: the five bytes of `packed.rs`, in 0.01 mm. Compact: x and y in one byte each,
//! in 0.1 mm, then kind (2 bits) and angle (6 bits). No magic, no header, no resolution:
//! the unit of length is the resolution, 1000 and 100 a centimetre. A length that is a
//! multiple of 5 or 3 proves nothing, so a card is never guessed.

use zeroize::Zeroizing;

use super::angle::AngleUnit;
use super::error::{ReadError, ReadFault};
use super::format::MinutiaeFormat;
use super::input::Input;
use super::packed::{self, Layout};
use super::record::{Minutia, Record, View};
use crate::limits;

const NORMAL: Layout = Layout { bytes: 5, angle: AngleUnit::ISO, no_quality: 0 };
const COMPACT_BYTES: usize = 3;
/// Units of the normal card in a centimetre.
pub(super) const NORMAL_RESOLUTION: u16 = 1000;
/// Units of the compact card in a centimetre.
pub(super) const COMPACT_RESOLUTION: u16 = 100;

/// Reads a normal card.
pub(super) fn read_normal(bytes: &[u8]) -> Result<Record, ReadError> {
    let read = |raw: &[u8]| packed::unpack(raw, NORMAL);
    let minutiae = split(MinutiaeFormat::IsoNormalCard, bytes, NORMAL.bytes, read)?;
    Ok(record(minutiae, NORMAL_RESOLUTION))
}

/// Reads a compact card.
pub(super) fn read_compact(bytes: &[u8]) -> Result<Record, ReadError> {
    let minutiae = split(MinutiaeFormat::IsoCompactCard, bytes, COMPACT_BYTES, unpack_compact)?;
    Ok(record(minutiae, COMPACT_RESOLUTION))
}

/// Minutiae of `unit` bytes each, one after another.
fn split(
    format: MinutiaeFormat,
    bytes: &[u8],
    unit: usize,
    read: impl Fn(&[u8]) -> Minutia,
) -> Result<Zeroizing<Vec<Minutia>>, ReadError> {
    let input = Input::new(format, bytes);
    if bytes.is_empty() {
        return Err(input.fault(ReadFault::Empty));
    }
    if !bytes.len().is_multiple_of(unit) {
        return Err(input.fault(ReadFault::Multiple { unit, found: bytes.len() }));
    }
    if bytes.len() / unit > limits::MINUTIAE_PER_VIEW {
        return Err(input.fault(ReadFault::Minutiae));
    }
    Ok(Zeroizing::new(bytes.chunks_exact(unit).map(read).collect()))
}

fn unpack_compact(raw: &[u8]) -> Minutia {
    Minutia {
        x: u16::from(raw[0]),
        y: u16::from(raw[1]),
        angle: AngleUnit::COMPACT.read(u16::from(raw[2] & 63)),
        kind: packed::kind(u16::from(raw[2] >> 6)),
        quality: 0,
    }
}

fn record(minutiae: Zeroizing<Vec<Minutia>>, resolution: u16) -> Record {
    let view = View::of(resolution, minutiae);
    Record { product: 0, views: vec![view] }
}

/// Writes a view of [`NORMAL_RESOLUTION`] that [`super::output::prepare`] returned.
pub(super) fn write_normal(view: &View) -> Vec<u8> {
    let mut output = Vec::with_capacity(view.minutiae.len() * NORMAL.bytes);
    view.minutiae.iter().for_each(|minutia| packed::pack(minutia, NORMAL, &mut output));
    output
}

/// Writes a view of [`COMPACT_RESOLUTION`] that [`super::output::prepare`] returned.
pub(super) fn write_compact(view: &View) -> Vec<u8> {
    let low = |number: u16| number.to_be_bytes()[1];
    let pack = |minutia: &Minutia| {
        let angle = AngleUnit::COMPACT.write(minutia.angle);
        [low(minutia.x), low(minutia.y), low(packed::code(minutia.kind) << 6 | angle)]
    };
    view.minutiae.iter().flat_map(pack).collect()
}
