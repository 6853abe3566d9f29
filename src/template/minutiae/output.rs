//! What all writers share: views brought into a format's unit and checked, and the
//! numbers of its headers.

use zeroize::Zeroizing;

use super::STANDARD_RESOLUTION;
use super::angle::TURN;
use super::card;
use super::error::{WriteError, WriteFault};
use super::format::MinutiaeFormat;
use super::record::{Minutia, Record, View};
use crate::limits;

/// "Quality not reported" in the records of 2009 and 2011.
pub(super) const NO_QUALITY: u8 = 254;
/// Vendor and algorithm of a quality whose origin is not known: IBIA's number for an
/// unknown vendor, and 1.
pub(super) const QUALITY_SOURCE: [u8; 4] = [1, 3, 0, 1];
/// CBEFF product identifier of an unknown vendor; ANSI/INCITS 378 allows no owner 0.
const UNKNOWN_PRODUCT: u32 = 0x0103_0000;

/// The views of a record in the format's unit of length, with every number in the range
/// that all formats share, and an image size.
///
/// Coordinates are rounded to the nearest unit, halves up. Where the size is not known, it is
/// the smallest that holds all minutiae.
pub(super) fn prepare(
    record: &Record,
    format: MinutiaeFormat,
    resolution: Option<u16>,
) -> Result<Vec<View>, WriteError> {
    let limit = match format {
        MinutiaeFormat::IsoNormalCard | MinutiaeFormat::IsoCompactCard | MinutiaeFormat::Xyt => 1,
        _ => limits::VIEWS_PER_RECORD,
    };
    let found = record.views.len();
    if !(1..=limit).contains(&found) {
        return Err(WriteError { format, view: 0, fault: WriteFault::Views { found, limit } });
    }
    let prepared = record.views.iter().enumerate().map(|(view, source)| {
        prepare_view(source, format, resolution).map_err(|fault| WriteError { format, view, fault })
    });
    prepared.collect()
}

fn prepare_view(
    view: &View,
    format: MinutiaeFormat,
    resolution: Option<u16>,
) -> Result<View, WriteFault> {
    check_view(view, format)?;
    let (x, y) = target_resolution(view, format, resolution)?;
    let scaled = view.minutiae.iter().enumerate();
    let scaled = scaled.map(|(index, minutia)| {
        let x = scale(minutia.x, view.resolution_x, x);
        let y = scale(minutia.y, view.resolution_y, y);
        prepare_minutia(*minutia, index, format, x, y)
    });
    let minutiae = Zeroizing::new(scaled.collect::<Result<Vec<_>, _>>()?);
    let mut prepared = View { resolution_x: x, resolution_y: y, minutiae, ..*view };
    // A card has no size that could be too large for it.
    if !format.is_card() {
        let limit = match format {
            // There, the height is where y is counted from.
            MinutiaeFormat::Xyt => u32::from(limits::MINUTIA_COORDINATE),
            _ => u32::from(u16::MAX),
        };
        let right = prepared.minutiae.iter().map(|minutia| minutia.x + 1).max();
        let bottom = prepared.minutiae.iter().map(|minutia| minutia.y + 1).max();
        let (width, height) =
            (scale(view.width, view.resolution_x, x), scale(view.height, view.resolution_y, y));
        prepared.width = size("width", width, right, limit)?;
        prepared.height = size("height", height, bottom, limit)?;
    }
    Ok(prepared)
}

fn check_view(view: &View, format: MinutiaeFormat) -> Result<(), WriteFault> {
    let found = view.minutiae.len();
    let min = match format {
        MinutiaeFormat::Iso2005
        | MinutiaeFormat::Ansi2004
        | MinutiaeFormat::Ansi2009
        | MinutiaeFormat::Ansi2009Am1 => 0,
        MinutiaeFormat::Iso2011
        | MinutiaeFormat::IsoNormalCard
        | MinutiaeFormat::IsoCompactCard
        | MinutiaeFormat::Xyt => 1,
    };
    if !(min..=limits::MINUTIAE_PER_VIEW).contains(&found) {
        return Err(WriteFault::Minutiae { found, min });
    }
    if view.quality > 100 {
        let found = u32::from(view.quality);
        return Err(WriteFault::Field { field: "quality", found, limit: 100 });
    }
    Ok(())
}

/// The resolution to write in: the format's own unit, else what the caller wants, else
/// the view's own, which xyt cannot state.
fn target_resolution(
    view: &View,
    format: MinutiaeFormat,
    wanted: Option<u16>,
) -> Result<(u16, u16), WriteFault> {
    let target = match (format, wanted) {
        (MinutiaeFormat::IsoNormalCard, _) => (card::NORMAL_RESOLUTION, card::NORMAL_RESOLUTION),
        (MinutiaeFormat::IsoCompactCard, _) => (card::COMPACT_RESOLUTION, card::COMPACT_RESOLUTION),
        (_, Some(wanted)) => (wanted, wanted),
        (MinutiaeFormat::Xyt, None) => (STANDARD_RESOLUTION, STANDARD_RESOLUTION),
        (_, None) => (view.resolution_x, view.resolution_y),
    };
    for found in [view.resolution_x, view.resolution_y, target.0, target.1] {
        if !limits::MINUTIAE_RESOLUTION.contains(&found) {
            return Err(WriteFault::Resolution { found });
        }
    }
    Ok(target)
}

/// A length in units of one resolution to the nearest unit of another, halves up.
/// Neither resolution is 0.
fn scale(length: u16, from: u16, to: u16) -> u32 {
    if from == to {
        return u32::from(length);
    }
    // At most 65535 * 1000 * 2 + 1000: it fits.
    let twice = 2 * u32::from(length) * u32::from(to) + u32::from(from);
    twice / (2 * u32::from(from))
}

fn prepare_minutia(
    minutia: Minutia,
    index: usize,
    format: MinutiaeFormat,
    x: u32,
    y: u32,
) -> Result<Minutia, WriteFault> {
    let limit = match format {
        MinutiaeFormat::IsoCompactCard => u16::from(u8::MAX),
        _ => limits::MINUTIA_COORDINATE,
    };
    let coordinate = |axis, value: u32| match u16::try_from(value) {
        Ok(value) if value <= limit => Ok(value),
        _ => Err(WriteFault::Coordinate { axis, minutia: index, limit }),
    };
    let prepared = Minutia { x: coordinate("x", x)?, y: coordinate("y", y)?, ..minutia };
    let range = |field, limit| WriteFault::Range { field, minutia: index, limit };
    if minutia.angle >= TURN {
        return Err(range("angle", TURN - 1));
    }
    if minutia.quality > 100 {
        return Err(range("quality", 100));
    }
    Ok(prepared)
}

/// A size in pixels, or the smallest that holds all minutiae where it is not known.
fn size(
    field: &'static str,
    stated: u32,
    smallest: Option<u16>,
    limit: u32,
) -> Result<u16, WriteFault> {
    if stated == 0 {
        return Ok(smallest.unwrap_or(0));
    }
    match u16::try_from(stated) {
        Ok(size) if stated <= limit => Ok(size),
        _ => Err(WriteFault::Field { field, found: stated, limit }),
    }
}

/// Bytes of checked views: `each` for a view and `minutia` for a minutia.
pub(super) fn bytes(views: &[View], each: usize, minutia: usize) -> usize {
    views.iter().map(|view| each + view.minutiae.len() * minutia).sum()
}

/// The count byte of a checked view.
pub(super) fn count(view: &View) -> u8 {
    small(view.minutiae.len())
}

/// A number that was checked to fit a byte.
pub(super) fn small(number: usize) -> u8 {
    debug_assert!(number <= usize::from(u8::MAX), "checked by `prepare`");
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// A length field of four bytes: 255 views of 255 minutiae stay far below its range.
pub(super) fn size32(size: usize) -> [u8; 4] {
    debug_assert!(u32::try_from(size).is_ok(), "bounded by `prepare`");
    u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes()
}

/// The product identifier; one that is not stated becomes that of an unknown vendor.
pub(super) fn product(product: u32) -> [u8; 4] {
    if product == 0 { UNKNOWN_PRODUCT } else { product }.to_be_bytes()
}
