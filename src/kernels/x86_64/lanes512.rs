//! A lane as a register of AVX-512.

use core::arch::x86_64::{__m512i, _mm512_load_si512, _mm512_store_si512};

use crate::kernels::Lane;

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
