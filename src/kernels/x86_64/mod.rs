//! x86-64: one file per instruction set.
#![allow(unsafe_code)]

pub(super) mod avx2;
pub(super) mod avx512;

use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use super::Lane;

/// How far ahead of the loads a line is asked for. 4 KiB measured best on
/// server parts (`benches/record/`); the hardware prefetcher stops at the end
/// of a page, this does not.
const AHEAD_BYTES: usize = 4096;

/// Asks for the cache line `AHEAD_BYTES` behind `lane`.
#[inline(always)]
fn prefetch_ahead(lane: &Lane) {
    let ahead = core::ptr::from_ref(lane).cast::<i8>().wrapping_add(AHEAD_BYTES);
    // SAFETY: a prefetch is a hint that never faults, whatever the address, and
    // every x86-64 processor has it.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(ahead) }
}
