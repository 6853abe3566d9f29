//! Where a store's bytes lie: a file, or whatever a test puts in its place.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{DatabaseError, StorageBackend, StorageError};

/// What can be opened to a backend, again and again: after an I/O error the store closes the
/// one it has and opens another.
pub trait Medium: Debug + Send + Sync {
    /// Opens it, creating it empty if it does not exist.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::WouldBlock`] if somebody else has it open.
    fn open(&self) -> io::Result<Box<dyn StorageBackend>>;
}

/// A file, locked while it is open.
#[derive(Debug)]
pub(super) struct FileMedium {
    path: PathBuf,
}

impl FileMedium {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
}

impl Medium for FileMedium {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let is_new = !self.path.try_exists()?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)?;
        let kind = file.metadata()?.file_type();
        if !kind.is_file() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        if is_new {
            sync_folder(&self.path)?;
        }
        let backend = FileBackend::new(file).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => io::Error::from(io::ErrorKind::WouldBlock),
            DatabaseError::Storage(StorageError::Io(error)) => error,
            other => io::Error::other(other.to_string()),
        })?;
        Ok(Box::new(backend))
    }
}

/// Makes a new file's name durable. File systems that cannot sync a folder say so, and need
/// not.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}
