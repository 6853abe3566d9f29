//! What a minutiae record holds, whatever its format.

use zeroize::{Zeroize, Zeroizing};

/// What a ridge does at a minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MinutiaKind {
    /// A ridge ends.
    Ending,
    /// A ridge forks.
    Bifurcation,
    /// Neither, either, or not stated.
    Other,
}

/// One minutia, in its record's own coordinates.
///
/// Its `Debug` shows nothing of it: it is a part of somebody's finger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Minutia {
    /// From the left edge of the image, 0 to [`crate::limits::MINUTIA_COORDINATE`], in
    /// pixels of the view's resolution. May lie outside the stated image.
    pub x: u16,
    /// From the upper edge of the image downwards, else as `x`.
    pub y: u16,
    /// Direction in 1/11520 of a turn ([`super::TURN`]), below it, counter-clockwise
    /// from the x axis to the right.
    pub angle: u16,
    /// Ending, bifurcation or neither.
    pub kind: MinutiaKind,
    /// 1 (worst) to 100 (best); 0 is not reported.
    pub quality: u8,
}

impl std::fmt::Debug for Minutia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minutia")
    }
}

impl Zeroize for Minutia {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.angle.zeroize();
        self.kind = MinutiaKind::Other;
        self.quality.zeroize();
    }
}

/// One view of one finger.
#[derive(Clone, PartialEq, Eq)]
pub struct View {
    /// Finger position: 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
    /// Kept as it is; codes above 10 (palms, several fingers) are the standards' own.
    pub position: u8,
    /// Number of the view among those of the same finger, from 0.
    pub number: u8,
    /// Impression type as the standards number it; 0 is a plain live scan.
    pub impression: u8,
    /// Quality of the view, 1 (worst) to 100 (best); 0 is not reported.
    pub quality: u8,
    /// Width of the image in pixels; 0 if the format does not state it.
    pub width: u16,
    /// Height of the image in pixels; 0 if the format does not state it.
    pub height: u16,
    /// Pixels per centimetre in x, within [`crate::limits::MINUTIAE_RESOLUTION`].
    pub resolution_x: u16,
    /// Pixels per centimetre in y, within [`crate::limits::MINUTIAE_RESOLUTION`].
    pub resolution_y: u16,
    /// At most [`crate::limits::MINUTIAE_PER_VIEW`], in the record's order; zeroised on drop.
    pub minutiae: Zeroizing<Vec<Minutia>>,
}

/// Pixels per centimetre at 500 dpi.
const PX_PER_CM_500_DPI: f64 = 500.0 / 2.54;

impl View {
    /// A view of which nothing is known but its resolution, in pixels per centimetre along both
    /// axes, and its minutiae: what cards and texts hold.
    #[must_use]
    pub fn of(resolution: u16, minutiae: Zeroizing<Vec<Minutia>>) -> View {
        View {
            position: 0,
            number: 0,
            impression: 0,
            quality: 0,
            width: 0,
            height: 0,
            resolution_x: resolution,
            resolution_y: resolution,
            minutiae,
        }
    }

    /// Where a minutia of this view lies, in pixels of 500 dpi: `[x, y]`, y downwards,
    /// each from its own resolution. Where the two differ, the angle is not corrected.
    ///
    /// The quotient comes first and in double precision, so that the result is the same,
    /// bit for bit, for any multiple of both coordinate and resolution.
    #[must_use]
    pub fn at_500_dpi(&self, minutia: &Minutia) -> [f32; 2] {
        let at = |coordinate: u16, resolution: u16| {
            // A view that was read has no zero here; one built by hand stays finite.
            let quotient = f64::from(coordinate) / f64::from(resolution.max(1));
            #[expect(clippy::cast_possible_truncation, reason = "rounds a finite, small number")]
            let pixels = (quotient * PX_PER_CM_500_DPI) as f32;
            pixels
        };
        [at(minutia.x, self.resolution_x), at(minutia.y, self.resolution_y)]
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("position", &self.position)
            .field("number", &self.number)
            .field("resolution", &(self.resolution_x, self.resolution_y))
            .field("minutiae", &self.minutiae.len())
            .finish_non_exhaustive()
    }
}

/// A minutiae record: one or more views of one or more fingers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Who made it: the CBEFF owner in the upper 16 bits, the owner's number for the
    /// product below. Only the ANSI formats state it; 0 elsewhere.
    pub product: u32,
    /// 1 to [`crate::limits::VIEWS_PER_RECORD`] views, in the record's order.
    pub views: Vec<View>,
}
