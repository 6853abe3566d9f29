//! What is right: one product after the other, summed in 64 bits.

use super::Lane;

/// One product per row. See [`Kernels::dot_rows`](super::Kernels::dot_rows).
pub(super) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    for (row, dot) in rows.chunks_exact(query.len()).zip(out) {
        let sum: i64 = Lane::codes(query)
            .iter()
            .zip(Lane::codes(row))
            .map(|(&a, &b)| i64::from(a) * i64::from(b))
            .sum();
        *dot = i32::try_from(sum).expect("MAX_LANES keeps the sum inside 32 bits");
    }
}
