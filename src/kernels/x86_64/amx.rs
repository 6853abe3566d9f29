//! AMX with int8 (Sapphire Rapids and later): a unit that multiplies matrices, for batches of probes.
//! With one probe it has nothing over the tier below, whose kernels it takes.
//!
//! A tile of 16 probes by 64 components times one of 64 components by 16 rows is added to a tile of
//! 16 by 16 sums, in 16 cycles. What comes from memory are bits, and the unit takes bytes: four bytes of a
//! row come to lie side by side, and then a shift and a mask keep the same bit of each of them. Two bits
//! share a shift: the one is 1 where it is set, the other one 2, and the levels that it meets are half of
//! those that the first one meets. All that is done once for all probes, and takes as long as multiplying.

use core::arch::asm;
use core::arch::x86_64::{
    __m512i, _mm512_and_si512, _mm512_packus_epi32, _mm512_permutex2var_epi64, _mm512_set_epi64,
    _mm512_set1_epi8, _mm512_srli_epi16, _mm512_storeu_si512, _mm512_unpackhi_epi8,
    _mm512_unpackhi_epi16, _mm512_unpacklo_epi8, _mm512_unpacklo_epi16,
};

use super::lanes512::{WorkLanes, load, load_sums, store};
use super::tiles::{self, TileSums, Tiles};
use crate::kernels::prefetch;
use crate::kernels::sign_batch::{BATCH_PROBES, Offsets, SignBatch};
use crate::kernels::{LANE_BYTES, Lane};

pub(in crate::kernels) use super::amx_nibbles::{UNIT, nibble_dots_of_batch};
pub(in crate::kernels) use super::popcnt::{
    agreement, best_codes, bit_sums, codes_apart, dot_gate, dot_rows, nibble_dots, prepare_signs,
    rotate, sign_gate, sign_sums, sign_tables,
};

/// Fewest probes for which bytes are made of bits sooner than each looks its own up, in the cache; from memory
/// it is three (`cargo bench --bench batches`, at 512 components).
pub(in crate::kernels) const FEWEST: usize = 7;

/// Tiles that share the signs of 64 rows: of 16 rows each.
const SETS: usize = 4;
/// Lanes with the signs of 64 rows in 64 components: eight of each row in one.
const SIGN_LANES: usize = 8;

/// Whether the processor has what this tier needs, and the system lets this process use it.
pub(in crate::kernels) fn is_available() -> bool {
    super::popcnt::is_available() && tiles::is_available()
}

/// See [`SignBatch::sums`](crate::kernels::SignBatch::sums).
#[target_feature(enable = "avx512f,avx512bw")]
pub(in crate::kernels) fn sign_sums_of_batch(
    batch: &SignBatch,
    rows: &[Lane],
    out: &mut [&mut [u16]],
) {
    sums_by(&mut Tiles::begin(), batch, rows, out);
}

/// The same by a given unit. Signs are spread a step ahead: a tile waits until all that it loads has left
/// the core's queue of stores.
#[target_feature(enable = "avx512f,avx512bw")]
fn sums_by(unit: &mut impl Unit, batch: &SignBatch, rows: &[Lane], out: &mut [&mut [u16]]) {
    let groups = rows.as_chunks::<2>().0.chunks_exact(batch.levels().len() * SIGN_LANES);
    // A group: of the next one, what is used at the same time.
    let ahead = 2 * batch.levels().len() * SIGN_LANES;
    let mut signs = [const { Signs::ZERO }; 2];
    let mut sums = TileSums::ZERO;
    for (at, group) in groups.enumerate() {
        for half in 0..2 {
            unit.load_sums(batch.offsets());
            let steps = group.as_chunks().0;
            signs[0].spread(&steps[0], half, ahead);
            for (step, levels) in batch.levels().iter().enumerate() {
                if let Some(next) = steps.get(step + 1) {
                    signs[(step + 1) % 2].spread(next, half, ahead);
                }
                unit.add(levels, &signs[step % 2]);
            }
            unit.store_sums(&mut sums);
            for (probe, out) in out.iter_mut().enumerate() {
                if let Some(out) = out.as_chunks_mut().0.get_mut(2 * at + half) {
                    write(&sums, probe, out);
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
    fn store_sums(&mut self, sums: &mut TileSums);
}

/// The signs of 64 rows in 64 components as bytes: for each set a tile.
type Signs = WorkLanes<SETS>;

/// Tiles 0 to 3 hold the sums of the sets, 4 the levels of the probes, 5 to 7 signs.
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
    fn store_sums(&mut self, sums: &mut TileSums) {
        self.store(sums);
    }
}

impl Signs {
    /// Makes bytes of them, in the order of [`SignBatch`](crate::kernels::SignBatch).
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn spread(&mut self, pairs: &[[Lane; 2]; SIGN_LANES], half: usize, ahead: usize) {
        let bits = [_mm512_set1_epi8(1), _mm512_set1_epi8(2)];
        for (at, four) in pairs.as_chunks::<4>().0.iter().enumerate() {
            let lanes = four.each_ref().map(|pair| {
                // The second half of a group lies between the lines of the first one.
                prefetch::line(core::ptr::from_ref(&pair[half]).wrapping_add(ahead).cast());
                load(&pair[half])
            });
            for (set, rows) in self.0.iter_mut().zip(side_by_side(lanes)) {
                let shifted = [
                    rows,
                    _mm512_srli_epi16::<2>(rows),
                    _mm512_srli_epi16::<4>(rows),
                    _mm512_srli_epi16::<6>(rows),
                ];
                let lines = set[SIGN_LANES * at..][..SIGN_LANES].as_chunks_mut::<2>().0;
                for (lines, rows) in lines.iter_mut().zip(shifted) {
                    for (line, bit) in lines.iter_mut().zip(bits) {
                        store(line, _mm512_and_si512(rows, bit));
                    }
                }
            }
        }
    }
}

/// Four lanes of one byte a row as four of four bytes a row. In each quarter of the first one are the first four
/// rows of that quarter, in the second one the next four, and so on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn side_by_side([a, b, c, d]: [__m512i; 4]) -> [__m512i; SETS] {
    let [lower, upper] = [_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d)];
    let [lower_back, upper_back] = [_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d)];
    [
        _mm512_unpacklo_epi16(lower, upper),
        _mm512_unpackhi_epi16(lower, upper),
        _mm512_unpacklo_epi16(lower_back, upper_back),
        _mm512_unpackhi_epi16(lower_back, upper_back),
    ]
}

/// The sums of a probe, its rows in their order again.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn write(sums: &TileSums, probe: usize, out: &mut [u16; LANE_BYTES]) {
    let [first, second, third, fourth] = sums.0.each_ref().map(|set| load_sums(&set[probe]));
    // Of each quarter the first eight rows, and the others.
    let front = _mm512_packus_epi32(first, second);
    let back = _mm512_packus_epi32(third, fourth);
    let orders = [[0, 1, 8, 9, 2, 3, 10, 11], [4, 5, 12, 13, 6, 7, 14, 15]];
    for (out, [a, b, c, d, e, f, g, h]) in out.as_chunks_mut().0.iter_mut().zip(orders) {
        let order = _mm512_set_epi64(h, g, f, e, d, c, b, a);
        store_sums(out, _mm512_permutex2var_epi64(front, order, back));
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store_sums(out: &mut [u16; LANE_BYTES / 2], sums: __m512i) {
    // SAFETY: 64 writable bytes; the unaligned store asks no more.
    unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), sums) };
}

#[cfg(test)]
mod tests {
    use super::super::tile_model::tdpbssd;
    use super::*;
    use crate::kernels::plane_tests::{Random, groups_of_signs, random_tables};
    use crate::kernels::{GROUP_ROWS, Kernels, MAX_LANES, Tier};

    struct Model(TileSums);

    impl Unit for Model {
        fn load_sums(&mut self, offsets: &Offsets) {
            self.0.0 = [*offsets; SETS];
        }

        fn add(&mut self, levels: &[Lane; BATCH_PROBES], signs: &Signs) {
            for (sums, signs) in self.0.0.iter_mut().zip(&signs.0) {
                tdpbssd(sums, levels, signs);
            }
        }

        fn store_sums(&mut self, sums: &mut TileSums) {
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
                let mut model = Model(TileSums::ZERO);
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
