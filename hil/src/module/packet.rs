//! One packet of the protocol.

/// Every packet begins with these two bytes.
pub(super) const START: [u8; 2] = [0xEF, 0x01];
/// Most bytes that a packet carries.
pub const CONTENT_MAX: usize = 256;
/// Bytes before the content: start, address, kind, length.
pub(super) const HEADER: usize = 9;
/// Bytes of the checksum, which the length field counts too.
pub(super) const CHECKSUM: usize = 2;
/// Most bytes of a packet on the line.
pub const PACKET_MAX: usize = HEADER + CONTENT_MAX + CHECKSUM;
/// The address that a module has from the factory.
pub const DEFAULT_ADDRESS: u32 = 0xFFFF_FFFF;
/// A lone byte that a module sends when it is ready after power-up.
pub const READY: u8 = 0x55;

/// What a packet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// An instruction to the module.
    Command,
    /// A part of a transfer; more follow.
    Data,
    /// The module's answer to a command.
    Acknowledge,
    /// The last part of a transfer.
    LastData,
}

impl PacketKind {
    /// The kind that a byte stands for.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<PacketKind> {
        match byte {
            0x01 => Some(PacketKind::Command),
            0x02 => Some(PacketKind::Data),
            0x07 => Some(PacketKind::Acknowledge),
            0x08 => Some(PacketKind::LastData),
            _ => None,
        }
    }

    /// The byte that stands for the kind.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            PacketKind::Command => 0x01,
            PacketKind::Data => 0x02,
            PacketKind::Acknowledge => 0x07,
            PacketKind::LastData => 0x08,
        }
    }
}

/// Content that does not fit into a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{found} bytes do not fit into a packet of {CONTENT_MAX}")]
pub struct PacketTooLong {
    /// How many bytes there were.
    pub found: usize,
}

/// A packet. Its `Debug` shows no content: that may be a template or an image.
#[derive(Clone, PartialEq, Eq)]
pub struct Packet {
    address: u32,
    kind: PacketKind,
    content: Vec<u8>,
}

impl Packet {
    /// A packet to or from the module with this address.
    ///
    /// # Errors
    ///
    /// [`PacketTooLong`] above [`CONTENT_MAX`] bytes.
    pub fn new(address: u32, kind: PacketKind, content: &[u8]) -> Result<Packet, PacketTooLong> {
        if content.len() > CONTENT_MAX {
            return Err(PacketTooLong { found: content.len() });
        }
        Ok(Packet { address, kind, content: content.to_vec() })
    }

    /// Who is spoken to, or who speaks.
    #[must_use]
    pub fn address(&self) -> u32 {
        self.address
    }

    /// What the packet is for.
    #[must_use]
    pub fn kind(&self) -> PacketKind {
        self.kind
    }

    /// What it carries.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The bytes on the line.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // `new` and the decoder let nothing pass that has no room in the length field.
        let length = u16::try_from(self.content.len() + CHECKSUM).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(HEADER + self.content.len() + CHECKSUM);
        bytes.extend_from_slice(&START);
        bytes.extend_from_slice(&self.address.to_be_bytes());
        bytes.push(self.kind.byte());
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&self.content);
        let sum = checksum(&bytes[START.len() + 4..]);
        bytes.extend_from_slice(&sum.to_be_bytes());
        bytes
    }
}

impl std::fmt::Debug for Packet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packet")
            .field("address", &format_args!("{:08X}", self.address))
            .field("kind", &self.kind)
            .field("bytes", &self.content.len())
            .finish()
    }
}

/// The sum of kind, length and content, modulo 65536.
pub(super) fn checksum(covered: &[u8]) -> u16 {
    covered.iter().fold(0, |sum: u16, byte| sum.wrapping_add(u16::from(*byte)))
}
