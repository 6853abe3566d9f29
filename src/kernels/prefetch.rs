//! Hints to the memory: what will be read soon.
#![allow(unsafe_code)]

use super::LANE_BYTES;

/// Asks for the cache lines of a value, into the second-level cache where there is a
/// choice: a hint for the first level takes the slots that loads need. Without effect on any
/// result; nothing on processors where it is not written yet.
#[inline(always)]
pub(super) fn prefetch<T: ?Sized>(value: &T) {
    let start = core::ptr::from_ref(value).cast::<u8>();
    for at in (0..size_of_val(value)).step_by(LANE_BYTES) {
        line(start.wrapping_add(at));
    }
}

/// Asks for the line of an address, which need not be valid.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn line(at: *const u8) {
    use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
    // SAFETY: a prefetch never faults, whatever the address, and every x86-64
    // processor has it.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
}

/// The same, into the first-level cache: for what is read at once.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn near_line(at: *const u8) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: as in `line`.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(super) fn line(at: *const u8) {
    // SAFETY: `prfm` never faults, whatever the address, and every AArch64 processor
    // has it; it changes no register, flag or memory.
    unsafe {
        core::arch::asm!("prfm pldl2keep, [{at}]", at = in(reg) at, options(readonly, nostack, preserves_flags));
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
#[inline(always)]
pub(super) fn line(_at: *const u8) {}
