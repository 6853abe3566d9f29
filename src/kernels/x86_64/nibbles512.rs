//! Four-bit codes for batches of probes with AVX-512: rows unpacked, 16 probes a register.

use core::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_and_si512, _mm512_broadcast_i64x4, _mm512_dpbusd_epi32,
    _mm512_set_epi64, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_setzero_si512,
    _mm512_shuffle_i32x4, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_unpackhi_epi32,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
};

use super::lanes512::{WorkLanes, load, store};
use crate::kernels::Lane;
use crate::kernels::nibble_batch::{BatchUnit, NibbleBatch, NibbleLane};
use crate::kernels::prefetch;

/// `vpdpbusd` adds four products. Below seven probes each by itself is no slower, in the cache
/// (`cargo bench --bench batches`).
pub(in crate::kernels) const UNIT: BatchUnit = BatchUnit { fewest: 7, run: 4 };

/// Rows of which the sums of all probes fit the registers.
pub(super) const ROWS: usize = 16;

/// See [`NibbleBatch::dots`]. Four codes of a row, in every place of a register, meet those of 16 probes.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(in crate::kernels) fn nibble_dots_of_batch(
    batch: &NibbleBatch,
    lanes: &[NibbleLane],
    out: &mut [&mut [i32]],
) {
    let width = batch.codes().len();
    let mut work = WorkLanes::<1>::ZERO;
    let [codes] = &mut work.0;
    for (at, group) in lanes.chunks_exact(ROWS * width).enumerate() {
        let mut sums = [_mm512_setzero_si512(); ROWS];
        for (lane, probes) in batch.codes().iter().enumerate() {
            let is_new_line = lane % 2 == 0;
            for (codes, row) in codes.iter_mut().zip(group[lane..].iter().step_by(width)) {
                if is_new_line {
                    ask_ahead(row);
                }
                unpack(row, codes);
            }
            for (four, probes) in probes.iter().enumerate() {
                let probes = load(probes);
                for (sum, row) in sums.iter_mut().zip(&*codes) {
                    let row = _mm512_set1_epi32(row_four(row, four));
                    *sum = _mm512_dpbusd_epi32(*sum, row, probes);
                }
            }
        }
        write(sums, at, out);
    }
}

#[inline(always)]
fn row_four(row: &Lane, at: usize) -> i32 {
    let four = row.0.as_chunks::<4>().0[at];
    i32::from_ne_bytes(four.map(i8::cast_unsigned))
}

/// Asks for what comes after a lane: a little behind it in the first cache, since a row is read once, and four
/// pages behind it in the second one, since the hardware stops at the end of a page.
#[inline(always)]
pub(super) fn ask_ahead(lane: &NibbleLane) {
    const NEAR_LANES: usize = 32;
    const FAR_LANES: usize = 512;
    let lane = core::ptr::from_ref(lane);
    prefetch::near_line(lane.wrapping_add(NEAR_LANES).cast());
    prefetch::line(lane.wrapping_add(FAR_LANES).cast());
}

/// The 64 codes of 32 bytes in their order.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn unpack(lane: &NibbleLane, codes: &mut Lane) {
    // SAFETY: 32 readable bytes; the unaligned load asks no more.
    let bytes = unsafe { _mm256_loadu_si256(lane.as_ptr().cast()) };
    let shift = _mm512_set_epi64(4, 4, 4, 4, 0, 0, 0, 0);
    let unpacked = _mm512_srlv_epi64(_mm512_broadcast_i64x4(bytes), shift);
    store(codes, _mm512_and_si512(unpacked, _mm512_set1_epi8(15)));
}

/// Writes what 16 rows have with each probe: one of `sums` is a row with all probes, one of `out` a probe with all
/// rows, of which these are the ones from `16 at` on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn write(sums: [__m512i; ROWS], at: usize, out: &mut [&mut [i32]]) {
    for (out, probe) in out.iter_mut().zip(transposed(sums)) {
        if let Some(out) = out.as_chunks_mut::<ROWS>().0.get_mut(at) {
            // SAFETY: 64 writable bytes; the unaligned store asks no more.
            unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), probe) };
        }
    }
}

/// Rows to columns: pairs of numbers, pairs of those, and then quarters of registers, twice.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transposed(rows: [__m512i; ROWS]) -> [__m512i; ROWS] {
    let mut columns = [_mm512_setzero_si512(); ROWS];
    // Four rows: in each quarter of `columns[4 i + j]` column `j` of that quarter, of rows `4 i` to `4 i + 3`.
    for (four, columns) in rows.as_chunks::<4>().0.iter().zip(columns.as_chunks_mut::<4>().0) {
        let [a, b, c, d] = *four;
        let [ab, cd] = [_mm512_unpacklo_epi32(a, b), _mm512_unpacklo_epi32(c, d)];
        let [ab_back, cd_back] = [_mm512_unpackhi_epi32(a, b), _mm512_unpackhi_epi32(c, d)];
        *columns = [
            _mm512_unpacklo_epi64(ab, cd),
            _mm512_unpackhi_epi64(ab, cd),
            _mm512_unpacklo_epi64(ab_back, cd_back),
            _mm512_unpackhi_epi64(ab_back, cd_back),
        ];
    }
    let quarters = columns;
    for at in 0..4 {
        let [a, b, c, d] = [0, 4, 8, 12].map(|four| quarters[four + at]);
        // Quarters 0 and 2 of two registers, then 1 and 3.
        let [even, even_back] = [
            _mm512_shuffle_i32x4::<0b10_00_10_00>(a, b),
            _mm512_shuffle_i32x4::<0b10_00_10_00>(c, d),
        ];
        let [odd, odd_back] = [
            _mm512_shuffle_i32x4::<0b11_01_11_01>(a, b),
            _mm512_shuffle_i32x4::<0b11_01_11_01>(c, d),
        ];
        columns[at] = _mm512_shuffle_i32x4::<0b10_00_10_00>(even, even_back);
        columns[4 + at] = _mm512_shuffle_i32x4::<0b10_00_10_00>(odd, odd_back);
        columns[8 + at] = _mm512_shuffle_i32x4::<0b11_01_11_01>(even, even_back);
        columns[12 + at] = _mm512_shuffle_i32x4::<0b11_01_11_01>(odd, odd_back);
    }
    columns
}
