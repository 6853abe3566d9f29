//! Minutiae of fingers that nobody has: for checks of behaviour, never of accuracy.

use crate::fingerprint::{ANGLE_UNITS, Minutia, MinutiaKind};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    /// Whole pixels from 0 to below `bound`.
    pub(crate) fn pixels(&mut self, bound: u64) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let pixels = self.below(bound) as f32;
        pixels
    }
}

/// Minutiae at random places of 300 x 400 pixels. Like ridges, their directions go with
/// the place, and half of them point the other way.
pub(crate) fn finger(seed: u64, count: usize) -> Vec<Minutia> {
    let mut dice = Dice::new(seed);
    (0..count)
        .map(|_| {
            let (x, y) = (dice.pixels(300), dice.pixels(400));
            let flow = dice.below(1200) + if x < 150.0 { 1000 } else { 4000 };
            let units = (flow + 5760 * dice.below(2)) % u64::from(ANGLE_UNITS);
            let kind =
                if dice.below(2) == 0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
            let quality = u8::try_from(1 + dice.below(100)).unwrap_or(1);
            Minutia { x, y, angle: u16::try_from(units).unwrap_or(0), kind, quality }
        })
        .collect()
}

/// Another impression of a finger: minutiae within 3 pixels and 4 degrees of where they
/// were, every sixth lost, and a sixth invented.
pub(crate) fn impression(finger: &[Minutia], seed: u64) -> Vec<Minutia> {
    let mut dice = Dice::new(seed);
    let invented = self::finger(seed ^ 0x5EED, finger.len() / 6);
    let kept: Vec<Minutia> = finger.iter().copied().filter(|_| dice.below(6) > 0).collect();
    let moved = kept.into_iter().map(|minutia| {
        let turn = u64::from(minutia.angle) + u64::from(ANGLE_UNITS) + dice.below(256) - 128;
        let angle = u16::try_from(turn % u64::from(ANGLE_UNITS)).unwrap_or(0);
        let (x, y) = (minutia.x + dice.pixels(7) - 3.0, minutia.y + dice.pixels(7) - 3.0);
        Minutia { x, y, angle, ..minutia }
    });
    moved.chain(invented).collect()
}

/// A finger that is laid on turned, around a place, by units of [`ANGLE_UNITS`].
pub(crate) fn turned(finger: &[Minutia], units: u16) -> Vec<Minutia> {
    let angle = f64::from(units) / f64::from(ANGLE_UNITS) * core::f64::consts::TAU;
    let (sine, cosine) = angle.sin_cos();
    let place = |minutia: &Minutia| {
        let (x, y) = (f64::from(minutia.x) - 150.0, f64::from(minutia.y) - 200.0);
        // Angles turn against the y axis, which grows downwards.
        #[expect(clippy::cast_possible_truncation, reason = "a place")]
        let turned = [(cosine * x + sine * y) as f32, (cosine * y - sine * x) as f32];
        turned
    };
    let turn = |minutia: &Minutia| {
        let [x, y] = place(minutia);
        Minutia { x, y, angle: (minutia.angle + units) % ANGLE_UNITS, ..*minutia }
    };
    finger.iter().map(turn).collect()
}
