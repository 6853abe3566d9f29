//! Which tiers this machine has, and the one in use.
#![allow(unsafe_code)]

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::agreement::{AgreementGate, MinutiaPairs, Proposal};
use super::apart::CodePlanes;
use super::bits::BIT_LANE_BYTES;
use super::cylinders::{BestCode, CODE_WORDS, CodeColumns};
use super::gates::{MASK_ROWS, RowMask, SignGate};
use super::levels::Levels;
use super::nibble_batch::{BatchUnit, NibbleBatch, NibbleLane};
use super::nibbles::NIBBLE_LANE_BYTES;
use super::sign_batch::SignBatch;
use super::sign_tables::SignTables;
use super::signs::{GROUP_ROWS, RUN, SignTable};
use super::wanted::WantedRows;
use super::{LANE_BYTES, Lane, MAX_LANES, portable, reference};

/// Calls a kernel of the tier's own module.
macro_rules! on_tier {
    ($tier:expr, $kernel:ident($($argument:expr),*)) => {
        match $tier {
            Tier::Reference => reference::$kernel($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `avx2::is_available` found every instruction set it needs.
                unsafe { super::x86_64::avx2::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Vnni => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `avx512::is_available` found every instruction set it needs.
                unsafe { super::x86_64::avx512::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Popcnt => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `popcnt::is_available` found every instruction set it needs.
                unsafe { super::x86_64::popcnt::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `amx::is_available` found every instruction set it needs.
                unsafe { super::x86_64::amx::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "aarch64")]
            Tier::Neon => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `neon::is_available` found every instruction set it needs.
                unsafe { super::aarch64::neon::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "aarch64")]
            Tier::NeonDotprod => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `dotprod::is_available` found every instruction set it needs.
                unsafe { super::aarch64::dotprod::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "aarch64")]
            Tier::NeonI8mm => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `i8mm::is_available` found every instruction set it needs.
                unsafe { super::aarch64::i8mm::$kernel($($argument),*) }
            }
            #[cfg(target_arch = "arm")]
            Tier::Armv7Neon => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `neon::is_available` found every instruction set it needs.
                unsafe { super::arm::neon::$kernel($($argument),*) }
            }
            #[cfg(feature = "simsimd")]
            Tier::Simsimd => super::simsimd::$kernel($($argument),*),
            // `Portable`; the tiers of other architectures cannot be made.
            _ => portable::$kernel($($argument),*),
        }
    };
}

/// One implementation of the kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// Slow and obvious; decides what is right. Everywhere.
    Reference,
    /// Safe Rust, vectorised by the compiler. Everywhere.
    Portable,
    /// x86-64 with AVX2 (Haswell, Zen and later).
    Avx2,
    /// x86-64 with AVX-512 F, BW and VNNI (Cascade Lake, Zen 4 and later).
    Avx512Vnni,
    /// The same with VPOPCNTDQ and VBMI (Ice Lake, Zen 4 and later).
    Avx512Popcnt,
    /// The same with AMX of int8, for batches of probes (Sapphire Rapids and later).
    AmxInt8,
    /// 32-bit ARM with NEON, that is most Linux machines with an ARMv7 processor.
    Armv7Neon,
    /// AArch64 with NEON, that is every AArch64 Linux machine.
    Neon,
    /// AArch64 with dot products (Cortex-A55, A76 and later).
    NeonDotprod,
    /// AArch64 with matrix products of int8 (Cortex-A510, A710, Neoverse V1 and later).
    NeonI8mm,
    /// simsimd's pair function; only with the cargo feature `simsimd`. Never
    /// chosen by [`Kernels::detect`].
    Simsimd,
}

impl Tier {
    /// Every tier that the library knows, on any machine, slowest first.
    pub const ALL: [Tier; 11] = [
        Tier::Reference,
        Tier::Portable,
        Tier::Simsimd,
        Tier::Armv7Neon,
        Tier::Neon,
        Tier::NeonDotprod,
        Tier::NeonI8mm,
        Tier::Avx2,
        Tier::Avx512Vnni,
        Tier::Avx512Popcnt,
        Tier::AmxInt8,
    ];

    /// The stable name, as benches and build information print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Tier::Reference => "reference",
            Tier::Portable => "portable",
            Tier::Avx2 => "avx2",
            Tier::Avx512Vnni => "avx512-vnni",
            Tier::Avx512Popcnt => "avx512-vpopcntdq",
            Tier::AmxInt8 => "amx-int8",
            Tier::Armv7Neon => "armv7-neon",
            Tier::Neon => "neon",
            Tier::NeonDotprod => "neon-dotprod",
            Tier::NeonI8mm => "neon-i8mm",
            Tier::Simsimd => "simsimd",
        }
    }

    /// Whether this build on this processor can run the tier.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Tier::Reference | Tier::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => super::x86_64::avx2::is_available(),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Vnni => super::x86_64::avx512::is_available(),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Popcnt => super::x86_64::popcnt::is_available(),
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => super::x86_64::amx::is_available(),
            #[cfg(target_arch = "arm")]
            Tier::Armv7Neon => super::arm::neon::is_available(),
            #[cfg(target_arch = "aarch64")]
            Tier::Neon => super::aarch64::neon::is_available(),
            #[cfg(target_arch = "aarch64")]
            Tier::NeonDotprod => super::aarch64::dotprod::is_available(),
            #[cfg(target_arch = "aarch64")]
            Tier::NeonI8mm => super::aarch64::i8mm::is_available(),
            Tier::Simsimd => cfg!(feature = "simsimd"),
            #[allow(unreachable_patterns, reason = "the tiers of other architectures")]
            _ => false,
        }
    }

    /// The tiers that this build on this processor can run, slowest first.
    pub fn available() -> impl Iterator<Item = Tier> {
        Tier::ALL.into_iter().filter(|tier| tier.is_available())
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The tier asked for cannot run: another architecture, a processor without
/// the instructions, or a build without the cargo feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("kernel tier {0} cannot run here")]
pub struct TierUnavailable(pub Tier);

/// The kernels of one tier. One byte, free to copy.
///
/// The field is private and both constructors ask the processor first: holding
/// a value is the proof that its instructions exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernels {
    tier: Tier,
}

impl Kernels {
    /// The fastest tier of this processor, found once and remembered.
    ///
    /// Threads that ask for the first time together all look and find the same:
    /// nobody waits.
    #[must_use]
    pub fn detect() -> Kernels {
        /// Place in [`Tier::ALL`]; beyond its end, nobody has looked yet.
        static DETECTED: AtomicUsize = AtomicUsize::new(usize::MAX);
        if let Some(&tier) = Tier::ALL.get(DETECTED.load(Ordering::Relaxed)) {
            return Kernels { tier };
        }
        let best = |tier: &Tier| *tier != Tier::Simsimd && tier.is_available();
        let (place, tier) = match Tier::ALL.iter().rposition(best) {
            Some(place) => (place, Tier::ALL[place]),
            None => (usize::MAX, Tier::Portable),
        };
        DETECTED.store(place, Ordering::Relaxed);
        Kernels { tier }
    }

    /// The kernels of a given tier: for tests, benches and comparisons.
    ///
    /// # Errors
    ///
    /// [`TierUnavailable`] where [`Tier::is_available`] says no.
    pub fn force(tier: Tier) -> Result<Kernels, TierUnavailable> {
        if tier.is_available() { Ok(Kernels { tier }) } else { Err(TierUnavailable(tier)) }
    }

    /// The tier in use.
    #[must_use]
    pub const fn tier(self) -> Tier {
        self.tier
    }

    /// The dot product of `query` with each row: `out[r] = query . rows[r]`.
    ///
    /// `query` is one row of `w` lanes, `rows` is `out.len()` rows of `w` lanes
    /// each, one behind the other. Exact for every code from -128 to 127.
    ///
    /// # Panics
    ///
    /// If `rows.len() != query.len() * out.len()` or `query` has more than
    /// [`MAX_LANES`] lanes.
    pub fn dot_rows(self, query: &[Lane], rows: &[Lane], out: &mut [i32]) {
        assert!(query.len() <= MAX_LANES, "a row has at most 32 lanes");
        assert_eq!(rows.len(), query.len() * out.len(), "rows are as wide as the query");
        if query.is_empty() {
            out.fill(0);
            return;
        }
        on_tier!(self.tier, dot_rows(query, rows, out))
    }

    /// The dot product of `query` with rows of four-bit codes, 0 to 15:
    /// `out[r] = sum(plane[r][i] * query[i])` for each row `r` in `wanted`; other
    /// places of `out` stay as they are. `plane` holds rows of `32 * query.len()`
    /// bytes, packed as `nibbles.rs` describes. Exact: at most `2^22`.
    ///
    /// # Panics
    ///
    /// If `query` has no lane or more than [`MAX_LANES`], or `plane` or `out`
    /// has no place for a wanted row.
    pub fn nibble_dots(self, query: &[Lane], plane: &[u8], wanted: &[u16], out: &mut [i32]) {
        assert!((1..=MAX_LANES).contains(&query.len()), "a row has 1 to 32 lanes");
        let rows = WantedRows::new(plane, query.len() * NIBBLE_LANE_BYTES, wanted);
        on_tier!(self.tier, nibble_dots(query, rows, out))
    }

    /// The sums of the levels of a probe under the set bits of rows: `out[r] = sum(levels[i])` over
    /// the bits `i` that are set, for each row `r` in `wanted`; other places of `out` stay as they
    /// are. `plane` holds rows of `8 * levels.len()` bytes in the layout of `bits.rs`. Exact.
    ///
    /// # Panics
    ///
    /// If `levels` has no lane or more than [`MAX_LANES`], or `plane` or `out` has no place for a
    /// wanted row.
    pub fn bit_sums(self, levels: &[Lane], plane: &[u8], wanted: &[u16], out: &mut [i32]) {
        assert!((1..=MAX_LANES).contains(&levels.len()), "a row has 1 to 32 lanes");
        let rows = WantedRows::new(plane, levels.len() * BIT_LANE_BYTES, wanted);
        on_tier!(self.tier, bit_sums(levels, rows, out))
    }

    /// For each row the sum of what its sign bits find in the tables of a probe, made for
    /// the same kernels; see [`SignTables::sums`].
    pub(super) fn sign_sums(self, tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
        let width = tables.fours().len();
        assert!(width > 0, "tables are filled");
        assert!(out.len().is_multiple_of(GROUP_ROWS), "rows come in groups of 128");
        assert_eq!(
            rows.len(),
            width * (out.len() / GROUP_ROWS),
            "groups are as wide as the tables"
        );
        debug_assert!(tables.fit_bytes());
        on_tier!(self.tier, sign_sums(tables, rows, out))
    }

    /// Makes of tables what the tier wants besides; most want nothing.
    pub(super) fn prepare_signs(self, tables: &mut SignTables) {
        match self.tier {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Popcnt => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `popcnt::is_available` found every instruction set it needs.
                unsafe { super::x86_64::popcnt::prepare_signs(tables) }
            }
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `amx::is_available` found every instruction set it needs.
                unsafe { super::x86_64::amx::prepare_signs(tables) }
            }
            _ => _ = tables,
        }
    }

    /// Fewest probes whose sums of signs are made together sooner than one by one; `None` where they
    /// never are.
    pub(super) fn fewest_in_batch(self) -> Option<usize> {
        match self.tier {
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => Some(super::x86_64::amx::FEWEST),
            _ => None,
        }
    }

    /// See [`SignBatch::sums`], which has checked that `out` are as many slices as probes, and each as
    /// long as there are rows.
    pub(super) fn sign_sums_of_batch(
        self,
        batch: &SignBatch,
        rows: &[Lane],
        out: &mut [&mut [u16]],
    ) {
        match self.tier {
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `amx::is_available` found every instruction set it needs.
                unsafe { super::x86_64::amx::sign_sums_of_batch(batch, rows, out) }
            }
            _ => {
                _ = (batch, rows, out);
                unreachable!("a batch is made for tiers that have a minimum")
            }
        }
    }

    /// What multiplies several probes by four-bit codes at once; `None` where nothing does it sooner than
    /// one by one.
    pub(super) fn nibble_batch_unit(self) -> Option<BatchUnit> {
        match self.tier {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Vnni | Tier::Avx512Popcnt => Some(super::x86_64::avx512::UNIT),
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => Some(super::x86_64::amx::UNIT),
            #[cfg(target_arch = "aarch64")]
            Tier::NeonI8mm => Some(super::aarch64::i8mm::UNIT),
            _ => None,
        }
    }

    /// See [`NibbleBatch::dots`], which has checked that `out` are as many slices as probes, each with a place
    /// for every row of `lanes`.
    pub(super) fn nibble_dots_of_batch(
        self,
        batch: &NibbleBatch,
        lanes: &[NibbleLane],
        out: &mut [&mut [i32]],
    ) {
        match self.tier {
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Vnni | Tier::Avx512Popcnt => {
                // SAFETY: a `Kernels` of these tiers exists only after `avx512::is_available`
                // found every instruction set it needs.
                unsafe { super::x86_64::avx512::nibble_dots_of_batch(batch, lanes, out) }
            }
            #[cfg(target_arch = "x86_64")]
            Tier::AmxInt8 => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `amx::is_available` found every instruction set it needs.
                unsafe { super::x86_64::amx::nibble_dots_of_batch(batch, lanes, out) }
            }
            #[cfg(target_arch = "aarch64")]
            Tier::NeonI8mm => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `i8mm::is_available` found every instruction set it needs.
                unsafe { super::aarch64::i8mm::nibble_dots_of_batch(batch, lanes, out) }
            }
            _ => {
                _ = (batch, lanes, out);
                unreachable!("a batch is made for tiers that have a unit")
            }
        }
    }

    /// Marks the rows whose sum of signs lets them go on; see [`SignGate`]. One
    /// mask for each 64 rows; the bits behind the last row are unspecified where
    /// `sums` ends within a mask.
    ///
    /// # Panics
    ///
    /// If `alignments` is not as long as `sums`, or `masks` too short.
    pub fn sign_gate(
        self,
        gate: SignGate,
        sums: &[u16],
        alignments: &[u16],
        masks: &mut [RowMask],
    ) {
        assert_eq!(sums.len(), alignments.len(), "one alignment a row");
        assert_eq!(masks.len(), sums.len().div_ceil(MASK_ROWS), "one mask for 64 rows");
        on_tier!(self.tier, sign_gate(gate, sums, alignments, masks))
    }

    /// Marks the rows whose product is at least `least`, as [`Kernels::sign_gate`].
    ///
    /// # Panics
    ///
    /// If `masks` is too short.
    pub fn dot_gate(self, least: i32, dots: &[i32], masks: &mut [RowMask]) {
        assert_eq!(masks.len(), dots.len().div_ceil(MASK_ROWS), "one mask for 64 rows");
        on_tier!(self.tier, dot_gate(least, dots, masks))
    }

    /// The codes of one row, rotated and [`rotation_scale`](super::rotation_scale)
    /// times as long; see `rotation.rs`.
    ///
    /// # Panics
    ///
    /// If `out` is not as long as the codes, or they take more than [`MAX_LANES`].
    pub fn rotate(self, codes: &[Lane], out: &mut [i32]) {
        assert!(codes.len() <= MAX_LANES, "a row has at most 32 lanes");
        assert_eq!(out.len(), codes.len() * LANE_BYTES, "one value a code");
        on_tier!(self.tier, rotate(codes, out))
    }

    /// Rounds a rotated probe to levels, and writes them and what each four of them add for each
    /// pattern of signs: tables as [`SignTables`] holds them.
    ///
    /// # Panics
    ///
    /// If `rotated` is not four components for each table and one for each level, or `tables` are
    /// not whole runs.
    pub(super) fn sign_tables(
        self,
        rotated: &[i32],
        tables: &mut [SignTable],
        levels: &mut [i8],
    ) -> Levels {
        assert!(tables.len().is_multiple_of(RUN), "tables come in runs");
        assert_eq!(rotated.len(), 4 * tables.len(), "four components a table");
        assert_eq!(rotated.len(), levels.len(), "one component a level");
        on_tier!(self.tier, sign_tables(rotated, tables, levels))
    }

    /// What all pairs are worth together that agree with a proposal.
    ///
    /// # Panics
    ///
    /// If the slices differ in length, or the proposing pair is behind their end.
    #[must_use]
    pub fn agreement(
        self,
        pairs: MinutiaPairs<'_>,
        proposal: Proposal,
        gate: AgreementGate,
    ) -> i32 {
        let lengths = [pairs.from[0], pairs.from[1], pairs.to[0], pairs.to[1]].map(<[f32]>::len);
        assert_eq!(lengths, [pairs.worth.len(); 4], "all of one length");
        assert_eq!(pairs.turned.len(), pairs.worth.len(), "all of one length");
        on_tier!(self.tier, agreement(pairs, proposal, gate))
    }

    /// In how many of 320 bits each code of `rows` differs from each of the first `columns`
    /// codes of `planes`: `apart[row][column]`. Other places stay as they are.
    ///
    /// # Panics
    ///
    /// If `columns` is above `N`, or `apart` has fewer rows than `rows`.
    pub fn codes_apart<const N: usize>(
        self,
        rows: &[[u64; CODE_WORDS]],
        planes: &CodePlanes<N>,
        columns: usize,
        apart: &mut [[u16; N]],
    ) {
        assert!(columns <= N, "no more columns than there are");
        assert!(rows.len() <= apart.len(), "a place for each row");
        on_tier!(self.tier, codes_apart(rows, planes, columns, apart))
    }

    pub(super) fn best_columns(
        self,
        rows: &[[u64; CODE_WORDS]],
        columns: CodeColumns<'_>,
        best: &mut [BestCode],
    ) {
        on_tier!(self.tier, best_codes(rows, columns, best));
    }

    /// Asks for the cache lines of `value`: a hint, without effect on any result.
    #[inline]
    pub fn prefetch<T: ?Sized>(self, value: &T) {
        super::prefetch::prefetch(value);
    }
}
