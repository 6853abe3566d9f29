//! AMX with int8 (Sapphire Rapids and later): a unit that multiplies matrices, for batches of probes.
//! With one probe it has nothing over the tier below, whose kernels it takes.
//!
//! A tile of 16 probes by 64 components times one of 64 components by 16 rows is added to a tile of
//! 16 by 16 sums, in 16 cycles. What comes from memory are bits, and the unit takes bytes: a
//! `vpshufbitqmb` picks 64 of them, four components of 16 rows, and a move under that mask makes
//! bytes of 2 and 0 of them (`sign_batch.rs` says why 2). Which rows a tile has is free, so it has
//! the two of each word of eight that one instruction can reach; they are put in order at the end.
//!
//! Intrinsics for tiles are not stable, hence `asm!`. The compiler does not know tile registers, so they
//! keep what they hold from one block of it to the next.

use core::arch::asm;
use core::arch::x86_64::{
    __cpuid_count, __m512i, _mm512_add_epi8, _mm512_add_epi32, _mm512_bitshuffle_epi64_mask,
    _mm512_load_si512, _mm512_loadu_si512, _mm512_maskz_mov_epi8, _mm512_packus_epi32,
    _mm512_permutex2var_epi32, _mm512_set_epi32, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_store_si512, _mm512_storeu_si512,
};

use super::prefetch_ahead;
use crate::kernels::sign_batch::{BATCH_PROBES, SignBatch};
use crate::kernels::{GROUP_ROWS, LANE_BYTES, Lane};

pub(in crate::kernels) use super::popcnt::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, dot_rows, nibble_dots, prepare_signs,
    rotate, sign_gate, sign_sums, sign_tables,
};

/// Fewest probes for which bytes are made of bits sooner than each looks its own up.
pub(in crate::kernels) const FEWEST: usize = 6;

/// Tiles that share the signs of 64 rows: of 16 rows each.
const SETS: usize = 4;
/// Rows and, in lines of 64 bytes, columns of a tile.
const TILE: usize = 16;
/// Lanes with the signs of 64 rows in 64 components: eight of each row in one.
const SIGN_LANES: usize = 8;

/// Whether the processor has what this tier needs, and the system lets this process use it.
pub(in crate::kernels) fn is_available() -> bool {
    super::popcnt::is_available()
        && is_x86_feature_detected!("avx512bitalg")
        && has_tiles()
        && is_permitted()
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
#[target_feature(enable = "avx512f,avx512bw,avx512bitalg")]
pub(in crate::kernels) fn sign_sums_of_batch(batch: &SignBatch, rows: &[Lane], out: &mut [u16]) {
    let tiles = Tiles::begin();
    let (groups, _) = rows.as_chunks::<2>();
    let groups = groups.chunks_exact(batch.levels().len() * SIGN_LANES);
    let mut sums = Sums::ZERO;
    let stride = out.len() / batch.len();
    for (at, group) in groups.enumerate() {
        for half in 0..2 {
            tiles.sums_of(batch, group, half, &mut sums);
            let first = at * GROUP_ROWS + half * LANE_BYTES;
            for (probe, out) in out.chunks_exact_mut(stride).enumerate() {
                if let Some(out) = out[first..].first_chunk_mut() {
                    sums.write(probe, out);
                }
            }
        }
    }
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

    /// The sums of one half of a group, for all probes.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512bitalg")]
    fn sums_of(&self, batch: &SignBatch, group: &[[Lane; 2]], half: usize, sums: &mut Sums) {
        self.load_sums(batch);
        let mut signs = Signs([[Lane::ZERO; TILE]; SETS]);
        for (levels, pairs) in batch.levels().iter().zip(group.as_chunks::<SIGN_LANES>().0) {
            for (at, pair) in pairs.iter().enumerate() {
                if half == 0 {
                    // Both lines: the second one is read in the next pass.
                    prefetch_ahead(&pair[0]);
                    prefetch_ahead(&pair[1]);
                }
                signs.spread(at, &pair[half]);
            }
            self.add(levels, &signs);
        }
        self.store_sums(sums);
    }

    #[inline]
    fn load_sums(&self, batch: &SignBatch) {
        // SAFETY: tiles are set up while `self` lives; each load reads 16 lines of 64 bytes, all
        // of `Offsets`.
        unsafe {
            asm!(
                "tileloadd tmm0, [{from} + {stride}]",
                "tileloadd tmm1, [{from} + {stride}]",
                "tileloadd tmm2, [{from} + {stride}]",
                "tileloadd tmm3, [{from} + {stride}]",
                from = in(reg) batch.offsets().as_ptr(),
                stride = in(reg) LANE_BYTES,
                options(readonly, nostack, preserves_flags),
            );
        }
    }

    /// Adds what the signs of 64 rows in 64 components make of the probes' levels there.
    #[inline]
    fn add(&self, levels: &[Lane; BATCH_PROBES], signs: &Signs) {
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
    fn store_sums(&self, sums: &mut Sums) {
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
    /// Eight signs of each row, the components from `8 * at` on: two lines of each tile.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512bitalg")]
    fn spread(&mut self, at: usize, lane: &Lane) {
        let twos = _mm512_set1_epi8(2);
        let signs = load(lane);
        // Bits of each word of eight rows: the lower four components of the first two of them.
        let mut order = _mm512_set1_epi64(i64::from_le_bytes([0, 1, 2, 3, 8, 9, 10, 11]));
        for set in &mut self.0 {
            let upper = _mm512_add_epi8(order, _mm512_set1_epi8(4));
            for (line, order) in set[2 * at..].iter_mut().zip([order, upper]) {
                let mask = _mm512_bitshuffle_epi64_mask(signs, order);
                store(line, _mm512_maskz_mov_epi8(mask, twos));
            }
            order = _mm512_add_epi8(order, _mm512_set1_epi8(16));
        }
    }
}

impl Sums {
    const ZERO: Sums = Sums([[[0; TILE]; BATCH_PROBES]; SETS]);

    /// The sums of a probe, row by row: each word of eight rows has two in each set.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn write(&self, probe: usize, out: &mut [u16; LANE_BYTES]) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|set: usize| load_sums(&self.0[set][probe]));
        // In each quarter two pairs of the one set, then two of the other.
        let (first, second) = (_mm512_packus_epi32(a, b), _mm512_packus_epi32(c, d));
        let order = _mm512_set_epi32(23, 21, 7, 5, 22, 20, 6, 4, 19, 17, 3, 1, 18, 16, 2, 0);
        let behind = _mm512_add_epi32(order, _mm512_set1_epi32(8));
        for (out, order) in out.as_chunks_mut().0.iter_mut().zip([order, behind]) {
            store_sums(out, _mm512_permutex2var_epi32(first, order, second));
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
