//! Minutiae records, as C sees them: from one format to another.

use core::ffi::c_void;

use super::boundary;
use super::config::*;
use super::detail::kaimen_detail;
use super::pointer;
use super::types::*;
use crate::error::Error;
use crate::limits;
use crate::part::Part;
use crate::template::minutiae::{self, Assumed};

/// Writes a minutiae record in another format: a template of the bank, a card or another
/// reader for this one, or the other way round. Every minutia, view, angle and quality that
/// the other format can hold is kept, angles and lengths rounded to its units; what it cannot hold
/// is an error, except data beyond minutiae (ridge counts, cores, zones), which is left out.
///
/// `from`: `KAIMEN_FORMAT_MINUTIAE` (told by the bytes) or one of the formats; a card must be told.
/// `record`, `size`: the record, 1 to 4194304 bytes.
/// `to`: one of the formats.
/// `resolution`: pixels per centimetre of an xyt text, and of what is made of a card,
/// 99 to 1000; 0 means 197 (500 dpi). Not used where a record states its own.
/// `buffer`, `capacity`: receives the record; may be NULL with capacity 0 to ask for the
/// size. Holds personal data: erase it when it is no longer used.
/// `needed`: receives the bytes that the record takes; written on success and on
/// `KAIMEN_ERR_BUFFER`, when nothing else is written.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_BUFFER`,
/// `KAIMEN_ERR_MINUTIAE` (not such a record, or more than the other format can hold; the detail says
/// what and where), `KAIMEN_ERR_ABSENT` (this build leaves minutiae out).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_minutiae_convert(
    from: u32,
    record: *const c_void,
    size: usize,
    to: u32,
    resolution: u32,
    buffer: *mut c_void,
    capacity: usize,
    needed: *mut usize,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(needed, "needed")?;
        Part::Fingerprint.check()?;
        if capacity > 0 {
            pointer::not_null(buffer, "buffer")?;
        }
        let from = read_minutiae_format(from, "from")?;
        let to = read_minutiae_format(to, "to")?;
        let to = to.ok_or(Error::Argument { name: "to", reason: "is not one format" })?;
        if size > limits::TEMPLATE_BYTES {
            return Err(Error::Argument { name: "size", reason: "is above 4194304" });
        }
        let assumed = read_resolution(resolution)?;
        // SAFETY: `size` readable bytes, by the interface's conventions.
        let record = unsafe { pointer::bytes(record, size, "record") }?;
        let written = minutiae::convert(from, record, to, &assumed);
        let written = written.map_err(|error| Error::Minutiae(error.to_string()))?;
        let written = zeroize::Zeroizing::new(written);
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(needed, written.len(), "needed") }?;
        if capacity < written.len() {
            let (name, needed) = ("buffer", written.len());
            return Err(Error::Buffer { name, capacity, needed });
        }
        // SAFETY: `capacity` >= `written.len()` bytes are writable by the conventions, and a
        // vector of ours cannot overlap them.
        unsafe { core::ptr::copy_nonoverlapping(written.as_ptr(), buffer.cast(), written.len()) };
        Ok(())
    })
}

fn read_resolution(resolution: u32) -> Result<Assumed, Error> {
    if resolution == 0 {
        return Ok(Assumed::default());
    }
    let known = u16::try_from(resolution).ok();
    let known = known.filter(|resolution| limits::MINUTIAE_RESOLUTION.contains(resolution));
    let reason = "is neither 0 nor within 99 to 1000";
    let resolution = known.ok_or(Error::Argument { name: "resolution", reason })?;
    Ok(Assumed { resolution, ..Assumed::default() })
}
