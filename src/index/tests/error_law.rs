//! The error law behind the sign step, counted.
//!
//! Every comparison of a set of templates with itself: how far the estimate is from
//! what the law of `signs.rs` expects, in standard deviations, and whether the gate would
//! have let the row through at a floor of exactly its score. In every run on vectors
//! made here, and on the real embeddings where they lie beside the project; a long run with
//!
//! ```sh
//! KAIMEN_COMPARISONS=500000000 cargo test --release --lib error_law -- --nocapture
//! ```

use super::*;
use crate::index::signs::{Law, SignQuery};

/// What a run over many comparisons has seen.
#[derive(Default)]
struct Seen {
    comparisons: u64,
    /// Rows that a floor of their own score would have lost.
    lost: u64,
    lowest: f64,
    highest: f64,
    squares: f64,
    /// The lowest by both bits: of narrow rows by their codes, of others by their levels.
    second_lowest: f64,
    second_squares: f64,
    /// Comparisons that score at least 0.3, and those that the gates let go on then.
    above: u64,
    admitted: u64,
    admitted_second: u64,
}

/// Comparisons of one run.
fn wanted() -> u64 {
    let given = std::env::var("KAIMEN_COMPARISONS").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(3_000_000)
}

fn compare_all(rows: &[Codes]) -> Seen {
    let mut index = VectorIndex::new(rows[0].dimension(), SearchMode::Fast).unwrap();
    for row in rows {
        index.insert(0, 0, row).unwrap();
    }
    let mut seen = Seen::default();
    // A step without a common factor spreads the queries over all rows.
    for at in 0..rows.len() {
        let query = PreparedQuery::from_codes(rows[at * 7919 % rows.len()].clone());
        compare(&index, &query, &mut seen);
        if seen.comparisons >= wanted() {
            break;
        }
    }
    seen
}

fn compare(index: &VectorIndex, query: &PreparedQuery, seen: &mut Seen) {
    let mut signs = SignQuery::blank(query.kernels());
    signs.fill(query.codes());
    let usual = signs.law(300_000).unwrap();
    let usual_gate = signs.gate(&usual);
    let usual_narrow = signs.narrow_gate(&usual);
    let order: Vec<u16> = (0..u16::try_from(BLOCK_ROWS).unwrap()).collect();
    let [mut high, mut low, mut second] = [(); 3].map(|()| vec![0; BLOCK_ROWS]);
    for block in &index.rows.blocks {
        let rows = &order[..block.len()];
        query.nibble_dots(block.high(), rows, &mut high);
        query.nibble_dots(block.low(), rows, &mut low);
        let (plane, alignments) = block.signs().unwrap();
        let mut sums = vec![0; alignments.len()];
        signs.tables().sums(plane, &mut sums);
        let codes = block.narrow().map(|(plane, alignments)| {
            let mut codes = vec![0; alignments.len()];
            signs.tables().sums(plane, &mut codes);
            narrow::with_signs(&mut codes, &sums);
            (codes, alignments)
        });
        if codes.is_none() {
            signs.second_sums(block.second(), rows, &mut second);
        }
        for row in 0..block.len() {
            let weight = block.row_bound(row).weight;
            let dot = bound::QueryBound::of(query.codes()).dot(high[row], low[row]);
            let score = query.score(dot, weight);
            let cosine = f64::from(score) / f64::from(SCORE_ONE);
            let deviation = signs.deviation(sums[row], alignments[row], cosine);
            let code = codes.as_ref().map(|(sums, alignments)| (sums[row], alignments[row]));
            let second_deviation = match code {
                Some((sum, alignment)) => signs.narrow_deviation(sum, alignment, cosine),
                None => {
                    let span = block.row_span(row);
                    signs.second_deviation(sums[row], second[row], span, cosine)
                }
            };
            seen.comparisons += 1;
            // A row against itself has no spread to measure in.
            if score < SCORE_ONE - 1000 {
                seen.lowest = seen.lowest.min(deviation);
                seen.highest = seen.highest.max(deviation);
                seen.squares += deviation * deviation;
                seen.second_lowest = seen.second_lowest.min(second_deviation);
                seen.second_squares += second_deviation * second_deviation;
            }
            seen.above += u64::from(score >= 300_000);
            let by_levels = |law: &Law| {
                let (of_block, of_row) = (block.span(), block.row_span(row));
                let [block_least, row_least] =
                    [of_block.least(law), of_row.least(law)].map(|least| signs.both_sums(least));
                assert!(block_least <= row_least, "a block's bound is one of its rows");
                i32::from(sums[row]) + second[row] >= row_least
            };
            let by_both = |law: &Law| match code {
                Some((sum, alignment)) => admits(signs.narrow_gate(law).unwrap(), sum, alignment),
                None => by_levels(law),
            };
            let is_admitted = admits(usual_gate, sums[row], alignments[row]);
            seen.admitted += u64::from(is_admitted);
            // A narrow row is tested by its code alone.
            seen.admitted_second += u64::from(match (code, usual_narrow) {
                (Some((sum, alignment)), Some(gate)) => admits(gate, sum, alignment),
                _ => is_admitted && by_both(&usual),
            });
            let is_lost =
                |law| !admits(signs.gate(&law), sums[row], alignments[row]) || !by_both(&law);
            // Only where it is near do the exact gates have to be asked.
            let is_near = deviation < -5.0 || second_deviation < -5.0;
            if is_near && score > 0 && signs.law(score).is_some_and(is_lost) {
                seen.lost += 1;
            }
        }
    }
}

fn admits(gate: crate::kernels::SignGate, sum: u16, alignment: u16) -> bool {
    let more = (u32::from(gate.slope) * u32::from(alignment)) >> 16;
    i32::from(sum) >= i32::from(gate.base) + more.cast_signed()
}

/// Prints past the test harness, which hides what a passing test prints.
fn say(line: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}

fn judge(name: &str, seen: &Seen) {
    let count = seen.comparisons as f64;
    let spread = (seen.squares / count).sqrt();
    let second_spread = (seen.second_squares / count).sqrt();
    say(&format!(
        "error law, {name}: {} comparisons, lost {}, deviations {:.2} to {:.2}, spread {spread:.3}, \
         by two bits from {:.2}, spread {second_spread:.3}; \
         floor 0.3: {:.4} % score it, {:.3} % go on, {:.4} % by two bits\n",
        seen.comparisons,
        seen.lost,
        seen.lowest,
        seen.highest,
        seen.second_lowest,
        100.0 * seen.above as f64 / count,
        100.0 * seen.admitted as f64 / count,
        100.0 * seen.admitted_second as f64 / count,
    ));
    assert_eq!(seen.lost, 0, "{name}");
    for spread in [spread, second_spread] {
        assert!((0.7..1.15).contains(&spread), "{name}: the law says 1");
    }
    assert!(seen.comparisons >= 1_000_000);
}

#[test]
fn the_error_law_holds_for_made_up_vectors() {
    for dimension in [128, 192, 512] {
        let mut random = Random(dimension as u64);
        // Half of them share something with their neighbour.
        let mut last = random.vector(dimension);
        let count = usize::try_from(wanted().isqrt()).unwrap() + 400;
        let rows: Vec<_> = (0..count.min(60_000))
            .map(|i| {
                let fresh = random.vector(dimension);
                if i % 2 == 0 {
                    last = fresh;
                } else {
                    last.iter_mut().zip(&fresh).for_each(|(a, b)| *a = *a / 2 + b / 2);
                }
                Codes::from_i8(&last).unwrap()
            })
            .collect();
        judge(&format!("{dimension} components"), &compare_all(&rows));
    }
}

/// Rows of a `.npy` file of f32, if the data is on this machine.
fn real(name: &str) -> Option<Vec<Vec<f32>>> {
    let file = std::fs::read(format!("../shared/data/faces/{name}")).ok()?;
    let length = usize::from(u16::from_le_bytes([file[8], file[9]]));
    let header = std::str::from_utf8(&file[10..10 + length]).ok()?;
    let columns: usize = header
        .split_once(", ")?
        .1
        .split_once("'shape': (")?
        .1
        .split_once(')')?
        .0
        .split_once(", ")?
        .1
        .parse()
        .ok()?;
    let values = file[10 + length..].as_chunks().0.iter().map(|raw| f32::from_le_bytes(*raw));
    let values: Vec<f32> = values.collect();
    Some(values.chunks_exact(columns).map(<[f32]>::to_vec).collect())
}

#[test]
fn the_error_law_holds_for_real_faces() {
    let (Some(mut rows), Some(others)) = (real("lfw-gray.npy"), real("distractors.npy")) else {
        return say("error law, real faces: skipped: ../shared/data/faces is not there\n");
    };
    rows.extend(others);
    let codes: Vec<_> = rows.iter().filter_map(|row| Codes::quantise(row).ok()).collect();
    assert!(codes.len() > 25_000);
    judge("real faces", &compare_all(&codes));
}
