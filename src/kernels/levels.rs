//! How a rotated probe becomes the tables that sign bits are looked up in.
//!
//! Written once in plain Rust and compiled once for each instruction set. Every float
//! comes from single operations of IEEE 754, so tables are the same everywhere.

use super::rotation::MAX;
use super::signs::{MAX_SUM, RUN, SignTable};

/// Components in a run of tables.
const RUN_COMPONENTS: usize = 4 * RUN;

/// Most that the sizes of a run's levels add up to.
const MOST: i32 = (MAX_SUM / 2) as i32;

/// What the largest run of components adds up to before it is rounded. Rounding it changes that by 2.3
/// as a rule, so [`MOST`] is passed about once in a hundred thousand probes; then by the second, which
/// leaves room for all that rounding can add.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "small whole numbers"
)]
const SIZES: [f32; 2] = [(MOST - 10) as f32, (MOST - RUN_COMPONENTS as i32) as f32];

/// What each component is moved by before it is rounded, from -1/2 to 1/2: as in RaBitQ (section
/// 3.3.1 of the paper that `index/signs.rs` names), so that what rounding adds is random whatever
/// the probe. Rounded to the nearest, a rotated probe of few different sizes (one of a few strong
/// components is) is wrong in the same way in all of them, and the signs of a template like it all see
/// that: such a template was lost at its own score. Drawn as the flips of `rotation.rs`.
static DITHER: [f32; MAX] = {
    let mut dither = [0.0; MAX];
    let mut state = 1u64;
    let mut at = 0;
    while at < MAX {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        dither[at] = (state >> 40) as f32 / 16_777_216.0 - 0.5;
        at += 1;
    }
    dither
};

/// What is known of a probe once it is rounded to small whole numbers, its levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// The sum of their sizes: that of a row whose signs are as often right as wrong.
    pub offset: i32,
    /// Their sum.
    pub sum: i32,
    /// The sum of their squares.
    pub squares: i32,
    /// Their product with the probe.
    pub product: i64,
}

/// See [`SignTables::fill`](super::SignTables::fill).
#[inline(always)]
pub(super) fn sign_tables(rotated: &[i32], tables: &mut [SignTable], levels: &mut [i8]) -> Levels {
    let runs = rotated.as_chunks::<RUN_COMPONENTS>().0;
    let size = |run: &[i32; RUN_COMPONENTS]| run.iter().map(|v| v.unsigned_abs()).sum::<u32>();
    // 32 components together are at most 2^2.5 times the length of 2^24.5.
    let largest = runs.iter().map(size).max().unwrap_or(1).max(1);
    let levels = levels.as_chunks_mut::<RUN_COMPONENTS>().0;
    for size in SIZES {
        #[expect(clippy::cast_precision_loss, reason = "rounded, by IEEE 754 the same everywhere")]
        if round(runs, size / largest as f32, levels) <= MOST {
            break;
        }
    }
    let mut sums = Levels::default();
    let tables = tables.as_chunks_mut::<RUN>().0.iter_mut();
    for ((tables, levels), run) in tables.zip(levels).zip(runs) {
        let levels = levels.map(i32::from);
        add(&mut sums, &levels, run);
        for (table, levels) in tables.iter_mut().zip(levels.as_chunks::<4>().0) {
            *table = entries(levels);
        }
    }
    sums
}

/// Rounds the components times `factor`. Gives what the sizes in the largest run add up to.
#[inline(always)]
fn round(runs: &[[i32; RUN_COMPONENTS]], factor: f32, levels: &mut [[i8; RUN_COMPONENTS]]) -> i32 {
    let dither = DITHER.as_chunks::<RUN_COMPONENTS>().0;
    let mut largest = 0;
    for ((levels, run), dither) in levels.iter_mut().zip(runs).zip(dither) {
        let mut sum = 0;
        for ((level, &value), &dither) in levels.iter_mut().zip(run).zip(dither) {
            let rounded = rounded(value, factor, dither);
            sum += rounded.abs();
            // At most MOST - 10 and one.
            *level = rounded.to_le_bytes()[0].cast_signed();
        }
        largest = largest.max(sum);
    }
    largest
}

#[inline(always)]
fn add(sums: &mut Levels, levels: &[i32; RUN_COMPONENTS], run: &[i32; RUN_COMPONENTS]) {
    sums.offset += levels.iter().map(|level| level.abs()).sum::<i32>();
    sums.sum += levels.iter().sum::<i32>();
    sums.squares += levels.iter().map(|level| level * level).sum::<i32>();
    let products = levels.iter().zip(run).map(|(&a, &b)| i64::from(a) * i64::from(b));
    sums.product += products.sum::<i64>();
}

/// A component times `factor`, moved by `dither` and rounded to the nearest whole number.
#[inline(always)]
fn rounded(value: i32, factor: f32, dither: f32) -> i32 {
    // 1.5 * 2^23: in this binade the last place is 1, and the bits below hold the sum.
    const ONES: f32 = 12_582_912.0;
    #[expect(clippy::cast_precision_loss, reason = "rounded, by IEEE 754 the same everywhere")]
    let scaled = value as f32 * factor + dither + ONES;
    scaled.to_bits().cast_signed() - ONES.to_bits().cast_signed()
}

/// What each pattern of signs adds: the components with their signs, made positive.
#[inline(always)]
fn entries(levels: &[i32; 4]) -> SignTable {
    const SET: [[u8; 16]; 4] = {
        let mut set = [[0; 16]; 4];
        let mut at = 0;
        while at < 64 {
            set[at / 16][at % 16] = if ((at % 16) >> (at / 16)) & 1 == 1 { 0xFF } else { 0 };
            at += 1;
        }
        set
    };
    // Bytes wrap on the way; the results are 0 to twice the sum of sizes.
    let byte = |value: i32| value.to_le_bytes()[0];
    let none = levels.iter().map(|level| level.abs() - level).sum();
    let mut table = [byte(none); 16];
    for (set, &level) in SET.iter().zip(levels) {
        let worth = byte(2 * level);
        for (entry, set) in table.iter_mut().zip(set) {
            *entry = entry.wrapping_add(worth & set);
        }
    }
    table
}

/// Compiles [`sign_tables`] for an instruction set, in the module that calls it.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! compile_levels {
    ($features:literal) => {
        /// See [`levels::sign_tables`](crate::kernels::levels::sign_tables).
        #[target_feature(enable = $features)]
        pub(in crate::kernels) fn sign_tables(
            rotated: &[i32],
            tables: &mut [crate::kernels::SignTable],
            levels: &mut [i8],
        ) -> crate::kernels::Levels {
            crate::kernels::levels::sign_tables(rotated, tables, levels)
        }
    };
}
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use compile_levels;
