//! The minutia of all records and of the normal card: kind and x in one word, y in
//! another, then angle and (in most) quality.

use zeroize::Zeroizing;

use super::angle::AngleUnit;
use super::error::ReadError;
use super::input::Input;
use super::record::{Minutia, MinutiaKind};
use crate::limits;

/// How many bytes a minutia has and how its angle is counted.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// 5, or 6 with a quality byte.
    pub(super) bytes: usize,
    /// The unit of the angle byte.
    pub(super) angle: AngleUnit,
    /// What is written for "quality not reported": 0 in the records of 2004 and 2005,
    /// 254 in those of 2009 and 2011.
    pub(super) no_quality: u8,
}

/// Reads `count` minutiae. Memory is taken once their bytes are known to be there.
pub(super) fn read(
    input: &mut Input<'_>,
    count: u8,
    layout: Layout,
) -> Result<Zeroizing<Vec<Minutia>>, ReadError> {
    let bytes = input.take(usize::from(count) * layout.bytes)?;
    Ok(Zeroizing::new(bytes.chunks_exact(layout.bytes).map(|raw| unpack(raw, layout)).collect()))
}

/// One minutia from the layout's 5 or 6 bytes.
pub(super) fn unpack(raw: &[u8], layout: Layout) -> Minutia {
    let x = u16::from_be_bytes([raw[0], raw[1]]);
    let y = u16::from_be_bytes([raw[2], raw[3]]);
    Minutia {
        x: x & limits::MINUTIA_COORDINATE,
        // The upper two bits are reserved.
        y: y & limits::MINUTIA_COORDINATE,
        angle: layout.angle.read(u16::from(raw[4])),
        kind: kind(x >> 14),
        quality: raw.get(5).copied().map_or(0, quality),
    }
}

/// Appends a minutia whose numbers are within their ranges.
pub(super) fn pack(minutia: &Minutia, layout: Layout, output: &mut Vec<u8>) {
    let x = code(minutia.kind) << 14 | minutia.x;
    output.extend_from_slice(&x.to_be_bytes());
    output.extend_from_slice(&minutia.y.to_be_bytes());
    // At most 255: no unit of a packed minutia has more than 256 a turn.
    output.push(layout.angle.write(minutia.angle).to_be_bytes()[1]);
    if layout.bytes == 6 {
        output.push(if minutia.quality == 0 { layout.no_quality } else { minutia.quality });
    }
}

/// The kind behind the standards' two bits; 3 is reserved.
pub(super) fn kind(code: u16) -> MinutiaKind {
    match code {
        1 => MinutiaKind::Ending,
        2 => MinutiaKind::Bifurcation,
        _ => MinutiaKind::Other,
    }
}

/// The standards' two bits of a kind.
pub(super) fn code(kind: MinutiaKind) -> u16 {
    match kind {
        MinutiaKind::Other => 0,
        MinutiaKind::Ending => 1,
        MinutiaKind::Bifurcation => 2,
    }
}

/// A quality byte, of a view or of a minutia: what is above 100 is not reported (254),
/// failed (255) or reserved.
pub(super) fn quality(byte: u8) -> u8 {
    if byte <= 100 { byte } else { 0 }
}
