//! AVX2: codes widened to 16 bits, products added in pairs.
//!
//! `vpmaddwd` multiplies 16-bit values and adds two neighbours in 32 bits; with
//! factors of at most 128 a pair is at most `2^15`, far from its limit. The
//! byte form `vpmaddubsw` would save widening but saturates at 16 bits for
//! full-range codes, so it is not used.

use core::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_extract_epi32, _mm_loadu_si128,
    _mm256_add_epi8, _mm256_add_epi16, _mm256_add_epi32, _mm256_and_si256,
    _mm256_broadcastsi128_si256, _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cvtepi8_epi16,
    _mm256_extracti128_si256, _mm256_hadd_epi32, _mm256_loadu_si256, _mm256_madd_epi16,
    _mm256_maddubs_epi16, _mm256_permute2x128_si256, _mm256_set_epi64x, _mm256_set1_epi8,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16, _mm256_storeu_si256,
    _mm256_sub_epi16, _mm256_unpackhi_epi16, _mm256_unpacklo_epi16,
};

pub(in crate::kernels) use super::counts::best_codes;
use super::prefetch_ahead;
pub(in crate::kernels) use super::rotation::rotate;
use crate::kernels::agreement::compile_agreement;
use crate::kernels::apart::compile_codes_apart;
use crate::kernels::bits::BIT_LANE_BYTES;
use crate::kernels::gates::compile_gates;
use crate::kernels::levels::compile_levels;
use crate::kernels::nibbles::NIBBLE_LANE_BYTES;
use crate::kernels::quarters::Quarters;
use crate::kernels::sign_tables::SignTables;
use crate::kernels::signs::{GROUP_ROWS, Groups, RUN, SignTable};
use crate::kernels::wanted::WantedRows;
use crate::kernels::{LANE_BYTES, Lane};

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

/// See [`Kernels::nibble_dots`](crate::kernels::Kernels::nibble_dots). `vpmaddubsw`
/// multiplies unsigned codes by the query and adds pairs in 16 bits: with codes of
/// at most 15 that is `2 * 15 * 128 < 2^12`, and even four pairs do not saturate.
#[target_feature(enable = "avx2")]
pub(in crate::kernels) fn nibble_dots(query: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let zero = _mm256_setzero_si256();
    let four = |rows: [&[u8]; 4]| {
        let rows = rows.map(|row| row.as_chunks().0);
        let mut sums = [zero; 4];
        for (at, query) in query.iter().enumerate() {
            let query = halves(query);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = nibble_step(*sum, &row[at], query);
            }
        }
        reduce(sums)
    };
    let one = |row: &[u8]| {
        let mut sum = zero;
        for (query, row) in query.iter().zip(row.as_chunks().0) {
            sum = nibble_step(sum, row, halves(query));
        }
        reduce([sum, zero, zero, zero])[0]
    };
    rows.each(out, four, one);
}

/// Adds the products of one lane.
#[inline]
#[target_feature(enable = "avx2")]
fn nibble_step(sum: __m256i, row: &[u8; NIBBLE_LANE_BYTES], [low, high]: [__m256i; 2]) -> __m256i {
    let mask = _mm256_set1_epi8(15);
    // SAFETY: 32 readable bytes; the unaligned load asks no more.
    let codes = unsafe { _mm256_loadu_si256(row.as_ptr().cast()) };
    let low = _mm256_maddubs_epi16(_mm256_and_si256(codes, mask), low);
    let codes = _mm256_and_si256(_mm256_srli_epi16::<4>(codes), mask);
    let pairs = _mm256_add_epi16(low, _mm256_maddubs_epi16(codes, high));
    _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
}

/// A lane in two registers.
#[inline]
#[target_feature(enable = "avx2")]
fn halves(lane: &Lane) -> [__m256i; 2] {
    let [low, high] = lane.0.as_chunks::<{ LANE_BYTES / 2 }>().0 else {
        unreachable!("64 codes are two halves")
    };
    [load_half(low), load_half(high)]
}

/// 32 bytes of a lane.
#[inline]
#[target_feature(enable = "avx2")]
fn load_half(half: &[i8; LANE_BYTES / 2]) -> __m256i {
    // SAFETY: 32 readable bytes; the unaligned load asks no more.
    unsafe { _mm256_loadu_si256(half.as_ptr().cast()) }
}

/// See [`Kernels::bit_sums`](crate::kernels::Kernels::bit_sums). Each byte of bits goes to eight
/// bytes, where each looks for its own bit; the levels that are left are added in pairs, and 64
/// pairs, as many as there are in the widest row, fit 16 bits.
#[target_feature(enable = "avx2")]
pub(in crate::kernels) fn bit_sums(levels: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let zero = _mm256_setzero_si256();
    let ones = _mm256_set1_epi16(1);
    let four = |rows: [&[u8]; 4]| {
        let rows = rows.map(|row| row.as_chunks().0);
        let mut sums = [zero; 4];
        for (at, levels) in levels.iter().enumerate() {
            let levels = halves(levels);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = bit_step(*sum, &row[at], levels);
            }
        }
        reduce([
            _mm256_madd_epi16(sums[0], ones),
            _mm256_madd_epi16(sums[1], ones),
            _mm256_madd_epi16(sums[2], ones),
            _mm256_madd_epi16(sums[3], ones),
        ])
    };
    let one = |row: &[u8]| {
        let mut sum = zero;
        for (levels, row) in levels.iter().zip(row.as_chunks().0) {
            sum = bit_step(sum, row, halves(levels));
        }
        reduce([_mm256_madd_epi16(sum, ones), zero, zero, zero])[0]
    };
    rows.each(out, four, one);
}

/// Adds the levels of one lane.
#[inline]
#[target_feature(enable = "avx2")]
fn bit_step(sum: __m256i, bits: &[u8; BIT_LANE_BYTES], [low, high]: [__m256i; 2]) -> __m256i {
    let [a, b, c, d, e, f, g, h] = *bits;
    let low = set_levels(i32::from_le_bytes([a, b, c, d]), low);
    let high = set_levels(i32::from_le_bytes([e, f, g, h]), high);
    _mm256_add_epi16(sum, _mm256_add_epi16(low, high))
}

/// The levels under set bits, in pairs.
#[inline]
#[target_feature(enable = "avx2")]
fn set_levels(bits: i32, levels: __m256i) -> __m256i {
    // Byte `i / 8` for byte `i`; a register is shuffled in halves of 16 bytes.
    let spread =
        _mm256_set_epi64x(0x0303_0303_0303_0303, 0x0202_0202_0202_0202, 0x0101_0101_0101_0101, 0);
    let places = _mm256_set1_epi64x(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128]));
    let bits = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), spread);
    let set = _mm256_cmpeq_epi8(_mm256_and_si256(bits, places), places);
    _mm256_maddubs_epi16(_mm256_set1_epi8(1), _mm256_and_si256(set, levels))
}

/// See [`SignTables::sums`]: `vpshufb` looks up 32 rows at once. Four registers of rows share
/// each table.
#[target_feature(enable = "avx2")]
pub(in crate::kernels) fn sign_sums(tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
    let groups = Groups::new(tables.fours(), rows);
    for (at, out) in out.as_chunks_mut::<GROUP_ROWS>().0.iter_mut().enumerate() {
        let zero = _mm256_setzero_si256();
        // Sums of odd rows, and of even rows plus 256 times the odd ones.
        let (mut odd, mut both) = ([zero; 4], [zero; 4]);
        let pairs = groups.get(at).as_chunks::<{ RUN / 2 }>().0;
        for (pairs, fours) in pairs.iter().zip(tables.fours().as_chunks::<RUN>().0) {
            let mut sums = [zero; 4];
            for ([first, second], tables) in pairs.iter().zip(fours.as_chunks::<2>().0) {
                let [low, high] = tables.each_ref().map(|table| broadcast(table));
                let ([a, b], [c, d]) = (halves(first), halves(second));
                for (sum, signs) in sums.iter_mut().zip([a, b, c, d]) {
                    *sum = _mm256_add_epi8(*sum, look_up(signs, low, high));
                }
            }
            for (at, sum) in sums.into_iter().enumerate() {
                both[at] = _mm256_add_epi16(both[at], sum);
                odd[at] = _mm256_add_epi16(odd[at], _mm256_srli_epi16::<8>(sum));
            }
        }
        for (at, out) in out.as_chunks_mut::<32>().0.iter_mut().enumerate() {
            let even = _mm256_sub_epi16(both[at], _mm256_slli_epi16::<8>(odd[at]));
            store_in_turn(even, odd[at], out);
        }
    }
}

/// Both look-ups of each byte, added.
#[inline]
#[target_feature(enable = "avx2")]
fn look_up(signs: __m256i, low: __m256i, high: __m256i) -> __m256i {
    let mask = _mm256_set1_epi8(15);
    let low = _mm256_shuffle_epi8(low, _mm256_and_si256(signs, mask));
    let signs = _mm256_and_si256(_mm256_srli_epi16::<4>(signs), mask);
    _mm256_add_epi8(low, _mm256_shuffle_epi8(high, signs))
}

/// Even and odd rows in turn.
#[inline]
#[target_feature(enable = "avx2")]
fn store_in_turn(even: __m256i, odd: __m256i, out: &mut [u16; 32]) {
    let low = _mm256_unpacklo_epi16(even, odd);
    let high = _mm256_unpackhi_epi16(even, odd);
    let (first, second) = out.split_at_mut(16);
    let front = _mm256_permute2x128_si256::<0x20>(low, high);
    let back = _mm256_permute2x128_si256::<0x31>(low, high);
    // SAFETY: `first` is 16 writable values of two bytes; no alignment is asked.
    unsafe { _mm256_storeu_si256(first.as_mut_ptr().cast(), front) };
    // SAFETY: as above, for `second`.
    unsafe { _mm256_storeu_si256(second.as_mut_ptr().cast(), back) };
}

/// A table for each half of a register.
#[inline]
#[target_feature(enable = "avx2")]
fn broadcast(table: &SignTable) -> __m256i {
    // SAFETY: a table is 16 readable bytes; the unaligned load asks no more.
    let table = unsafe { _mm_loadu_si128(table.as_ptr().cast()) };
    _mm256_broadcastsi128_si256(table)
}

compile_agreement!("avx2");
compile_codes_apart!("avx2", ones_by_bytes);
compile_gates!("avx2");
compile_levels!("avx2");
