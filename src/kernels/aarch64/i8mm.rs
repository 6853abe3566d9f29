//! NEON with matrix products of int8 (Neoverse V1, Cortex-A510 and A710 on).
//!
//! `smmla` multiplies two rows of eight codes by two others, that is 32 products, and adds them to four sums.
//!
//! With one query it has nothing over `sdot`: half of the products are not wanted. Either the
//! other query is missing, or, with both halves of a row as two rows, two of the four sums
//! belong to nobody. That is the same number of instructions, and shuffles besides. With two
//! queries or more all of them are wanted.

use core::arch::aarch64::{
    int8x16_t, int32x4_t, vdupq_n_s32, vld1q_s8, vreinterpretq_s8_s64, vreinterpretq_s64_s8,
    vzip1q_s64, vzip2q_s64,
};
use core::arch::asm;

use super::{unpack, values};
use crate::kernels::Lane;
use crate::kernels::nibble_batch::{BatchUnit, NibbleBatch, NibbleLane};
use crate::kernels::sign_batch::BATCH_PROBES;

pub(in crate::kernels) use super::dotprod::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, dot_rows, nibble_dots, rotate,
    sign_gate, sign_sums, sign_tables,
};

/// Whether the processor has what this tier needs.
pub(in crate::kernels) fn is_available() -> bool {
    super::dotprod::is_available() && std::arch::is_aarch64_feature_detected!("i8mm")
}

/// `smmla` takes eight codes. By the count of instructions in the innermost loops, 57 a lane of a row for 16
/// probes, and ten for each by `sdot`; no processor was measured.
pub(in crate::kernels) const UNIT: BatchUnit = BatchUnit { fewest: 6, run: 8 };

/// Pairs of rows whose sums with all pairs of probes fit the registers, and leave some.
const ROW_PAIRS: usize = 2;
const PROBE_PAIRS: usize = BATCH_PROBES / 2;

/// Two rows with two probes, for all pairs of them.
type Sums = [[int32x4_t; PROBE_PAIRS]; ROW_PAIRS];

/// See [`NibbleBatch::dots`].
#[target_feature(enable = "neon,dotprod,i8mm")]
pub(in crate::kernels) fn nibble_dots_of_batch(
    batch: &NibbleBatch,
    lanes: &[NibbleLane],
    out: &mut [&mut [i32]],
) {
    let width = batch.codes().len();
    for (at, group) in lanes.chunks_exact(2 * ROW_PAIRS * width).enumerate() {
        let mut sums = [[vdupq_n_s32(0); PROBE_PAIRS]; ROW_PAIRS];
        for (lane, probes) in batch.codes().iter().enumerate() {
            let rows = [0, 1, 2, 3].map(|row| unpack(&group[row * width + lane]));
            add(&mut sums, rows, probes);
        }
        for (pair, sums) in sums.iter().enumerate() {
            write(sums, 2 * (ROW_PAIRS * at + pair), out);
        }
    }
}

/// Adds the products of one lane.
#[inline]
#[target_feature(enable = "neon,dotprod,i8mm")]
fn add(sums: &mut Sums, rows: [[int8x16_t; 4]; 2 * ROW_PAIRS], probes: &[Lane; BATCH_PROBES]) {
    // Eight codes of all probes.
    let (runs, _) = Lane::codes(probes).as_chunks::<{ 8 * BATCH_PROBES }>();
    for (at, run) in runs.iter().enumerate() {
        let pair = |pair: usize| {
            let [first, second] = [rows[2 * pair][at / 2], rows[2 * pair + 1][at / 2]];
            if at % 2 == 0 { fronts(first, second) } else { backs(first, second) }
        };
        let pairs = [pair(0), pair(1)];
        for (probe, codes) in run.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: 16 readable bytes.
            let codes = unsafe { vld1q_s8(codes.as_ptr()) };
            for (sums, pair) in sums.iter_mut().zip(pairs) {
                sums[probe] = smmla(sums[probe], pair, codes);
            }
        }
    }
}

/// The first eight codes of both.
#[inline]
#[target_feature(enable = "neon")]
fn fronts(a: int8x16_t, b: int8x16_t) -> int8x16_t {
    vreinterpretq_s8_s64(vzip1q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)))
}

/// The last eight codes of both.
#[inline]
#[target_feature(enable = "neon")]
fn backs(a: int8x16_t, b: int8x16_t) -> int8x16_t {
    vreinterpretq_s8_s64(vzip2q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)))
}

/// Writes what two rows, of which `row` is the first, have with each probe.
#[inline]
#[target_feature(enable = "neon,dotprod,i8mm")]
fn write(sums: &[int32x4_t; PROBE_PAIRS], row: usize, out: &mut [&mut [i32]]) {
    for (pair, &sums) in out.chunks_mut(2).zip(sums) {
        let values = values(sums);
        for (probe, out) in pair.iter_mut().enumerate() {
            out[row] = values[probe];
            out[row + 1] = values[2 + probe];
        }
    }
}

/// `sums[2 i + j] + a[8 i ..][..8] . b[8 j ..][..8]`. Its intrinsic is not in stable Rust yet.
#[inline]
#[target_feature(enable = "neon,dotprod,i8mm")]
fn smmla(mut sums: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: registers in, one register out, and the function's features have the
    // instruction.
    unsafe {
        asm!(
            "smmla {sums:v}.4s, {a:v}.16b, {b:v}.16b",
            sums = inout(vreg) sums,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sums
}
