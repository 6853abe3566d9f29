//! How rows of single bits lie in memory that are read one by one.
//!
//! Bit `i % 8` of byte `i / 8` belongs to dimension `i`, so a row of `w` lanes takes `8 w` bytes:
//! one cache line at 512 dimensions. (Bits that are read of all rows lie otherwise: `signs.rs`.)

use super::LANE_BYTES;

/// Bytes of one lane's bits.
pub const BIT_LANE_BYTES: usize = LANE_BYTES / 8;
