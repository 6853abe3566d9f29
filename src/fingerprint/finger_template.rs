//! Points and codes of one view of a finger.

use super::cylinder::{self, Code};
use super::error::FingerError;
use super::hull::Hull;
use super::minutia::{ANGLE_UNITS, Minutia};
use super::point::{self, Point, UNITS_PER_PIXEL};
use super::{select, turn};
use crate::limits;
use zeroize::Zeroize;

/// One view of a finger, ready to be compared. At most `48 * 50` bytes; erased on drop.
#[derive(Clone)]
pub struct FingerTemplate {
    points: Box<[Point]>,
    codes: Box<[Code]>,
    ones: Box<[u16]>,
}

/// A template as a comparison reads it, wherever it is kept.
#[derive(Clone, Copy)]
pub struct FingerView<'a> {
    /// The minutiae; those with a code first.
    pub points: &'a [Point],
    /// The codes of the first points.
    pub codes: &'a [Code],
    /// How many bits of each code are set.
    pub ones: &'a [u16],
}

impl FingerTemplate {
    /// Keeps the best minutiae and encodes them. Few minutiae are no error, see
    /// [`is_weak`](FingerTemplate::is_weak); the order of the minutiae does not matter.
    ///
    /// # Errors
    ///
    /// A minutia outside its ranges, too many of them, or too far apart.
    pub fn new(minutiae: &[Minutia]) -> Result<FingerTemplate, FingerError> {
        let mut points = points(minutiae)?;
        select::select(&mut points, limits::FINGER_POINTS);
        let hull = Hull::of(&points);
        let codes: Vec<Option<Code>> =
            (0..points.len()).map(|at| cylinder::encode(&points, at, &hull)).collect();
        let mut both: Vec<(Point, Option<Code>)> = points.drain(..).zip(codes).collect();
        both.sort_by_key(|(point, code)| (code.is_none(), point.order()));
        let codes: Box<[Code]> = both.iter().filter_map(|&(_, code)| code).collect();
        Ok(FingerTemplate::of(both.iter().map(|&(point, _)| point).collect(), codes))
    }

    /// Of points and codes that were made before.
    pub(super) fn of(points: Box<[Point]>, codes: Box<[Code]>) -> FingerTemplate {
        let ones = codes.iter().map(ones).collect();
        FingerTemplate { points, codes, ones }
    }

    /// A copy of what a comparison reads.
    pub(super) fn of_view(view: FingerView<'_>) -> FingerTemplate {
        FingerTemplate::of(view.points.into(), view.codes.into())
    }

    /// What a comparison reads.
    pub fn view(&self) -> FingerView<'_> {
        FingerView { points: &self.points, codes: &self.codes, ones: &self.ones }
    }

    /// The minutiae that are kept, in order of their angles; those with a code first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The codes of the first points.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// How many bits of each code are set.
    pub fn ones(&self) -> &[u16] {
        &self.ones
    }

    /// Whether there are so few minutiae that the finger is hardly told from others.
    pub fn is_weak(&self) -> bool {
        self.points.len() < limits::FINGER_WEAK || self.codes.len() < limits::FINGER_WEAK / 2
    }
}

impl Drop for FingerTemplate {
    fn drop(&mut self) {
        self.points.zeroize();
        self.codes.as_flattened_mut().zeroize();
        self.ones.zeroize();
    }
}

impl core::fmt::Debug for FingerTemplate {
    /// How much there is, never what.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FingerTemplate({} points, {} codes)", self.points.len(), self.codes.len())
    }
}

/// How many bits are set.
fn ones(code: &Code) -> u16 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 320")]
    let ones = code.iter().map(|word| word.count_ones()).sum::<u32>() as u16;
    ones
}

/// Minutiae as points around the middle of their bounding box.
fn points(minutiae: &[Minutia]) -> Result<Vec<Point>, FingerError> {
    if minutiae.len() > limits::MINUTIAE_PER_VIEW {
        return Err(FingerError::TooMany { count: minutiae.len() });
    }
    for (position, minutia) in minutiae.iter().enumerate() {
        if !(minutia.x.is_finite() && minutia.y.is_finite()) {
            return Err(FingerError::Place { position });
        }
        if minutia.angle >= ANGLE_UNITS {
            return Err(FingerError::Angle { position });
        }
    }
    let x = middle(minutiae.iter().map(|m| m.x))?;
    let y = middle(minutiae.iter().map(|m| m.y))?;
    Ok(minutiae.iter().map(|minutia| point(minutia, x, y)).collect())
}

/// The middle of the range of coordinates.
fn middle(values: impl Iterator<Item = f32> + Clone) -> Result<f32, FingerError> {
    let low = values.clone().fold(f32::MAX, f32::min);
    let high = values.fold(f32::MIN, f32::max);
    if high - low > limits::FINGER_PIXELS {
        return Err(FingerError::Extent);
    }
    Ok((low + high) / 2.0)
}

/// A minutia as seen from the middle.
fn point(minutia: &Minutia, x: f32, y: f32) -> Point {
    let unit = f32::from(UNITS_PER_PIXEL);
    #[expect(clippy::cast_possible_truncation, reason = "at most half of FINGER_PIXELS")]
    let near = |distance: f32| (distance * unit).round() as i16;
    Point {
        x: near(minutia.x - x),
        y: near(y - minutia.y),
        angle: turn::from_units(minutia.angle),
        trust: minutia.quality,
        kind: point::kind_number(minutia.kind),
    }
}
