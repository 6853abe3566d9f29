//! Traces of a module's line: recorded while a device is used, replayed in its place.
//!
//! A trace holds whatever went over the line, templates and pictures included. Record drawn
//! fingers, or test fingers that belong to nobody who could be harmed; a trace of a person is
//! personal data.

mod file;
mod replay;

pub use file::{Step, Trace, TraceError, Writer};
pub use replay::Replay;
