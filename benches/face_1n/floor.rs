//! The threshold that lets in one stranger in a thousand.

use crate::gallery::{Gallery, PROBES};

/// False positive identification rate: a stranger whom the whole gallery is
/// searched for is taken for a member once in a thousand times.
const FPIR: f64 = 1e-3;
/// Rows that each stranger is compared with.
const ROWS: usize = 4_096;

/// The score, in millionths, that the best of the gallery's rows reaches for one
/// stranger in a thousand, if the scores of strangers are Gaussian.
pub(crate) fn estimate(gallery: &Gallery) -> i32 {
    let size = gallery.rows.len();
    let step = size.div_ceil(ROWS);
    let strangers = (0..PROBES).filter(|&probe| !Gallery::is_mated(probe));
    let scores: Vec<f64> = strangers
        .flat_map(|probe| (0..size).step_by(step).map(move |row| gallery.score(probe, row)))
        .collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>();
    let deviation = (variance / scores.len() as f64).sqrt();
    millionths(mean + deviation * quantile(FPIR / size as f64))
}

pub(crate) fn millionths(score: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a cosine, bounded by one")]
    let floor = (score.clamp(-1.0, 1.0) * 1e6) as i32;
    floor
}

/// The deviation that a Gaussian exceeds with a small probability.
fn quantile(probability: f64) -> f64 {
    let (mut low, mut high) = (1.5, 12.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if tail(middle) > probability { low = middle } else { high = middle }
    }
    low
}

/// The probability beyond `z`, by its asymptotic series; good to 1 % from 3 on.
fn tail(z: f64) -> f64 {
    let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    density / z * (1.0 - z.powi(-2) + 3.0 * z.powi(-4))
}
