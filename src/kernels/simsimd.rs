//! simsimd's int8 dot product, row by row: a second opinion and a baseline.
//!
//! simsimd has no kernel that takes many rows, so the query is read again for
//! each row. Its result is a whole number in an `f64`, exact far beyond our
//! range (simsimd 6.5 sums int8 products in 32 bits and widens the total).

use ::simsimd::SpatialSimilarity;

use super::Lane;

pub(super) use super::portable::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, nibble_dots, rotate, sign_gate,
    sign_sums, sign_tables,
};

/// One product per row. See [`Kernels::dot_rows`](super::Kernels::dot_rows).
pub(super) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    let query_codes = Lane::codes(query);
    for (row, dot) in rows.chunks_exact(query.len()).zip(out) {
        let sum = <i8 as SpatialSimilarity>::dot(query_codes, Lane::codes(row))
            .expect("query and row have one length");
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 2^25")]
        let whole = sum as i32;
        *dot = whole;
    }
}
