//! AMX with int8 (Sapphire Rapids and later): a unit that multiplies matrices, for batches of probes.
//! With one probe it has nothing over the tier below, whose kernels it takes.
//!
//! A tile of 16 probes by 64 components times one of 64 components by 16 rows is added to a tile of
//! 16 by 16 sums, in 16 cycles. What comes from memory are bits, and the unit takes bytes: for four
//! components of 16 rows, a permutation puts the eight signs of each row into four bytes, and each of those
//! keeps one. That is done once for all probes and takes longer than multiplying.
//!
//! Intrinsics for tiles are not stable, hence `asm!`. The compiler does not know tile registers, so they
//! keep what they hold from one block of it to the next.

use core::arch::asm;
use core::arch::x86_64::{
    __cpuid_count, __m512i, _mm512_and_si512, _mm512_load_si512, _mm512_loadu_si512,
    _mm512_min_epu8, _mm512_packus_epi32, _mm512_permutexvar_epi8, _mm512_permutexvar_epi64,
    _mm512_set_epi64, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_slli_epi16, _mm512_store_si512,
    _mm512_storeu_si512,
};

use super::prefetch_ahead;
use crate::kernels::sign_batch::{BATCH_PROBES, Offsets, SignBatch};
use crate::kernels::{LANE_BYTES, Lane};

pub(in crate::kernels) use super::popcnt::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, dot_rows, nibble_dots, prepare_signs,
    rotate, sign_gate, sign_sums, sign_tables,
};

/// Fewest probes for which bytes are made of bits sooner than each looks its own up: on Emerald Rapids
/// a row of 512 components took 12.5 ns for all of them, and 1.46 ns of each by its tables.
pub(in crate::kernels) const FEWEST: usize = 9;

/// Tiles that share the signs of 64 rows: of 16 rows each.
const SETS: usize = 4;
/// Rows and, in lines of 64 bytes, columns of a tile.
const TILE: usize = 16;
/// Lanes with the signs of 64 rows in 64 components: eight of each row in one.
const SIGN_LANES: usize = 8;

/// Whether the processor has what this tier needs, and the system lets this process use it.
pub(in crate::kernels) fn is_available() -> bool {
    super::popcnt::is_available() && has_tiles() && is_permitted()
}

fn has_tiles() -> bool {
    const TILES: u32 = 1 << 24;
    const INT8: u32 = 1 << 25;
    #[allow(unused_unsafe, reason = "not unsafe in every version of the compiler")]
    // SAFETY: every processor with AVX-512 has the instruction, and leaf 7 of it.
    let leaf = unsafe { __cpuid_count(7, 0) };
    leaf.edx & (TILES | INT8) == TILES | INT8
}

/// Tiles are 8 KiB of state that Linux saves only of processes that have asked for it (Documentation/arch/x86/xstate.rst).
/// It refuses where a thread's stack for signals is too small for them, or where it has none of this.
#[cfg(target_os = "linux")]
fn is_permitted() -> bool {
    const REQUEST_PERMISSION: libc::c_long = 0x1023;
    const TILE_DATA: libc::c_long = 18;
    // SAFETY: this call takes two numbers and touches no memory of ours.
    unsafe { libc::syscall(libc::SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_permitted() -> bool {
    false
}

/// See [`SignBatch::sums`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::kernels) fn sign_sums_of_batch(
    batch: &SignBatch,
    rows: &[Lane],
    out: &mut [&mut [u16]],
) {
    sums_by(&mut Tiles::begin(), batch, rows, out);
}

/// The same by a given unit. (Several buffers for signs, so that those of the next step are spread before
/// these are multiplied, were no faster on Emerald Rapids.)
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn sums_by(unit: &mut impl Unit, batch: &SignBatch, rows: &[Lane], out: &mut [&mut [u16]]) {
    let groups = rows.as_chunks::<2>().0.chunks_exact(batch.levels().len() * SIGN_LANES);
    let mut signs = Signs([[Lane::ZERO; TILE]; SETS]);
    let mut sums = Sums([[[0; TILE]; BATCH_PROBES]; SETS]);
    for (at, group) in groups.enumerate() {
        for half in 0..2 {
            unit.load_sums(batch.offsets());
            for (levels, pairs) in batch.levels().iter().zip(group.as_chunks().0) {
                signs.spread(pairs, half);
                unit.add(levels, &signs);
            }
            unit.store_sums(&mut sums);
            for (probe, out) in out.iter_mut().enumerate() {
                if let Some(out) = out.as_chunks_mut().0.get_mut(2 * at + half) {
                    sums.write(probe, out);
                }
            }
        }
    }
}

/// What multiplies tiles: it holds sums of 64 rows for all probes.
trait Unit {
    /// Lets the sums begin with the offsets of the probes.
    fn load_sums(&mut self, offsets: &Offsets);
    /// Adds what the signs of 64 rows in 64 components make of the probes' levels there.
    fn add(&mut self, levels: &[Lane; BATCH_PROBES], signs: &Signs);
    /// Gives the sums.
    fn store_sums(&mut self, sums: &mut Sums);
}

/// What each tile is: 16 lines of 64 bytes.
#[repr(C, align(64))]
struct Shape {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    bytes: [u16; 16],
    lines: [u8; 16],
}

static SHAPE: Shape = {
    let mut shape =
        Shape { palette: 1, start: 0, reserved: [0; 14], bytes: [0; 16], lines: [0; 16] };
    let mut at = 0;
    while at < 8 {
        shape.bytes[at] = 64;
        shape.lines[at] = 16;
        at += 1;
    }
    shape
};

const _: () = assert!(size_of::<Shape>() == 64);

/// The tile registers, in use while this lives: 0 to 3 hold the sums of the four sets of rows, 4 the
/// levels of the probes, 5 to 7 signs.
struct Tiles(());

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: a `Tiles` exists only where the tier does. Whoever uses tiles sets them up first.
        unsafe { asm!("tilerelease", options(nomem, nostack, preserves_flags)) };
    }
}

/// The signs of 64 rows in 64 components as bytes: for each set a tile.
#[repr(align(64))]
struct Signs([[Lane; TILE]; SETS]);

/// Sums of 64 rows: of each set those of each probe.
#[repr(align(64))]
struct Sums([[[i32; TILE]; BATCH_PROBES]; SETS]);

impl Tiles {
    #[inline]
    fn begin() -> Tiles {
        // SAFETY: the caller's tier was found to have tiles and the permission to use them; the
        // 64 bytes that are read are a valid description of them.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const SHAPE, options(readonly, nostack, preserves_flags));
        }
        Tiles(())
    }
}

impl Unit for Tiles {
    #[inline]
    fn load_sums(&mut self, offsets: &Offsets) {
        // SAFETY: tiles are set up while `self` lives; each load reads 16 lines of 64 bytes, all
        // of `offsets`.
        unsafe {
            asm!(
                "tileloadd tmm0, [{from} + {stride}]",
                "tileloadd tmm1, [{from} + {stride}]",
                "tileloadd tmm2, [{from} + {stride}]",
                "tileloadd tmm3, [{from} + {stride}]",
                from = in(reg) offsets.as_ptr(),
                stride = in(reg) LANE_BYTES,
                options(readonly, nostack, preserves_flags),
            );
        }
    }

    #[inline]
    fn add(&mut self, levels: &[Lane; BATCH_PROBES], signs: &Signs) {
        // SAFETY: tiles are set up while `self` lives; each load reads 16 lines of 64 bytes, one
        // tile of `levels` and the four of `signs`.
        unsafe {
            asm!(
                "tileloadd tmm4, [{levels} + {stride}]",
                "tileloadd tmm5, [{signs} + {stride}]",
                "tdpbssd tmm0, tmm4, tmm5",
                "tileloadd tmm6, [{signs} + {stride} + 1024]",
                "tdpbssd tmm1, tmm4, tmm6",
                "tileloadd tmm7, [{signs} + {stride} + 2048]",
                "tdpbssd tmm2, tmm4, tmm7",
                "tileloadd tmm5, [{signs} + {stride} + 3072]",
                "tdpbssd tmm3, tmm4, tmm5",
                levels = in(reg) levels.as_ptr(),
                signs = in(reg) signs.0.as_ptr(),
                stride = in(reg) LANE_BYTES,
                options(readonly, nostack, preserves_flags),
            );
        }
    }

    #[inline]
    fn store_sums(&mut self, sums: &mut Sums) {
        // SAFETY: tiles are set up while `self` lives; each store writes 16 lines of 64 bytes, one of
        // the four tiles of `sums`.
        unsafe {
            asm!(
                "tilestored [{to} + {stride}], tmm0",
                "tilestored [{to} + {stride} + 1024], tmm1",
                "tilestored [{to} + {stride} + 2048], tmm2",
                "tilestored [{to} + {stride} + 3072], tmm3",
                to = in(reg) sums.0.as_mut_ptr(),
                stride = in(reg) LANE_BYTES,
                options(nostack, preserves_flags),
            );
        }
    }
}

impl Signs {
    /// Makes bytes of them: two lines of each tile of each lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn spread(&mut self, pairs: &[[Lane; 2]; SIGN_LANES], half: usize) {
        let [lower, upper] = [0x0804_0201, 0x8040_2010_u32].map(u32::cast_signed);
        let halves = [_mm512_set1_epi32(lower), _mm512_set1_epi32(upper)];
        let one = _mm512_set1_epi8(1);
        for (at, pair) in pairs.iter().enumerate() {
            // The second half of a group lies between the lines of the first one.
            prefetch_ahead(&pair[half]);
            let signs = load(&pair[half]);
            for (set, lines) in self.0.iter_mut().enumerate() {
                let four_times = _mm512_permutexvar_epi8(load(&FOUR_TIMES[set]), signs);
                for (line, half) in lines[2 * at..].iter_mut().zip(halves) {
                    store(line, _mm512_min_epu8(_mm512_and_si512(four_times, half), one));
                }
            }
        }
    }
}

/// For each set, the signs of its rows four times each.
static FOUR_TIMES: [Lane; SETS] = {
    let mut order = [Lane::ZERO; SETS];
    let mut at = 0;
    while at < SETS * LANE_BYTES {
        #[expect(clippy::cast_possible_truncation, reason = "below 64")]
        let row = (at / 4) as i8;
        order[at / LANE_BYTES].0[at % LANE_BYTES] = row;
        at += 1;
    }
    order
};

impl Sums {
    /// The sums of a probe, twice what tiles have added up.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn write(&self, probe: usize, out: &mut [u16; LANE_BYTES]) {
        let in_order = _mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0);
        for (out, sets) in out.as_chunks_mut().0.iter_mut().zip(self.0.as_chunks::<2>().0) {
            // In each quarter four of the one set, then four of the other.
            let sums = _mm512_packus_epi32(load_sums(&sets[0][probe]), load_sums(&sets[1][probe]));
            let sums = _mm512_permutexvar_epi64(in_order, _mm512_slli_epi16::<1>(sums));
            store_sums(out, sums);
        }
    }
}

/// The signs of 64 rows.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(lane: &Lane) -> __m512i {
    // SAFETY: a `Lane` is 64 readable bytes aligned to 64.
    unsafe { _mm512_load_si512(lane.0.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(lane: &mut Lane, bytes: __m512i) {
    // SAFETY: a `Lane` is 64 writable bytes aligned to 64.
    unsafe { _mm512_store_si512(lane.0.as_mut_ptr().cast(), bytes) };
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_sums(sums: &[i32; TILE]) -> __m512i {
    // SAFETY: 64 readable bytes; the unaligned load asks no more.
    unsafe { _mm512_loadu_si512(sums.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store_sums(out: &mut [u16; LANE_BYTES / 2], sums: __m512i) {
    // SAFETY: 64 writable bytes; the unaligned store asks no more.
    unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), sums) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::plane_tests::{Random, groups_of_signs, random_tables};
    use crate::kernels::{GROUP_ROWS, Kernels, MAX_LANES, Tier};

    /// What the manual says of `tdpbssd` (Intel 64 and IA-32 Architectures Software Developer's Manual,
    /// volume 2), so that all but the tile instructions is tested without them.
    struct Model(Sums);

    impl Unit for Model {
        fn load_sums(&mut self, offsets: &Offsets) {
            self.0.0 = [*offsets; SETS];
        }

        fn add(&mut self, levels: &[Lane; BATCH_PROBES], signs: &Signs) {
            for (sums, signs) in self.0.0.iter_mut().zip(&signs.0) {
                for (sums, levels) in sums.iter_mut().zip(levels) {
                    for (column, sum) in sums.iter_mut().enumerate() {
                        let fours = levels.0.as_chunks::<4>().0.iter().zip(signs);
                        *sum += fours
                            .flat_map(|(four, line)| four.iter().zip(&line.0[4 * column..][..4]))
                            .map(|(&level, &sign)| i32::from(level) * i32::from(sign))
                            .sum::<i32>();
                    }
                }
            }
        }

        fn store_sums(&mut self, sums: &mut Sums) {
            sums.0 = self.0.0;
        }
    }

    #[test]
    fn sums_by_a_model_of_tiles_are_those_of_each_probe() {
        let Ok(kernels) = Kernels::force(Tier::Avx512Popcnt) else {
            assert!(!super::super::popcnt::is_available());
            return;
        };
        let mut random = Random(43);
        for width in [1, 2, 3, 8, MAX_LANES] {
            for count in [1, 7, BATCH_PROBES] {
                let probes: Vec<_> =
                    (0..count).map(|_| random_tables(kernels, width, &mut random)).collect();
                let batch = SignBatch::of(kernels, 1, probes.iter());
                let rows = groups_of_signs(width, 2, &mut random);
                let mut sums = vec![[u16::MAX; 2 * GROUP_ROWS]; count];
                let mut out: Vec<_> = sums.iter_mut().map(|sums| &mut sums[..]).collect();
                let mut model = Model(Sums([[[0; TILE]; BATCH_PROBES]; SETS]));
                // SAFETY: the tier above was found to run here, with all that this needs.
                unsafe { sums_by(&mut model, &batch, &rows, &mut out) };
                for (probe, sums) in probes.iter().zip(&sums) {
                    let mut right = [0; 2 * GROUP_ROWS];
                    probe.sums(&rows, &mut right);
                    assert_eq!(*sums, right, "{width} lanes, {count} probes");
                }
            }
        }
    }
}
