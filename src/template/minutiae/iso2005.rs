//! ISO/IEC 19794-2:2005 records.
//!
//! 24 bytes of header: `FMR`, ` 20`, each with a zero, length (4), device (2), width,
//! height and resolutions (2 each), views (1), reserved (1). Then the views of `short.rs`.

use super::angle::AngleUnit;
use super::error::{ReadError, WriteError};
use super::format::MinutiaeFormat;
use super::input::Input;
use super::packed::Layout;
use super::record::{Record, View};
use super::short::{self, Image};

const LAYOUT: Layout = Layout { bytes: 6, angle: AngleUnit::ISO, no_quality: 0 };
/// The second one is not the standard's, but met.
pub(super) const VERSIONS: [&[u8; 4]; 2] = [b" 20\0", b"020\0"];
/// Bytes before the first view.
pub(super) const HEADER_BYTES: usize = 24;

pub(super) fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    let mut input = Input::new(MinutiaeFormat::Iso2005, bytes);
    input.magic(&VERSIONS)?;
    let stated = input.size32()?;
    input.check_total(stated)?;
    input.take(2)?;
    let image = Image::read(&mut input)?;
    let count = usize::from(input.u8()?);
    let count = input.views(count)?;
    input.take(1)?;
    let views =
        (0..count).map(|_| short::read(&mut input, image, LAYOUT)).collect::<Result<_, _>>();
    let record = Record { product: 0, views: views? };
    input.finish(stated)?;
    Ok(record)
}

/// Writes views that [`super::output::prepare`] returned.
pub(super) fn write(views: &[View]) -> Result<Vec<u8>, WriteError> {
    short::check(MinutiaeFormat::Iso2005, views)?;
    let image = Image::of(MinutiaeFormat::Iso2005, views)?;
    let total = HEADER_BYTES + super::output::bytes(views, short::VIEW_BYTES, LAYOUT.bytes);
    let mut output = Vec::with_capacity(total);
    output.extend_from_slice(b"FMR\0 20\0");
    output.extend_from_slice(&super::output::size32(total));
    output.extend_from_slice(&[0, 0]);
    image.write(&mut output);
    output.extend_from_slice(&[super::output::small(views.len()), 0]);
    views.iter().for_each(|view| short::write(view, LAYOUT, &mut output));
    Ok(output)
}
