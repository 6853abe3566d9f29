//! Why there is no picture.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::program::PROGRAM_VARIABLE;
use crate::module::ImageError;

/// Why a reader gives no picture.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// There is no such program.
    #[error(
        "no program for USB readers: {PROGRAM_VARIABLE} is not set and there is no {}",
        .beside.display()
    )]
    Absent {
        /// Where it would be.
        beside: PathBuf,
    },
    /// The system could not run it, or the line to it broke.
    #[error("{}: {source}", .program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It ended, as after a crash of a driver.
    #[error("the program for USB readers ended by itself")]
    Ended,
    /// It did not answer in time.
    #[error("the program for USB readers did not answer `{request}` within {limit:?}")]
    Silent {
        /// What it was asked.
        request: &'static str,
        /// How long it had.
        limit: Duration,
    },
    /// It answered what is no answer.
    #[error("the program for USB readers answered `{request}` with {answer:?}")]
    Nonsense {
        /// What it was asked.
        request: &'static str,
        /// What it said.
        answer: String,
    },
    /// Nobody put a finger on the reader.
    #[error("no finger on the reader within {waited:?}")]
    NoFinger {
        /// How long it was waited for.
        waited: Duration,
    },
    /// The finger has to come again; libfprint's words.
    #[error("{0}")]
    Retry(String),
    /// The reader was unplugged; libfprint's words.
    #[error("{0}")]
    Gone(String),
    /// What else libfprint says.
    #[error("libfprint: {0}")]
    Driver(String),
    /// Nobody says how many pixels a millimetre has.
    #[error(
        "libfprint says no resolution of this reader's pictures: give its `dpi` in the rig file"
    )]
    NoResolution,
    /// The rig's own finger could not be laid on libfprint's virtual reader.
    #[error("libfprint's virtual reader: {0}")]
    Virtual(io::Error),
    /// What comes as a picture is none.
    #[error(transparent)]
    Image(#[from] ImageError),
}
