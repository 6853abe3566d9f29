//! Minutiae of fingers that nobody has: for checks of behaviour, never of accuracy.

use crate::fingerprint::{ANGLE_UNITS, Minutia, MinutiaKind};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    /// Whole pixels from 0 to below `bound`.
    pub(super) fn pixels(&mut self, bound: u64) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let pixels = self.below(bound) as f32;
        pixels
    }
}

/// Minutiae at random places of 300 x 400 pixels. Like ridges, their directions go with
/// the place, and half of them point the other way.
pub(super) fn finger(seed: u64, count: usize) -> Vec<Minutia> {
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
