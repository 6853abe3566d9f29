//! The score of two vectors: the cosine of their int8 codes, in millionths.
//!
//! Integers only, so that every machine gives the same number. With `n` the
//! Euclidean norm of a vector's codes, each vector carries
//!
//! ```text
//! weight = round(2^37 / n)
//! ```
//!
//! and a score is `dot * weight_a * weight_b * 10^6 / 2^74`, in three steps:
//!
//! | value | bound | why |
//! |-------|-------|-----|
//! | `n` | 64 to `2^12.5` | the largest code is at least 64; 2048 codes of 128 |
//! | `weight` | `2^24.5` to `2^31` | |
//! | `p = (weight_a * weight_b) >> 12` | `2^37` to `2^50` | product at most `2^62`, fits `u64` |
//! | `t = dot * p` | about `±2^62` | Cauchy-Schwarz: `dot <= n_a * n_b`; fits `i64` |
//! | `(t >> 20) * 10^6` | about `±2^61.94` | fits `i64` |
//! | `score = (.. + 2^41) >> 42` | `±10^6` | round half up |
//!
//! Error: a weight is off by at most half a unit, `2^-25.5` of itself, so `t` is
//! off by `2^-24.5`, which is 0.042 millionths; the two shifts add less than
//! 0.0001. A score is therefore within 0.55 of the exact cosine in millionths, a
//! vector scores exactly [`SCORE_ONE`] against itself, and the order of the two
//! does not matter.

/// The score of two equal directions; scores lie in `-SCORE_ONE..=SCORE_ONE`.
pub const SCORE_ONE: i32 = 1_000_000;

/// Fraction bits of a weight.
const WEIGHT_BITS: u32 = 37;
/// Bits dropped from the product of two weights.
const PRODUCT_SHIFT: u32 = 12;
/// Bits dropped from the scaled dot product before it is made millionths.
const COSINE_SHIFT: u32 = 20;
/// What is left of the fraction bits of both weights.
const SCORE_SHIFT: u32 = 2 * WEIGHT_BITS - PRODUCT_SHIFT - COSINE_SHIFT;

/// `round(2^37 / sqrt(sum_squares))` for the sum of squares of a vector's codes,
/// `64^2..=2^25`.
pub(super) fn weight(sum_squares: u32) -> u32 {
    debug_assert!((64 * 64..=1 << 25).contains(&sum_squares));
    // floor(2x) first, with x = 2^37 / n: then floor((floor(2x) + 1) / 2) is
    // floor(x + 1/2), and a floor inside a square root's floor changes nothing.
    let doubled = ((1u128 << (2 * WEIGHT_BITS + 2)) / u128::from(sum_squares)).isqrt();
    u32::try_from(doubled.div_ceil(2)).expect("at most 2^31, for a norm of 64")
}

/// The score of two vectors from their dot product and weights.
#[inline]
pub(super) fn score(dot: i32, weight_a: u32, weight_b: u32) -> i32 {
    let product = (u64::from(weight_a) * u64::from(weight_b)) >> PRODUCT_SHIFT;
    let cosine = (i64::from(dot) * product.cast_signed()) >> COSINE_SHIFT;
    let millionths = (cosine * i64::from(SCORE_ONE) + (1 << (SCORE_SHIFT - 1))) >> SCORE_SHIFT;
    let bounded = millionths.clamp(-i64::from(SCORE_ONE), i64::from(SCORE_ONE));
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a million")]
    let score = bounded as i32;
    score
}

/// A number that `dot * weight_row` reaches for every row that scores at least
/// `floor` against a query of `weight_query`.
///
/// It lets a scan drop a row after one multiplication. It may let a row through
/// that scores up to two below the floor, so the score is computed and compared
/// after it; it never drops one that reaches the floor: a score of `floor` needs
/// `dot * weight_row * weight_query >= (floor - 0.5 - 2^-17) * 2^74 / 10^6`.
pub(super) fn gate(floor: i32, weight_query: u32) -> i64 {
    let millionths = i128::from(floor.clamp(-SCORE_ONE, SCORE_ONE + 1)) - 1;
    let divisor = i128::from(SCORE_ONE) * i128::from(weight_query);
    let gate = (millionths << (2 * WEIGHT_BITS)).div_euclid(divisor);
    i64::try_from(gate).expect("at most 2^50, for a weight of 2^24.5")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The cosine in millionths, in `f64` (exact to about 1e-9 millionths).
    fn exact(dot: i32, squares_a: u32, squares_b: u32) -> f64 {
        f64::from(dot) / (f64::from(squares_a) * f64::from(squares_b)).sqrt() * 1e6
    }

    #[test]
    fn a_weight_is_the_nearest_whole_number() {
        for squares in [64 * 64, 64 * 64 + 1, 5000, 127 * 127, 1 << 20, 33_030_144, 1 << 25] {
            let w = u128::from(weight(squares));
            // |w - x| <= 1/2 with x^2 = 2^74 / squares, times two and squared.
            let target = (1u128 << 76) / u128::from(squares);
            assert!((2 * w - 1).pow(2) <= target + 1, "{squares}");
            assert!((2 * w + 1).pow(2) >= target, "{squares}");
        }
        assert_eq!(weight(64 * 64), 1 << 31);
    }

    #[test]
    fn a_vector_scores_one_against_itself_and_minus_one_against_its_opposite() {
        for squares in (64 * 64..1 << 25).step_by(997).chain([1 << 25]) {
            let w = weight(squares);
            let dot = i32::try_from(squares).unwrap();
            assert_eq!(score(dot, w, w), SCORE_ONE);
            assert_eq!(score(-dot, w, w), -SCORE_ONE);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_score_is_the_exact_cosine_within_a_millionth(
            squares_a in 64u32 * 64..=1 << 25,
            squares_b in 64u32 * 64..=1 << 25,
            part in -1.0f64..=1.0,
        ) {
            let most = (f64::from(squares_a) * f64::from(squares_b)).sqrt();
            #[expect(clippy::cast_possible_truncation, reason = "at most 2^25")]
            let dot = (most * part) as i32;
            let (a, b) = (weight(squares_a), weight(squares_b));
            let got = score(dot, a, b);
            prop_assert!((f64::from(got) - exact(dot, squares_a, squares_b)).abs() <= 0.55);
            prop_assert_eq!(got, score(dot, b, a));
        }

        #[test]
        fn the_gate_never_drops_a_row_that_reaches_the_floor(
            squares_a in 64u32 * 64..=1 << 25,
            squares_b in 64u32 * 64..=1 << 25,
            part in -1.0f64..=1.0,
            below in 0i32..=3,
        ) {
            let most = (f64::from(squares_a) * f64::from(squares_b)).sqrt();
            #[expect(clippy::cast_possible_truncation, reason = "at most 2^25")]
            let dot = (most * part) as i32;
            let (query, row) = (weight(squares_a), weight(squares_b));
            let passes = |floor| i64::from(dot) * i64::from(row) >= gate(floor, query);
            let got = score(dot, query, row);
            prop_assert!(passes(got - below));
            prop_assert!(!passes(got + 3));
        }
    }
}
