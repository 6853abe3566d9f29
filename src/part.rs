//! The parts that a build may leave out, each a cargo feature of its own.
//!
//! `lib.rs` swaps the module of a part that is left out for one with the same interface, in which
//! there is nothing to be had; everybody else asks here.

use core::fmt;

use crate::error::Error;

/// A part that a build may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Minutiae records: read, converted, compared and searched. Vectors and opaque templates of
    /// fingers do not need it.
    Fingerprint,
    /// The durable copy and the event log.
    Store,
}

impl Part {
    /// Whether this build has it.
    #[must_use]
    pub const fn is_built(self) -> bool {
        match self {
            Part::Fingerprint => cfg!(feature = "fingerprint"),
            Part::Store => cfg!(feature = "store"),
        }
    }

    /// For a call that makes no sense without it.
    pub(crate) fn check(self) -> Result<(), Error> {
        if self.is_built() { Ok(()) } else { Err(Error::Absent { part: self }) }
    }
}

impl fmt::Display for Part {
    /// The cargo feature's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Fingerprint => "fingerprint",
            Part::Store => "store",
        })
    }
}
