//! AVX-512: comparisons write masks of bits by themselves.

use core::arch::x86_64::{
    __m512i, _mm512_adds_epu16, _mm512_cmpge_epi32_mask, _mm512_cmpge_epu16_mask,
    _mm512_loadu_si512, _mm512_mask_cmpge_epu16_mask, _mm512_mulhi_epu16, _mm512_set1_epi16,
    _mm512_set1_epi32, _mm512_sub_epi16,
};

use crate::kernels::gates::{self, MASK_ROWS, RowMask, SignGate};

/// See [`gates::sign_gate`].
#[target_feature(enable = "avx512f,avx512bw")]
pub(in crate::kernels) fn sign_gate(
    gate: SignGate,
    sums: &[u16],
    alignments: &[u16],
    masks: &mut [RowMask],
) {
    let (whole, rest) = sums.as_chunks::<MASK_ROWS>();
    let (whole_alignments, rest_alignments) = alignments.as_chunks::<MASK_ROWS>();
    let (whole_masks, rest_masks) = masks.split_at_mut(whole.len());
    let [up, down] = gate.up_and_down().map(|value| _mm512_set1_epi16(value.cast_signed()));
    let slope = _mm512_set1_epi16(gate.slope.cast_signed());
    for ((sums, alignments), mask) in whole.iter().zip(whole_alignments).zip(whole_masks) {
        let halves = sums.as_chunks::<32>().0.iter().zip(alignments.as_chunks::<32>().0);
        *mask = 0;
        for (at, (sums, alignments)) in halves.enumerate() {
            let sums = _mm512_adds_epu16(load_halves(sums), up);
            let product = _mm512_mulhi_epu16(load_halves(alignments), slope);
            let enough = _mm512_cmpge_epu16_mask(sums, down);
            let sums = _mm512_sub_epi16(sums, down);
            let admitted = _mm512_mask_cmpge_epu16_mask(enough, sums, product);
            *mask |= u64::from(admitted) << (32 * at);
        }
    }
    gates::sign_gate(gate, rest, rest_alignments, rest_masks);
}

/// See [`gates::dot_gate`].
#[target_feature(enable = "avx512f,avx512bw")]
pub(in crate::kernels) fn dot_gate(least: i32, dots: &[i32], masks: &mut [RowMask]) {
    let (whole, rest) = dots.as_chunks::<MASK_ROWS>();
    let (whole_masks, rest_masks) = masks.split_at_mut(whole.len());
    let all_least = _mm512_set1_epi32(least);
    for (dots, mask) in whole.iter().zip(whole_masks) {
        *mask = 0;
        for (at, dots) in dots.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: 64 readable bytes; the unaligned load asks no more.
            let dots = unsafe { _mm512_loadu_si512(dots.as_ptr().cast()) };
            *mask |= u64::from(_mm512_cmpge_epi32_mask(dots, all_least)) << (16 * at);
        }
    }
    gates::dot_gate(least, rest, rest_masks);
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_halves(values: &[u16; 32]) -> __m512i {
    // SAFETY: 64 readable bytes; the unaligned load asks no more.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}
