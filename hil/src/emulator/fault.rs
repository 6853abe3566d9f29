//! What goes wrong on demand, and when.

use std::time::Duration;

/// What happens to a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its checksum is wrong.
    Checksum,
    /// One of its bytes is lost.
    LostByte,
    /// Bytes that are no packet come before it.
    Noise,
    /// It is not sent, nor is what follows of the same command.
    Silence,
    /// Half of it is sent; then the module has no power for so long. It forgets what it does
    /// not keep in flash, and says 55h when it is ready.
    PowerLoss(Duration),
    /// Half of it is sent; then the plug is pulled.
    Unplug,
}

/// A fault and the packet that it hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheduled {
    /// During this instruction, the next time it comes.
    pub instruction: u8,
    /// 0: its acknowledgement; from 1: its n-th data packet, or its n-th further report.
    pub packet: usize,
    /// What happens.
    pub fault: Fault,
}

/// The faults that have not happened yet.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    waiting: Vec<Scheduled>,
}

impl Schedule {
    pub(super) fn add(&mut self, scheduled: Scheduled) {
        self.waiting.push(scheduled);
    }

    /// The fault of this packet; it happens once.
    pub(super) fn take(&mut self, instruction: u8, packet: usize) -> Option<Fault> {
        let hit = |scheduled: &Scheduled| {
            scheduled.instruction == instruction && scheduled.packet == packet
        };
        let at = self.waiting.iter().position(hit)?;
        Some(self.waiting.remove(at).fault)
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
