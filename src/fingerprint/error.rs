//! Why minutiae make no template.

use crate::limits;

/// Why minutiae make no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FingerError {
    /// More minutiae than any format holds.
    #[error("{count} minutiae, at most {} are read", limits::MINUTIAE_PER_VIEW)]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A coordinate that is no finite number.
    #[error("minutia {position}: its place is no number")]
    Place {
        /// Its place in the list, from 0.
        position: usize,
    },
    /// An angle of a whole turn or more.
    #[error("minutia {position}: an angle of a whole turn or more")]
    Angle {
        /// Its place in the list, from 0.
        position: usize,
    },
    /// Minutiae farther apart than on any finger or hand.
    #[error("the minutiae lie more than {} pixels apart", limits::FINGER_PIXELS)]
    Extent,
    /// This build compares no minutiae.
    #[error("the part `fingerprint` was left out of this build of the library")]
    Absent,
}
