//! A manifest in CSV (or TSV): one sample a line, columns by their names.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};
use ndarray::Array2;
use serde::Deserialize;

use super::filter::Filter;
use super::sample::{Role, Sample, Source};
use crate::EvalError;

/// How a table is read. Only the names of columns that differ from the usual ones are given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Table {
    /// The table; `.tsv` is separated by tabs and has no quoting.
    pub(super) file: PathBuf,
    /// A matrix (`.npy`): the column `row` says which row is the template. Without it
    /// the column `file` names a file beside the table.
    pub(super) vectors: Option<PathBuf>,
    /// Conditions that a line has to meet.
    pub(super) keep: Vec<String>,
    /// The role of every line, instead of a column.
    pub(super) role: Option<Role>,
    pub(super) columns: Columns,
}

/// Names of the columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Columns {
    file: String,
    row: String,
    finger: String,
    impression: String,
    role: String,
    database: String,
}

impl Default for Columns {
    fn default() -> Columns {
        let [file, row, finger, impression, role, database] =
            ["file", "row", "finger", "impression", "role", "database"].map(str::to_owned);
        Columns { file, row, finger, impression, role, database }
    }
}

/// Samples with the database that the line names, empty where the table has no such column.
pub(super) type Lines = Vec<(String, Sample)>;

/// Reads a table.
///
/// # Errors
///
/// [`EvalError::Manifest`] with the line; [`EvalError::Data`] for the vectors.
pub(super) fn read(table: &Table) -> Result<Lines, EvalError> {
    let path = &table.file;
    let file = File::open(path).map_err(|error| EvalError::manifest(path, None, error))?;
    let tabs = path.extension().is_some_and(|ending| ending == "tsv");
    let mut reader = ReaderBuilder::new();
    reader.delimiter(if tabs { b'\t' } else { b',' }).quoting(!tabs);
    let mut reader = reader.from_reader(file);
    let failed = |error: csv::Error| {
        let line = error.position().map(csv::Position::line);
        EvalError::manifest(path, line, reason(&error))
    };
    let header = reader.headers().map_err(failed)?.clone();
    let vectors = table.vectors.as_deref().map(vectors).transpose()?;
    let places = Places::find(table, &header)
        .map_err(|reason| EvalError::manifest(path, Some(1), reason))?;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        if !places.filters.iter().all(|(at, filter)| filter.keeps(&record[*at])) {
            continue;
        }
        let line = record.position().map(csv::Position::line);
        lines.push(
            places
                .sample(table, vectors.as_ref(), &record)
                .map_err(|reason| EvalError::manifest(path, line, reason))?,
        );
    }
    Ok(lines)
}

/// What is wrong, without the place, which stands before it.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields instead of {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

/// A matrix of vectors.
pub(super) fn vectors(path: &Path) -> Result<Arc<Array2<f32>>, EvalError> {
    let bytes = std::fs::read(path).map_err(|error| EvalError::data(path, error))?;
    super::npy::parse(path, &bytes).map(Arc::new)
}

/// Where in a line the columns are.
struct Places {
    template: usize,
    finger: usize,
    impression: usize,
    role: Option<usize>,
    database: Option<usize>,
    filters: Vec<(usize, Filter)>,
}

impl Places {
    fn find(table: &Table, header: &StringRecord) -> Result<Places, String> {
        let find = |name: &str| header.iter().position(|column| column == name);
        let must = |name: &str| find(name).ok_or_else(|| format!("there is no column {name}"));
        let columns = &table.columns;
        let filters = table.keep.iter().map(|text| {
            let filter = Filter::parse(text)?;
            Ok((must(&filter.column)?, filter))
        });
        let template = if table.vectors.is_some() { &columns.row } else { &columns.file };
        Ok(Places {
            template: must(template)?,
            finger: must(&columns.finger)?,
            impression: must(&columns.impression)?,
            role: find(&columns.role),
            database: find(&columns.database).or_else(|| find("group")),
            filters: filters.collect::<Result<_, String>>()?,
        })
    }

    fn sample(
        &self,
        table: &Table,
        vectors: Option<&Arc<Array2<f32>>>,
        record: &StringRecord,
    ) -> Result<(String, Sample), String> {
        let field = |at: usize| record.get(at).unwrap_or_default().trim();
        let filled = |at: usize, what: &str| match field(at) {
            "" => Err(format!("the {what} is empty")),
            text => Ok(text.to_owned()),
        };
        let name = filled(self.template, "file or row")?;
        let source = match vectors {
            Some(matrix) => Source::Row(Arc::clone(matrix), row(&name, matrix.nrows())?),
            None => Source::File(table.file.parent().unwrap_or(Path::new("")).join(&name)),
        };
        let role = match (table.role, self.role) {
            (Some(role), _) => Some(role),
            (None, None) => None,
            (None, Some(at)) => {
                let text = field(at);
                Some(Role::parse(text).ok_or_else(|| format!("there is no role `{text}`"))?)
            }
        };
        let database = self.database.map(field).unwrap_or_default().to_owned();
        let finger = filled(self.finger, "finger")?;
        let impression = filled(self.impression, "impression")?;
        Ok((database, Sample { name, finger, impression, role, source }))
    }
}

fn row(text: &str, rows: usize) -> Result<usize, String> {
    let row = text.parse().map_err(|_| format!("`{text}` is not the number of a row"))?;
    if row < rows { Ok(row) } else { Err(format!("row {row} of {rows} rows")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(name: &str, text: &str, keep: &[&str]) -> Result<Lines, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let keep = keep.iter().map(|&filter| filter.to_owned()).collect();
        let table = Table { file, keep, ..Table::default() };
        read(&table).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_are_found_by_name_and_lines_are_filtered() {
        let text = "finger,file,impression,group,role,flag\n\
            a,a1,1,x,gallery,ok\n\
            a,a2,2,x,probe,bad\n\
            \"b,c\",b1,1,y,-,ok\n";
        let lines = read_text("m.csv", text, &["flag == ok"]).unwrap();
        let seen: Vec<_> =
            lines.iter().map(|(db, s)| (&**db, &*s.finger, &*s.name, s.role)).collect();
        let first = ("x", "a", "a1", Some(Role::Gallery));
        assert_eq!(seen, [first, ("y", "b,c", "b1", Some(Role::Unused))]);
        let Source::File(path) = &lines[0].1.source else { panic!("a file") };
        assert!(path.ends_with("a1") && path.is_absolute());
    }

    #[test]
    fn errors_name_line_and_reason() {
        let error = |text: &str| read_text("m.csv", text, &[]).unwrap_err();
        let head = "file,finger,impression,role\n";
        assert!(error("file,finger\n").ends_with("m.csv, line 1: there is no column impression"));
        let short = error(&format!("{head}a,b,c,probe\na,b\n"));
        assert!(short.ends_with("m.csv, line 3: 2 fields instead of 4"), "{short}");
        let boss = error(&format!("{head}a,b,c,boss\n"));
        assert!(boss.ends_with("line 2: there is no role `boss`"), "{boss}");
        assert!(error(&format!("{head}a,,c,probe\n")).ends_with("line 2: the finger is empty"));
        let filter = read_text("m.csv", head, &["flag == ok"]).unwrap_err();
        assert!(filter.ends_with("line 1: there is no column flag"));
        assert!(read(&Table::default()).is_err());
    }

    #[test]
    fn tabs_know_no_quotes_and_rows_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let (file, npy) = (folder.path().join("m.tsv"), folder.path().join("v.npy"));
        let out = File::create(&npy).unwrap();
        super::super::npy::write(out, &ndarray::array![[1.0], [2.0]]).unwrap();
        let table = Table { file, vectors: Some(npy), ..Table::default() };
        let with = |text: &str| {
            std::fs::write(&table.file, format!("row\tfinger\timpression\n{text}")).unwrap();
            read(&table).map_err(|error| error.to_string())
        };
        let lines = with("1\tO\"Neil\t1\n").unwrap();
        assert_eq!(lines[0].1.finger, "O\"Neil");
        assert_eq!(&*lines[0].1.source.bytes().unwrap(), 2.0_f32.to_le_bytes());
        assert!(with("2\ta\t1\n").unwrap_err().ends_with("line 2: row 2 of 2 rows"));
        assert!(with("x\ta\t1\n").unwrap_err().ends_with("`x` is not the number of a row"));
    }
}
