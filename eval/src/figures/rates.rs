//! EER, and FNMR at a bounded FMR, of trials that may count several times.
//!
//! A comparison is a match if its score is at least the threshold t. With
//! FMR(t) = the share of impostor trials >= t and FNMR(t) = the share of genuine trials < t:
//!
//! - `FMR100`, `FMR1000`, `ZeroFMR`: the lowest FNMR(t) over all t with FMR(t) <= 1 %,
//!   <= 0.1 %, = 0 (FVC2002 and later, bias.csr.unibo.it/fvc2002/perfeval.asp); FMR10k likewise.
//! - `EER` (D. Maio, D. Maltoni, R. Cappelli, J. L. Wayman, A. K. Jain: FVC2000, IEEE PAMI 24(3)
//!   2002, section 4): t1 = max {t | FNMR(t) <= FMR(t)}, t2 = min {t | FNMR(t) >= FMR(t)}, and
//!   the mean of FNMR and FMR at that of the two where their sum is smaller (t1 if level).
//!
//! Both rates change only at observed scores, so thresholds are the distinct scores and one
//! above all of them. In identification the same holds for FNIR and FPIR, with one trial a
//! search (ISO/IEC 19795-1).

use super::trials::{Trial, Trials};
use crate::number::share;

/// An upper bound of FMR (or FPIR), exact in integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// At most one in so many.
    OneIn(u64),
    /// None at all.
    Zero,
}

impl Bound {
    fn is_broken(self, part: u64, whole: u64) -> bool {
        match self {
            Bound::OneIn(count) => u128::from(part) * u128::from(count) > u128::from(whole),
            Bound::Zero => part > 0,
        }
    }
}

/// A rate and where it is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// 0 to 1.
    pub rate: f64,
    /// The lowest observed score that serves as the threshold; `None` if only one above
    /// all scores does.
    pub threshold: Option<f32>,
}

/// The figures of one walk from the highest threshold to the lowest.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// The equal error rate.
    pub eer: Point,
    /// The lowest FNMR for each bound, in their order.
    pub at: Vec<Point>,
}

/// What is at or above a threshold.
#[derive(Clone, Copy)]
struct State {
    genuine: u64,
    impostor: u64,
    threshold: Option<f32>,
}

impl Trials {
    /// The rates if finger `f` counts `drawn[f]` times. `None` if then there is no genuine or
    /// no impostor trial.
    #[must_use]
    pub fn rates(&self, drawn: &[u32], bounds: &[Bound]) -> Option<Rates> {
        let whole = State {
            genuine: self.genuine_weight(drawn),
            impostor: self.impostor_weight(drawn),
            threshold: None,
        };
        if whole.genuine == 0 || whole.impostor == 0 {
            return None;
        }
        let (mut eer, mut at) = (None, vec![None; bounds.len()]);
        let mut open = bounds.len();
        let mut before = State { genuine: 0, impostor: 0, threshold: None };
        let (mut genuine, mut impostor) = (self.genuine(), self.impostor());
        while let Some(score) = highest(genuine, impostor) {
            let now = State {
                genuine: before.genuine + take(&mut genuine, score, drawn),
                impostor: before.impostor + take(&mut impostor, score, drawn),
                threshold: Some(score),
            };
            for (bound, point) in bounds.iter().zip(&mut at) {
                if point.is_none() && bound.is_broken(now.impostor, whole.impostor) {
                    *point = Some(missed(before, whole));
                    open -= 1;
                }
            }
            if eer.is_none() {
                eer = equal(before, now, whole);
            }
            if eer.is_some() && open == 0 {
                break;
            }
            before = now;
        }
        // A bound that holds even where everything matches, such as one in one.
        let at = at.into_iter().map(|point| point.unwrap_or_else(|| missed(before, whole)));
        Some(Rates { eer: eer?, at: at.collect() })
    }
}

/// The highest score of both lists.
fn highest(genuine: &[Trial], impostor: &[Trial]) -> Option<f32> {
    let heads = [genuine.first(), impostor.first()];
    heads.into_iter().flatten().map(|trial| trial.score).max_by(f32::total_cmp)
}

/// Takes the trials of that score off the list, and says what they weigh.
fn take(list: &mut &[Trial], score: f32, drawn: &[u32]) -> u64 {
    let mut weight = 0;
    while let Some((first, rest)) = list.split_first().filter(|(first, _)| first.score >= score) {
        weight += first.weight(drawn);
        *list = rest;
    }
    weight
}

/// FNMR at a threshold.
fn missed(at: State, whole: State) -> Point {
    Point { rate: share(whole.genuine - at.genuine, whole.genuine), threshold: at.threshold }
}

/// The EER, if FNMR has come down to FMR here; `before` is the next higher threshold.
fn equal(before: State, now: State, whole: State) -> Option<Point> {
    let scaled = |state: State| {
        let missed = u128::from(whole.genuine - state.genuine) * u128::from(whole.impostor);
        (missed, u128::from(state.impostor) * u128::from(whole.genuine))
    };
    let ((missed, matched), (missed_before, matched_before)) = (scaled(now), scaled(before));
    if missed > matched {
        return None;
    }
    let here = missed == matched || missed + matched <= missed_before + matched_before;
    let at = if here { now } else { before };
    let rate = f64::midpoint(
        share(whole.genuine - at.genuine, whole.genuine),
        share(at.impostor, whole.impostor),
    );
    Some(Point { rate, threshold: at.threshold })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LOWEST;
    use proptest::prelude::*;

    const BOUNDS: [Bound; 3] = [Bound::OneIn(10), Bound::OneIn(4), Bound::Zero];

    fn trials(genuine: &[f32], impostor: &[f32]) -> Trials {
        let list = |scores: &[f32]| scores.iter().map(|&score| Trial::one(score, 0)).collect();
        Trials::new(list(genuine), list(impostor))
    }

    fn rates(genuine: &[f32], impostor: &[f32]) -> Rates {
        trials(genuine, impostor).rates(&[1], &BOUNDS).unwrap()
    }

    /// Genuine 2 5 6 8, impostor 1 2 3 6, by hand: above all scores 1/0 (FNMR/FMR), at 8 3/4 and
    /// 0, at 6 2/4 and 1/4, at 5 1/4 and 1/4 (equal), at 3 1/4 and 2/4.
    #[test]
    fn a_small_example_by_hand() {
        let rates = rates(&[5.0, 2.0, 8.0, 6.0], &[6.0, 1.0, 3.0, 2.0]);
        assert_eq!(rates.eer, Point { rate: 0.25, threshold: Some(5.0) });
        assert_eq!(rates.at[0], Point { rate: 0.75, threshold: Some(8.0) });
        assert_eq!(rates.at[1], Point { rate: 0.25, threshold: Some(5.0) });
        assert_eq!(rates.at[2], Point { rate: 0.75, threshold: Some(8.0) });
    }

    /// Genuine 3 4 5, impostor 1 4: at 5 FNMR 2/3, FMR 0; at 4 1/3 and 1/2. The sums are 2/3
    /// and 5/6, so the EER is half of the first.
    #[test]
    fn between_two_thresholds_the_smaller_sum_counts() {
        let rates = rates(&[3.0, 4.0, 5.0], &[1.0, 4.0]);
        assert_eq!(rates.eer, Point { rate: 1.0 / 3.0, threshold: Some(5.0) });
    }

    #[test]
    fn ties_at_the_threshold_match_together() {
        let same = rates(&[1.0; 3], &[1.0; 2]);
        assert_eq!(same.at[2], Point { rate: 1.0, threshold: None });
        assert_eq!(same.eer, Point { rate: 0.5, threshold: Some(1.0) });
        let apart = rates(&[2.0, 3.0], &[1.0, 1.0]);
        assert_eq!(apart.eer, Point { rate: 0.0, threshold: Some(2.0) });
        assert_eq!(apart.at[2].rate, 0.0);
    }

    #[test]
    fn failures_to_enrol_are_below_every_threshold() {
        let rates = rates(&[LOWEST, 5.0, 5.0, 5.0], &[LOWEST, 1.0]);
        assert_eq!(rates.at[2], Point { rate: 0.25, threshold: Some(5.0) });
        // FMR jumps from 0 to 1/2 at 1, where FNMR is 1/4: the smaller sum is above.
        assert_eq!(rates.eer, Point { rate: 0.125, threshold: Some(5.0) });
    }

    #[test]
    fn without_trials_there_are_no_rates() {
        assert_eq!(trials(&[], &[1.0]).rates(&[1], &BOUNDS), None);
        assert_eq!(trials(&[1.0], &[]).rates(&[1], &BOUNDS), None);
        assert_eq!(trials(&[1.0], &[1.0]).rates(&[0], &BOUNDS), None);
    }

    /// The definitions as they stand above, in O(n^2).
    fn naive(genuine: &[f32], impostor: &[f32]) -> (f64, Vec<f64>) {
        let mut thresholds: Vec<f32> = genuine.iter().chain(impostor).copied().collect();
        thresholds.push(f32::INFINITY);
        thresholds.sort_by(f32::total_cmp);
        let part = |list: &[f32], test: &dyn Fn(f32) -> bool| {
            list.iter().filter(|&&score| test(score)).count() as f64 / list.len() as f64
        };
        let fmr = |t: f32| part(impostor, &|score| score >= t);
        let fnmr = |t: f32| part(genuine, &|score| score < t);
        let t1 = *thresholds.iter().rfind(|&&t| fnmr(t) <= fmr(t)).unwrap();
        let t2 = *thresholds.iter().find(|&&t| fnmr(t) >= fmr(t)).unwrap();
        let sum = |t: f32| fnmr(t) + fmr(t);
        let eer = sum(t1).min(sum(t2)) / 2.0;
        let lowest = |bound: f64| {
            let allowed = thresholds.iter().filter(|&&t| fmr(t) <= bound);
            allowed.map(|&t| fnmr(t)).fold(1.0, f64::min)
        };
        (eer, [0.1, 0.25, 0.0].map(lowest).to_vec())
    }

    fn scores() -> impl Strategy<Value = Vec<(f32, u32)>> {
        let score = prop_oneof![4 => (0u8..12).prop_map(f32::from), 1 => Just(LOWEST)];
        prop::collection::vec((score, 0u32..5), 1..40)
    }

    proptest! {
        #[test]
        fn the_walk_is_the_definition(genuine in scores(), impostor in scores()) {
            let plain = |list: &[(f32, u32)]| list.iter().map(|one| one.0).collect::<Vec<_>>();
            let (genuine, impostor) = (plain(&genuine), plain(&impostor));
            let (eer, at) = naive(&genuine, &impostor);
            let walked = rates(&genuine, &impostor);
            prop_assert!((walked.eer.rate - eer).abs() < 1e-12, "{} {eer}", walked.eer.rate);
            for (walked, naive) in walked.at.iter().zip(at) {
                prop_assert!((walked.rate - naive).abs() < 1e-12);
            }
        }

        #[test]
        fn a_weight_is_as_good_as_a_repetition(
            genuine in scores(),
            impostor in scores(),
            drawn in prop::collection::vec(0u32..4, 5),
        ) {
            let list = |scores: &[(f32, u32)], two: bool| -> Vec<Trial> {
                let make = |&(score, finger): &(f32, u32)| match two {
                    true => Trial::two(score, finger, (finger + 1) % 5),
                    false => Trial::one(score, finger),
                };
                scores.iter().map(make).collect()
            };
            let weighted = Trials::new(list(&genuine, false), list(&impostor, true));
            let repeat = |list: &[Trial]| -> Vec<f32> {
                let times = |t: &Trial| vec![t.score; usize::try_from(t.weight(&drawn)).unwrap()];
                list.iter().flat_map(times).collect()
            };
            let (g, i) = (repeat(weighted.genuine()), repeat(weighted.impostor()));
            let walked = weighted.rates(&drawn, &BOUNDS);
            if g.is_empty() || i.is_empty() {
                prop_assert_eq!(walked, None);
            } else {
                let (walked, plain) = (walked.unwrap(), rates(&g, &i));
                prop_assert_eq!(walked.eer.rate, plain.eer.rate);
                let values = |rates: &Rates| rates.at.iter().map(|p| p.rate).collect::<Vec<_>>();
                prop_assert_eq!(values(&walked), values(&plain));
            }
        }
    }
}
