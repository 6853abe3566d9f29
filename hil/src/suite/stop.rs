//! Why a test ends before its end.

use std::fmt::Display;

use thiserror::Error;

use super::Recorder;
use crate::board::BoardError;
use crate::camera::CameraError;
use crate::device::EyeError;
use crate::library::{EngineError, LibraryError};
use crate::module::ModuleError;
use crate::reader::ReaderError;
use crate::record::{Outcome, RecordError};

/// Why a test ends before its end.
#[derive(Debug, Error)]
pub enum Stop {
    /// What is tested did something else than it should.
    #[error("{0}")]
    Fail(String),
    /// There is nothing to do here.
    #[error("{0}")]
    Skip(String),
    /// What it needs is not there.
    #[error("{0}")]
    Unavailable(String),
    /// The test itself broke.
    #[error("{0}")]
    Error(String),
    /// The runner wants it to end.
    #[error("ended by its deadline")]
    Cancelled,
}

impl Stop {
    /// The outcome that it is recorded as.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Stop::Fail(_) => Outcome::Fail,
            Stop::Skip(_) => Outcome::Skip,
            Stop::Unavailable(_) => Outcome::Unavailable,
            Stop::Error(_) | Stop::Cancelled => Outcome::Error,
        }
    }
}

impl Stop {
    /// The same with the name of the device that it is about.
    #[must_use]
    pub fn about(self, device: &str) -> Stop {
        let with = |text: String| format!("{device}: {text}");
        match self {
            Stop::Fail(text) => Stop::Fail(with(text)),
            Stop::Skip(text) => Stop::Skip(with(text)),
            Stop::Unavailable(text) => Stop::Unavailable(with(text)),
            Stop::Error(text) => Stop::Error(with(text)),
            Stop::Cancelled => Stop::Cancelled,
        }
    }
}

/// An unforeseen answer of a module is the module's failure.
impl From<ModuleError> for Stop {
    fn from(error: ModuleError) -> Stop {
        Stop::Fail(error.to_string())
    }
}

/// An unforeseen answer of a camera is the camera's failure.
impl From<CameraError> for Stop {
    fn from(error: CameraError) -> Stop {
        Stop::Fail(error.to_string())
    }
}

/// What a reader does is its own failure; what the rig has to tell of it or show it, is the rig's.
impl From<ReaderError> for Stop {
    fn from(error: ReaderError) -> Stop {
        let text = error.to_string();
        match error {
            ReaderError::Absent { .. } | ReaderError::Run { .. } => Stop::Unavailable(text),
            ReaderError::NoResolution | ReaderError::Virtual(_) => Stop::Error(text),
            _ => Stop::Fail(text),
        }
    }
}

/// What keeps a picture from being shown is the rig's affair, what the camera does is the camera's.
impl From<EyeError> for Stop {
    fn from(error: EyeError) -> Stop {
        let text = error.to_string();
        match error {
            EyeError::NoHook => Stop::Skip(text),
            EyeError::Hook(_) | EyeError::File { .. } => Stop::Error(text),
            _ => Stop::Fail(text),
        }
    }
}

/// An unforeseen status of the library is the library's failure.
impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Stop {
        Stop::Fail(error.to_string())
    }
}

/// An unforeseen answer of a board, or its silence, is the board's failure.
impl From<BoardError> for Stop {
    fn from(error: BoardError) -> Stop {
        Stop::Fail(error.to_string())
    }
}

/// Models that cannot be read or used are missing: nothing is said about the library.
#[cfg(feature = "face")]
impl From<crate::face::FaceError> for Stop {
    fn from(error: crate::face::FaceError) -> Stop {
        Stop::Unavailable(error.to_string())
    }
}

impl From<LibraryError> for Stop {
    fn from(error: LibraryError) -> Stop {
        Stop::Unavailable(error.to_string())
    }
}

impl From<RecordError> for Stop {
    fn from(error: RecordError) -> Stop {
        Stop::Error(error.to_string())
    }
}

/// The error that was demanded, in the log; any other end fails.
pub(super) fn demand<T, E: Display>(
    recorder: &Recorder,
    what: &str,
    result: Result<T, E>,
    is: impl Fn(&E) -> bool,
) -> Result<(), Stop> {
    match result {
        Err(error) if is(&error) => {
            recorder.log("test", format!("{what}: {error}"));
            Ok(())
        }
        Err(error) => Err(Stop::Fail(format!("{what}: another error: {error}"))),
        Ok(_) => Err(Stop::Fail(format!("{what}: not noticed"))),
    }
}
