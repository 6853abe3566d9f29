//! Relaxation: pairs whose minutiae lie alike to each other lift one another.
//!
//! LSA-R of Cappelli, Ferrara and Maltoni (2010, section IV.B), with two changes: the
//! difference of two distances is taken relative to them, as distortion grows with the distance, and
//! the sigmoids are cubic steps, which need no exponential function.

use super::pairs::{PAIRS, Pairs};
use super::point::Point;
use super::turn;

/// How well two pairs go together, 0 to 1; 0 with itself.
pub(super) type Support = [[f32; PAIRS]; PAIRS];

/// Rounds of relaxation.
const ROUNDS: usize = 5;
/// Relative difference of distances at which support ends: a fifth.
const STRETCH: f32 = 0.2;
/// Angles up to which support is full, and where it ends: 7 and 26 degrees.
const ANGLES: [f32; 2] = [7.0 * TURN / 360.0, 26.0 * TURN / 360.0];
const TURN: f32 = 65_536.0;

/// Ends of pairs side by side, in eighths of a pixel and in turns.
struct Ends {
    probe: [[f32; PAIRS]; 2],
    candidate: [[f32; PAIRS]; 2],
    /// By how much a pair turns the probe.
    turned: [i16; PAIRS],
}

impl Ends {
    fn of(pairs: &Pairs, probe: &[Point], candidate: &[Point]) -> Ends {
        let none = [0.0; PAIRS];
        let mut ends = Ends { probe: [none; 2], candidate: [none; 2], turned: [0; PAIRS] };
        for at in 0..pairs.len {
            let from = &probe[usize::from(pairs.probe[at])];
            let to = &candidate[usize::from(pairs.candidate[at])];
            (ends.probe[0][at], ends.probe[1][at]) = (f32::from(from.x), f32::from(from.y));
            (ends.candidate[0][at], ends.candidate[1][at]) = (f32::from(to.x), f32::from(to.y));
            ends.turned[at] = to.angle.wrapping_sub(from.angle).cast_signed();
        }
        ends
    }

    /// How well two pairs go together.
    #[inline(always)]
    fn support(&self, a: usize, b: usize) -> f32 {
        let [px, py] = [0, 1].map(|axis| self.probe[axis][b] - self.probe[axis][a]);
        let [cx, cy] = [0, 1].map(|axis| self.candidate[axis][b] - self.candidate[axis][a]);
        let (near, far) = ((px * px + py * py).sqrt(), (cx * cx + cy * cy).sqrt());
        let stretch = (near - far).abs() / (near + far + 8.0);
        // The turn that takes the way in the probe to that in the candidate.
        let way = turn::direction(px * cx + py * cy, px * cy - py * cx).cast_signed();
        let (turned_a, turned_b) = (self.turned[a], self.turned[b]);
        let apart = magnitude(turned_a.wrapping_sub(turned_b));
        let aside = magnitude(way.wrapping_sub(turned_a)) + magnitude(way.wrapping_sub(turned_b));
        step(stretch, 0.0, STRETCH / 2.0)
            * step(apart, ANGLES[0], ANGLES[1])
            * step(aside * 0.5, ANGLES[0], ANGLES[1])
    }
}

/// The size of a turn.
#[inline(always)]
fn magnitude(turn: i16) -> f32 {
    f32::from(turn).abs()
}

/// 1 up to `full`, 0 from `none` on, a smooth cubic between.
#[inline(always)]
fn step(value: f32, full: f32, none: f32) -> f32 {
    let part = (none - value) * (1.0 / (none - full));
    let part = if part > 1.0 { 1.0 } else { part };
    let part = if part < 0.0 { 0.0 } else { part };
    part * part * (3.0 - 2.0 * part)
}

/// Fills how well pairs go together.
pub(super) fn fill_support(
    pairs: &Pairs,
    probe: &[Point],
    candidate: &[Point],
    support: &mut Support,
) {
    let ends = Ends::of(pairs, probe, candidate);
    for a in 0..pairs.len {
        // In whole vectors; what is too much is blanked again.
        let mut row = [0.0; PAIRS];
        for (b, value) in row.iter_mut().enumerate().take(a.next_multiple_of(8)) {
            *value = ends.support(a, b);
        }
        row[a..].fill(0.0);
        for (other, &value) in support.iter_mut().zip(&row[..a]) {
            other[a] = value;
        }
        support[a] = row;
    }
}

/// The relaxed similarity of every pair.
pub(super) fn relax(pairs: &Pairs, support: &Support) -> [f32; PAIRS] {
    let mut relaxed = [0.0; PAIRS];
    relaxed[..pairs.len].copy_from_slice(&pairs.trusted[..pairs.len]);
    if pairs.len < 2 {
        return relaxed;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 31")]
    let share = 0.5 / (pairs.len - 1) as f32;
    for _ in 0..ROUNDS {
        let mut sums = [0.0; PAIRS];
        // Support is symmetric: columns are rows.
        for (row, &value) in support[..pairs.len].iter().zip(&relaxed) {
            for (sum, support) in sums.iter_mut().zip(row) {
                *sum += support * value;
            }
        }
        for (value, sum) in relaxed.iter_mut().zip(sums).take(pairs.len) {
            *value = 0.5 * *value + share * sum;
        }
    }
    relaxed
}

/// How alike two templates are after relaxation: the mean of the pairs that kept most of
/// their similarity, 4 to 12 by the number of codes of the smaller template.
pub(super) fn relaxed_mean(pairs: &Pairs, relaxed: &[f32; PAIRS], codes: usize) -> f32 {
    let count = (4 + codes.saturating_sub(14) * 2 / 3).min(12).min(pairs.len);
    if count == 0 {
        return 0.0;
    }
    let mut kept = [(0.0, 0.0); PAIRS];
    for (at, kept) in kept.iter_mut().enumerate().take(pairs.len) {
        *kept = (relaxed[at] / (pairs.similarity[at] + 1e-3), relaxed[at]);
    }
    let kept = &mut kept[..pairs.len];
    kept.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    #[expect(clippy::cast_precision_loss, reason = "at most 12")]
    let mean = kept[..count].iter().map(|&(_, value)| value).sum::<f32>() / count as f32;
    mean
}
