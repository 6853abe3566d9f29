//! How the codes of a block lie in its planes. The memory is that of `kernels/slab.rs`.

use crate::kernels::{BIT_LANE_BYTES, GROUP_ROWS, LANE_BYTES, Lane, NIBBLE_LANE_BYTES};

/// Bytes of a row of four-bit codes, in the layout of `kernels/nibbles.rs`.
pub(super) const fn nibble_bytes(width: usize) -> usize {
    width * NIBBLE_LANE_BYTES
}

/// Bytes of a row of single bits, in the layout of `kernels/bits.rs`.
pub(super) const fn bit_bytes(width: usize) -> usize {
    width * BIT_LANE_BYTES
}

/// Rows one behind the other. Aligned to 64 bytes.
///
/// A block has two of four-bit codes, the high and the low half of each int8 code, of which a
/// scan reads the high one, and of few rows the low one; and perhaps one of single bits.
#[derive(Clone, Copy)]
pub(super) struct RowPlane<'a> {
    bytes: &'a [u8],
    row_bytes: usize,
}

impl<'a> RowPlane<'a> {
    pub(super) fn new(lanes: &'a [Lane], row_bytes: usize) -> RowPlane<'a> {
        RowPlane { bytes: Lane::bytes(lanes), row_bytes }
    }

    /// Lanes of a plane of so many rows.
    pub(super) const fn lanes(row_bytes: usize, rows: usize) -> usize {
        (rows * row_bytes).div_ceil(LANE_BYTES)
    }

    /// All rows, as kernels take them.
    pub(super) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn row(self, row: usize) -> &'a [u8] {
        &self.bytes[row * self.row_bytes..][..self.row_bytes]
    }
}

/// One row of a [`RowPlane`], to be written.
pub(super) fn row_mut(lanes: &mut [Lane], row_bytes: usize, row: usize) -> &mut [u8] {
    &mut Lane::bytes_mut(lanes)[row * row_bytes..][..row_bytes]
}

/// Copies a row of a [`RowPlane`] over another one.
pub(super) fn copy_row(lanes: &mut [Lane], row_bytes: usize, from: usize, to: usize) {
    let from = from * row_bytes;
    Lane::bytes_mut(lanes).copy_within(from..from + row_bytes, to * row_bytes);
}

/// Writes the high halves of int8 codes: a code is `16 high + low - 128`, both from 0
/// to 15.
pub(super) fn write_high(codes: &[Lane], high: &mut [u8]) {
    write_halves(codes, high, |first, second| (first >> 4) | (second & 0xF0));
}

/// Writes the low halves; see [`write_high`].
pub(super) fn write_low(codes: &[Lane], low: &mut [u8]) {
    write_halves(codes, low, |first, second| (first & 15) | (second << 4));
}

#[inline(always)]
fn write_halves(codes: &[Lane], row: &mut [u8], half: impl Fn(u8, u8) -> u8) {
    for (lane, out) in codes.iter().zip(row.as_chunks_mut::<NIBBLE_LANE_BYTES>().0) {
        let [first, second] = lane.0.as_chunks::<NIBBLE_LANE_BYTES>().0 else { continue };
        for ((out, first), second) in out.iter_mut().zip(first).zip(second) {
            // Flipping the sign bit adds 128.
            *out = half(first.cast_unsigned() ^ 128, second.cast_unsigned() ^ 128);
        }
    }
}

/// The int8 codes of a row: the reverse of [`write_high`] and
/// [`write_low`].
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

/// Lanes of a group of rows in a plane of sign bits, in the layout of
/// `kernels/signs.rs`: two for each byte of a row.
pub(super) const fn group_lanes(width: usize) -> usize {
    2 * width * LANE_BYTES / 8
}

/// The lane with the first byte of a row's signs, and the row's place in it; the other bytes
/// are in every second lane from there.
fn sign_place(width: usize, row: usize) -> (usize, usize) {
    let (group, half) = (row / GROUP_ROWS, row % GROUP_ROWS / LANE_BYTES);
    (group * group_lanes(width) + half, row % LANE_BYTES)
}

/// The sign bits of a row, eight a byte.
pub(super) fn signs_of(lanes: &[Lane], width: usize, row: usize) -> impl Iterator<Item = u8> {
    let (first, place) = sign_place(width, row);
    let lanes = lanes[first..].iter().step_by(2).take(group_lanes(width) / 2);
    lanes.map(move |lane| lane.0[place].cast_unsigned())
}

/// Writes the sign bits of a row.
pub(super) fn set_signs(
    lanes: &mut [Lane],
    width: usize,
    row: usize,
    signs: impl Iterator<Item = u8>,
) {
    let (first, place) = sign_place(width, row);
    let lanes = lanes[first..].iter_mut().step_by(2).take(group_lanes(width) / 2);
    for (lane, signs) in lanes.zip(signs) {
        lane.0[place] = signs.cast_signed();
    }
}

/// Copies the sign bits of a row over those of another one.
pub(super) fn copy_signs(lanes: &mut [Lane], width: usize, from: usize, to: usize) {
    let (from, from_place) = sign_place(width, from);
    let (to, to_place) = sign_place(width, to);
    for lane in (0..group_lanes(width)).step_by(2) {
        lanes[to + lane].0[to_place] = lanes[from + lane].0[from_place];
    }
}
