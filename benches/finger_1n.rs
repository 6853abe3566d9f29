//! One finger against a gallery, one thread: ratios from one run.
//!
//! A whole search on each tier (every template voted on, the best compared, best two members)
//! and, as what it is measured by, in the same rounds: simsimd's Hamming distance row by row, every code of
//! the probe against every code of the gallery, and the popcount floor, which reads the
//! gallery once and counts its bits. Fingers are invented (`finger/mod.rs` has the model); every
//! second probe is an impression of a finger in the gallery, the others are of nobody.
//!
//! Then, on real templates where they are: rank 1 of the search and of the comparison of
//! everybody, with the probe's finger in the gallery once (impression 1) among all impressions
//! of all other fingers. Correct is what is strictly first.
//!
//! `cargo bench --bench finger_1n`; as a test one round on a small gallery.

mod finger;

use std::hint::black_box;
use std::time::Instant;

use finger::{Random, Real};
use kaimen::fingerprint::{Comparer, FingerIndex, FingerProbe, FingerScratch, FingerTemplate};
use kaimen::gallery::{SearchParams, TopK};
use kaimen::kernels::{Kernels, Tier};
use simsimd::BinarySimilarity;

const PROBES: usize = 16;
/// Bytes of a code.
const CODE: usize = 40;
/// All members, at any score: the two that a decision looks at.
const PARAMS: SearchParams = SearchParams { k: 2, floor: i32::MIN };

#[derive(Clone, Copy, PartialEq)]
enum Engine {
    Ours(Tier),
    Simsimd,
    Floor,
}

impl Engine {
    fn name(self) -> String {
        match self {
            Engine::Ours(tier) => format!("ours, {tier}"),
            Engine::Simsimd => "simsimd by rows".into(),
            Engine::Floor => "popcount floor".into(),
        }
    }
}

struct Gallery {
    index: FingerIndex,
    /// The same codes one behind the other, for the baselines.
    codes: Vec<u8>,
    probes: Vec<FingerTemplate>,
    mates: Vec<Option<u32>>,
    comparer: Comparer,
    scratch: FingerScratch,
    top: TopK,
    /// Templates compared since the last look.
    compared: usize,
}

impl Gallery {
    fn new(size: u32) -> Gallery {
        let mut random = Random(u64::from(size));
        let (mut index, mut codes) = (FingerIndex::new(), Vec::new());
        let (mut probes, mut mates) = (Vec::new(), Vec::new());
        let every = size / u32::try_from(PROBES).expect("few");
        for owner in 0..size {
            let finger = finger::finger(&mut random);
            let template = FingerTemplate::new(&finger).expect("within the ranges");
            index.insert(owner, 0, &template).expect("room");
            let words = template.codes().as_flattened();
            codes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
            if owner % every == 0 && probes.len() < PROBES {
                let mated = probes.len() % 2 == 0;
                let of = if mated { finger } else { finger::finger(&mut random) };
                let impression = finger::impression(&of, &mut random);
                probes.push(FingerTemplate::new(&impression).expect("within the ranges"));
                mates.push(mated.then_some(owner));
            }
        }
        let (comparer, scratch, top) = (Comparer::new(), FingerScratch::new(), TopK::new());
        Gallery { index, codes, probes, mates, comparer, scratch, top, compared: 0 }
    }

    fn run(&mut self, engine: Engine, probe: usize) -> u64 {
        match engine {
            Engine::Ours(tier) => u64::from(self.search(tier, probe)),
            Engine::Simsimd => self.simsimd(probe),
            Engine::Floor => self.floor(),
        }
    }

    /// Our search, whole: prepare the probe, vote, compare, best members.
    fn search(&mut self, tier: Tier, probe: usize) -> u32 {
        let kernels = Kernels::force(tier).expect("an available tier");
        let view = self.probes[probe % PROBES].clone();
        let probe = FingerProbe::new([view]).with_kernels(kernels);
        let tie = |a: u32, b: u32| a.cmp(&b);
        let (scratch, top) = (&mut self.scratch, &mut self.top);
        self.index.search(&probe, PARAMS, &mut self.comparer, tie, scratch, top);
        self.compared += scratch.compared();
        top.best().expect("the gallery is not empty").owner
    }

    /// The sum of the best similarity of each code; nothing is kept, and nobody identified.
    fn simsimd(&self, probe: usize) -> u64 {
        let mut sum = 0.0;
        for code in self.probes[probe % PROBES].codes() {
            let code = code.map(u64::to_ne_bytes);
            let code = code.as_flattened();
            let rows = self.codes.chunks_exact(CODE);
            let distances = rows.map(|row| u8::hamming(code, row).expect("one length"));
            sum += distances.fold(f64::MAX, f64::min);
        }
        sum.to_bits()
    }

    /// The bits of the gallery, read and counted once.
    fn floor(&self) -> u64 {
        let words = self.codes.as_chunks::<8>().0.iter();
        words.map(|word| u64::from(u64::from_ne_bytes(*word).count_ones())).sum()
    }

    /// Every tier finds the same, and mated probes their mates.
    fn assert_answers(&mut self) {
        for probe in 0..PROBES {
            let right = self.search(Tier::Portable, probe);
            for tier in Tier::available() {
                assert_eq!(self.search(tier, probe), right, "tier {tier}");
            }
            if let Some(mate) = self.mates[probe] {
                assert_eq!(right, mate);
            }
        }
    }
}

/// The median milliseconds of each engine, all engines in each round, and how many templates
/// each search compared; with probes that have a mate, or with those that have none.
fn measure(
    gallery: &mut Gallery,
    engines: &[Engine],
    rounds: usize,
    mated: bool,
) -> Vec<(f64, usize)> {
    let mut times = vec![(Vec::with_capacity(rounds), 0); engines.len()];
    for round in 0..rounds {
        for turn in 0..engines.len() {
            let at = (turn + round) % engines.len();
            gallery.compared = 0;
            let start = Instant::now();
            black_box(gallery.run(engines[at], 2 * round + usize::from(!mated)));
            times[at].0.push(start.elapsed().as_secs_f64() * 1e3);
            times[at].1 += gallery.compared;
        }
    }
    let median = |(mut times, compared): (Vec<f64>, usize)| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], compared / rounds)
    };
    times.into_iter().map(median).collect()
}

fn main() {
    // `cargo bench` says `--bench`; everything else wants to know only whether it works.
    let said = |word: &str| std::env::args().any(|argument| argument == word);
    let test = !said("--bench") || said("--test");
    let sizes: &[(u32, usize)] = if test { &[(200, 1)] } else { &[(1_000, 33), (10_000, 17)] };
    let engines: Vec<Engine> = Tier::available()
        .filter(|&tier| test || tier != Tier::Reference)
        .map(Engine::Ours)
        .chain([Engine::Simsimd, Engine::Floor])
        .collect();
    println!(
        "one thread, best two members, no floor; {} bytes a template; detected tier: {}",
        FingerIndex::bytes_per_template(),
        Kernels::detect().tier()
    );
    println!("medians of interleaved rounds, invented fingers\n");
    println!(
        "| size | probe of | engine | ms | templates/s | compared | times faster than simsimd | GB/s of codes |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for &(size, rounds) in sizes {
        let mut gallery = Gallery::new(size);
        gallery.assert_answers();
        for mated in [true, false] {
            let times = measure(&mut gallery, &engines, rounds, mated);
            let simsimd = times[engines.iter().position(|&e| e == Engine::Simsimd).unwrap()].0;
            for (engine, (ms, compared)) in engines.iter().zip(&times) {
                println!(
                    "| {size} | {} | {} | {ms:.3} | {:.0} | {compared} | {:.2} | {:.2} |",
                    if mated { "mate" } else { "nobody" },
                    engine.name(),
                    f64::from(size) / ms * 1e3,
                    simsimd / ms,
                    gallery.codes.len() as f64 / ms / 1e6,
                );
            }
        }
    }
    println!();
    for extractor in ["fjfx-iso2005", "mindtct-iso2005"] {
        match finger::real(extractor) {
            Some(all) => rank(extractor, &all, if test { 40 } else { 1 }),
            None => {
                println!("rank 1, {extractor}: skipped: ../shared/data/fingerprints is not there")
            }
        }
    }
}

/// Rank 1 with and without the first stages, of every `step`-th probe.
fn rank(extractor: &str, all: &[Real], step: usize) {
    let mut comparer = Comparer::new();
    let (mut scratch, mut top) = (FingerScratch::new(), TopK::new());
    let (mut found, mut exhaustive, mut compared, mut probes) = (0, 0, 0, 0);
    let mut gallery_size = 0;
    for probe in all.iter().filter(|real| real.number > 1).step_by(step) {
        let mut index = FingerIndex::new();
        let (mut mate, mut others) = (i32::MIN, i32::MIN);
        for real in all.iter().filter(|real| real.finger != probe.finger || real.number == 1) {
            index.insert(real.finger, 0, &real.template).expect("room");
            let evidence = comparer.compare(probe.template.view(), real.template.view());
            let best = if real.finger == probe.finger { &mut mate } else { &mut others };
            *best = (*best).max(evidence.score());
        }
        let prepared = FingerProbe::new([probe.template.clone()]);
        let tie = |a: u32, b: u32| a.cmp(&b);
        index.search(&prepared, PARAMS, &mut comparer, tie, &mut scratch, &mut top);
        let first = |at: usize| top.as_slice().get(at).copied().unwrap_or_default();
        let is_mate = first(0).owner == probe.finger && first(0).score > first(1).score;
        (found, exhaustive) = (found + u32::from(is_mate), exhaustive + u32::from(mate > others));
        compared += scratch.compared();
        (gallery_size, probes) = (gallery_size.max(index.len()), probes + 1);
    }
    let per_cent = |count: u32| 100.0 * f64::from(count) / f64::from(probes);
    println!(
        "rank 1, {extractor}: {:.2} % by the search, {:.2} % by comparing all; {probes} probes, up to \
         {gallery_size} templates, {:.0} compared",
        per_cent(found),
        per_cent(exhaustive),
        compared as f64 / f64::from(probes),
    );
}
