//! What is right: one product after the other, summed in 64 bits.

use super::agreement::{AgreementGate, MinutiaPairs, Proposal};
use super::apart::CodePlanes;
use super::cylinders::{BestCode, CODE_WORDS, CodeColumns};
use super::gates::{MASK_ROWS, RowMask, SignGate};
use super::nibbles::unpack;
use super::sign_tables::SignTables;
use super::signs::{GROUP_ROWS, Groups};
use super::wanted::WantedRows;
use super::{LANE_BYTES, Lane};

// One way to write it: integers, and the tiers only compile it for themselves.
pub(super) use super::levels::sign_tables;
pub(super) use super::portable::rotate;

/// One product per row. See [`Kernels::dot_rows`](super::Kernels::dot_rows).
pub(super) fn dot_rows(query: &[Lane], rows: &[Lane], out: &mut [i32]) {
    for (row, dot) in rows.chunks_exact(query.len()).zip(out) {
        let sum: i64 = Lane::codes(query)
            .iter()
            .zip(Lane::codes(row))
            .map(|(&a, &b)| i64::from(a) * i64::from(b))
            .sum();
        *dot = i32::try_from(sum).expect("MAX_LANES keeps the sum inside 32 bits");
    }
}

/// See [`Kernels::nibble_dots`](super::Kernels::nibble_dots).
pub(super) fn nibble_dots(query: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let dot = |row: &[u8]| {
        let codes = row.as_chunks().0.iter().flat_map(|lane| {
            let (low, high) = unpack(lane);
            low.into_iter().chain(high)
        });
        let products = Lane::codes(query).iter().zip(codes);
        let sum: i64 = products.map(|(&a, b)| i64::from(a) * i64::from(b)).sum();
        i32::try_from(sum).expect("MAX_LANES keeps the sum inside 32 bits")
    };
    rows.each(out, |rows| rows.map(dot), dot);
}

/// See [`Kernels::bit_sums`](super::Kernels::bit_sums).
pub(super) fn bit_sums(levels: &[Lane], rows: WantedRows<'_>, out: &mut [i32]) {
    let sum = |row: &[u8]| {
        let levels = Lane::codes(levels).iter().enumerate();
        let set = levels.filter(|(at, _)| row[at / 8] >> (at % 8) & 1 == 1);
        let sum: i64 = set.map(|(_, &level)| i64::from(level)).sum();
        i32::try_from(sum).expect("at most 2048 levels")
    };
    rows.each(out, |rows| rows.map(sum), sum);
}

/// See [`SignTables::sums`].
pub(super) fn sign_sums(tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
    let table = tables.fours();
    let groups = Groups::new(table, rows);
    for (row, sum) in out.iter_mut().enumerate() {
        let (half, place) = (row % GROUP_ROWS / LANE_BYTES, row % LANE_BYTES);
        let pairs = groups.get(row / GROUP_ROWS);
        let total: u64 = pairs
            .iter()
            .zip(table.as_chunks::<2>().0)
            .map(|(pair, [low, high])| {
                let signs = usize::from(pair[half].0[place].cast_unsigned());
                u64::from(low[signs & 15]) + u64::from(high[signs >> 4])
            })
            .sum();
        *sum = u16::try_from(total).expect("64 runs of at most 255");
    }
}

/// See [`Kernels::sign_gate`](super::Kernels::sign_gate).
pub(super) fn sign_gate(gate: SignGate, sums: &[u16], alignments: &[u16], masks: &mut [RowMask]) {
    masks.fill(0);
    for (row, (&sum, &alignment)) in sums.iter().zip(alignments).enumerate() {
        let least = i64::from(gate.base) + ((i64::from(gate.slope) * i64::from(alignment)) >> 16);
        masks[row / MASK_ROWS] |= u64::from(i64::from(sum) >= least) << (row % MASK_ROWS);
    }
}

/// See [`Kernels::dot_gate`](super::Kernels::dot_gate).
pub(super) fn dot_gate(least: i32, dots: &[i32], masks: &mut [RowMask]) {
    masks.fill(0);
    for (row, &dot) in dots.iter().enumerate() {
        masks[row / MASK_ROWS] |= u64::from(dot >= least) << (row % MASK_ROWS);
    }
}

/// See [`Kernels::best_codes`](super::Kernels::best_codes).
pub(super) fn best_codes(
    rows: &[[u64; CODE_WORDS]],
    columns: CodeColumns<'_>,
    best: &mut [BestCode],
) {
    for (row, best) in rows.iter().zip(best) {
        *best = BestCode(BestCode::place(0));
        for (group, weights, place) in columns.iter() {
            for (at, &weight) in (0..).zip(weights) {
                let code = group.code(at as usize);
                let common: u32 = row.iter().zip(code).map(|(a, b)| (a & b).count_ones()).sum();
                let product = common * u32::from(weight);
                *best = (*best).max(BestCode((product << BestCode::COLUMN_BITS) + place - at));
            }
        }
    }
}

/// See [`Kernels::codes_apart`](super::Kernels::codes_apart).
pub(super) fn codes_apart<const N: usize>(
    rows: &[[u64; CODE_WORDS]],
    planes: &CodePlanes<N>,
    columns: usize,
    apart: &mut [[u16; N]],
) {
    for (row, apart) in rows.iter().zip(apart) {
        for (column, apart) in apart.iter_mut().enumerate().take(columns) {
            let words = row.iter().zip(planes);
            let bits = words.map(|(word, plane)| (word ^ plane[column]).count_ones()).sum::<u32>();
            *apart = u16::try_from(bits).expect("five words have 320 bits");
        }
    }
}

/// See [`Kernels::agreement`](super::Kernels::agreement). Floats are computed in the same
/// order as everywhere, one pair after the other.
pub(super) fn agreement(pairs: MinutiaPairs<'_>, proposal: Proposal, gate: AgreementGate) -> i32 {
    let Proposal { at: own, cosine, sine } = proposal;
    let way = |places: [&[f32]; 2], at: usize| {
        [places[0][at] - places[0][own], places[1][at] - places[1][own]]
    };
    let agrees = |at: usize| {
        let ([dx, dy], [ex, ey]) = (way(pairs.from, at), way(pairs.to, at));
        let (aside_x, aside_y) = (cosine * dx - sine * dy - ex, sine * dx + cosine * dy - ey);
        let most = gate.near + gate.soft * (ex * ex + ey * ey);
        let turned = pairs.turned[at].wrapping_sub(pairs.turned[own]).cast_signed();
        aside_x * aside_x + aside_y * aside_y <= most && turned.unsigned_abs() <= gate.turned
    };
    (0..pairs.worth.len()).filter(|&at| agrees(at)).map(|at| pairs.worth[at]).sum()
}
