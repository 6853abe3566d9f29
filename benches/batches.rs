//! Batches of 16 probes: the sums of signs, and the products with four-bit codes, each probe by itself, and
//! all of them together where a tier has a unit for it. From it comes the number of probes from which on a batch
//! is worth it.
//!
//! Prints medians in ns a row, and how many probes one by one take as long as all of them together: of one
//! block, which lies in the cache, and of as many as make 64 MB of signs, or 256 MB of four-bit codes, of 512
//! components.
//!
//! `cargo bench --bench batches`, with `--tier NAME` for another tier than the machine's best; with `--test` one
//! round on one block.

use std::hint::black_box;
use std::time::Instant;

use kaimen::kernels::{
    BATCH_PROBES, GROUP_ROWS, Kernels, LANE_BYTES, Lane, NIBBLE_LANE_BYTES, NibbleBatch, SignBatch,
    SignTables, Tier,
};

const BLOCK_ROWS: usize = 1024;
/// The same, as rows are asked for.
const ROWS: u16 = 1024;

/// Numbers without a pattern (Knuth's multiplier for 64 bits).
struct Random(u64);

impl Random {
    fn next(&mut self) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        i32::try_from(self.0 >> 40).expect("24 bits")
    }

    fn lanes(&mut self, count: usize) -> Vec<Lane> {
        let mut lanes = vec![Lane::ZERO; count];
        Lane::bytes_mut(&mut lanes).fill_with(|| self.next().to_le_bytes()[1]);
        lanes
    }
}

/// Products with a probe, and as much more that those of 16 probes do not lie in the same set of the cache.
#[repr(align(64))]
#[derive(Clone)]
struct Dots([i32; BLOCK_ROWS], #[expect(dead_code, reason = "takes place")] [u8; LANE_BYTES]);

/// What is measured: how many rows, how often, in how many rounds.
#[derive(Clone, Copy)]
struct Extent {
    width: usize,
    blocks: usize,
    repeats: usize,
    rounds: usize,
}

impl Extent {
    /// The median of the rounds, in ns a row; `act` reads a block.
    fn ns<T>(self, rows: &[T], mut act: impl FnMut(&[T])) -> f64 {
        let count = (self.repeats * self.blocks * BLOCK_ROWS) as f64;
        let mut times: Vec<f64> = (0..self.rounds)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..self.repeats {
                    rows.chunks(rows.len() / self.blocks).for_each(|block| act(black_box(block)));
                }
                start.elapsed().as_secs_f64() * 1e9 / count
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[self.rounds / 2]
    }

    fn print(self, one: f64, together: Option<f64>) {
        let together =
            together.map_or("– | –".into(), |ns| format!("{ns:.2} | {:.1}", ns / one));
        println!("| {} | {} | {one:.2} | {together} |", self.width * LANE_BYTES, self.blocks);
    }

    fn signs(self, kernels: Kernels) {
        let random = &mut Random(self.width as u64);
        let probes: Vec<_> =
            (0..BATCH_PROBES).map(|_| tables(kernels, self.width, random)).collect();
        let signs = random.lanes(self.blocks * BLOCK_ROWS * self.width / 8);
        let mut sums = vec![[0; BLOCK_ROWS]; BATCH_PROBES];
        let one = self.ns(&signs, |block| probes[0].sums(block, &mut sums[0]));
        let batch = SignBatch::new(kernels, probes.iter().map(|probe| &**probe));
        let together = batch.map(|batch| {
            self.ns(&signs, |block| batch.sums(block, sums.iter_mut().map(|sums| &mut sums[..])))
        });
        self.print(one, together);
    }

    fn nibbles(self, kernels: Kernels) {
        let random = &mut Random(self.width as u64);
        let probes: Vec<_> = (0..BATCH_PROBES).map(|_| random.lanes(self.width)).collect();
        let rows = random.lanes(self.blocks * BLOCK_ROWS * self.width / 2);
        let rows = Lane::bytes(&rows);
        let mut dots = vec![Dots([0; BLOCK_ROWS], [0; LANE_BYTES]); BATCH_PROBES];
        let all: Vec<u16> = in_streams();
        let one =
            self.ns(rows, |block| kernels.nibble_dots(&probes[0], block, &all, &mut dots[0].0));
        let batch = NibbleBatch::new(kernels, probes.iter().map(|probe| &probe[..]));
        let together = batch.map(|batch| {
            self.ns(rows, |block| batch.dots(block, dots.iter_mut().map(|dots| &mut dots.0[..])))
        });
        self.print(one, together);
    }
}

fn tables(kernels: Kernels, width: usize, random: &mut Random) -> Box<SignTables> {
    // Sums of six: near enough to the normal distribution of a rotated face.
    let mut component = || (0..6).map(|_| random.next() % 10_000 - 5000).sum();
    let rotated: Vec<i32> = (0..width * LANE_BYTES).map(|_| component()).collect();
    let mut tables = Box::new(SignTables::blank(kernels));
    tables.fill(&rotated);
    tables
}

/// All rows in the order in which a search with one probe reads them.
fn in_streams() -> Vec<u16> {
    (0..ROWS).map(|at| at % 4 * (ROWS / 4) + at / 4).collect()
}

type Measure = fn(Extent, Kernels);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let is_test = !arguments.iter().any(|argument| argument == "--bench");
    let name =
        arguments.iter().position(|argument| argument == "--tier").map(|at| &arguments[at + 1]);
    let kernels = name.map_or_else(Kernels::detect, |name| {
        let tier =
            Tier::available().find(|tier| tier.name() == name).expect("a tier of this machine");
        Kernels::force(tier).expect("it is available")
    });
    println!("tier {}", kernels.tier());
    const { assert!(GROUP_ROWS * 8 == BLOCK_ROWS && NIBBLE_LANE_BYTES * 2 == LANE_BYTES) };
    let signs: Measure = Extent::signs;
    let nibbles: Measure = Extent::nibbles;
    for (name, measure) in [("sums of signs", signs), ("products with four-bit codes", nibbles)] {
        println!("\n{name}\n");
        println!(
            "| components | blocks | one probe, ns a row | 16 together, ns a row | probes one by one in that time |"
        );
        println!("|---|---|---|---|---|");
        for width in [2, 4, 8, 16] {
            for blocks in if is_test { vec![1] } else { vec![1, 1000] } {
                let repeats = if is_test { 1 } else { 1000 / blocks };
                measure(
                    Extent { width, blocks, repeats, rounds: if is_test { 1 } else { 9 } },
                    kernels,
                );
            }
        }
    }
}
