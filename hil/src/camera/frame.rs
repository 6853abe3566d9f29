//! One frame as the driver gave it.

use std::time::Duration;

use super::convert;
use super::error::CameraError;
use super::format::Mode;
use super::picture::Picture;

/// A frame: its bytes, and what the driver said about them.
#[derive(Debug, Clone)]
pub struct Frame {
    /// How the bytes are laid out.
    pub mode: Mode,
    /// The driver's count of frames, from 0 at the start of the stream; gaps are frames that
    /// the driver or the camera dropped. It wraps at 2³².
    pub sequence: u32,
    /// When the driver got the frame (or its first byte), by `CLOCK_MONOTONIC`; none where
    /// the driver uses another clock.
    pub taken: Option<Duration>,
    /// How long after that it was handed over here.
    pub age: Option<Duration>,
    /// The driver says that the frame is damaged: its bytes are not to be trusted.
    pub damaged: bool,
    /// The bytes that the driver filled.
    pub bytes: Vec<u8>,
}

impl Frame {
    /// The frame as red, green and blue.
    ///
    /// # Errors
    ///
    /// [`CameraError::Short`] where bytes are missing, [`CameraError::Jpeg`] where a
    /// compressed frame is not whole.
    pub fn picture(&self) -> Result<Picture, CameraError> {
        convert::to_picture(&self.mode, &self.bytes)
    }
}
