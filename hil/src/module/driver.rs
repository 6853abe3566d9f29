//! One command and its answer.

use std::io;
use std::time::{Duration, Instant};

use super::command::Command;
use super::confirmation::Confirmation;
use super::decoder::{Decoder, PacketFault};
use super::error::ModuleError;
use super::link::Link;
use super::packet::{DEFAULT_ADDRESS, PACKET_MAX, Packet, PacketKind, READY};
use super::parameters::DataSize;
use super::profile::Profile;
use super::serial::SerialLink;

/// How long the driver waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For an answer. Modules take up to a second for an image, and erase flash in less.
    pub answer: Duration,
    /// For each data packet of a transfer.
    pub data: Duration,
    /// How long a line must be quiet before the next command after an error.
    pub quiet: Duration,
    /// For the line to become quiet: the longest transfer that may be under way. An image of
    /// 256 x 288 takes 7 s at 57600 baud and 42 s at 9600.
    pub settle: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            answer: Duration::from_secs(3),
            data: Duration::from_secs(1),
            quiet: Duration::from_millis(100),
            settle: Duration::from_secs(50),
        }
    }
}

/// Which way bytes went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the host to the module.
    Sent,
    /// From the module to the host.
    Received,
}

/// Hears everything that goes over the line.
type Listener = Box<dyn FnMut(Direction, &[u8]) + Send>;

/// A module on a line.
pub struct Module<L> {
    pub(super) link: L,
    decoder: Decoder,
    pub(super) profile: &'static Profile,
    pub(super) address: u32,
    pub(super) data_size: DataSize,
    patience: Patience,
    /// Something of an earlier command may still come.
    unsettled: bool,
    listener: Option<Listener>,
}

/// How a wait for a packet ended, other than with a packet.
pub(super) enum Missed {
    /// Nothing whole came in time.
    Silent(Duration),
    /// What came was damaged.
    Damaged(PacketFault),
    /// The line is gone.
    Gone(io::Error),
}

impl<L: Link> Module<L> {
    /// A module of this kind on a line, with the factory's address and packet size. Nothing
    /// is sent yet.
    pub fn new(link: L, profile: &'static Profile) -> Module<L> {
        Module {
            link,
            decoder: Decoder::new(),
            profile,
            address: DEFAULT_ADDRESS,
            data_size: profile.data_size,
            patience: Patience::default(),
            unsettled: false,
            listener: None,
        }
    }

    /// Speaks to this address from now on.
    pub fn speak_to(&mut self, address: u32) {
        self.address = address;
    }

    /// Waits so long from now on.
    pub fn set_patience(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// How long the driver waits.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Lets somebody hear all bytes, for a trace.
    pub fn listen(&mut self, listener: impl FnMut(Direction, &[u8]) + Send + 'static) {
        self.listener = Some(Box::new(listener));
    }

    /// What kind of module it is.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// Which line it hangs on.
    #[must_use]
    pub fn line(&self) -> String {
        self.link.name()
    }

    /// Sends a command; the answer's payload, if the module says that it is done.
    ///
    /// # Errors
    ///
    /// [`ModuleError`], [`ModuleError::Refused`] with the module's reason among them.
    pub fn command(&mut self, command: &Command) -> Result<Vec<u8>, ModuleError> {
        let (confirmation, payload) = self.ask(command)?;
        match confirmation {
            Confirmation::Done => Ok(payload),
            _ => Err(ModuleError::Refused { instruction: command.instruction(), confirmation }),
        }
    }

    /// Sends a command; what the module confirms, and the rest of the answer.
    pub(super) fn ask(
        &mut self,
        command: &Command,
    ) -> Result<(Confirmation, Vec<u8>), ModuleError> {
        self.ask_within(command, self.patience.answer)
    }

    /// The same with a wait of its own for the answer.
    pub(super) fn ask_within(
        &mut self,
        command: &Command,
        wait: Duration,
    ) -> Result<(Confirmation, Vec<u8>), ModuleError> {
        let instruction = command.instruction();
        if !self.profile.knows(instruction) {
            return Err(ModuleError::Unsupported { profile: self.profile.name, instruction });
        }
        self.settle(instruction)?;
        self.send(instruction, PacketKind::Command, &command.encode())?;
        self.answer(instruction, wait)
    }

    /// Waits for an acknowledgement. Data packets that are left of an earlier transfer and
    /// packets of other addresses are passed over.
    pub(super) fn answer(
        &mut self,
        instruction: u8,
        wait: Duration,
    ) -> Result<(Confirmation, Vec<u8>), ModuleError> {
        let deadline = Instant::now() + wait;
        loop {
            let packet = match self.next_packet(deadline, wait) {
                Ok(packet) => packet,
                Err(Missed::Silent(waited)) => {
                    let bytes = self.decoder.waiting();
                    return Err(ModuleError::Silent { instruction, waited, bytes });
                }
                Err(Missed::Damaged(fault)) => {
                    return Err(ModuleError::Damaged { instruction, fault });
                }
                Err(Missed::Gone(source)) => return Err(self.gone(instruction, source)),
            };
            if packet.kind() == PacketKind::Acknowledge {
                let Some((first, payload)) = packet.content().split_first() else {
                    self.unsettled = true;
                    return Err(ModuleError::Answer { instruction, found: 0 });
                };
                return Ok((Confirmation::from_byte(*first), payload.to_vec()));
            }
        }
    }

    /// The next whole packet of this module's address.
    pub(super) fn next_packet(
        &mut self,
        deadline: Instant,
        waited: Duration,
    ) -> Result<Packet, Missed> {
        let mut buffer = [0; PACKET_MAX];
        loop {
            match self.decoder.next_packet() {
                Some(Ok(packet)) if packet.address() == self.address => return Ok(packet),
                Some(Ok(_)) => continue,
                Some(Err(fault)) => {
                    self.unsettled = true;
                    return Err(Missed::Damaged(fault));
                }
                None => {}
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                self.unsettled = true;
                return Err(Missed::Silent(waited));
            }
            self.receive(&mut buffer, left).map_err(Missed::Gone)?;
        }
    }

    pub(super) fn send(
        &mut self,
        instruction: u8,
        kind: PacketKind,
        content: &[u8],
    ) -> Result<(), ModuleError> {
        let packet = Packet::new(self.address, kind, content).map_err(|error| {
            ModuleError::Load { instruction, found: error.found, limit: super::CONTENT_MAX }
        })?;
        let bytes = packet.encode();
        if let Some(listener) = &mut self.listener {
            listener(Direction::Sent, &bytes);
        }
        let wait = self.patience.answer;
        match self.link.write_all(&bytes, wait) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                self.unsettled = true;
                Err(ModuleError::Silent { instruction, waited: wait, bytes: 0 })
            }
            Err(source) => Err(self.gone(instruction, source)),
        }
    }

    /// Waits until a module that was switched on says that it is ready (55h), or for `wait`.
    /// Whether it said so; older modules only begin to answer.
    ///
    /// # Errors
    ///
    /// [`ModuleError::Disconnected`].
    pub fn await_ready(&mut self, wait: Duration) -> Result<bool, ModuleError> {
        let deadline = Instant::now() + wait;
        let mut buffer = [0; PACKET_MAX];
        loop {
            // It may have come in one piece with the answer before it.
            if self.decoder.unfinished().contains(&READY) {
                self.decoder.clear();
                self.unsettled = false;
                return Ok(true);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.receive(&mut buffer, left).map_err(|source| self.gone(0, source))?;
        }
    }

    /// After an error, lets what is still under way run out, so that it is not taken for the
    /// next answer. Otherwise only throws away what lies there.
    fn settle(&mut self, instruction: u8) -> Result<(), ModuleError> {
        let quiet = if self.unsettled { self.patience.quiet } else { Duration::ZERO };
        let begun = Instant::now();
        let mut buffer = [0; PACKET_MAX];
        let mut bytes = 0;
        self.decoder.clear();
        loop {
            let received = self.link.read(&mut buffer, quiet);
            let count = received.map_err(|source| self.gone(instruction, source))?;
            self.heard(&buffer[..count]);
            bytes += count;
            if count == 0 {
                self.unsettled = false;
                return Ok(());
            }
            let waited = begun.elapsed();
            if waited >= self.patience.settle {
                return Err(ModuleError::Babbling { line: self.link.name(), waited, bytes });
            }
        }
    }

    /// The next command waits until the line is quiet.
    pub(super) fn unsettle(&mut self) {
        self.unsettled = true;
    }

    fn receive(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<()> {
        let count = self.link.read(buffer, wait)?;
        self.heard(&buffer[..count]);
        self.decoder.push(&buffer[..count]);
        Ok(())
    }

    fn heard(&mut self, bytes: &[u8]) {
        if let Some(listener) = &mut self.listener
            && !bytes.is_empty()
        {
            listener(Direction::Received, bytes);
        }
    }

    pub(super) fn gone(&mut self, instruction: u8, source: io::Error) -> ModuleError {
        self.unsettled = true;
        ModuleError::Disconnected { line: self.link.name(), instruction, source }
    }
}

impl Module<SerialLink> {
    /// Opens the port again after its plug was pulled, waiting at most `wait` until it is back.
    ///
    /// # Errors
    ///
    /// [`super::PortError`]: what still stood in the way when the time was over.
    pub fn reopen(&mut self, wait: Duration) -> Result<(), super::PortError> {
        self.decoder.clear();
        self.unsettled = true;
        self.link.reopen(wait)
    }
}

impl<L: Link> std::fmt::Debug for Module<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Module({} on {})", self.profile.name, self.link.name())
    }
}
