//! The score matrix: every comparison that a protocol asks for, in parallel by rows.

use std::collections::BTreeMap;
use std::time::Instant;

use ndarray::parallel::prelude::*;
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::Matcher;
use crate::data::{Database, Label, Labels, Role, Sample};
use crate::progress::Progress;
use crate::{LOWEST, number};

/// The scores of a database and what went wrong on the way.
#[derive(Debug)]
pub struct Scores {
    /// A row a probe, a column a reference; not a number where nothing was compared.
    pub matrix: Array2<f32>,
    /// Samples that could not be read, with the reason; each once.
    pub failures: Vec<(String, String)>,
    /// Comparisons that gave no number; they count as the lowest score.
    pub failed_comparisons: usize,
    /// Comparisons made, and the seconds that they took on all threads together.
    pub timing: Option<(usize, f64)>,
}

impl Scores {
    /// Scores that were made elsewhere: a sample that scores lowest in every comparison is
    /// a failure to enrol.
    pub(super) fn elsewhere(matrix: Array2<f32>, database: &Database, labels: &Labels) -> Scores {
        // Whether any comparison of the sample was not the lowest, by side and sample.
        let side = |probe: bool| probe && !database.same;
        let mut alive = BTreeMap::new();
        for (row, &probe) in labels.probes.iter().enumerate() {
            for (column, &reference) in labels.references.iter().enumerate() {
                if labels.is_wanted(probe, reference) {
                    let is_alive = matrix[(row, column)] > LOWEST;
                    for (is_probe, label) in [(true, probe), (false, reference)] {
                        let key = (side(is_probe), label.finger, label.impression);
                        *alive.entry(key).or_insert(false) |= is_alive;
                    }
                }
            }
        }
        let failed = |is_probe: bool, samples: &[Sample], labels: &[Label]| -> Vec<_> {
            let dead = samples.iter().zip(labels).filter(|(_, label)| {
                alive.get(&(side(is_probe), label.finger, label.impression)) == Some(&false)
            });
            let reason = "scores lowest in every comparison";
            dead.map(|(sample, _)| (sample.name.clone(), reason.to_owned())).collect()
        };
        let mut failures = failed(false, &database.references, &labels.references);
        if !database.same {
            failures.extend(failed(true, &database.probes, &labels.probes));
        }
        Scores { matrix, failures, failed_comparisons: 0, timing: None }
    }
}

/// Reads all templates and compares what [`Labels::is_wanted`].
pub fn fill<M: Matcher>(
    matcher: &M,
    database: &Database,
    labels: &Labels,
    progress: Progress,
) -> Scores {
    let references = read(matcher, &database.references, &database.name, progress);
    let own = (!database.same).then(|| read(matcher, &database.probes, &database.name, progress));
    let probes: Vec<&Result<M::Template, String>> = match &own {
        Some(own) => own.iter().collect(),
        None => {
            let both = references.iter().zip(&database.references);
            both.filter(|(_, sample)| sample.role != Some(Role::Filler))
                .map(|both| both.0)
                .collect()
        }
    };
    let failures = failures(database, &references, own.as_deref());
    let mut matrix = Array2::from_elem((probes.len(), references.len()), f32::NAN);
    let bar = progress.bar(&format!("{}: comparing", database.name), probes.len());
    let start = Instant::now();
    let counts: Vec<(usize, usize)> = matrix
        .axis_iter_mut(Axis(0))
        .into_par_iter()
        .enumerate()
        .map(|(row, mut scores)| {
            let probe = labels.probes[row];
            let wanted = |&column: &usize| labels.is_wanted(probe, labels.references[column]);
            let columns: Vec<usize> = (0..references.len()).filter(wanted).collect();
            let counts =
                compare_row(matcher, probes[row], &references, &columns, |column, score| {
                    scores[column] = score;
                });
            bar.inc(1);
            counts
        })
        .collect();
    bar.finish_and_clear();
    let (made, failed) = counts.iter().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let timing = Some((made, start.elapsed().as_secs_f64()));
    Scores { matrix, failures, failed_comparisons: failed, timing }
}

/// One row; how many comparisons were made and how many of them gave no number.
fn compare_row<M: Matcher>(
    matcher: &M,
    probe: &Result<M::Template, String>,
    references: &[Result<M::Template, String>],
    columns: &[usize],
    mut set: impl FnMut(usize, f32),
) -> (usize, usize) {
    let Ok(probe) = probe else {
        columns.iter().for_each(|&column| set(column, LOWEST));
        return (0, 0);
    };
    let (mut templates, mut places) = (Vec::new(), Vec::new());
    for &column in columns {
        match &references[column] {
            Ok(template) => {
                templates.push(template);
                places.push(column);
            }
            Err(_) => set(column, LOWEST),
        }
    }
    let mut scores = Vec::with_capacity(templates.len());
    matcher.compare_many(probe, &templates, &mut scores);
    assert_eq!(scores.len(), templates.len(), "a matcher gives a score for each reference");
    for (&column, &score) in places.iter().zip(&scores) {
        set(column, number::score(score));
    }
    (scores.len(), scores.iter().filter(|score| score.is_nan()).count())
}

fn read<M: Matcher>(
    matcher: &M,
    samples: &[Sample],
    name: &str,
    progress: Progress,
) -> Vec<Result<M::Template, String>> {
    let bar = progress.bar(&format!("{name}: reading"), samples.len());
    let one = |sample: &Sample| {
        let template = sample.source.bytes().and_then(|bytes| matcher.read(&bytes));
        bar.inc(1);
        template
    };
    // The first one alone: vectors take their dimension from it, on every run.
    let mut all: Vec<_> = samples.iter().take(1).map(one).collect();
    all.par_extend(samples.par_iter().skip(1).map(one));
    bar.finish_and_clear();
    all
}

/// Names and reasons, in the order of the manifest.
fn failures<T>(
    database: &Database,
    references: &[Result<T, String>],
    probes: Option<&[Result<T, String>]>,
) -> Vec<(String, String)> {
    let side = |samples: &[Sample], read: &[Result<T, String>], what: &str| -> Vec<_> {
        let failed = samples.iter().zip(read).filter_map(|(sample, read)| {
            let reason = read.as_ref().err()?;
            Some((format!("{}{what}", sample.name), reason.clone()))
        });
        failed.collect()
    };
    let Some(probes) = probes else { return side(&database.references, references, "") };
    let mut all = side(&database.references, references, " (reference)");
    all.extend(side(&database.probes, probes, " (probe)"));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Pairs, Source};
    use std::sync::Arc;

    /// Score: the difference; bytes of 1.0 cannot be read, a probe of 3.0 gives no number.
    struct Toy;

    impl Matcher for Toy {
        type Template = f32;
        fn read(&self, bytes: &[u8]) -> Result<f32, String> {
            let value = f32::from_le_bytes(bytes.try_into().map_err(|_| "not four bytes")?);
            if value == 1.0 { Err("one".to_owned()) } else { Ok(value) }
        }
        fn compare(&self, probe: &f32, reference: &f32) -> f64 {
            if *probe == 3.0 { f64::NAN } else { f64::from(probe - reference) }
        }
    }

    #[test]
    fn only_what_is_wanted_is_compared_and_failures_are_lowest() {
        let rows = Arc::new(Array2::from_shape_fn((4, 1), |(row, _)| row as f32));
        let sample = |(row, name): (usize, &str)| Sample {
            name: name.to_owned(),
            finger: name[..1].to_owned(),
            impression: name[1..].to_owned(),
            role: None,
            source: Source::Row(Arc::clone(&rows), row),
        };
        let set = ["a1", "a2", "b1", "b2"].into_iter().enumerate().map(sample).collect();
        let database = Database::new("x", set, None).unwrap();
        let labels = database.labels(Pairs::Once, u32::MAX);
        let scores = fill(&Toy, &database, &labels, Progress::new(true));
        assert_eq!(scores.failures, [("a2".to_owned(), "one".to_owned())]);
        assert_eq!(scores.failed_comparisons, 2);
        assert_eq!(scores.timing.unwrap().0, 3);
        let row = |at: usize| scores.matrix.row(at).to_vec();
        assert!(row(0).iter().all(|score| score.is_nan()));
        // a2 is searched in a1 and b1, both lowest because it is not there.
        assert_eq!((row(1)[0], row(1)[2]), (LOWEST, LOWEST));
        assert_eq!((row(2)[0], row(2)[1]), (2.0, LOWEST));
        assert_eq!((row(3)[0], row(3)[1], row(3)[2]), (LOWEST, LOWEST, LOWEST));
    }
}
