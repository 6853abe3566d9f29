//! Several probes at once: the products of rows of four-bit codes with all of them in one pass.
//!
//! One probe and one row are multiplied along the row, and then the parts of the sum are added up. With
//! several probes there is a better way: a few neighbouring codes of a row meet the same codes of all probes at
//! once, so that each place of a register is the sum of one probe, and nothing is left to be added up.
//! The codes of a row are unpacked once for all of them.

use arrayvec::ArrayVec;

use super::sign_batch::BATCH_PROBES;
use super::{Kernels, LANE_BYTES, Lane, MAX_LANES, NIBBLE_LANE_BYTES};

/// Rows come in groups of so many: a register has as many sums.
pub const NIBBLE_GROUP_ROWS: usize = LANE_BYTES / 4;

/// What a tier has for batches.
#[derive(Clone, Copy)]
pub(super) struct BatchUnit {
    /// Fewest probes that are multiplied together sooner than one after the other.
    pub(super) fewest: usize,
    /// Neighbouring codes of a probe that lie side by side.
    pub(super) run: usize,
}

/// The codes of up to [`BATCH_PROBES`] probes side by side. Erased on drop.
pub struct NibbleBatch {
    kernels: Kernels,
    count: usize,
    unit: BatchUnit,
    /// For each lane of a row: of each run of its codes those of each probe, one probe after the other; zeroes
    /// where there is no probe.
    codes: Vec<[Lane; BATCH_PROBES]>,
}

impl NibbleBatch {
    /// The probes of a batch, each with as many lanes as a row; `None` where it would be slower than one probe after
    /// the other: the tier has no unit for it, or there are too few of them.
    ///
    /// # Panics
    ///
    /// If there are more than [`BATCH_PROBES`], or they differ in lanes, or have none or more than
    /// [`MAX_LANES`].
    #[must_use]
    pub fn new<'p>(
        kernels: Kernels,
        probes: impl ExactSizeIterator<Item = &'p [Lane]>,
    ) -> Option<NibbleBatch> {
        let unit = kernels.nibble_batch_unit()?;
        (probes.len() >= unit.fewest).then(|| NibbleBatch::of(kernels, unit, probes))
    }

    pub(super) fn of<'p>(
        kernels: Kernels,
        unit: BatchUnit,
        probes: impl ExactSizeIterator<Item = &'p [Lane]>,
    ) -> NibbleBatch {
        let count = probes.len();
        assert!(count <= BATCH_PROBES, "at most 16 probes");
        let mut batch = NibbleBatch { kernels, count, unit, codes: Vec::new() };
        for (at, probe) in probes.enumerate() {
            batch.add(at, probe);
        }
        batch
    }

    fn add(&mut self, at: usize, probe: &[Lane]) {
        if at == 0 {
            assert!((1..=MAX_LANES).contains(&probe.len()), "a row has 1 to 32 lanes");
            // Room for all of them at once: growing would leave copies behind.
            self.codes = vec![[Lane::ZERO; BATCH_PROBES]; probe.len()];
        }
        assert_eq!(probe.len(), self.codes.len(), "probes of one width");
        let run = self.unit.run;
        for (place, lane) in self.codes.iter_mut().zip(probe) {
            let places =
                Lane::codes_mut(place).chunks_exact_mut(run).skip(at).step_by(BATCH_PROBES);
            for (place, codes) in places.zip(lane.0.chunks_exact(run)) {
                place.copy_from_slice(codes);
            }
        }
    }

    /// As [`Kernels::nibble_dots`], for each probe and the first rows of a plane, as many as `out` has
    /// places: `out` has a slice for each probe.
    ///
    /// # Panics
    ///
    /// If `out` are not as many slices as there are probes, of one length that is whole
    /// groups of [`NIBBLE_GROUP_ROWS`], or the plane has fewer rows.
    pub fn dots<'o>(&self, plane: &[u8], out: impl Iterator<Item = &'o mut [i32]>) {
        let mut out: ArrayVec<_, BATCH_PROBES> = out.collect();
        assert_eq!(out.len(), self.count, "a slice for each probe");
        let rows = out.first().map_or(0, |out| out.len());
        assert!(rows.is_multiple_of(NIBBLE_GROUP_ROWS), "rows come in groups of 16");
        assert!(out.iter().all(|out| out.len() == rows), "as many rows for each probe");
        let lanes = &plane.as_chunks().0[..rows * self.codes.len()];
        self.kernels.nibble_dots_of_batch(self, lanes, &mut out);
    }

    /// Fewest probes for which it is worth it.
    #[must_use]
    pub fn fewest(&self) -> usize {
        self.unit.fewest
    }

    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    pub(super) fn codes(&self) -> &[[Lane; BATCH_PROBES]] {
        &self.codes
    }
}

/// The four-bit codes of a lane of a row.
pub(super) type NibbleLane = [u8; NIBBLE_LANE_BYTES];

const _: () = assert!(LANE_BYTES == 2 * NIBBLE_LANE_BYTES);

impl Drop for NibbleBatch {
    fn drop(&mut self) {
        zeroize::zeroize_bytes(Lane::bytes_mut(self.codes.as_flattened_mut()));
    }
}
