//! Scores made elsewhere: a matrix in `.npy`, or `probe,reference,score` in CSV.

use std::collections::HashMap;
use std::path::Path;

use ndarray::Array2;

use super::database::Database;
use super::labels::Labels;
use crate::{EvalError, LOWEST, number};

/// Reads the scores of a database: a matrix with a row a probe and a column a reference in
/// the order of the manifest, or lines that name samples. Every comparison of the
/// protocols must be there. Minus infinity (in CSV also `fail`) is a failure to enrol. In
/// CSV a pair that stands in one direction only serves for both if there is one set.
///
/// # Errors
///
/// [`EvalError::Data`] with the line, the shape, or the first comparison that is missing.
pub fn read(path: &Path, database: &Database, labels: &Labels) -> Result<Array2<f32>, EvalError> {
    let scores = match path.extension().and_then(|ending| ending.to_str()) {
        Some("npy") => matrix(path, database),
        Some("csv" | "tsv") => lines(path, database),
        _ => Err(EvalError::data(path, "scores are .npy or .csv")),
    }?;
    for (row, &probe) in labels.probes.iter().enumerate() {
        for (column, &reference) in labels.references.iter().enumerate() {
            if scores[(row, column)].is_nan() && labels.is_wanted(probe, reference) {
                let (probe, reference) = (&database.probes[row], &database.references[column]);
                let reason = format!("no score of {} against {}", probe.name, reference.name);
                return Err(EvalError::data(path, reason));
            }
        }
    }
    Ok(scores)
}

fn matrix(path: &Path, database: &Database) -> Result<Array2<f32>, EvalError> {
    let bytes = std::fs::read(path).map_err(|error| EvalError::data(path, error))?;
    let scores = super::npy::parse(path, &bytes)?;
    let shape = (database.probes.len(), database.references.len());
    if scores.dim() == shape {
        Ok(scores)
    } else {
        let reason =
            format!("{:?} scores, but {} probes and {} references", scores.dim(), shape.0, shape.1);
        Err(EvalError::data(path, reason))
    }
}

fn lines(path: &Path, database: &Database) -> Result<Array2<f32>, EvalError> {
    let positions = |samples: &[super::Sample]| -> HashMap<String, usize> {
        samples.iter().enumerate().map(|(at, sample)| (sample.name.clone(), at)).collect()
    };
    let (rows, columns) = (positions(&database.probes), positions(&database.references));
    let mut scores = Array2::from_elem((rows.len(), columns.len()), f32::NAN);
    if scores.dim() != (database.probes.len(), database.references.len()) {
        return Err(EvalError::data(path, "two samples of one name"));
    }
    let tabs = path.extension().is_some_and(|ending| ending == "tsv");
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(if tabs { b'\t' } else { b',' }).quoting(!tabs);
    let mut reader = reader.from_path(path).map_err(|error| EvalError::data(path, error))?;
    let at = |position: Option<&csv::Position>, reason: String| {
        let line = position.map_or(0, csv::Position::line);
        EvalError::data(path, format!("line {line}: {reason}"))
    };
    for record in reader.records() {
        let record = record.map_err(|error| at(error.position(), error.to_string()))?;
        let wrong = |reason: String| at(record.position(), reason);
        let [probe, reference, score] = [0, 1, 2].map(|at| record.get(at).map(str::trim));
        let (Some(probe), Some(reference), Some(text)) = (probe, reference, score) else {
            return Err(wrong("not probe, reference and score".to_owned()));
        };
        let score = parse(text).ok_or_else(|| wrong(format!("`{text}` is not a score")))?;
        let cell = rows.get(probe).zip(columns.get(reference));
        let mirror = rows.get(reference).zip(columns.get(probe)).filter(|_| database.same);
        if cell.or(mirror).is_none() {
            return Err(wrong(format!("{probe} or {reference} is not in the database")));
        }
        if let Some((&row, &column)) = cell {
            scores[(row, column)] = score;
        }
        if let Some((&row, &column)) = mirror
            && scores[(row, column)].is_nan()
        {
            scores[(row, column)] = score;
        }
    }
    Ok(scores)
}

/// A score; not-a-number is none.
pub(crate) fn parse(text: &str) -> Option<f32> {
    if text.eq_ignore_ascii_case("fail") {
        return Some(LOWEST);
    }
    text.parse::<f64>().ok().filter(|value| !value.is_nan()).map(number::score)
}

#[cfg(test)]
mod tests {
    use super::super::labels::Pairs;
    use super::super::sample::{Sample, Source};
    use super::*;

    fn database() -> Database {
        let sample = |name: &str| Sample {
            name: name.to_owned(),
            finger: name[..1].to_owned(),
            impression: name[1..].to_owned(),
            role: None,
            source: Source::Absent,
        };
        Database::new("x", ["a1", "a2", "b1"].map(sample).to_vec(), None).unwrap()
    }

    fn read_text(name: &str, text: &[u8]) -> Result<Array2<f32>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let database = database();
        let labels = database.labels(Pairs::Once, u32::MAX);
        read(&path, &database, &labels)
            .map_err(|error| error.to_string().replace(&format!("{}: ", path.display()), ""))
    }

    #[test]
    fn lines_serve_for_both_directions_and_their_own_goes_before() {
        let text = "probe,reference,score\na1,a2,5\na2,a1,6\na1,b1,fail\nb1,a2,-0\n";
        let scores = read_text("s.csv", text.as_bytes()).unwrap();
        assert_eq!((scores[(0, 1)], scores[(1, 0)]), (5.0, 6.0));
        assert_eq!((scores[(2, 0)], scores[(1, 2)]), (LOWEST, 0.0));
        assert!(scores[(0, 0)].is_nan());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = |text: &str| read_text("s.csv", text.as_bytes()).unwrap_err();
        let head = "probe,reference,score\n";
        assert_eq!(error(&format!("{head}a1,a2,5\nb1,a1,5\n")), "no score of a2 against b1");
        assert_eq!(error(&format!("{head}a1,a2,x\n")), "line 2: `x` is not a score");
        assert_eq!(error(&format!("{head}a1,a2,nan\n")), "line 2: `nan` is not a score");
        assert_eq!(error(&format!("{head}a1,c1,5\n")), "line 2: a1 or c1 is not in the database");
        assert_eq!(error("probe,reference\na1,a2\n"), "line 2: not probe, reference and score");
        let mut npy = Vec::new();
        super::super::npy::write(&mut npy, &Array2::zeros((3, 2))).unwrap();
        let shape = read_text("s.npy", &npy).unwrap_err();
        assert_eq!(shape, "(3, 2) scores, but 3 probes and 3 references");
        assert!(read_text("s.txt", b"").is_err());
    }
}
