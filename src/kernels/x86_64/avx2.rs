//! AVX2: codes widened to 16 bits, products added in pairs.
//!
//! `vpmaddwd` multiplies 16-bit values and adds two neighbours in 32 bits; with
//! factors of at most 128 a pair is at most `2^15`, far from its limit. The
//! byte form `vpmaddubsw` would save widening but saturates at 16 bits for
//! full-range codes, so it is not used.

use core::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_extract_epi32, _mm_loadu_si128,
    _mm256_add_epi32, _mm256_castsi256_si128, _mm256_cvtepi8_epi16, _mm256_extracti128_si256,
    _mm256_hadd_epi32, _mm256_madd_epi16, _mm256_setzero_si256,
};

use super::prefetch_ahead;
use crate::kernels::Lane;
use crate::kernels::quarters::Quarters;

/// 16-code quarters of a lane: each widens to one 256-bit register.
const QUARTERS: usize = 4;

/// Whether the processor (and the system) has what [`dot_rows`] needs.
pub(in crate::kernels) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// One product per row, four rows at a time: the query is widened once for
/// all four. See [`Kernels::dot_rows`](crate::kernels::Kernels::dot_rows).
#[target_feature(enable = "avx2")]
pub(in crate::kernels) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    let zero = _mm256_setzero_si256();
    let quarters = Quarters::new(rows, query.len());
    for i in 0..quarters.len {
        let [r0, r1, r2, r3] = quarters.rows_at(i);
        let mut sums = [zero; 4];
        for ((((query, r0), r1), r2), r3) in query.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            let query = widen(query);
            sums[0] = step(sums[0], r0, query);
            sums[1] = step(sums[1], r1, query);
            sums[2] = step(sums[2], r2, query);
            sums[3] = step(sums[3], r3, query);
        }
        quarters.write(out, i, reduce(sums));
    }
    for (row, dot) in quarters.rest(out) {
        let mut sum = zero;
        for (query, row) in query.iter().zip(row) {
            sum = step(sum, row, widen(query));
        }
        [*dot, ..] = reduce([sum, zero, zero, zero]);
    }
}

/// Adds the products of one lane pair.
#[inline]
#[target_feature(enable = "avx2")]
fn step(sum: __m256i, row: &Lane, query: [__m256i; QUARTERS]) -> __m256i {
    prefetch_ahead(row);
    let row = widen(row);
    let low =
        _mm256_add_epi32(_mm256_madd_epi16(row[0], query[0]), _mm256_madd_epi16(row[1], query[1]));
    let high =
        _mm256_add_epi32(_mm256_madd_epi16(row[2], query[2]), _mm256_madd_epi16(row[3], query[3]));
    _mm256_add_epi32(sum, _mm256_add_epi32(low, high))
}

/// The totals of four times eight sums.
#[inline]
#[target_feature(enable = "avx2")]
fn reduce([a, b, c, d]: [__m256i; 4]) -> [i32; 4] {
    let abcd = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    let half = _mm_add_epi32(_mm256_castsi256_si128(abcd), _mm256_extracti128_si256::<1>(abcd));
    [
        _mm_cvtsi128_si32(half),
        _mm_extract_epi32::<1>(half),
        _mm_extract_epi32::<2>(half),
        _mm_extract_epi32::<3>(half),
    ]
}

/// The 64 codes of a lane in 16 bits each.
#[inline]
#[target_feature(enable = "avx2")]
fn widen(lane: &Lane) -> [__m256i; QUARTERS] {
    let [a, b, c, d] = lane.0.as_chunks::<16>().0 else {
        unreachable!("64 codes are four quarters")
    };
    [
        _mm256_cvtepi8_epi16(load(a)),
        _mm256_cvtepi8_epi16(load(b)),
        _mm256_cvtepi8_epi16(load(c)),
        _mm256_cvtepi8_epi16(load(d)),
    ]
}

/// 16 codes.
#[inline]
#[target_feature(enable = "avx2")]
fn load(codes: &[i8; 16]) -> __m128i {
    // SAFETY: `codes` is 16 readable bytes; the unaligned load asks no more.
    unsafe { _mm_loadu_si128(codes.as_ptr().cast()) }
}
