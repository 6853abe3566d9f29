//! What every competitor can do, and when its answer counts as right.

use std::ops::Range;
use std::time::Instant;

use crate::gallery::Gallery;

/// What an engine promises.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// It answers nothing: it is a limit.
    Limit,
    /// The best row by the int8 codes; none if that is below the floor.
    Exact { floor: Option<i32> },
    /// Exact, but on numbers that it rounds in its own way.
    Rounded,
    /// It may miss.
    Approximate,
}

/// How far a [`Kind::Rounded`] engine's row may be below the best one. One int8
/// scale for all vectors is off by 0.0025 at most (the notes' section 5), twice.
const ROUNDING: f64 = 0.006;
/// What a tie is in the cosine of codes that was divided in 32 bits.
const TIE: f64 = 1e-6;

pub(crate) struct Timed<T> {
    pub(crate) seconds: f64,
    pub(crate) answer: T,
}

/// Row numbers; nothing for [`Kind::Limit`], and if the floor is not reached.
pub(crate) type Best = Option<usize>;

pub(crate) trait Engine {
    fn name(&self) -> &str;

    fn kind(&self) -> Kind;

    /// What a template takes in memory; 0 if the engine holds nothing.
    fn bytes(&self) -> usize;

    /// The best row for one probe.
    fn one(&mut self, gallery: &Gallery, probe: usize) -> Timed<Best>;

    /// The best row for each of some probes; one after the other if the engine
    /// has nothing better.
    fn batch(&mut self, gallery: &Gallery, probes: Range<usize>) -> Timed<Vec<Best>> {
        let mut all = Timed { seconds: 0.0, answer: Vec::with_capacity(probes.len()) };
        for probe in probes {
            let one = self.one(gallery, probe);
            all.seconds += one.seconds;
            all.answer.push(one.answer);
        }
        all
    }
}

/// Runs and times; for the engines of this process.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> Timed<T> {
    let start = Instant::now();
    let answer = std::hint::black_box(run());
    Timed { seconds: start.elapsed().as_secs_f64(), answer }
}

/// Whether the answer is the best row or level with it.
pub(crate) fn is_best(gallery: &Gallery, probe: usize, kind: Kind, answer: Best) -> bool {
    let below = is_below(gallery, probe, kind);
    answer.map_or(below, |row| lag(gallery, probe, row) <= TIE && !below)
}

/// Panics if an engine that promises the best row gives another.
pub(crate) fn assert_kept(gallery: &Gallery, probe: usize, engine: &dyn Engine, answer: Best) {
    let kept = match engine.kind() {
        Kind::Limit | Kind::Approximate => true,
        Kind::Rounded => answer.is_some_and(|row| lag(gallery, probe, row) <= ROUNDING),
        kind @ Kind::Exact { .. } => is_best(gallery, probe, kind, answer),
    };
    let right = gallery.probes[probe].best;
    assert!(kept, "{}, probe {probe}: {answer:?}, right is {right:?}", engine.name());
}

fn lag(gallery: &Gallery, probe: usize, row: usize) -> f64 {
    gallery.probes[probe].best.1 - gallery.score(probe, row)
}

fn is_below(gallery: &Gallery, probe: usize, kind: Kind) -> bool {
    let Kind::Exact { floor: Some(floor) } = kind else { return false };
    gallery.probes[probe].best.1 * 1e6 < f64::from(floor)
}
