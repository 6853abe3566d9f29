//! Which tiers this machine has, and the one in use.
#![allow(unsafe_code)]

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::{Lane, MAX_LANES, portable, reference};

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
    /// AArch64 with NEON, that is every AArch64 Linux machine.
    Neon,
    /// simsimd's pair function; only with the cargo feature `simsimd`. Never
    /// chosen by [`Kernels::detect`].
    Simsimd,
}

impl Tier {
    /// Every tier that the library knows, on any machine, slowest first.
    pub const ALL: [Tier; 6] =
        [Tier::Reference, Tier::Portable, Tier::Simsimd, Tier::Neon, Tier::Avx2, Tier::Avx512Vnni];

    /// The stable name, as benches and build information print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Tier::Reference => "reference",
            Tier::Portable => "portable",
            Tier::Avx2 => "avx2",
            Tier::Avx512Vnni => "avx512-vnni",
            Tier::Neon => "neon",
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
            #[cfg(target_arch = "aarch64")]
            Tier::Neon => super::aarch64::neon::is_available(),
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
        match self.tier {
            Tier::Reference => reference::dot_rows(query, rows, out),
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `avx2::is_available` found every instruction set it needs.
                unsafe { super::x86_64::avx2::dot_rows(query, rows, out) }
            }
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512Vnni => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `avx512::is_available` found every instruction set it needs.
                unsafe { super::x86_64::avx512::dot_rows(query, rows, out) }
            }
            #[cfg(target_arch = "aarch64")]
            Tier::Neon => {
                // SAFETY: a `Kernels` of this tier exists only after
                // `neon::is_available` found every instruction set it needs.
                unsafe { super::aarch64::neon::dot_rows(query, rows, out) }
            }
            #[cfg(feature = "simsimd")]
            Tier::Simsimd => super::simsimd::dot_rows(query, rows, out),
            // `Portable`; the tiers of other architectures cannot be made.
            _ => portable::dot_rows(query, rows, out),
        }
    }
}
