//! The messages of USB/IP between the kernel and a device: 48 bytes, big-endian, then data.
//!
//! From the kernel's `Documentation/usb/usbip_protocol.rst`. The hand-shake before them
//! is not needed where the socket is given to the kernel directly.

use super::error::UvcError;

/// Bytes of a message before its data.
const HEADER: usize = 48;
/// The longest data that is taken from the kernel: a control transfer has 65,535 bytes at most.
const MAX_OUT: usize = 65_536;
/// The longest data that is given to the kernel for one request.
pub(super) const MAX_IN: u32 = 1 << 20;

/// `ECONNRESET`, the status of a request that was taken back.
const TAKEN_BACK: i32 = -104;

/// The eight bytes of a control transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    /// Direction, kind and recipient.
    pub kind: u8,
    /// The request.
    pub request: u8,
    /// Its value.
    pub value: u16,
    /// Its index: an interface or an endpoint, and of a class an entity in the upper byte.
    pub index: u16,
    /// Bytes of data at most.
    pub length: u16,
}

impl Setup {
    fn parse(bytes: [u8; 8]) -> Self {
        let [kind, request, v0, v1, i0, i1, l0, l1] = bytes;
        let word = |low, high| u16::from_le_bytes([low, high]);
        Self { kind, request, value: word(v0, v1), index: word(i0, i1), length: word(l0, l1) }
    }
}

/// What the kernel asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Transfer data.
    Submit {
        /// The kernel's number of the request.
        number: u32,
        /// The endpoint, without its direction.
        endpoint: u32,
        /// To the host.
        input: bool,
        /// Bytes that the host takes at most.
        length: u32,
        /// Of endpoint 0.
        setup: Setup,
        /// From the host.
        data: Vec<u8>,
    },
    /// Take a request back.
    Unlink {
        /// The kernel's number of this request.
        number: u32,
        /// The number of the one to take back.
        target: u32,
    },
}

/// What the device answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A transfer ended.
    Submitted {
        /// The request's number.
        number: u32,
        /// 0, or a negative error number: -32 is a stall.
        status: i32,
        /// Bytes that went over: of data to the host, those that follow.
        moved: u32,
        /// To the host.
        data: Vec<u8>,
    },
    /// A request was taken back, or had ended before.
    Unlinked {
        /// The number of the request to take it back.
        number: u32,
        /// Whether the other one had not been answered yet.
        pending: bool,
    },
}

impl Reply {
    /// Adds the message's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let (command, number, words) = match self {
            Self::Submitted { number, status, moved, .. } => {
                (3, number, [status.cast_unsigned(), *moved])
            }
            Self::Unlinked { number, pending } => {
                let status = if *pending { TAKEN_BACK } else { 0 };
                (4, number, [status.cast_unsigned(), 0])
            }
        };
        let start = out.len();
        for word in [command, *number, 0, 0, 0].into_iter().chain(words) {
            out.extend(u32::to_be_bytes(word));
        }
        out.resize(start + HEADER, 0);
        if let Self::Submitted { data, .. } = self {
            out.extend(data);
        }
    }
}

/// Cuts the kernel's bytes into commands, whatever the pieces they come in.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
}

impl Decoder {
    /// Adds bytes as they were read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// The next whole command, if there is one.
    ///
    /// # Errors
    ///
    /// [`UvcError::Protocol`], after which nothing of the stream can be trusted.
    pub fn take(&mut self) -> Result<Option<Command>, UvcError> {
        let Some(header) = self.bytes.first_chunk::<HEADER>() else { return Ok(None) };
        let word = |at: usize| {
            let bytes = header.get(at * 4..at * 4 + 4).and_then(|bytes| bytes.try_into().ok());
            u32::from_be_bytes(bytes.unwrap_or_default())
        };
        let (number, input) = (word(1), word(3) == 1);
        let command = match word(0) {
            1 => {
                // -1 and 0 both say that the transfer is not isochronous.
                if !matches!(word(8), 0 | u32::MAX) {
                    let reason = format!("an isochronous transfer to endpoint {}", word(4));
                    return Err(UvcError::Protocol(reason));
                }
                let setup = header.last_chunk().copied().unwrap_or_default();
                Command::Submit {
                    number,
                    endpoint: word(4),
                    input,
                    length: word(6),
                    setup: Setup::parse(setup),
                    data: Vec::new(),
                }
            }
            2 => Command::Unlink { number, target: word(5) },
            other => return Err(UvcError::Protocol(format!("command {other:#x}"))),
        };
        self.with_data(command)
    }

    /// Takes the command off the buffer with its data, once that is there.
    fn with_data(&mut self, mut command: Command) -> Result<Option<Command>, UvcError> {
        let mut end = HEADER;
        if let Command::Submit { input: false, length, data, .. } = &mut command {
            let length = *length as usize;
            if length > MAX_OUT {
                return Err(UvcError::Protocol(format!("{length} bytes of data in one transfer")));
            }
            end += length;
            match self.bytes.get(HEADER..end) {
                Some(bytes) => data.extend(bytes),
                None => return Ok(None),
            }
        }
        self.bytes.drain(..end);
        Ok(Some(command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submit(input: bool, length: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [1, 7, 0x10002, u32::from(input), 0, 0, length, 0, 0, 0] {
            bytes.extend(u32::to_be_bytes(word));
        }
        bytes.extend([0x21, 1, 0, 2, 1, 0, 4, 0]);
        bytes.extend(data);
        bytes
    }

    #[test]
    fn commands_come_whole_from_any_pieces() {
        let mut bytes = submit(false, 4, &[9, 8, 7, 6]);
        bytes.extend(submit(true, 18, &[]));
        let mut unlink = [0; HEADER];
        (unlink[3], unlink[7], unlink[23]) = (2, 8, 7);
        bytes.extend(unlink);
        let setup = Setup { kind: 0x21, request: 1, value: 0x200, index: 1, length: 4 };
        let first = Command::Submit {
            number: 7,
            endpoint: 0,
            input: false,
            length: 4,
            setup,
            data: vec![9, 8, 7, 6],
        };
        for piece in [1, 5, 47, 48, 53, 1000] {
            let (mut decoder, mut all) = (Decoder::default(), Vec::new());
            for part in bytes.chunks(piece) {
                decoder.push(part);
                while let Some(command) = decoder.take().expect("commands") {
                    all.push(command);
                }
            }
            assert_eq!(all.len(), 3, "pieces of {piece}");
            assert_eq!(all[0], first);
            assert!(matches!(all[1], Command::Submit { input: true, length: 18, .. }));
            assert_eq!(all[2], Command::Unlink { number: 8, target: 7 });
        }
    }

    #[test]
    fn what_is_no_command_ends_the_stream() {
        let fails = |bytes: &[u8]| {
            let mut decoder = Decoder::default();
            decoder.push(bytes);
            decoder.take().expect_err("no command").to_string()
        };
        assert_eq!(fails(&[0xff; 48]), "USB/IP: command 0xffffffff");
        assert_eq!(
            fails(&submit(false, 65_537, &[])),
            "USB/IP: 65537 bytes of data in one transfer"
        );
        let mut packets = submit(true, 1, &[]);
        packets[35] = 3;
        assert_eq!(fails(&packets), "USB/IP: an isochronous transfer to endpoint 0");
    }

    #[test]
    fn replies_are_48_bytes_and_the_data() {
        let mut bytes = Vec::new();
        Reply::Submitted { number: 258, status: -32, moved: 2, data: vec![5, 6] }
            .encode(&mut bytes);
        assert_eq!(bytes.len(), 50);
        assert_eq!(bytes[..8], [0, 0, 0, 3, 0, 0, 1, 2]);
        assert_eq!(bytes[20..28], [0xff, 0xff, 0xff, 0xe0, 0, 0, 0, 2]);
        assert_eq!(bytes[48..], [5, 6]);
        bytes.clear();
        Reply::Unlinked { number: 1, pending: true }.encode(&mut bytes);
        assert_eq!(bytes.len(), 48);
        assert_eq!(bytes[20..24], (-104_i32).to_be_bytes());
    }
}
