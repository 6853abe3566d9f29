//! Which pairs of minutiae agree with a proposed rotation and translation.
//!
//! Written once in plain Rust and compiled once for each instruction set, as the gates are. Only
//! exactly rounded operations on floats, and a sum of integers: all are equal, bit for bit.

/// Pairs of minutiae side by side, all slices of one length. Places are in any unit, turns in
/// `2^-32` of a whole one.
#[derive(Clone, Copy)]
pub struct MinutiaPairs<'a> {
    /// Places in the probe, x and y.
    pub from: [&'a [f32]; 2],
    /// Places in the template, x and y.
    pub to: [&'a [f32]; 2],
    /// By how much each pair turns the probe.
    pub turned: &'a [u32],
    /// What each pair is worth; all of them together fit an `i32`.
    pub worth: &'a [i32],
}

/// The rotation and translation that put one pair in its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proposal {
    /// Which pair.
    pub at: usize,
    /// Of its turn.
    pub cosine: f32,
    /// Of its turn.
    pub sine: f32,
}

/// How near a pair must come to agree.
#[derive(Clone, Copy, Debug)]
pub struct AgreementGate {
    /// The square of the distance, ...
    pub near: f32,
    /// ... and how much more for the square of the distance from the proposing pair.
    pub soft: f32,
    /// Largest difference of turns, below half a turn.
    pub turned: u32,
}

/// See [`Kernels::agreement`](super::Kernels::agreement).
#[inline(always)]
pub(super) fn agreement(pairs: MinutiaPairs<'_>, proposal: Proposal, gate: AgreementGate) -> i32 {
    let MinutiaPairs { from: [px, py], to: [cx, cy], turned, worth } = pairs;
    let Proposal { at, cosine, sine } = proposal;
    let (probe, candidate) = ([px[at], py[at]], [cx[at], cy[at]]);
    // From here to there is what lies around the turn of the proposal.
    let lowest = turned[at].wrapping_sub(gate.turned);
    let places = px.iter().zip(py).zip(cx.iter().zip(cy));
    let mut sum = 0;
    for (((px, py), (cx, cy)), (turned, worth)) in places.zip(turned.iter().zip(worth)) {
        let (dx, dy) = (px - probe[0], py - probe[1]);
        let (ex, ey) = (cx - candidate[0], cy - candidate[1]);
        let aside = [cosine * dx - sine * dy - ex, sine * dx + cosine * dy - ey];
        let far = ex * ex + ey * ey;
        let near = aside[0] * aside[0] + aside[1] * aside[1] <= gate.near + gate.soft * far;
        let alike = turned.wrapping_sub(lowest) <= 2 * gate.turned;
        sum += if near & alike { *worth } else { 0 };
    }
    sum
}

/// Compiles it for an instruction set, in the module that calls this.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! compile_agreement {
    ($features:literal) => {
        /// See [`agreement`](crate::kernels::agreement::agreement).
        #[target_feature(enable = $features)]
        pub(in crate::kernels) fn agreement(
            pairs: crate::kernels::MinutiaPairs<'_>,
            proposal: crate::kernels::Proposal,
            gate: crate::kernels::AgreementGate,
        ) -> i32 {
            crate::kernels::agreement::agreement(pairs, proposal, gate)
        }
    };
}
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use compile_agreement;
