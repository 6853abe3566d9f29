//! ISO/IEC 19794-2:2011 records.
//!
//! 15 bytes of header: `FMR`, `030`, each with a zero, length (4), representations (2),
//! certification flag (1). A representation: its length (4, itself included), date (9),
//! device technology (1), vendor (2) and number (2), quality blocks (1, then 5 bytes
//! each: quality, vendor, algorithm), certification blocks (1, then 3 bytes each, only
//! with the flag), position (1), number (1), resolutions (2 each), impression (1), width
//! and height (2 each), minutia size and what an ending is (4 bits each), minutiae (1).

use super::angle::AngleUnit;
use super::error::{ReadError, ReadFault};
use super::format::MinutiaeFormat;
use super::input::Input;
use super::output;
use super::packed::{self, Layout};
use super::record::{Record, View};

/// Bytes before the first representation.
pub(super) const HEADER_BYTES: usize = 15;
/// Bytes of a representation without blocks and minutiae.
pub(super) const VIEW_BYTES: usize = 34;
const QUALITY_BLOCK_BYTES: usize = 5;
const CERTIFICATION_BLOCK_BYTES: usize = 3;

fn layout(bytes: usize) -> Layout {
    Layout { bytes, angle: AngleUnit::ISO, no_quality: output::NO_QUALITY }
}

pub(super) fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    let mut input = Input::new(MinutiaeFormat::Iso2011, bytes);
    input.magic(&[b"030\0"])?;
    let stated = input.size32()?;
    input.check_total(stated)?;
    let count = usize::from(input.u16()?);
    let count = input.views(count)?;
    let certified = input.u8()? != 0;
    let views = (0..count).map(|_| read_view(&mut input, certified)).collect::<Result<_, _>>();
    let record = Record { product: 0, views: views? };
    input.finish(stated)?;
    Ok(record)
}

/// Reads a representation within its own length.
fn read_view(record: &mut Input<'_>, certified: bool) -> Result<View, ReadError> {
    let length = { *record }.size32()?;
    let mut input = record.part(length)?;
    input.take(4 + 9 + 1 + 2 + 2)?;
    let quality = quality(&mut input)?;
    if certified {
        let blocks = usize::from(input.u8()?);
        input.take(blocks * CERTIFICATION_BLOCK_BYTES)?;
    }
    let position = input.u8()?;
    let number = input.u8()?;
    let resolution_x = input.resolution()?;
    let resolution_y = input.resolution()?;
    let impression = input.u8()?;
    let width = input.u16()?;
    let height = input.u16()?;
    let size = input;
    let layout = match input.u8()? >> 4 {
        5 => layout(5),
        6 => layout(6),
        found => return Err(size.fault(ReadFault::MinutiaBytes { found })),
    };
    let count = input.u8()?;
    let minutiae = packed::read(&mut input, count, layout)?;
    input.skip_extended()?;
    input.finish(record.at())?;
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

/// The quality of the first block that reports one; 0 if none does.
fn quality(input: &mut Input<'_>) -> Result<u8, ReadError> {
    let blocks = usize::from(input.u8()?);
    let blocks = input.take(blocks * QUALITY_BLOCK_BYTES)?.chunks_exact(QUALITY_BLOCK_BYTES);
    Ok(blocks.map(|block| packed::quality(block[0])).find(|quality| *quality != 0).unwrap_or(0))
}

/// Whether the representation lengths fit the stated total: this tells the format from
/// ANSI/INCITS 378-2009, which has the same magic. Lengths beyond the bytes cannot be
/// seen; of a cut record it is enough that those before fit.
pub(super) fn fits(bytes: &[u8]) -> bool {
    let mut input = Input::new(MinutiaeFormat::Iso2011, bytes);
    walk(&mut input).unwrap_or(false)
}

fn walk(input: &mut Input<'_>) -> Result<bool, ReadError> {
    input.take(8)?;
    let total = input.size32()?;
    let count = usize::from(input.u16()?);
    input.take(1)?;
    let mut end = HEADER_BYTES;
    for seen in 0..count {
        let Ok(length) = { *input }.size32() else { return Ok(seen > 0 && end < total) };
        end = end.saturating_add(length);
        if length < VIEW_BYTES || end > total {
            return Ok(false);
        }
        if input.take(length).is_err() {
            return Ok(seen + 1 < count || end == total);
        }
    }
    Ok(count > 0 && end == total)
}

/// Writes views that [`output::prepare`] returned. A view of which no minutia reports a
/// quality takes 5 bytes a minutia, any other 6.
pub(super) fn write(views: &[View]) -> Vec<u8> {
    let total = HEADER_BYTES + views.iter().map(view_bytes).sum::<usize>();
    let mut bytes = Vec::with_capacity(total);
    bytes.extend_from_slice(b"FMR\x00030\0");
    bytes.extend_from_slice(&output::size32(total));
    bytes.extend_from_slice(&[0, output::small(views.len()), 0]);
    views.iter().for_each(|view| write_view(view, &mut bytes));
    bytes
}

fn minutia_bytes(view: &View) -> usize {
    if view.minutiae.iter().any(|minutia| minutia.quality != 0) { 6 } else { 5 }
}

fn view_bytes(view: &View) -> usize {
    let blocks = if view.quality == 0 { 0 } else { QUALITY_BLOCK_BYTES };
    VIEW_BYTES + blocks + view.minutiae.len() * minutia_bytes(view)
}

fn write_view(view: &View, bytes: &mut Vec<u8>) {
    let layout = layout(minutia_bytes(view));
    bytes.extend_from_slice(&output::size32(view_bytes(view)));
    // A date of ones, and a device of zeroes, are not known.
    bytes.extend_from_slice(&[0xff; 9]);
    bytes.extend_from_slice(&[0; 5]);
    if view.quality == 0 {
        bytes.push(0);
    } else {
        bytes.extend_from_slice(&[1, view.quality]);
        bytes.extend_from_slice(&output::QUALITY_SOURCE);
    }
    bytes.extend_from_slice(&[view.position, view.number]);
    bytes.extend_from_slice(&view.resolution_x.to_be_bytes());
    bytes.extend_from_slice(&view.resolution_y.to_be_bytes());
    bytes.push(view.impression);
    bytes.extend_from_slice(&view.width.to_be_bytes());
    bytes.extend_from_slice(&view.height.to_be_bytes());
    bytes.push(if layout.bytes == 6 { 0x60 } else { 0x50 });
    bytes.push(output::count(view));
    view.minutiae.iter().for_each(|minutia| packed::pack(minutia, layout, bytes));
    bytes.extend_from_slice(&[0, 0]);
}
