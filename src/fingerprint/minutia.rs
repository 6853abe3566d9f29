//! What comes in: minutiae in pixels of 500 dpi.

/// Units of [`Minutia::angle`] in one turn: the least common multiple of 256, 180, 64 and
/// 360, so that the unit of every format is a whole number of them.
pub const ANGLE_UNITS: u16 = 11_520;

/// Where a ridge ends or parts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Minutia {
    /// Pixels of 500 dpi from any origin, growing to the right.
    pub x: f32,
    /// Pixels of 500 dpi from any origin, growing downwards.
    pub y: f32,
    /// Direction in [`ANGLE_UNITS`] of a turn, below a whole turn: counter-clockwise as
    /// one looks at the print, from the x axis to the right.
    pub angle: u16,
    /// Which of the two.
    pub kind: MinutiaKind,
    /// 1 (worst) to 100 (best), 0 where it is not reported.
    pub quality: u8,
}

/// The type of a minutia. Extractors disagree about three of ten, so it never decides
/// anything by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MinutiaKind {
    /// A ridge ends.
    Ending,
    /// A ridge parts into two.
    Bifurcation,
    /// Something else, or not told.
    #[default]
    Other,
}

/// Lets `Zeroize` erase what a list of them held.
impl zeroize::DefaultIsZeroes for Minutia {}
