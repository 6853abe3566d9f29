//! Angles as 16-bit turns, and their functions without a mathematical library.
//!
//! A whole turn is 2^16, so differences wrap by themselves.

use super::minutia::ANGLE_UNITS;

/// Entries of a quarter of the sine.
const QUARTER: usize = 256;

/// `sin(i * 90 degrees / 256)`, one more for the interpolation.
static SINE: [f32; QUARTER + 2] = {
    let mut table = [0.0; QUARTER + 2];
    let mut i = 0;
    while i < table.len() {
        #[expect(clippy::cast_possible_truncation, reason = "rounded once")]
        let sine = taylor_sine(i as f64 * core::f64::consts::FRAC_PI_2 / QUARTER as f64) as f32;
        table[i] = sine;
        i += 1;
    }
    table
};

/// Taylor's series; at most a quarter turn, so that twelve terms are exact.
const fn taylor_sine(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    let mut n = 1.0;
    while n < 12.0 {
        term *= -x * x / ((2.0 * n) * (2.0 * n + 1.0));
        sum += term;
        n += 1.0;
    }
    sum
}

/// From units of [`Minutia::angle`](super::Minutia::angle), rounded to the nearest.
pub(super) fn from_units(angle: u16) -> u16 {
    let turn = (u32::from(angle) * 65_536 + u32::from(ANGLE_UNITS) / 2) / u32::from(ANGLE_UNITS);
    #[expect(clippy::cast_possible_truncation, reason = "a whole turn is none")]
    let turn = turn as u16;
    turn
}

/// The sine, within 5e-6.
pub(super) fn sine(turn: u16) -> f32 {
    let (half, rest) = (turn >> 15, turn & 0x7FFF);
    let folded = if rest > 0x4000 { 0x8000 - rest } else { rest };
    let at = usize::from(folded / 64);
    let part = f32::from(folded % 64) / 64.0;
    let sine = SINE[at] + (SINE[at + 1] - SINE[at]) * part;
    if half == 1 { -sine } else { sine }
}

/// The cosine, within 5e-6.
pub(super) fn cosine(turn: u16) -> f32 {
    sine(turn.wrapping_add(0x4000))
}

/// The direction of a vector, within 0.02 degrees; 0 for the zero vector.
///
/// The polynomial is Hastings' sheet 11 (*Approximations for Digital Computers*, 1955):
/// the arc tangent of 0 to 1 within 1e-5 radians.
#[inline(always)]
pub(super) fn direction(x: f32, y: f32) -> u16 {
    let (wide, high) = (x.abs(), y.abs());
    let (low, long) = if wide < high { (wide, high) } else { (high, wide) };
    // The zero vector has 0 / tiny.
    let t = low / (long + f32::MIN_POSITIVE);
    let s = t * t;
    let arc =
        ((((0.020_835_1 * s - 0.085_133) * s + 0.180_141) * s - 0.330_299_5) * s + 0.999_866) * t;
    // 1.5 * 2^23: in this binade the last place is 1, and the low bits hold the sum.
    const ONES: f32 = 12_582_912.0;
    let eighth = (arc * 10_430.378 + ONES).to_bits();
    let quarter = if wide < high { 0x4000u32.wrapping_sub(eighth) } else { eighth };
    let half = if x < 0.0 { 0x8000u32.wrapping_sub(quarter) } else { quarter };
    let turn = if y < 0.0 { half.wrapping_neg() } else { half };
    #[expect(clippy::cast_possible_truncation, reason = "a turn wraps")]
    let turn = turn as u16;
    turn
}
