//! A camera that pictures are held before: what it is shown, it gives back as frames.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::{CameraDevice, EmulatedCamera};
use crate::camera::{CameraError, Next, Picture, Stream, Wish};
use crate::record::DeviceUse;
use crate::rig::{self, PowerError};

/// Frames that a camera may still have of what was before it earlier: those in its buffers, and
/// some for its exposure to settle.
const SETTLING: u32 = 8;
/// Longest wait for a frame: an emulated machine takes its time.
const PATIENCE: Duration = Duration::from_secs(10);
/// Damaged frames in a row that are passed over.
const MAX_DAMAGED: u32 = 30;
/// Buffers of a stream.
const BUFFERS: u32 = 4;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum EyeError {
    /// Nobody can hold a picture before this camera.
    #[error("the rig file has no `show` for it: nobody can hold a picture before it")]
    NoHook,
    /// The command of the rig file failed.
    #[error("show: {0}")]
    Hook(#[from] PowerError),
    /// The file for that command.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The camera gives no frames.
    #[error("no whole frame within {} s", PATIENCE.as_secs())]
    Nothing,
    /// It is unplugged.
    #[error("the camera was unplugged")]
    Gone,
    /// What else a camera can do wrong.
    #[error(transparent)]
    Camera(#[from] CameraError),
}

/// An open camera and the hand that holds pictures before it.
#[derive(Debug)]
pub struct Eye<'a> {
    name: &'a str,
    source: Source<'a>,
}

#[derive(Debug)]
enum Source<'a> {
    Driven { stream: Stream<'a>, show: Option<&'a str>, settling: u32 },
    Emulated(EmulatedCamera),
}

impl CameraDevice {
    /// Opens it and streams while `act` looks; why it cannot be opened, in words.
    pub fn with_eye<T>(&self, act: impl FnOnce(&mut Eye<'_>, DeviceUse) -> T) -> Result<T, String> {
        let about = |error: CameraError| format!("{}: {error}", self.name);
        if self.is_emulated() {
            let camera = EmulatedCamera::new().map_err(about)?;
            let note = self.emulated_note(&camera);
            return Ok(act(&mut Eye { name: &self.name, source: Source::Emulated(camera) }, note));
        }
        let (mut camera, note) = self.open()?;
        camera.agree(&Wish::size(640, 480)).map_err(about)?;
        let stream = camera.start(BUFFERS).map_err(about)?;
        let source = Source::Driven { stream, show: self.show.as_deref(), settling: SETTLING };
        Ok(act(&mut Eye { name: &self.name, source }, note))
    }
}

impl Eye<'_> {
    /// The camera's name in the rig file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// Holds a picture before the camera: what [`Eye::look`] then gives was taken of it.
    ///
    /// # Errors
    ///
    /// [`EyeError`]; [`EyeError::NoHook`] where that takes a person.
    pub fn show(&mut self, picture: &Picture) -> Result<(), EyeError> {
        match &mut self.source {
            Source::Emulated(camera) => {
                let Next::Frame(frame) = camera.next(Instant::now() + PATIENCE) else {
                    return Err(EyeError::Nothing);
                };
                let (width, height) = (frame.mode.width, frame.mode.height);
                Ok(camera.show(picture.staged(width, height))?)
            }
            Source::Driven { stream, show, settling } => {
                let command = show.ok_or(EyeError::NoHook)?;
                let mode = *stream.camera().mode();
                let file = file_of(&picture.staged(mode.width, mode.height))?;
                rig::hook(command, &[("KAIMEN_PICTURE", file.path().as_os_str())])?;
                *settling = SETTLING;
                Ok(())
            }
        }
    }

    /// What the camera sees now.
    ///
    /// # Errors
    ///
    /// [`EyeError`].
    pub fn look(&mut self) -> Result<Picture, EyeError> {
        let deadline = Instant::now() + PATIENCE;
        let mut damaged = 0;
        loop {
            let frame = match self.next(deadline)? {
                Next::Frame(frame) => frame,
                Next::Nothing => return Err(EyeError::Nothing),
                Next::Gone => return Err(EyeError::Gone),
            };
            if self.is_settling() {
                continue;
            }
            match frame.picture() {
                Ok(picture) if !frame.damaged => return Ok(picture),
                Err(error) if damaged >= MAX_DAMAGED => return Err(error.into()),
                _ if damaged >= MAX_DAMAGED => return Err(EyeError::Nothing),
                _ => damaged += 1,
            }
        }
    }

    fn next(&mut self, deadline: Instant) -> Result<Next, CameraError> {
        match &mut self.source {
            Source::Driven { stream, .. } => stream.next(deadline),
            Source::Emulated(camera) => Ok(camera.next(deadline)),
        }
    }

    /// Whether the frame that was just taken may be of what was before the camera earlier.
    fn is_settling(&mut self) -> bool {
        match &mut self.source {
            Source::Driven { settling, .. } if *settling > 0 => {
                *settling -= 1;
                true
            }
            _ => false,
        }
    }
}

/// A picture in a file that only its owner can read, for the time that it is shown: it may be a person's.
fn file_of(picture: &Picture) -> Result<NamedTempFile, EyeError> {
    let mut names = tempfile::Builder::new();
    let failed =
        |path: PathBuf, error: io::Error| EyeError::File { path, reason: error.to_string() };
    let file = names.prefix("kaimen-hil-shown-").suffix(".png").tempfile();
    let file = file.map_err(|error| failed(std::env::temp_dir(), error))?;
    picture.write(file.path()).map_err(|error| failed(file.path().to_owned(), error))?;
    Ok(file)
}
