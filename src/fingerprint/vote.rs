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
use crate::kernels::{BestCode, Kernels};
use crate::limits::FINGER_POINTS;

/// Pairs that propose.
const PROPOSALS: usize = 4;
/// How far apart two minutiae that agree may be turned: 16.5 degrees.
const TURNED: u16 = 3000;
const UNIT: f32 = UNITS_PER_PIXEL as f32;
/// The square of how far from its place a minutia may lie: 12 pixels, ...
const NEAR: f32 = 144.0 * UNIT * UNIT;
/// ... and, as turns are uncertain and fingers are soft, this part of its distance
/// from the pair that proposes: the square of 0.08.
const SOFT: f32 = 0.0064;

/// Pairs of minutiae, structure of arrays. Behind the last pair `worth` is 0.
struct Pairs<'a> {
    view: &'a ProbeView,
    x: [f32; FINGER_POINTS],
    y: [f32; FINGER_POINTS],
    /// By how much a pair turns the probe.
    turned: [u16; FINGER_POINTS],
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
    let votes = pairs.proposals().map(|at| pairs.agreeing(at));
    votes.into_iter().fold(0, i32::max).unsigned_abs()
}

impl<'a> Pairs<'a> {
    fn new(view: &'a ProbeView, finger: &PackedFinger, best: &[BestCode]) -> Pairs<'a> {
        let (none, zero) = ([0.0; FINGER_POINTS], [0; FINGER_POINTS]);
        let mut pairs = Pairs { view, x: none, y: none, turned: [0; FINGER_POINTS], worth: zero };
        for (at, best) in best.iter().enumerate() {
            let point = finger.points()[best.column().min(FINGER_POINTS - 1)];
            (pairs.x[at], pairs.y[at]) = (f32::from(point.x), f32::from(point.y));
            pairs.turned[at] = point.angle.wrapping_sub(view.angle[at]);
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
    fn agreeing(&self, proposal: usize) -> i32 {
        let turned = self.turned[proposal];
        let (cosine, sine) = (turn::cosine(turned), turn::sine(turned));
        let probe = [self.view.x[proposal], self.view.y[proposal]];
        let candidate = [self.x[proposal], self.y[proposal]];
        let mut sum = 0;
        for at in 0..FINGER_POINTS {
            let (dx, dy) = (self.view.x[at] - probe[0], self.view.y[at] - probe[1]);
            let (ex, ey) = (self.x[at] - candidate[0], self.y[at] - candidate[1]);
            let aside = [cosine * dx - sine * dy - ex, sine * dx + cosine * dy - ey];
            let far = ex * ex + ey * ey;
            let near = aside[0] * aside[0] + aside[1] * aside[1] <= NEAR + SOFT * far;
            let alike = turn_size(self.turned[at].wrapping_sub(turned)) <= TURNED;
            sum += if near & alike { self.worth[at] } else { 0 };
        }
        sum
    }
}

/// The size of a turn, 0 to half a turn (2^15).
#[inline(always)]
fn turn_size(turn: u16) -> u16 {
    turn.cast_signed().unsigned_abs()
}
