//! ANSI/INCITS 378-2004 records.
//!
//! As ISO/IEC 19794-2:2005, but the length has 2 bytes, or is 0 and followed by 4 bytes
//! from 65,536 on; a product identifier (4) follows it; angles are in 2 degrees.

use super::angle::AngleUnit;
use super::error::{ReadError, WriteError};
use super::format::MinutiaeFormat;
use super::input::Input;
use super::iso2005::VERSIONS;
use super::packed::Layout;
use super::record::{Record, View};
use super::short::{self, Image};

const LAYOUT: Layout = Layout { bytes: 6, angle: AngleUnit::ANSI, no_quality: 0 };
/// Bytes before the first view, with the short length.
pub(super) const HEADER_BYTES: usize = 26;

pub(super) fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    let mut input = Input::new(MinutiaeFormat::Ansi2004, bytes);
    input.magic(&VERSIONS)?;
    let stated = match input.u16()? {
        0 => input.size32()?,
        short => usize::from(short),
    };
    input.check_total(stated)?;
    let product = input.u32()?;
    input.take(2)?;
    let image = Image::read(&mut input)?;
    let count = usize::from(input.u8()?);
    let count = input.views(count)?;
    input.take(1)?;
    let views =
        (0..count).map(|_| short::read(&mut input, image, LAYOUT)).collect::<Result<_, _>>();
    let record = Record { product, views: views? };
    input.finish(stated)?;
    Ok(record)
}

/// Writes views that [`super::output::prepare`] returned.
pub(super) fn write(product: u32, views: &[View]) -> Result<Vec<u8>, WriteError> {
    short::check(MinutiaeFormat::Ansi2004, views)?;
    let image = Image::of(MinutiaeFormat::Ansi2004, views)?;
    let total = HEADER_BYTES + super::output::bytes(views, short::VIEW_BYTES, LAYOUT.bytes);
    let mut output = Vec::with_capacity(total + 4);
    output.extend_from_slice(b"FMR\0 20\0");
    match u16::try_from(total) {
        Ok(total) => output.extend_from_slice(&total.to_be_bytes()),
        Err(_) => {
            output.extend_from_slice(&[0, 0]);
            output.extend_from_slice(&super::output::size32(total + 4));
        }
    }
    output.extend_from_slice(&super::output::product(product));
    output.extend_from_slice(&[0, 0]);
    image.write(&mut output);
    output.extend_from_slice(&[super::output::small(views.len()), 0]);
    views.iter().for_each(|view| short::write(view, LAYOUT, &mut output));
    Ok(output)
}
