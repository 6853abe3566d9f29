//! AVX2: the rotation with rows in registers. The same integers as
//! [`rotation::rotate`](crate::kernels::rotation::rotate), in another order: eight rows
//! meet in three stages before they are written, and a square of eight by eight is
//! transposed at a time.

use core::arch::x86_64::{
    __m256i, _mm_loadl_epi64, _mm256_add_epi32, _mm256_cvtepi8_epi32, _mm256_loadu_si256,
    _mm256_permute2x128_si256, _mm256_setzero_si256, _mm256_storeu_si256, _mm256_sub_epi32,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    _mm256_xor_si256,
};

use crate::kernels::Lane;
use crate::kernels::rotation::{FLIPS, MAX, ROW, erase, transform_length};

type Row = [i32; ROW];

/// See [`Kernels::rotate`](crate::kernels::Kernels::rotate).
#[target_feature(enable = "avx2")]
pub(in crate::kernels) fn rotate(codes: &[Lane], out: &mut [i32]) {
    let mut buffer = [[0; ROW]; MAX / ROW];
    let [first, second, third] = &FLIPS;
    let rows = out.as_chunks_mut::<ROW>().0;
    let buffer = &mut buffer[..rows.len()];
    let codes = Lane::codes(codes).as_chunks::<ROW>().0.iter();
    for ((row, codes), flips) in rows.iter_mut().zip(codes).zip(first.as_chunks::<ROW>().0) {
        store(row, flip(widen(codes), flips));
    }
    transform(rows);
    transpose(rows, buffer, second);
    transform(buffer);
    transpose(buffer, rows, third);
    transform(rows);
    // The buffer holds a template in another form.
    erase(buffer.as_flattened_mut());
}

/// The Walsh–Hadamard transform down the rows, of which there are a multiple of eight.
#[inline]
#[target_feature(enable = "avx2")]
fn transform(rows: &mut [Row]) {
    let mut left = transform_length(rows.len());
    let mut span = rows.len();
    while left >= 8 {
        stages::<8>(rows, span);
        (span, left) = (span / 8, left / 8);
    }
    match left {
        4 => stages::<4>(rows, span),
        2 => stages::<2>(rows, span),
        _ => {}
    }
}

/// The stages in which `N` rows meet, each `span / N` behind the one before.
#[inline]
#[target_feature(enable = "avx2")]
fn stages<const N: usize>(rows: &mut [Row], span: usize) {
    let step = span / N;
    for part in rows.chunks_exact_mut(span) {
        for at in 0..step {
            let mut values = [_mm256_setzero_si256(); N];
            for (k, value) in values.iter_mut().enumerate() {
                *value = load(&part[at + k * step]);
            }
            meet(&mut values);
            for (k, &value) in values.iter().enumerate() {
                store(&mut part[at + k * step], value);
            }
        }
    }
}

/// All stages of up to eight rows.
#[inline]
#[target_feature(enable = "avx2")]
fn meet<const N: usize>(values: &mut [__m256i; N]) {
    meet_apart::<N, 4>(values);
    meet_apart::<N, 2>(values);
    meet_apart::<N, 1>(values);
}

/// Sums and differences of the pairs that are so far apart, if any are.
#[inline]
#[target_feature(enable = "avx2")]
fn meet_apart<const N: usize, const APART: usize>(values: &mut [__m256i; N]) {
    for pairs in values.chunks_exact_mut(2 * APART) {
        let (first, second) = pairs.split_at_mut(APART);
        for (a, b) in first.iter_mut().zip(second) {
            (*a, *b) = (_mm256_add_epi32(*a, *b), _mm256_sub_epi32(*a, *b));
        }
    }
}

/// Columns one after the other, each component flipped at its new place.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(from: &[Row], to: &mut [Row], flips: &[i8; MAX]) {
    let squares = from.as_chunks::<ROW>().0;
    let flips = flips.as_chunks::<ROW>().0;
    for (at, square) in squares.iter().enumerate() {
        for (column, values) in columns(square).into_iter().enumerate() {
            let place = column * squares.len() + at;
            store(&mut to[place], flip(values, &flips[place]));
        }
    }
}

/// The columns of eight rows.
#[inline]
#[target_feature(enable = "avx2")]
fn columns(rows: &[Row; ROW]) -> [__m256i; ROW] {
    let mut pairs = [_mm256_setzero_si256(); ROW];
    for k in 0..4 {
        let (a, b) = (load(&rows[2 * k]), load(&rows[2 * k + 1]));
        pairs[2 * k] = _mm256_unpacklo_epi32(a, b);
        pairs[2 * k + 1] = _mm256_unpackhi_epi32(a, b);
    }
    // Columns k and k + 4 of four rows, one in each half.
    let mut fours = [_mm256_setzero_si256(); ROW];
    for k in 0..2 {
        for half in 0..2 {
            let (a, b) = (pairs[4 * k + half], pairs[4 * k + 2 + half]);
            fours[4 * k + 2 * half] = _mm256_unpacklo_epi64(a, b);
            fours[4 * k + 2 * half + 1] = _mm256_unpackhi_epi64(a, b);
        }
    }
    let mut columns = fours;
    for k in 0..4 {
        columns[k] = _mm256_permute2x128_si256::<0x20>(fours[k], fours[4 + k]);
        columns[4 + k] = _mm256_permute2x128_si256::<0x31>(fours[k], fours[4 + k]);
    }
    columns
}

/// Negates where the flip is -1.
#[inline]
#[target_feature(enable = "avx2")]
fn flip(values: __m256i, flips: &[i8; ROW]) -> __m256i {
    let flips = widen(flips);
    _mm256_sub_epi32(_mm256_xor_si256(values, flips), flips)
}

#[inline]
#[target_feature(enable = "avx2")]
fn widen(bytes: &[i8; ROW]) -> __m256i {
    // SAFETY: eight readable bytes; no alignment is asked.
    let bytes = unsafe { _mm_loadl_epi64(bytes.as_ptr().cast()) };
    _mm256_cvtepi8_epi32(bytes)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(row: &Row) -> __m256i {
    // SAFETY: 32 readable bytes; the unaligned load asks no more.
    unsafe { _mm256_loadu_si256(row.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(row: &mut Row, values: __m256i) {
    // SAFETY: 32 writable bytes; the unaligned store asks no more.
    unsafe { _mm256_storeu_si256(row.as_mut_ptr().cast(), values) };
}
