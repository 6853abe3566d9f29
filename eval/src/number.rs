//! Conversions that lose nothing that counts, each said once.

use crate::LOWEST;

/// `part / whole`; the whole is not 0.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// A number of a few million at most: positions of fingers and impressions.
pub(crate) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A score as it is kept. Not a number means that the comparison failed.
pub(crate) fn score(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "scores are kept as f32")]
    let score = value as f32;
    // Adding zero makes -0 a 0, so that equal scores have equal bits.
    if score.is_nan() { LOWEST } else { score + 0.0 }
}

/// The whole part of a number between 0 and a few billion.
pub(crate) fn floor(value: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions and bins; a cast saturates"
    )]
    let floor = value as usize;
    floor
}
