//! NEON of ARMv7, as assembler: `vmull` and `vpadal`, `vtbl`.
//!
//! The same steps as on AArch64, with the same reasons why nothing overflows (`aarch64/neon.rs`).
//! Some ARMv7 processors have no NEON; the kernel says which do. Where it does not help, or
//! where floats are concerned (NEON rounds denormal ones to zero), the tier is the portable one.

use core::arch::asm;

pub(in crate::kernels) use super::counts::{best_codes, codes_apart};
use crate::kernels::agreement::{AgreementGate, MinutiaPairs, Proposal};
use crate::kernels::bits::BIT_LANE_BYTES;
use crate::kernels::gates::{RowMask, SignGate};
use crate::kernels::levels::Levels;
use crate::kernels::nibbles::NIBBLE_LANE_BYTES;
use crate::kernels::quarters::Quarters;
use crate::kernels::sign_tables::SignTables;
use crate::kernels::signs::{Groups, RUN, SignTable};
use crate::kernels::wanted::WantedRows;
use crate::kernels::{LANE_BYTES, Lane, portable};

/// Whether the processor has NEON. The kernel knows: a program may not ask the processor itself.
pub(in crate::kernels) fn is_available() -> bool {
    #[cfg(target_os = "linux")]
    {
        /// Bit of `AT_HWCAP`, from Linux' `arch/arm/include/uapi/asm/hwcap.h`.
        const HWCAP_NEON: libc::c_ulong = 1 << 12;
        // SAFETY: reads what the kernel handed over; no condition.
        let bits = unsafe { libc::getauxval(libc::AT_HWCAP) };
        bits & HWCAP_NEON != 0
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// One product per row, four rows at a time: the query is loaded once for all
/// four. See [`Kernels::dot_rows`](crate::kernels::Kernels::dot_rows).
///
/// # Safety
///
/// The processor has NEON.
pub(in crate::kernels) unsafe fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    let quarters = Quarters::new(rows, query.len());
    for i in 0..quarters.len {
        // SAFETY: NEON by the caller.
        let dots = unsafe { dots(query, quarters.rows_at(i)) };
        quarters.write(out, i, dots);
    }
    for (row, dot) in quarters.rest(out) {
        // SAFETY: NEON by the caller.
        [*dot, ..] = unsafe { dots(query, [row; 4]) };
    }
}

/// Adds the products of 32 codes of one row to its four sums.
macro_rules! add_products {
    ($row:literal, $sums:literal) => {
        concat!(
            "vld1.8 {{d4, d5, d6, d7}}, [{",
            $row,
            "}]!\n",
            "vmull.s8 q12, d0, d4\n",
            "vmull.s8 q13, d1, d5\n",
            "vmull.s8 q14, d2, d6\n",
            "vmull.s8 q15, d3, d7\n",
            "vpadal.s16 ",
            $sums,
            ", q12\n",
            "vpadal.s16 ",
            $sums,
            ", q13\n",
            "vpadal.s16 ",
            $sums,
            ", q14\n",
            "vpadal.s16 ",
            $sums,
            ", q15",
        )
    };
}

/// The products of four rows, each as wide as the query, which is not empty.
///
/// # Safety
///
/// The processor has NEON.
unsafe fn dots(query: &[Lane], rows: [&[Lane]; 4]) -> [i32; 4] {
    let [r0, r1, r2, r3] = rows.map(|row| row[..query.len()].as_ptr());
    let mut dots = [0; 4];
    if query.is_empty() {
        return dots;
    }
    // SAFETY: reads `query.len()` lanes from each pointer, 32 bytes a turn, and writes four sums.
    unsafe {
        asm!(
            ".fpu neon",
            "vmov.i32 q8, #0",
            "vmov.i32 q9, #0",
            "vmov.i32 q10, #0",
            "vmov.i32 q11, #0",
            "2:",
            "vld1.8 {{d0, d1, d2, d3}}, [{query}]!",
            add_products!("r0", "q8"),
            add_products!("r1", "q9"),
            add_products!("r2", "q10"),
            add_products!("r3", "q11"),
            "subs {left}, {left}, #1",
            "bne 2b",
            "vpadd.i32 d16, d16, d17",
            "vpadd.i32 d18, d18, d19",
            "vpadd.i32 d20, d20, d21",
            "vpadd.i32 d22, d22, d23",
            "vpadd.i32 d16, d16, d18",
            "vpadd.i32 d17, d20, d22",
            "vst1.32 {{d16, d17}}, [{dots}]",
            query = inout(reg) query.as_ptr() => _,
            r0 = inout(reg) r0 => _,
            r1 = inout(reg) r1 => _,
            r2 = inout(reg) r2 => _,
            r3 = inout(reg) r3 => _,
            left = inout(reg) 2 * query.len() => _,
            dots = in(reg) dots.as_mut_ptr(),
            out("d0") _, out("d1") _, out("d2") _, out("d3") _,
            out("d4") _, out("d5") _, out("d6") _, out("d7") _,
            out("q8") _, out("q9") _, out("q10") _, out("q11") _,
            out("q12") _, out("q13") _, out("q14") _, out("q15") _,
            options(nostack),
        );
    }
    dots
}

/// See [`Kernels::nibble_dots`](crate::kernels::Kernels::nibble_dots).
///
/// # Safety
///
/// The processor has NEON.
pub(in crate::kernels) unsafe fn nibble_dots(
    query: &[Lane],
    rows: WantedRows<'_>,
    out: &mut [i32],
) {
    // SAFETY: NEON by the caller.
    let four = |rows: [&[u8]; 4]| unsafe { nibble_products(query, rows) };
    let one = |row| {
        let [dot, ..] = four([row; 4]);
        dot
    };
    rows.each(out, four, one);
}

/// Adds the products of the 64 codes of one row: eight of them in each 16-bit sum on the way.
macro_rules! add_nibbles {
    ($row:literal, $sums:literal) => {
        concat!(
            "vld1.8 {{d16, d17, d18, d19}}, [{",
            $row,
            "}]!\n",
            "vshl.i8 q10, q8, #4\n",
            "vshr.u8 q10, q10, #4\n",
            "vshr.u8 q8, q8, #4\n",
            "vmull.s8 q11, d20, d0\n",
            "vmlal.s8 q11, d21, d1\n",
            "vmlal.s8 q11, d16, d4\n",
            "vmlal.s8 q11, d17, d5\n",
            "vshl.i8 q10, q9, #4\n",
            "vshr.u8 q10, q10, #4\n",
            "vshr.u8 q9, q9, #4\n",
            "vmlal.s8 q11, d20, d2\n",
            "vmlal.s8 q11, d21, d3\n",
            "vmlal.s8 q11, d18, d6\n",
            "vmlal.s8 q11, d19, d7\n",
            "vpadal.s16 ",
            $sums,
            ", q11",
        )
    };
}

/// The products of four rows of four-bit codes, each as wide as the query.
///
/// # Safety
///
/// The processor has NEON.
unsafe fn nibble_products(query: &[Lane], rows: [&[u8]; 4]) -> [i32; 4] {
    let [r0, r1, r2, r3] = rows.map(|row| row[..query.len() * NIBBLE_LANE_BYTES].as_ptr());
    let mut dots = [0; 4];
    if query.is_empty() {
        return dots;
    }
    // SAFETY: reads `query.len()` lanes, and half as many bytes from each row; writes four sums.
    unsafe {
        asm!(
            ".fpu neon",
            "vmov.i32 q12, #0",
            "vmov.i32 q13, #0",
            "vmov.i32 q14, #0",
            "vmov.i32 q15, #0",
            "2:",
            "vld1.8 {{d0, d1, d2, d3}}, [{query}]!",
            "vld1.8 {{d4, d5, d6, d7}}, [{query}]!",
            add_nibbles!("r0", "q12"),
            add_nibbles!("r1", "q13"),
            add_nibbles!("r2", "q14"),
            add_nibbles!("r3", "q15"),
            "subs {left}, {left}, #1",
            "bne 2b",
            "vpadd.i32 d24, d24, d25",
            "vpadd.i32 d26, d26, d27",
            "vpadd.i32 d28, d28, d29",
            "vpadd.i32 d30, d30, d31",
            "vpadd.i32 d24, d24, d26",
            "vpadd.i32 d25, d28, d30",
            "vst1.32 {{d24, d25}}, [{dots}]",
            query = inout(reg) query.as_ptr() => _,
            r0 = inout(reg) r0 => _,
            r1 = inout(reg) r1 => _,
            r2 = inout(reg) r2 => _,
            r3 = inout(reg) r3 => _,
            left = inout(reg) query.len() => _,
            dots = in(reg) dots.as_mut_ptr(),
            out("d0") _, out("d1") _, out("d2") _, out("d3") _,
            out("d4") _, out("d5") _, out("d6") _, out("d7") _,
            out("q8") _, out("q9") _, out("q10") _, out("q11") _,
            out("q12") _, out("q13") _, out("q14") _, out("q15") _,
            options(nostack),
        );
    }
    dots
}

/// See [`SignTables::sums`]: `vtbl` looks up eight rows at once.
///
/// # Safety
///
/// The processor has NEON.
pub(in crate::kernels) unsafe fn sign_sums(tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
    let table = tables.fours();
    let groups = Groups::new(table, rows);
    for (at, out) in out.as_chunks_mut::<LANE_BYTES>().0.iter_mut().enumerate() {
        out.fill(0);
        let runs = groups.get(at / 2).as_chunks::<{ RUN / 2 }>().0;
        for (pairs, tables) in runs.iter().zip(table.as_chunks::<RUN>().0) {
            // SAFETY: NEON by the caller.
            unsafe { add_run(tables, pairs, at % 2, out) };
        }
    }
}

/// Looks up 16 rows: the low and the high four bits of each byte.
macro_rules! look_up {
    ($sums:literal) => {
        concat!(
            "vld1.8 {{d4, d5}}, [{signs}]!\n",
            "vand q3, q2, q12\n",
            "vshr.u8 q2, q2, #4\n",
            "vtbl.8 d6, {{d0, d1}}, d6\n",
            "vtbl.8 d7, {{d0, d1}}, d7\n",
            "vtbl.8 d4, {{d2, d3}}, d4\n",
            "vtbl.8 d5, {{d2, d3}}, d5\n",
            "vadd.i8 ",
            $sums,
            ", ",
            $sums,
            ", q3\n",
            "vadd.i8 ",
            $sums,
            ", ",
            $sums,
            ", q2",
        )
    };
}

/// Adds 16 sums of a run to those of all runs.
macro_rules! widen {
    ($low:literal, $high:literal) => {
        concat!(
            "vld1.16 {{d4, d5, d6, d7}}, [{out}]\n",
            "vaddw.u8 q2, q2, ",
            $low,
            "\n",
            "vaddw.u8 q3, q3, ",
            $high,
            "\n",
            "vst1.16 {{d4, d5, d6, d7}}, [{out}]!",
        )
    };
}

/// Adds what the signs of 64 rows add in one run of tables, which fits a byte.
///
/// # Safety
///
/// The processor has NEON.
unsafe fn add_run(
    tables: &[SignTable; RUN],
    pairs: &[[Lane; 2]; RUN / 2],
    half: usize,
    out: &mut [u16; LANE_BYTES],
) {
    // SAFETY: four turns read two tables and one lane each, with a lane between them; then 64
    // sums are read and written.
    unsafe {
        asm!(
            ".fpu neon",
            "vmov.i8 q12, #15",
            "vmov.i32 q8, #0",
            "vmov.i32 q9, #0",
            "vmov.i32 q10, #0",
            "vmov.i32 q11, #0",
            "2:",
            "vld1.8 {{d0, d1, d2, d3}}, [{tables}]!",
            look_up!("q8"),
            look_up!("q9"),
            look_up!("q10"),
            look_up!("q11"),
            // The other half's lane.
            "add {signs}, {signs}, #64",
            "subs {left}, {left}, #1",
            "bne 2b",
            widen!("d16", "d17"),
            widen!("d18", "d19"),
            widen!("d20", "d21"),
            widen!("d22", "d23"),
            tables = inout(reg) tables.as_ptr() => _,
            signs = inout(reg) pairs.as_flattened()[half..].as_ptr() => _,
            left = inout(reg) RUN / 2 => _,
            out = inout(reg) out.as_mut_ptr() => _,
            out("d0") _, out("d1") _, out("d2") _, out("d3") _,
            out("d4") _, out("d5") _, out("d6") _, out("d7") _,
            out("q8") _, out("q9") _, out("q10") _, out("q11") _, out("q12") _,
            options(nostack),
        );
    }
}

/// See [`Kernels::bit_sums`](crate::kernels::Kernels::bit_sums).
///
/// # Safety
///
/// The processor has NEON.
pub(in crate::kernels) unsafe fn bit_sums(levels: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    // SAFETY: NEON by the caller.
    let one = |row: &[u8]| unsafe { bit_sum(levels, row) };
    rows.each(out, |rows| rows.map(one), one);
}

/// Adds the levels under two bytes of bits to sums of 16 bits.
macro_rules! add_levels {
    () => {
        concat!(
            "vld1.8 {{d0, d1}}, [{levels}]!\n",
            "vld1.8 {{d4[]}}, [{bits}]!\n",
            "vld1.8 {{d5[]}}, [{bits}]!\n",
            "vtst.8 q2, q2, q3\n",
            "vand q2, q2, q0\n",
            "vpadal.s8 q9, q2",
        )
    };
}

/// The sum of the levels under the bits of a row, which is as wide. There is at least one lane.
///
/// # Safety
///
/// The processor has NEON.
unsafe fn bit_sum(levels: &[Lane], row: &[u8]) -> i32 {
    const PLACES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    let row = &row[..levels.len() * BIT_LANE_BYTES];
    let mut sum = 0i32;
    // SAFETY: each turn reads a lane of levels and eight bytes of bits, both of which are there as
    // often as `levels` has lanes; `PLACES` is read once, and one sum is written.
    unsafe {
        asm!(
            ".fpu neon",
            "vld1.8 {{d6, d7}}, [{places}]",
            "vmov.i32 q8, #0",
            "2:",
            "vmov.i16 q9, #0",
            add_levels!(),
            add_levels!(),
            add_levels!(),
            add_levels!(),
            "vpadal.s16 q8, q9",
            "subs {left}, {left}, #1",
            "bne 2b",
            "vpadd.i32 d16, d16, d17",
            "vpadd.i32 d16, d16, d16",
            "vst1.32 {{d16[0]}}, [{sum}]",
            places = in(reg) PLACES.as_ptr(),
            levels = inout(reg) levels.as_ptr() => _,
            bits = inout(reg) row.as_ptr() => _,
            left = inout(reg) levels.len() => _,
            sum = in(reg) core::ptr::from_mut(&mut sum),
            out("d0") _, out("d1") _, out("d2") _, out("d3") _,
            out("d4") _, out("d5") _, out("d6") _, out("d7") _,
            out("q8") _, out("q9") _,
            options(nostack),
        );
    }
    sum
}

/// What the portable tier does: written out, since every kernel of a tier is called alike.
macro_rules! as_portable {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        $(
            /// The portable one.
            ///
            /// # Safety
            ///
            /// No condition.
            pub(in crate::kernels) unsafe fn $name($($argument: $type),*) $(-> $result)? {
                portable::$name($($argument),*)
            }
        )*
    };
}

as_portable! {
    sign_gate(gate: SignGate, sums: &[u16], alignments: &[u16], masks: &mut [RowMask]);
    dot_gate(least: i32, dots: &[i32], masks: &mut [RowMask]);
    rotate(codes: &[Lane], out: &mut [i32]);
    sign_tables(rotated: &[i32], tables: &mut [SignTable], levels: &mut [i8]) -> Levels;
    agreement(pairs: MinutiaPairs<'_>, proposal: Proposal, gate: AgreementGate) -> i32;
}
