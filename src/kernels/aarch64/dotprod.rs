//! NEON with dot products (Cortex-A55 and A76 on): `sdot` multiplies sixteen pairs
//! of codes and adds groups of four to 32-bit sums.
//!
//! Its intrinsic is not in stable Rust yet, hence the assembly. Both factors are
//! signed, and codes of four bits are the same signed; nothing saturates.

use core::arch::aarch64::{int8x16_t, int8x16x4_t, int32x4_t, vaddq_s32, vaddvq_s32, vdupq_n_s32};
use core::arch::asm;

use super::neon::load;
use super::{reduce, unpack};
use crate::kernels::Lane;
use crate::kernels::nibbles::NIBBLE_LANE_BYTES;
use crate::kernels::quarters::Quarters;
use crate::kernels::wanted::WantedRows;

// No products in these.
pub(in crate::kernels) use super::neon::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, rotate, sign_gate, sign_sums,
    sign_tables,
};

/// Whether the processor has what this tier needs.
pub(in crate::kernels) fn is_available() -> bool {
    super::neon::is_available() && std::arch::is_aarch64_feature_detected!("dotprod")
}

/// Two chains of four sums each: `sdot` takes three or four cycles, and cores that
/// start two a cycle want eight chains for four rows.
type Sums = [int32x4_t; 2];

/// One product per row, four rows at a time: the query is loaded once for all
/// four. See [`Kernels::dot_rows`](crate::kernels::Kernels::dot_rows).
#[target_feature(enable = "neon,dotprod")]
pub(in crate::kernels) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    let zero = [vdupq_n_s32(0); 2];
    let quarters = Quarters::new(rows, query.len());
    for i in 0..quarters.len {
        let [r0, r1, r2, r3] = quarters.rows_at(i);
        let mut sums = [zero; 4];
        for ((((query, r0), r1), r2), r3) in query.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            let query = load(query);
            sums[0] = step(sums[0], codes(r0), query);
            sums[1] = step(sums[1], codes(r1), query);
            sums[2] = step(sums[2], codes(r2), query);
            sums[3] = step(sums[3], codes(r3), query);
        }
        quarters.write(out, i, reduce(sums.map(|sums| both(sums))));
    }
    for (row, dot) in quarters.rest(out) {
        let mut sums = zero;
        for (query, row) in query.iter().zip(row) {
            sums = step(sums, codes(row), load(query));
        }
        *dot = vaddvq_s32(both(sums));
    }
}

/// See [`Kernels::nibble_dots`](crate::kernels::Kernels::nibble_dots).
#[target_feature(enable = "neon,dotprod")]
pub(in crate::kernels) fn nibble_dots(query: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let zero = [vdupq_n_s32(0); 2];
    let four = |rows: [&[u8]; 4]| {
        let [r0, r1, r2, r3] = rows.map(|row| row.as_chunks::<NIBBLE_LANE_BYTES>().0);
        let mut sums = [zero; 4];
        for ((((query, r0), r1), r2), r3) in query.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            let query = load(query);
            sums[0] = step(sums[0], unpack(r0), query);
            sums[1] = step(sums[1], unpack(r1), query);
            sums[2] = step(sums[2], unpack(r2), query);
            sums[3] = step(sums[3], unpack(r3), query);
        }
        reduce(sums.map(|sums| both(sums)))
    };
    let one = |row: &[u8]| {
        let mut sums = zero;
        for (query, row) in query.iter().zip(row.as_chunks().0) {
            sums = step(sums, unpack(row), load(query));
        }
        vaddvq_s32(both(sums))
    };
    rows.each(out, four, one);
}

/// Adds the products of one lane pair.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn step([even, odd]: Sums, row: [int8x16_t; 4], query: int8x16x4_t) -> Sums {
    let even = sdot(sdot(even, row[0], query.0), row[2], query.2);
    let odd = sdot(sdot(odd, row[1], query.1), row[3], query.3);
    [even, odd]
}

/// The 64 codes of a lane.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn codes(lane: &Lane) -> [int8x16_t; 4] {
    let codes = load(lane);
    [codes.0, codes.1, codes.2, codes.3]
}

#[inline]
#[target_feature(enable = "neon,dotprod")]
fn both([even, odd]: Sums) -> int32x4_t {
    vaddq_s32(even, odd)
}

/// `sums[i] + a[4 i ..][..4] . b[4 i ..][..4]`.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot(mut sums: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: registers in, one register out, and the function's features have the
    // instruction.
    unsafe {
        asm!(
            "sdot {sums:v}.4s, {a:v}.16b, {b:v}.16b",
            sums = inout(vreg) sums,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sums
}
