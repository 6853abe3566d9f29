//! What went wrong, in words: the caller's `kaimen_detail`.

use core::ffi::c_char;

use super::pointer::{self, Versioned};
use super::types::{KAIMEN_NONE, kaimen_status};
use crate::error::Error;
use crate::status::{KAIMEN_ERR_PANIC, KAIMEN_OK};

/// What went wrong, in words. Owned by the caller, filled by
/// `kaimen_detail_init`, and written only by calls that fail. Every function
/// that returns a status takes one as its last argument; NULL is fine.
///
/// It never holds a template, a name or a key.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_detail {
    /// Size of this struct in bytes, set by `kaimen_detail_init`.
    pub struct_size: u32,
    /// The status that the call returned.
    pub status: kaimen_status,
    /// Byte offset in the JSON, index of the algorithm in the configuration,
    /// or whatever the message counts; `KAIMEN_NONE` if nothing.
    pub position: u32,
    /// What the `compare` function of an opaque algorithm answered, with `KAIMEN_ERR_MATCHER`; else 0.
    pub matcher_status: i32,
    /// Zero.
    pub reserved: [u32; 4],
    /// The argument or JSON field concerned, NUL-terminated; may be empty.
    pub field: [c_char; 64],
    /// One English sentence, NUL-terminated UTF-8, cut to fit.
    pub message: [c_char; 256],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_detail {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            status: KAIMEN_OK,
            position: KAIMEN_NONE,
            matcher_status: 0,
            reserved: [0; 4],
            field: [0; 64],
            message: [0; 256],
        }
    }
}

impl kaimen_detail {
    #[cfg(test)]
    pub(super) fn new() -> Self {
        <Self as Versioned>::new()
    }
}

/// Writes an error where the caller gave a detail that can hold it. A detail
/// that cannot be written must not hide the error itself.
pub(super) fn write_error(detail: *mut kaimen_detail, error: &Error) {
    let text = error.to_string();
    let matcher_status = error.matcher_status().unwrap_or(0);
    write(detail, error.status(), matcher_status, error.field(), error.position(), &text);
}

/// Writes that the library itself failed.
pub(super) fn write_panic(detail: *mut kaimen_detail) {
    let text = "a defect in the library was caught; nothing was changed by this call";
    write(detail, KAIMEN_ERR_PANIC, 0, "", None, text);
}

fn write(
    detail: *mut kaimen_detail,
    status: kaimen_status,
    matcher_status: i32,
    field: &str,
    position: Option<usize>,
    message: &str,
) {
    // SAFETY: the interface demands NULL or an initialised kaimen_detail.
    if unsafe { pointer::check_out_struct(detail, "detail") }.is_err() {
        return;
    }
    let value = kaimen_detail {
        status,
        matcher_status,
        position: position.and_then(|p| u32::try_from(p).ok()).unwrap_or(KAIMEN_NONE),
        field: pointer::fixed_text(field),
        message: pointer::fixed_text(message),
        ..Versioned::new()
    };
    // SAFETY: check_out_struct succeeded just now.
    unsafe { pointer::write_struct(detail, value) };
}

/// Fills a `kaimen_detail` for its first use. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_detail_init(detail: *mut kaimen_detail) {
    super::boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(detail) }
    })
}
