//! What can go wrong with a camera, each with what was asked and why it failed.

use std::io;
use std::path::PathBuf;

use super::format::PixelFormat;

/// An error of a camera, or of a frame of it.
#[derive(Debug, thiserror::Error)]
pub enum CameraError {
    /// The device node cannot be opened.
    #[error("{path}: {source}")]
    Open {
        /// The node, as it was given.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The node is not one that captures frames into mapped buffers.
    #[error("{path}: {reason}")]
    NotACamera {
        /// The node, as it was given.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// The driver refused a request.
    #[error("{what}: {source}")]
    Refused {
        /// What was asked, with its values.
        what: String,
        /// The driver's answer.
        source: io::Error,
    },
    /// The camera offers none of the pixel formats that were asked for.
    #[error("the camera offers {offered}, none of which was asked for ({asked})")]
    NoFormat {
        /// What was asked for, in order.
        asked: String,
        /// What the camera has.
        offered: String,
    },
    /// The driver answered with something that cannot be.
    #[error("the driver answered {0}")]
    Nonsense(String),
    /// A frame has fewer bytes than its format needs.
    #[error("a {format} frame of {width} x {height} needs {needed} bytes, this one has {bytes}")]
    Short {
        /// The frame's format.
        format: PixelFormat,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// Bytes that such a frame has at least.
        needed: u64,
        /// Bytes that it has.
        bytes: usize,
    },
    /// A compressed frame that cannot be decoded, or not whole.
    #[error("MJPG frame: {0}")]
    Jpeg(String),
    /// A control that the camera does not have, or a value outside its range.
    #[error("control {0}")]
    Control(String),
    /// No device, or more than one, is what the selector says.
    #[error("{0}")]
    NotFound(String),
}
