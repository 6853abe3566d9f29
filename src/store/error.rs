//! Why a call of the store failed.

use std::io;

/// Why a call of the store failed. What was committed before it is still there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file is something else, or no file at all.
    #[error("this is not a store: {what}")]
    NotAStore {
        /// What it is instead.
        what: &'static str,
    },
    /// Written by a newer version.
    #[error("the store has format {found}, this version knows {known}")]
    Newer {
        /// The format number in the file.
        found: u64,
        /// [`FORMAT`](super::FORMAT).
        known: u64,
    },
    /// The file or its file system cannot be written.
    #[error("the store cannot be written: {text}")]
    ReadOnly {
        /// The system's words.
        text: String,
    },
    /// The file system is full, or a quota is.
    #[error("no room for the store: {text}")]
    Full {
        /// The system's words.
        text: String,
    },
    /// Somebody else has it open, another process or this one.
    #[error("the store is open already, here or in another process")]
    Locked,
    /// Sealed under another key. The file is untouched.
    #[error("the store is sealed under another key")]
    WrongKey,
    /// Damaged beyond single records.
    #[error("the store is damaged: {what}")]
    Damaged {
        /// Where the damage was found.
        what: &'static str,
    },
    /// The system refused a read, a write or a sync.
    #[error("the store's file: {text}")]
    Io {
        /// The system's error number, if it has one.
        number: Option<i32>,
        /// The system's words.
        text: String,
    },
    /// A record larger than the store takes.
    #[error("{bytes} bytes are more than the {limit} of one record")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit in `limits.rs`.
        limit: usize,
    },
    /// `userid` is empty or longer than `limits::USERID_BYTES`.
    #[error("a userid of {bytes} bytes; 1 to {limit} are usable")]
    Userid {
        /// Its size.
        bytes: usize,
        /// The limit in `limits.rs`.
        limit: usize,
    },
    /// The caller's own callback ended the call; nothing has happened.
    #[error("the callback ended the call")]
    Cancelled,
    /// Opened without an event log ([`Options::events`](super::Options::events) is 0).
    #[error("the store is opened without an event log")]
    NoEventLog,
    /// This build has no store.
    #[error("the part `store` was left out of this build of the library")]
    Absent,
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        let text = error.to_string();
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full { text },
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { text }
            }
            io::ErrorKind::IsADirectory => Self::NotAStore { what: "a directory" },
            // The file ends before its own header says so.
            io::ErrorKind::UnexpectedEof => Self::Damaged { what: "it is too short" },
            io::ErrorKind::InvalidData => Self::Damaged { what: "the structure of its pages" },
            io::ErrorKind::WouldBlock | io::ErrorKind::ResourceBusy => Self::Locked,
            _ => Self::Io { number: error.raw_os_error(), text },
        }
    }
}
