//! NEON as every AArch64 processor has it: `smull` and `sadalp`, `tbl`.
//!
//! `smull` multiplies eight codes into 16 bits: at most `128 * 128 = 2^14`, so
//! it fits. Two such products would not (`2^15`), hence no `smlal`: `sadalp`
//! adds neighbours pairwise into 32-bit sums at once. With codes of four bits a
//! product is at most `15 * 128 < 2^11`, and 16 bits hold the sum of eight.

use core::arch::aarch64::{
    int8x16_t, int8x16x4_t, int16x8_t, int32x4_t, uint8x16_t, uint8x16x4_t, uint16x8_t,
    vaddlvq_s16, vaddq_s32, vaddq_u8, vaddvq_s32, vaddw_high_u8, vaddw_u8, vandq_s8, vandq_u8,
    vcombine_u8, vdup_n_u8, vdupq_n_s16, vdupq_n_s32, vdupq_n_u8, vdupq_n_u16, vdupq_n_u64,
    vget_low_s8, vget_low_u8, vld1q_s8_x4, vld1q_u8, vld1q_u8_x4, vmlal_high_s8, vmlal_s8,
    vmull_high_s8, vmull_s8, vpadalq_s8, vpadalq_s16, vqtbl1q_u8, vreinterpretq_s8_u8,
    vreinterpretq_u8_u64, vshrq_n_u8, vst1q_u16, vtstq_u8,
};

pub(in crate::kernels) use super::counts::best_codes;
use super::{reduce, unpack};
use crate::kernels::agreement::compile_agreement;
use crate::kernels::apart::compile_codes_apart;
use crate::kernels::bits::BIT_LANE_BYTES;
use crate::kernels::gates::compile_gates;
use crate::kernels::levels::compile_levels;
use crate::kernels::nibbles::NIBBLE_LANE_BYTES;
use crate::kernels::quarters::Quarters;
use crate::kernels::sign_tables::SignTables;
use crate::kernels::signs::{Groups, SignTable};
use crate::kernels::wanted::WantedRows;
use crate::kernels::{LANE_BYTES, Lane, rotation};

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
        quarters.write(out, i, reduce(sums.map(|sums| sums.both())));
    }
    for (row, dot) in quarters.rest(out) {
        let mut sums = Sums::zero();
        for (query, row) in query.iter().zip(row) {
            sums = step(sums, row, load(query));
        }
        *dot = vaddvq_s32(sums.both());
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

    #[inline]
    #[target_feature(enable = "neon")]
    fn both(self) -> int32x4_t {
        vaddq_s32(self.low, self.high)
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

/// The 64 codes of a lane.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn load(lane: &Lane) -> int8x16x4_t {
    // SAFETY: a `Lane` is 64 readable bytes.
    unsafe { vld1q_s8_x4(lane.0.as_ptr()) }
}

/// See [`Kernels::nibble_dots`](crate::kernels::Kernels::nibble_dots).
#[target_feature(enable = "neon")]
pub(in crate::kernels) fn nibble_dots(query: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let zero = vdupq_n_s32(0);
    let four = |rows: [&[u8]; 4]| {
        let [r0, r1, r2, r3] = rows.map(|row| row.as_chunks().0);
        let mut sums = [zero; 4];
        for ((((query, r0), r1), r2), r3) in query.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            let query = load(query);
            sums[0] = nibble_step(sums[0], r0, query);
            sums[1] = nibble_step(sums[1], r1, query);
            sums[2] = nibble_step(sums[2], r2, query);
            sums[3] = nibble_step(sums[3], r3, query);
        }
        reduce(sums)
    };
    let one = |row: &[u8]| {
        let mut sum = zero;
        for (query, row) in query.iter().zip(row.as_chunks().0) {
            sum = nibble_step(sum, row, load(query));
        }
        vaddvq_s32(sum)
    };
    rows.each(out, four, one);
}

/// Adds the products of one lane: eight of them in each 16-bit sum on the way.
#[inline]
#[target_feature(enable = "neon")]
fn nibble_step(sum: int32x4_t, row: &[u8; NIBBLE_LANE_BYTES], query: int8x16x4_t) -> int32x4_t {
    let [a, b, c, d] = unpack(row);
    let mut part = vmull_high_s8(a, query.0);
    part = vmlal_s8(part, vget_low_s8(a), vget_low_s8(query.0));
    part = add_products(part, b, query.1);
    part = add_products(part, c, query.2);
    part = add_products(part, d, query.3);
    vpadalq_s16(sum, part)
}

/// Two products to each sum.
#[inline]
#[target_feature(enable = "neon")]
fn add_products(part: int16x8_t, row: int8x16_t, query: int8x16_t) -> int16x8_t {
    let part = vmlal_s8(part, vget_low_s8(row), vget_low_s8(query));
    vmlal_high_s8(part, row, query)
}

/// See [`Kernels::bit_sums`](crate::kernels::Kernels::bit_sums). `tbl` takes each byte of bits to
/// eight bytes, `tst` finds each one's own bit, and `sadalp` adds the levels that are left in
/// pairs: 128 pairs of the widest row fit 16 bits.
#[target_feature(enable = "neon")]
pub(in crate::kernels) fn bit_sums(levels: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let zero = vdupq_n_s16(0);
    let four = |rows: [&[u8]; 4]| {
        let rows = rows.map(|row| row.as_chunks().0);
        let mut sums = [zero; 4];
        for (at, levels) in levels.iter().enumerate() {
            let levels = load(levels);
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = bit_step(*sum, &row[at], levels);
            }
        }
        sums.map(|sum| vaddlvq_s16(sum))
    };
    let one = |row: &[u8]| {
        let mut sum = zero;
        for (levels, row) in levels.iter().zip(row.as_chunks().0) {
            sum = bit_step(sum, row, load(levels));
        }
        vaddlvq_s16(sum)
    };
    rows.each(out, four, one);
}

/// Adds the levels of one lane.
#[inline]
#[target_feature(enable = "neon")]
fn bit_step(mut sum: int16x8_t, bits: &[u8; BIT_LANE_BYTES], levels: int8x16x4_t) -> int16x8_t {
    let places =
        vreinterpretq_u8_u64(vdupq_n_u64(u64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128])));
    let bits = vreinterpretq_u8_u64(vdupq_n_u64(u64::from_le_bytes(*bits)));
    let (zeroes, ones) = (vdup_n_u8(0), vdup_n_u8(1));
    let mut spread = vcombine_u8(zeroes, ones);
    for levels in [levels.0, levels.1, levels.2, levels.3] {
        let set = vtstq_u8(vqtbl1q_u8(bits, spread), places);
        sum = vpadalq_s8(sum, vandq_s8(levels, vreinterpretq_s8_u8(set)));
        spread = vaddq_u8(spread, vdupq_n_u8(2));
    }
    sum
}

/// See [`SignTables::sums`]: `tbl` looks up 16
/// rows at once.
#[target_feature(enable = "neon")]
pub(in crate::kernels) fn sign_sums(tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
    let table = tables.fours();
    let groups = Groups::new(table, rows);
    for (at, out) in out.as_chunks_mut::<LANE_BYTES>().0.iter_mut().enumerate() {
        // Sums of 64 rows, in their order.
        let mut sums = [[vdupq_n_u16(0); 2]; 4];
        let pairs = groups.get(at / 2).as_chunks::<2>().0;
        for ([first, second], tables) in pairs.iter().zip(table.as_chunks::<4>().0) {
            let [a, b, c, d] = tables.each_ref().map(|table| load_table(table));
            let (first, second) = (load_signs(&first[at % 2]), load_signs(&second[at % 2]));
            let first = [first.0, first.1, first.2, first.3];
            let second = [second.0, second.1, second.2, second.3];
            for ((sums, first), second) in sums.iter_mut().zip(first).zip(second) {
                let sum = vaddq_u8(look_up(first, a, b), look_up(second, c, d));
                sums[0] = vaddw_u8(sums[0], vget_low_u8(sum));
                sums[1] = vaddw_high_u8(sums[1], sum);
            }
        }
        for (sums, out) in sums.as_flattened().iter().zip(out.as_chunks_mut::<8>().0) {
            store(*sums, out);
        }
    }
}

/// Both look-ups of each byte, added.
#[inline]
#[target_feature(enable = "neon")]
fn look_up(signs: uint8x16_t, low: uint8x16_t, high: uint8x16_t) -> uint8x16_t {
    let low = vqtbl1q_u8(low, vandq_u8(signs, vdupq_n_u8(15)));
    vaddq_u8(low, vqtbl1q_u8(high, vshrq_n_u8::<4>(signs)))
}

#[inline]
#[target_feature(enable = "neon")]
fn load_table(table: &SignTable) -> uint8x16_t {
    // SAFETY: a table is 16 readable bytes.
    unsafe { vld1q_u8(table.as_ptr()) }
}

/// The signs of 64 rows.
#[inline]
#[target_feature(enable = "neon")]
fn load_signs(lane: &Lane) -> uint8x16x4_t {
    // SAFETY: a `Lane` is 64 readable bytes.
    unsafe { vld1q_u8_x4(lane.0.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "neon")]
fn store(sums: uint16x8_t, out: &mut [u16; 8]) {
    // SAFETY: eight writable values.
    unsafe { vst1q_u16(out.as_mut_ptr(), sums) }
}

compile_agreement!("neon");
// NEON counts the bits of bytes.
compile_codes_apart!("neon", ones_counted);
compile_gates!("neon");
compile_levels!("neon");

/// See [`rotation::rotate`].
#[target_feature(enable = "neon")]
pub(in crate::kernels) fn rotate(codes: &[Lane], out: &mut [i32]) {
    rotation::rotate(codes, out);
}
