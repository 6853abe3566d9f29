//! The file of members that `enrol` writes and `identify` reads: an answer of the cloud's.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CliError;
use super::arguments::LiveOptions;
use crate::library::{Decision, Engine, Library, Settings, Verdict};
use crate::rig::Rig;
use crate::site::{self, Member};

/// The largest gallery: the most that the library takes in one answer.
const MAX_BYTES: u64 = 16 << 20;

/// A file of members.
pub(super) struct Gallery {
    path: PathBuf,
}

impl Gallery {
    /// The file that is named; cameras and USB readers keep no library of their own.
    pub(super) fn of(options: &LiveOptions) -> Result<Gallery, CliError> {
        let lacks = "this device keeps no library of its own: name a file with --gallery";
        let path = options.gallery.clone();
        path.map(|path| Gallery { path }).ok_or_else(|| CliError::Usage(lacks.to_owned()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a member into the file, in the place of one of the same name.
    pub(super) fn add(&self, member: Member) -> Result<(), CliError> {
        let before = self.members()?;
        let joined = site::with_member(before.as_deref(), member)
            .map_err(|error| CliError::Usage(format!("{}: {error}", self.path.display())))?;
        self.write(&joined)
    }

    /// An engine with everybody of the file in it.
    pub(super) fn engine(
        &self,
        library: &Arc<Library>,
        settings: &Settings,
    ) -> Result<Engine, CliError> {
        let Some(members) = self.members()? else {
            return Err(CliError::Usage(format!("{}: enrol somebody first", self.path.display())));
        };
        let engine = Engine::open(library, settings);
        let engine = engine.and_then(|engine| engine.sync(&members).map(|_| engine));
        engine.map_err(|error| CliError::Usage(error.to_string()))
    }

    /// Nothing where there is no file yet.
    fn members(&self) -> Result<Option<Vec<u8>>, CliError> {
        let wrong = |error: io::Error| CliError::Usage(format!("{}: {error}", self.path.display()));
        let file = match fs::File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(wrong)?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(wrong)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(wrong(io::Error::other(format!("larger than {MAX_BYTES} bytes"))));
        }
        Ok(Some(bytes))
    }

    /// Replaces the file as a whole; nobody else may read it, for a template is personal data.
    fn write(&self, bytes: &[u8]) -> Result<(), CliError> {
        let path = &self.path;
        let wrong =
            |error: io::Error| CliError::Unavailable(format!("{}: {error}", path.display()));
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = path.with_file_name(name);
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)
            .map_err(wrong)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(wrong)?;
        fs::rename(&new, path).map_err(wrong)
    }
}

/// The library that decides: the one that is named, or the rig file's own.
pub(super) fn library(options: &LiveOptions, rig: &Rig) -> Result<Arc<Library>, CliError> {
    let Some(path) = options.library.as_ref().or(rig.library.as_ref()) else {
        let reason = "name the library: --library, or `library` in the rig file";
        return Err(CliError::Usage(reason.to_owned()));
    };
    Ok(Library::shared(path)?)
}

/// Whether whoever was found may pass, in words; `None` if it is nobody.
pub(super) fn verdict(library: &Library, decision: &Decision) -> Option<String> {
    match decision.verdict {
        Verdict::Unknown => None,
        Verdict::Pass => Some("may pass".to_owned()),
        _ => Some(library.reason(decision.reason)),
    }
}
