//! Several probes at once: the sums of signs of a block for all of them in one pass.
//!
//! One probe is looked up in tables (`sign_tables.rs`), four or seven signs in one instruction. A unit that
//! multiplies matrices does not look up: it takes the signs as bytes, and making bytes of bits costs
//! more than looking them up. But it costs that once for all probes, and the product is then
//! nearly free. So this is for batches, on tiers that have such a unit.

use arrayvec::ArrayVec;

use super::{GROUP_ROWS, Kernels, LANE_BYTES, Lane, SignTables};

/// Most probes of a batch: the rows of a tile.
pub const BATCH_PROBES: usize = 16;

/// What the sums of each probe begin with, as often as a tile has columns.
pub(super) type Offsets = [[i32; LANE_BYTES / 4]; BATCH_PROBES];

/// The levels of up to [`BATCH_PROBES`] probes side by side, as tiles take them. Erased on drop.
pub struct SignBatch {
    kernels: Kernels,
    count: usize,
    fewest: usize,
    /// For each lane of a row the levels of each probe, as [`arranged`]; zeroes where there is no probe.
    levels: Vec<[Lane; BATCH_PROBES]>,
    offsets: Box<Aligned>,
}

#[repr(align(64))]
struct Aligned(Offsets);

impl SignBatch {
    /// The probes of a batch, or `None` where it would be slower than one probe after the other: the tier
    /// has no unit for it, there are too few of them, or one has a level that cannot be doubled in a byte (nearly
    /// all of it would have to be in a few components, which the rotation hardly ever leaves of a face).
    ///
    /// # Panics
    ///
    /// If there are more than [`BATCH_PROBES`], or they differ in dimensions or are blank.
    #[must_use]
    pub fn new<'t>(
        kernels: Kernels,
        probes: impl ExactSizeIterator<Item = &'t SignTables> + Clone,
    ) -> Option<SignBatch> {
        let fewest = kernels.fewest_in_batch()?;
        let fits = |tables: &SignTables| {
            Lane::codes(tables.levels()).iter().all(|level| level.unsigned_abs() <= LARGEST)
        };
        (probes.len() >= fewest && probes.clone().all(fits))
            .then(|| SignBatch::of(kernels, fewest, probes))
    }

    pub(super) fn of<'t>(
        kernels: Kernels,
        fewest: usize,
        probes: impl ExactSizeIterator<Item = &'t SignTables>,
    ) -> SignBatch {
        let count = probes.len();
        assert!(count <= BATCH_PROBES, "at most 16 probes");
        let mut batch = SignBatch {
            kernels,
            count,
            fewest,
            levels: Vec::new(),
            offsets: Box::new(Aligned([[0; LANE_BYTES / 4]; BATCH_PROBES])),
        };
        for (at, tables) in probes.enumerate() {
            batch.add(at, tables.levels());
        }
        batch
    }

    fn add(&mut self, at: usize, levels: &[Lane]) {
        if at == 0 {
            // Room for all of them at once: growing would leave copies behind.
            self.levels = vec![[Lane::ZERO; BATCH_PROBES]; levels.len()];
        }
        assert!(!levels.is_empty() && levels.len() == self.levels.len(), "probes of one width");
        // A sum counts each level with its sign, and its size so that it is not negative
        // (`SignTables::fours`): twice the levels of set bits, and twice the sizes of the negative ones.
        let negative = |&level: &i8| -2 * i32::from(level).min(0);
        self.offsets.0[at] = [Lane::codes(levels).iter().map(negative).sum(); LANE_BYTES / 4];
        for (place, lane) in self.levels.iter_mut().zip(levels) {
            place[at] = arranged(lane);
        }
    }

    /// As [`SignTables::sums`], for each probe: `out` has a slice for each of them; what is behind
    /// the last row stays as it is.
    ///
    /// # Panics
    ///
    /// If `rows` are not whole groups of the probes' width, or `out` are not as many slices as there
    /// are probes, each with a place for every row.
    pub fn sums<'o>(&self, rows: &[Lane], out: impl Iterator<Item = &'o mut [u16]>) {
        let group_lanes = self.levels.len() * GROUP_ROWS / 8;
        assert!(rows.len().is_multiple_of(group_lanes), "groups as wide as the probes");
        let places = rows.len() / group_lanes * GROUP_ROWS;
        let mut out: ArrayVec<_, BATCH_PROBES> = out.map(|out| &mut out[..places]).collect();
        assert_eq!(out.len(), self.count, "a slice for each probe");
        self.kernels.sign_sums_of_batch(self, rows, &mut out);
    }

    /// Probes of the batch.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Fewest probes for which it is worth it.
    #[must_use]
    pub fn fewest(&self) -> usize {
        self.fewest
    }

    #[cfg(target_arch = "x86_64")]
    pub(super) fn levels(&self) -> &[[Lane; BATCH_PROBES]] {
        &self.levels
    }

    #[cfg(target_arch = "x86_64")]
    pub(super) fn offsets(&self) -> &Offsets {
        &self.offsets.0
    }
}

/// Largest level that fits a byte twice.
const LARGEST: u8 = 63;

/// The levels of 64 components in the order in which signs come as bytes: of eight bytes of signs the lowest
/// bit of the first four, the next bit of those, and so on, then the other four. A set bit comes as 1
/// or, each second one, as 2; what is asked for is twice the product of levels and signs of 1.
fn arranged(levels: &Lane) -> Lane {
    let mut lane = Lane::ZERO;
    for (at, place) in lane.0.iter_mut().enumerate() {
        let (four, bit, byte) = (at / 32, at / 4 % 8, at % 4);
        let level = levels.0[8 * (4 * four + byte) + bit];
        *place = if bit % 2 == 0 { 2 * level } else { level };
    }
    lane
}

impl Drop for SignBatch {
    fn drop(&mut self) {
        zeroize::zeroize_bytes(Lane::bytes_mut(self.levels.as_flattened_mut()));
    }
}
