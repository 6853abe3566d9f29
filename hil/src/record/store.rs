//! The folder of a run: the record, and attachments by their hash.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{Run, SCHEMA};

/// Largest record and largest attachment that are read.
const MAX_BYTES: u64 = 256 << 20;

/// Why a record cannot be written or read.
#[derive(Debug, Error)]
pub enum RecordError {
    /// A file cannot be used.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is no record.
    #[error("{path}: not a record of a run: {reason}")]
    NoRecord {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// It is larger than anything that a run writes.
    #[error("{path}: larger than {MAX_BYTES} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// An attachment is not what its name says.
    #[error("{path}: its content does not have the hash of its name")]
    Hash {
        /// The file.
        path: PathBuf,
    },
}

/// Something that a test keeps: a picture, a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What it is.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The record's reference to an attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// What it is.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes: its name in the folder `attachments`.
    pub sha256: String,
}

/// Many numbers of one sort, for instance latencies: kept as an attachment of JSON numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// What was measured.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// How many numbers.
    pub n: u64,
    /// SHA-256 of the JSON array.
    pub sha256: String,
}

/// The folder of a run.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Makes the folder if it is not there.
    pub fn create(folder: &Path) -> Result<Store, RecordError> {
        let attachments = folder.join("attachments");
        fs::create_dir_all(&attachments).map_err(|error| file(&attachments, error))?;
        Ok(Store { folder: folder.to_owned() })
    }

    /// A folder that a run has written; a path of its `run.json` means the folder.
    #[must_use]
    pub fn open(path: &Path) -> Store {
        let folder = if path.is_file() { path.parent().unwrap_or(Path::new(".")) } else { path };
        Store { folder: folder.to_owned() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps an attachment; the same bytes are kept once.
    pub fn attach(&self, attachment: &Attachment) -> Result<AttachmentRef, RecordError> {
        let sha256 = hash(&attachment.bytes);
        self.write(&format!("attachments/{sha256}"), &attachment.bytes)?;
        Ok(AttachmentRef {
            name: attachment.name.clone(),
            mime: attachment.mime.clone(),
            bytes: attachment.bytes.len() as u64,
            sha256,
        })
    }

    /// Keeps a series.
    pub fn series(&self, name: &str, unit: &str, values: &[f64]) -> Result<Series, RecordError> {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let bytes = serde_json::to_vec(&finite).unwrap_or_default();
        let sha256 = hash(&bytes);
        self.write(&format!("attachments/{sha256}"), &bytes)?;
        let n = finite.len() as u64;
        Ok(Series { name: name.to_owned(), unit: unit.to_owned(), n, sha256 })
    }

    /// The bytes of an attachment, compared with their hash.
    pub fn read(&self, sha256: &str) -> Result<Vec<u8>, RecordError> {
        let path = self.folder.join("attachments").join(sha256);
        if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(RecordError::Hash { path });
        }
        let bytes = read_bounded(&path)?;
        if hash(&bytes) == sha256 { Ok(bytes) } else { Err(RecordError::Hash { path }) }
    }

    /// The numbers of a series.
    pub fn values(&self, series: &Series) -> Result<Vec<f64>, RecordError> {
        let bytes = self.read(&series.sha256)?;
        serde_json::from_slice(&bytes).map_err(|error| RecordError::NoRecord {
            path: self.folder.join("attachments").join(&series.sha256),
            reason: error.to_string(),
        })
    }

    /// Writes the record, `run.json`.
    pub fn write_run(&self, run: &Run) -> Result<PathBuf, RecordError> {
        let bytes = serde_json::to_vec_pretty(run).map_err(|error| RecordError::NoRecord {
            path: self.folder.join("run.json"),
            reason: error.to_string(),
        })?;
        self.write("run.json", &bytes)
    }

    /// Reads the record.
    pub fn read_run(&self) -> Result<Run, RecordError> {
        let path = self.folder.join("run.json");
        let bytes = read_bounded(&path)?;
        let no_record = |reason: String| RecordError::NoRecord { path: path.clone(), reason };
        let run: Run =
            serde_json::from_slice(&bytes).map_err(|error| no_record(error.to_string()))?;
        if run.schema == SCHEMA {
            Ok(run)
        } else {
            Err(no_record(format!("its form is {:?}, not {SCHEMA:?}", run.schema)))
        }
    }

    /// Writes a file of the folder: beside it first, so that a reader never sees half of it.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, RecordError> {
        let path = self.folder.join(name);
        let draft = self.folder.join(format!("{name}.part"));
        fs::write(&draft, bytes).map_err(|error| file(&draft, error))?;
        fs::rename(&draft, &path).map_err(|error| file(&path, error))?;
        Ok(path)
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, RecordError> {
    let opened = fs::File::open(path).map_err(|error| file(path, error))?;
    let mut bytes = Vec::new();
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| file(path, error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(RecordError::TooLarge { path: path.to_owned() });
    }
    Ok(bytes)
}

fn file(path: &Path, error: std::io::Error) -> RecordError {
    RecordError::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_kept_by_hash_and_checked() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let attachment =
            Attachment { name: "a".into(), mime: "text/plain".into(), bytes: b"abc".to_vec() };
        let kept = store.attach(&attachment).unwrap();
        assert_eq!(kept.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(store.read(&kept.sha256).unwrap(), b"abc");
        fs::write(folder.path().join("attachments").join(&kept.sha256), b"abd").unwrap();
        assert!(matches!(store.read(&kept.sha256), Err(RecordError::Hash { .. })));
        assert!(matches!(store.read("../run.json"), Err(RecordError::Hash { .. })));
    }

    #[test]
    fn a_series_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let series = store.series("latency", "µs", &[1.5, f64::NAN, 3.0]).unwrap();
        assert_eq!(series.n, 2);
        assert_eq!(store.values(&series).unwrap(), [1.5, 3.0]);
    }

    #[test]
    fn what_is_no_record_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        assert!(matches!(store.read_run(), Err(RecordError::File { .. })));
        store.write("run.json", b"{\"schema\":1}").unwrap();
        assert!(matches!(store.read_run(), Err(RecordError::NoRecord { .. })));
    }
}
