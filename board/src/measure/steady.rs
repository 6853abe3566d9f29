//! Whether the clock of the processor stays what it was.

use std::hint::black_box;
use std::time::Instant;

use crate::machine::{Files, current_khz, zones};
use crate::record::{Condition, DRIFT};

/// Multiplications of the chain: about a millisecond on a slow core.
const STEPS: u64 = 400_000;
/// How often the chain is timed; the shortest counts, so that an interruption does not.
const TRIES: usize = 7;

/// Looks at the processor.
pub(super) fn look() -> Condition {
    let files = Files::of_this_machine();
    let millidegrees = zones(&files).iter().map(|zone| zone.millidegrees).collect();
    Condition { spin_ns: spin(), khz: current_khz(&files), millidegrees }
}

/// How much longer the chain took afterwards, and whether that is too much.
pub(super) fn drift(before: &Condition, after: &Condition) -> (f64, bool) {
    let drift = after.spin_ns / before.spin_ns - 1.0;
    (drift, drift.abs() > DRIFT)
}

/// Nanoseconds of a chain of multiplications, each waiting for the one before: its cycles are
/// the same each time, so its time is the clock's.
fn spin() -> f64 {
    let tries = (0..TRIES).map(|_| {
        let start = Instant::now();
        let mut state = black_box(1u64);
        for _ in 0..STEPS {
            state = state.wrapping_mul(6_364_136_223_846_793_005) ^ (state >> 32);
        }
        black_box(state);
        start.elapsed().as_nanos() as f64
    });
    tries.fold(f64::INFINITY, f64::min).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_falls_by_a_tenth_is_flagged() {
        let at = |spin_ns| Condition { spin_ns, ..Condition::default() };
        let (drift_up, unsteady) = drift(&at(100.0), &at(110.0));
        assert!((drift_up - 0.1).abs() < 1e-9 && unsteady);
        assert!(drift(&at(100.0), &at(90.0)).1);
        assert!(!drift(&at(100.0), &at(104.0)).1);
        assert!(look().spin_ns > 1.0);
    }
}
