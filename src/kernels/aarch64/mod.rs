//! AArch64: one file per instruction set.
#![allow(unsafe_code)]

mod counts;
pub(super) mod dotprod;
pub(super) mod i8mm;
pub(super) mod neon;

use core::arch::aarch64::{
    int8x16_t, int32x4_t, uint8x16_t, vandq_u8, vdupq_n_u8, vld1q_u8_x2, vpaddq_s32,
    vreinterpretq_s8_u8, vshrq_n_u8, vst1q_s32,
};

use super::nibbles::NIBBLE_LANE_BYTES;

/// The 64 codes of 32 bytes in their order; 0 to 15, so signed or not is the same.
#[inline]
#[target_feature(enable = "neon")]
fn unpack(bytes: &[u8; NIBBLE_LANE_BYTES]) -> [int8x16_t; 4] {
    // SAFETY: 32 readable bytes.
    let bytes = unsafe { vld1q_u8_x2(bytes.as_ptr()) };
    [low(bytes.0), low(bytes.1), high(bytes.0), high(bytes.1)]
}

/// The low four bits of each byte.
#[inline]
#[target_feature(enable = "neon")]
fn low(bytes: uint8x16_t) -> int8x16_t {
    vreinterpretq_s8_u8(vandq_u8(bytes, vdupq_n_u8(15)))
}

/// The high four bits of each byte.
#[inline]
#[target_feature(enable = "neon")]
fn high(bytes: uint8x16_t) -> int8x16_t {
    vreinterpretq_s8_u8(vshrq_n_u8::<4>(bytes))
}

/// The totals of four times four sums.
#[inline]
#[target_feature(enable = "neon")]
fn reduce([a, b, c, d]: [int32x4_t; 4]) -> [i32; 4] {
    values(vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)))
}

/// The four values of a register.
#[inline]
#[target_feature(enable = "neon")]
fn values(register: int32x4_t) -> [i32; 4] {
    let mut values = [0; 4];
    // SAFETY: four writable values.
    unsafe { vst1q_s32(values.as_mut_ptr(), register) };
    values
}
