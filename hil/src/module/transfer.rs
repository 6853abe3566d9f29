//! Images and templates, in data packets.

use std::time::Instant;

use super::command::Command;
use super::driver::{Missed, Module};
use super::error::{ModuleError, Transfer};
use super::image::GreyImage;
use super::link::Link;
use super::packet::PacketKind;

/// Most bytes of a template that are taken: twice the largest that modules were seen to send
/// (1536, R307 and R503), and a little.
pub const TEMPLATE_BYTES_MAX: usize = 4096;
/// Most bytes of an image that are taken: more than 256 x 360 at four bits a pixel (ZFM with
/// a margin).
pub const IMAGE_BYTES_MAX: usize = 65_536;
/// Bytes of the information page.
const INFORMATION_BYTES_MAX: usize = 1024;

impl<L: Link> Module<L> {
    /// The image that was taken last, at the geometry of the profile.
    ///
    /// # Errors
    ///
    /// [`ModuleError`]; [`ModuleError::Image`] if the module sends another number of pixels.
    pub fn upload_image(&mut self) -> Result<GreyImage, ModuleError> {
        let command = Command::UploadImage;
        self.command(&command)?;
        let bytes = self.receive_data(command.instruction(), IMAGE_BYTES_MAX)?;
        Ok(GreyImage::from_line(self.profile.image, &bytes)?)
    }

    /// The same, sent again after damage on the line, at most `attempts` times in all. Also
    /// says how many it took.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] of the last attempt.
    pub fn upload_image_in(&mut self, attempts: usize) -> Result<(GreyImage, usize), ModuleError> {
        let mut attempt = 1;
        loop {
            match self.upload_image() {
                Ok(image) => return Ok((image, attempt)),
                Err(error) if error.is_transient() && attempt < attempts => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives the module an image, as if its sensor had taken it.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn download_image(&mut self, image: &GreyImage) -> Result<(), ModuleError> {
        self.send_data(&Command::DownloadImage, &image.line_bytes(), IMAGE_BYTES_MAX)
    }

    /// The template or the features in a buffer, up to the last packet.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn upload_template(&mut self, buffer: u8) -> Result<Vec<u8>, ModuleError> {
        let command = Command::UploadTemplate { buffer };
        self.command(&command)?;
        self.receive_data(command.instruction(), TEMPLATE_BYTES_MAX)
    }

    /// Puts a template into a buffer.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn download_template(&mut self, buffer: u8, template: &[u8]) -> Result<(), ModuleError> {
        self.send_data(&Command::DownloadTemplate { buffer }, template, TEMPLATE_BYTES_MAX)
    }

    /// The information page, in the maker's own format.
    ///
    /// # Errors
    ///
    /// [`ModuleError`].
    pub fn information_page(&mut self) -> Result<Vec<u8>, ModuleError> {
        let command = Command::ReadInformationPage;
        self.command(&command)?;
        self.receive_data(command.instruction(), INFORMATION_BYTES_MAX)
    }

    /// Data packets up to the last one, at most `limit` bytes.
    fn receive_data(&mut self, instruction: u8, limit: usize) -> Result<Vec<u8>, ModuleError> {
        let mut bytes = Vec::new();
        let mut after = Transfer { packets: 0, bytes: 0 };
        loop {
            let wait = self.patience().data;
            let packet = match self.next_packet(Instant::now() + wait, wait) {
                Ok(packet) => packet,
                Err(Missed::Silent(waited)) => {
                    return Err(ModuleError::TransferSilent { instruction, after, waited });
                }
                Err(Missed::Damaged(fault)) => {
                    return Err(ModuleError::TransferDamaged { instruction, after, fault });
                }
                Err(Missed::Gone(source)) => return Err(self.gone(instruction, source)),
            };
            let kind = packet.kind();
            if !matches!(kind, PacketKind::Data | PacketKind::LastData) {
                self.unsettle();
                return Err(ModuleError::TransferInterrupted { instruction, after, kind });
            }
            // An empty packet that is not the last one would let a transfer go on for ever.
            let endless = packet.content().is_empty() && kind == PacketKind::Data;
            if endless || bytes.len() + packet.content().len() > limit {
                self.unsettle();
                return Err(ModuleError::TransferTooLong { instruction, limit });
            }
            bytes.extend_from_slice(packet.content());
            after = Transfer { packets: after.packets + 1, bytes: bytes.len() };
            if kind == PacketKind::LastData {
                return Ok(bytes);
            }
        }
    }

    /// A command, and then bytes in packets of the size that the module takes.
    fn send_data(
        &mut self,
        command: &Command,
        bytes: &[u8],
        limit: usize,
    ) -> Result<(), ModuleError> {
        let instruction = command.instruction();
        if bytes.is_empty() || bytes.len() > limit {
            return Err(ModuleError::Load { instruction, found: bytes.len(), limit });
        }
        self.command(command)?;
        let mut parts = bytes.chunks(self.data_size.bytes()).peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            let kind = if last { PacketKind::LastData } else { PacketKind::Data };
            self.send(instruction, kind, part)?;
        }
        Ok(())
    }
}
