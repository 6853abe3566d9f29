//! The cheap vote: how many of a probe's minutiae lie as their most alike ones do.
//!
//! Each code of the probe names the most alike code of a template, which pairs two minutiae. The
//! few most alike pairs each propose a rotation and a translation; the others vote for it
//! if they are turned by nearly the same angle, and lie nearly where it puts them. The
//! sum of the cosines of those that agree, for the best proposal, is the vote.
//!
//! That is `O(4 * 48)`, and so little beside the comparison of all codes that every
//! template of a gallery can be voted on. It also says far more than how alike the codes are: a
//! random code finds something alike anywhere, but not where it should lie.

use super::packed::PackedFinger;
use super::point::UNITS_PER_PIXEL;
use super::probe::ProbeView;
use super::turn;
use crate::kernels::{AgreementGate, BestCode, Kernels, MinutiaPairs, Proposal};
use crate::limits::FINGER_POINTS;

/// Pairs that propose.
const PROPOSALS: usize = 4;
const UNIT: f32 = UNITS_PER_PIXEL as f32;
/// What agrees: within 12 pixels and, as turns are uncertain and fingers are soft, 8 % of the
/// distance from the pair that proposes; turned alike within 16.5 degrees.
const GATE: AgreementGate =
    AgreementGate { near: 144.0 * UNIT * UNIT, soft: 0.0064, turned: 3000 << 16 };

/// Pairs of minutiae, structure of arrays. Behind the last pair `worth` is 0.
struct Pairs<'a> {
    view: &'a ProbeView,
    x: [f32; FINGER_POINTS],
    y: [f32; FINGER_POINTS],
    /// By how much a pair turns the probe, in `2^-32` of a turn.
    turned: [u32; FINGER_POINTS],
    /// The cosine of the codes, of 1024.
    worth: [i32; FINGER_POINTS],
}

/// The vote for a template: 0 without any pair, at most 1024 for each code of the probe.
pub(super) fn vote(view: &ProbeView, finger: &PackedFinger, kernels: Kernels) -> u32 {
    let mut best = [BestCode::default(); FINGER_POINTS];
    let codes = view.template.codes();
    let best = &mut best[..codes.len().min(FINGER_POINTS)];
    if finger.groups().is_empty() || best.is_empty() {
        return 0;
    }
    kernels.best_codes(&codes[..best.len()], finger.groups(), finger.weights(), best);
    let pairs = Pairs::new(view, finger, best);
    let votes = pairs.proposals().map(|at| pairs.agreeing(at, kernels));
    votes.into_iter().fold(0, i32::max).unsigned_abs()
}

impl<'a> Pairs<'a> {
    fn new(view: &'a ProbeView, finger: &PackedFinger, best: &[BestCode]) -> Pairs<'a> {
        let (none, zero) = ([0.0; FINGER_POINTS], [0; FINGER_POINTS]);
        let mut pairs = Pairs { view, x: none, y: none, turned: [0; FINGER_POINTS], worth: zero };
        for (at, best) in best.iter().enumerate() {
            let point = finger.points()[best.column().min(FINGER_POINTS - 1)];
            (pairs.x[at], pairs.y[at]) = (f32::from(point.x), f32::from(point.y));
            pairs.turned[at] = u32::from(point.angle.wrapping_sub(view.angle[at])) << 16;
            #[expect(clippy::cast_precision_loss, reason = "rounded the same everywhere")]
            let cosine = best.product() as f32 * view.scale[at];
            #[expect(clippy::cast_possible_truncation, reason = "at most 1024")]
            let worth = cosine as i32;
            pairs.worth[at] = worth;
        }
        pairs
    }

    /// The pairs that are worth most, of equal ones the first.
    fn proposals(&self) -> [usize; PROPOSALS] {
        let mut keys = [0; FINGER_POINTS];
        for (at, (key, &worth)) in (0..).zip(keys.iter_mut().zip(&self.worth)) {
            *key = (worth << 6) | (63 - at);
        }
        let mut bound = i32::MAX;
        [(); PROPOSALS].map(|()| {
            let below = |&key: &i32| if key < bound { key } else { 0 };
            bound = keys.iter().map(below).fold(0, i32::max);
            63 - (bound & 63).unsigned_abs() as usize
        })
    }

    /// What the pairs are worth that agree with one of them.
    fn agreeing(&self, at: usize, kernels: Kernels) -> i32 {
        let turned = (self.turned[at] >> 16) as u16;
        let proposal = Proposal { at, cosine: turn::cosine(turned), sine: turn::sine(turned) };
        let pairs = MinutiaPairs {
            from: [&self.view.x, &self.view.y],
            to: [&self.x, &self.y],
            turned: &self.turned,
            worth: &self.worth,
        };
        kernels.agreement(pairs, proposal, GATE)
    }
}
