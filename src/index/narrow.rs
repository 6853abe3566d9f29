//! The statistical step of narrow rows: an estimate from both bits of every component, in two streams.
//!
//! The fewer components, the less signs say: of rows of 128 components four in five pass them at a usual
//! threshold, of 512 one in thirty. So the second bits of narrow rows (`second.rs` says what they are) do not
//! lie row by row, to be read for the few that signs let through, but in the layout of the signs. Where signs
//! let too many rows through, the second bits of all are read as one more stream, of which a look-up in the
//! probe's tables makes sums as of signs.
//!
//! A row's code is here 3, 1, -1 or -3 in each component: twice the sign, and a second sign. Its product with a
//! probe is twice the sum of signs, which is known, and the sum of second signs. The error law is that of
//! `signs.rs` with this code in the place of the signs: it asks only that the code is made of the row
//! alone. How many components are 3 or -3 is fixed, the largest ones are, so all codes are of one length; then
//! the test of a row is that of its signs with other numbers, and as cheap.
//!
//! The rows of a block are tested by their signs or by this, not by both, and which of them does not depend on
//! the block (`cascade.rs`), so their chances do not add up.

use super::signs::Bits;
use crate::kernels::{LANE_BYTES, MASK_ROWS, erase};

/// Most lanes of a narrow row: 256 components.
const MOST: usize = 4;

/// How many of 10,000 components are 3 or -3: as many as a normal variable is beyond
/// [`STEP`](super::second::STEP) deviations.
const THREES: usize = 3194;

/// Alignment of normal components with such a code: their mean product with it, 1.770, over its length.
const TYPICAL: f64 = 0.939;

/// Whether rows of so many lanes are narrow.
pub(super) const fn is_narrow(width: usize) -> bool {
    width <= MOST
}

/// What the codes of rows of `width` lanes have in common, for a probe with this offset of signs.
pub(super) fn bits(width: usize, offset: i32) -> Bits {
    let components = width * LANE_BYTES;
    let squares = components + 8 * threes(components);
    Bits { length: (squares as f64).sqrt(), typical: TYPICAL, offset: 3 * offset }
}

const fn threes(components: usize) -> usize {
    components * THREES / 10_000
}

/// Writes the second signs of a rotated row, eight a byte; gives the alignment of its code.
pub(super) fn encode(rotated: &[i32], length: f64, second: &mut [u8]) -> f64 {
    let (least, mut equal) = least_three(rotated);
    let (mut sum, mut of_threes) = (0u64, 0u64);
    for (second, values) in second.chunks_mut(8).zip(rotated.chunks(MASK_ROWS)) {
        let mut word = 0;
        for (at, value) in values.iter().enumerate() {
            let size = value.unsigned_abs();
            // Of equal ones the first.
            let is_three = size > least || (size == least && equal > 0);
            equal -= usize::from(is_three && size == least);
            sum += u64::from(size);
            of_threes += u64::from(size) * u64::from(is_three);
            word |= u64::from(is_three == (*value > 0)) << at;
        }
        second.copy_from_slice(&word.to_le_bytes());
    }
    (sum + 2 * of_threes) as f64 / (length * bits(rotated.len() / LANE_BYTES, 0).length)
}

/// The size of the smallest component that is 3 or -3, and how many of just that size are.
fn least_three(rotated: &[i32]) -> (u32, usize) {
    let sizes = &mut [0; MOST * LANE_BYTES][..rotated.len()];
    for (size, value) in sizes.iter_mut().zip(rotated) {
        *size = value.saturating_abs();
    }
    let last = threes(rotated.len()) - 1;
    let (_, &mut least, _) = sizes.select_nth_unstable_by(last, |a, b| b.cmp(a));
    // All of the larger ones are before it.
    let equal = sizes[..=last].iter().filter(|size| **size == least).count();
    erase(sizes);
    (least.unsigned_abs(), equal)
}

/// Makes of the sums of second signs those of whole codes: at most 765 for each of a row's eight runs of 32
/// components.
pub(super) fn with_signs(second: &mut [u16], signs: &[u16]) {
    for (sum, signs) in second.iter_mut().zip(signs) {
        *sum += 2 * signs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of each component, told by its sign and second sign, and the alignment told of it.
    fn code(rotated: &[i32]) -> (Vec<i64>, f64) {
        let mut bytes = vec![0; rotated.len() / 8];
        let alignment = encode(rotated, 1.0, &mut bytes);
        let second = |at: usize| 2 * i64::from(bytes[at / 8] >> (at % 8) & 1) - 1;
        let sign = |value: i32| if value > 0 { 2 } else { -2 };
        let code = rotated.iter().enumerate().map(|(at, &v)| sign(v) + second(at)).collect();
        (code, alignment)
    }

    /// What is said of all codes holds also where sizes are equal, or zero.
    #[test]
    fn codes_have_one_length_and_point_where_the_row_does() {
        let rows: [fn(i32) -> i32; 5] = [
            |_| 0,
            |_| -7,
            |at| at % 3 - 1,
            |at| (at * 7919) % 1000 - 500,
            |at| i32::from(at == 3),
        ];
        for width in 1..=MOST {
            for row in rows {
                let rotated: Vec<i32> = (0..).map(row).take(width * LANE_BYTES).collect();
                let (code, alignment) = code(&rotated);
                let squares: i64 = code.iter().map(|c| c * c).sum();
                let length = bits(width, 0).length;
                assert!((length * length - squares as f64).abs() < 1e-6, "{width} lanes");
                let product: i64 = code.iter().zip(&rotated).map(|(c, v)| c * i64::from(*v)).sum();
                assert!((alignment * length - product as f64).abs() < 1e-6, "{width} lanes");
            }
        }
    }

    #[test]
    fn the_largest_are_threes() {
        let rotated: Vec<i32> = (0..128).map(|at| if at % 2 == 0 { at } else { -at }).collect();
        let first = 128 - i32::try_from(threes(128)).unwrap();
        for (value, code) in rotated.iter().zip(code(&rotated).0) {
            let size = if value.abs() >= first { 3 } else { 1 };
            assert_eq!(code.abs(), size, "{value}");
        }
    }
}
