//! Two records as ratios.

use std::collections::BTreeMap;
use std::path::Path;

use crate::BenchError;
use crate::record::{Block, Measurement, Record, read};
use crate::units::{figures, time};

/// One thing that both records have.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// See [`Subject::id`](crate::record::Subject::id).
    pub id: String,
    /// Medians of A and B in nanoseconds.
    pub medians: [f64; 2],
    /// B's median by A's: below 1 B is faster.
    pub p50: f64,
    /// B's 99th percentile by A's.
    pub p99: f64,
    /// The confidence intervals of the medians overlap: the difference may be chance.
    pub is_noise: bool,
    /// The clock was unsteady in one of the blocks.
    pub unsteady: bool,
}

/// Two records.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// By id.
    pub ratios: Vec<Ratio>,
    /// Things that only A, and only B, has.
    pub alone: [usize; 2],
}

/// Compares, B by A.
#[must_use]
pub fn compare(a: &Record, b: &Record) -> Comparison {
    let (by_a, by_b) = (by_id(a), by_id(b));
    let both = by_a.iter().filter_map(|(id, a)| Some((id, *a, *by_b.get(id)?)));
    let ratios: Vec<Ratio> = both.map(|(id, a, b)| ratio(id, a, b)).collect();
    let alone = [by_a.len() - ratios.len(), by_b.len() - ratios.len()];
    Comparison { ratios, alone }
}

type Found<'r> = (&'r Block, &'r Measurement);

fn by_id(record: &Record) -> BTreeMap<String, Found<'_>> {
    record.measurements().map(|found| (found.1.subject.id(), found)).collect()
}

fn ratio(id: &str, a: Found<'_>, b: Found<'_>) -> Ratio {
    let (left, right) = (&a.1.times, &b.1.times);
    Ratio {
        id: id.to_owned(),
        medians: [left.p50_ns, right.p50_ns],
        p50: right.p50_ns / left.p50_ns,
        p99: right.p99_ns / left.p99_ns,
        is_noise: left.p50_low_ns <= right.p50_high_ns && right.p50_low_ns <= left.p50_high_ns,
        unsteady: a.0.unsteady || b.0.unsteady,
    }
}

/// Reads two records and compares them.
///
/// # Errors
///
/// [`BenchError::Record`]; [`BenchError::Mixed`], if one is of an emulator and the other is not.
pub fn files(a: &Path, b: &Path) -> Result<String, BenchError> {
    let records = [read(a)?, read(b)?];
    if records[0].emulated != records[1].emulated {
        let file = if records[0].emulated { a } else { b };
        let reason =
            "is of an emulator, the other one of a board: their times say nothing of each other";
        return Err(BenchError::Mixed { file: file.to_owned(), reason: reason.to_owned() });
    }
    Ok(text(&records, &compare(&records[0], &records[1])))
}

fn text(records: &[Record; 2], comparison: &Comparison) -> String {
    let mut text = String::new();
    for (name, record) in ["A", "B"].into_iter().zip(records) {
        text += &format!(
            "{name}: {}, kaimen {}, {}\n",
            record.title(),
            record.kaimen,
            record.started()
        );
        for warning in crate::table::warnings(record) {
            text += &format!("   WARNING {warning}\n");
        }
    }
    for found in &records[0].bandwidth {
        let other = records[1].bandwidth.iter().find(|other| other.threads == found.threads);
        if let Some(other) = other {
            let ratio = other.bytes_per_second / found.bytes_per_second;
            text +=
                &format!("bandwidth, {} threads: B has {} of A's\n", found.threads, figures(ratio));
        }
    }
    text +=
        "B by A, below 1 B is faster; ~ the medians' 95 % intervals overlap, ! unsteady clock\n\n";
    text += &format!("{:<52} {:>9} {:>9} {:>6} {:>6}\n", "", "A p50", "B p50", "p50", "p99");
    comparison.ratios.iter().for_each(|ratio| text += &row(ratio));
    text += "\n";
    for (group, mean, count) in means(&comparison.ratios) {
        text += &format!("{group}: {} (geometric mean of {count})\n", figures(mean));
    }
    let [a, b] = comparison.alone;
    if a + b > 0 {
        text += &format!("not compared: {a} only in A, {b} only in B\n");
    }
    text
}

fn row(ratio: &Ratio) -> String {
    let [a, b] = ratio.medians.map(time);
    let (noise, clock) =
        (if ratio.is_noise { " ~" } else { "" }, if ratio.unsteady { " !" } else { "" });
    let (p50, p99) = (figures(ratio.p50), figures(ratio.p99));
    format!("{:<52} {a:>9} {b:>9} {p50:>6} {p99:>6}{noise}{clock}\n", ratio.id)
}

/// The geometric mean of each group's medians, and of how many.
fn means(ratios: &[Ratio]) -> Vec<(String, f64, usize)> {
    let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for ratio in ratios {
        let group = ratio.id.split('/').next().unwrap_or_default();
        groups.entry(group).or_default().push(ratio.p50.ln());
    }
    let mean = |logs: &[f64]| (logs.iter().sum::<f64>() / logs.len() as f64).exp();
    groups.into_iter().map(|(group, logs)| (group.to_owned(), mean(&logs), logs.len())).collect()
}
