//! ANSI/INCITS 378-2009 records, and those of its amendment 1.
//!
//! 21 bytes of header: `FMR`, `030` (`035` with the amendment), each with a zero, length
//! (4), product identifier (4), device compliance (1), device (2), views (1), reserved (1).
//! A view has 17 bytes of header: position, number, impression, quality (1 each), vendor
//! and algorithm of the quality, width, height and resolutions (2 each), minutiae (1).
//! What the amendment changes lies in the extended data, which is skipped.

use super::angle::AngleUnit;
use super::error::ReadError;
use super::format::MinutiaeFormat;
use super::input::Input;
use super::output;
use super::packed::{self, Layout};
use super::record::{Record, View};

const LAYOUT: Layout = Layout { bytes: 6, angle: AngleUnit::ANSI, no_quality: output::NO_QUALITY };
const HEADER_BYTES: usize = 21;
/// Bytes of a view without its minutiae.
const VIEW_BYTES: usize = 17 + 2;

/// The version of either format.
fn version(format: MinutiaeFormat) -> &'static [u8; 4] {
    if format == MinutiaeFormat::Ansi2009Am1 { b"035\0" } else { b"030\0" }
}

/// Reads either format.
pub(super) fn read(format: MinutiaeFormat, bytes: &[u8]) -> Result<Record, ReadError> {
    let mut input = Input::new(format, bytes);
    input.magic(&[version(format)])?;
    let stated = input.size32()?;
    input.check_total(stated)?;
    let product = input.u32()?;
    input.take(3)?;
    let count = usize::from(input.u8()?);
    let count = input.views(count)?;
    input.take(1)?;
    let views = (0..count).map(|_| read_view(&mut input)).collect::<Result<_, _>>();
    let record = Record { product, views: views? };
    input.finish(stated)?;
    Ok(record)
}

fn read_view(input: &mut Input<'_>) -> Result<View, ReadError> {
    let position = input.u8()?;
    let number = input.u8()?;
    let impression = input.u8()?;
    let quality = packed::quality(input.u8()?);
    input.take(4)?;
    let width = input.u16()?;
    let height = input.u16()?;
    let resolution_x = input.resolution()?;
    let resolution_y = input.resolution()?;
    let count = input.u8()?;
    let minutiae = packed::read(input, count, LAYOUT)?;
    input.skip_extended()?;
    Ok(View {
        position,
        number,
        impression,
        quality,
        width,
        height,
        resolution_x,
        resolution_y,
        minutiae,
    })
}

/// Writes views that [`output::prepare`] returned.
pub(super) fn write(format: MinutiaeFormat, product: u32, views: &[View]) -> Vec<u8> {
    let total = HEADER_BYTES + output::bytes(views, VIEW_BYTES, LAYOUT.bytes);
    let mut bytes = Vec::with_capacity(total);
    bytes.extend_from_slice(b"FMR\0");
    bytes.extend_from_slice(version(format));
    bytes.extend_from_slice(&output::size32(total));
    bytes.extend_from_slice(&output::product(product));
    bytes.extend_from_slice(&[0, 0, 0, output::small(views.len()), 0]);
    views.iter().for_each(|view| write_view(view, &mut bytes));
    bytes
}

fn write_view(view: &View, bytes: &mut Vec<u8>) {
    let quality = if view.quality == 0 { output::NO_QUALITY } else { view.quality };
    bytes.extend_from_slice(&[view.position, view.number, view.impression, quality]);
    bytes.extend_from_slice(&output::QUALITY_SOURCE);
    for number in [view.width, view.height, view.resolution_x, view.resolution_y] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.push(output::count(view));
    view.minutiae.iter().for_each(|minutia| packed::pack(minutia, LAYOUT, bytes));
    bytes.extend_from_slice(&[0, 0]);
}
