//! One face against a gallery: both modes, every tier, every number of threads.
//!
//! A call is what an engine does for a vector of the camera: quantise, prepare, search for the best
//! member above the threshold.

use std::cmp::Ordering;
use std::rc::Rc;

use kaimen::index::{Codes, PreparedQuery, SearchMode, SearchParams, TopK, VectorIndex};
use kaimen::kernels::Kernels;
use kaimen::limits::FACE_TEMPLATES;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::bench::{Bench, THRESHOLD};
use super::pools::Pools;
use super::rounds::{Cell, timed};
use super::truth::Truth;
use crate::BenchError;
use crate::people::{DIMENSION, People, Set, TEMPLATES, Vector};
use crate::record::Subject;

/// Different probes of each kind.
const PROBES: usize = 16;
/// Rows made at a time; their codes take 2 KiB each.
const CHUNK: usize = 512;
const SMALL: [usize; 2] = [1_000, 40_000];
const PARAMS: SearchParams = SearchParams { k: 1, floor: THRESHOLD };

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<(), BenchError> {
    for mode in [SearchMode::Fast, SearchMode::Proven] {
        let sizes = sizes(bench, mode);
        if sizes.is_empty() {
            let most = crate::units::bytes(bench.max_bytes());
            bench.say(&format!("face-1n/{}: skipped: no gallery fits {most}\n", name(mode)));
        }
        let people = People::new(Set::Iso);
        let mut index = VectorIndex::new(DIMENSION, mode)
            .map_err(BenchError::failed("opening an index of faces"))?;
        for size in sizes {
            grow(&mut index, &people, size, &bench.pools)?;
            search(bench, &index, &people)?;
        }
    }
    Ok(())
}

/// What is measured: 1, 2 and 5 of each decade and the largest that memory holds, or what was
/// asked for.
fn sizes(bench: &Bench<'_>, mode: SearchMode) -> Vec<usize> {
    let fits = |size: usize| {
        let bytes = VectorIndex::required_bytes(DIMENSION, mode, size);
        bytes.is_ok_and(|bytes| bytes as u64 <= bench.max_bytes())
    };
    let asked = &bench.options.face_sizes;
    let mut sizes = match (&**asked, bench.options.quick) {
        ([], true) => SMALL.to_vec(),
        ([], false) => steps(1_000, FACE_TEMPLATES, fits),
        (asked, _) => asked.to_vec(),
    };
    sizes.sort_unstable();
    sizes.dedup();
    sizes.retain(|&size| fits(size));
    sizes
}

/// 1, 2 and 5 of each decade as long as they fit, and the most that fits where that is a fifth
/// more than the last.
pub(super) fn steps(first: usize, most: usize, fits: impl Fn(usize) -> bool) -> Vec<usize> {
    let decades = std::iter::successors(Some(first), |decade| decade.checked_mul(10));
    let all = decades.flat_map(|decade| [1, 2, 5].map(|step| decade.saturating_mul(step)));
    let mut steps: Vec<usize> = all.take_while(|&size| size <= most && fits(size)).collect();
    let Some(&last) = steps.last() else { return steps };
    let (mut low, mut high) = (last, most.saturating_add(1));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    let largest = low / 1000 * 1000;
    if largest >= last + last / 5 {
        steps.push(largest);
    }
    steps
}

/// Row `r` is template `r % 4` of person `r / 4`.
fn grow(
    index: &mut VectorIndex,
    people: &People,
    size: usize,
    pools: &Pools,
) -> Result<(), BenchError> {
    while index.len() < size {
        let first = index.len();
        let rows = first..size.min(first + CHUNK);
        let make = |row| Codes::quantise(&people.template(row / TEMPLATES, row % TEMPLATES));
        let codes: Result<Vec<Codes>, _> =
            pools.on_all(|| rows.into_par_iter().map(make).collect());
        let codes = codes.map_err(BenchError::failed("quantising a face"))?;
        for (row, codes) in (first..).zip(&codes) {
            let owner = u32::try_from(row / TEMPLATES).unwrap_or(u32::MAX);
            let slot = u8::try_from(row % TEMPLATES).unwrap_or(u8::MAX);
            let added = index.insert(owner, slot, codes);
            added.map_err(BenchError::failed("filling an index of faces"))?;
        }
    }
    Ok(())
}

/// Vectors of the camera, and whose they are: mated ones first.
struct Probes {
    vectors: Vec<Vector>,
    mates: Vec<Option<u32>>,
}

impl Probes {
    fn new(people: &People, persons: usize) -> Probes {
        let mated = (0..PROBES).map(|i| i * persons / PROBES);
        let strangers = (0..PROBES).map(|i| persons + i);
        let mates = mated.clone().map(|person| u32::try_from(person).ok());
        Probes {
            mates: mates.chain([None; PROBES]).collect(),
            // The sample behind those in the gallery.
            vectors: mated.chain(strangers).map(|p| people.template(p, TEMPLATES)).collect(),
        }
    }
}

fn search(bench: &mut Bench<'_>, index: &VectorIndex, people: &People) -> Result<(), BenchError> {
    let probes = Probes::new(people, index.len().div_ceil(TEMPLATES));
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
    let block = format!("face-1n/{}/{}", name(index.mode()), index.len());
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
    index: &'a VectorIndex,
    kernels: Kernels,
    pool: Option<&'a ThreadPool>,
    mated: bool,
}

fn cell<'a>(subject: Subject, way: Way<'a>, probes: &'a Probes, truth: &'a Truth) -> Cell<'a> {
    let id = subject.id();
    let mut top = TopK::new();
    let run = move |round: usize| {
        let probe = round % PROBES + if way.mated { 0 } else { PROBES };
        let (ns, done) = timed(|| way.search(&probes.vectors[probe], &mut top));
        done?;
        truth.check(probe, top.best().map(|best| best.owner), || id.clone())?;
        Ok(ns)
    };
    Cell { subject, calls: 1, run: Box::new(run) }
}

impl Way<'_> {
    fn search(&self, vector: &Vector, top: &mut TopK) -> Result<(), BenchError> {
        let failed = BenchError::failed("searching for a face");
        let query = PreparedQuery::from_f32(vector)
            .map_err(|error| failed(error.to_string()))?
            .with_kernels(self.kernels);
        let tie = |a: u32, b: u32| -> Ordering { a.cmp(&b) };
        let done = match self.pool {
            None => self.index.search(&query, PARAMS, tie, top),
            Some(pool) => pool.install(|| self.index.search_threaded(&query, PARAMS, tie, top)),
        };
        done.map_err(|error| failed(error.to_string()))
    }
}

fn subject(index: &VectorIndex, kernels: Kernels, threads: usize, mated: bool) -> Subject {
    let kind = if mated { "mated" } else { "unmated" };
    Subject {
        group: "face-1n".to_owned(),
        operation: format!("{}-{kind}", name(index.mode())),
        tier: Some(kernels.tier().to_string()),
        threads,
        size: index.len() as u64,
        index_bytes: Some(index.memory_bytes() as u64),
        scanned_bytes: Some(scanned(index.mode())),
    }
}

fn name(mode: SearchMode) -> &'static str {
    match mode {
        SearchMode::Fast => "fast",
        SearchMode::Proven => "proven",
    }
}

/// What a search reads of every template: a bit for each component and 16 for their alignment, or
/// the upper half of each code. What it reads besides depends on the probe.
fn scanned(mode: SearchMode) -> u64 {
    match mode {
        SearchMode::Fast => DIMENSION as u64 / 8 + 2,
        SearchMode::Proven => DIMENSION as u64 / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_with_what_fits() {
        assert_eq!(steps(1_000, 16_000_000, |n| n <= 9_400), [1_000, 2_000, 5_000, 9_000]);
        assert_eq!(steps(1_000, 16_000_000, |n| n <= 5_500), [1_000, 2_000, 5_000]);
        assert_eq!(steps(1_000, 12_000, |_| true), [1_000, 2_000, 5_000, 10_000, 12_000]);
        assert!(steps(1_000, 12_000, |_| false).is_empty());
    }
}
