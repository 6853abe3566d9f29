//! The tables of one probe, and what is made of them once for all blocks.

use super::signs::{MAX_SUM, RUN, SignTable};
use super::{Kernels, LANE_BYTES, Lane, Levels, MAX_LANES};

/// Tables of the widest row: one for each four components.
const MAX_TABLES: usize = MAX_LANES * LANE_BYTES / 4;

/// Bytes of a row whose tables are kept in the form of a tier: all of 512 dimensions.
pub(super) const READY: usize = 64;

/// A probe, ready to be looked up in. Inline, 18 KiB; erased on drop.
pub struct SignTables {
    kernels: Kernels,
    fours: [SignTable; MAX_TABLES],
    /// What the tables are made of: the rotated probe in small whole numbers.
    levels: [Lane; MAX_LANES],
    count: usize,
    pub(super) ready: ReadyTables,
}

/// For the first [`READY`] bytes of a row what the signs of each byte add, where the tier
/// looks up more of them at once than four.
#[repr(C, align(64))]
pub(super) struct ReadyTables {
    /// By the lower seven signs.
    pub(super) sevens: [[u8; 128]; READY],
    /// What the eighth one adds to that.
    pub(super) eighths: [u8; READY],
}

impl ReadyTables {
    pub(super) const ZERO: ReadyTables =
        ReadyTables { sevens: [[0; 128]; READY], eighths: [0; READY] };
}

impl SignTables {
    /// No tables yet.
    #[must_use]
    pub fn blank(kernels: Kernels) -> SignTables {
        let fours = [[0; 16]; MAX_TABLES];
        let levels = [Lane::ZERO; MAX_LANES];
        SignTables { kernels, fours, levels, count: 0, ready: ReadyTables::ZERO }
    }

    /// Rounds a rotated probe to levels and makes its tables.
    ///
    /// # Panics
    ///
    /// If `rotated` is not 1 to [`MAX_LANES`] times 64 components.
    pub fn fill(&mut self, rotated: &[i32]) -> Levels {
        assert!(rotated.len().is_multiple_of(LANE_BYTES), "whole lanes");
        self.count = rotated.len() / 4;
        let levels = Lane::codes_mut(&mut self.levels[..rotated.len() / LANE_BYTES]);
        let sums = self.kernels.sign_tables(rotated, &mut self.fours[..self.count], levels);
        self.kernels.prepare_signs(self);
        sums
    }

    /// Given tables: as [`SignTables::fill`] makes them, or others that keep to [`MAX_SUM`].
    #[cfg(test)]
    pub(super) fn set(&mut self, fours: &[SignTable]) {
        self.count = fours.len();
        self.fours[..self.count].copy_from_slice(fours);
        self.kernels.prepare_signs(self);
    }

    /// One table for each four dimensions, in whole runs. The largest entries of each [`RUN`] add up
    /// to at most [`MAX_SUM`], and each entry is the sum of what its signs add (not every
    /// tier looks up each four of them).
    pub(super) fn fours(&self) -> &[SignTable] {
        &self.fours[..self.count]
    }

    /// For each row the sum of what its sign bits add. `rows` are groups of 128 rows in the
    /// layout of `signs.rs`, `out.len() / 128` of them.
    ///
    /// # Panics
    ///
    /// If the tables are blank, or `rows` and `out` are not whole groups of one number and
    /// of their width.
    pub fn sums(&self, rows: &[Lane], out: &mut [u16]) {
        self.kernels.sign_sums(self, rows, out);
    }

    /// The sums of the levels under the set bits of rows; see [`Kernels::bit_sums`].
    pub fn bit_sums(&self, plane: &[u8], wanted: &[u16], out: &mut [i32]) {
        self.kernels.bit_sums(self.levels(), plane, wanted, out);
    }

    /// What the tables are made of.
    pub(super) fn levels(&self) -> &[Lane] {
        &self.levels[..self.dimensions() / LANE_BYTES]
    }

    /// The tables, and where a tier's own form of them goes.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn parts(&mut self) -> (&[SignTable], &mut ReadyTables) {
        (&self.fours[..self.count], &mut self.ready)
    }

    /// Number of dimensions, in whole lanes.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        4 * self.count
    }

    /// Whether kernels may add a run of entries in bytes.
    pub(super) fn fit_bytes(&self) -> bool {
        self.fours().as_chunks::<RUN>().0.iter().all(|run| {
            let largest = run.iter().map(|table| table.iter().copied().max().map_or(0, u32::from));
            largest.sum::<u32>() <= u32::from(MAX_SUM)
        })
    }
}

impl Drop for SignTables {
    fn drop(&mut self) {
        zeroize::zeroize_bytes(self.fours[..self.count].as_flattened_mut());
        let levels = &mut self.levels[..4 * self.count / LANE_BYTES];
        zeroize::zeroize_bytes(Lane::bytes_mut(levels));
        let bytes = READY.min(self.count / 2);
        zeroize::zeroize_bytes(self.ready.sevens[..bytes].as_flattened_mut());
        zeroize::zeroize_bytes(&mut self.ready.eighths[..bytes]);
    }
}
