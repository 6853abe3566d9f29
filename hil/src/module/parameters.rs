//! What a module tells about itself when asked for its system parameters.

use super::confirmation::Confirmation;

/// How many bytes a data packet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DataSize {
    /// 32 bytes, code 0.
    B32,
    /// 64 bytes, code 1.
    B64,
    /// 128 bytes, code 2: from the factory.
    B128,
    /// 256 bytes, code 3.
    B256,
}

impl DataSize {
    /// The size that a code stands for.
    #[must_use]
    pub fn from_code(code: u16) -> Option<DataSize> {
        match code {
            0 => Some(DataSize::B32),
            1 => Some(DataSize::B64),
            2 => Some(DataSize::B128),
            3 => Some(DataSize::B256),
            _ => None,
        }
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            DataSize::B32 => 0,
            DataSize::B64 => 1,
            DataSize::B128 => 2,
            DataSize::B256 => 3,
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        32 << self.code()
    }
}

/// The answer to `ReadSysPara`: sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters {
    /// Status register: busy, finger matched, password verified, image valid in bits 0 to 3.
    pub status: u16,
    /// Identifier of the system; 0 or 9 in the modules that were seen.
    pub system: u16,
    /// How many templates the library holds.
    pub capacity: u16,
    /// 1 (fewest false rejections) to 5 (fewest false matches).
    pub security: u16,
    /// The module's address.
    pub address: u32,
    /// Bytes a data packet.
    pub data_size: DataSize,
    /// Baud rate in 9600 bit/s: 1 to 12.
    pub baud_factor: u16,
}

impl Parameters {
    /// Reads the sixteen bytes; `None` if there are more or fewer, or a code has no meaning.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Parameters> {
        let bytes: &[u8; 16] = bytes.try_into().ok()?;
        let short = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let baud_factor = short(14);
        Some(Parameters {
            status: short(0),
            system: short(2),
            capacity: short(4),
            security: short(6),
            address: u32::from_be_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]),
            data_size: DataSize::from_code(short(12))?,
            baud_factor: (1..=12).contains(&baud_factor).then_some(baud_factor)?,
        })
    }

    /// The sixteen bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let fields = [self.status, self.system, self.capacity, self.security];
        for (place, field) in bytes.chunks_exact_mut(2).zip(fields) {
            place.copy_from_slice(&field.to_be_bytes());
        }
        bytes[8..12].copy_from_slice(&self.address.to_be_bytes());
        bytes[13] = self.data_size.code();
        bytes[14..].copy_from_slice(&self.baud_factor.to_be_bytes());
        bytes
    }

    /// Bits a second.
    #[must_use]
    pub fn baud(&self) -> u32 {
        u32::from(self.baud_factor) * 9600
    }
}

/// A system parameter that can be changed, with its new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetParameter {
    /// Number 4: the baud rate in 9600 bit/s, 1 to 12.
    BaudFactor(u8),
    /// Number 5: the security level, 1 to 5.
    Security(u8),
    /// Number 6: bytes a data packet.
    DataSize(DataSize),
}

impl SetParameter {
    /// Number and value, as the command carries them.
    #[must_use]
    pub fn bytes(self) -> (u8, u8) {
        match self {
            SetParameter::BaudFactor(factor) => (4, factor),
            SetParameter::Security(level) => (5, level),
            SetParameter::DataSize(size) => (6, size.code()),
        }
    }

    /// What a number and a value ask for.
    ///
    /// # Errors
    ///
    /// What a module confirms instead: [`Confirmation::WrongRegister`] or
    /// [`Confirmation::WrongRegisterValue`].
    pub fn from_bytes(number: u8, value: u8) -> Result<SetParameter, Confirmation> {
        let parameter = match number {
            4 => (1..=12).contains(&value).then_some(SetParameter::BaudFactor(value)),
            5 => (1..=5).contains(&value).then_some(SetParameter::Security(value)),
            6 => DataSize::from_code(u16::from(value)).map(SetParameter::DataSize),
            _ => return Err(Confirmation::WrongRegister),
        };
        parameter.ok_or(Confirmation::WrongRegisterValue)
    }
}
