//! x86-64: one file per instruction set.
#![allow(unsafe_code)]

pub(super) mod amx;
mod amx_nibbles;
pub(super) mod avx2;
pub(super) mod avx512;
mod counts;
mod gates512;
mod lanes512;
mod nibbles512;
pub(super) mod popcnt;
mod rotation;
#[cfg(test)]
mod tile_model;
mod tiles;
mod vbmi;

use super::Lane;

/// How far ahead of the loads a line is asked for: a page, because the hardware
/// prefetcher stops at the end of one. From 512 bytes to 8 KiB little changes.
const AHEAD_LANES: usize = 64;

/// Asks for the lane `AHEAD_LANES` behind one.
#[inline(always)]
fn prefetch_ahead(lane: &Lane) {
    let ahead = core::ptr::from_ref(lane).wrapping_add(AHEAD_LANES);
    super::prefetch::line(ahead.cast());
}
