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
//! cosine `rho` in its place and adds an error of the same law (for any probe: `kernels/levels.rs`). So a row whose score is at
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
use super::narrow;
use super::plane::RowPlane;
use super::score::SCORE_ONE;
use super::second::{RowSpan, STEP};
use crate::kernels::{
    Kernels, LANE_BYTES, MASK_ROWS, MAX_LANES, SignGate, SignTables, erase, rotation_scale,
};

/// How many standard deviations an estimate may be below what the row deserves.
pub const SIGMAS: f64 = 6.0;

/// The chance that a row is lost that scores exactly as much as is asked for: the
/// normal distribution beyond [`SIGMAS`] deviations, and but for narrow rows (`narrow.rs`) that beyond
/// [`SECOND_SIGMAS`](super::SECOND_SIGMAS), which is a thousandth of it. A row that scores
/// more is lost more rarely still.
pub const MISS: f64 = 9.9e-10;

/// `sqrt(2 / pi)`: the mean alignment of random directions.
const TYPICAL: f64 = 0.797_884_560_802_865_4;

/// Most components.
const MAX: usize = MAX_LANES * LANE_BYTES;

/// What bits alone do not say of a row. Alignments are in units of `2^-16`, rounded down.
pub(super) struct RowSigns {
    /// That of its signs.
    pub(super) alignment: u16,
    pub(super) second: RowSecond,
}

/// The same of its second bits.
#[derive(Clone, Copy)]
pub(super) enum RowSecond {
    /// The alignment of a narrow row's code (`narrow.rs`).
    Narrow(u16),
    /// That of its levels (`second.rs`).
    Wide(RowSpan),
}

/// Writes a row's signs and second bits, eight dimensions a byte.
pub(super) fn encode(codes: &Codes, signs: &mut [u8], second: &mut [u8]) -> RowSigns {
    let Rotated(rotated) = &mut Rotated([0; MAX]);
    let rotated = &mut rotated[..codes.lanes().len() * LANE_BYTES];
    let kernels = Kernels::detect();
    kernels.rotate(codes.lanes(), rotated);
    let components = rotated.len() as f64;
    let length = rotation_scale(rotated.len()) * f64::from(codes.sum_squares()).sqrt();
    // At most sqrt(2048) times a length of 2^24.5.
    let sum: u32 = rotated.iter().map(|value| value.unsigned_abs()).sum();
    for (signs, values) in signs.chunks_mut(8).zip(rotated.chunks(MASK_ROWS)) {
        let mut positive = [0];
        kernels.dot_gate(1, values, &mut positive);
        signs.copy_from_slice(&positive[0].to_le_bytes());
    }
    let second = if narrow::is_narrow(codes.lanes().len()) {
        RowSecond::Narrow(in_units(narrow::encode(rotated, length, second)))
    } else {
        RowSecond::Wide(encode_levels(kernels, rotated, length, sum, signs, second))
    };
    erase(rotated);
    RowSigns { alignment: in_units(f64::from(sum) / (components.sqrt() * length)), second }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floor; saturates")]
fn in_units(alignment: f64) -> u16 {
    (alignment * 65536.0) as u16
}

/// Writes the second bits of a row that is not narrow: `sum` are its sizes.
fn encode_levels(
    kernels: Kernels,
    rotated: &[i32],
    length: f64,
    sum: u32,
    signs: &[u8],
    second: &mut [u8],
) -> RowSpan {
    #[expect(clippy::cast_possible_truncation, reason = "at most 2^24.5")]
    let step = ((STEP * length / (rotated.len() as f64).sqrt()) as i32).max(1);
    let mut threes = 0;
    let places =
        signs.as_chunks().0.iter().zip(second.chunks_mut(8)).zip(rotated.chunks(MASK_ROWS));
    for ((signs, second), values) in places {
        let [mut large, mut small] = [[0]; 2];
        kernels.dot_gate(step, values, &mut large);
        kernels.dot_gate(1 - step, values, &mut small);
        // Twice the sign and this: 3 or 1, -1 or -3.
        let more = large[0] | (!u64::from_le_bytes(*signs) & small[0]);
        threes += (large[0] | !small[0]).count_ones();
        second.copy_from_slice(&more.to_le_bytes());
    }
    let is_large = |size: &u32| *size >= step.unsigned_abs();
    let of_large: u32 = rotated.iter().map(|value| value.unsigned_abs()).filter(is_large).sum();
    RowSpan::new(rotated.len(), threes, (f64::from(sum) + 2.0 * f64::from(of_large)) / length)
}

/// A rotated vector, from the beginning of a line on: kernels load whole registers of it.
#[repr(align(64))]
struct Rotated([i32; MAX]);

/// A probe in the form in which sign bits meet it. Inline, 18 KiB; erased on drop.
pub(super) struct SignQuery {
    tables: SignTables,
    /// The sum of a row whose signs are as often right as wrong.
    offset: i32,
    /// The sum of the rounded probe.
    sum: i32,
    /// The length of the rounded probe.
    length: f64,
    /// Cosine of the rounded probe and the probe.
    rho: f64,
    kernels: Kernels,
}

impl SignQuery {
    /// No probe yet: to be filled where it is, for a copy costs as much as a tenth of that.
    #[inline(always)]
    pub(super) fn blank(kernels: Kernels) -> SignQuery {
        let tables = SignTables::blank(kernels);
        SignQuery { tables, offset: 0, sum: 0, length: 0.0, rho: 0.0, kernels }
    }

    /// Takes a probe. Not inlined: what it is rotated in need not lie on the stack while blocks are
    /// read.
    #[inline(never)]
    pub(super) fn fill(&mut self, codes: &Codes) {
        let Rotated(rotated) = &mut Rotated([0; MAX]);
        let rotated = &mut rotated[..codes.lanes().len() * LANE_BYTES];
        self.kernels.rotate(codes.lanes(), rotated);
        let levels = self.tables.fill(rotated);
        self.length = f64::from(levels.squares).sqrt();
        let probe = rotation_scale(rotated.len()) * f64::from(codes.sum_squares()).sqrt();
        self.offset = levels.offset;
        self.sum = levels.sum;
        self.rho = (levels.product as f64 / (self.length * probe)).min(1.0);
        erase(rotated);
    }

    /// The law for rows that score at least `floor`; `None` where bits say nothing: at or below 0.
    pub(super) fn law(&self, floor: i32) -> Option<Law> {
        // A score is rounded: as much as a millionth may be missing.
        let score = f64::from(floor.max(1) - 1) / f64::from(SCORE_ONE);
        (score > 0.0).then(|| self.law_of(score.min(1.0)))
    }

    fn law_of(&self, score: f64) -> Law {
        let rho_squared = self.rho * self.rho;
        Law {
            mean: self.length * self.rho * score,
            varying: rho_squared * (1.0 - score * score).max(0.0),
            rounding: 1.0 - rho_squared,
            unit: self.length / (self.tables.dimensions() as f64 - 1.0).sqrt(),
        }
    }

    /// The gate for sums of signs.
    pub(super) fn gate(&self, law: &Law) -> SignGate {
        self.sign_bits().gate(law)
    }

    /// The gate for sums of the codes of narrow rows; `None` where rows are not.
    pub(super) fn narrow_gate(&self, law: &Law) -> Option<SignGate> {
        Some(self.narrow_bits()?.gate(law))
    }

    fn sign_bits(&self) -> Bits {
        let length = (self.tables.dimensions() as f64).sqrt();
        Bits { length, typical: TYPICAL, offset: self.offset }
    }

    fn narrow_bits(&self) -> Option<Bits> {
        let width = self.tables.dimensions() / LANE_BYTES;
        narrow::is_narrow(width).then(|| narrow::bits(width, self.offset))
    }

    /// The sums of a row, of signs and under second bits, that its levels have in a product of
    /// `least`: see `second.rs`. Rounded down.
    pub(super) fn both_sums(&self, least: i32) -> i32 {
        // The levels' product is twice that of the signs, `sum - offset`, and that of the second
        // bits, which is twice what is under them less everything.
        (least + 2 * self.offset + self.sum).div_euclid(2)
    }

    /// The sums under the second bits of some rows.
    pub(super) fn second_sums(&self, plane: RowPlane<'_>, rows: &[u16], out: &mut [i32]) {
        self.tables.bit_sums(plane.bytes(), rows, out);
    }

    pub(super) fn tables(&self) -> &SignTables {
        &self.tables
    }
}

/// A code of bits whose length is the same for all rows.
pub(super) struct Bits {
    pub(super) length: f64,
    /// Where the tangent of the law lies: the alignment of most rows.
    pub(super) typical: f64,
    /// The sum of a row whose code has no product with the probe.
    pub(super) offset: i32,
}

impl Bits {
    /// The gate for the sums of rows with their alignments.
    fn gate(&self, law: &Law) -> SignGate {
        let &Bits { length, typical, offset } = self;
        let root = law.root(typical).max(1e-9);
        let fall = law.varying * typical / root;
        let spread = SIGMAS * length * law.unit;
        let base = f64::from(offset) - spread * (root + fall * typical) - 1.0;
        let slope = length * law.mean + spread * fall;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both fit")]
        let gate = SignGate { base: base.floor() as i16, slope: slope.floor() as u16 };
        gate
    }
}

/// What the products of rows that score as much as is asked for are like, of any bits
/// with a known alignment. In units of the rounded probe.
pub(super) struct Law {
    /// `rho s` times the length of the probe.
    mean: f64,
    /// `rho^2 (1 - s^2)`.
    varying: f64,
    /// `1 - rho^2`.
    rounding: f64,
    /// The length of the probe over `sqrt(D - 1)`.
    unit: f64,
}

impl Law {
    /// The product that is expected of bits whose product with the row's direction is `reach`.
    pub(super) fn expected(&self, reach: f64) -> f64 {
        self.mean * reach
    }

    /// A standard deviation, for bits of unit length with this alignment.
    pub(super) fn spread(&self, alignment: f64) -> f64 {
        self.unit * self.root(alignment)
    }

    fn root(&self, alignment: f64) -> f64 {
        (self.varying * (1.0 - alignment * alignment).max(0.0) + self.rounding).sqrt()
    }
}

#[cfg(test)]
impl SignQuery {
    /// How far a sum is from what the law expects of a row with this score, in
    /// standard deviations; negative where a row looks worse than it is.
    pub(super) fn deviation(&self, sum: u16, alignment: u16, score: f64) -> f64 {
        self.sign_bits().deviation(&self.law_of(score), sum, alignment)
    }

    /// The same by the code of a narrow row.
    pub(super) fn narrow_deviation(&self, sum: u16, alignment: u16, score: f64) -> f64 {
        self.narrow_bits().unwrap().deviation(&self.law_of(score), sum, alignment)
    }

    /// The same for what a row has by both of its bits.
    pub(super) fn second_deviation(&self, sum: u16, second: i32, span: RowSpan, score: f64) -> f64 {
        let law = self.law_of(score);
        let product = 2 * (i32::from(sum) - self.offset) + 2 * second - self.sum;
        let (reach, length) = span.real();
        (f64::from(product) - law.expected(reach)) / (length * law.spread(reach / length))
    }
}

#[cfg(test)]
impl Bits {
    fn deviation(&self, law: &Law, sum: u16, alignment: u16) -> f64 {
        let alignment = f64::from(alignment) / 65536.0;
        let product = f64::from(sum) - f64::from(self.offset);
        let expected = law.expected(self.length * alignment);
        (product - expected) / (self.length * law.spread(alignment))
    }
}
