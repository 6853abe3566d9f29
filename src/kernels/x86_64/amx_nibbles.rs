//! Four-bit codes for batches of probes with AMX: a tile of 16 rows by 64 codes times one of 64 codes by 16
//! probes. Rows lie as the unit takes them once they are unpacked; what it gives has to be turned
//! round.

use core::arch::asm;
use core::arch::x86_64::{__m512i, _mm512_add_epi32};
use core::ops::Range;

use super::lanes512::{WorkLanes, load_sums};
use super::nibbles512::{ROWS, ask_ahead, unpack, write};
use super::tiles::{TileSums, Tiles};
use crate::kernels::nibble_batch::{BatchUnit, NibbleBatch, NibbleLane};
use crate::kernels::sign_batch::BATCH_PROBES;
use crate::kernels::{LANE_BYTES, Lane};

/// Tiles add four products. Below three probes each by itself is no slower, in the cache
/// (`cargo bench --bench batches`).
pub(in crate::kernels) const UNIT: BatchUnit = BatchUnit { fewest: 3, run: 4 };

/// Lanes of rows that are unpacked at once: 8 KiB, and as much for what comes next.
const CHUNK: usize = 8;

/// Tiles of products, each of every fourth lane: a sum waits for the one before it as long as four take.
const CHAINS: usize = 4;

/// See [`NibbleBatch::dots`].
#[target_feature(enable = "avx512f,avx512bw")]
pub(in crate::kernels) fn nibble_dots_of_batch(
    batch: &NibbleBatch,
    lanes: &[NibbleLane],
    out: &mut [&mut [i32]],
) {
    dots_by(&mut Tiles::begin(), batch, lanes, out);
}

/// The same by a given unit. A piece is unpacked while the one before it is multiplied, row by row, as memory
/// likes to be read: a tile waits until all that it loads has left the core's queue of stores.
#[target_feature(enable = "avx512f,avx512bw")]
fn dots_by(
    unit: &mut impl Unit,
    batch: &NibbleBatch,
    lanes: &[NibbleLane],
    out: &mut [&mut [i32]],
) {
    let mut codes = [const { Codes::ZERO }; 2];
    let [mut now, mut then] = codes.each_mut();
    let mut dots = [const { TileSums::ZERO }; 2];
    let [mut new, mut old] = dots.each_mut();
    let mut pieces = Piece::all(lanes, batch.codes().len()).peekable();
    if let Some(first) = pieces.peek() {
        now.unpack(first, 0..ROWS);
    }
    let mut group = 0;
    while let Some(piece) = pieces.next() {
        if piece.first == 0 {
            unit.clear();
        }
        let next = pieces.peek();
        let probes = &batch.codes()[piece.first..][..piece.count];
        for (step, (codes, probes)) in now.0.iter().zip(probes).enumerate() {
            if let Some(next) = next {
                then.unpack(next, step * ROWS / piece.count..(step + 1) * ROWS / piece.count);
            }
            unit.add(step % CHAINS, codes, probes);
        }
        core::mem::swap(&mut now, &mut then);
        if piece.first + piece.count == piece.width {
            // Those of the group before: what has just been stored could not be loaded yet.
            if group > 0 {
                write(added(old), group - 1, out);
            }
            unit.store_sums(new);
            core::mem::swap(&mut new, &mut old);
            group += 1;
        }
    }
    if group > 0 {
        write(added(old), group - 1, out);
    }
}

/// Some lanes of 16 rows.
struct Piece<'a> {
    rows: &'a [NibbleLane],
    /// Lanes of a row.
    width: usize,
    /// The lanes that are meant.
    first: usize,
    count: usize,
}

impl<'a> Piece<'a> {
    /// Group after group of rows, the lanes of each in chunks.
    fn all(lanes: &'a [NibbleLane], width: usize) -> impl Iterator<Item = Piece<'a>> {
        lanes.chunks_exact(ROWS * width).flat_map(move |rows| {
            let chunks = (0..width).step_by(CHUNK);
            chunks.map(move |first| Piece { rows, width, first, count: CHUNK.min(width - first) })
        })
    }

    #[inline(always)]
    fn row(&self, row: usize) -> &[NibbleLane] {
        &self.rows[row * self.width + self.first..][..self.count]
    }
}

/// Some lanes of 16 rows, unpacked: a tile each.
type Codes = WorkLanes<CHUNK>;

impl Codes {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn unpack(&mut self, piece: &Piece<'_>, rows: Range<usize>) {
        for row in rows {
            let lanes = piece.row(row);
            lanes.iter().step_by(2).for_each(ask_ahead);
            // Apart, so that nothing is counted where most rows are: 512 components.
            match <&[_; CHUNK]>::try_from(lanes) {
                Ok(lanes) => self.unpack_row(lanes, row % ROWS),
                Err(_) => self.unpack_row(lanes, row % ROWS),
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn unpack_row<'a>(&mut self, lanes: impl IntoIterator<Item = &'a NibbleLane>, row: usize) {
        for (tile, lane) in self.0.iter_mut().zip(lanes) {
            unpack(lane, &mut tile[row]);
        }
    }
}

/// The products of each row, of all parts.
#[inline]
#[target_feature(enable = "avx512f")]
fn added(parts: &TileSums) -> [__m512i; ROWS] {
    let [a, b, c, d] = parts.0.each_ref().map(|part| part.each_ref().map(|row| load_sums(row)));
    core::array::from_fn(|row| {
        let [front, back] = [_mm512_add_epi32(a[row], b[row]), _mm512_add_epi32(c[row], d[row])];
        _mm512_add_epi32(front, back)
    })
}

/// What multiplies tiles: it holds the products of 16 rows with all probes, in parts.
trait Unit {
    fn clear(&mut self);
    /// Adds the products of one lane to a part.
    fn add(&mut self, part: usize, codes: &[Lane; ROWS], probes: &[Lane; BATCH_PROBES]);
    /// Gives the products.
    fn store_sums(&mut self, dots: &mut TileSums);
}

/// Adds the products of one lane to a tile.
macro_rules! add_to {
    ($sums:literal, $codes:literal, $probes:literal, $from:expr) => {
        // SAFETY: tiles are set up while a `Tiles` lives, and this is one's; each load reads 16 lines of 64
        // bytes, all of what `from` points to.
        unsafe {
            asm!(
                concat!("tileloadd ", $codes, ", [{codes} + {stride}]"),
                concat!("tileloadd ", $probes, ", [{probes} + {stride}]"),
                concat!("tdpbssd ", $sums, ", ", $codes, ", ", $probes),
                codes = in(reg) $from.0.as_ptr(),
                probes = in(reg) $from.1.as_ptr(),
                stride = in(reg) LANE_BYTES,
                options(readonly, nostack, preserves_flags),
            );
        }
    };
}

/// Tiles 0 to 3 hold the products, the others in turn codes of rows and of probes.
impl Unit for Tiles {
    #[inline]
    fn clear(&mut self) {
        // SAFETY: tiles are set up while `self` lives; no memory is touched.
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                options(nomem, nostack, preserves_flags),
            );
        }
    }

    #[inline]
    fn add(&mut self, part: usize, codes: &[Lane; ROWS], probes: &[Lane; BATCH_PROBES]) {
        match part {
            0 => add_to!("tmm0", "tmm4", "tmm5", (codes, probes)),
            1 => add_to!("tmm1", "tmm6", "tmm7", (codes, probes)),
            2 => add_to!("tmm2", "tmm4", "tmm5", (codes, probes)),
            _ => add_to!("tmm3", "tmm6", "tmm7", (codes, probes)),
        }
    }

    #[inline]
    fn store_sums(&mut self, dots: &mut TileSums) {
        self.store(dots);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tile_model::tdpbssd;
    use super::*;
    use crate::kernels::plane_tests::{Random, nibble_rows, random_codes};
    use crate::kernels::{Kernels, MAX_LANES, NIBBLE_GROUP_ROWS, Tier};

    const ROW_COUNT: usize = 3 * NIBBLE_GROUP_ROWS;

    struct Model(TileSums);

    impl Unit for Model {
        fn clear(&mut self) {
            self.0 = TileSums::ZERO;
        }

        fn add(&mut self, part: usize, codes: &[Lane; ROWS], probes: &[Lane; BATCH_PROBES]) {
            tdpbssd(&mut self.0.0[part], codes, probes);
        }

        fn store_sums(&mut self, dots: &mut TileSums) {
            dots.0 = self.0.0;
        }
    }

    #[test]
    fn products_by_a_model_of_tiles_are_those_of_each_probe() {
        let Ok(kernels) = Kernels::force(Tier::Avx512Vnni) else {
            assert!(!super::super::avx512::is_available());
            return;
        };
        let mut random = Random(47);
        for width in [1, 2, 3, 8, 9, MAX_LANES] {
            for count in [1, 7, BATCH_PROBES] {
                let probes: Vec<_> = (0..count).map(|_| random_codes(width, &mut random)).collect();
                let batch = NibbleBatch::of(kernels, UNIT, probes.iter().map(|probe| &probe[..]));
                let plane = nibble_rows(width, ROW_COUNT, &mut random);
                let mut dots = vec![[i32::MIN; ROW_COUNT]; count];
                let mut out: Vec<_> = dots.iter_mut().map(|dots| &mut dots[..]).collect();
                let mut model = Model(TileSums::ZERO);
                // SAFETY: the tier above was found to run here, with all that this needs.
                unsafe { dots_by(&mut model, &batch, plane.as_chunks().0, &mut out) };
                let wanted: Vec<u16> = (0..).take(ROW_COUNT).collect();
                for (probe, dots) in probes.iter().zip(&dots) {
                    let mut right = [0; ROW_COUNT];
                    kernels.nibble_dots(probe, &plane, &wanted, &mut right);
                    assert_eq!(*dots, right, "{width} lanes, {count} probes");
                }
            }
        }
    }
}
