//! Safe Rust in a shape that the compiler vectorises.

use super::{LANE_BYTES, Lane};

/// Sums kept apart, so that the compiler needs no horizontal addition inside
/// the loop: 16 of them fill whole registers on every instruction set.
const SUMS: usize = 16;

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

/// Adds the 64 products of one lane pair; each sum takes four of them.
#[inline(always)]
fn add_lane(sums: &mut [i32; SUMS], a: &[i8; LANE_BYTES], b: &[i8; LANE_BYTES]) {
    let mut products = [0i32; LANE_BYTES];
    for (product, (&a, &b)) in products.iter_mut().zip(a.iter().zip(b)) {
        // 16-bit factors: compilers turn the widening product into pmaddwd or smlal.
        *product = i32::from(i16::from(a)) * i32::from(i16::from(b));
    }
    for part in products.as_chunks::<SUMS>().0 {
        for (sum, product) in sums.iter_mut().zip(part) {
            *sum += product;
        }
    }
}
