//! Each command and what the module does about it.

use std::time::Duration;

use super::automatic::Activity;
use super::machine::{Incoming, Machine, Said, Seen};
use super::template::Template;
use crate::module::{
    Command, CommandFault, Confirmation, Parameters, Product, Quirk, SetParameter,
};

/// Bits of the status register: the finger matched, the password is verified, the image is
/// valid.
const STATUS_OPEN: u16 = 1 << 2;
const STATUS_IMAGE: u16 = 1 << 3;
/// Bytes of the information page.
const INFORMATION_BYTES: usize = 512;
/// Pages that an index table tells about.
const PAGES_A_TABLE: u16 = 256;

impl Machine {
    /// Carries out a command.
    pub(super) fn command(&mut self, content: &[u8], now: Duration) {
        let instruction = content.first().copied().unwrap_or_default();
        self.begin(instruction);
        // A command ends what an earlier one began.
        self.incoming = None;
        self.activity = None;
        let refusal = self.profile.refusal;
        let command = match Command::decode(content) {
            Ok(command) if self.profile.knows(instruction) => command,
            Ok(_) | Err(CommandFault::Unknown { .. }) => return self.acknowledge(refusal, &[]),
            Err(_) => return self.acknowledge(Confirmation::ReceiveFailed, &[]),
        };
        if self.password != 0 && !self.open && !is_free(&command) {
            return self.acknowledge(Confirmation::PasswordNeeded, &[]);
        }
        match command {
            Command::AutoEnrol(order) => self.activity = Some(Activity::enrol(order, now)),
            Command::AutoIdentify(order) => self.activity = Some(Activity::identify(order, now)),
            _ => self.at_once(command),
        }
    }

    fn at_once(&mut self, command: Command) {
        match command {
            Command::GetImage | Command::GetImageEx => {
                let confirmation = self.take_image();
                self.acknowledge(confirmation, &[]);
            }
            Command::ImageToFeatures { buffer } => {
                let confirmation = self.make_features(buffer);
                self.acknowledge(confirmation, &[]);
            }
            Command::Match => self.compare(),
            Command::Search { buffer, start, count }
            | Command::FastSearch { buffer, start, count } => self.find(buffer, start, count),
            Command::Merge => {
                let confirmation = self.merge();
                self.acknowledge(confirmation, &[]);
            }
            Command::Store { .. } | Command::Load { .. } | Command::Delete { .. } => {
                let confirmation = self.keep(command);
                self.acknowledge(confirmation, &[]);
            }
            Command::Empty => {
                self.library.clear();
                self.acknowledge(Confirmation::Done, &[]);
            }
            Command::TemplateCount => {
                let count = u16::try_from(self.library.len()).unwrap_or(u16::MAX);
                self.acknowledge(Confirmation::Done, &count.to_be_bytes());
            }
            Command::ReadIndexTable { table } => {
                let table = self.index_table(table);
                self.acknowledge(Confirmation::Done, &table);
            }
            Command::UploadImage
            | Command::DownloadImage
            | Command::UploadTemplate { .. }
            | Command::DownloadTemplate { .. }
            | Command::ReadInformationPage => self.move_data(command),
            _ => self.administer(command),
        }
    }

    /// Takes an image of what lies on the sensor.
    pub(super) fn take_image(&mut self) -> Confirmation {
        if !self.sensor_works {
            return Confirmation::CaptureFailed;
        }
        match self.surface.look() {
            Some(impression) => {
                self.image = Some(Seen::Drawn(impression));
                self.spent = true;
                Confirmation::Done
            }
            None => Confirmation::NoFinger,
        }
    }

    /// Features of the image into a buffer.
    pub(super) fn make_features(&mut self, buffer: u8) -> Confirmation {
        let features = match &self.image {
            Some(Seen::Drawn(impression)) => Template::of(*impression, self.profile.template_bytes),
            Some(Seen::Received(bytes)) => Template::received(bytes.clone()),
            None => return Confirmation::NoImage,
        };
        self.put(buffer, features);
        self.spent = false;
        Confirmation::Done
    }

    fn compare(&mut self) {
        let score = match (self.get(1), self.get(2)) {
            (Some(one), Some(other)) => one.score(other),
            _ => None,
        };
        match score {
            Some(score) => self.acknowledge(Confirmation::Done, &score.to_be_bytes()),
            None => self.acknowledge(Confirmation::NoMatch, &[0, 0]),
        }
    }

    fn find(&mut self, buffer: u8, start: u16, count: u16) {
        let spent = self.spent && self.profile.has(Quirk::ImageSpendsFeatures);
        let probe = if spent { None } else { self.get(buffer) };
        match probe.and_then(|probe| self.search(probe, start, count)) {
            Some((page, score)) => {
                let [a, b] = page.to_be_bytes();
                let [c, d] = score.to_be_bytes();
                self.acknowledge(Confirmation::Done, &[a, b, c, d]);
            }
            None => self.acknowledge(Confirmation::NotFound, &[0; 4]),
        }
    }

    /// Combines what the buffers hold into the first two.
    pub(super) fn merge(&mut self) -> Confirmation {
        let parts = self.buffers.iter().flatten().collect::<Vec<_>>();
        let least = if self.profile.has(Quirk::MergeNeedsTwo) { 2 } else { 1 };
        if parts.len() < least {
            return Confirmation::MergeFailed;
        }
        let Some(merged) = Template::merged(&parts, self.profile.template_bytes) else {
            return Confirmation::MergeFailed;
        };
        self.buffers.fill(None);
        self.put(2, merged.clone());
        self.put(1, merged);
        Confirmation::Done
    }

    /// Library to buffer and back.
    fn keep(&mut self, command: Command) -> Confirmation {
        match command {
            Command::Store { page, .. }
            | Command::Load { page, .. }
            | Command::Delete { page, .. }
                if !self.is_page(page) =>
            {
                Confirmation::PageOutOfRange
            }
            Command::Store { buffer, page } => match self.get(buffer).cloned() {
                Some(template) => {
                    self.library.insert(page, template);
                    Confirmation::Done
                }
                None => Confirmation::NoImage,
            },
            Command::Load { buffer, page } => match self.library.get(&page).cloned() {
                Some(template) => {
                    self.put(buffer, template);
                    Confirmation::Done
                }
                None => Confirmation::TemplateUnreadable,
            },
            Command::Delete { page, count } => {
                let end = page.saturating_add(count);
                if count == 0 || !self.is_page(end - 1) {
                    return Confirmation::DeleteFailed;
                }
                self.library.retain(|kept, _| !(page..end).contains(kept));
                Confirmation::Done
            }
            _ => Confirmation::CommandFailed,
        }
    }

    fn index_table(&self, table: u8) -> [u8; 32] {
        let first = u16::from(table).saturating_mul(PAGES_A_TABLE);
        let mut bits = [0; 32];
        for page in self.library.keys().filter_map(|page| page.checked_sub(first)) {
            if let Some(byte) = bits.get_mut(usize::from(page / 8)) {
                *byte |= 1 << (page % 8);
            }
        }
        bits
    }

    fn move_data(&mut self, command: Command) {
        match command {
            Command::UploadImage => match self.image_bytes() {
                Some(bytes) => self.send(&bytes),
                None => self.acknowledge(Confirmation::ImageUploadFailed, &[]),
            },
            Command::UploadTemplate { buffer } => {
                let ignores = self.profile.has(Quirk::UploadIgnoresBuffer);
                let template = self.get(if ignores { 1 } else { buffer }).cloned();
                match template {
                    Some(template) => self.send(template.bytes()),
                    None => self.acknowledge(Confirmation::TemplateUploadFailed, &[]),
                }
            }
            Command::ReadInformationPage => {
                let mut page = format!("emulated {}", self.profile.name).into_bytes();
                page.resize(INFORMATION_BYTES, 0);
                self.send(&page);
            }
            Command::DownloadTemplate { buffer } => self.receive(Incoming::Template { buffer }),
            _ => self.receive(Incoming::Image),
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.acknowledge(Confirmation::Done, &[]);
        self.transfer(bytes);
    }

    fn receive(&mut self, what: Incoming) {
        self.incoming = Some((what, Vec::new()));
        self.acknowledge(Confirmation::Done, &[]);
    }

    fn administer(&mut self, command: Command) {
        match command {
            Command::VerifyPassword { password } => {
                self.open = password == self.password;
                let wrong = Confirmation::WrongPassword;
                self.acknowledge(if self.open { Confirmation::Done } else { wrong }, &[]);
            }
            Command::SetPassword { password } => {
                self.password = password;
                self.acknowledge(Confirmation::Done, &[]);
            }
            Command::SetAddress { address } => {
                // Acknowledged from the new address already.
                self.address = address;
                self.acknowledge(Confirmation::Done, &[]);
            }
            Command::SetParameter { number, value } => self.set_parameter(number, value),
            Command::ReadParameters => {
                let bytes = self.parameters().bytes();
                self.acknowledge(Confirmation::Done, &bytes);
            }
            Command::GetRandom => {
                let random = self.random.u32(..).to_be_bytes();
                self.acknowledge(Confirmation::Done, &random);
            }
            Command::WriteNotepad { page, content } => {
                let place = self.notepad.get_mut(usize::from(page));
                let there = place.map(|place| *place = content).is_some();
                let missing = Confirmation::WrongNotepadPage;
                self.acknowledge(if there { Confirmation::Done } else { missing }, &[]);
            }
            Command::ReadNotepad { page } => match self.notepad.get(usize::from(page)).copied() {
                Some(content) => self.acknowledge(Confirmation::Done, &content),
                None => self.acknowledge(Confirmation::WrongNotepadPage, &[]),
            },
            _ => self.introduce(command),
        }
    }

    fn introduce(&mut self, command: Command) {
        match command {
            Command::Aura(aura) => {
                self.aura = Some(aura);
                self.acknowledge(Confirmation::Done, &[]);
            }
            Command::CheckSensor => {
                let broken = Confirmation::SensorFailed;
                let works = self.sensor_works;
                self.acknowledge(if works { Confirmation::Done } else { broken }, &[]);
            }
            Command::AlgorithmVersion => self.acknowledge(Confirmation::Done, &text("emulated")),
            Command::FirmwareVersion => self.acknowledge(Confirmation::Done, &text("1.2 emulated")),
            Command::ReadProduct => {
                let product = self.product().bytes();
                self.acknowledge(Confirmation::Done, &product);
            }
            Command::SoftReset => {
                self.acknowledge(Confirmation::Done, &[]);
                let said = std::mem::take(&mut self.said);
                self.power_cycle();
                self.said = said;
                self.said.push(Said::Ready);
            }
            Command::Echo => self.acknowledge(Confirmation::EchoReady, &[]),
            // A handshake, or the end of an automatic command, which any command is.
            _ => self.acknowledge(Confirmation::Done, &[]),
        }
    }

    fn set_parameter(&mut self, number: u8, value: u8) {
        let confirmation = match SetParameter::from_bytes(number, value) {
            Ok(SetParameter::BaudFactor(factor)) => {
                self.baud_factor = factor;
                Confirmation::Done
            }
            Ok(SetParameter::Security(level)) => {
                self.security = level;
                Confirmation::Done
            }
            Ok(SetParameter::DataSize(size)) => {
                self.data_size = size;
                Confirmation::Done
            }
            Err(refused) => refused,
        };
        self.acknowledge(confirmation, &[]);
    }

    fn parameters(&self) -> Parameters {
        let open = if self.open { STATUS_OPEN } else { 0 };
        let image = if self.image.is_some() { STATUS_IMAGE } else { 0 };
        Parameters {
            status: open | image,
            system: 0,
            capacity: self.profile.capacity,
            security: u16::from(self.security),
            address: self.address,
            data_size: self.data_size,
            baud_factor: u16::from(self.baud_factor),
        }
    }

    fn product(&self) -> Product {
        Product {
            model: String::from(self.profile.name),
            batch: String::from("EMUL"),
            serial: String::from("00000001"),
            hardware: [1, 0],
            sensor: String::from("drawn"),
            width: self.profile.image.width,
            height: self.profile.image.height,
            template_bytes: self.profile.template_bytes,
            capacity: self.profile.capacity,
        }
    }
}

/// What a module with a password answers before it is opened.
fn is_free(command: &Command) -> bool {
    matches!(command, Command::VerifyPassword { .. } | Command::Handshake | Command::Echo)
}

/// A text in 32 bytes.
fn text(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
        *place = byte;
    }
    bytes
}
