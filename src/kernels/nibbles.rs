//! How rows of four-bit codes lie in memory.
//!
//! A lane of 64 codes takes 32 bytes: byte `j` holds code `j` in its low and code
//! `32 + j` in its high four bits, each 0 to 15. One mask and one shift then give two
//! runs of neighbouring codes, which meet the query as it lies.

use super::{LANE_BYTES, Lane};

/// Bytes of one lane's codes.
pub const NIBBLE_LANE_BYTES: usize = LANE_BYTES / 2;

/// A plane of rows, and which of them are asked for.
#[derive(Clone, Copy)]
pub(super) struct NibbleRows<'a> {
    plane: &'a [u8],
    /// Bytes of a row.
    row_bytes: usize,
    /// Rows wanted, in this order.
    wanted: &'a [u16],
}

impl<'a> NibbleRows<'a> {
    pub(super) fn new(query: &[Lane], plane: &'a [u8], wanted: &'a [u16]) -> NibbleRows<'a> {
        NibbleRows { plane, row_bytes: query.len() * NIBBLE_LANE_BYTES, wanted }
    }

    /// Calls `four` with four rows at a time and `one` with each of the rest, and
    /// writes what they give at the place of each row.
    #[inline(always)]
    pub(super) fn each(
        self,
        out: &mut [i32],
        four: impl Fn([&'a [u8]; 4]) -> [i32; 4],
        one: impl Fn(&'a [u8]) -> i32,
    ) {
        let (fours, rest) = self.wanted.as_chunks::<4>();
        for rows in fours {
            let dots = four(rows.map(|row| self.row(row)));
            for (&row, dot) in rows.iter().zip(dots) {
                out[usize::from(row)] = dot;
            }
        }
        for &row in rest {
            out[usize::from(row)] = one(self.row(row));
        }
    }

    #[inline(always)]
    fn row(self, row: u16) -> &'a [u8] {
        &self.plane[usize::from(row) * self.row_bytes..][..self.row_bytes]
    }
}

/// The codes of 32 bytes: the low four bits of each, then the high ones.
#[inline(always)]
pub(super) fn unpack(bytes: &[u8; NIBBLE_LANE_BYTES]) -> ([u8; 32], [u8; 32]) {
    (bytes.map(|byte| byte & 15), bytes.map(|byte| byte >> 4))
}
