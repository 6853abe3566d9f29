//! The rotation and translation that lay the probe's points over the candidate's.

use super::turn;

/// Sums of a weighted fit; takes `(probe, candidate, weight)` one after the other.
#[derive(Default)]
pub(super) struct FitSums {
    weight: f32,
    from: [f32; 2],
    to: [f32; 2],
    /// Sums of products: the scalar one and the one across.
    along: f32,
    across: f32,
}

impl FitSums {
    #[inline(always)]
    pub(super) fn add(&mut self, from: [f32; 2], to: [f32; 2], weight: f32) {
        self.weight += weight;
        for axis in 0..2 {
            self.from[axis] += weight * from[axis];
            self.to[axis] += weight * to[axis];
        }
        self.along += weight * (from[0] * to[0] + from[1] * to[1]);
        self.across += weight * (from[0] * to[1] - from[1] * to[0]);
    }

    /// The fit of least squares; `None` if the places do not tell a rotation.
    pub(super) fn fit(&self) -> Option<Fit> {
        let share = 1.0 / self.weight;
        let from = self.from.map(|sum| sum * share);
        let to = self.to.map(|sum| sum * share);
        let along = self.along - self.weight * (from[0] * to[0] + from[1] * to[1]);
        let across = self.across - self.weight * (from[0] * to[1] - from[1] * to[0]);
        let length = (along * along + across * across).sqrt();
        // Also false if anything is no number.
        (length > 0.0).then(|| Fit { cosine: along / length, sine: across / length, from, to })
    }
}

/// A rotation around `from`, which goes to `to`.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    cosine: f32,
    sine: f32,
    from: [f32; 2],
    to: [f32; 2],
}

impl Fit {
    /// Where a place goes.
    #[inline(always)]
    pub(super) fn apply(&self, x: f32, y: f32) -> [f32; 2] {
        let (x, y) = (x - self.from[0], y - self.from[1]);
        [self.cosine * x - self.sine * y + self.to[0], self.sine * x + self.cosine * y + self.to[1]]
    }

    /// By how much directions turn.
    pub(super) fn turned(&self) -> u16 {
        turn::direction(self.cosine, self.sine)
    }
}
