//! The distribution of the times of one thing.

use serde::{Deserialize, Serialize};

/// Nanoseconds of one call. Where one call is too short for the clock, a sample is the mean of
/// several: then the tail is that of such means.
///
/// A percentile is the smallest sample that at least so many of a hundred do not exceed
/// (nearest rank). Of fewer than 100 samples the 99th is the largest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// How many samples there are.
    pub samples: usize,
    /// Calls of one sample.
    pub calls: u32,
    /// The shortest.
    pub min_ns: f64,
    /// The median.
    pub p50_ns: f64,
    /// Lower end of the median's 95 % confidence interval, by order statistics.
    pub p50_low_ns: f64,
    /// Its upper end.
    pub p50_high_ns: f64,
    /// The 90th percentile.
    pub p90_ns: f64,
    /// The 99th percentile.
    pub p99_ns: f64,
    /// The longest.
    pub max_ns: f64,
}

/// Fewest samples of which the 99th percentile is not simply the longest.
pub const SAMPLES_FOR_P99: usize = 100;

impl Times {
    /// Of some samples in nanoseconds, each already divided by its calls. `None` without any.
    #[must_use]
    pub fn of(mut samples: Vec<f64>, calls: u32) -> Option<Times> {
        samples.sort_by(f64::total_cmp);
        let (&min_ns, &max_ns) = (samples.first()?, samples.last()?);
        let count = samples.len() as f64;
        let rank = |rank: f64| samples[whole(rank.ceil().clamp(1.0, count)) - 1];
        // Half of n, less or plus 1.96 deviations of a binomial with p = 1/2.
        let spread = 0.98 * count.sqrt();
        Some(Times {
            samples: samples.len(),
            calls,
            min_ns,
            p50_ns: rank(0.5 * count),
            p50_low_ns: rank((0.5 * count - spread).floor()),
            p50_high_ns: rank(0.5 * count + spread + 1.0),
            p90_ns: rank(0.9 * count),
            p99_ns: rank(0.99 * count),
            max_ns,
        })
    }

    /// Whether the numbers can be such a distribution.
    pub(super) fn check(&self) -> Result<(), String> {
        let order = [
            ("min_ns", self.min_ns),
            ("p50_ns", self.p50_ns),
            ("p90_ns", self.p90_ns),
            ("p99_ns", self.p99_ns),
            ("max_ns", self.max_ns),
        ];
        if self.samples == 0 || self.calls == 0 {
            return Err("times without samples or calls".to_owned());
        }
        if let Some((name, value)) = order.iter().find(|(_, ns)| !(ns.is_finite() && *ns > 0.0)) {
            return Err(format!("{name} is {value}, not a time"));
        }
        if let Some(pair) = order.windows(2).find(|pair| pair[0].1 > pair[1].1) {
            return Err(format!("{} is above {}", pair[0].0, pair[1].0));
        }
        let within = self.p50_low_ns > 0.0
            && self.p50_low_ns <= self.p50_ns
            && self.p50_ns <= self.p50_high_ns
            && self.p50_high_ns <= self.max_ns;
        if within { Ok(()) } else { Err("the median is outside its interval".to_owned()) }
    }
}

/// A whole number between 0 and the number of samples.
fn whole(rank: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    let rank = rank as usize;
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_ranks() {
        let times = Times::of((1..=200).rev().map(f64::from).collect(), 1).unwrap();
        assert_eq!((times.min_ns, times.max_ns), (1.0, 200.0));
        assert_eq!((times.p50_ns, times.p90_ns, times.p99_ns), (100.0, 180.0, 198.0));
        assert_eq!((times.p50_low_ns, times.p50_high_ns), (86.0, 115.0));
        assert!(times.check().is_ok());
    }

    #[test]
    fn one_sample_is_everything_and_none_is_nothing() {
        let times = Times::of(vec![7.0], 3).unwrap();
        assert_eq!((times.p50_low_ns, times.p50_high_ns, times.p99_ns), (7.0, 7.0, 7.0));
        assert!(times.check().is_ok());
        assert_eq!(Times::of(Vec::new(), 1), None);
    }

    #[test]
    fn what_is_no_distribution_is_told() {
        let good = Times::of(vec![1.0, 2.0, 3.0], 1).unwrap();
        let wrong = |change: fn(&mut Times)| {
            let mut times = good.clone();
            change(&mut times);
            times.check().unwrap_err()
        };
        assert_eq!(wrong(|t| t.p90_ns = 0.5), "p50_ns is above p90_ns");
        assert_eq!(wrong(|t| t.max_ns = f64::NAN), "max_ns is NaN, not a time");
        assert_eq!(wrong(|t| t.samples = 0), "times without samples or calls");
        assert_eq!(wrong(|t| t.p50_high_ns = 9.0), "the median is outside its interval");
    }
}
