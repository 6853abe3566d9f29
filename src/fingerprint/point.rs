//! A minutia in compact integers.

use super::minutia::MinutiaKind;
use zeroize::DefaultIsZeroes;

/// Units of [`Point`]'s coordinates in a pixel of 500 dpi.
pub const UNITS_PER_PIXEL: i16 = 8;

/// A minutia of a template: eight bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Point {
    /// Eighths of a pixel from the middle of the template, to the right.
    pub x: i16,
    /// Eighths of a pixel from the middle of the template, **upwards**: here angles turn
    /// the way of mathematics.
    pub y: i16,
    /// Direction in `2^-16` of a turn, counter-clockwise from the x axis.
    pub angle: u16,
    /// How much it is trusted beside the others of its template, of 255.
    pub trust: u8,
    /// 0 ending, 1 bifurcation, 2 other.
    pub kind: u8,
}

impl DefaultIsZeroes for Point {}

impl Point {
    /// The order of all points that does not depend on the order in which they came.
    pub(super) fn order(&self) -> (u16, i16, i16, u8, u8) {
        (self.angle, self.x, self.y, self.kind, self.trust)
    }
}

/// The number of a kind in [`Point::kind`].
pub(super) fn kind_number(kind: MinutiaKind) -> u8 {
    match kind {
        MinutiaKind::Ending => 0,
        MinutiaKind::Bifurcation => 1,
        MinutiaKind::Other => 2,
    }
}
