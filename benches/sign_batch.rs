//! The sums of signs of 16 probes: each by its tables, and all of them together where a tier has a unit
//! for it. From it comes the number of probes from which on a batch is worth it.
//!
//! Prints medians in ns a row, and how many probes by tables take as long as all of them together: of one
//! block, which lies in the cache, and of as many as make 64 MB of 512 components.
//!
//! `cargo bench --bench sign_batch`; with `--test` one round on one block.

use std::hint::black_box;
use std::time::Instant;

use kaimen::kernels::{BATCH_PROBES, GROUP_ROWS, Kernels, LANE_BYTES, Lane, SignBatch, SignTables};

const BLOCK_ROWS: usize = 1024;

/// Numbers without a pattern (Knuth's multiplier for 64 bits).
struct Random(u64);

impl Random {
    fn next(&mut self) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        i32::try_from(self.0 >> 40).expect("24 bits")
    }
}

fn probe(kernels: Kernels, width: usize, random: &mut Random) -> Box<SignTables> {
    // Sums of six: near enough to the normal distribution of a rotated face.
    let mut component = || (0..6).map(|_| random.next() % 10_000 - 5000).sum();
    let rotated: Vec<i32> = (0..width * LANE_BYTES).map(|_| component()).collect();
    let mut tables = Box::new(SignTables::blank(kernels));
    tables.fill(&rotated);
    tables
}

/// The median of some rounds, in ns a row.
fn ns(rounds: usize, rows: usize, mut act: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            act();
            start.elapsed().as_secs_f64() * 1e9 / rows as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

fn measure(width: usize, blocks: usize, repeats: usize, rounds: usize) {
    let (kernels, mut random) = (Kernels::detect(), Random(width as u64));
    let probes: Vec<_> = (0..BATCH_PROBES).map(|_| probe(kernels, width, &mut random)).collect();
    let block_lanes = BLOCK_ROWS / GROUP_ROWS * 2 * width * LANE_BYTES / 8;
    let mut signs = vec![Lane::ZERO; blocks * block_lanes];
    Lane::bytes_mut(&mut signs).fill_with(|| random.next().to_le_bytes()[1]);
    let mut sums = vec![[0; BLOCK_ROWS]; BATCH_PROBES];
    let rows = repeats * blocks * BLOCK_ROWS;
    let by_tables = ns(rounds, rows, || {
        for block in (0..repeats).flat_map(|_| signs.chunks(block_lanes)) {
            probes[0].sums(block, black_box(&mut sums[0]));
        }
    });
    let together = SignBatch::new(kernels, probes.iter().map(|probe| &**probe)).map(|batch| {
        ns(rounds, rows, || {
            for block in (0..repeats).flat_map(|_| signs.chunks(block_lanes)) {
                batch.sums(black_box(block), sums.iter_mut().map(|sums| &mut sums[..]));
            }
        })
    });
    let together =
        together.map_or("– | –".into(), |ns| format!("{ns:.2} | {:.1}", ns / by_tables));
    println!("| {} | {blocks} | {by_tables:.2} | {together} |", width * LANE_BYTES);
}

fn main() {
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    println!("tier {}", Kernels::detect().tier());
    println!(
        "| components | blocks | by tables, ns a row and probe | 16 together, ns a row | probes by tables in that time |"
    );
    println!("|---|---|---|---|---|");
    for width in [2, 4, 8, 16] {
        for blocks in if is_test { vec![1] } else { vec![1, 1000] } {
            let repeats = if is_test { 1 } else { 1000 / blocks };
            measure(width, blocks, repeats, if is_test { 1 } else { 9 });
        }
    }
}
