//! The module itself: its memory, and what it says. Sans-IO: packets in, packets out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::automatic::Activity;
use super::drawn_finger::Impression;
use super::template::{Template, Whose};
use super::touch::{Surface, Touch};
use crate::module::{
    Aura, Confirmation, DEFAULT_ADDRESS, DataSize, GreyImage, NOTEPAD_BYTES, Packet, PacketKind,
    Profile, TEMPLATE_BYTES_MAX,
};

/// Pages of the notepad.
const NOTEPAD_PAGES: usize = 16;

/// Something that goes out.
#[derive(Debug)]
pub(super) enum Said {
    /// A packet of the command under way: the how-manieth, from 0.
    Packet {
        /// The command.
        instruction: u8,
        /// 0 is the acknowledgement.
        number: usize,
        /// The packet.
        packet: Packet,
    },
    /// The byte that says that the module is ready.
    Ready,
}

/// What is received in data packets.
#[derive(Debug, Clone, Copy)]
pub(super) enum Incoming {
    Template { buffer: u8 },
    Image,
}

/// A module that is emulated.
pub struct Machine {
    pub(super) profile: &'static Profile,
    // In flash: kept without power.
    pub(super) address: u32,
    pub(super) password: u32,
    pub(super) security: u8,
    pub(super) data_size: DataSize,
    pub(super) baud_factor: u8,
    pub(super) library: BTreeMap<u16, Template>,
    pub(super) notepad: [[u8; NOTEPAD_BYTES]; NOTEPAD_PAGES],
    // In memory.
    pub(super) open: bool,
    pub(super) image: Option<Seen>,
    pub(super) buffers: Vec<Option<Template>>,
    /// An image was taken since the features of buffer 1 were computed.
    pub(super) spent: bool,
    pub(super) incoming: Option<(Incoming, Vec<u8>)>,
    pub(super) activity: Option<Activity>,
    pub(super) aura: Option<Aura>,
    pub(super) random: fastrand::Rng,
    pub(super) sensor_works: bool,
    pub(super) surface: Surface,
    pub(super) said: Vec<Said>,
    current: (u8, usize),
}

/// What is in the image buffer.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    /// A drawn finger; drawn when it is asked for.
    Drawn(Impression),
    /// What the host sent.
    Received(Vec<u8>),
}

impl Machine {
    /// A module as it comes from the factory, its library empty.
    #[must_use]
    pub fn new(profile: &'static Profile) -> Machine {
        Machine {
            profile,
            address: DEFAULT_ADDRESS,
            password: 0,
            security: 3,
            data_size: profile.data_size,
            baud_factor: profile.baud_factor,
            library: BTreeMap::new(),
            notepad: [[0; NOTEPAD_BYTES]; NOTEPAD_PAGES],
            open: false,
            image: None,
            buffers: vec![None; usize::from(profile.buffers)],
            spent: false,
            incoming: None,
            activity: None,
            aura: None,
            random: fastrand::Rng::with_seed(1),
            sensor_works: true,
            surface: Surface::default(),
            said: Vec::new(),
            current: (0, 0),
        }
    }

    /// Puts a finger on the sensor; it stays until it is lifted.
    pub fn place(&mut self, impression: Impression) {
        self.surface.place(Touch { impression, images: None });
    }

    /// Lets a finger come, and leave by itself, after those that will come before it.
    pub fn queue(&mut self, touch: Touch) {
        self.surface.queue(touch);
    }

    /// Takes the finger away, unless it is stuck.
    pub fn lift(&mut self) {
        self.surface.lift();
    }

    /// What lies on the sensor does not leave any more, or does again.
    pub fn set_stuck(&mut self, stuck: bool) {
        self.surface.set_stuck(stuck);
    }

    /// Breaks the sensor, or mends it.
    pub fn set_sensor_works(&mut self, works: bool) {
        self.sensor_works = works;
    }

    /// Gives the module a password, as if it had been set long ago.
    pub fn set_password(&mut self, password: u32) {
        self.password = password;
        self.open = false;
    }

    /// Puts a drawn finger's template on a page, whatever was there. `false`: no such page.
    pub fn enrol(&mut self, page: u16, finger: u32) -> bool {
        let impression = Impression { finger, number: 0 };
        let there = self.is_page(page);
        if there {
            self.library.insert(page, Template::of(impression, self.profile.template_bytes));
        }
        there
    }

    /// Fills every free page with fingers from this number on.
    pub fn fill(&mut self, first_finger: u32) {
        let start = self.profile.first_page();
        for (page, finger) in (start..start + self.profile.capacity).zip(first_finger..) {
            if !self.library.contains_key(&page) {
                self.enrol(page, finger);
            }
        }
    }

    /// Which pages are taken, and by which drawn finger.
    #[must_use]
    pub fn enrolled(&self) -> Vec<(u16, Option<u32>)> {
        let finger = |template: &Template| match template.whose() {
            Whose::Finger(finger) => Some(finger),
            Whose::Foreign(_) => None,
        };
        self.library.iter().map(|(page, template)| (*page, finger(template))).collect()
    }

    /// The light that was asked for last.
    #[must_use]
    pub fn aura(&self) -> Option<Aura> {
        self.aura
    }

    /// Its kind.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// Bits a second that it is set to.
    #[must_use]
    pub fn baud(&self) -> u32 {
        u32::from(self.baud_factor) * 9600
    }

    /// Takes away the power and gives it back: memory is lost, flash is kept.
    pub(super) fn power_cycle(&mut self) {
        self.open = false;
        self.image = None;
        self.buffers.fill(None);
        self.spent = false;
        self.incoming = None;
        self.activity = None;
        self.aura = None;
        self.said.clear();
    }

    /// A packet came. What it leads to is said at once, or by [`Machine::tick`].
    pub(super) fn hear(&mut self, packet: &Packet, now: Duration) {
        // Who is not meant does not answer.
        if packet.address() != self.address {
            return;
        }
        match packet.kind() {
            PacketKind::Command => self.command(packet.content(), now),
            PacketKind::Data | PacketKind::LastData => self.data(packet),
            PacketKind::Acknowledge => {}
        }
    }

    /// What was damaged on the way is answered, so that the host sends it again.
    pub(super) fn mishear(&mut self) {
        self.begin(0);
        self.acknowledge(Confirmation::ReceiveFailed, &[]);
    }

    /// The next packet to be sent belongs to this command.
    pub(super) fn begin(&mut self, instruction: u8) {
        self.current = (instruction, 0);
    }

    /// What follows goes on with a command, from this packet on.
    pub(super) fn begin_again(&mut self, instruction: u8, number: usize) {
        self.current = (instruction, number);
    }

    pub(super) fn acknowledge(&mut self, confirmation: Confirmation, payload: &[u8]) {
        let mut content = vec![confirmation.byte()];
        content.extend_from_slice(payload);
        self.say(PacketKind::Acknowledge, &content);
    }

    /// Sends bytes in data packets.
    pub(super) fn transfer(&mut self, bytes: &[u8]) {
        let size = self.data_size.bytes();
        let last = bytes.len().saturating_sub(1) / size;
        for (at, part) in bytes.chunks(size).enumerate() {
            let kind = if at == last { PacketKind::LastData } else { PacketKind::Data };
            self.say(kind, part);
        }
    }

    fn say(&mut self, kind: PacketKind, content: &[u8]) {
        let (instruction, number) = self.current;
        self.current.1 += 1;
        // What does not fit into a packet would be a fault of the emulator: nothing is sent,
        // and its test hears it.
        if let Ok(packet) = Packet::new(self.address, kind, content) {
            self.said.push(Said::Packet { instruction, number, packet });
        }
    }

    fn data(&mut self, packet: &Packet) {
        let Some((what, mut bytes)) = self.incoming.take() else { return };
        bytes.extend_from_slice(packet.content());
        let limit = match what {
            Incoming::Template { .. } => TEMPLATE_BYTES_MAX,
            Incoming::Image => self.profile.image.line_bytes(),
        };
        if bytes.len() > limit {
            return;
        }
        if packet.kind() == PacketKind::Data {
            self.incoming = Some((what, bytes));
            return;
        }
        match what {
            Incoming::Template { buffer } => self.put(buffer, Template::received(bytes)),
            Incoming::Image => {
                self.image = Some(Seen::Received(bytes));
                self.spent = true;
            }
        }
    }

    /// The buffer of this number, from 1; too high numbers mean the second, as R30x manuals say.
    pub(super) fn slot(&self, buffer: u8) -> usize {
        match usize::from(buffer) {
            slot @ 1.. if slot <= self.buffers.len() => slot - 1,
            _ => 1.min(self.buffers.len().saturating_sub(1)),
        }
    }

    pub(super) fn put(&mut self, buffer: u8, template: Template) {
        let slot = self.slot(buffer);
        if let Some(place) = self.buffers.get_mut(slot) {
            *place = Some(template);
        }
        if slot == 0 {
            self.spent = false;
        }
    }

    pub(super) fn get(&self, buffer: u8) -> Option<&Template> {
        self.buffers.get(self.slot(buffer)).and_then(Option::as_ref)
    }

    pub(super) fn is_page(&self, page: u16) -> bool {
        let first = self.profile.first_page();
        (first..first.saturating_add(self.profile.capacity)).contains(&page)
    }

    /// The image buffer as it goes over the line.
    pub(super) fn image_bytes(&self) -> Option<Vec<u8>> {
        Some(match self.image.as_ref()? {
            Seen::Drawn(impression) => {
                let image: GreyImage = impression.image(self.profile.image, self.profile.dpi);
                image.line_bytes()
            }
            Seen::Received(bytes) => bytes.clone(),
        })
    }

    /// Looks for a template in so many pages: page and score of the best.
    pub(super) fn search(&self, probe: &Template, start: u16, count: u16) -> Option<(u16, u16)> {
        let end = start.saturating_add(count);
        let pages = self.library.range(start..end);
        let scored = pages.filter_map(|(page, template)| Some((*page, template.score(probe)?)));
        scored.max_by_key(|(page, score)| (*score, std::cmp::Reverse(*page)))
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Machine({}, {} templates)", self.profile.name, self.library.len())
    }
}
