//! A probe, ready to be compared with any number of templates.

use core::fmt;

use zeroize::Zeroize;

use super::codes::{self, Codes, VectorError};
use super::score;
use crate::kernels::{Kernels, Lane, MAX_LANES};

/// A probe's codes, aligned and inline: about 2.1 KiB on the stack, no heap.
///
/// Built once per probe; carries the probe's weight and the kernels that will
/// scan. Erased on drop. Moving it leaves a copy of the bytes behind, so build it
/// where it is used.
#[derive(Clone)]
pub struct PreparedQuery {
    lanes: [Lane; MAX_LANES],
    dimension: usize,
    weight: u32,
    kernels: Kernels,
}

impl PreparedQuery {
    /// From a vector; rounded and refused like [`Codes::quantise`].
    ///
    /// # Errors
    ///
    /// See [`VectorError`].
    pub fn from_f32(vector: &[f32]) -> Result<PreparedQuery, VectorError> {
        PreparedQuery::new(vector.len(), |lanes| codes::quantise(vector, lanes))
    }

    /// From given int8 codes; taken and refused like [`Codes::from_i8`].
    ///
    /// # Errors
    ///
    /// [`VectorError::Dimension`] and [`VectorError::Zero`].
    pub fn from_i8(given: &[i8]) -> Result<PreparedQuery, VectorError> {
        PreparedQuery::new(given.len(), |lanes| codes::take(given, lanes))
    }

    /// From the codes of a template.
    #[must_use]
    pub fn from_codes(codes: &Codes) -> PreparedQuery {
        let mut query = PreparedQuery {
            lanes: [Lane::ZERO; MAX_LANES],
            dimension: codes.dimension(),
            weight: codes.weight(),
            kernels: Kernels::detect(),
        };
        query.lanes[..codes.lanes().len()].copy_from_slice(codes.lanes());
        query
    }

    fn new(
        dimension: usize,
        fill: impl FnOnce(&mut [Lane]) -> Result<u32, VectorError>,
    ) -> Result<PreparedQuery, VectorError> {
        codes::check_dimension(dimension)?;
        let mut query = PreparedQuery {
            lanes: [Lane::ZERO; MAX_LANES],
            dimension,
            weight: 0,
            kernels: Kernels::detect(),
        };
        query.weight = fill(&mut query.lanes[..Lane::count(dimension)])?;
        Ok(query)
    }

    /// The same probe, scanned by other kernels: for tests and benches.
    #[must_use]
    pub fn with_kernels(mut self, kernels: Kernels) -> PreparedQuery {
        self.kernels = kernels;
        self
    }

    /// Number of components, 32 to 2048.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Dot products with `out.len()` rows as wide as the query.
    #[inline]
    pub(super) fn dot_rows(&self, rows: &[Lane], out: &mut [i32]) {
        let query = &self.lanes[..Lane::count(self.dimension)];
        self.kernels.dot_rows(query, rows, out);
    }

    /// What a row must reach in `dot * weight` to score `floor`; see
    /// [`score::gate`].
    pub(super) fn gate(&self, floor: i32) -> i64 {
        score::gate(floor, self.weight)
    }

    /// The score of a row of that dot product and weight.
    #[inline]
    pub(super) fn score(&self, dot: i32, weight: u32) -> i32 {
        score::score(dot, self.weight, weight)
    }
}

impl Drop for PreparedQuery {
    fn drop(&mut self) {
        self.lanes.zeroize();
    }
}

impl fmt::Debug for PreparedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedQuery")
            .field("dimension", &self.dimension)
            .field("tier", &self.kernels.tier())
            .finish_non_exhaustive()
    }
}
