//! What is drawn: the DET curve and the histograms of scores.

use super::trials::{Trial, Trials};
use crate::number::{floor, share};

/// Most points of a drawn curve.
const POINTS: usize = 600;

/// The two rates at a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operating {
    /// The threshold.
    pub threshold: f32,
    /// False match rate.
    pub fmr: f64,
    /// False non-match rate.
    pub fnmr: f64,
}

/// Points of the DET curve from the highest threshold down: those where one of the rates
/// has moved by a visible step since the last.
#[must_use]
pub fn det(trials: &Trials) -> Vec<Operating> {
    let (genuine, impostor) = (trials.genuine(), trials.impostor());
    if genuine.is_empty() || impostor.is_empty() {
        return Vec::new();
    }
    let (mut matched, mut false_matched) = (0, 0);
    let mut points: Vec<Operating> = Vec::new();
    let step = 1.0 + 12.0 / POINTS as f64;
    while matched < genuine.len() || false_matched < impostor.len() {
        let heads = [genuine.get(matched), impostor.get(false_matched)];
        let head = heads.into_iter().flatten().map(|trial| trial.score).max_by(f32::total_cmp);
        let Some(threshold) = head else { break };
        matched += run(&genuine[matched..], threshold);
        false_matched += run(&impostor[false_matched..], threshold);
        let fmr = share(false_matched as u64, impostor.len() as u64);
        let fnmr = share((genuine.len() - matched) as u64, genuine.len() as u64);
        let near = |a: f64, b: f64| a <= b * step && b <= a * step;
        if points.last().is_none_or(|last| !near(last.fmr, fmr) || !near(last.fnmr, fnmr)) {
            points.push(Operating { threshold, fmr, fnmr });
        }
    }
    points
}

/// How many trials at the beginning have at least this score.
fn run(list: &[Trial], threshold: f32) -> usize {
    list.iter().take_while(|trial| trial.score >= threshold).count()
}

/// Shares of the genuine and of the impostor scores in equal bins.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The lowest score that is no failure.
    pub low: f32,
    /// The highest score.
    pub high: f32,
    /// One share a bin; failures are in none.
    pub genuine: Vec<f64>,
    /// Likewise.
    pub impostor: Vec<f64>,
}

/// Histograms of `bins` bins over the range of both kinds of scores. `None` if every
/// trial is a failure.
#[must_use]
pub fn histogram(trials: &Trials, bins: usize) -> Option<Histogram> {
    let lists = [trials.genuine(), trials.impostor()];
    let finite = || lists.iter().flat_map(|list| list.iter()).map(|trial| trial.score);
    let finite = || finite().filter(|score| score.is_finite());
    let (low, high) = (finite().min_by(f32::total_cmp)?, finite().max_by(f32::total_cmp)?);
    let width = f64::from(high) - f64::from(low);
    let shares = |list: &[Trial]| {
        let mut counts = vec![0_u64; bins];
        for trial in list.iter().filter(|trial| trial.score.is_finite()) {
            let place = (f64::from(trial.score) - f64::from(low)) / width * bins as f64;
            // All scores equal: the place is not a number, and the cast gives the first bin.
            counts[floor(place).min(bins - 1)] += 1;
        }
        counts.iter().map(|&count| share(count, list.len().max(1) as u64)).collect()
    };
    Some(Histogram { low, high, genuine: shares(lists[0]), impostor: shares(lists[1]) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LOWEST;

    fn trials(genuine: &[f32], impostor: &[f32]) -> Trials {
        let list = |scores: &[f32]| scores.iter().map(|&score| Trial::one(score, 0)).collect();
        Trials::new(list(genuine), list(impostor))
    }

    #[test]
    fn the_curve_goes_from_none_to_all() {
        let points = det(&trials(&[5.0, 2.0, 8.0, 6.0], &[6.0, 1.0, 3.0, 2.0]));
        let rates: Vec<_> = points.iter().map(|p| (p.fmr, p.fnmr)).collect();
        let by_hand =
            [(0.0, 0.75), (0.25, 0.5), (0.25, 0.25), (0.5, 0.25), (0.75, 0.0), (1.0, 0.0)];
        assert_eq!(rates, by_hand);
        assert_eq!(det(&trials(&[], &[1.0])), []);
    }

    #[test]
    fn many_points_are_thinned() {
        let scores: Vec<f32> = (0..50_000_u16).map(f32::from).collect();
        let points = det(&trials(&scores, &scores));
        assert!((POINTS / 4..4 * POINTS).contains(&points.len()), "{}", points.len());
        assert!(points.windows(2).all(|p| p[0].fmr <= p[1].fmr && p[0].fnmr >= p[1].fnmr));
    }

    #[test]
    fn bins_hold_shares_and_failures_are_in_none() {
        let histogram = histogram(&trials(&[0.0, 4.0, LOWEST, 1.0], &[2.0]), 4).unwrap();
        assert_eq!(histogram.genuine, [0.25, 0.25, 0.0, 0.25]);
        assert_eq!(histogram.impostor, [0.0, 0.0, 1.0, 0.0]);
        let equal = super::histogram(&trials(&[3.0], &[3.0]), 2).unwrap();
        assert_eq!(equal.genuine, [1.0, 0.0]);
        assert_eq!(super::histogram(&trials(&[LOWEST], &[]), 2), None);
    }
}
