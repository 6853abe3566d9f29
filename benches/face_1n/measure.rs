//! Rounds: every engine once in each, in an order that turns, so that a noisy
//! neighbour meets all of them.

use crate::engine::{Engine, assert_kept, is_best};
use crate::gallery::{BATCH, Gallery, PROBES};

/// Medians of one engine, in milliseconds.
pub(crate) struct Figures {
    pub(crate) name: String,
    pub(crate) bytes: usize,
    pub(crate) mated: f64,
    pub(crate) unmated: f64,
    /// A whole batch of [`BATCH`] queries.
    pub(crate) batch: f64,
    /// Probes whose answer is the best row; `None` for a limit.
    pub(crate) right: Option<usize>,
}

impl Figures {
    /// One query, if half of them are mated.
    pub(crate) fn one(&self) -> f64 {
        f64::midpoint(self.mated, self.unmated)
    }
}

#[derive(Default)]
struct Times {
    mated: Vec<f64>,
    unmated: Vec<f64>,
    batch: Vec<f64>,
}

/// Checks every answer, then measures.
pub(crate) fn measure(
    gallery: &Gallery,
    engines: &mut [Box<dyn Engine>],
    rounds: usize,
) -> Vec<Figures> {
    let right: Vec<_> = engines.iter_mut().map(|engine| check(gallery, &mut **engine)).collect();
    let mut times: Vec<Times> = engines.iter().map(|_| Times::default()).collect();
    turn(rounds, engines, &mut times, |round, engine, times| {
        singles(gallery, round, engine, times)
    });
    turn(rounds.div_ceil(3), engines, &mut times, |round, engine, times| {
        batches(gallery, round, engine, times);
    });
    let each = engines.iter().zip(times).zip(right);
    each.map(|((engine, times), right)| figures(&**engine, times, right)).collect()
}

fn turn(
    rounds: usize,
    engines: &mut [Box<dyn Engine>],
    times: &mut [Times],
    mut run: impl FnMut(usize, &mut dyn Engine, &mut Times),
) {
    for round in 0..rounds {
        for turn in 0..engines.len() {
            let at = (turn + round) % engines.len();
            run(round, &mut *engines[at], &mut times[at]);
        }
    }
}

/// Once unmeasured, so that the caches hold what this engine leaves there; then
/// one mated and one unmated probe.
fn singles(gallery: &Gallery, round: usize, engine: &mut dyn Engine, times: &mut Times) {
    let first = 2 * round % PROBES;
    engine.one(gallery, (first + 2) % PROBES);
    for probe in [first, first + 1] {
        let found = engine.one(gallery, probe);
        let times = if Gallery::is_mated(probe) { &mut times.mated } else { &mut times.unmated };
        times.push(found.seconds * 1e3);
    }
}

fn batches(gallery: &Gallery, round: usize, engine: &mut dyn Engine, times: &mut Times) {
    let first = |round: usize| round * BATCH % PROBES;
    let other = first(round + 1);
    engine.batch(gallery, other..other + BATCH);
    let found = engine.batch(gallery, first(round)..first(round) + BATCH);
    times.batch.push(found.seconds * 1e3);
}

/// The number of best rows among the answers; panics if a promise is broken.
fn check(gallery: &Gallery, engine: &mut dyn Engine) -> Option<usize> {
    let singles: Vec<_> = (0..PROBES).map(|probe| engine.one(gallery, probe).answer).collect();
    let batches = (0..PROBES).step_by(BATCH);
    let batches = batches.flat_map(|first| engine.batch(gallery, first..first + BATCH).answer);
    let batches: Vec<_> = batches.collect();
    if engine.kind() == crate::engine::Kind::Limit {
        return None;
    }
    assert_eq!(batches.len(), PROBES, "{}: an answer for each", engine.name());
    for (probe, &answer) in (0..PROBES).zip(&singles).chain((0..PROBES).zip(&batches)) {
        assert_kept(gallery, probe, engine, answer);
    }
    let singles = singles.into_iter().enumerate();
    Some(singles.filter(|&(probe, row)| is_best(gallery, probe, engine.kind(), row)).count())
}

fn figures(engine: &dyn Engine, times: Times, right: Option<usize>) -> Figures {
    Figures {
        name: engine.name().to_owned(),
        bytes: engine.bytes(),
        mated: median(times.mated),
        unmated: median(times.unmated),
        batch: median(times.batch),
        right,
    }
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
