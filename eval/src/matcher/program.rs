//! An external program as the matcher: pairs go in, scores come out.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use indicatif::ProgressBar;
use ndarray::Array2;
use rayon::prelude::*;

use super::Scores;
use crate::data::{Database, Labels, Source};
use crate::progress::Progress;
use crate::{EvalError, LOWEST};

/// A program that reads lines `probe<TAB>reference` (paths of files) on its standard input
/// and writes one score a line, in their order, `fail` for a template that it cannot read.
/// As many run at once as rayon has threads, each with its share of the probes.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    /// `path` is started with `arguments`, without a shell.
    #[must_use]
    pub fn new(path: &Path, arguments: &[String]) -> Program {
        Program { path: path.to_owned(), arguments: arguments.to_vec() }
    }

    /// Lets the program compare what [`Labels::is_wanted`].
    ///
    /// # Errors
    ///
    /// [`EvalError::Program`]: it cannot be started, ends badly, or does not answer each
    /// line with a score. [`EvalError::Usage`] for templates that are not files.
    pub fn fill(
        &self,
        database: &Database,
        labels: &Labels,
        progress: Progress,
    ) -> Result<Scores, EvalError> {
        let rows: Vec<usize> = (0..database.probes.len()).collect();
        let bar = progress.bar(&format!("{}: comparing", database.name), rows.len());
        let share = rows.len().div_ceil(rayon::current_num_threads()).max(1);
        let parts: Vec<Vec<(usize, usize, f32)>> = rows
            .par_chunks(share)
            .map(|rows| self.part(database, labels, rows, &bar))
            .collect::<Result<_, _>>()?;
        bar.finish_and_clear();
        let shape = (database.probes.len(), database.references.len());
        let mut matrix = Array2::from_elem(shape, f32::NAN);
        for (row, column, score) in parts.into_iter().flatten() {
            matrix[(row, column)] = score;
        }
        Ok(Scores::elsewhere(matrix, database, labels))
    }

    /// One process for some rows.
    fn part(
        &self,
        database: &Database,
        labels: &Labels,
        rows: &[usize],
        bar: &ProgressBar,
    ) -> Result<Vec<(usize, usize, f32)>, EvalError> {
        let (mut asked, mut scores) = (Vec::new(), Vec::new());
        for &row in rows {
            for (column, &reference) in labels.references.iter().enumerate() {
                if !labels.is_wanted(labels.probes[row], reference) {
                    continue;
                }
                let pair = [&database.probes[row], &database.references[column]];
                match pair.map(|sample| &sample.source) {
                    [Source::File(probe), Source::File(reference)] => {
                        asked.push((row, column, probe, reference));
                    }
                    [Source::Row(..), _] | [_, Source::Row(..)] => {
                        let reason = "an external program compares files, not rows of a matrix";
                        return Err(EvalError::Usage(reason.to_owned()));
                    }
                    _ => scores.push((row, column, LOWEST)),
                }
            }
        }
        let lines = asked.iter().map(|ask| (ask.2.as_path(), ask.3.as_path()));
        let answers = self.ask(lines)?;
        scores.extend(asked.iter().zip(answers).map(|(ask, score)| (ask.0, ask.1, score)));
        bar.inc(rows.len() as u64);
        Ok(scores)
    }

    /// Writes all pairs from a thread of its own while the scores are read: neither side
    /// waits for a full pipe.
    fn ask<'a>(
        &self,
        pairs: impl ExactSizeIterator<Item = (&'a Path, &'a Path)> + Send,
    ) -> Result<Vec<f32>, EvalError> {
        let wrong = |reason: String| EvalError::program(&self.path, reason);
        let count = pairs.len();
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| wrong(error.to_string()))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(wrong("no pipes".to_owned()));
        };
        let scores = std::thread::scope(|scope| {
            let writer = scope.spawn(move || -> std::io::Result<()> {
                let mut input = BufWriter::new(input);
                for (probe, reference) in pairs {
                    writeln!(input, "{}\t{}", probe.display(), reference.display())?;
                }
                input.flush()
            });
            let scores = read(BufReader::new(output), count);
            // A program that ended early has closed the pipe; what it lacks is said below.
            let _ = writer.join();
            scores
        });
        let status = child.wait().map_err(|error| wrong(error.to_string()))?;
        match scores {
            _ if !status.success() => Err(wrong(format!("ended with {status}"))),
            Ok(scores) if scores.len() == count => Ok(scores),
            Ok(scores) => Err(wrong(format!("{} scores for {count} pairs", scores.len()))),
            Err(reason) => Err(wrong(reason)),
        }
    }
}

/// Scores until the end, or what is wrong in which line. Everything is read in any case, so
/// that the program can end. More than `count` are only counted.
fn read(output: impl BufRead, count: usize) -> Result<Vec<f32>, String> {
    let mut scores = Ok(Vec::new());
    for (at, line) in output.lines().enumerate() {
        let Ok(found) = &mut scores else { continue };
        let score = line.map_err(|error| error.to_string());
        let score = score.and_then(|text| {
            let parsed = crate::data::parse_score(text.trim());
            parsed.ok_or_else(|| format!("line {}: `{}` is not a score", at + 1, cut(&text)))
        });
        match score {
            Ok(_) if found.len() > count => {}
            Ok(score) => found.push(score),
            Err(reason) => scores = Err(reason),
        }
    }
    scores
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
