//! A vector in int8 codes: how it is rounded, and what is refused.

use core::fmt;

use super::score;
use crate::kernels::{Kernels, LANE_BYTES, Lane, MAX_LANES};
use crate::limits;

/// Why a vector is refused.
///
/// A vector without a direction must not be compared: some libraries turn such a
/// one into a perfect score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// Fewer than 32 or more than 2048 components ([`limits::DIMENSION`]).
    #[error("a vector has 32 to 2048 components, this one {0}")]
    Dimension(usize),
    /// A component is NaN or infinite; its position.
    #[error("component {0} is not a finite number")]
    NotFinite(usize),
    /// Every component is zero, or so small (below 2^-100) that the vector has
    /// no direction worth comparing.
    #[error("the vector is zero")]
    Zero,
}

/// The int8 codes of one template, zero padded to whole lanes, with their
/// weight (see `score.rs`). Erased on drop; `Debug` does not show them.
///
/// Inline, 2 KiB whatever the dimension: it lives for one call, and the heap
/// would cost more than the space.
#[derive(Clone)]
pub struct Codes {
    lanes: [Lane; MAX_LANES],
    dimension: usize,
    weight: u32,
    sum_squares: u32,
}

impl Codes {
    /// Rounds a vector to codes: the largest component becomes 127 or -127, the
    /// others keep their proportion, rounded to the nearest, halves away from
    /// zero. The vector's length does not matter, only its direction.
    ///
    /// Symmetric int8 with one scale a vector loses nothing measurable on face
    /// embeddings: the score's error has a standard deviation of 0.0005. Every
    /// step is one correctly rounded IEEE 754 operation in 64 bits, so the codes
    /// are the same on every machine.
    ///
    /// # Errors
    ///
    /// See [`VectorError`].
    pub fn quantise(vector: &[f32]) -> Result<Codes, VectorError> {
        let mut codes = Codes::blank();
        codes.set_f32(vector)?;
        Ok(codes)
    }

    /// Takes given int8 codes, -128 included, bit for bit. Only codes that are
    /// all smaller than 64 are multiplied, by the whole number
    /// `floor(127 / largest)`: this keeps the direction exactly and the score's
    /// precision (its integers need a norm of at least 64).
    ///
    /// # Errors
    ///
    /// [`VectorError::Dimension`] and [`VectorError::Zero`].
    pub fn from_i8(codes: &[i8]) -> Result<Codes, VectorError> {
        let mut taken = Codes::blank();
        taken.set_i8(codes)?;
        Ok(taken)
    }

    /// No codes yet: of dimension 0, which no index takes. For the `set`
    /// functions, which spare an import the copies of a return value.
    #[must_use]
    pub fn blank() -> Codes {
        Codes { lanes: [Lane::ZERO; MAX_LANES], dimension: 0, weight: 0, sum_squares: 0 }
    }

    /// As [`Codes::quantise`], in place of what was there.
    ///
    /// # Errors
    ///
    /// See [`VectorError`]; the codes are blank then.
    pub fn set_f32(&mut self, vector: &[f32]) -> Result<(), VectorError> {
        self.set(vector.len(), |lanes| quantise(vector, lanes))
    }

    /// As [`Codes::from_i8`], in place of what was there.
    ///
    /// # Errors
    ///
    /// See [`VectorError`]; the codes are blank then.
    pub fn set_i8(&mut self, codes: &[i8]) -> Result<(), VectorError> {
        self.set(codes.len(), |lanes| take(codes, lanes))
    }

    fn set(
        &mut self,
        dimension: usize,
        fill: impl FnOnce(&mut [Lane]) -> Result<(), VectorError>,
    ) -> Result<(), VectorError> {
        self.erase();
        check_dimension(dimension)?;
        let lanes = &mut self.lanes[..Lane::count(dimension)];
        fill(lanes)?;
        self.sum_squares = sum_squares(lanes);
        self.weight = score::weight(self.sum_squares);
        self.dimension = dimension;
        Ok(())
    }

    /// Overwrites everything that may have been written.
    fn erase(&mut self) {
        zeroize::zeroize_bytes(Lane::bytes_mut(&mut self.lanes[..Lane::count(self.dimension)]));
        (self.dimension, self.weight, self.sum_squares) = (0, 0, 0);
    }

    /// Number of components, 32 to 2048.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The codes as they are stored, one per component.
    #[must_use]
    pub fn as_i8(&self) -> &[i8] {
        &Lane::codes(&self.lanes)[..self.dimension]
    }

    pub(super) fn lanes(&self) -> &[Lane] {
        &self.lanes[..Lane::count(self.dimension)]
    }

    pub(super) fn weight(&self) -> u32 {
        self.weight
    }

    /// The squared length of the codes.
    pub(super) fn sum_squares(&self) -> u32 {
        self.sum_squares
    }

    /// The codes of a stored row, as `fill` writes them into zeroed lanes.
    pub(super) fn stored(dimension: usize, fill: impl FnOnce(&mut [Lane])) -> Codes {
        let mut codes = Codes::blank();
        let lanes = &mut codes.lanes[..Lane::count(dimension)];
        fill(lanes);
        codes.sum_squares = sum_squares(lanes);
        codes.weight = score::weight(codes.sum_squares);
        codes.dimension = dimension;
        codes
    }
}

impl Drop for Codes {
    fn drop(&mut self) {
        self.erase();
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codes").field("dimension", &self.dimension).finish_non_exhaustive()
    }
}

pub(super) fn check_dimension(dimension: usize) -> Result<(), VectorError> {
    if limits::DIMENSION.contains(&dimension) {
        Ok(())
    } else {
        Err(VectorError::Dimension(dimension))
    }
}

/// Smallest largest component: 2^-100. A component that is subnormal (below
/// 2^-126) then rounds to 0 whether or not the host flushes subnormals to zero,
/// and codes do not depend on the host's floating-point mode.
const TINY: f32 = 1.0 / (1u128 << 100) as f32;

/// Rounds `vector` into zeroed `lanes`.
fn quantise(vector: &[f32], lanes: &mut [Lane]) -> Result<(), VectorError> {
    if let Some(position) = vector.iter().position(|x| !x.is_finite()) {
        return Err(VectorError::NotFinite(position));
    }
    let largest = vector.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    if largest < TINY {
        return Err(VectorError::Zero);
    }
    let largest = f64::from(largest);
    for (lane, part) in lanes.iter_mut().zip(vector.chunks(LANE_BYTES)) {
        for (code, &x) in lane.0.iter_mut().zip(part) {
            // Exact product, one rounding in the quotient, ties away from zero.
            // Half away from zero, without a library call for each component.
            let scaled = f64::from(x) * 127.0 / largest;
            let rounded = scaled + f64::copysign(0.5, scaled);
            #[expect(clippy::cast_possible_truncation, reason = "that is the rounding")]
            let rounded = rounded as i8;
            *code = rounded;
        }
    }
    Ok(())
}

/// Takes `codes` into zeroed `lanes`, stretched if small.
fn take(codes: &[i8], lanes: &mut [Lane]) -> Result<(), VectorError> {
    let largest = codes.iter().map(|c| c.unsigned_abs()).max().unwrap_or(0);
    if largest == 0 {
        return Err(VectorError::Zero);
    }
    // 127 / 128 is 0: a vector that holds -128 is kept, like all from 64 on.
    let factor = (127 / largest).max(1).cast_signed();
    for (lane, part) in lanes.iter_mut().zip(codes.chunks(LANE_BYTES)) {
        let lane = &mut lane.0[..part.len()];
        if factor == 1 {
            lane.copy_from_slice(part);
        } else {
            lane.iter_mut().zip(part).for_each(|(code, given)| *code = given * factor);
        }
    }
    Ok(())
}

/// The squared length, 64^2 to 2^25: the product of a row with itself.
fn sum_squares(lanes: &[Lane]) -> u32 {
    let mut square = [0];
    Kernels::detect().dot_rows(lanes, lanes, &mut square);
    square[0].unsigned_abs()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quantised(head: &[f32]) -> Vec<i8> {
        let mut vector = vec![0.0; 32];
        vector[..head.len()].copy_from_slice(head);
        Codes::quantise(&vector).unwrap().as_i8()[..head.len()].to_vec()
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(quantised(&[127.0, 0.5, -0.5, 1.5, -1.5, 2.5]), [127, 1, -1, 2, -2, 3]);
        assert_eq!(quantised(&[-254.0, 0.99, 1.0, -1.0]), [-127, 0, 1, -1]);
    }

    #[test]
    fn only_the_direction_counts() {
        let vector: Vec<f32> = (0..64u8).map(|i| f32::from(i) - 20.25).collect();
        let codes = Codes::quantise(&vector).unwrap();
        for factor in [1e-28f32, 1.0 / 1024.0, 4096.0, f32::MAX / 64.0] {
            let scaled: Vec<f32> = vector.iter().map(|x| x * factor).collect();
            let near = Codes::quantise(&scaled).unwrap();
            for (a, b) in codes.as_i8().iter().zip(near.as_i8()) {
                assert!(a.abs_diff(*b) <= 1, "{factor}");
            }
        }
    }

    #[test]
    fn what_has_no_direction_is_refused() {
        let vector = |first: f32| {
            let mut vector = vec![0.0f32; 33];
            vector[7] = first;
            Codes::quantise(&vector).err()
        };
        assert_eq!(vector(f32::NAN), Some(VectorError::NotFinite(7)));
        assert_eq!(vector(f32::INFINITY), Some(VectorError::NotFinite(7)));
        assert_eq!(vector(f32::NEG_INFINITY), Some(VectorError::NotFinite(7)));
        assert_eq!(vector(0.0), Some(VectorError::Zero));
        assert_eq!(vector(-0.0), Some(VectorError::Zero));
        assert_eq!(vector(f32::from_bits(1)), Some(VectorError::Zero));
        assert_eq!(vector(f32::MIN_POSITIVE), Some(VectorError::Zero));
        assert_eq!(vector(1e-30), None);
        assert_eq!(vector(f32::MAX), None);
        assert_eq!(Codes::from_i8(&[0; 64]).err(), Some(VectorError::Zero));
        for wrong in [0, 1, 31, 2049] {
            let error = Some(VectorError::Dimension(wrong));
            assert_eq!(Codes::quantise(&vec![1.0; wrong]).err(), error);
            assert_eq!(Codes::from_i8(&vec![1; wrong]).err(), error);
        }
    }

    #[test]
    fn debug_shows_no_codes() {
        let codes = Codes::from_i8(&[77; 32]).unwrap();
        assert_eq!(format!("{codes:?}"), "Codes { dimension: 32, .. }");
    }

    proptest! {
        #[test]
        fn given_codes_keep_their_direction(
            codes in prop::collection::vec(-128i8..=127, 32..200),
            shrink in 0u32..=7,
        ) {
            let given: Vec<i8> = codes.iter().map(|c| c >> shrink).collect();
            prop_assume!(given.iter().any(|&c| c != 0));
            let kept = Codes::from_i8(&given).unwrap();
            let largest = given.iter().map(|c| c.unsigned_abs()).max().unwrap();
            let factor = i32::from((127 / largest).max(1));
            for (&kept, &given) in kept.as_i8().iter().zip(&given) {
                prop_assert_eq!(i32::from(kept), i32::from(given) * factor);
            }
            prop_assert!(kept.as_i8().iter().any(|c| c.unsigned_abs() >= 64));
            if largest >= 64 {
                prop_assert_eq!(kept.as_i8(), &given[..]);
            }
        }
    }
}
