//! Where the program for USB readers is, and how it is started.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use super::ReaderError;
use crate::program;

/// The environment variable that names the program.
pub const PROGRAM_VARIABLE: &str = "KAIMEN_FPRINT";
/// The program's name, beside our own.
const PROGRAM: &str = "kaimen-fprint";
/// Where libfprint's virtual reader listens, in libfprint's own word.
const VIRTUAL: &str = "FP_VIRTUAL_IMAGE";
/// Until an answer that waits for nobody: opening a reader may load its firmware.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program for USB readers (`hil/reader`).
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    socket: Option<OsString>,
    patience: Duration,
}

impl Program {
    /// The program at this path.
    #[must_use]
    pub fn at(path: &Path) -> Program {
        Program { path: path.to_owned(), socket: None, patience: PATIENCE }
    }

    /// The one that the environment names, or else `kaimen-fprint` beside our own program.
    ///
    /// # Errors
    ///
    /// [`ReaderError::Absent`].
    pub fn find() -> Result<Program, ReaderError> {
        let found = program::find(PROGRAM_VARIABLE, PROGRAM);
        found.map(|path| Program::at(&path)).map_err(|beside| ReaderError::Absent { beside })
    }

    /// With libfprint's virtual reader among the readers, which takes its pictures from this socket.
    #[must_use]
    pub fn with_virtual(self, socket: &Path) -> Program {
        Program { socket: Some(socket.as_os_str().to_owned()), ..self }
    }

    /// With another time than 20 s for answers that wait for nobody.
    #[must_use]
    pub fn within(self, patience: Duration) -> Program {
        Program { patience, ..self }
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts it: our end of its input and output.
    pub(super) fn start(&self) -> io::Result<(UnixStream, Child)> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(&self.path);
        command.stdin(OwnedFd::from(theirs.try_clone()?)).stdout(OwnedFd::from(theirs));
        if let Some(socket) = &self.socket {
            command.env(VIRTUAL, socket);
        }
        let child = command.spawn()?;
        Ok((ours, child))
    }
}
