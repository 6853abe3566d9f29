//! The fixed rotation behind the sign bits.
//!
//! Signs of the codes themselves would say little about vectors with a few strong
//! components; after a random rotation every component carries the same share. As in
//! RaBitQ (Gao, Long 2024), a structured rotation stands for a random one: three times a flip of
//! signs drawn from a seed, Hadamard transforms of 64 components, and a permutation
//! that deals each transform's results out to all of the next. Integers only, so a
//! vector has the same signs on every machine.
//!
//! Not scaled: lengths grow by [`ROTATION_SCALE`]. A vector of 2048 codes has a
//! length of at most `2^12.5`, so no component leaves `2^21.5` on the way.

use zeroize::Zeroize;

use super::{LANE_BYTES, Lane, MAX_LANES};

/// Most components.
const MAX: usize = MAX_LANES * LANE_BYTES;
const ROUNDS: usize = 3;

/// How much longer a rotated vector is: `sqrt(64)` for each round.
pub const ROTATION_SCALE: u32 = 8 * 8 * 8;

/// What each component is flipped by: 0 or -1. From the digits of a linear
/// congruence (Knuth's MMIX), top bits, seed 0.
static FLIPS: [[i8; MAX]; ROUNDS] = {
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

/// See [`Kernels::rotate`](super::Kernels::rotate).
#[inline(always)]
pub(super) fn rotate(codes: &[Lane], out: &mut [i32]) {
    let mut buffer = [0i32; MAX];
    let buffer = &mut buffer[..out.len()];
    for (value, &code) in buffer.iter_mut().zip(Lane::codes(codes)) {
        *value = i32::from(code);
    }
    for (round, flips) in FLIPS.iter().enumerate() {
        if round > 0 {
            deal(out, buffer);
        }
        for (value, &flip) in buffer.iter_mut().zip(flips) {
            *value = (*value ^ i32::from(flip)) - i32::from(flip);
        }
        for part in buffer.as_chunks_mut::<LANE_BYTES>().0 {
            hadamard(part);
        }
        out.copy_from_slice(buffer);
    }
    // The buffer holds a template in another form.
    buffer.zeroize();
}

/// Deals the cards of each 64 out to all others.
#[inline(always)]
fn deal(from: &[i32], to: &mut [i32]) {
    let parts = from.len() / LANE_BYTES;
    for (c, part) in from.as_chunks::<LANE_BYTES>().0.iter().enumerate() {
        for (j, &value) in part.iter().enumerate() {
            to[j * parts + c] = value;
        }
    }
}

/// The Walsh–Hadamard transform of 64 values.
#[inline(always)]
fn hadamard(values: &mut [i32; LANE_BYTES]) {
    stage::<32>(values);
    stage::<16>(values);
    stage::<8>(values);
    stage::<4>(values);
    stage::<2>(values);
    stage::<1>(values);
}

#[inline(always)]
fn stage<const STEP: usize>(values: &mut [i32; LANE_BYTES]) {
    let mut i = 0;
    while i < LANE_BYTES {
        for j in i..i + STEP {
            let (a, b) = (values[j], values[j + STEP]);
            values[j] = a + b;
            values[j + STEP] = a - b;
        }
        i += 2 * STEP;
    }
}
