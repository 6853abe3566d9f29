//! One template: whose it is, what part it has, where its bytes are.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use ndarray::Array2;
use serde::Deserialize;

/// Most bytes of one template file, as the engine's own bound; more is not read.
const TEMPLATE_BYTES: u64 = kaimen::limits::TEMPLATE_BYTES as u64;

/// The part of a sample in identification. Without any roles the first impression of each
/// finger is enrolled and all others are probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Enrolled.
    Gallery,
    /// Searched; its finger is enrolled.
    Probe,
    /// Searched; its finger is not enrolled, so every candidate is false.
    Stranger,
    /// Enrolled only to fill the gallery: never a probe, never in verification.
    Filler,
    /// In verification only.
    Unused,
}

impl Role {
    /// From a manifest: one of the names, `-` or nothing for [`Role::Unused`].
    pub(super) fn parse(text: &str) -> Option<Role> {
        Some(match text {
            "gallery" => Role::Gallery,
            "probe" => Role::Probe,
            "stranger" => Role::Stranger,
            "filler" => Role::Filler,
            "-" | "" => Role::Unused,
            _ => return None,
        })
    }

    /// As a manifest writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Gallery => "gallery",
            Role::Probe => "probe",
            Role::Stranger => "stranger",
            Role::Filler => "filler",
            Role::Unused => "-",
        }
    }
}

/// Where the bytes of a template are.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file of its own.
    File(PathBuf),
    /// A row of a matrix; its bytes are little-endian `f32`.
    Row(Arc<Array2<f32>>, usize),
    /// Nowhere: expected, but not there. A failure to enrol.
    Absent,
}

impl Source {
    /// The bytes of the template, or why there are none.
    ///
    /// # Errors
    ///
    /// In words: a file that cannot be read or is too long, a row that does not exist.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>, String> {
        match self {
            Source::File(path) => {
                let file = File::open(path).map_err(|error| error.to_string())?;
                let mut bytes = Vec::new();
                let mut limited = file.take(TEMPLATE_BYTES + 1);
                limited.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
                if bytes.len() as u64 > TEMPLATE_BYTES {
                    return Err(format!("longer than {TEMPLATE_BYTES} bytes"));
                }
                Ok(Cow::Owned(bytes))
            }
            Source::Row(matrix, row) => {
                let row = matrix.outer_iter().nth(*row).ok_or("no such row")?;
                Ok(Cow::Owned(row.iter().flat_map(|value| value.to_le_bytes()).collect()))
            }
            Source::Absent => Err("not there".to_owned()),
        }
    }
}

/// One template with its labels.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How it is called in reports: the name of its file or row.
    pub name: String,
    /// Whose it is: finger, face, person.
    pub finger: String,
    /// Which of that finger's samples; the same in both sets means the same picture.
    pub impression: String,
    /// Its part in identification, where the manifest says one.
    pub role: Option<Role>,
    /// Its bytes.
    pub source: Source,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_from_rows_and_files_and_absence_is_said() {
        let matrix = Arc::new(ndarray::array![[1.0_f32, 2.0], [3.0, 4.0]]);
        let row = Source::Row(Arc::clone(&matrix), 1).bytes().unwrap().into_owned();
        assert_eq!(row, [3.0_f32.to_le_bytes(), 4.0_f32.to_le_bytes()].concat());
        assert!(Source::Row(matrix, 2).bytes().is_err());
        assert!(Source::Absent.bytes().is_err());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(Source::File(path.clone()).bytes().is_err());
        std::fs::write(&path, b"xyz").unwrap();
        assert_eq!(&*Source::File(path.clone()).bytes().unwrap(), b"xyz");
        File::create(&path).unwrap().set_len(TEMPLATE_BYTES + 1).unwrap();
        assert!(Source::File(path).bytes().unwrap_err().contains("longer"));
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in [Role::Gallery, Role::Probe, Role::Stranger, Role::Filler, Role::Unused] {
            assert_eq!(Role::parse(role.name()), Some(role));
        }
        assert_eq!(Role::parse("boss"), None);
    }
}
