//! NEON as every AArch64 processor has it: `smull` and `sadalp`.
//!
//! `smull` multiplies eight codes into 16 bits: at most `128 * 128 = 2^14`, so
//! it fits. Two such products would not (`2^15`), hence no `smlal`: `sadalp`
//! adds neighbours pairwise into 32-bit sums at once. The dot-product
//! instruction (`sdot`, Cortex-A55 and A76 on) is not in stable Rust's
//! intrinsics yet.

use core::arch::aarch64::{
    int8x16x4_t, int32x4_t, vaddq_s32, vaddvq_s32, vdupq_n_s32, vget_low_s8, vld1q_s8_x4,
    vmull_high_s8, vmull_s8, vpadalq_s16,
};

use crate::kernels::Lane;
use crate::kernels::quarters::Quarters;

/// Whether the processor has what [`dot_rows`] needs.
pub(in crate::kernels) fn is_available() -> bool {
    std::arch::is_aarch64_feature_detected!("neon")
}

/// One product per row, four rows at a time: the query is loaded once for all
/// four. See [`Kernels::dot_rows`](crate::kernels::Kernels::dot_rows).
#[target_feature(enable = "neon")]
pub(in crate::kernels) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    let quarters = Quarters::new(rows, query.len());
    for i in 0..quarters.len {
        let [r0, r1, r2, r3] = quarters.rows_at(i);
        let mut sums = [Sums::zero(); 4];
        for ((((query, r0), r1), r2), r3) in query.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            let query = load(query);
            sums[0] = step(sums[0], r0, query);
            sums[1] = step(sums[1], r1, query);
            sums[2] = step(sums[2], r2, query);
            sums[3] = step(sums[3], r3, query);
        }
        let dots = [total(sums[0]), total(sums[1]), total(sums[2]), total(sums[3])];
        quarters.write(out, i, dots);
    }
    for (row, dot) in quarters.rest(out) {
        let mut sums = Sums::zero();
        for (query, row) in query.iter().zip(row) {
            sums = step(sums, row, load(query));
        }
        *dot = total(sums);
    }
}

/// Two chains of four sums each: the low and the high halves.
#[derive(Clone, Copy)]
struct Sums {
    low: int32x4_t,
    high: int32x4_t,
}

impl Sums {
    #[inline]
    #[target_feature(enable = "neon")]
    fn zero() -> Sums {
        Sums { low: vdupq_n_s32(0), high: vdupq_n_s32(0) }
    }
}

/// Adds the products of one lane pair.
#[inline]
#[target_feature(enable = "neon")]
fn step(sums: Sums, row: &Lane, query: int8x16x4_t) -> Sums {
    let row = load(row);
    let Sums { mut low, mut high } = sums;
    for (row, query) in [(row.0, query.0), (row.1, query.1), (row.2, query.2), (row.3, query.3)] {
        low = vpadalq_s16(low, vmull_s8(vget_low_s8(row), vget_low_s8(query)));
        high = vpadalq_s16(high, vmull_high_s8(row, query));
    }
    Sums { low, high }
}

/// The total of all eight sums.
#[inline]
#[target_feature(enable = "neon")]
fn total(sums: Sums) -> i32 {
    vaddvq_s32(vaddq_s32(sums.low, sums.high))
}

/// The 64 codes of a lane.
#[inline]
#[target_feature(enable = "neon")]
fn load(lane: &Lane) -> int8x16x4_t {
    // SAFETY: a `Lane` is 64 readable bytes.
    unsafe { vld1q_s8_x4(lane.0.as_ptr()) }
}
