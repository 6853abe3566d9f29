//! How sign bits lie in memory, and what they are looked up in.
//!
//! Sign bits of 128 rows form a group of `ceil(dimension / 64) * 8` pairs of lanes. Pair `g`
//! holds one byte of each row, its signs in the dimensions `8 g` to `8 g + 7` (a set
//! bit is a positive component); the second lane is for the rows from 64 on, so that two
//! registers of rows can share what they are looked up in and still come from memory in one
//! stream. So one register holds the same dimensions of many rows,
//! and a table of sixteen bytes answers for four dimensions of all of them at once, the
//! layout of FAISS's FastScan (André, Kermarrec, Le Scouarnec 2017, *Accelerated
//! nearest neighbor search with Quick ADC*).

use super::{LANE_BYTES, Lane};

/// Rows in a group.
pub const GROUP_ROWS: usize = 2 * LANE_BYTES;

/// For each pattern of four sign bits, what they add to the sum.
pub type SignTable = [u8; 16];

/// Tables in a run: what their largest entries add up to is at most [`MAX_SUM`], so kernels
/// add as many bytes before they widen.
pub const RUN: usize = 8;

/// Most that the largest entries of a run add up to.
pub const MAX_SUM: u8 = u8::MAX;

/// The groups of one call.
#[derive(Clone, Copy)]
pub(super) struct Groups<'a> {
    rows: &'a [[Lane; 2]],
    bytes: usize,
}

impl<'a> Groups<'a> {
    pub(super) fn new(table: &[SignTable], rows: &'a [Lane]) -> Groups<'a> {
        Groups { rows: rows.as_chunks().0, bytes: table.len() / 2 }
    }

    /// The pairs of group `at`, one for each two tables; none behind the end.
    #[inline(always)]
    pub(super) fn get(&self, at: usize) -> &'a [[Lane; 2]] {
        self.rows.get(at * self.bytes..(at + 1) * self.bytes).unwrap_or(&[])
    }
}
