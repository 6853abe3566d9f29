//! The fixed rotation behind the sign bits.
//!
//! Signs of the codes themselves would say little about vectors with a few strong
//! components; after a random rotation every component carries the same share. As in
//! RaBitQ (Gao, Long 2024), a structured rotation stands for a random one. The components
//! lie in rows of eight. Three times: a flip of signs drawn from a seed; a Hadamard transform
//! down the rows, as long as the power of two that divides their number; and a transposition,
//! which deals what was in one column out to all rows. Integers only, so a
//! vector has the same signs on every machine.
//!
//! Not scaled: lengths grow by [`rotation_scale`]. A vector of 2048 codes has a length
//! of at most `2^12.5` and grows by `2^12`, so no component leaves 32 bits on the way.

use super::{LANE_BYTES, Lane, MAX_LANES};

/// Most components.
pub(super) const MAX: usize = MAX_LANES * LANE_BYTES;
const ROUNDS: usize = 3;
/// Components in a row: a register of AVX2.
pub(super) const ROW: usize = 8;

/// How much longer a rotated vector of so many components (whole lanes) is: the root of
/// the transform's length, for each round.
#[must_use]
pub fn rotation_scale(components: usize) -> f64 {
    let length = transform_length(components / ROW) as f64;
    (length * length * length).sqrt()
}

/// The largest power of two that divides the number of rows.
pub(super) const fn transform_length(rows: usize) -> usize {
    1 << rows.trailing_zeros()
}

/// What each component is flipped by: 0 or -1. From the digits of a linear
/// congruence (Knuth's MMIX), top bits, seed 0.
pub(super) static FLIPS: [[i8; MAX]; ROUNDS] = {
    let mut flips = [[0; MAX]; ROUNDS];
    let mut state = 0u64;
    let mut at = 0;
    while at < ROUNDS * MAX {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        flips[at / MAX][at % MAX] = -((state >> 63) as i8);
        at += 1;
    }
    flips
};

/// Overwrites rotated components, which are a template in another form. As sure as
/// `Zeroize`, which writes one number at a time.
#[inline]
pub fn erase(values: &mut [i32]) {
    values.fill(0);
    zeroize::optimization_barrier(values);
}

/// See [`Kernels::rotate`](super::Kernels::rotate).
#[inline(always)]
pub(super) fn rotate(codes: &[Lane], out: &mut [i32]) {
    let mut buffer = [0i32; MAX];
    let values = &mut buffer[..out.len()];
    for (value, &code) in values.iter_mut().zip(Lane::codes(codes)) {
        *value = i32::from(code);
    }
    for (round, flips) in FLIPS.iter().enumerate() {
        if round > 0 {
            transpose(out, values);
        }
        for (value, &flip) in values.iter_mut().zip(flips) {
            *value = (*value ^ i32::from(flip)) - i32::from(flip);
        }
        transform(values);
        out.copy_from_slice(values);
    }
    // The buffer holds a template in another form.
    erase(values);
}

/// The Walsh–Hadamard transform down the rows.
#[inline(always)]
fn transform(values: &mut [i32]) {
    let mut left = transform_length(values.len() / ROW);
    let mut span = values.len();
    // Two stages at a time: half the way through memory.
    while left >= 4 {
        for part in values.chunks_exact_mut(span) {
            let (ab, cd) = part.split_at_mut(span / 2);
            let ((a, b), (c, d)) = (ab.split_at_mut(span / 4), cd.split_at_mut(span / 4));
            for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
                let (ac, bd) = (*a + *c, *b + *d);
                let (a_c, b_d) = (*a - *c, *b - *d);
                (*a, *b, *c, *d) = (ac + bd, ac - bd, a_c + b_d, a_c - b_d);
            }
        }
        (span, left) = (span / 4, left / 4);
    }
    if left == 2 {
        for part in values.chunks_exact_mut(span) {
            let (a, b) = part.split_at_mut(span / 2);
            for (a, b) in a.iter_mut().zip(b) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
    }
}

/// Columns one after the other.
#[inline(always)]
fn transpose(from: &[i32], to: &mut [i32]) {
    let rows = from.as_chunks::<ROW>().0;
    for (column, to) in to.chunks_exact_mut(rows.len()).enumerate() {
        for (value, row) in to.iter_mut().zip(rows) {
            *value = row[column];
        }
    }
}
