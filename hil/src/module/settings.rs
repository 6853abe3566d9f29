//! Password, address, parameters, and what a module tells about itself.

use super::aura::Aura;
use super::command::{Command, NOTEPAD_BYTES};
use super::confirmation::Confirmation;
use super::driver::Module;
use super::error::ModuleError;
use super::link::Link;
use super::parameters::{Parameters, SetParameter};
use super::product::{Product, text};

impl<L: Link> Module<L> {
    /// Opens the module with its password; 0 from the factory.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; refused with [`Confirmation::WrongPassword`] if it is another one.
    pub fn verify_password(&mut self, password: u32) -> Result<(), ModuleError> {
        self.plain(&Command::VerifyPassword { password })
    }

    /// Gives the module a password. It is kept without power.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn set_password(&mut self, password: u32) -> Result<(), ModuleError> {
        self.plain(&Command::SetPassword { password })
    }

    /// Gives the module an address, and speaks to that from now on. It is kept without power.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]. Modules acknowledge from the new address or the old one; either is
    /// taken.
    pub fn set_address(&mut self, address: u32) -> Result<(), ModuleError> {
        let old = self.address;
        match self.plain(&Command::SetAddress { address }) {
            Err(ModuleError::Silent { .. }) if old != address => {
                // The acknowledgement may have come from the new address, unheard.
                self.address = address;
                let heard = self.template_count().map(drop);
                if heard.is_err() {
                    self.address = old;
                }
                heard
            }
            Ok(()) => {
                self.address = address;
                Ok(())
            }
            error => error,
        }
    }

    /// The system parameters; the driver then sends packets of the size that they say.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; [`ModuleError::Unsupported`] from an R308.
    pub fn parameters(&mut self) -> Result<Parameters, ModuleError> {
        let command = Command::ReadParameters;
        let payload = self.command(&command)?;
        let parameters = Parameters::read(&payload).ok_or_else(|| unread(&command, &payload))?;
        self.data_size = parameters.data_size;
        Ok(parameters)
    }

    /// Changes a system parameter, and follows: packet size and baud rate of the line.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; [`ModuleError::Disconnected`] if the line cannot have the baud rate.
    pub fn set_parameter(&mut self, parameter: SetParameter) -> Result<(), ModuleError> {
        let (number, value) = parameter.bytes();
        let command = Command::SetParameter { number, value };
        self.plain(&command)?;
        match parameter {
            SetParameter::DataSize(size) => self.data_size = size,
            SetParameter::BaudFactor(factor) => {
                let set = self.link.set_baud(u32::from(factor) * 9600);
                set.map_err(|source| self.gone(command.instruction(), source))?;
            }
            SetParameter::Security(_) => {}
        }
        Ok(())
    }

    /// A random number of the module.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn random(&mut self) -> Result<u32, ModuleError> {
        self.fixed(&Command::GetRandom).map(u32::from_be_bytes)
    }

    /// Writes one of the 16 pages of the notepad.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn write_notepad(
        &mut self,
        page: u8,
        content: [u8; NOTEPAD_BYTES],
    ) -> Result<(), ModuleError> {
        self.plain(&Command::WriteNotepad { page, content })
    }

    /// Reads one of the 16 pages of the notepad.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn read_notepad(&mut self, page: u8) -> Result<[u8; NOTEPAD_BYTES], ModuleError> {
        self.fixed(&Command::ReadNotepad { page })
    }

    /// Sets the ring of light.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn set_aura(&mut self, aura: Aura) -> Result<(), ModuleError> {
        self.plain(&Command::Aura(aura))
    }

    /// Whether the sensor works.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; refused with [`Confirmation::SensorFailed`] if it does not.
    pub fn check_sensor(&mut self) -> Result<(), ModuleError> {
        self.plain(&Command::CheckSensor)
    }

    /// Version of the algorithm, at most 32 characters.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn algorithm_version(&mut self) -> Result<String, ModuleError> {
        self.fixed::<32>(&Command::AlgorithmVersion).map(|bytes| text(&bytes))
    }

    /// Version of the firmware, at most 32 characters.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn firmware_version(&mut self) -> Result<String, ModuleError> {
        self.fixed::<32>(&Command::FirmwareVersion).map(|bytes| text(&bytes))
    }

    /// Model, serial number, sizes.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn product(&mut self) -> Result<Product, ModuleError> {
        let command = Command::ReadProduct;
        let payload = self.command(&command)?;
        Product::read(&payload).ok_or_else(|| unread(&command, &payload))
    }

    /// Restarts the module and waits until it is ready.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; [`ModuleError::Silent`] if it does not say that it is ready.
    pub fn soft_reset(&mut self) -> Result<(), ModuleError> {
        let command = Command::SoftReset;
        self.plain(&command)?;
        let waited = self.patience().answer;
        if self.await_ready(waited)? {
            Ok(())
        } else {
            let instruction = command.instruction();
            Err(ModuleError::Silent { instruction, waited, bytes: 0 })
        }
    }

    /// Whether the module answers at all, by the command that its kind has for it.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn handshake(&mut self) -> Result<(), ModuleError> {
        if self.profile.knows(Command::Handshake.instruction()) {
            return self.plain(&Command::Handshake);
        }
        self.template_count().map(drop)
    }

    /// Asks a ZFM for an echo.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn echo(&mut self) -> Result<(), ModuleError> {
        let command = Command::Echo;
        match self.ask(&command)? {
            (Confirmation::EchoReady, _) => Ok(()),
            (confirmation, _) => {
                Err(ModuleError::Refused { instruction: command.instruction(), confirmation })
            }
        }
    }

    /// A command whose answer is the confirmation alone.
    pub(super) fn plain(&mut self, command: &Command) -> Result<(), ModuleError> {
        self.command(command).map(drop)
    }

    /// A command whose answer has a fixed number of bytes.
    pub(super) fn fixed<const N: usize>(
        &mut self,
        command: &Command,
    ) -> Result<[u8; N], ModuleError> {
        let payload = self.command(command)?;
        payload.as_slice().try_into().map_err(|_| unread(command, &payload))
    }
}

pub(super) fn unread(command: &Command, payload: &[u8]) -> ModuleError {
    ModuleError::Answer { instruction: command.instruction(), found: payload.len() }
}
