//! The view of ISO/IEC 19794-2:2005 and ANSI/INCITS 378-2004: four bytes of header, and
//! size and resolution of the image in the record's header.

use super::error::{ReadError, WriteError, WriteFault};
use super::format::MinutiaeFormat;
use super::input::Input;
use super::packed::{self, Layout};
use super::record::View;

/// Bytes of a view without its minutiae: header, and the length of the extended data.
pub(super) const VIEW_BYTES: usize = 6;

/// The image that all views of a record share.
#[derive(Clone, Copy)]
pub(super) struct Image {
    width: u16,
    height: u16,
    resolution_x: u16,
    resolution_y: u16,
}

impl Image {
    /// Width, height and both resolutions: 8 bytes.
    pub(super) fn read(input: &mut Input<'_>) -> Result<Image, ReadError> {
        Ok(Image {
            width: input.u16()?,
            height: input.u16()?,
            resolution_x: input.resolution()?,
            resolution_y: input.resolution()?,
        })
    }

    /// The image of checked views: their resolution must be one, the size is the largest.
    pub(super) fn of(format: MinutiaeFormat, views: &[View]) -> Result<Image, WriteError> {
        let resolution = |view: &View| (view.resolution_x, view.resolution_y);
        let first = resolution(&views[0]);
        if let Some(view) = views.iter().position(|view| resolution(view) != first) {
            return Err(WriteError { format, view, fault: WriteFault::Differs });
        }
        Ok(Image {
            width: views.iter().map(|view| view.width).max().unwrap_or(0),
            height: views.iter().map(|view| view.height).max().unwrap_or(0),
            resolution_x: first.0,
            resolution_y: first.1,
        })
    }

    /// The same 8 bytes.
    pub(super) fn write(self, output: &mut Vec<u8>) {
        for number in [self.width, self.height, self.resolution_x, self.resolution_y] {
            output.extend_from_slice(&number.to_be_bytes());
        }
    }
}

/// Reads one view.
pub(super) fn read(input: &mut Input<'_>, image: Image, layout: Layout) -> Result<View, ReadError> {
    let position = input.u8()?;
    let nibbles = input.u8()?;
    let quality = packed::quality(input.u8()?);
    let count = input.u8()?;
    let minutiae = packed::read(input, count, layout)?;
    input.skip_extended()?;
    let Image { width, height, resolution_x, resolution_y } = image;
    Ok(View {
        position,
        number: nibbles >> 4,
        impression: nibbles & 15,
        quality,
        width,
        height,
        resolution_x,
        resolution_y,
        minutiae,
    })
}

/// Appends one view that [`check`] accepts. An impression type of more than four bits is
/// written as 0: the codes above 15 came with later standards.
pub(super) fn write(view: &View, layout: Layout, output: &mut Vec<u8>) {
    let impression = if view.impression < 16 { view.impression } else { 0 };
    output.push(view.position);
    output.push(view.number << 4 | impression);
    output.push(view.quality);
    output.push(super::output::count(view));
    view.minutiae.iter().for_each(|minutia| packed::pack(minutia, layout, output));
    output.extend_from_slice(&[0, 0]);
}

/// Refuses view numbers of more than four bits.
pub(super) fn check(format: MinutiaeFormat, views: &[View]) -> Result<(), WriteError> {
    match views.iter().position(|view| view.number > 15) {
        None => Ok(()),
        Some(view) => {
            let found = u32::from(views[view].number);
            let fault = WriteFault::Field { field: "number", found, limit: 15 };
            Err(WriteError { format, view, fault })
        }
    }
}
