//! x86-64: one file per instruction set.
#![allow(unsafe_code)]

pub(super) mod avx2;
pub(super) mod avx512;

use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

use super::Lane;

/// How far ahead of the loads a line is asked for: a page, because the hardware
/// prefetcher stops at the end of one. From 512 bytes to 8 KiB little changes.
const AHEAD_BYTES: usize = 4096;

/// Asks for the cache line `AHEAD_BYTES` behind `lane`, into the second-level
/// cache: a hint for the first level takes the slots that loads need.
#[inline(always)]
fn prefetch_ahead(lane: &Lane) {
    let ahead = core::ptr::from_ref(lane).cast::<i8>().wrapping_add(AHEAD_BYTES);
    // SAFETY: a prefetch is a hint that never faults, whatever the address, and
    // every x86-64 processor has it.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(ahead) }
}
