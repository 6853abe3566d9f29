//! The command `run`: databases to figures and reports.

use std::path::Path;

use crate::EvalError;
use crate::cli::{Common, RunOptions};
use crate::data::{Database, Labels, folder_samples, read_manifest};
use crate::figures::{Evaluation, Settings, macro_average};
use crate::matcher::{Algorithm, Scores};
use crate::output::{self, Report, Section};
use crate::progress::Progress;

/// Evaluates and returns what is printed.
///
/// # Errors
///
/// See [`EvalError`].
pub fn run(options: &RunOptions) -> Result<String, EvalError> {
    let common = &options.common;
    let databases = databases(options)?;
    let mut sections = Vec::new();
    for database in &databases {
        let labels = database.labels(common.pairs, common.genuine_impressions);
        let (section, scores) = evaluate(options.matcher, database, &labels, common)?;
        if let (true, Some(out)) = (options.save_scores, &common.out) {
            output::save_scores(&out.join("scores"), database, &scores.matrix)?;
        }
        sections.push(section);
    }
    if let (true, Some(out)) = (options.save_scores, &common.out) {
        output::save_manifest(&out.join("scores"), &databases)?;
    }
    let evaluations: Vec<Evaluation> =
        sections.iter().map(|section| section.evaluation.clone()).collect();
    let report = Report {
        heading: heading(options.matcher, &databases, common),
        average: macro_average(&evaluations),
        sections,
    };
    if let Some(out) = &common.out {
        output::write(out, &report)?;
    }
    Ok(output::text(&report))
}

/// Scores and figures of one database.
pub(crate) fn evaluate(
    algorithm: Algorithm,
    database: &Database,
    labels: &Labels,
    common: &Common,
) -> Result<(Section, Scores), EvalError> {
    let progress = Progress::new(common.quiet);
    let program = common.program.as_ref();
    let scores = algorithm.scores(program, &common.program_arg, database, labels, progress)?;
    let settings =
        Settings { seed: common.seed, replicates: common.replicates, sizes: common.sizes.clone() };
    let evaluation = Evaluation::new(&database.name, labels, &scores.matrix, &settings, progress)?;
    let section = Section {
        evaluation,
        references: database.references.len(),
        probes: database.probes.len(),
        failures: scores.failures.clone(),
        failed_comparisons: scores.failed_comparisons,
        timing: scores.timing,
    };
    Ok((section, scores))
}

fn databases(options: &RunOptions) -> Result<Vec<Database>, EvalError> {
    let common = &options.common;
    if let Some(manifest) = &options.manifest {
        return read_manifest(manifest, common.root.as_deref(), &common.set);
    }
    let folder = options.folder.as_deref().unwrap_or(Path::new("."));
    let expect = options.expect.as_deref();
    let references = folder_samples(folder, expect)?;
    let probes = options.probes.as_deref().map(|probes| folder_samples(probes, expect));
    let name = folder.file_name().map_or("folder".into(), |name| name.to_string_lossy());
    Ok(vec![Database::new(&name, references, probes.transpose()?)?])
}

/// What was done, in one line.
pub(crate) fn heading(algorithm: Algorithm, databases: &[Database], common: &Common) -> String {
    let scored = databases.iter().filter(|database| database.scores.is_some()).count();
    let matcher = match scored {
        0 => format!("matcher {}", algorithm.name()),
        all if all == databases.len() => "scores from files".to_owned(),
        some => format!("matcher {}, {some} databases with scores from files", algorithm.name()),
    };
    let pairs = match common.pairs {
        crate::data::Pairs::Once => "each pair once",
        crate::data::Pairs::Both => "each pair in both directions",
    };
    format!(
        "{matcher}; {pairs}; {} bootstrap replicates over fingers, seed {}, 95 % intervals",
        common.replicates, common.seed
    )
}
