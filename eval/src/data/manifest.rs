//! The databases of an evaluation: a TOML file, or one table in CSV or TSV.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::database::Database;
use super::folder;
use super::sample::Sample;
use super::table::{self, Table};
use crate::EvalError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    database: Vec<Spanned<Entry>>,
}

/// One `[[database]]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    name: String,
    /// Templates named `<finger>_<impression>`.
    folder: Option<PathBuf>,
    /// Or tables, one after another.
    tables: Vec<Table>,
    /// The probes, if they are another set.
    probe_folder: Option<PathBuf>,
    probe_tables: Vec<Table>,
    /// A folder whose names say who should be there.
    expect: Option<PathBuf>,
    /// Scores made elsewhere: `.npy` (a row a probe) or `.csv` (`probe,reference,score`).
    scores: Option<PathBuf>,
}

/// Reads a manifest. Paths are relative to `root`, or to the manifest's folder without
/// one; in them `{name}` stands for the value of a `name=value` in `set`.
///
/// # Errors
///
/// [`EvalError::Manifest`] with line and reason; [`EvalError::Data`] for what it names.
pub fn read(
    path: &Path,
    root: Option<&Path>,
    set: &[(String, String)],
) -> Result<Vec<Database>, EvalError> {
    let databases = match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv" | "tsv") => from_table(path),
        _ => from_toml(path, root, set),
    }?;
    if databases.is_empty() {
        return Err(EvalError::manifest(path, None, "there is no database in it"));
    }
    let mut names: Vec<&str> = databases.iter().map(|database| &*database.name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(EvalError::manifest(path, None, format!("database {} stands twice", pair[0])))
        }
        None => Ok(databases),
    }
}

/// One database for each name in the column `database` (or `group`).
fn from_table(path: &Path) -> Result<Vec<Database>, EvalError> {
    let lines = table::read(&Table { file: path.to_owned(), ..Table::default() })?;
    let mut names: Vec<String> = Vec::new();
    let mut sets: Vec<Vec<Sample>> = Vec::new();
    let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    for (name, sample) in lines {
        let name = if name.is_empty() { stem.clone() } else { name };
        let at = names.iter().position(|other| *other == name).unwrap_or_else(|| {
            names.push(name);
            sets.push(Vec::new());
            sets.len() - 1
        });
        sets[at].push(sample);
    }
    names.iter().zip(sets).map(|(name, set)| Database::new(name, set, None)).collect()
}

fn from_toml(
    path: &Path,
    root: Option<&Path>,
    set: &[(String, String)],
) -> Result<Vec<Database>, EvalError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| EvalError::manifest(path, None, error))?;
    let line = |at: usize| {
        Some(
            1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&b| b == b'\n').count()
                as u64,
        )
    };
    let file: File = toml::from_str(&text).map_err(|error| {
        let at = error.span().and_then(|span| line(span.start));
        EvalError::manifest(path, at, error.message())
    })?;
    let places = Places { root: root.or(path.parent()).unwrap_or(Path::new("")), set };
    file.database
        .into_iter()
        .map(|entry| {
            let at = line(entry.span().start);
            let wrong = |reason: String| EvalError::manifest(path, at, reason);
            places.database(entry.into_inner(), &wrong)
        })
        .collect()
}

struct Places<'a> {
    root: &'a Path,
    set: &'a [(String, String)],
}

impl Places<'_> {
    fn database(
        &self,
        entry: Entry,
        wrong: &dyn Fn(String) -> EvalError,
    ) -> Result<Database, EvalError> {
        let name = self.fill(&entry.name, wrong)?;
        if name.is_empty() || name.contains(['/', '\\', '\0']) || name.starts_with('.') {
            return Err(wrong(format!("`{name}` is no name for a database")));
        }
        let expect = entry.expect.map(|path| self.path(&path, wrong)).transpose()?;
        let expect = expect.as_deref();
        let references = self.side(entry.folder, entry.tables, expect, wrong)?;
        let references = references
            .ok_or_else(|| wrong(format!("database {name}: give either `folder` or `tables`")))?;
        let probes = self.side(entry.probe_folder, entry.probe_tables, expect, wrong)?;
        let mut database = Database::new(&name, references, probes)?;
        database.scores = entry.scores.map(|path| self.path(&path, wrong)).transpose()?;
        Ok(database)
    }

    /// The samples of one side; `None` if nothing is said about it.
    fn side(
        &self,
        folder: Option<PathBuf>,
        tables: Vec<Table>,
        expect: Option<&Path>,
        wrong: &dyn Fn(String) -> EvalError,
    ) -> Result<Option<Vec<Sample>>, EvalError> {
        match (folder, tables.is_empty()) {
            (None, true) => Ok(None),
            (Some(_), false) => Err(wrong("a side has a folder or tables, not both".to_owned())),
            (Some(folder), true) => folder::samples(&self.path(&folder, wrong)?, expect).map(Some),
            (None, false) => {
                let mut all = Vec::new();
                for mut table in tables {
                    table.file = self.path(&table.file, wrong)?;
                    let vectors = table.vectors.take().map(|path| self.path(&path, wrong));
                    table.vectors = vectors.transpose()?;
                    all.extend(table::read(&table)?.into_iter().map(|(_, sample)| sample));
                }
                Ok(Some(all))
            }
        }
    }

    fn path(&self, path: &Path, wrong: &dyn Fn(String) -> EvalError) -> Result<PathBuf, EvalError> {
        let text = path.to_str().ok_or_else(|| wrong("a path is not UTF-8".to_owned()))?;
        Ok(self.root.join(self.fill(text, wrong)?))
    }

    /// Puts in what `{name}` stands for.
    fn fill(&self, text: &str, wrong: &dyn Fn(String) -> EvalError) -> Result<String, EvalError> {
        let filled = self.set.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        });
        match filled.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
            Some((name, _)) => {
                Err(wrong(format!("`{text}`: say what {{{name}}} is (--set {name}=...)")))
            }
            None => Ok(filled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for side in ["a", "b"] {
            std::fs::create_dir(root.path().join(side)).unwrap();
            for name in ["1_1", "1_2", "2_1"] {
                std::fs::write(root.path().join(side).join(name), "x").unwrap();
            }
        }
        root
    }

    fn read_text(root: &Path, text: &str, set: &[(&str, &str)]) -> Result<Vec<Database>, String> {
        let path = root.join("m.toml");
        std::fs::write(&path, text).unwrap();
        let set: Vec<_> = set.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect();
        let prefix = format!("{}, ", path.display());
        read(&path, None, &set).map_err(|error| error.to_string().replace(&prefix, ""))
    }

    #[test]
    fn databases_of_one_and_of_two_sets() {
        let root = folder();
        let text = "[[database]]\nname = \"one\"\nfolder = \"a\"\n\
            [[database]]\nname = \"two\"\nfolder = \"{x}\"\nprobe_folder = \"b\"\nscores = \"s.npy\"\n";
        let databases = read_text(root.path(), text, &[("x", "a")]).unwrap();
        assert!(databases[0].same && !databases[1].same);
        assert_eq!(databases[1].scores.as_deref(), Some(&*root.path().join("s.npy")));
        assert_eq!(databases[1].probes.len(), 3);
    }

    #[test]
    fn errors_name_line_and_reason() {
        let root = folder();
        let error = |text: &str| read_text(root.path(), text, &[]).unwrap_err();
        let good = "[[database]]\nname = \"one\"\nfolder = \"a\"\n\n";
        let second = |rest: &str| error(&format!("{good}[[database]]\n{rest}"));
        assert!(error("x = [").starts_with("line 1: "), "{}", error("x = ["));
        let unknown = second("name = \"x\"\nfoldr = \"a\"\n");
        assert!(unknown.starts_with("line 7: unknown field `foldr`"), "{unknown}");
        assert_eq!(
            second("name = \"x\"\n"),
            "line 5: database x: give either `folder` or `tables`"
        );
        assert!(second("folder = \"a\"\n").starts_with("line 5: `` is no name"));
        let open = second("name = \"x\"\nfolder = \"{k}\"\n");
        assert_eq!(open, "line 5: `{k}`: say what {k} is (--set k=...)");
        assert!(second("name = \"one\"\nfolder = \"b\"\n").contains("database one stands twice"));
        assert!(error("").contains("there is no database in it"));
    }

    #[test]
    fn a_table_may_hold_several_databases() {
        let root = folder();
        let path = root.path().join("m.csv");
        let text = "file,finger,impression,database\na/1_1,1,1,x\na/1_2,1,2,x\nb/1_1,1,1,y\n";
        std::fs::write(&path, text).unwrap();
        let databases = read(&path, None, &[]).unwrap();
        let sizes: Vec<_> = databases.iter().map(|d| (&*d.name, d.references.len())).collect();
        assert_eq!(sizes, [("x", 2), ("y", 1)]);
    }
}
