//! Time against gallery size: between what was measured, and beyond it.

use std::collections::BTreeMap;

use crate::cli::Quantile;
use crate::record::{Record, Times};

/// What a curve is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Search {
    /// `face-1n, fast`, `face-1n, proven` or `finger-1n`.
    pub(crate) what: String,
    pub(crate) tier: String,
    pub(crate) threads: usize,
}

/// Times of one kind of search by size, those of mated and unmated probes the longer of both.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Curve {
    pub(crate) search: Search,
    /// Templates and nanoseconds, by templates; at least one.
    pub(crate) points: Vec<(f64, f64)>,
    /// The least that is read of a template.
    scanned_bytes: Option<u64>,
}

/// The most templates within a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Most {
    /// Even the smallest gallery measured, of so many, takes longer.
    FewerThan(f64),
    /// Between two measured sizes.
    Between { templates: f64, sizes: [f64; 2] },
    /// Beyond the largest one measured, at the bytes per second that it reached or, if that is
    /// less, memory gives.
    Beyond { templates: f64, largest: f64 },
}

/// All curves of a record for one figure.
pub(crate) fn curves(record: &Record, quantile: Quantile) -> Vec<Curve> {
    let mut found: BTreeMap<Search, (BTreeMap<u64, f64>, Option<u64>)> = BTreeMap::new();
    for (_, measurement) in record.measurements() {
        let subject = &measurement.subject;
        let Some(tier) = &subject.tier else { continue };
        let mode = subject.operation.split('-').next().filter(|mode| !mode.ends_with("mated"));
        let what = match mode {
            Some(mode) => format!("{}, {mode}", subject.group),
            None => subject.group.clone(),
        };
        let search = Search { what, tier: tier.clone(), threads: subject.threads };
        let (points, scanned) = found.entry(search).or_default();
        let ns = figure(&measurement.times, quantile);
        points.entry(subject.size).and_modify(|longest| *longest = longest.max(ns)).or_insert(ns);
        *scanned = subject.scanned_bytes;
    }
    let curve = |(search, (points, scanned_bytes)): (Search, (BTreeMap<u64, f64>, _))| Curve {
        search,
        points: points.into_iter().map(|(size, ns)| (size as f64, ns)).collect(),
        scanned_bytes,
    };
    let mut curves: Vec<Curve> = found.into_iter().map(curve).collect();
    begin_with_one_thread(&mut curves);
    curves
}

/// One thread searches a small gallery, however many there are: what was measured with one counts
/// for the sizes below the first that several share.
fn begin_with_one_thread(curves: &mut [Curve]) {
    let ones: Vec<Curve> = curves.iter().filter(|c| c.search.threads == 1).cloned().collect();
    for curve in curves.iter_mut().filter(|curve| curve.search.threads > 1) {
        let Search { what, tier, .. } = &curve.search;
        let one = ones.iter().find(|one| one.search.what == *what && one.search.tier == *tier);
        let (Some(one), Some(&(first, _))) = (one, curve.points.first()) else { continue };
        let below = one.points.iter().copied().filter(|point| point.0 < first);
        curve.points.splice(0..0, below);
    }
}

pub(crate) fn figure(times: &Times, quantile: Quantile) -> f64 {
    match quantile {
        Quantile::P50 => times.p50_ns,
        Quantile::P90 => times.p90_ns,
        Quantile::P99 => times.p99_ns,
        Quantile::Max => times.max_ns,
    }
}

impl Curve {
    /// The most templates within a time, with a bandwidth in bytes a second.
    pub(crate) fn most_within(&self, ns: f64, bandwidth: Option<f64>) -> Option<Most> {
        let (&first, &last) = (self.points.first()?, self.points.last()?);
        if ns < first.1 {
            return Some(Most::FewerThan(first.0));
        }
        // The first size that takes too long ends it, even if a larger one was quicker by chance.
        let pair = self.points.windows(2).find(|pair| pair[1].1 > ns);
        let Some(&[left, right]) = pair else {
            let templates = last.0.max(self.beyond(ns, last, bandwidth));
            return Some(Most::Beyond { templates, largest: last.0 });
        };
        // A line between their logarithms.
        let share = (ns / left.1).ln() / (right.1 / left.1).ln();
        let templates = left.0 * (right.0 / left.0).powf(share);
        Some(Most::Between { templates, sizes: [left.0, right.0] })
    }

    fn beyond(&self, ns: f64, (size, longest): (f64, f64), bandwidth: Option<f64>) -> f64 {
        let reached = size / longest;
        let memory = bandwidth.zip(self.scanned_bytes);
        let memory = memory.map_or(f64::INFINITY, |(rate, bytes)| rate / bytes as f64 / 1e9);
        ns * reached.min(memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Curve {
        let search = Search { what: "x".into(), tier: "t".into(), threads: 1 };
        Curve { search, points: points.to_vec(), scanned_bytes: Some(100) }
    }

    #[test]
    fn between_sizes_it_is_a_line_of_logarithms() {
        let curve = curve(&[(1e3, 1e4), (1e4, 1e5), (1e5, 1e7)]);
        assert_eq!(curve.most_within(5e3, None), Some(Most::FewerThan(1e3)));
        let Some(Most::Between { templates, sizes }) = curve.most_within(3e4, None) else {
            panic!()
        };
        assert!((templates - 3e3).abs() < 1e-6 && sizes == [1e3, 1e4]);
        let Some(Most::Between { templates, .. }) = curve.most_within(1e6, None) else { panic!() };
        assert!((templates - 1e4 * 10f64.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn beyond_the_largest_neither_the_rate_reached_nor_the_memory_is_exceeded() {
        let curve = curve(&[(1e3, 1e4), (1e4, 1e5)]);
        // Reached: 0.1 templates a nanosecond. Memory with 20 GB/s: 0.2; with 2 GB/s: 0.02.
        let most = |bandwidth| curve.most_within(1e6, bandwidth).unwrap();
        let beyond = |templates| Most::Beyond { templates, largest: 1e4 };
        assert_eq!(most(None), beyond(1e5));
        assert_eq!(most(Some(20e9)), beyond(1e5));
        assert_eq!(most(Some(2e9)), beyond(2e4));
        // What was measured stays true even if the bandwidth says less.
        assert_eq!(most(Some(0.1e9)), beyond(1e4));
    }

    #[test]
    fn several_threads_begin_where_one_ends() {
        let mut curves = [curve(&[(1e3, 1e4), (1e5, 1e6)]), curve(&[(1e5, 5e5), (1e6, 5e6)])];
        curves[1].search.threads = 2;
        begin_with_one_thread(&mut curves);
        assert_eq!(curves[0].points.len(), 2);
        assert_eq!(curves[1].points, [(1e3, 1e4), (1e5, 5e5), (1e6, 5e6)]);
    }

    #[test]
    fn a_larger_gallery_that_was_quicker_by_chance_does_not_count() {
        let curve = curve(&[(1e3, 1e4), (2e3, 9e4), (5e3, 5e4)]);
        let Some(Most::Between { sizes, .. }) = curve.most_within(6e4, None) else { panic!() };
        assert_eq!(sizes, [1e3, 2e3]);
    }
}
