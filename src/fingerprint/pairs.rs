//! Pairs of minutiae that may be the same: a one-to-one assignment by local similarity.

use super::distances::Distances;
use super::point::Point;
use crate::limits::FINGER_POINTS;
use zeroize::Zeroize;

/// Most pairs that go on.
pub(super) const PAIRS: usize = 32;

/// Steps of a similarity from 0 to 1 in a key.
const STEPS: f32 = 1023.0;
/// Below a similarity, a key holds which one it is, lower numbers first.
const LAST: i16 = 63;

/// Minutiae of the probe, those of the candidate, and how alike their cylinders are.
pub(super) struct Pairs {
    pub(super) len: usize,
    pub(super) probe: [u8; PAIRS],
    pub(super) candidate: [u8; PAIRS],
    /// 0 to 1, falling.
    pub(super) similarity: [f32; PAIRS],
    /// The same, less for minutiae that are trusted less: what relaxation begins with.
    pub(super) trusted: [f32; PAIRS],
}

impl Pairs {
    pub(super) const fn new() -> Pairs {
        let none = [0; PAIRS];
        Pairs {
            len: 0,
            probe: none,
            candidate: none,
            similarity: [0.0; PAIRS],
            trusted: [0.0; PAIRS],
        }
    }

    #[cfg(test)]
    pub(super) fn is_erased(&self) -> bool {
        let mut floats = self.similarity.iter().chain(&self.trusted);
        (self.len, self.probe, self.candidate) == (0, [0; PAIRS], [0; PAIRS])
            && floats.all(|&value| value == 0.0)
    }

    /// Fills [`trusted`](Pairs::trusted): at least a half of the similarity.
    pub(super) fn weigh(&mut self, probe: &[Point], candidate: &[Point]) {
        for at in 0..self.len {
            let probe = probe[usize::from(self.probe[at])].trust;
            let candidate = candidate[usize::from(self.candidate[at])].trust;
            let trust = (f32::from(probe) * f32::from(candidate)).sqrt() / 255.0;
            self.trusted[at] = self.similarity[at] * (0.5 + 0.5 * trust);
        }
    }
}

impl Zeroize for Pairs {
    fn zeroize(&mut self) {
        self.len = 0;
        self.probe.zeroize();
        self.candidate.zeroize();
        self.similarity.zeroize();
        self.trusted.zeroize();
    }
}

/// Similarities in ten bits with their column in six: one maximum finds both.
pub(super) type Keys = [[i16; FINGER_POINTS]; FINGER_POINTS];

/// MCC's similarity of every two cylinders, `1 - sqrt(distance) / (sqrt(a) + sqrt(b))`.
/// `ones` are the numbers of bits set in the codes of the probe and the candidate.
pub(super) fn fill_keys(distances: &Distances, ones: [&[u16]; 2], keys: &mut Keys) {
    // Columns that do not exist have a huge norm and are masked by the assignment.
    let mut norms = [1.0; FINGER_POINTS];
    for (norm, &ones) in norms.iter_mut().zip(ones[1]) {
        *norm = f32::from(ones).sqrt();
    }
    for ((distances, &ones), keys) in distances.iter().zip(ones[0]).zip(keys) {
        let own = f32::from(ones).sqrt();
        for (column, key) in keys.iter_mut().enumerate() {
            let similarity = 1.0 - f32::from(distances[column]).sqrt() / (own + norms[column]);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_possible_wrap,
                reason = "0 to 47"
            )]
            let column = column as i16;
            *key = key_of(similarity, column);
        }
    }
}

/// A similarity and a number of at most 63, which the lower one wins.
#[inline(always)]
fn key_of(similarity: f32, number: i16) -> i16 {
    // 1.5 * 2^23: in this binade the last place is 1, and the low bits hold the sum.
    const ONES: f32 = 12_582_912.0;
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1023 for codes; else any key")]
    let steps = (similarity * STEPS + ONES).to_bits() as i16;
    (steps.wrapping_sub(512) << 6) | (LAST - number)
}

/// The number in a key.
fn number(key: i16) -> usize {
    usize::from((LAST - (key & LAST)).unsigned_abs())
}

/// The similarity in a key, 0 to 1023.
fn steps(key: i16) -> f32 {
    f32::from((key >> 6) + 512)
}

/// Takes the most similar pair, then the most similar of what is left, and so on.
pub(super) fn assign(keys: &Keys, rows: usize, columns: usize, pairs: &mut Pairs) {
    let mut open = [i16::MIN; FINGER_POINTS];
    open[..columns].fill(i16::MAX);
    let mut chosen = [0u8; FINGER_POINTS];
    let mut best = [i16::MIN; FINGER_POINTS];
    for row in 0..rows {
        (best[row], chosen[row]) = best_of(&keys[row], &open, row);
    }
    pairs.len = rows.min(columns).min(PAIRS);
    for at in 0..pairs.len {
        let key = best.iter().copied().fold(i16::MIN, i16::max);
        let row = number(key);
        let column = chosen[row];
        pairs.similarity[at] = steps(key) / STEPS;
        #[expect(clippy::cast_possible_truncation, reason = "0 to 47")]
        let probe = row as u8;
        (pairs.probe[at], pairs.candidate[at]) = (probe, column);
        open[usize::from(column)] = i16::MIN;
        best[row] = i16::MIN;
        for row in 0..rows {
            if chosen[row] == column && best[row] != i16::MIN {
                (best[row], chosen[row]) = best_of(&keys[row], &open, row);
            }
        }
    }
}

/// The best open column of a row: the key of its similarity and the row, and the column.
#[inline(always)]
fn best_of(keys: &[i16; FINGER_POINTS], open: &[i16; FINGER_POINTS], row: usize) -> (i16, u8) {
    let masked = keys.iter().zip(open).map(|(&key, &open)| key.min(open));
    let key = masked.fold(i16::MIN, i16::max);
    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "0 to 47")]
    let (column, row) = (number(key) as u8, row as i16);
    ((key & !LAST) | (LAST - row), column)
}
