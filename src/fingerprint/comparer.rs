//! The comparison of two templates (1:1).
//!
//! 1. Hamming distances between all codes, as MCC's local similarity.
//! 2. The most similar pairs, one to one (`pairs.rs`).
//! 3. Relaxation: pairs that lie alike to each other lift one another (`relax.rs`).
//! 4. From the best pairs and those that go with them, a rotation and translation (`fit.rs`);
//!    the one that lets most points meet is kept (`overlay.rs`).
//! 5. That one is fitted again to all points that met, distortion is taken out
//!    (`warp.rs`), and what meets now is the evidence (`evidence.rs`).

use super::distances::{self, Distances};
use super::evidence::Evidence;
use super::finger_template::FingerView;
use super::fit::{Fit, FitSums};
use super::overlay::{self, NARROW, Overlay, Places, WIDE};
use super::pairs::{self, Keys, PAIRS, Pairs};
use super::relax::{self, Support};
use crate::kernels::Kernels;
use crate::limits::FINGER_POINTS;
use zeroize::Zeroize;

/// How many rotations are tried.
const SEEDS: usize = 4;
/// How well a pair has to go with another to be fitted together with it.
const TOGETHER: f32 = 0.25;

/// What a comparison needs to work in: some 25 KB, nothing is allocated on the way. Erased on drop.
pub struct Comparer {
    /// `None`: those that the processor has.
    kernels: Option<Kernels>,
    distances: Distances,
    keys: Keys,
    pairs: Pairs,
    support: Support,
    probe: Places,
    candidate: Places,
    moved: Places,
    overlay: Overlay,
}

impl Default for Comparer {
    fn default() -> Comparer {
        Comparer::new()
    }
}

impl Comparer {
    /// Room for comparisons.
    pub const fn new() -> Comparer {
        Comparer {
            kernels: None,
            distances: [[0; FINGER_POINTS]; FINGER_POINTS],
            keys: [[0; FINGER_POINTS]; FINGER_POINTS],
            pairs: Pairs::new(),
            support: [[0.0; PAIRS]; PAIRS],
            probe: Places::new(),
            candidate: Places::new(),
            moved: Places::new(),
            overlay: Overlay::new(),
        }
    }

    /// The same on other kernels, for tests and benches. Results do not depend on them.
    #[must_use]
    pub fn with_kernels(mut self, kernels: Kernels) -> Comparer {
        self.kernels = Some(kernels);
        self
    }

    /// Compares two templates.
    pub fn compare(&mut self, probe: FingerView<'_>, candidate: FingerView<'_>) -> Evidence {
        let kernels = self.kernels.unwrap_or_else(Kernels::detect);
        distances::fill(kernels, probe.codes, candidate.codes, &mut self.distances);
        pairs::fill_keys(&self.distances, [probe.ones, candidate.ones], &mut self.keys);
        self.weigh(probe, candidate)
    }

    /// Compares two templates whose Hamming distances are known: row `i`, column `j` is that
    /// of code `i` of the probe and code `j` of the candidate. What lies beyond the codes
    /// is not read, and the codes themselves are not.
    pub fn compare_with(
        &mut self,
        probe: FingerView<'_>,
        candidate: FingerView<'_>,
        distances: &Distances,
    ) -> Evidence {
        pairs::fill_keys(distances, [probe.ones, candidate.ones], &mut self.keys);
        self.weigh(probe, candidate)
    }

    /// What follows on the similarities.
    fn weigh(&mut self, probe: FingerView<'_>, candidate: FingerView<'_>) -> Evidence {
        let codes = [probe.ones.len(), candidate.ones.len()];
        pairs::assign(&self.keys, codes[0], codes[1], &mut self.pairs);
        self.pairs.weigh(probe.points, candidate.points);
        relax::fill_support(&self.pairs, probe.points, candidate.points, &mut self.support);
        let relaxed = relax::relax(&self.pairs, &self.support);
        #[expect(clippy::cast_precision_loss, reason = "at most 48")]
        let points = probe.points.len().min(candidate.points.len()) as f32;
        let mut evidence = Evidence {
            relaxed: relax::relaxed_mean(&self.pairs, &relaxed, codes[0].min(codes[1])),
            points,
            ..Evidence::default()
        };
        self.probe.set(probe.points);
        self.candidate.set(candidate.points);
        if let Some(fit) = self.best_fit(&relaxed) {
            self.refine(fit);
            let points = [probe.points, candidate.points];
            evidence.set_overlay(&self.overlay, &self.moved, &self.candidate, points);
        }
        evidence
    }

    /// The fit that lets most points meet, of those that the best pairs suggest.
    fn best_fit(&mut self, relaxed: &[f32; PAIRS]) -> Option<Fit> {
        let mut left = *relaxed;
        let mut best: Option<(f32, Fit)> = None;
        for _ in 0..SEEDS.min(self.pairs.len) {
            let seed = highest(&left[..self.pairs.len]);
            if left[seed] <= 0.0 {
                break;
            }
            let Some(fit) = self.seed_fit(seed, relaxed, &mut left) else { continue };
            self.lay(&fit, WIDE);
            let share = self.overlay.share();
            if best.is_none_or(|(most, _)| share > most) {
                best = Some((share, fit));
            }
        }
        best.map(|(_, fit)| fit)
    }

    /// The fit of a pair and those that go with it, which are no seeds any more.
    fn seed_fit(
        &self,
        seed: usize,
        relaxed: &[f32; PAIRS],
        left: &mut [f32; PAIRS],
    ) -> Option<Fit> {
        let mut sums = FitSums::default();
        for at in 0..self.pairs.len {
            let support = if at == seed { 1.0 } else { self.support[seed][at] };
            if support > TOGETHER {
                left[at] = 0.0;
                let from = usize::from(self.pairs.probe[at]);
                let to = usize::from(self.pairs.candidate[at]);
                let trust = self.probe.trust[from] * self.candidate.trust[to];
                let from = [self.probe.x[from], self.probe.y[from]];
                let to = [self.candidate.x[to], self.candidate.y[to]];
                sums.add(from, to, support * relaxed[at] * trust);
            }
        }
        sums.fit()
    }

    /// Fits all points that meet, takes the distortion out, and lays them once more.
    fn refine(&mut self, fit: Fit) {
        self.lay(&fit, WIDE);
        let mut sums = FitSums::default();
        for meeting in self.overlay.meetings() {
            let (from, to) = (usize::from(meeting.probe), usize::from(meeting.candidate));
            let from = [self.probe.x[from], self.probe.y[from]];
            let to = [self.candidate.x[to], self.candidate.y[to]];
            sums.add(from, to, meeting.weight);
        }
        if self.overlay.len > 1
            && let Some(fit) = sums.fit()
        {
            self.lay(&fit, WIDE);
        }
        super::warp::warp(&mut self.moved, &self.candidate, &self.overlay);
        overlay::lay(&self.moved, &self.candidate, NARROW, &mut self.overlay);
    }

    /// Lays the probe's points over the candidate's.
    fn lay(&mut self, fit: &Fit, gate: overlay::Gate) {
        self.moved.len = self.probe.len;
        self.moved.trust = self.probe.trust;
        let turned = fit.turned();
        for at in 0..FINGER_POINTS {
            [self.moved.x[at], self.moved.y[at]] = fit.apply(self.probe.x[at], self.probe.y[at]);
            self.moved.angle[at] = self.probe.angle[at].wrapping_add(turned);
        }
        overlay::lay(&self.moved, &self.candidate, gate, &mut self.overlay);
    }
}

impl Zeroize for Comparer {
    fn zeroize(&mut self) {
        self.distances.as_flattened_mut().zeroize();
        self.keys.as_flattened_mut().zeroize();
        self.pairs.zeroize();
        self.support.as_flattened_mut().zeroize();
        self.probe.zeroize();
        self.candidate.zeroize();
        self.moved.zeroize();
        self.overlay.zeroize();
    }
}

impl Drop for Comparer {
    /// Nothing of a finger stays behind.
    fn drop(&mut self) {
        self.zeroize();
    }
}

#[cfg(test)]
impl Comparer {
    /// Whether nothing of a finger is here.
    pub(super) fn is_erased(&self) -> bool {
        let Comparer { distances, keys, pairs, support, .. } = self;
        let places = [&self.probe, &self.candidate, &self.moved];
        distances.iter().flatten().all(|&distance| distance == 0)
            && keys.iter().flatten().all(|&key| key == 0)
            && support.iter().flatten().all(|&support| support == 0.0)
            && pairs.is_erased()
            && places.into_iter().all(Places::is_erased)
            && self.overlay.is_erased()
    }
}

/// Where the highest value is, the first of equal ones.
fn highest(values: &[f32]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}
