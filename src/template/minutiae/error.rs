//! Why a minutiae record is refused, and why one cannot be written.

use super::format::MinutiaeFormat;
use crate::limits;

/// Why bytes are refused as a minutiae record. It holds sizes, counts and places, never
/// a byte of a minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}, byte {offset}: {fault}", name(*format))]
pub struct ReadError {
    /// The format it was read as; `None` if none was recognised.
    pub format: Option<MinutiaeFormat>,
    /// Where in the bytes.
    pub offset: usize,
    /// What is wrong there.
    pub fault: ReadFault,
}

fn name(format: Option<MinutiaeFormat>) -> String {
    format.map_or_else(|| String::from("minutiae record"), |format| format.to_string())
}

/// What is wrong at a place of a minutiae record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// No format can be told from the bytes. Card formats never can.
    #[error("expected a record that starts with FMR, or lines of three or four numbers")]
    NotRecognised,
    /// It does not start as a record of the format that was asked for.
    #[error("expected the format's magic and version")]
    Magic,
    /// The bytes end before what they announce.
    #[error("expected {needed} more bytes, found {found}")]
    Truncated {
        /// Bytes that must follow here.
        needed: usize,
        /// Bytes that do.
        found: usize,
    },
    /// The stated length is not that of the content, beyond what reality has.
    #[error("the stated length is {stated}, the content ends at {content}")]
    Length {
        /// Length that the record states.
        stated: usize,
        /// Where its last view ends.
        content: usize,
    },
    /// Bytes that are not zero between the end of the content and the stated end of
    /// a record or of one representation.
    #[error("{found} bytes follow the content before the stated end {stated}")]
    Surplus {
        /// Where the record or the representation ends by its own length.
        stated: usize,
        /// Bytes behind the content.
        found: usize,
    },
    /// A record without a view, or a card or text without a minutia.
    #[error("expected at least one view with a minutia, found none")]
    Empty,
    /// More views than [`limits::VIEWS_PER_RECORD`].
    #[error("expected at most {max} views, found {found}", max = limits::VIEWS_PER_RECORD)]
    Views {
        /// Views that the record announces.
        found: usize,
    },
    /// More minutiae than [`limits::MINUTIAE_PER_VIEW`].
    #[error("expected at most {max} minutiae in a view, found more", max = limits::MINUTIAE_PER_VIEW)]
    Minutiae,
    /// A resolution outside [`limits::MINUTIAE_RESOLUTION`].
    #[error(
        "expected a resolution of {min} to {max} pixels per centimetre, found {found}",
        min = limits::MINUTIAE_RESOLUTION.start(),
        max = limits::MINUTIAE_RESOLUTION.end()
    )]
    Resolution {
        /// The resolution stated or assumed.
        found: u16,
    },
    /// ISO/IEC 19794-2:2011: a minutia has 5 or 6 bytes.
    #[error("expected 5 or 6 bytes a minutia, found {found}")]
    MinutiaBytes {
        /// The size stated.
        found: u8,
    },
    /// A card whose length is no whole number of minutiae.
    #[error("expected a multiple of {unit} bytes, found {found}")]
    Multiple {
        /// Bytes of one minutia.
        unit: usize,
        /// Bytes of the whole.
        found: usize,
    },
    /// xyt: a line with another number of columns.
    #[error("expected 3 or 4 columns, found {found}")]
    Columns {
        /// Columns of the line, counted up to 5.
        found: usize,
    },
    /// xyt: not ASCII text.
    #[error("expected ASCII text")]
    Text,
    /// xyt: something that is no whole number, or a coordinate below 0 or beyond
    /// [`limits::MINUTIA_COORDINATE`], the assumed height included.
    #[error("expected a whole number within its range as {column}")]
    Number {
        /// The column.
        column: &'static str,
    },
}

/// Why a record cannot be written in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{format}, view {view}: {fault}")]
pub struct WriteError {
    /// The format.
    pub format: MinutiaeFormat,
    /// Index of the view; 0 where it is the record as a whole.
    pub view: usize,
    /// What the format cannot hold.
    pub fault: WriteFault,
}

/// What a format cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteFault {
    /// No view, or more than the format has room for.
    #[error("the record has {found} views, the format holds 1 to {limit}")]
    Views {
        /// Views of the record.
        found: usize,
        /// Most views of the format.
        limit: usize,
    },
    /// Too many or too few minutiae in a view.
    #[error("the view has {found} minutiae, the format holds {min} to {max}", max = limits::MINUTIAE_PER_VIEW)]
    Minutiae {
        /// Minutiae of the view.
        found: usize,
        /// Fewest minutiae that the format allows.
        min: usize,
    },
    /// A coordinate beyond the format's bits, in the format's unit.
    #[error("{axis} of minutia {minutia} is beyond {limit}, the format's largest")]
    Coordinate {
        /// `x` or `y`.
        axis: &'static str,
        /// Index of the minutia.
        minutia: usize,
        /// Largest that the format holds, in its own unit.
        limit: u16,
    },
    /// A number of a minutia outside its range.
    #[error("{field} of minutia {minutia} is beyond {limit}")]
    Range {
        /// `angle` or `quality`.
        field: &'static str,
        /// Index of the minutia.
        minutia: usize,
        /// Largest that is allowed.
        limit: u16,
    },
    /// A number of the view that the format has too few bits for, or out of its range.
    #[error("{field} is {found}, the format holds at most {limit}")]
    Field {
        /// The field of [`super::View`].
        field: &'static str,
        /// What it is.
        found: u32,
        /// Largest that the format holds.
        limit: u32,
    },
    /// A resolution outside [`limits::MINUTIAE_RESOLUTION`].
    #[error(
        "the resolution is {found} pixels per centimetre, allowed are {min} to {max}",
        min = limits::MINUTIAE_RESOLUTION.start(),
        max = limits::MINUTIAE_RESOLUTION.end()
    )]
    Resolution {
        /// The resolution of the view, or the one asked for.
        found: u16,
    },
    /// The format states one resolution for all views, and the views differ.
    #[error("the view's resolution is not that of the first one, and the format states only one")]
    Differs,
}

/// Why a conversion failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The source is refused.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The target cannot hold it.
    #[error(transparent)]
    Write(#[from] WriteError),
}
