//! All figures of one database.

use ndarray::Array2;
use rayon::prelude::*;

use super::draw::{Draw, Purpose};
use super::figure::Figure;
use super::rates::{Bound, Point};
use super::search::Searches;
use super::trials::Trials;
use super::verification::{Protocol, verification};
use crate::EvalError;
use crate::data::{Labels, Role};
use crate::number::share;
use crate::progress::Progress;

/// The bounds of FMR in verification.
const FMR: [(Bound, &str, &str); 4] = [
    (Bound::OneIn(100), "fmr100", "FMR100"),
    (Bound::OneIn(1000), "fmr1000", "FMR1000"),
    (Bound::OneIn(10_000), "fmr10k", "FMR10k"),
    (Bound::Zero, "zero_fmr", "ZeroFMR"),
];
/// The bounds of FPIR in identification.
const FPIR: [(Bound, &str, &str); 3] = [
    (Bound::OneIn(10), "fpir10", "FPIR 10 %"),
    (Bound::OneIn(100), "fpir100", "FPIR 1 %"),
    (Bound::OneIn(1000), "fpir1000", "FPIR 0.1 %"),
];

/// How figures are made sure of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of all draws.
    pub seed: u64,
    /// Bootstrap replicates; 0 gives no intervals.
    pub replicates: usize,
    /// Sizes of galleries besides the whole one; those that are not smaller are left out.
    pub sizes: Vec<usize>,
}

/// What came out for one database.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Its name.
    pub name: String,
    /// Fingers in verification.
    pub fingers: usize,
    /// Every figure that the data allows.
    pub figures: Vec<Figure>,
    /// The trials of verification against all impostors.
    pub trials: Trials,
    /// FVC's, of which only the impostors differ.
    pub fvc_impostors: usize,
    /// Share of the mated searches with their mate at rank 1, 2, ...; empty without searches.
    pub cmc: Vec<f64>,
    /// Enrolled fingers, mated searches, and searches of strangers.
    pub searches: Option<(usize, usize, usize)>,
    /// Whether false positives are those of strangers.
    pub has_strangers: bool,
}

/// One set of trials and how its figures are called.
struct Part {
    trials: Trials,
    purpose: Purpose,
    bounds: &'static [(Bound, &'static str, &'static str)],
    prefix: &'static str,
    title: &'static str,
    suffix: String,
    /// The EER of searches is no figure.
    has_eer: bool,
}

impl Part {
    /// Values in the order of [`Part::names`].
    fn values(&self, drawn: &[u32]) -> Option<Vec<Point>> {
        let bounds: Vec<Bound> = self.bounds.iter().map(|bound| bound.0).collect();
        let rates = self.trials.rates(drawn, &bounds)?;
        let eer = self.has_eer.then_some(rates.eer);
        Some(eer.into_iter().chain(rates.at).collect())
    }

    /// Bound, key and title of each value.
    fn names(&self) -> Vec<(Option<Bound>, String, String)> {
        let name = |bound, key: &str, title: &str| {
            let key = format!("{}{key}{}", self.prefix, self.suffix);
            (bound, key, format!("{}{title}", self.title))
        };
        let eer = self.has_eer.then(|| name(None, "eer", "EER"));
        let bounds = self.bounds.iter().map(|&(bound, key, title)| name(Some(bound), key, title));
        eer.into_iter().chain(bounds).collect()
    }

    fn is_thin(&self, bound: Option<Bound>) -> bool {
        match bound {
            Some(Bound::OneIn(count)) => (self.trials.impostor().len() as u64) < count,
            _ => false,
        }
    }
}

/// The weights of one replicate.
struct Drawn {
    verification: Vec<u32>,
    identification: Vec<u32>,
}

impl Drawn {
    fn of(&self, purpose: Purpose) -> &[u32] {
        match purpose {
            Purpose::Verification => &self.verification,
            _ => &self.identification,
        }
    }
}

/// Whose samples are drawn anew in a replicate.
struct Strata {
    all: usize,
    verified: Vec<u32>,
    mated: Vec<u32>,
    strangers: Vec<u32>,
}

impl Strata {
    /// Everybody once.
    fn whole(&self) -> Drawn {
        Drawn { verification: vec![1; self.all], identification: vec![1; self.all] }
    }

    fn draw(&self, seed: u64, name: &str, replicate: usize) -> Drawn {
        let mut drawn =
            Drawn { verification: vec![0; self.all], identification: vec![0; self.all] };
        let mut draw = Draw::new(seed, name, Purpose::Verification, replicate);
        draw.resample(&self.verified, &mut drawn.verification);
        let mut draw = Draw::new(seed, name, Purpose::Identification, replicate);
        draw.resample(&self.mated, &mut drawn.identification);
        draw.resample(&self.strangers, &mut drawn.identification);
        drawn
    }
}

impl Evaluation {
    /// Evaluates a score matrix.
    ///
    /// # Errors
    ///
    /// [`EvalError::Empty`] if there is no genuine or no impostor pair.
    pub fn new(
        name: &str,
        labels: &Labels,
        scores: &Array2<f32>,
        settings: &Settings,
        progress: Progress,
    ) -> Result<Evaluation, EvalError> {
        let searches = Searches::new(labels, scores);
        let (parts, fvc_impostors) = parts(name, labels, scores, searches.as_ref(), settings)?;
        let ranks = searches.as_ref().map(Searches::ranks).unwrap_or_default();
        let (mated, strangers) = searches.as_ref().map(Searches::searched).unwrap_or_default();
        let verified = verified(labels);
        let fingers = verified.len();
        let strata = Strata { all: labels.fingers.len(), verified, mated, strangers };

        let mut figures = whole(&parts, &ranks, &strata.whole());
        let bar = progress.bar(&format!("{name}: bootstrap"), settings.replicates);
        let replicates: Vec<Vec<Option<f64>>> = (0..settings.replicates)
            .into_par_iter()
            .map(|number| {
                let values = values(&parts, &ranks, &strata.draw(settings.seed, name, number));
                bar.inc(1);
                values
            })
            .collect();
        bar.finish_and_clear();
        for (at, (_, figure)) in figures.iter_mut().enumerate() {
            figure.replicates = replicates.iter().map(|values| values[at]).collect();
        }
        let figures = figures.into_iter().filter(|(is_there, _)| *is_there).map(|both| both.1);
        let counts = searches.as_ref().map(|searches| {
            let (mated, strangers) = searches.counts();
            (searches.gallery_size(), mated, strangers)
        });
        let has_strangers = searches.as_ref().is_some_and(Searches::has_strangers);
        let figures = figures.collect();
        let trials = parts.into_iter().next().map(|part| part.trials);
        let trials = trials.unwrap_or_else(|| Trials::new(Vec::new(), Vec::new()));
        Ok(Evaluation {
            name: name.to_owned(),
            fingers,
            figures,
            trials,
            fvc_impostors,
            cmc: cmc(&ranks),
            searches: counts,
            has_strangers,
        })
    }

    /// A figure by its key.
    #[must_use]
    pub fn figure(&self, key: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.key == key)
    }
}

/// All sets of trials, that of verification first, and FVC's impostor trials.
fn parts(
    name: &str,
    labels: &Labels,
    scores: &Array2<f32>,
    searches: Option<&Searches<'_>>,
    settings: &Settings,
) -> Result<(Vec<Part>, usize), EvalError> {
    let part = |protocol, prefix, title| Part {
        trials: verification(labels, scores, protocol),
        purpose: Purpose::Verification,
        bounds: &FMR,
        prefix,
        title,
        suffix: String::new(),
        has_eer: true,
    };
    let all = part(Protocol::AllImpostors, "", "");
    for (list, what) in [(all.trials.genuine(), "genuine"), (all.trials.impostor(), "impostor")] {
        if list.is_empty() {
            return Err(EvalError::empty(name, format!("there are no {what} pairs")));
        }
    }
    let fvc = part(Protocol::Fvc, "fvc_", "FVC ");
    let fvc_impostors = fvc.trials.impostor().len();
    let mut parts = vec![all, fvc];
    if let Some(searches) = searches {
        let whole = searches.gallery_size();
        let mut sizes = settings.sizes.clone();
        sizes.retain(|&size| 0 < size && size < whole);
        sizes.push(whole);
        sizes.sort_unstable();
        sizes.dedup();
        parts.extend(sizes.into_iter().map(|size| Part {
            trials: searches.trials(size, settings.seed, name),
            purpose: Purpose::Identification,
            bounds: &FPIR,
            prefix: "fnir_",
            title: "FNIR at ",
            suffix: format!("@{size}"),
            has_eer: false,
        }));
    }
    Ok((parts, fvc_impostors))
}

/// Fingers with a sample that is not only there to fill a gallery.
fn verified(labels: &Labels) -> Vec<u32> {
    let samples = labels.references.iter().chain(&labels.probes);
    let mut fingers: Vec<u32> =
        samples.filter(|label| label.role != Role::Filler).map(|label| label.finger).collect();
    fingers.sort_unstable();
    fingers.dedup();
    fingers
}

/// The figures of everybody once, each with whether it exists at all.
fn whole(parts: &[Part], ranks: &[(u32, Option<usize>)], drawn: &Drawn) -> Vec<(bool, Figure)> {
    let mut figures = Vec::new();
    for part in parts {
        let points = part.values(drawn.of(part.purpose));
        for (at, (bound, key, title)) in part.names().into_iter().enumerate() {
            let point = points.as_ref().map(|points| points[at]);
            let figure = Figure {
                key,
                title,
                value: point.map_or(f64::NAN, |point| point.rate),
                threshold: point.and_then(|point| point.threshold),
                is_thin: part.is_thin(bound),
                replicates: Vec::new(),
            };
            figures.push((point.is_some(), figure));
        }
    }
    let value = first(ranks, &drawn.identification);
    let figure = Figure {
        key: "rank1".to_owned(),
        title: "rank-1".to_owned(),
        value: value.unwrap_or(f64::NAN),
        threshold: None,
        is_thin: false,
        replicates: Vec::new(),
    };
    figures.push((value.is_some(), figure));
    figures
}

/// The same values of a draw, in the same order.
fn values(parts: &[Part], ranks: &[(u32, Option<usize>)], drawn: &Drawn) -> Vec<Option<f64>> {
    let mut all = Vec::new();
    for part in parts {
        match part.values(drawn.of(part.purpose)) {
            Some(points) => all.extend(points.iter().map(|point| Some(point.rate))),
            None => all.extend(part.names().iter().map(|_| None)),
        }
    }
    all.push(first(ranks, &drawn.identification));
    all
}

/// Share of the mated searches whose mate is strictly first. The gallery stays whole.
fn first(ranks: &[(u32, Option<usize>)], drawn: &[u32]) -> Option<f64> {
    let (mut hits, mut all) = (0, 0);
    for &(finger, rank) in ranks {
        let weight = u64::from(drawn[finger as usize]);
        all += weight;
        hits += if rank == Some(1) { weight } else { 0 };
    }
    (all > 0).then(|| share(hits, all))
}

/// Cumulative shares up to the last rank that occurs, at most 1000.
fn cmc(ranks: &[(u32, Option<usize>)]) -> Vec<f64> {
    let last = ranks.iter().filter_map(|rank| rank.1).max().unwrap_or(0).min(1000);
    let mut counts = vec![0_u64; last];
    for rank in ranks.iter().filter_map(|rank| rank.1).filter(|&rank| rank <= last) {
        counts[rank - 1] += 1;
    }
    let sums = counts.iter().scan(0, |sum, count| {
        *sum += count;
        Some(share(*sum, ranks.len() as u64))
    });
    sums.collect()
}

/// The mean over databases of every figure that all of them have: each database counts
/// the same, however large.
#[must_use]
pub fn macro_average(evaluations: &[Evaluation]) -> Vec<Figure> {
    let Some((first, rest)) = evaluations.split_first() else { return Vec::new() };
    let mean = |figure: &Figure| {
        let others: Option<Vec<&Figure>> =
            rest.iter().map(|evaluation| evaluation.figure(&figure.key)).collect();
        Figure::mean(&[&[figure], &others?[..]].concat())
    };
    first.figures.iter().filter_map(mean).collect()
}
