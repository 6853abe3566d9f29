//! NBIS text: one minutia a line, `x y theta` and mostly a quality.
//!
//! The origin is at the bottom left, y grows upwards, theta is in degrees and points the
//! other way, by half a turn, against the ISO direction. NBIS writes `y` as height less
//! the row of the image (`lfs2nist` in its `mindtct`), so a row is height less `y`.
//! Resolution, size, kind, finger and view are not stated.

use zeroize::Zeroizing;

use super::Assumed;
use super::angle::{AngleUnit, TURN};
use super::error::{ReadError, ReadFault};
use super::format::MinutiaeFormat;
use super::packed;
use super::record::{Minutia, MinutiaKind, Record, View};
use crate::limits;

/// Whether bytes have the shape of this text: digits, signs and white space only, and a
/// first line of three or four numbers.
pub(super) fn fits(bytes: &[u8]) -> bool {
    let known = |byte: &u8| byte.is_ascii_digit() || b" \t\r\n-".contains(byte);
    if !bytes.iter().all(known) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let first = text.lines().map(|line| line.split_ascii_whitespace().count());
    first.into_iter().find(|columns| *columns > 0).is_some_and(|columns| matches!(columns, 3 | 4))
}

/// Reads the text.
pub(super) fn read(bytes: &[u8], assumed: &Assumed) -> Result<Record, ReadError> {
    let fault = |offset, fault| ReadError { format: Some(MinutiaeFormat::Xyt), offset, fault };
    if !limits::MINUTIAE_RESOLUTION.contains(&assumed.resolution) {
        return Err(fault(0, ReadFault::Resolution { found: assumed.resolution }));
    }
    if assumed.height > limits::MINUTIA_COORDINATE {
        return Err(fault(0, ReadFault::Number { column: "height" }));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|error| fault(error.valid_up_to(), ReadFault::Text))?;
    // The shortest line has six bytes.
    let room = (bytes.len() / 6 + 1).min(limits::MINUTIAE_PER_VIEW);
    let mut minutiae = Zeroizing::new(Vec::with_capacity(room));
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(minutia) = read_line(line).map_err(|what| fault(offset, what))? {
            if minutiae.len() == limits::MINUTIAE_PER_VIEW {
                return Err(fault(offset, ReadFault::Minutiae));
            }
            minutiae.push(minutia);
        }
        offset += line.len();
    }
    if minutiae.is_empty() {
        return Err(fault(0, ReadFault::Empty));
    }
    Ok(Record { product: 0, views: vec![view(minutiae, assumed)] })
}

/// One line: a minutia with `y` still upwards, or nothing if it is blank.
fn read_line(line: &str) -> Result<Option<Minutia>, ReadFault> {
    let mut columns = line.split_ascii_whitespace();
    let Some(x) = columns.next() else { return Ok(None) };
    let (Some(y), Some(theta), quality, None) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err(ReadFault::Columns { found: line.split_ascii_whitespace().take(5).count() });
    };
    Ok(Some(Minutia {
        x: coordinate(x, "x")?,
        y: coordinate(y, "y")?,
        angle: angle(theta)?,
        kind: MinutiaKind::Other,
        quality: quality.map_or(Ok(0), read_quality)?,
    }))
}

fn coordinate(text: &str, column: &'static str) -> Result<u16, ReadFault> {
    let number = text.parse().ok();
    number
        .filter(|number| *number <= limits::MINUTIA_COORDINATE)
        .ok_or(ReadFault::Number { column })
}

/// Any whole number of degrees, turned by half a turn.
fn angle(text: &str) -> Result<u16, ReadFault> {
    let degrees: i32 = text.parse().map_err(|_| ReadFault::Number { column: "theta" })?;
    let degrees = u16::try_from(degrees.rem_euclid(360)).unwrap_or(0);
    Ok(AngleUnit::DEGREE.read(degrees + 180))
}

fn read_quality(text: &str) -> Result<u8, ReadFault> {
    let number: u16 = text.parse().map_err(|_| ReadFault::Number { column: "quality" })?;
    Ok(u8::try_from(number).map_or(0, packed::quality))
}

/// Turns `y` downwards. A height that is not known is taken as the largest `y`: the
/// minutiae lie where they should but for a common shift.
fn view(mut minutiae: Zeroizing<Vec<Minutia>>, assumed: &Assumed) -> View {
    let top = top(&minutiae, assumed.height);
    minutiae.iter_mut().for_each(|minutia| minutia.y = top - minutia.y);
    let (width, height) = (assumed.width, assumed.height);
    View { width, height, ..View::of(assumed.resolution, minutiae) }
}

/// The line from which `y` is counted: the height, or the largest `y` if that is more.
fn top(minutiae: &[Minutia], height: u16) -> u16 {
    minutiae.iter().map(|minutia| minutia.y).max().unwrap_or(0).max(height)
}

/// Writes a view that [`super::output::prepare`] returned.
pub(super) fn write(view: &View) -> Vec<u8> {
    let top = top(&view.minutiae, view.height);
    let line = |minutia: &Minutia| {
        let Minutia { x, y, angle, quality, .. } = *minutia;
        let theta = AngleUnit::DEGREE.write((angle + TURN / 2) % TURN);
        format!("{x} {} {theta} {quality}\n", top - y)
    };
    view.minutiae.iter().map(line).collect::<String>().into_bytes()
}
