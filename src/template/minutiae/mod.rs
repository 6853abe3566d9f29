//! Minutiae records in eight formats, each read and written.
//!
//! [`read`] tells the format where the bytes say it, [`read_as`] is told; the result is a
//! [`Record`] in the record's own coordinates, and [`View::at_500_dpi`] brings them to one
//! scale. [`write()`] is the way back, [`convert`] both at once.
//!
//! # Lenient and strict
//!
//! Read although it is wrong: a stated length one or two bytes short of the content (the
//! standard's own example), zeroes up to the stated length and anything behind it, minutiae
//! outside the image, angles of a turn and more, reserved codes and qualities above 100.
//! Extended data is skipped by its own length. Refused: what ends before it should, lengths
//! that do not hold, other bytes between content and stated end, no views, too many views or
//! minutiae, resolutions outside [`crate::limits::MINUTIAE_RESOLUTION`]. Memory is taken
//! only for minutiae whose bytes are there.
//!
//! # What is rounded and what is lost in writing
//!
//! Angles go to the nearest unit, halves up; coordinates too, where the unit of length
//! changes. Nothing is cut off: what a format cannot hold is a [`WriteError`].
//!
//! | format | angle unit | length | not kept |
//! |--------|-----------|--------|----------|
//! | [`Iso2005`](MinutiaeFormat::Iso2005) | 1.40625° | pixel | product; image sizes of a record become the largest |
//! | [`Iso2011`](MinutiaeFormat::Iso2011) | 1.40625° | pixel | product |
//! | [`IsoNormalCard`](MinutiaeFormat::IsoNormalCard) | 1.40625° | 0.01 mm, ≤ 163.83 mm | finger, view, impression, size, all qualities, product |
//! | [`IsoCompactCard`](MinutiaeFormat::IsoCompactCard) | 5.625° | 0.1 mm, ≤ 25.5 mm | as the normal card |
//! | [`Ansi2004`](MinutiaeFormat::Ansi2004) | 2° | pixel | image sizes of a record become the largest |
//! | [`Ansi2009`](MinutiaeFormat::Ansi2009), [`Ansi2009Am1`](MinutiaeFormat::Ansi2009Am1) | 2° | pixel | – |
//! | [`Xyt`](MinutiaeFormat::Xyt) | 1° | pixel of 197 a cm | kind, finger, view, impression, size, resolution, the view's quality, product; a height that is not known shifts y |
//!
//! Lost in every format: extended data (ridge counts, cores, deltas, zones, vendor's own),
//! device, capture date, certification, origin of a quality. The records of 2004 and 2005
//! have no code for impression types above 15 and say 0, a plain live scan. A size
//! of 0 is written as the smallest that holds all minutiae.
//!
//! # Sources
//!
//! ISO/IEC 19794-2:2005 and :2011, ANSI/INCITS 378-2004 and 378-2009, NBIS `mindtct`. The
//! layouts were checked against the worked examples of the standards and records of four other
//! writers (`tests/data.rs`).

mod angle;
mod ansi2004;
mod ansi2009;
mod card;
mod detect;
mod error;
mod format;
mod input;
mod iso2005;
mod iso2011;
mod output;
mod packed;
mod record;
mod short;
mod xyt;

pub use angle::TURN;
pub use error::{ConvertError, ReadError, ReadFault, WriteError, WriteFault};
pub use format::MinutiaeFormat;
pub use record::{Minutia, MinutiaKind, Record, View};

/// Pixels per centimetre of a 500 dpi image as records state it: 196.85, rounded.
pub const STANDARD_RESOLUTION: u16 = 197;

/// What is assumed where a format does not state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assumed {
    /// Pixels per centimetre of an xyt text, and of what [`convert`] makes of a card;
    /// within [`crate::limits::MINUTIAE_RESOLUTION`].
    pub resolution: u16,
    /// Width of the image behind an xyt text, in pixels; 0 is not known.
    pub width: u16,
    /// Height of the image behind an xyt text, in pixels, at most
    /// [`crate::limits::MINUTIA_COORDINATE`]; 0 is not known.
    pub height: u16,
}

impl Default for Assumed {
    /// 500 dpi, size not known.
    fn default() -> Assumed {
        Assumed { resolution: STANDARD_RESOLUTION, width: 0, height: 0 }
    }
}

/// Reads a record that says what it is: all formats but the two cards.
///
/// # Errors
///
/// [`ReadError`], with the format that was recognised.
pub fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    read_with(None, bytes, &Assumed::default())
}

/// Reads a record of the given format.
///
/// # Errors
///
/// [`ReadError`].
pub fn read_as(format: MinutiaeFormat, bytes: &[u8]) -> Result<Record, ReadError> {
    read_with(Some(format), bytes, &Assumed::default())
}

/// Reads a record of the given format, or of the one it says it is.
///
/// # Errors
///
/// [`ReadError`].
pub fn read_with(
    format: Option<MinutiaeFormat>,
    bytes: &[u8],
    assumed: &Assumed,
) -> Result<Record, ReadError> {
    let Some(format) = format.or_else(|| detect(bytes)) else {
        return Err(ReadError { format: None, offset: 0, fault: ReadFault::NotRecognised });
    };
    match format {
        MinutiaeFormat::Iso2005 => iso2005::read(bytes),
        MinutiaeFormat::Iso2011 => iso2011::read(bytes),
        MinutiaeFormat::IsoNormalCard => card::read_normal(bytes),
        MinutiaeFormat::IsoCompactCard => card::read_compact(bytes),
        MinutiaeFormat::Ansi2004 => ansi2004::read(bytes),
        MinutiaeFormat::Ansi2009 | MinutiaeFormat::Ansi2009Am1 => ansi2009::read(format, bytes),
        MinutiaeFormat::Xyt => xyt::read(bytes, assumed),
    }
}

/// The format that bytes say they are in; whether they hold to it is [`read`]'s to tell.
/// `None` for cards, which say nothing, and for anything else.
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<MinutiaeFormat> {
    detect::detect(bytes)
}

/// Writes a record, in its own resolution where the format states one, else in the
/// format's: see the table of the module.
///
/// # Errors
///
/// [`WriteError`]: the first thing that the format cannot hold.
pub fn write(record: &Record, format: MinutiaeFormat) -> Result<Vec<u8>, WriteError> {
    write_at(record, format, None)
}

/// Writes a record in another resolution, in pixels per centimetre; cards have their own
/// and do not look at it.
///
/// # Errors
///
/// [`WriteError`]: the first thing that the format cannot hold.
pub fn write_at(
    record: &Record,
    format: MinutiaeFormat,
    resolution: Option<u16>,
) -> Result<Vec<u8>, WriteError> {
    let views = output::prepare(record, format, resolution)?;
    match format {
        MinutiaeFormat::Iso2005 => iso2005::write(&views),
        MinutiaeFormat::Iso2011 => Ok(iso2011::write(&views)),
        MinutiaeFormat::IsoNormalCard => Ok(card::write_normal(&views[0])),
        MinutiaeFormat::IsoCompactCard => Ok(card::write_compact(&views[0])),
        MinutiaeFormat::Ansi2004 => ansi2004::write(record.product, &views),
        MinutiaeFormat::Ansi2009 | MinutiaeFormat::Ansi2009Am1 => {
            Ok(ansi2009::write(format, record.product, &views))
        }
        MinutiaeFormat::Xyt => Ok(xyt::write(&views[0])),
    }
}

/// One format to another: a read and a write. `from` is `None` if the bytes say it.
///
/// A card's hundredths or tenths of a millimetre become pixels of `assumed.resolution`,
/// because few readers expect records of 2540 or 254 dpi. An xyt text is written in that
/// resolution too; any other source keeps its own.
///
/// # Errors
///
/// [`ConvertError`]: the source is refused, or the target cannot hold it.
pub fn convert(
    from: Option<MinutiaeFormat>,
    bytes: &[u8],
    to: MinutiaeFormat,
    assumed: &Assumed,
) -> Result<Vec<u8>, ConvertError> {
    let record = read_with(from, bytes, assumed)?;
    let unstated = from.is_some_and(MinutiaeFormat::is_card) || to == MinutiaeFormat::Xyt;
    Ok(write_at(&record, to, unstated.then_some(assumed.resolution))?)
}

#[cfg(test)]
mod tests;
