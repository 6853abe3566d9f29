//! AVX-512 VNNI: 64 products in one instruction.
//!
//! `vpdpbusd` multiplies unsigned by signed bytes and adds groups of four to
//! 32-bit sums without saturation. The row is made unsigned by flipping its
//! sign bits, which adds 128 to each code:
//!
//! ```text
//! sum((row + 128) * query) = row . query + 128 * sum(query)
//! ```
//!
//! The second term depends on the query only, so every row's sums start at
//! minus that. This holds for -128 in either operand. Inside a sum no more
//! than `4 * 32 * 255 * 128 < 2^22` is added to a start of at most `2^21`.

use core::arch::x86_64::{
    __m512i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_extract_epi32, _mm256_add_epi32,
    _mm256_castsi256_si128, _mm256_extracti128_si256, _mm512_add_epi32, _mm512_and_si512,
    _mm512_castsi512_si256, _mm512_dpbusd_epi32, _mm512_extracti64x4_epi64, _mm512_loadu_si512,
    _mm512_maskz_loadu_epi64, _mm512_maskz_mov_epi8, _mm512_reduce_add_epi32, _mm512_set1_epi8,
    _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_srli_epi16, _mm512_sub_epi32,
    _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
    _mm512_xor_si512,
};

// Every processor of this tier has AVX2. Look-ups gain nothing from wider registers,
// nor from `vpermb` (VBMI), which spares the masks: on Zen 4 both are bound by the two
// pipes that shuffle and shift.
pub(in crate::kernels) use super::avx2::{best_codes, rotate, sign_sums, sign_tables};
pub(in crate::kernels) use super::gates512::{dot_gate, sign_gate};
pub(in crate::kernels) use super::nibbles512::{UNIT, nibble_dots_of_batch};

use super::lanes512::load;
use super::prefetch_ahead;
use crate::kernels::agreement::compile_agreement;
use crate::kernels::apart::compile_codes_apart;
use crate::kernels::bits::BIT_LANE_BYTES;
use crate::kernels::nibbles::NIBBLE_LANE_BYTES;
use crate::kernels::quarters::Quarters;
use crate::kernels::wanted::WantedRows;
use crate::kernels::{LANE_BYTES, Lane, MAX_LANES};

/// Whether the processor (and the system) has what [`dot_rows`] needs.
pub(in crate::kernels) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vnni")
        && super::avx2::is_available()
}

/// One product per row, four rows at a time: four independent chains of sums,
/// and one shared reduction. See
/// [`Kernels::dot_rows`](crate::kernels::Kernels::dot_rows).
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(in crate::kernels) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    let start = start(query);
    let quarters = Quarters::new(rows, query.len());
    for i in 0..quarters.len {
        let [r0, r1, r2, r3] = quarters.rows_at(i);
        let mut sums = [start; 4];
        for ((((query, r0), r1), r2), r3) in query.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            let query = load(query);
            sums[0] = step(sums[0], r0, query);
            sums[1] = step(sums[1], r1, query);
            sums[2] = step(sums[2], r2, query);
            sums[3] = step(sums[3], r3, query);
        }
        quarters.write(out, i, reduce(sums));
    }
    for (row, dot) in quarters.rest(out) {
        let mut sum = start;
        for (query, row) in query.iter().zip(row) {
            sum = step(sum, row, load(query));
        }
        *dot = _mm512_reduce_add_epi32(sum);
    }
}

/// Minus 128 times the sum of the query, spread over sixteen sums.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn start(query: &[Lane]) -> __m512i {
    let offset = _mm512_set1_epi8(i8::MIN);
    let mut sum = _mm512_setzero_si512();
    for lane in query {
        sum = _mm512_dpbusd_epi32(sum, offset, load(lane));
    }
    _mm512_sub_epi32(_mm512_setzero_si512(), sum)
}

/// Adds the products of one lane pair.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn step(sum: __m512i, row: &Lane, query: __m512i) -> __m512i {
    prefetch_ahead(row);
    let unsigned = _mm512_xor_si512(load(row), _mm512_set1_epi8(i8::MIN));
    _mm512_dpbusd_epi32(sum, unsigned, query)
}

/// The totals of four times sixteen sums: transposed while they are added.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn reduce([a, b, c, d]: [__m512i; 4]) -> [i32; 4] {
    let ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    let abcd = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    let half = _mm256_add_epi32(_mm512_castsi512_si256(abcd), _mm512_extracti64x4_epi64::<1>(abcd));
    let quarter = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256::<1>(half));
    [
        _mm_cvtsi128_si32(quarter),
        _mm_extract_epi32::<1>(quarter),
        _mm_extract_epi32::<2>(quarter),
        _mm_extract_epi32::<3>(quarter),
    ]
}

/// A query in the order in which 64 bytes of four-bit codes meet it: of two lanes
/// the first halves, then the second ones.
struct NibbleQuery {
    pairs: [[__m512i; 2]; MAX_LANES / 2],
    /// Pairs in use; the last one may be half empty.
    len: usize,
}

impl NibbleQuery {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(query: &[Lane]) -> NibbleQuery {
        let mut pairs = [[_mm512_setzero_si512(); 2]; MAX_LANES / 2];
        for (pair, lanes) in pairs.iter_mut().zip(query.chunks(2)) {
            let first = load(&lanes[0]);
            let second = lanes.get(1).map_or(_mm512_setzero_si512(), |lane| load(lane));
            *pair = [
                _mm512_shuffle_i64x2::<0b01_00_01_00>(first, second),
                _mm512_shuffle_i64x2::<0b11_10_11_10>(first, second),
            ];
        }
        NibbleQuery { pairs, len: query.len().div_ceil(2) }
    }

    #[inline(always)]
    fn pairs(&self) -> &[[__m512i; 2]] {
        &self.pairs[..self.len]
    }
}

/// See [`Kernels::nibble_dots`](crate::kernels::Kernels::nibble_dots). The codes are
/// unsigned as `vpdpbusd` wants them.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(in crate::kernels) fn nibble_dots(query: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let query = NibbleQuery::new(query);
    let four = |rows: [&[u8]; 4]| {
        let mut sums = [_mm512_setzero_si512(); 4];
        for (at, query) in query.pairs().iter().enumerate() {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = nibble_step(*sum, &row[at * LANE_BYTES..], query);
            }
        }
        reduce(sums)
    };
    let one = |row: &[u8]| {
        let mut sum = _mm512_setzero_si512();
        for (at, query) in query.pairs().iter().enumerate() {
            sum = nibble_step(sum, &row[at * LANE_BYTES..], query);
        }
        _mm512_reduce_add_epi32(sum)
    };
    rows.each(out, four, one);
}

/// Adds the products of a pair of lanes, or of the last one alone.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn nibble_step(sum: __m512i, row: &[u8], [low, high]: &[__m512i; 2]) -> __m512i {
    let mask = _mm512_set1_epi8(15);
    let codes = load_nibbles(row);
    let sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(codes, mask), *low);
    let codes = _mm512_and_si512(_mm512_srli_epi16::<4>(codes), mask);
    _mm512_dpbusd_epi32(sum, codes, *high)
}

/// 64 bytes, or 32 and zeroes at the end of a row of an odd number of lanes.
#[inline]
#[target_feature(enable = "avx512f")]
fn load_nibbles(row: &[u8]) -> __m512i {
    if let Some(row) = row.first_chunk::<LANE_BYTES>() {
        // SAFETY: 64 readable bytes; the unaligned load asks no more.
        return unsafe { _mm512_loadu_si512(row.as_ptr().cast()) };
    }
    let row: &[u8; NIBBLE_LANE_BYTES] = row.first_chunk().expect("a row is whole lanes");
    // SAFETY: the mask lets only the first 32 bytes be read, and they are readable.
    unsafe { _mm512_maskz_loadu_epi64(0b1111, row.as_ptr().cast()) }
}

/// See [`Kernels::bit_sums`](crate::kernels::Kernels::bit_sums). A word of bits is a mask of the
/// levels; `vpdpbusd` adds what it leaves, times 1.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(in crate::kernels) fn bit_sums(levels: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let zero = _mm512_setzero_si512();
    let four = |rows: [&[u8]; 4]| {
        let rows = rows.map(|row| row.as_chunks().0);
        let mut sums = [zero; 4];
        for (at, levels) in levels.iter().enumerate() {
            let levels = load(levels);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = bit_step(*sum, &row[at], levels);
            }
        }
        reduce(sums)
    };
    let one = |row: &[u8]| {
        let mut sum = zero;
        for (levels, bits) in levels.iter().zip(row.as_chunks().0) {
            sum = bit_step(sum, bits, load(levels));
        }
        _mm512_reduce_add_epi32(sum)
    };
    rows.each(out, four, one);
}

/// Adds the levels of one lane.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn bit_step(sum: __m512i, bits: &[u8; BIT_LANE_BYTES], levels: __m512i) -> __m512i {
    let set = _mm512_maskz_mov_epi8(u64::from_le_bytes(*bits), levels);
    _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(1), set)
}

compile_agreement!("avx512f,avx512bw");
compile_codes_apart!("avx512f,avx512bw", ones_by_bytes);
