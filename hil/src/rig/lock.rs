//! One run at a time on a rig.
//!
//! The lock is the kernel's (`flock`), so it cannot outlive its holder: a file that nobody has
//! locked is stale whatever stands in it. What stands in it says who has it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::record::hash;

/// Who has a rig.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Name of the rig.
    pub rig: String,
    /// User, as the environment says.
    pub user: String,
    /// Process.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
    /// What it does.
    pub command: String,
}

/// Why a rig cannot be locked.
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody has it.
    #[error("the rig is held by {}", describe(holder.as_ref()))]
    Held {
        /// Who, if the file says.
        holder: Option<Holder>,
    },
    /// The file cannot be used.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

fn describe(holder: Option<&Holder>) -> String {
    holder.map_or("a process that does not say its name".to_owned(), |holder| {
        let Holder { user, pid, since, command, .. } = holder;
        format!("{user} (process {pid}) since {since}: {command}")
    })
}

/// A rig that is ours until this is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// Who had it before and ended without giving it back.
    pub stale: Option<Holder>,
}

impl Lock {
    /// Takes the rig of this name, or says who has it. `folder` is where locks are: the same for
    /// everybody on this machine.
    pub fn take(folder: &Path, rig: &str, command: &str) -> Result<Lock, LockError> {
        let path = folder.join(format!("kaimen-hil-{}.lock", &hash(rig.as_bytes())[..16]));
        let file_error = |error| LockError::File { path: path.clone(), error };
        let opened =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(file_error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held { holder: read(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(file_error(error)),
        }
        let stale = read(&mut file);
        let holder = Holder {
            rig: rig.to_owned(),
            user: std::env::var("USER").unwrap_or_else(|_| "somebody".to_owned()),
            pid: process::id(),
            since: Timestamp::now(),
            command: command.to_owned(),
        };
        let text = serde_json::to_string(&holder).unwrap_or_default();
        let written = file.set_len(0).and_then(|()| file.rewind());
        written.and_then(|()| file.write_all(text.as_bytes())).map_err(file_error)?;
        Ok(Lock { file, stale })
    }

    /// Where locks are on this machine.
    #[must_use]
    pub fn folder() -> PathBuf {
        let shared = Path::new("/run/lock");
        if fs::metadata(shared).is_ok_and(|found| found.is_dir()) {
            shared.to_owned()
        } else {
            std::env::temp_dir()
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // An empty file says that all went well. Closing would release the lock too, but only with
        // the last copy of the descriptor, and a child between fork and exec has one.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn read(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), "bench", "run smoke").unwrap();
        assert!(first.stale.is_none());
        let Err(LockError::Held { holder }) = Lock::take(folder.path(), "bench", "x") else {
            panic!("taken twice");
        };
        let holder = holder.unwrap();
        assert_eq!((holder.pid, holder.command.as_str()), (process::id(), "run smoke"));
        Lock::take(folder.path(), "another", "x").unwrap();
        drop(first);
        assert!(Lock::take(folder.path(), "bench", "x").unwrap().stale.is_none());
    }

    #[test]
    fn a_lock_of_a_dead_process_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path(), "bench", "died").unwrap();
        // As a kill would leave it: the kernel's lock gone, the text still there.
        lock.file.unlock().unwrap();
        let next = Lock::take(folder.path(), "bench", "next").unwrap();
        assert_eq!(next.stale.as_ref().unwrap().command, "died");
        std::mem::forget(lock);
    }
}
