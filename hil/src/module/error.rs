//! What can go wrong between a host and a module.

use std::io;
use std::time::Duration;

use super::confirmation::Confirmation;
use super::decoder::PacketFault;
use super::image::ImageError;
use super::packet::PacketKind;

/// How far a transfer had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Data packets that were whole.
    pub packets: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl std::fmt::Display for Transfer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} packets, {} bytes", self.packets, self.bytes)
    }
}

/// Why a command did not do what it should. It names the instruction as the manuals number it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModuleError {
    /// The line is gone: unplugged, or closed on the other side.
    #[error("{line}: disconnected during command {instruction:#04x}: {source}")]
    Disconnected {
        /// The line.
        line: String,
        /// The command that was under way.
        instruction: u8,
        /// What the system says.
        source: io::Error,
    },
    /// The module said nothing, or its answer did not end, in time.
    #[error("command {instruction:#04x}: no answer within {waited:?}{}", pending(*.bytes))]
    Silent {
        /// The command.
        instruction: u8,
        /// How long was waited.
        waited: Duration,
        /// Bytes of an unfinished packet that had come.
        bytes: usize,
    },
    /// The answer was damaged on the way.
    #[error("command {instruction:#04x}: damaged answer: {fault}")]
    Damaged {
        /// The command.
        instruction: u8,
        /// What is wrong with it.
        fault: PacketFault,
    },
    /// The module refused, with its reason.
    #[error("command {instruction:#04x} refused: {confirmation}")]
    Refused {
        /// The command.
        instruction: u8,
        /// The reason.
        confirmation: Confirmation,
    },
    /// The answer has another form than the manual's.
    #[error("command {instruction:#04x}: an answer of {found} bytes that cannot be read")]
    Answer {
        /// The command.
        instruction: u8,
        /// Bytes after the confirmation.
        found: usize,
    },
    /// The module has no such command, according to its profile; nothing was sent.
    #[error("an {profile} has no command {instruction:#04x}")]
    Unsupported {
        /// The profile.
        profile: &'static str,
        /// The command.
        instruction: u8,
    },
    /// A transfer stopped before its last packet.
    #[error("transfer of command {instruction:#04x} stopped after {after}: nothing for {waited:?}")]
    TransferSilent {
        /// The command.
        instruction: u8,
        /// How far it had come.
        after: Transfer,
        /// How long was waited for the next packet.
        waited: Duration,
    },
    /// A packet of a transfer was damaged.
    #[error("transfer of command {instruction:#04x} damaged after {after}: {fault}")]
    TransferDamaged {
        /// The command.
        instruction: u8,
        /// How far it had come.
        after: Transfer,
        /// What is wrong with the packet.
        fault: PacketFault,
    },
    /// A packet of another kind came in the middle of a transfer.
    #[error(
        "transfer of command {instruction:#04x} interrupted after {after} by a packet of kind {kind:?}"
    )]
    TransferInterrupted {
        /// The command.
        instruction: u8,
        /// How far it had come.
        after: Transfer,
        /// What came.
        kind: PacketKind,
    },
    /// A transfer did not end where it must.
    #[error("transfer of command {instruction:#04x} has more than {limit} bytes")]
    TransferTooLong {
        /// The command.
        instruction: u8,
        /// The most that is taken.
        limit: usize,
    },
    /// What is to be sent is empty or too long.
    #[error("command {instruction:#04x}: {found} bytes to send; 1 to {limit} are possible")]
    Load {
        /// The command.
        instruction: u8,
        /// How many bytes there were.
        found: usize,
        /// The most that can be sent.
        limit: usize,
    },
    /// The image has another size than the profile's.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// No finger came.
    #[error("no finger within {waited:?}")]
    NoFinger {
        /// How long was waited.
        waited: Duration,
    },
    /// The finger did not leave: a thing lies on the sensor, or it is stuck.
    #[error("the finger did not leave within {waited:?}")]
    StuckFinger {
        /// How long was waited.
        waited: Duration,
    },
    /// After an error the line did not become quiet.
    #[error("{line}: still sending after {waited:?}; {bytes} bytes passed over")]
    Babbling {
        /// The line.
        line: String,
        /// How long was waited.
        waited: Duration,
        /// What came meanwhile.
        bytes: usize,
    },
}

impl ModuleError {
    /// The module's own reason, if it gave one.
    #[must_use]
    pub fn confirmation(&self) -> Option<Confirmation> {
        match self {
            ModuleError::Refused { confirmation, .. } => Some(*confirmation),
            _ => None,
        }
    }

    /// Whether the same command may do better if it is sent again on the same line.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            ModuleError::Silent { .. }
                | ModuleError::Damaged { .. }
                | ModuleError::TransferSilent { .. }
                | ModuleError::TransferDamaged { .. }
                | ModuleError::TransferInterrupted { .. }
                | ModuleError::Refused { confirmation: Confirmation::ReceiveFailed, .. }
        )
    }
}

fn pending(bytes: usize) -> String {
    if bytes == 0 { String::new() } else { format!(", {bytes} bytes of an unfinished packet") }
}
