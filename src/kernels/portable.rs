//! Safe Rust in a shape that the compiler vectorises.

use super::{LANE_BYTES, Lane};

/// Sums kept apart, so that no horizontal addition is needed inside the loop:
/// eight of them fill whole registers on every instruction set.
const SUMS: usize = 8;

/// One product per row. See [`Kernels::dot_rows`](super::Kernels::dot_rows).
pub(super) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    for (row, dot) in rows.chunks_exact(query.len()).zip(out) {
        let mut sums = [0i32; SUMS];
        for (a, b) in query.iter().zip(row) {
            add_lane(&mut sums, &a.0, &b.0);
        }
        *dot = sums.iter().sum();
    }
}

/// Adds the 64 products of one lane pair; each sum takes eight of them. A product
/// is at most `2^14`, so 16 bits hold it: compilers turn this into `pmullw` or
/// `smull`, twice as fast as with 32-bit products.
#[inline(always)]
fn add_lane(sums: &mut [i32; SUMS], a: &[i8; LANE_BYTES], b: &[i8; LANE_BYTES]) {
    let parts = a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0);
    // Two groups of eight a turn: a whole 16-byte register of codes.
    for (a, b) in parts {
        for i in 0..SUMS {
            sums[i] += i32::from(i16::from(a[i]) * i16::from(b[i]));
        }
        for i in 0..SUMS {
            sums[i] += i32::from(i16::from(a[SUMS + i]) * i16::from(b[SUMS + i]));
        }
    }
}
