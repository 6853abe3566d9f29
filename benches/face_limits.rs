//! What a search costs where it cannot save: ratios from one run.
//!
//! Galleries in which nothing can be dropped against reading and comparing all int8 codes;
//! a gallery after many random changes against a fresh one; one probe on several
//! threads. Rounds are interleaved, figures are medians.
//!
//! `cargo bench --bench face_limits`; with `--test` one round on small galleries.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Instant;

use kaimen::index::{Codes, PreparedQuery, SCORE_ONE, SearchMode, SearchParams, TopK, VectorIndex};
use kaimen::kernels::{Kernels, Lane};

const DIMENSION: usize = 512;

/// Knuth's MMIX linear congruence.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 16
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// In the shape of a bell.
    fn vector(&mut self) -> Vec<i8> {
        let half = |bits: u64| bits.to_le_bytes()[2].cast_signed() / 2;
        (0..DIMENSION).map(|_| half(self.next()) + half(self.next())).collect()
    }
}

fn enrol(rows: &[Codes], mode: SearchMode) -> VectorIndex {
    let mut index = VectorIndex::new(DIMENSION, mode).unwrap();
    for (row, owner) in rows.iter().zip(0..) {
        index.insert(owner, 0, row).unwrap();
    }
    index
}

fn search(index: &VectorIndex, query: &PreparedQuery, k: usize, floor: i32) -> Option<i32> {
    let mut top = TopK::new();
    let params = SearchParams { k, floor };
    index.search(query, params, |a, b| a.cmp(&b), &mut top).unwrap();
    top.best().map(|best| best.score)
}

/// The whole int8 codes as one plane, and the product of each row with a probe.
fn compare_all(rows: &[Lane], probe: &[Lane]) -> i32 {
    let mut dots = [0; 256];
    let mut best = i32::MIN;
    for part in rows.chunks(256 * probe.len()) {
        let dots = &mut dots[..part.len() / probe.len()];
        Kernels::detect().dot_rows(probe, part, dots);
        best = dots.iter().copied().fold(best, i32::max);
    }
    best
}

fn keep<T>(_: T) {}

/// Medians in milliseconds, each task once unmeasured in every round.
fn measure(rounds: usize, tasks: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let mut times = vec![Vec::new(); tasks.len()];
    for round in 0..rounds {
        for turn in 0..tasks.len() {
            let at = (turn + round) % tasks.len();
            tasks[at]();
            let start = Instant::now();
            tasks[at]();
            times[at].push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    times
        .into_iter()
        .map(|mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect()
}

/// All rows score about as much as is asked for, closer together than any bound can
/// tell apart.
fn nothing_to_drop(size: usize, rounds: usize) {
    let mut random = Random(1);
    let probe = random.vector();
    let rows: Vec<_> = (0..size)
        .map(|_| {
            let noise = random.vector();
            let mix = |(&own, &other): (&i8, &i8)| (own / 3).wrapping_add(other / 5 * 4);
            let row: Vec<i8> = probe.iter().zip(&noise).map(mix).collect();
            Codes::from_i8(&row).unwrap()
        })
        .collect();
    let near = probe;
    let plane: Vec<Lane> = rows
        .iter()
        .flat_map(|row| row.as_i8().as_chunks().0.iter().map(|&codes| Lane(codes)))
        .collect();
    let query = PreparedQuery::from_i8(&near).unwrap();
    let probe: Vec<Lane> = near.as_chunks().0.iter().map(|&codes| Lane(codes)).collect();
    let (proven, fast) = (enrol(&rows, SearchMode::Proven), enrol(&rows, SearchMode::Fast));
    drop(rows);
    let best = search(&proven, &query, 1, 300_000);
    assert_eq!(search(&fast, &query, 1, 300_000), best);
    let times = measure(
        rounds,
        &mut [
            &mut || keep(black_box(compare_all(&plane, &probe))),
            &mut || keep(black_box(search(&proven, &query, 1, 300_000))),
            &mut || keep(black_box(search(&fast, &query, 1, 300_000))),
        ],
    );
    for (name, time) in ["proven", "fast"].iter().zip(&times[1..]) {
        println!(
            "| nothing can be dropped, {size} | {name} | {:.2} of comparing all int8 |",
            time / times[0]
        );
    }
}

/// A gallery after `changes` random changes against a fresh one of the same rows.
fn after_changes(size: usize, changes: usize, rounds: usize) {
    for (name, mode) in [("proven", SearchMode::Proven), ("fast", SearchMode::Fast)] {
        let mut random = Random(2);
        let pool: Vec<_> = (0..4096).map(|_| Codes::from_i8(&random.vector()).unwrap()).collect();
        let mut old = VectorIndex::new(DIMENSION, mode).unwrap();
        let mut held = Vec::new();
        for (owner, _) in (0u32..).zip(0..size) {
            let at = random.below(pool.len());
            held.push((old.insert(owner, 0, &pool[at]).unwrap(), owner, at));
        }
        for change in 0..changes {
            let place = random.below(held.len());
            let at = random.below(pool.len());
            if change % 2 == 0 {
                old.replace(held[place].0, &pool[at]).unwrap();
                held[place].2 = at;
            } else {
                let (handle, owner, _) = held.swap_remove(place);
                old.remove(handle).unwrap();
                held.push((old.insert(owner, 0, &pool[at]).unwrap(), owner, at));
            }
        }
        let mut fresh = VectorIndex::new(DIMENSION, mode).unwrap();
        for &(_, owner, at) in &held {
            fresh.insert(owner, 0, &pool[at]).unwrap();
        }
        let query = PreparedQuery::from_i8(&random.vector()).unwrap();
        let mate = PreparedQuery::from_codes(pool[held[0].2].clone());
        for query in [&query, &mate] {
            let all = |index| search(index, query, 5, -SCORE_ONE);
            assert_eq!(all(&old), all(&fresh));
        }
        let times = measure(
            rounds,
            &mut [&mut || keep(black_box(search(&fresh, &query, 2, 300_000))), &mut || {
                keep(black_box(search(&old, &query, 2, 300_000)))
            }],
        );
        let memory = old.memory_bytes() as f64 / fresh.memory_bytes() as f64;
        println!(
            "| after {changes} changes, {size} | {name} | {:.2} of a fresh gallery's time, {memory:.3} of its memory |",
            times[1] / times[0]
        );
    }
}

/// One probe on two threads, and two probes on two threads, against one on one.
fn threads(size: usize, rounds: usize) {
    let mut random = Random(3);
    let rows: Vec<_> = (0..size).map(|_| Codes::from_i8(&random.vector()).unwrap()).collect();
    let query = PreparedQuery::from_i8(&random.vector()).unwrap();
    for (name, mode) in [("proven", SearchMode::Proven), ("fast", SearchMode::Fast)] {
        let index = enrol(&rows, mode);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let params = SearchParams { k: 2, floor: 300_000 };
        let shared = || {
            let mut top = TopK::new();
            pool.install(|| index.search_threaded(&query, params, |a, b| a.cmp(&b), &mut top))
                .unwrap();
            black_box(&top);
        };
        let one = || keep(black_box(search(&index, &query, 2, 300_000)));
        let times = measure(
            rounds,
            &mut [&mut { one }, &mut { shared }, &mut || {
                pool.join(one, one);
            }],
        );
        println!(
            "| threads, {size} | {name} | one probe on two: {:.2} of the time; a probe on each of two: {:.2} |",
            times[1] / times[0],
            times[2] / times[0]
        );
    }
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    println!("dimension {DIMENSION}; tier {}\n", Kernels::detect().tier());
    println!("| what | mode | ratio |\n|---|---|---|");
    let sizes: &[usize] = if test { &[3000] } else { &[10_000, 100_000] };
    let rounds = if test { 1 } else { 41 };
    for &size in sizes {
        nothing_to_drop(size, rounds);
    }
    if test {
        after_changes(3000, 3000, 1);
        threads(40_000, 1);
    } else {
        after_changes(100_000, 1_000_000, rounds);
        threads(100_000, rounds);
        threads(1_000_000, 9);
    }
}
