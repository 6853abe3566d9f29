//! Every instruction, to bytes and back.

use super::aura::Aura;
use super::automatic::{AutoEnrol, AutoIdentify};

/// Bytes of a notepad page; there are 16 pages.
pub const NOTEPAD_BYTES: usize = 32;

/// The numbers of the instructions.
#[expect(missing_docs, reason = "the names of the manuals are the documentation")]
pub mod instruction {
    pub const GET_IMAGE: u8 = 0x01;
    pub const IMG2TZ: u8 = 0x02;
    pub const MATCH: u8 = 0x03;
    pub const SEARCH: u8 = 0x04;
    pub const REG_MODEL: u8 = 0x05;
    pub const STORE: u8 = 0x06;
    pub const LOAD_CHAR: u8 = 0x07;
    pub const UP_CHAR: u8 = 0x08;
    pub const DOWN_CHAR: u8 = 0x09;
    pub const UP_IMAGE: u8 = 0x0A;
    pub const DOWN_IMAGE: u8 = 0x0B;
    pub const DELETE_CHAR: u8 = 0x0C;
    pub const EMPTY: u8 = 0x0D;
    pub const SET_SYS_PARA: u8 = 0x0E;
    pub const READ_SYS_PARA: u8 = 0x0F;
    pub const SET_PWD: u8 = 0x12;
    pub const VFY_PWD: u8 = 0x13;
    pub const GET_RANDOM_CODE: u8 = 0x14;
    pub const SET_ADDER: u8 = 0x15;
    pub const READ_INF_PAGE: u8 = 0x16;
    pub const WRITE_NOTEPAD: u8 = 0x18;
    pub const READ_NOTEPAD: u8 = 0x19;
    pub const HI_SPEED_SEARCH: u8 = 0x1B;
    pub const TEMPLETE_NUM: u8 = 0x1D;
    pub const READ_INDEX_TABLE: u8 = 0x1F;
    pub const GET_IMAGE_EX: u8 = 0x28;
    pub const CANCEL: u8 = 0x30;
    pub const AUTO_ENROLL: u8 = 0x31;
    pub const AUTO_IDENTIFY: u8 = 0x32;
    pub const AURA_LED_CONFIG: u8 = 0x35;
    pub const CHECK_SENSOR: u8 = 0x36;
    pub const GET_ALG_VER: u8 = 0x39;
    pub const GET_FW_VER: u8 = 0x3A;
    pub const READ_PROD_INFO: u8 = 0x3C;
    pub const SOFT_RST: u8 = 0x3D;
    pub const HAND_SHAKE: u8 = 0x40;
    pub const GET_ECHO: u8 = 0x53;
}
use instruction as i;

/// An instruction with its parameters. Its `Debug` shows neither passwords nor notes.
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are what their names say")]
pub enum Command {
    /// Takes an image of the finger on the sensor.
    GetImage,
    /// The same, refused when the image is poor (R503).
    GetImageEx,
    /// Features of the image into a buffer.
    ImageToFeatures { buffer: u8 },
    /// Compares the two buffers.
    Match,
    /// Looks for a buffer's finger in a part of the library.
    Search { buffer: u8, start: u16, count: u16 },
    /// The same, faster and less thorough.
    FastSearch { buffer: u8, start: u16, count: u16 },
    /// Combines the buffers into a template.
    Merge,
    /// Buffer to library.
    Store { buffer: u8, page: u16 },
    /// Library to buffer.
    Load { buffer: u8, page: u16 },
    /// Buffer to the host, in data packets.
    UploadTemplate { buffer: u8 },
    /// Host to buffer, in data packets.
    DownloadTemplate { buffer: u8 },
    /// Image to the host, in data packets.
    UploadImage,
    /// Image from the host, in data packets.
    DownloadImage,
    /// Deletes templates.
    Delete { page: u16, count: u16 },
    /// Deletes all templates.
    Empty,
    /// Changes a system parameter, by its number.
    SetParameter { number: u8, value: u8 },
    /// Asks for the system parameters.
    ReadParameters,
    /// Sets the password, kept without power.
    SetPassword { password: u32 },
    /// Opens a module that has a password.
    VerifyPassword { password: u32 },
    /// Asks for a random number.
    GetRandom,
    /// Sets the address, kept without power.
    SetAddress { address: u32 },
    /// Information page to the host, in data packets.
    ReadInformationPage,
    /// Writes a page of the notepad.
    WriteNotepad { page: u8, content: [u8; NOTEPAD_BYTES] },
    /// Reads a page of the notepad.
    ReadNotepad { page: u8 },
    /// How many templates there are.
    TemplateCount,
    /// Which pages are taken, 256 at a time.
    ReadIndexTable { table: u8 },
    /// Ends an automatic command.
    Cancel,
    /// Enrols in one command (R503, firmware 1.2).
    AutoEnrol(AutoEnrol),
    /// Identifies in one command (R503, firmware 1.2).
    AutoIdentify(AutoIdentify),
    /// Sets the ring of light (R503).
    Aura(Aura),
    /// Whether the sensor works (R503).
    CheckSensor,
    /// Version of the algorithm (R503).
    AlgorithmVersion,
    /// Version of the firmware (R503).
    FirmwareVersion,
    /// Model, serial number, sizes (R503).
    ReadProduct,
    /// Restarts the module (R503).
    SoftReset,
    /// Whether the module is there (R503).
    Handshake,
    /// Whether the module is there (ZFM).
    Echo,
}

/// Why bytes are no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandFault {
    /// There is not even an instruction.
    #[error("a command without an instruction")]
    Empty,
    /// No instruction has this number.
    #[error("instruction {instruction:#04x} does not exist")]
    Unknown {
        /// The number that was there.
        instruction: u8,
    },
    /// The instruction has other parameters.
    #[error(
        "instruction {instruction:#04x} with {found} bytes of parameters, or with a value that does not exist"
    )]
    Parameters {
        /// The instruction.
        instruction: u8,
        /// How many bytes followed it.
        found: usize,
    },
}

impl Command {
    /// The instruction's number.
    #[must_use]
    pub fn instruction(&self) -> u8 {
        match self {
            Command::GetImage => i::GET_IMAGE,
            Command::GetImageEx => i::GET_IMAGE_EX,
            Command::ImageToFeatures { .. } => i::IMG2TZ,
            Command::Match => i::MATCH,
            Command::Search { .. } => i::SEARCH,
            Command::FastSearch { .. } => i::HI_SPEED_SEARCH,
            Command::Merge => i::REG_MODEL,
            Command::Store { .. } => i::STORE,
            Command::Load { .. } => i::LOAD_CHAR,
            Command::UploadTemplate { .. } => i::UP_CHAR,
            Command::DownloadTemplate { .. } => i::DOWN_CHAR,
            Command::UploadImage => i::UP_IMAGE,
            Command::DownloadImage => i::DOWN_IMAGE,
            Command::Delete { .. } => i::DELETE_CHAR,
            Command::Empty => i::EMPTY,
            Command::SetParameter { .. } => i::SET_SYS_PARA,
            Command::ReadParameters => i::READ_SYS_PARA,
            Command::SetPassword { .. } => i::SET_PWD,
            Command::VerifyPassword { .. } => i::VFY_PWD,
            Command::GetRandom => i::GET_RANDOM_CODE,
            Command::SetAddress { .. } => i::SET_ADDER,
            Command::ReadInformationPage => i::READ_INF_PAGE,
            Command::WriteNotepad { .. } => i::WRITE_NOTEPAD,
            Command::ReadNotepad { .. } => i::READ_NOTEPAD,
            Command::TemplateCount => i::TEMPLETE_NUM,
            Command::ReadIndexTable { .. } => i::READ_INDEX_TABLE,
            Command::Cancel => i::CANCEL,
            Command::AutoEnrol(_) => i::AUTO_ENROLL,
            Command::AutoIdentify(_) => i::AUTO_IDENTIFY,
            Command::Aura(_) => i::AURA_LED_CONFIG,
            Command::CheckSensor => i::CHECK_SENSOR,
            Command::AlgorithmVersion => i::GET_ALG_VER,
            Command::FirmwareVersion => i::GET_FW_VER,
            Command::ReadProduct => i::READ_PROD_INFO,
            Command::SoftReset => i::SOFT_RST,
            Command::Handshake => i::HAND_SHAKE,
            Command::Echo => i::GET_ECHO,
        }
    }

    /// Instruction and parameters, as a packet carries them.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![self.instruction()];
        match *self {
            Command::ImageToFeatures { buffer }
            | Command::UploadTemplate { buffer }
            | Command::DownloadTemplate { buffer } => bytes.push(buffer),
            Command::Search { buffer, start, count }
            | Command::FastSearch { buffer, start, count } => {
                bytes.push(buffer);
                bytes.extend_from_slice(&start.to_be_bytes());
                bytes.extend_from_slice(&count.to_be_bytes());
            }
            Command::Store { buffer, page } | Command::Load { buffer, page } => {
                bytes.push(buffer);
                bytes.extend_from_slice(&page.to_be_bytes());
            }
            Command::Delete { page, count } => {
                bytes.extend_from_slice(&page.to_be_bytes());
                bytes.extend_from_slice(&count.to_be_bytes());
            }
            Command::SetParameter { number, value } => bytes.extend_from_slice(&[number, value]),
            Command::SetPassword { password: word }
            | Command::VerifyPassword { password: word }
            | Command::SetAddress { address: word } => bytes.extend_from_slice(&word.to_be_bytes()),
            Command::WriteNotepad { page, content } => {
                bytes.push(page);
                bytes.extend_from_slice(&content);
            }
            Command::ReadNotepad { page } | Command::ReadIndexTable { table: page } => {
                bytes.push(page);
            }
            Command::AutoEnrol(order) => bytes.extend_from_slice(&order.bytes()),
            Command::AutoIdentify(order) => bytes.extend_from_slice(&order.bytes()),
            Command::Aura(aura) => bytes.extend_from_slice(&aura.bytes()),
            _ => {}
        }
        bytes
    }

    /// Reads what a command packet carries.
    ///
    /// # Errors
    ///
    /// [`CommandFault`].
    pub fn decode(content: &[u8]) -> Result<Command, CommandFault> {
        let (&instruction, parameters) = content.split_first().ok_or(CommandFault::Empty)?;
        let fault = || CommandFault::Parameters { instruction, found: parameters.len() };
        if let Some(command) = without_parameters(instruction) {
            return if parameters.is_empty() { Ok(command) } else { Err(fault()) };
        }
        if !has_parameters(instruction) {
            return Err(CommandFault::Unknown { instruction });
        }
        with_parameters(instruction, parameters).ok_or_else(fault)
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parameters = self.encode().len() - 1;
        write!(f, "Command({:#04x}, {parameters} bytes of parameters)", self.instruction())
    }
}

fn without_parameters(instruction: u8) -> Option<Command> {
    Some(match instruction {
        i::GET_IMAGE => Command::GetImage,
        i::GET_IMAGE_EX => Command::GetImageEx,
        i::MATCH => Command::Match,
        i::REG_MODEL => Command::Merge,
        i::UP_IMAGE => Command::UploadImage,
        i::DOWN_IMAGE => Command::DownloadImage,
        i::EMPTY => Command::Empty,
        i::READ_SYS_PARA => Command::ReadParameters,
        i::GET_RANDOM_CODE => Command::GetRandom,
        i::READ_INF_PAGE => Command::ReadInformationPage,
        i::TEMPLETE_NUM => Command::TemplateCount,
        i::CANCEL => Command::Cancel,
        i::CHECK_SENSOR => Command::CheckSensor,
        i::GET_ALG_VER => Command::AlgorithmVersion,
        i::GET_FW_VER => Command::FirmwareVersion,
        i::READ_PROD_INFO => Command::ReadProduct,
        i::SOFT_RST => Command::SoftReset,
        i::HAND_SHAKE => Command::Handshake,
        i::GET_ECHO => Command::Echo,
        _ => return None,
    })
}

fn has_parameters(instruction: u8) -> bool {
    matches!(
        instruction,
        i::IMG2TZ
            | i::SEARCH
            | i::HI_SPEED_SEARCH
            | i::STORE
            | i::LOAD_CHAR
            | i::UP_CHAR
            | i::DOWN_CHAR
            | i::DELETE_CHAR
            | i::SET_SYS_PARA
            | i::SET_PWD
            | i::VFY_PWD
            | i::SET_ADDER
            | i::WRITE_NOTEPAD
            | i::READ_NOTEPAD
            | i::READ_INDEX_TABLE
            | i::AUTO_ENROLL
            | i::AUTO_IDENTIFY
            | i::AURA_LED_CONFIG
    )
}

fn with_parameters(instruction: u8, parameters: &[u8]) -> Option<Command> {
    let word = |bytes: [u8; 4]| u32::from_be_bytes(bytes);
    let short = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    Some(match (instruction, parameters) {
        (i::IMG2TZ, &[buffer]) => Command::ImageToFeatures { buffer },
        (i::UP_CHAR, &[buffer]) => Command::UploadTemplate { buffer },
        (i::DOWN_CHAR, &[buffer]) => Command::DownloadTemplate { buffer },
        (i::SEARCH, &[buffer, a, b, c, d]) => {
            Command::Search { buffer, start: short(a, b), count: short(c, d) }
        }
        (i::HI_SPEED_SEARCH, &[buffer, a, b, c, d]) => {
            Command::FastSearch { buffer, start: short(a, b), count: short(c, d) }
        }
        (i::STORE, &[buffer, a, b]) => Command::Store { buffer, page: short(a, b) },
        (i::LOAD_CHAR, &[buffer, a, b]) => Command::Load { buffer, page: short(a, b) },
        (i::DELETE_CHAR, &[a, b, c, d]) => {
            Command::Delete { page: short(a, b), count: short(c, d) }
        }
        (i::SET_SYS_PARA, &[number, value]) => Command::SetParameter { number, value },
        (i::SET_PWD, &[a, b, c, d]) => Command::SetPassword { password: word([a, b, c, d]) },
        (i::VFY_PWD, &[a, b, c, d]) => Command::VerifyPassword { password: word([a, b, c, d]) },
        (i::SET_ADDER, &[a, b, c, d]) => Command::SetAddress { address: word([a, b, c, d]) },
        (i::WRITE_NOTEPAD, [page, content @ ..]) => {
            Command::WriteNotepad { page: *page, content: content.try_into().ok()? }
        }
        (i::READ_NOTEPAD, &[page]) => Command::ReadNotepad { page },
        (i::READ_INDEX_TABLE, &[table]) => Command::ReadIndexTable { table },
        (i::AUTO_ENROLL, order) => {
            Command::AutoEnrol(AutoEnrol::from_bytes(order.try_into().ok()?))
        }
        (i::AUTO_IDENTIFY, order) => {
            Command::AutoIdentify(AutoIdentify::from_bytes(order.try_into().ok()?))
        }
        (i::AURA_LED_CONFIG, aura) => Command::Aura(Aura::from_bytes(aura.try_into().ok()?)?),
        _ => return None,
    })
}
