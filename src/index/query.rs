//! A probe, prepared once for any number of comparisons.

use core::fmt;

use super::codes::{Codes, VectorError};
use super::plane::RowPlane;
use super::score;
use crate::kernels::Kernels;

/// A probe's codes and the kernels that will compare them. Holds everything
/// inline (about 2 KiB), so preparing allocates nothing; erased on drop.
#[derive(Clone)]
pub struct PreparedQuery {
    codes: Codes,
    kernels: Kernels,
}

impl PreparedQuery {
    /// Prepares a vector of 32 to 2048 components; see [`Codes::quantise`].
    ///
    /// # Errors
    ///
    /// See [`VectorError`].
    pub fn from_f32(vector: &[f32]) -> Result<PreparedQuery, VectorError> {
        Codes::quantise(vector).map(PreparedQuery::from_codes)
    }

    /// Prepares given codes; see [`Codes::from_i8`].
    ///
    /// # Errors
    ///
    /// [`VectorError::Dimension`] and [`VectorError::Zero`].
    pub fn from_i8(given: &[i8]) -> Result<PreparedQuery, VectorError> {
        Codes::from_i8(given).map(PreparedQuery::from_codes)
    }

    /// Prepares codes that were made before.
    #[must_use]
    pub fn from_codes(codes: Codes) -> PreparedQuery {
        PreparedQuery { codes, kernels: Kernels::detect() }
    }

    /// The same probe on other kernels, for tests and benches. Scores do not
    /// depend on them.
    #[must_use]
    pub fn with_kernels(mut self, kernels: Kernels) -> PreparedQuery {
        self.kernels = kernels;
        self
    }

    /// Number of components.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.codes.dimension()
    }

    pub(super) fn codes(&self) -> &Codes {
        &self.codes
    }

    pub(super) fn kernels(&self) -> Kernels {
        self.kernels
    }

    /// The products with some rows of a plane of halves; see [`Kernels::nibble_dots`].
    #[inline]
    pub(super) fn nibble_dots(&self, plane: RowPlane<'_>, rows: &[u16], out: &mut [i32]) {
        self.kernels.nibble_dots(self.codes.lanes(), plane.bytes(), rows, out);
    }

    /// The product with one row of a plane.
    pub(super) fn nibble_dot(&self, row: &[u8]) -> i32 {
        let mut dot = [0];
        self.kernels.nibble_dots(self.codes.lanes(), row, &[0], &mut dot);
        dot[0]
    }

    /// See [`score::gate`].
    pub(super) fn gate(&self, floor: i32) -> i64 {
        score::gate(floor, self.codes.weight())
    }

    #[inline]
    pub(super) fn score(&self, dot: i32, weight: u32) -> i32 {
        score::score(dot, self.codes.weight(), weight)
    }
}

impl fmt::Debug for PreparedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedQuery")
            .field("dimension", &self.dimension())
            .field("tier", &self.kernels.tier())
            .finish_non_exhaustive()
    }
}
