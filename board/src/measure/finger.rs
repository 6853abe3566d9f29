//! One finger against a gallery: every tier, every number of threads.
//!
//! Fingers are invented, so nothing here says how many are found; a call is a whole search
//! (prepare the probe's codes from its template, vote, compare) for the best two members.

use std::rc::Rc;

use kaimen::fingerprint::{
    Comparer, FingerIndex, FingerProbe, FingerScratch, FingerTemplate, FingerView,
};
use kaimen::gallery::{SearchParams, TopK};
use kaimen::kernels::Kernels;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::bench::Bench;
use super::face::steps;
use super::pools::Pools;
use super::rounds::{Cell, timed};
use super::truth::Truth;
use crate::BenchError;
use crate::finger::{Random, finger, impression};
use crate::record::Subject;

/// Different probes of each kind.
const PROBES: usize = 8;
/// Fingers made at a time.
const CHUNK: usize = 512;
const SMALL: [usize; 2] = [200, 1_200];
/// Largest gallery unless a larger one is asked for: to make up more takes minutes.
const MOST: usize = 20_000;
/// The two that a decision looks at, at any score.
const PARAMS: SearchParams = SearchParams { k: 2, floor: i32::MIN };

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<(), BenchError> {
    let mut index = FingerIndex::new();
    let sizes = sizes(bench);
    if sizes.is_empty() {
        let most = crate::units::bytes(bench.max_bytes());
        bench.say(&format!("finger-1n: skipped: no gallery fits {most}\n"));
    }
    for size in sizes {
        grow(&mut index, size, &bench.pools)?;
        search(bench, &index)?;
    }
    Ok(())
}

fn sizes(bench: &Bench<'_>) -> Vec<usize> {
    let fits = |size: usize| FingerIndex::required_bytes(size) as u64 <= bench.max_bytes();
    let mut sizes = match (&*bench.options.finger_sizes, bench.options.quick) {
        ([], true) => SMALL.to_vec(),
        ([], false) => steps(1_000, MOST, fits),
        (asked, _) => asked.to_vec(),
    };
    sizes.sort_unstable();
    sizes.dedup();
    sizes.retain(|&size| fits(size));
    sizes
}

/// The finger of a member, made anew whenever it is asked for.
fn of_member(owner: u32) -> (Vec<kaimen::fingerprint::Minutia>, Random) {
    let mut random = Random(u64::from(owner).wrapping_mul(0xD6E8_FEB8_6659_FD93));
    (finger(&mut random), random)
}

fn grow(index: &mut FingerIndex, size: usize, pools: &Pools) -> Result<(), BenchError> {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    while index.len() < size {
        let owners = count(index.len())..count(size.min(index.len() + CHUNK));
        let make = |owner| FingerTemplate::new(&of_member(owner).0).map(|made| (owner, made));
        let templates: Result<Vec<_>, _> =
            pools.on_all(|| owners.into_par_iter().map(make).collect());
        for (owner, template) in templates.map_err(BenchError::failed("making up a finger"))? {
            let added = index.insert(owner, 0, &template);
            added.map_err(BenchError::failed("filling an index of fingers"))?;
        }
    }
    Ok(())
}

/// What the sensor saw, and whose it is: mated ones first.
struct Probes {
    templates: Vec<FingerTemplate>,
    mates: Vec<Option<u32>>,
}

impl Probes {
    fn new(size: usize) -> Result<Probes, BenchError> {
        let owner = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mated = (0..PROBES).map(|i| owner(i * size / PROBES));
        let strangers = (0..PROBES).map(|i| owner(size + i));
        let template = |owner: u32| {
            let (finger, mut random) = of_member(owner);
            FingerTemplate::new(&impression(&finger, &mut random))
        };
        let templates: Result<_, _> = mated.clone().chain(strangers).map(template).collect();
        let templates = templates.map_err(BenchError::failed("making up a finger"))?;
        Ok(Probes { templates, mates: mated.map(Some).chain([None; PROBES]).collect() })
    }
}

fn search(bench: &mut Bench<'_>, index: &FingerIndex) -> Result<(), BenchError> {
    let probes = Probes::new(index.len())?;
    let truth = Truth::new(2 * PROBES);
    let pools = Rc::clone(&bench.pools);
    let mut cells = Vec::new();
    for &kernels in &bench.kernels {
        for (threads, pool) in pools.iter() {
            if pool.is_some() && !index.is_worth_threads() {
                continue;
            }
            for mated in [true, false] {
                let subject = subject(index, kernels, threads, mated);
                cells.push(cell(subject, Way { index, kernels, pool, mated }, &probes, &truth));
            }
        }
    }
    let block = format!("finger-1n/{}", index.len());
    if cells.is_empty() {
        drop(cells);
        bench.say(&format!("{block}: skipped: too small for several threads\n"));
        return Ok(());
    }
    bench.block(&block, &mut cells)?;
    truth.check_mates(&probes.mates, || block.clone())
}

/// How a cell searches.
struct Way<'a> {
    index: &'a FingerIndex,
    kernels: Kernels,
    pool: Option<&'a ThreadPool>,
    mated: bool,
}

fn cell<'a>(subject: Subject, way: Way<'a>, probes: &'a Probes, truth: &'a Truth) -> Cell<'a> {
    let id = subject.id();
    let mut room =
        Room { comparer: Comparer::new(), scratch: FingerScratch::new(), top: TopK::new() };
    let run = move |round: usize| {
        let probe = round % PROBES + if way.mated { 0 } else { PROBES };
        let template = probes.templates[probe].clone();
        let (ns, ()) = timed(|| way.search(template, &mut room));
        truth.check(probe, room.top.best().map(|best| best.owner), || id.clone())?;
        Ok(ns)
    };
    Cell { subject, calls: 1, run: Box::new(run) }
}

/// What a search works in.
struct Room {
    comparer: Comparer,
    scratch: FingerScratch,
    top: TopK,
}

impl Way<'_> {
    fn search(&self, template: FingerTemplate, room: &mut Room) {
        let probe = FingerProbe::new([template]).with_kernels(self.kernels);
        let tie = |a: u32, b: u32| a.cmp(&b);
        let Room { comparer, scratch, top } = room;
        match self.pool {
            None => self.index.search(&probe, PARAMS, comparer, tie, scratch, top),
            Some(pool) => pool.install(|| {
                self.index.search_threaded(&probe, PARAMS, stage, tie, scratch, top);
            }),
        }
    }
}

/// A second stage for each thread.
fn stage() -> impl FnMut(FingerView<'_>, FingerView<'_>) -> i32 {
    let mut comparer = Box::new(Comparer::new());
    move |probe: FingerView<'_>, other: FingerView<'_>| comparer.compare(probe, other).score()
}

fn subject(index: &FingerIndex, kernels: Kernels, threads: usize, mated: bool) -> Subject {
    Subject {
        group: "finger-1n".to_owned(),
        operation: if mated { "mated" } else { "unmated" }.to_owned(),
        tier: Some(kernels.tier().to_string()),
        threads,
        size: index.len() as u64,
        index_bytes: Some(index.memory_bytes() as u64),
        scanned_bytes: Some(FingerIndex::bytes_per_template() as u64),
    }
}
