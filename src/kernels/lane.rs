//! The unit of storage: 64 codes, one cache line, one AVX-512 register.
#![allow(unsafe_code)]

use core::fmt;

/// Codes in one [`Lane`], one byte each.
pub const LANE_BYTES: usize = 64;

/// Most lanes in a row: 32 lanes are 2048 codes.
///
/// The bound keeps every sum inside 32 bits. The worst product is
/// `2048 * 128 * 128 = 2^25`; the AVX-512 tier adds an offset of at most `2^25`
/// on the way.
pub const MAX_LANES: usize = 32;

/// 64 int8 codes, aligned to a cache line.
///
/// Codes are biometric data, so `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Lane(pub [i8; LANE_BYTES]);

const _: () = assert!(size_of::<Lane>() == LANE_BYTES && align_of::<Lane>() == LANE_BYTES);

impl Lane {
    /// A lane of zeroes: the padding, and what an erased lane holds.
    pub const ZERO: Lane = Lane([0; LANE_BYTES]);

    /// The codes of several lanes as one slice of `64 * lanes.len()` values.
    #[must_use]
    pub fn codes(lanes: &[Lane]) -> &[i8] {
        let count = size_of_val(lanes);
        // SAFETY: `Lane` is `repr(C)` around `[i8; 64]` and has no padding (its
        // size is asserted above), so `lanes` is `count` initialised `i8`s in
        // one allocation; the result borrows `lanes`.
        unsafe { core::slice::from_raw_parts(lanes.as_ptr().cast::<i8>(), count) }
    }

    /// The same, to be written.
    #[must_use]
    pub fn codes_mut(lanes: &mut [Lane]) -> &mut [i8] {
        let count = size_of_val(lanes);
        // SAFETY: as in `codes`; the borrow of `lanes` is exclusive.
        unsafe { core::slice::from_raw_parts_mut(lanes.as_mut_ptr().cast::<i8>(), count) }
    }

    /// The same as unsigned bytes.
    #[must_use]
    pub fn bytes(lanes: &[Lane]) -> &[u8] {
        let count = size_of_val(lanes);
        // SAFETY: as in `codes`; every `i8` is a `u8` of the same bits.
        unsafe { core::slice::from_raw_parts(lanes.as_ptr().cast::<u8>(), count) }
    }

    /// The same, to be written.
    #[must_use]
    pub fn bytes_mut(lanes: &mut [Lane]) -> &mut [u8] {
        let count = size_of_val(lanes);
        // SAFETY: as in `bytes`; the borrow of `lanes` is exclusive, and any byte is a
        // valid `i8`.
        unsafe { core::slice::from_raw_parts_mut(lanes.as_mut_ptr().cast::<u8>(), count) }
    }

    /// Several lanes as numbers of 16 bits, 32 a lane, in the machine's byte order.
    #[must_use]
    pub fn halves(lanes: &[Lane]) -> &[u16] {
        let count = size_of_val(lanes) / size_of::<u16>();
        // SAFETY: as in `codes`; 64 bytes are 32 numbers, a lane is aligned better than they
        // must be, and any bits are one.
        unsafe { core::slice::from_raw_parts(lanes.as_ptr().cast::<u16>(), count) }
    }

    /// The same, to be written.
    #[must_use]
    pub fn halves_mut(lanes: &mut [Lane]) -> &mut [u16] {
        let count = size_of_val(lanes) / size_of::<u16>();
        // SAFETY: as in `halves`; the borrow of `lanes` is exclusive, and any bits are codes.
        unsafe { core::slice::from_raw_parts_mut(lanes.as_mut_ptr().cast::<u16>(), count) }
    }

    /// How many lanes a row of `dimension` codes takes.
    #[must_use]
    pub const fn count(dimension: usize) -> usize {
        dimension.div_ceil(LANE_BYTES)
    }
}

impl Default for Lane {
    fn default() -> Self {
        Lane::ZERO
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lane(..)")
    }
}
