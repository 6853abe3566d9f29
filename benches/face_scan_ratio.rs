//! One face against a gallery, one thread: ratios from one run.
//!
//! Every round runs every engine once, in an order that turns from round to
//! round, so that a noisy neighbour meets all of them. Prints medians as a
//! table: engine, milliseconds, GB/s, times faster than simsimd row by row,
//! share of the read limit.
//!
//! `cargo bench --bench face_scan_ratio`; with `--test` one round on a small
//! gallery. Records are in `benches/record/`.

mod synthetic;

use std::hint::black_box;
use std::time::Instant;

use kaimen::kernels::{Kernels, Tier};

use synthetic::{DIMENSION, Gallery};

#[derive(Clone, Copy, PartialEq)]
enum Engine {
    Ours(Tier),
    Simsimd,
    Read,
}

impl Engine {
    fn name(self) -> String {
        match self {
            Engine::Ours(tier) => format!("ours, {tier}"),
            Engine::Simsimd => "simsimd by rows".into(),
            Engine::Read => "read limit".into(),
        }
    }

    fn run(self, gallery: &Gallery, probe: usize) {
        match self {
            Engine::Ours(tier) => drop(black_box(gallery.scan(tier, probe))),
            Engine::Simsimd => drop(black_box(gallery.scan_simsimd(probe))),
            Engine::Read => drop(black_box(gallery.read())),
        }
    }
}

/// The median milliseconds of each engine, all engines in each round.
fn measure(gallery: &Gallery, engines: &[Engine], rounds: usize) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(rounds); engines.len()];
    for round in 0..rounds {
        for turn in 0..engines.len() {
            let at = (turn + round) % engines.len();
            // Once unmeasured: the caches hold what this engine leaves there.
            engines[at].run(gallery, round);
            let start = Instant::now();
            engines[at].run(gallery, round + 1);
            times[at].push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let sizes: &[(usize, usize)] =
        if test { &[(300, 1)] } else { &[(1_000, 401), (10_000, 201), (100_000, 61)] };
    let engines: Vec<Engine> = Tier::available()
        .filter(|&tier| test || tier != Tier::Reference)
        .map(Engine::Ours)
        .chain([Engine::Simsimd, Engine::Read])
        .collect();
    println!(
        "dimension {DIMENSION}, int8, one thread, k = 1, no floor; detected tier: {}",
        Kernels::detect().tier()
    );
    println!("medians of interleaved rounds\n");
    println!("| size | engine | ms | GB/s | times faster than simsimd | share of read limit |");
    println!("|---|---|---|---|---|---|");
    for &(size, rounds) in sizes {
        let gallery = Gallery::new(size);
        gallery.assert_answers();
        let times = measure(&gallery, &engines, rounds);
        let time_of = |engine| times[engines.iter().position(|&e| e == engine).unwrap()];
        for (engine, &ms) in engines.iter().zip(&times) {
            println!(
                "| {size} | {} | {ms:.3} | {:.1} | {:.2} | {:.0} % |",
                engine.name(),
                gallery.bytes() as f64 / ms / 1e6,
                time_of(Engine::Simsimd) / ms,
                100.0 * time_of(Engine::Read) / ms,
            );
        }
    }
}
