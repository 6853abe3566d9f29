//! The codes of a block: rows of lanes, one behind the other.

use zeroize::Zeroize;

use crate::kernels::Lane;

/// A fixed number of rows of int8 codes in one allocation, aligned to 64 bytes.
/// Erased on drop.
///
/// A block owns its planes; narrower ones (4 bits, 1 bit) for a filter before
/// the exact scan would stand beside this one.
#[derive(Clone)]
pub(super) struct Int8Plane {
    lanes: Box<[Lane]>,
    /// Lanes in a row.
    width: usize,
}

impl Int8Plane {
    pub(super) fn new(width: usize, rows: usize) -> Int8Plane {
        Int8Plane { lanes: vec![Lane::ZERO; width * rows].into_boxed_slice(), width }
    }

    /// The first `count` rows.
    pub(super) fn rows(&self, count: usize) -> &[Lane] {
        &self.lanes[..count * self.width]
    }

    pub(super) fn row(&self, row: usize) -> &[Lane] {
        &self.lanes[row * self.width..][..self.width]
    }

    pub(super) fn set(&mut self, row: usize, codes: &[Lane]) {
        self.lanes[row * self.width..][..self.width].copy_from_slice(codes);
    }

    pub(super) fn copy_row(&mut self, from: usize, to: usize) {
        let from = from * self.width;
        self.lanes.copy_within(from..from + self.width, to * self.width);
    }

    pub(super) fn erase(&mut self, row: usize) {
        self.lanes[row * self.width..][..self.width].zeroize();
    }
}

impl Drop for Int8Plane {
    fn drop(&mut self) {
        self.lanes.zeroize();
    }
}
