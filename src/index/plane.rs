//! The codes of a block: whole lanes in one allocation, erased on drop.

use zeroize::Zeroize;

use crate::kernels::{LANE_BYTES, Lane, NIBBLE_LANE_BYTES};

/// Rows of four-bit codes, one behind the other, in the layout of
/// `kernels/nibbles.rs`. Aligned to 64 bytes.
///
/// A block has two: the high and the low half of each int8 code. A scan reads the
/// high one, and of few rows the low one.
#[derive(Clone)]
pub(super) struct NibblePlane {
    lanes: Box<[Lane]>,
    row_bytes: usize,
}

impl NibblePlane {
    pub(super) fn new(width: usize, rows: usize) -> NibblePlane {
        let lanes = (rows * width * NIBBLE_LANE_BYTES).div_ceil(LANE_BYTES);
        let lanes = vec![Lane::ZERO; lanes].into_boxed_slice();
        NibblePlane { lanes, row_bytes: width * NIBBLE_LANE_BYTES }
    }

    /// All rows, as kernels take them.
    pub(super) fn bytes(&self) -> &[u8] {
        Lane::bytes(&self.lanes)
    }

    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.bytes()[row * self.row_bytes..][..self.row_bytes]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [u8] {
        &mut Lane::bytes_mut(&mut self.lanes)[row * self.row_bytes..][..self.row_bytes]
    }

    pub(super) fn copy_row(&mut self, from: usize, to: usize) {
        let from = from * self.row_bytes;
        let bytes = Lane::bytes_mut(&mut self.lanes);
        bytes.copy_within(from..from + self.row_bytes, to * self.row_bytes);
    }
}

impl Drop for NibblePlane {
    fn drop(&mut self) {
        self.lanes.zeroize();
    }
}

/// Splits int8 codes into the planes' halves: the code is `16 high + low - 128`,
/// both from 0 to 15.
pub(super) fn split(codes: &[Lane], high: &mut [u8], low: &mut [u8]) {
    let halves = high.as_chunks_mut::<NIBBLE_LANE_BYTES>().0.iter_mut();
    let halves = halves.zip(low.as_chunks_mut::<NIBBLE_LANE_BYTES>().0);
    for (lane, (high, low)) in codes.iter().zip(halves) {
        let [first, second] = lane.0.as_chunks::<NIBBLE_LANE_BYTES>().0 else { continue };
        for j in 0..NIBBLE_LANE_BYTES {
            // Flipping the sign bit adds 128.
            let (a, b) = (first[j].cast_unsigned() ^ 128, second[j].cast_unsigned() ^ 128);
            high[j] = (a >> 4) | (b & 0xF0);
            low[j] = (a & 15) | (b << 4);
        }
    }
}

/// The int8 codes of a row: the reverse of [`split`].
pub(super) fn join(high: &[u8], low: &[u8], codes: &mut [Lane]) {
    let halves = high.as_chunks::<NIBBLE_LANE_BYTES>().0.iter();
    let halves = halves.zip(low.as_chunks::<NIBBLE_LANE_BYTES>().0);
    for (lane, (high, low)) in codes.iter_mut().zip(halves) {
        let [first, second] = lane.0.as_chunks_mut::<NIBBLE_LANE_BYTES>().0 else { continue };
        for j in 0..NIBBLE_LANE_BYTES {
            first[j] = (((high[j] << 4) | (low[j] & 15)) ^ 128).cast_signed();
            second[j] = (((high[j] & 0xF0) | (low[j] >> 4)) ^ 128).cast_signed();
        }
    }
}

/// Sign bits of rotated rows in groups of 64, in the layout of `kernels/signs.rs`.
#[derive(Clone)]
pub(super) struct SignPlane {
    lanes: Box<[Lane]>,
    /// Lanes of a group: bytes of a row.
    group_lanes: usize,
}

impl SignPlane {
    pub(super) fn new(width: usize, groups: usize) -> SignPlane {
        let group_lanes = width * LANE_BYTES / 8;
        SignPlane { lanes: vec![Lane::ZERO; groups * group_lanes].into_boxed_slice(), group_lanes }
    }

    /// The first `count` groups.
    pub(super) fn groups(&self, count: usize) -> &[Lane] {
        &self.lanes[..count * self.group_lanes]
    }

    /// The bytes of a row, eight signs each.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = u8> {
        let (group, place) = (row / LANE_BYTES, row % LANE_BYTES);
        let lanes = &self.lanes[group * self.group_lanes..][..self.group_lanes];
        lanes.iter().map(move |lane| lane.0[place].cast_unsigned())
    }

    pub(super) fn set_row(&mut self, row: usize, signs: impl Iterator<Item = u8>) {
        let (group, place) = (row / LANE_BYTES, row % LANE_BYTES);
        let lanes = &mut self.lanes[group * self.group_lanes..][..self.group_lanes];
        for (lane, signs) in lanes.iter_mut().zip(signs) {
            lane.0[place] = signs.cast_signed();
        }
    }

    pub(super) fn copy_row(&mut self, from: usize, to: usize) {
        let (from_group, from_place) = (from / LANE_BYTES, from % LANE_BYTES);
        let (to_group, to_place) = (to / LANE_BYTES, to % LANE_BYTES);
        for lane in 0..self.group_lanes {
            let signs = self.lanes[from_group * self.group_lanes + lane].0[from_place];
            self.lanes[to_group * self.group_lanes + lane].0[to_place] = signs;
        }
    }
}

impl Drop for SignPlane {
    fn drop(&mut self) {
        self.lanes.zeroize();
    }
}
