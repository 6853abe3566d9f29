//! The second statistical step: an estimate from two bits a dimension.
//!
//! A row's rotated components are rounded to four levels, -3, -1, 1 and 3 times half a step that suits
//! a normal distribution (Max: *Quantizing for Minimum Distortion*, IRE Transactions on Information
//! Theory 6, 1960, table II). With the sign as `+1` or `-1`, such a level is twice the sign and
//! one more bit of `+1` or `-1`: so the product with a probe takes only that bit besides what the
//! sign step has computed already.
//!
//! The error law is that of `signs.rs` with the row's levels, scaled to unit length, in the place of
//! its signs, since it asks of `b` only that it was made of the row alone. They are nearly aligned
//! with the row (0.94 instead of 0.80), so the spread is half as wide, and the rows that are
//! left are few.

use super::signs::Law;

/// How many standard deviations an estimate may be below what the row deserves. Against the chance
/// of the sign step the chance beyond does not count: 1.3e-12.
pub const SECOND_SIGMAS: f64 = 7.0;

/// The step of the four levels that suits a normal distribution of variance 1.
pub(super) const STEP: f64 = 0.995_7;

/// Units of a span: reach and length are at most `3 sqrt(2048)`.
const UNIT: f64 = 256.0;

/// What a row's levels are to the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RowSpan {
    /// The levels' product with the row's direction, rounded down. 0 where there is no row.
    pub(super) reach: u16,
    /// The levels' length, rounded up.
    pub(super) length: u16,
}

impl RowSpan {
    /// Levels of 1 and 3, `threes` of them 3, and what their product with the rotated row is,
    /// divided by its length.
    pub(super) fn new(components: usize, threes: u32, product: f64) -> RowSpan {
        let length = (components as f64 + 8.0 * f64::from(threes)).sqrt();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both fit")]
        let span =
            RowSpan { reach: (product * UNIT) as u16, length: (length * UNIT).ceil() as u16 };
        span
    }

    /// As [`BlockSpan::least`], of this row alone.
    pub(super) fn least(self, law: &Law) -> i32 {
        let (reach, length) = self.real();
        least(law, reach, length, reach / length)
    }

    /// Reach and length.
    pub(super) fn real(self) -> (f64, f64) {
        (f64::from(self.reach) / UNIT, f64::from(self.length) / UNIT)
    }
}

/// What no row of a block falls short of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BlockSpan {
    /// The least reach and the largest length.
    span: RowSpan,
    /// The least alignment, in units of `2^-16`: that of these two together would be far too low, for
    /// rows with more threes have more of both.
    alignment: u16,
}

impl BlockSpan {
    /// A block of this row alone.
    fn of(row: RowSpan) -> BlockSpan {
        let alignment = (u32::from(row.reach) << 16) / u32::from(row.length.max(1));
        BlockSpan { span: row, alignment: u16::try_from(alignment).unwrap_or(u16::MAX) }
    }

    /// Takes a row in, or nothing where there is none.
    pub(super) fn with(self, row: RowSpan) -> BlockSpan {
        if self.span.reach == 0 {
            return BlockSpan::of(row);
        }
        if row.reach == 0 {
            return self;
        }
        let reach = self.span.reach.min(row.reach);
        let length = self.span.length.max(row.length);
        let alignment = self.alignment.min(BlockSpan::of(row).alignment);
        BlockSpan { span: RowSpan { reach, length }, alignment }
    }

    /// Whether it may be narrower without this row.
    pub(super) fn rests_on(self, row: RowSpan) -> bool {
        let own = BlockSpan::of(row);
        let same = own.span.reach == self.span.reach || own.span.length == self.span.length;
        row.reach > 0 && (same || own.alignment == self.alignment)
    }

    /// The least product of a row's levels and the rounded probe's with which a row of the block is not
    /// dropped that deserves the score of the law.
    pub(super) fn least(self, law: &Law) -> i32 {
        let (reach, length) = self.span.real();
        least(law, reach, length, f64::from(self.alignment) / 65536.0)
    }
}

/// Products grow with reach and alignment and fall with the length, so bounds of those are one of this.
fn least(law: &Law, reach: f64, length: f64, alignment: f64) -> i32 {
    let least = law.expected(reach) - SECOND_SIGMAS * length * law.spread(alignment) - 1.0;
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let least = least.floor() as i32;
    least
}
