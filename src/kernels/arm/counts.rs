//! NEON counts the bits of bytes (`vcnt`).

use core::arch::asm;

use crate::kernels::apart::ones_by_bytes;
use crate::kernels::cylinders::{BestCode, CODE_WORDS, CodeColumns, GROUP_CODES};

/// See [`Kernels::best_codes`](crate::kernels::Kernels::best_codes).
///
/// # Safety
///
/// The processor has NEON.
pub(in crate::kernels) unsafe fn best_codes(
    rows: &[[u64; CODE_WORDS]],
    columns: CodeColumns<'_>,
    best: &mut [BestCode],
) {
    for (row, best) in rows.iter().zip(best) {
        let mut lanes = [BestCode::place(0); GROUP_CODES];
        for (group, weights, place) in columns.iter() {
            // SAFETY: NEON by the caller; a group is five rows of eight words.
            let common = unsafe { common_bits(row, group.0.as_ptr().cast(), ROW_BYTES) };
            let codes = common.into_iter().zip(weights).zip(&mut lanes);
            for (at, ((common, weight), lane)) in (0..).zip(codes) {
                let product = common * u32::from(*weight);
                *lane = ((product << BestCode::COLUMN_BITS) + place - at).max(*lane);
            }
        }
        *best = BestCode(lanes.into_iter().fold(0, u32::max));
    }
}

/// See [`Kernels::codes_apart`](crate::kernels::Kernels::codes_apart).
///
/// # Safety
///
/// The processor has NEON.
pub(in crate::kernels) unsafe fn codes_apart<const N: usize>(
    rows: &[[u64; CODE_WORDS]],
    planes: &[[u64; N]; CODE_WORDS],
    columns: usize,
    apart: &mut [[u16; N]],
) {
    for (row, apart) in rows.iter().zip(apart) {
        let (eights, rest) = apart[..columns].as_chunks_mut::<GROUP_CODES>();
        let whole = eights.len() * GROUP_CODES;
        for (at, eight) in eights.iter_mut().enumerate() {
            let words = planes[0][at * GROUP_CODES..].as_ptr();
            // SAFETY: NEON by the caller; eight words are left in each of five planes, which lie
            // `N` words apart.
            let different = unsafe { different_bits(row, words, N * size_of::<u64>()) };
            *eight = different.map(|bits| bits as u16);
        }
        for (apart, column) in rest.iter_mut().zip(whole..) {
            *apart = ones_by_bytes(core::array::from_fn(|word| planes[word][column] ^ row[word]));
        }
    }
}

/// Bytes of one word of eight codes.
const ROW_BYTES: usize = GROUP_CODES * size_of::<u64>();

/// Defines a count of the bits that one code and each of eight others have after an operation.
/// Word `w` of the eight codes lies at `words + w * stride` bytes.
macro_rules! count_bits {
    ($name:ident, $operation:literal, $what:literal) => {
        #[doc = $what]
        ///
        /// # Safety
        ///
        /// The processor has NEON; at each of five multiples of `stride` from `words` on, eight
        /// words can be read.
        unsafe fn $name(
            row: &[u64; CODE_WORDS],
            words: *const u64,
            stride: usize,
        ) -> [u32; GROUP_CODES] {
            let mut counts = [0; GROUP_CODES];
            // SAFETY: reads what the caller promises and the five words of `row`, writes eight
            // numbers; each sum of bytes is at most 40.
            unsafe {
                asm!(
                    ".fpu neon",
                    "vmov.i32 q12, #0",
                    "vmov.i32 q13, #0",
                    "vmov.i32 q14, #0",
                    "vmov.i32 q15, #0",
                    "2:",
                    "vld1.64 {{d0}}, [{row}]!",
                    "vmov d1, d0",
                    "vld1.64 {{d16, d17, d18, d19}}, [{words}]!",
                    "vld1.64 {{d20, d21, d22, d23}}, [{words}], {skip}",
                    concat!($operation, " q8, q8, q0"),
                    concat!($operation, " q9, q9, q0"),
                    concat!($operation, " q10, q10, q0"),
                    concat!($operation, " q11, q11, q0"),
                    "vcnt.8 q8, q8",
                    "vcnt.8 q9, q9",
                    "vcnt.8 q10, q10",
                    "vcnt.8 q11, q11",
                    "vadd.i8 q12, q12, q8",
                    "vadd.i8 q13, q13, q9",
                    "vadd.i8 q14, q14, q10",
                    "vadd.i8 q15, q15, q11",
                    "subs {left}, {left}, #1",
                    "bne 2b",
                    "vpaddl.u8 q12, q12",
                    "vpaddl.u8 q13, q13",
                    "vpaddl.u8 q14, q14",
                    "vpaddl.u8 q15, q15",
                    "vpaddl.u16 q12, q12",
                    "vpaddl.u16 q13, q13",
                    "vpaddl.u16 q14, q14",
                    "vpaddl.u16 q15, q15",
                    "vpadd.i32 d24, d24, d25",
                    "vpadd.i32 d25, d26, d27",
                    "vpadd.i32 d26, d28, d29",
                    "vpadd.i32 d27, d30, d31",
                    "vst1.32 {{d24, d25, d26, d27}}, [{counts}]",
                    row = inout(reg) row.as_ptr() => _,
                    words = inout(reg) words => _,
                    // The first half of a row has moved the pointer on.
                    skip = in(reg) stride - ROW_BYTES / 2,
                    left = inout(reg) CODE_WORDS => _,
                    counts = in(reg) counts.as_mut_ptr(),
                    out("d0") _, out("d1") _, out("q8") _, out("q9") _, out("q10") _, out("q11") _,
                    out("q12") _, out("q13") _, out("q14") _, out("q15") _,
                    options(nostack),
                );
            }
            counts
        }
    };
}

count_bits!(common_bits, "vand", "How many bits a code has in common with each of eight.");
count_bits!(different_bits, "veor", "In how many bits a code differs from each of eight.");
