//! The statistical step: a score estimated from one bit a dimension.
//!
//! With `o` and `q` the rotated directions of a row and a probe in `D` dimensions
//! (unit length) and `b` the vector of `o`'s signs, scaled to unit length, RaBitQ (Gao, Long:
//! *RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound for
//! Approximate Nearest Neighbor Search*, SIGMOD 2024, section 3.2) splits
//!
//! ```text
//! <b, q> = s a + sqrt(1 - s^2) sqrt(1 - a^2) e        s = <o, q>, a = <b, o>
//! ```
//!
//! where `s` is the score that is asked for, `a` is known when the row is stored (its
//! *alignment*, near `sqrt(2 / pi)`), and `e` is a component of a random unit vector in `D - 1`
//! dimensions: mean 0, variance `1 / (D - 1)`, tails below those of a normal
//! distribution. The probe is rounded to small integers, which puts a direction of
//! cosine `rho` in its place and adds an error of the same law. So a row whose score is at
//! least `s` has, but for a chance below [`MISS`],
//!
//! ```text
//! <b, q'> >= rho s a - SIGMAS / sqrt(D - 1) * sqrt(rho^2 (1 - s^2) (1 - a^2) + 1 - rho^2)
//! ```
//!
//! and one that has less is not looked at again. The root is concave in `a`; its
//! tangent at [`TYPICAL`] is never below it and makes the bound a line, so the test of a row is
//! one multiplication of integers. What is rounded is rounded towards more rows.

use super::codes::Codes;
use super::score::SCORE_ONE;
use crate::kernels::{
    Kernels, LANE_BYTES, Lane, MASK_ROWS, MAX_LANES, RowMask, SignGate, SignTable, erase,
    rotation_scale,
};

/// How many standard deviations an estimate may be below what the row deserves.
pub const SIGMAS: f64 = 6.0;

/// The chance that a row is lost that scores exactly as much as is asked for: the
/// normal distribution beyond [`SIGMAS`] deviations. A row that scores
/// more is lost more rarely still.
pub const MISS: f64 = 9.9e-10;

/// `sqrt(2 / pi)`: the mean alignment of random directions.
const TYPICAL: f64 = 0.797_884_560_802_865_4;

/// Most components.
const MAX: usize = MAX_LANES * LANE_BYTES;

/// Writes a row's signs, eight dimensions a byte, and gives its alignment in units of
/// `2^-16`, rounded down.
pub(super) fn encode(codes: &Codes, signs: &mut [u8]) -> u16 {
    let mut rotated = [0; MAX];
    let rotated = &mut rotated[..codes.lanes().len() * LANE_BYTES];
    let kernels = Kernels::detect();
    kernels.rotate(codes.lanes(), rotated);
    // At most sqrt(2048) times a length of 2^24.5.
    let length: u32 = rotated.iter().map(|value| value.unsigned_abs()).sum();
    for (signs, values) in signs.chunks_mut(8).zip(rotated.chunks(MASK_ROWS)) {
        let mut positive = [0];
        kernels.dot_gate(1, values, &mut positive);
        signs.copy_from_slice(&positive[0].to_le_bytes());
    }
    let most = (rotated.len() as f64 * f64::from(codes.sum_squares())).sqrt();
    let alignment = f64::from(length) / (most * rotation_scale(rotated.len()));
    erase(rotated);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floor; saturates")]
    let alignment = (alignment * 65536.0) as u16;
    alignment
}

/// A probe in the form in which sign bits meet it. Inline, 8 KiB; erased on drop.
pub(super) struct SignQuery {
    tables: [SignTable; MAX / 4],
    count: usize,
    /// The sum of a row whose signs are as often right as wrong.
    offset: i32,
    /// `sqrt(D)` times the length of the rounded probe.
    unit: f64,
    /// Cosine of the rounded probe and the probe.
    rho: f64,
    kernels: Kernels,
}

impl SignQuery {
    pub(super) fn new(codes: &Codes, kernels: Kernels) -> SignQuery {
        let mut query = SignQuery {
            tables: [[0; 16]; MAX / 4],
            count: codes.lanes().len() * LANE_BYTES / 4,
            offset: 0,
            unit: 0.0,
            rho: 0.0,
            kernels,
        };
        query.rotate(codes);
        query
    }

    /// Not inlined: the rotated codes take 8 KiB of the stack, but not for long.
    #[inline(never)]
    fn rotate(&mut self, codes: &Codes) {
        let mut rotated = [0; MAX];
        let rotated = &mut rotated[..4 * self.count];
        self.kernels.rotate(codes.lanes(), rotated);
        self.fill(rotated, codes.sum_squares());
        erase(rotated);
    }

    fn fill(&mut self, rotated: &[i32], sum_squares: u32) {
        let levels = self.kernels.sign_tables(rotated, &mut self.tables[..self.count]);
        let length = f64::from(levels.squares).sqrt();
        let probe = rotation_scale(rotated.len()) * f64::from(sum_squares).sqrt();
        self.offset = levels.offset;
        self.unit = (rotated.len() as f64).sqrt() * length;
        self.rho = (levels.product as f64 / (length * probe)).min(1.0);
    }

    /// The gate for rows that score at least `floor`; `None` where signs say
    /// nothing: at or below 0.
    pub(super) fn gate(&self, floor: i32) -> Option<SignGate> {
        // A score is rounded: as much as a millionth may be missing.
        let score = f64::from(floor.max(1) - 1) / f64::from(SCORE_ONE);
        if score <= 0.0 {
            return None;
        }
        let score = score.min(1.0);
        let dimensions = self.count as f64 * 4.0;
        let spread = SIGMAS / (dimensions - 1.0).sqrt();
        let varying = self.rho * self.rho * (1.0 - score * score);
        let rounding = 1.0 - self.rho * self.rho;
        let root = (varying * (1.0 - TYPICAL * TYPICAL) + rounding).sqrt().max(1e-9);
        let fall = varying * TYPICAL / root;
        let base = f64::from(self.offset) - self.unit * spread * (root + fall * TYPICAL) - 1.0;
        let slope = self.unit * (self.rho * score + spread * fall);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both fit")]
        let gate = SignGate { base: base.floor() as i16, slope: slope.floor() as u16 };
        Some(gate)
    }

    pub(super) fn tables(&self) -> &[SignTable] {
        &self.tables[..self.count]
    }

    /// Marks the rows of whole groups that may reach the gate.
    pub(super) fn admit(
        &self,
        gate: SignGate,
        plane: &[Lane],
        alignments: &[u16],
        masks: &mut [RowMask],
    ) {
        let mut sums = [0; super::BLOCK_ROWS];
        let sums = &mut sums[..alignments.len()];
        self.kernels.sign_sums(self.tables(), plane, sums);
        self.kernels.sign_gate(gate, sums, alignments, masks);
    }
}

impl Drop for SignQuery {
    fn drop(&mut self) {
        zeroize::zeroize_bytes(self.tables[..self.count].as_flattened_mut());
    }
}

#[cfg(test)]
impl SignQuery {
    /// How far a sum is from what the law expects of a row with this score, in
    /// standard deviations; negative where a row looks worse than it is.
    pub(super) fn deviation(&self, sum: u16, alignment: u16, score: f64) -> f64 {
        let alignment = f64::from(alignment) / 65536.0;
        let dimensions = self.count as f64 * 4.0;
        let varying = self.rho * self.rho * (1.0 - score * score).max(0.0);
        let variance = varying * (1.0 - alignment * alignment) + 1.0 - self.rho * self.rho;
        let expected = self.unit * self.rho * score * alignment;
        let spread = self.unit * (variance / (dimensions - 1.0)).sqrt();
        (f64::from(sum) - f64::from(self.offset) - expected) / spread
    }
}
