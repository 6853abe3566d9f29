//! Packets out of a stream of bytes, whatever the stream holds.

use super::packet::{
    CHECKSUM, CONTENT_MAX, HEADER, PACKET_MAX, Packet, PacketKind, START, checksum,
};

/// Most bytes that wait to be decoded; what comes on top pushes out the oldest.
const WAITING_MAX: usize = 16 * PACKET_MAX;

/// Why bytes that begin like a packet are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketFault {
    /// No kind of packet has this number.
    #[error("packet kind {found:#04x} does not exist")]
    Kind {
        /// The byte that was there.
        found: u8,
    },
    /// The length field is below the checksum's own two bytes or above the limit.
    #[error("packet length {found} is outside 2 to {}", CONTENT_MAX + CHECKSUM)]
    Length {
        /// What the field says.
        found: u16,
    },
    /// A byte was lost, added or changed.
    #[error("checksum {found:#06x}, but the content adds up to {computed:#06x}")]
    Checksum {
        /// What the packet says.
        found: u16,
        /// What its bytes say.
        computed: u16,
    },
}

/// Finds packets in bytes that arrive in any portions.
///
/// After a fault only the two start bytes are given up, so a packet whose beginning was
/// swallowed by a damaged one is still found.
#[derive(Debug, Default)]
pub struct Decoder {
    waiting: Vec<u8>,
    skipped: u64,
}

impl Decoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new() -> Decoder {
        Decoder::default()
    }

    /// Takes what came over the line.
    pub fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        let surplus = self.waiting.len().saturating_sub(WAITING_MAX);
        self.skip(surplus);
    }

    /// The next packet or fault, or nothing until more bytes come.
    pub fn next_packet(&mut self) -> Option<Result<Packet, PacketFault>> {
        self.skip_to_start();
        let (&kind, length) = match self.waiting.get(6..HEADER) {
            Some([kind, high, low]) => (kind, u16::from_be_bytes([*high, *low])),
            _ => return None,
        };
        let Some(kind) = PacketKind::from_byte(kind) else {
            return Some(Err(self.fault(PacketFault::Kind { found: kind })));
        };
        let body = usize::from(length);
        if !(CHECKSUM..=CONTENT_MAX + CHECKSUM).contains(&body) {
            return Some(Err(self.fault(PacketFault::Length { found: length })));
        }
        let packet = self.waiting.get(..HEADER + body)?;
        let (covered, sum) = packet.split_at(HEADER + body - CHECKSUM);
        let found = u16::from_be_bytes([sum[0], sum[1]]);
        let computed = checksum(&covered[6..]);
        if found != computed {
            return Some(Err(self.fault(PacketFault::Checksum { found, computed })));
        }
        let address = u32::from_be_bytes([covered[2], covered[3], covered[4], covered[5]]);
        let decoded = Packet::new(address, kind, &covered[HEADER..]);
        self.waiting.drain(..HEADER + body);
        // The length was checked above; the limit is the same.
        decoded.ok().map(Ok)
    }

    /// How many bytes were no part of a packet, since the beginning.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// How many bytes wait for the rest of their packet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// What waits for the rest of its packet.
    pub(super) fn unfinished(&self) -> &[u8] {
        &self.waiting
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        self.skip(self.waiting.len());
    }

    fn fault(&mut self, fault: PacketFault) -> PacketFault {
        self.skip(START.len());
        fault
    }

    /// Drops everything before the next start, or before what may become one.
    fn skip_to_start(&mut self) {
        let start = self.waiting.windows(2).position(|pair| pair == START);
        let keep = match (start, self.waiting.last()) {
            (Some(at), _) => at,
            (None, Some(last)) if *last == START[0] => self.waiting.len() - 1,
            (None, _) => self.waiting.len(),
        };
        self.skip(keep);
    }

    fn skip(&mut self, bytes: usize) {
        self.waiting.drain(..bytes);
        self.skipped += bytes as u64;
    }
}
