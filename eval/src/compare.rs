//! The command `compare`: two algorithms or extractors on the same fingers.

use crate::EvalError;
use crate::cli::CompareOptions;
use crate::data::{Database, Labels, read_manifest};
use crate::figures::{Evaluation, Figure, macro_average};
use crate::output::{self, Comparison, Difference, Report, Section};
use crate::run::{evaluate, heading};

/// Evaluates both, draw by draw alike, and returns what is printed.
///
/// # Errors
///
/// See [`EvalError`]; databases and fingers of both must be the same.
pub fn compare(options: &CompareOptions) -> Result<String, EvalError> {
    let common = &options.common;
    let read = |path| read_manifest(path, common.root.as_deref(), &common.set);
    let (a, b) = (read(&options.a)?, read(&options.b)?);
    let differ = |reason: String| EvalError::data(&options.b, reason);
    let names = |side: &[Database]| side.iter().map(|d| d.name.clone()).collect::<Vec<_>>();
    if names(&a) != names(&b) {
        return Err(differ("not the databases of A, in their order".to_owned()));
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (a, b) in a.iter().zip(&b) {
        let label = |side: &Database| side.labels(common.pairs, common.genuine_impressions);
        let (labels_a, labels_b) = (label(a), label(b));
        if !are_paired(&labels_a, &labels_b) {
            let reason = format!("database {}: not the samples of A (expect names them)", b.name);
            return Err(differ(reason));
        }
        left.push(evaluate(options.matcher_a, a, &labels_a, common)?.0);
        right.push(evaluate(options.matcher_b, b, &labels_b, common)?.0);
    }
    let report = |sections: Vec<Section>, algorithm, databases| {
        let evaluations: Vec<Evaluation> =
            sections.iter().map(|section| section.evaluation.clone()).collect();
        let average = macro_average(&evaluations);
        Report { heading: heading(algorithm, databases, common), average, sections }
    };
    let a = report(left, options.matcher_a, &a);
    let b = report(right, options.matcher_b, &b);
    let comparison = Comparison { differences: differences(&a, &b), a, b };
    if let Some(out) = &common.out {
        output::write_comparison(out, &comparison)?;
    }
    Ok(output::comparison_text(&comparison))
}

/// Whether both have the same fingers and samples with the same parts, so that a draw
/// means the same in both.
fn are_paired(a: &Labels, b: &Labels) -> bool {
    let sorted = |side: &[crate::data::Label]| {
        let mut keys: Vec<_> =
            side.iter().map(|label| (label.finger, label.impression, label.role.name())).collect();
        keys.sort_unstable();
        keys
    };
    a.fingers == b.fingers
        && sorted(&a.references) == sorted(&b.references)
        && sorted(&a.probes) == sorted(&b.probes)
}

/// B less A for every figure that both have, database by database and of the mean.
fn differences(a: &Report, b: &Report) -> Vec<Difference> {
    let pairs = |database: &str, a: &[Figure], b: &[Figure]| -> Vec<Difference> {
        let other = |figure: &Figure| b.iter().find(|other| other.key == figure.key).cloned();
        let both = a.iter().filter_map(|figure| Some((figure.clone(), other(figure)?)));
        both.map(|(a, b)| Difference {
            database: database.to_owned(),
            difference: b.less(&a),
            a,
            b,
        })
        .collect()
    };
    let sections = a.sections.iter().zip(&b.sections);
    let mut all: Vec<Difference> = sections
        .flat_map(|(a, b)| {
            let (a, b) = (&a.evaluation, &b.evaluation);
            pairs(&a.name, &a.figures, &b.figures)
        })
        .collect();
    if a.sections.len() > 1 {
        all.extend(pairs(output::MACRO, &a.average, &b.average));
    }
    all
}
