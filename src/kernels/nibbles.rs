//! How rows of four-bit codes lie in memory.
//!
//! A lane of 64 codes takes 32 bytes: byte `j` holds code `j` in its low and code
//! `32 + j` in its high four bits, each 0 to 15. One mask and one shift then give two
//! runs of neighbouring codes, which meet the query as it lies.

use super::LANE_BYTES;

/// Bytes of one lane's codes.
pub const NIBBLE_LANE_BYTES: usize = LANE_BYTES / 2;

/// The codes of 32 bytes: the low four bits of each, then the high ones.
#[inline(always)]
pub(super) fn unpack(bytes: &[u8; NIBBLE_LANE_BYTES]) -> ([u8; 32], [u8; 32]) {
    (bytes.map(|byte| byte & 15), bytes.map(|byte| byte >> 4))
}
