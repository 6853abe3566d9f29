//! Times of many calls.

use std::time::{Duration, Instant};

use super::{Recorder, Stop};
use crate::record::Limits;

/// Times of many calls, in microseconds.
#[derive(Debug, Default)]
pub(super) struct Latency {
    micros: Vec<f64>,
}

impl Latency {
    /// Times one call.
    pub(super) fn time<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let value = call();
        self.add(begun.elapsed());
        value
    }

    /// Adds a time that was taken elsewhere.
    pub(super) fn add(&mut self, took: Duration) {
        self.micros.push(took.as_secs_f64() * 1e6);
    }

    /// How many calls.
    pub(super) fn count(&self) -> u64 {
        self.micros.len() as u64
    }

    /// Writes median, 99th percentile and longest time, and all of them as a series. The limits
    /// are those of the longest.
    pub(super) fn record(
        &self,
        recorder: &Recorder,
        name: &str,
        longest: Limits,
    ) -> Result<(), Stop> {
        let mut sorted = self.micros.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as u64;
        let rank = |percent: usize| (sorted.len() * percent).div_ceil(100).max(1) - 1;
        let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
        recorder.measure(&format!("{name}, median"), at(rank(50)), "µs", Limits::NONE, n);
        recorder.measure(&format!("{name}, 99 %"), at(rank(99)), "µs", Limits::NONE, n);
        let last = at(sorted.len().saturating_sub(1));
        recorder.measure(&format!("{name}, longest"), last, "µs", longest, n);
        recorder.series(name, "µs", &self.micros)
    }
}
