//! The proven step: how far a score can be from what the high halves say.
//!
//! A code is `c = 16 h + l - 128` with halves of 0 to 15 (`plane.rs`). Twice the
//! product of a probe `q` with a row is then
//!
//! ```text
//! 2 q.c = E + q.r      E = 32 q.h - 241 sum(q)      r = 2 l - 15
//! ```
//!
//! `E` takes the high halves only, and by Cauchy–Schwarz `|q.r| <= |q| |r|`. Both
//! lengths are rounded up to whole numbers, everything else is exact integers, so the bound
//! holds without any slack: a row with `(E + |q| |r|) weight < 2 gate` has
//! `q.c weight < gate` and does not score the floor (`score.rs`).

use super::codes::Codes;

/// What a row brings to the bound.
#[derive(Clone, Copy)]
pub(super) struct RowBound {
    /// See `score.rs`.
    pub(super) weight: u32,
    /// `|r|`, rounded up: at most 680.
    pub(super) residual: u16,
}

impl RowBound {
    pub(super) fn of(codes: &Codes) -> RowBound {
        // Components that only fill the last lane have no part in any product.
        let squares = codes.as_i8().iter().map(|&code| {
            let residual = 2 * (i32::from(code) & 15) - 15;
            residual.unsigned_abs().pow(2)
        });
        let residual = length_up(squares.sum());
        let residual = u16::try_from(residual).expect("at most 15 * sqrt(2048)");
        RowBound { weight: codes.weight(), residual }
    }
}

/// The largest of a block's.
#[derive(Clone, Copy, Default)]
pub(super) struct BlockBound {
    weight: u32,
    residual: u16,
}

impl BlockBound {
    /// Takes a row in.
    pub(super) fn raise(&mut self, row: RowBound) {
        self.weight = self.weight.max(row.weight);
        self.residual = self.residual.max(row.residual);
    }

    /// Whether it may be lower without this row.
    pub(super) fn rests_on(self, row: RowBound) -> bool {
        row.weight > 0 && (row.weight == self.weight || row.residual == self.residual)
    }

    pub(super) fn of(weights: &[u32], residuals: &[u16]) -> BlockBound {
        let weight = weights.iter().copied().max().unwrap_or(0);
        BlockBound { weight, residual: residuals.iter().copied().max().unwrap_or(0) }
    }
}

/// What a probe brings to the bound.
#[derive(Clone, Copy)]
pub(super) struct QueryBound {
    /// `|q|`, rounded up.
    length: i32,
    /// `241 sum(q)`.
    offset: i32,
    /// `128 sum(q)`.
    zero: i32,
}

impl QueryBound {
    pub(super) fn of(codes: &Codes) -> QueryBound {
        let sum: i32 = codes.as_i8().iter().map(|&code| i32::from(code)).sum();
        let length = length_up(codes.sum_squares()).cast_signed();
        QueryBound { length, offset: 241 * sum, zero: 128 * sum }
    }

    /// The least product of the high halves with which a row of the block can
    /// reach the gate.
    pub(super) fn least(self, gate: i64, block: BlockBound) -> i32 {
        if gate <= 0 || block.weight == 0 {
            // A lighter row may reach a negative gate with less: nothing is known.
            return i32::MIN;
        }
        let weight = i64::from(block.weight);
        let needed = (2 * gate + weight - 1) / weight;
        let error = i64::from(self.length * i32::from(block.residual));
        let least = (needed - error + i64::from(self.offset)).div_euclid(32);
        i32::try_from(least).unwrap_or(i32::MAX)
    }

    /// Whether a row with the product `high` of its high half may reach the gate.
    #[inline]
    pub(super) fn may_reach(self, gate: i64, high: i32, row: RowBound) -> bool {
        let most = 32 * high - self.offset + self.length * i32::from(row.residual);
        i64::from(most) * i64::from(row.weight) >= 2 * gate
    }

    /// The whole product from those of both halves.
    #[inline]
    pub(super) fn dot(self, high: i32, low: i32) -> i32 {
        16 * high + low - self.zero
    }
}

/// The square root, rounded up.
fn length_up(squares: u32) -> u32 {
    let root = squares.isqrt();
    if root * root < squares { root + 1 } else { root }
}
