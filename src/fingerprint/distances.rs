//! Hamming distances between the codes of two templates.

use super::cylinder::{CODE_WORDS, Code};
use crate::kernels::{CodePlanes, Kernels};
use crate::limits::FINGER_POINTS;
use zeroize::Zeroize;

/// One row for each code of the probe, one column for each of the candidate.
pub type Distances = [[u16; FINGER_POINTS]; FINGER_POINTS];

/// Fills the rows of the probe's codes; columns beyond the candidate's codes are those of
/// empty codes, or not written. Words of several columns lie side by side, so that they are
/// counted with vectors.
pub(super) fn fill(
    kernels: Kernels,
    probe: &[Code],
    candidate: &[Code],
    distances: &mut Distances,
) {
    let mut planes: CodePlanes<FINGER_POINTS> = [[0; FINGER_POINTS]; CODE_WORDS];
    for (column, code) in candidate.iter().enumerate() {
        for (plane, &word) in planes.iter_mut().zip(code) {
            plane[column] = word;
        }
    }
    let columns = candidate.len().next_multiple_of(8).min(FINGER_POINTS);
    kernels.codes_apart(probe, &planes, columns, distances);
    planes.as_flattened_mut().zeroize();
}
