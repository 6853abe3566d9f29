//! The pictures that are shown: a folder with `people/NAME/…`, `strangers/…` and `empty/…`.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Stop;
use crate::camera::Picture;

/// Most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 1000;
/// What pictures end with.
const ENDS: [&str; 6] = ["jpg", "jpeg", "png", "pgm", "ppm", "pnm"];

/// A person who is enrolled.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// The folder's name.
    pub(super) name: String,
    /// By their names: the first is for enrolment, the others are for the door.
    pub(super) pictures: Vec<PathBuf>,
}

/// Files by what is to come of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Album {
    pub(super) people: Vec<Person>,
    pub(super) strangers: Vec<PathBuf>,
    /// Pictures without a face.
    pub(super) empty: Vec<PathBuf>,
}

impl Album {
    /// What lies in a folder. One without people cannot be used.
    pub(super) fn open(folder: &Path) -> Result<Album, Stop> {
        let mut people = Vec::new();
        for own in entries(&folder.join("people"))? {
            let pictures = pictures(&own)?;
            let name = own.file_name().map(|name| name.to_string_lossy().into_owned());
            if let Some(name) = name.filter(|_| !pictures.is_empty()) {
                people.push(Person { name, pictures });
            }
        }
        if people.is_empty() {
            let reason = format!("{}: no pictures in people/NAME", folder.display());
            return Err(Stop::Unavailable(reason));
        }
        let strangers = pictures(&folder.join("strangers"))?;
        Ok(Album { people, strangers, empty: pictures(&folder.join("empty"))? })
    }
}

/// The picture in a file.
pub(super) fn read(path: &Path) -> Result<Picture, Stop> {
    Picture::read(path).map_err(|error| Stop::Unavailable(format!("{}: {error}", path.display())))
}

fn pictures(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let is_picture = |path: &PathBuf| {
        let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
        end.is_some_and(|end| ENDS.contains(&end.as_str()))
    };
    Ok(entries(folder)?.into_iter().filter(is_picture).collect())
}

/// In the order of their names; a folder that is not there has none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let unreadable = |error| Stop::Unavailable(format!("{}: {error}", folder.display()));
    let found = fs::read_dir(folder).map_err(unreadable)?;
    let paths = found.take(MAX_ENTRIES).map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_say_what_is_to_come_of_their_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for file in [
            "people/b/2.png",
            "people/b/1.JPG",
            "people/a/x.pgm",
            "people/c/notes.txt",
            "strangers/s.jpeg",
        ] {
            fs::create_dir_all(at(file).parent().unwrap()).unwrap();
            fs::write(at(file), "").unwrap();
        }
        let album = Album::open(folder.path()).unwrap();
        let person = |name: &str, files: &[&str]| Person {
            name: name.to_owned(),
            pictures: files.iter().map(|file| at(file)).collect(),
        };
        let people = vec![
            person("a", &["people/a/x.pgm"]),
            person("b", &["people/b/1.JPG", "people/b/2.png"]),
        ];
        assert_eq!(album, Album { people, strangers: vec![at("strangers/s.jpeg")], empty: vec![] });
        assert!(matches!(read(&at("people/a/x.pgm")), Err(Stop::Unavailable(_))));
    }

    #[test]
    fn nobody_to_be_shown_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let stop = Album::open(folder.path()).unwrap_err();
        assert!(matches!(&stop, Stop::Unavailable(reason) if reason.contains("people/NAME")));
    }
}
