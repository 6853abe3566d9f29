//! A folder of templates named by the rule, and who is missing in it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::naming;
use super::sample::{Sample, Source};
use crate::EvalError;

/// The samples of a folder, by the rule `<finger>_<impression>.<any>`. `expect` is a folder
/// of the same names (the pictures, say): what is there but not in `folder` is a failure
/// to enrol. Hidden files are left out.
///
/// # Errors
///
/// [`EvalError::Data`]: a folder that cannot be read, a name outside the rule, one stem twice.
pub fn samples(folder: &Path, expect: Option<&Path>) -> Result<Vec<Sample>, EvalError> {
    let found = stems(folder)?;
    let mut all: BTreeMap<String, Source> = BTreeMap::new();
    if let Some(expect) = expect {
        all.extend(stems(expect)?.into_keys().map(|stem| (stem, Source::Absent)));
    }
    all.extend(found.into_iter().map(|(stem, path)| (stem, Source::File(path))));
    all.into_iter()
        .map(|(stem, source)| {
            let (finger, impression) = naming::split(&stem).ok_or_else(|| {
                EvalError::data(folder, format!("{stem}: not named <finger>_<impression>"))
            })?;
            let (finger, impression) = (finger.to_owned(), impression.to_owned());
            Ok(Sample { name: stem, finger, impression, role: None, source })
        })
        .collect()
}

/// The files of a folder by their names without ending.
fn stems(folder: &Path) -> Result<BTreeMap<String, PathBuf>, EvalError> {
    let wrong = |reason: String| EvalError::data(folder, reason);
    let mut stems = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|error| wrong(error.to_string()))? {
        let path = entry.map_err(|error| wrong(error.to_string()))?.path();
        let stem = path.file_stem().and_then(OsStr::to_str);
        let stem = stem.ok_or_else(|| wrong(format!("{}: not UTF-8", path.display())))?.to_owned();
        if stem.starts_with('.') || !path.is_file() {
            continue;
        }
        if let Some(other) = stems.insert(stem, path.clone()) {
            let names = format!("{} and {}", other.display(), path.display());
            return Err(wrong(format!("two files of one name: {names}")));
        }
    }
    Ok(stems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir, write};

    #[test]
    fn names_give_labels_and_expected_names_give_failures() {
        let root = tempfile::tempdir().unwrap();
        let (folder, expect) = (root.path().join("t"), root.path().join("i"));
        create_dir(&folder).unwrap();
        create_dir(&expect).unwrap();
        for name in ["1_1.fmr", "1_2.fmr", ".hidden"] {
            write(folder.join(name), "x").unwrap();
        }
        for name in ["1_1.png", "1_3.png"] {
            write(expect.join(name), "x").unwrap();
        }
        let found = samples(&folder, Some(&expect)).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|s| (&*s.finger, &*s.impression, matches!(s.source, Source::Absent)))
            .collect();
        assert_eq!(names, [("1", "1", false), ("1", "2", false), ("1", "3", true)]);

        write(folder.join("1_1.iso"), "x").unwrap();
        assert!(samples(&folder, None).unwrap_err().to_string().contains("two files"));
        std::fs::remove_file(folder.join("1_1.iso")).unwrap();
        write(folder.join("readme"), "x").unwrap();
        assert!(samples(&folder, None).unwrap_err().to_string().contains("readme"));
        assert!(samples(&root.path().join("none"), None).is_err());
    }
}
