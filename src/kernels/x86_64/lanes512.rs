//! Lanes and sums as registers of AVX-512, and lanes to work in.

use core::arch::x86_64::{__m512i, _mm512_load_si512, _mm512_loadu_si512, _mm512_store_si512};

use crate::kernels::{LANE_BYTES, Lane};

/// Lanes that templates are unpacked to, 16 at a time. Erased on drop: the stack is no place for them to stay.
pub(super) struct WorkLanes<const N: usize>(pub(super) [[Lane; 16]; N]);

impl<const N: usize> WorkLanes<N> {
    pub(super) const ZERO: WorkLanes<N> = WorkLanes([[Lane::ZERO; 16]; N]);
}

impl<const N: usize> Drop for WorkLanes<N> {
    fn drop(&mut self) {
        zeroize::zeroize_bytes(Lane::bytes_mut(self.0.as_flattened_mut()));
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load(lane: &Lane) -> __m512i {
    // SAFETY: a `Lane` is 64 readable bytes aligned to 64.
    unsafe { _mm512_load_si512(lane.0.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store(lane: &mut Lane, bytes: __m512i) {
    // SAFETY: a `Lane` is 64 writable bytes aligned to 64.
    unsafe { _mm512_store_si512(lane.0.as_mut_ptr().cast(), bytes) };
}

/// Sixteen sums.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load_sums(sums: &[i32; LANE_BYTES / 4]) -> __m512i {
    // SAFETY: 64 readable bytes; the unaligned load asks no more.
    unsafe { _mm512_loadu_si512(sums.as_ptr().cast()) }
}
