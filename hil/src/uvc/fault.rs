//! What the camera can be told to do wrong.

use std::time::Duration;

/// A fault, each once: of the next frame that begins, or of the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The frame ends after so many bytes: a JPEG without its end.
    Truncated {
        /// Bytes that are left.
        bytes: usize,
    },
    /// The last payload does not say that it is the last.
    NoEnd,
    /// The header of a payload says that it is damaged.
    ErrorBit,
    /// The frame comes so much later.
    Late(Duration),
    /// The next wish for a format is not answered but stalled.
    StalledProbe,
}
