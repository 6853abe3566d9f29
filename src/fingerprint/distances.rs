//! Hamming distances between the codes of two templates.

use super::cylinder::{CODE_WORDS, Code};
use crate::limits::FINGER_POINTS;
use zeroize::Zeroize;

/// One row for each code of the probe, one column for each of the candidate.
pub type Distances = [[u16; FINGER_POINTS]; FINGER_POINTS];

/// Fills the rows of the probe's codes; columns beyond the candidate's codes are those of
/// empty codes. Portable: words of several columns lie side by side, so that the compiler
/// counts them with vectors.
pub(super) fn fill(probe: &[Code], candidate: &[Code], distances: &mut Distances) {
    let mut planes = [[0u64; FINGER_POINTS]; CODE_WORDS];
    for (column, code) in candidate.iter().enumerate() {
        for (plane, &word) in planes.iter_mut().zip(code) {
            plane[column] = word;
        }
    }
    let columns = candidate.len().next_multiple_of(8).min(FINGER_POINTS);
    for (code, row) in probe.iter().zip(distances) {
        fill_row(code, &planes, &mut row[..columns]);
    }
    planes.as_flattened_mut().zeroize();
}

/// Distances from one code to the columns.
fn fill_row(code: &Code, planes: &[[u64; FINGER_POINTS]; CODE_WORDS], row: &mut [u16]) {
    let [a, b, c, d, e] = planes.each_ref().map(|plane| &plane[..row.len()]);
    for (column, distance) in row.iter_mut().enumerate() {
        let words = [a[column], b[column], c[column], d[column], e[column]];
        *distance = ones(core::array::from_fn(|word| words[word] ^ code[word]));
    }
}

/// How many of 320 bits are set: carry-save adders make three words of five.
#[inline(always)]
fn ones([a, b, c, d, e]: Code) -> u16 {
    let ab = a ^ b;
    let (sum, first) = (ab ^ c, (a & b) | (ab & c));
    let sd = sum ^ d;
    let (low, second) = (sd ^ e, (sum & d) | (sd & e));
    let bytes = in_bytes(low) + 2 * (in_bytes(first) + in_bytes(second));
    // At most 40 in each of eight bytes.
    let pairs = (bytes & 0x00FF_00FF_00FF_00FF) + ((bytes >> 8) & 0x00FF_00FF_00FF_00FF);
    let fours = pairs + (pairs >> 32);
    #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits hold the sum")]
    let ones = (fours + (fours >> 16)) as u16;
    ones
}

/// How many bits of each byte are set.
#[inline(always)]
fn in_bytes(word: u64) -> u64 {
    let pairs = word - ((word >> 1) & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + ((pairs >> 2) & 0x3333_3333_3333_3333);
    (fours + (fours >> 4)) & 0x0F0F_0F0F_0F0F_0F0F
}
