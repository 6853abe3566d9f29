//! NEON counts the bits of bytes (`cnt`).

use core::arch::aarch64::{
    uint8x16_t, uint32x4_t, vaddq_u8, vandq_u8, vcntq_u8, vdupq_n_u32, vdupq_n_u64, vld1_u16,
    vld1q_u32, vld1q_u64, vmaxq_u32, vmaxvq_u32, vmlaq_u32, vmovl_u16, vpaddlq_u8, vpaddlq_u16,
    vpaddq_u16, vreinterpretq_u8_u64, vshlq_n_u32, vsubq_u32,
};

use crate::kernels::cylinders::{BestCode, CODE_WORDS, CodeColumns, CodeGroup, GROUP_CODES};

/// See [`Kernels::best_codes`](crate::kernels::Kernels::best_codes).
#[target_feature(enable = "neon")]
pub(in crate::kernels) fn best_codes(
    rows: &[[u64; CODE_WORDS]],
    columns: CodeColumns<'_>,
    best: &mut [BestCode],
) {
    for (row, best) in rows.iter().zip(best) {
        let row = row.map(|word| vreinterpretq_u8_u64(vdupq_n_u64(word)));
        let mut lanes = vdupq_n_u32(BestCode::place(0));
        for (group, weights, place) in columns.iter() {
            for (half, weights) in weights.as_chunks::<4>().0.iter().enumerate() {
                #[expect(clippy::cast_possible_truncation, reason = "0 or 4")]
                let place = place - 4 * half as u32;
                let common = common_bits(&row, group, half);
                lanes = vmaxq_u32(lanes, values(common, weights, place));
            }
        }
        *best = BestCode(vmaxvq_u32(lanes));
    }
}

/// How many bits a row has in common with each of four codes of a group.
#[inline]
#[target_feature(enable = "neon")]
fn common_bits(row: &[uint8x16_t; CODE_WORDS], group: &CodeGroup, half: usize) -> uint32x4_t {
    let pair = |at: usize| {
        let counts = |word: usize| vcntq_u8(vandq_u8(row[word], load(&group.0[word], at)));
        // At most 40 a byte.
        let sum = vaddq_u8(vaddq_u8(counts(0), counts(1)), vaddq_u8(counts(2), counts(3)));
        vpaddlq_u8(vaddq_u8(sum, counts(4)))
    };
    vpaddlq_u16(vpaddq_u16(pair(2 * half), pair(2 * half + 1)))
}

/// What four codes are worth, the first of them at `place`.
#[inline]
#[target_feature(enable = "neon")]
fn values(common: uint32x4_t, weights: &[u16; 4], place: u32) -> uint32x4_t {
    const BELOW: [u32; 4] = [0, 1, 2, 3];
    // SAFETY: four readable values.
    let weights = unsafe { vld1_u16(weights.as_ptr()) };
    // SAFETY: four readable values.
    let below = unsafe { vld1q_u32(BELOW.as_ptr()) };
    let weights = vshlq_n_u32::<{ BestCode::COLUMN_BITS.cast_signed() }>(vmovl_u16(weights));
    vmlaq_u32(vsubq_u32(vdupq_n_u32(place), below), common, weights)
}

/// One word of two codes of a group.
#[inline]
#[target_feature(enable = "neon")]
fn load(words: &[u64; GROUP_CODES], pair: usize) -> uint8x16_t {
    let words: &[u64; 2] = &words.as_chunks().0[pair];
    // SAFETY: two readable values.
    vreinterpretq_u8_u64(unsafe { vld1q_u64(words.as_ptr()) })
}
