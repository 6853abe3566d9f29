//! Safe Rust in a shape that the compiler vectorises.

use super::adders::add_places;
use super::bits::BIT_LANE_BYTES;
use super::cylinders::{BestCode, CODE_WORDS, CodeColumns, CodeGroup, GROUP_CODES};
use super::nibbles::NIBBLE_LANE_BYTES;
use super::sign_tables::SignTables;
use super::signs::{Groups, RUN, SignTable};
use super::wanted::WantedRows;
use super::{LANE_BYTES, Lane};

pub(super) use super::agreement::agreement;
pub(super) use super::apart::by_bytes as codes_apart;
pub(super) use super::gates::{dot_gate, sign_gate};
pub(super) use super::levels::sign_tables;

/// Sums kept apart, so that no horizontal addition is needed inside the loop:
/// eight of them fill whole registers on every instruction set.
const SUMS: usize = 8;

/// See [`Kernels::rotate`](super::Kernels::rotate). Not inlined: what it works in, 8 KiB, would stand on the stack
/// of whoever chooses between tiers, beside that of the tier that is chosen.
#[inline(never)]
pub(super) fn rotate(codes: &[Lane], out: &mut [i32]) {
    super::rotation::rotate(codes, out);
}

/// One product per row. See [`Kernels::dot_rows`](super::Kernels::dot_rows).
pub(super) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    for (row, dot) in rows.chunks_exact(query.len()).zip(out) {
        let mut sums = [0i32; SUMS];
        for (a, b) in query.iter().zip(row) {
            add_lane(&mut sums, &a.0, &b.0);
        }
        *dot = sums.iter().sum();
    }
}

/// Adds the 64 products of one lane pair; each sum takes eight of them. A product
/// is at most `2^14`, so 16 bits hold it: compilers turn this into `pmullw` or
/// `smull`, twice as fast as with 32-bit products.
#[inline(always)]
fn add_lane(sums: &mut [i32; SUMS], a: &[i8; LANE_BYTES], b: &[i8; LANE_BYTES]) {
    let parts = a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0);
    // Two groups of eight a turn: a whole 16-byte register of codes.
    for (a, b) in parts {
        for i in 0..SUMS {
            sums[i] += i32::from(i16::from(a[i]) * i16::from(b[i]));
        }
        for i in 0..SUMS {
            sums[i] += i32::from(i16::from(a[SUMS + i]) * i16::from(b[SUMS + i]));
        }
    }
}

/// See [`Kernels::nibble_dots`](super::Kernels::nibble_dots).
pub(super) fn nibble_dots(query: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    rows.each(out, |rows| rows.map(|row| nibble_dot(query, row)), |row| nibble_dot(query, row));
}

#[inline(always)]
fn nibble_dot(query: &[Lane], row: &[u8]) -> i32 {
    let mut sums = [0i32; SUMS];
    for (query, bytes) in query.iter().zip(row.as_chunks::<NIBBLE_LANE_BYTES>().0) {
        let mut codes = Lane::ZERO;
        let (low, high) = codes.0.split_at_mut(NIBBLE_LANE_BYTES);
        for ((low, high), byte) in low.iter_mut().zip(high).zip(bytes) {
            (*low, *high) = ((byte & 15).cast_signed(), (byte >> 4).cast_signed());
        }
        add_lane(&mut sums, &query.0, &codes.0);
    }
    sums.iter().sum()
}

/// See [`Kernels::bit_sums`](super::Kernels::bit_sums).
pub(super) fn bit_sums(levels: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    rows.each(out, |rows| rows.map(|row| bit_sum(levels, row)), |row| bit_sum(levels, row));
}

/// Eight sums, one for each place in a byte: 16 bits hold 256 levels of any size.
#[inline(always)]
fn bit_sum(levels: &[Lane], row: &[u8]) -> i32 {
    const PLACES: [u8; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
    let mut sums = [0i16; 8];
    for (levels, bytes) in levels.iter().zip(row.as_chunks::<BIT_LANE_BYTES>().0) {
        for (levels, byte) in levels.0.as_chunks::<8>().0.iter().zip(bytes) {
            for ((sum, &level), place) in sums.iter_mut().zip(levels).zip(PLACES) {
                let mask = if byte & place != 0 { -1 } else { 0 };
                *sum = sum.wrapping_add(i16::from(level & mask));
            }
        }
    }
    sums.iter().map(|&sum| i32::from(sum)).sum()
}

/// See [`SignTables::sums`].
///
/// There is no table look-up that the compiler vectorises, so each sign adds its own
/// part: what an entry has more with that bit than without any. Bytes wrap on the
/// way; the sum of a run of entries does not.
pub(super) fn sign_sums(tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
    let table = tables.fours();
    let groups = Groups::new(table, rows);
    for (at, out) in out.as_chunks_mut::<LANE_BYTES>().0.iter_mut().enumerate() {
        out.fill(0);
        let (group, half) = (at / 2, at % 2);
        let pairs = groups.get(group).as_chunks::<{ RUN / 2 }>().0;
        for (pairs, tables) in pairs.iter().zip(table.as_chunks::<RUN>().0) {
            let least = tables.iter().fold(0u8, |sum, table| sum.wrapping_add(table[0]));
            let mut sums = [least; LANE_BYTES];
            for (pair, [low, high]) in pairs.iter().zip(tables.as_chunks::<2>().0) {
                add_signs(&mut sums, &pair[half], low, high);
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out += u16::from(sum);
            }
        }
    }
}

/// Adds what the eight signs of each row are worth.
#[inline(always)]
fn add_signs(sums: &mut [u8; LANE_BYTES], lane: &Lane, low: &SignTable, high: &SignTable) {
    let worth = |table: &SignTable, bit: usize| table[1 << bit].wrapping_sub(table[0]);
    let mut parts = [0; 8];
    for bit in 0..4 {
        parts[bit] = worth(low, bit);
        parts[4 + bit] = worth(high, bit);
    }
    for (sum, signs) in sums.iter_mut().zip(lane.0.map(i8::cast_unsigned)) {
        for (bit, part) in parts.into_iter().enumerate() {
            let mask = if signs & (1 << bit) != 0 { 0xFF } else { 0 };
            *sum = sum.wrapping_add(part & mask);
        }
    }
}

/// See [`Kernels::best_codes`](super::Kernels::best_codes).
pub(super) fn best_codes(
    rows: &[[u64; CODE_WORDS]],
    columns: CodeColumns<'_>,
    best: &mut [BestCode],
) {
    for (row, best) in rows.iter().zip(best) {
        let mut lanes = [BestCode::place(0); GROUP_CODES];
        for (group, weights, place) in columns.iter() {
            let common = common_bits(row, group);
            for (at, lane) in (0..).zip(&mut lanes) {
                let product = common[at as usize] * u32::from(weights[at as usize]);
                // Below 2^31: a signed comparison is what SSE2 has.
                let value = (product << BestCode::COLUMN_BITS) + place - at;
                *lane = value.cast_signed().max(lane.cast_signed()).cast_unsigned();
            }
        }
        *best = BestCode(lanes.into_iter().fold(0, u32::max));
    }
}

/// How many bits one code has in common with each of eight. There is no count of bits
/// that every processor has: fields of two, four and eight bits are added in words.
#[inline(always)]
fn common_bits(row: &[u64; CODE_WORDS], group: &CodeGroup) -> [u32; GROUP_CODES] {
    const PAIRS: u64 = 0x5555_5555_5555_5555;
    const FOURS: u64 = 0x3333_3333_3333_3333;
    const BYTES: u64 = 0x0F0F_0F0F_0F0F_0F0F;
    const WORDS: u64 = 0x00FF_00FF_00FF_00FF;
    let mut common = [0; GROUP_CODES];
    for (at, common) in common.iter_mut().enumerate() {
        let words = [0, 1, 2, 3, 4].map(|word| row[word] & group.0[word][at]);
        let (and, or) = (|a: u64, b: u64| a & b, |a: u64, b: u64| a | b);
        let [ones, twos, fours] = add_places!(words, and, or, |a: u64, b: u64| a ^ b);
        // Numbers of 0 to 3, of the even and of the odd places.
        let even = (ones & PAIRS) | ((twos & PAIRS) << 1);
        let odd = ((ones >> 1) & PAIRS) | (twos & (PAIRS << 1));
        let low = (even & FOURS) + ((even >> 2) & FOURS) + (odd & FOURS) + ((odd >> 2) & FOURS);
        let low = (low & BYTES) + ((low >> 4) & BYTES);
        let high = fours - ((fours >> 1) & PAIRS);
        let high = (high & FOURS) + ((high >> 2) & FOURS);
        let high = (high + (high >> 4)) & BYTES;
        let bytes = low + (high << 2);
        let sums = (bytes & WORDS) + ((bytes >> 8) & WORDS);
        let sums = sums + (sums >> 32);
        let sums = sums + (sums >> 16);
        let sum = (sums & 0x1FF) as u32;
        *common = sum;
    }
    common
}
