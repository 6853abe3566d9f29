//! Requests to the cloud, as C sees them.

use core::ffi::{c_char, c_void};

use super::boundary;
use super::config::{element, flag};
use super::detail::kaimen_detail;
use super::handle::{Kind, Table};
use super::pointer::{self, Versioned};
use super::types::*;
use crate::error::Error;
use crate::limits;
use crate::protocol::{Form, Request, RequestBuilder, UserType};

/// A request for members, in parts of at most 200. Handle; made by
/// `kaimen_request_new`, released by `kaimen_request_free`.
pub struct kaimen_request {
    _incomplete: c_void,
}

/// All requests that C holds.
pub(super) static REQUESTS: Table<Request> = Table::new(Kind::Request);

/// The request names members by `userids`: the old form, staff only.
pub const KAIMEN_FORM_USERIDS: u32 = 1;
/// The request names members by `user_item`: userid and user_type.
pub const KAIMEN_FORM_USER_ITEM: u32 = 2;

/// Who: the primary key of a member.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_member_key {
    /// NUL-terminated, 1 to `KAIMEN_USERID_BYTES` bytes, no control characters.
    pub userid: *const c_char,
    /// `KAIMEN_USER_…`.
    pub user_type: u32,
    /// Zero.
    pub reserved: u32,
}

/// What a request asks for. Fill it with `kaimen_request_options_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_request_options {
    /// Size of this struct in bytes, set by `kaimen_request_options_init`.
    pub struct_size: u32,
    /// `KAIMEN_FORM_…`. Default `KAIMEN_FORM_USER_ITEM`.
    pub form: u32,
    /// `is_req_fp_info`, 0 or 1. Default 1.
    pub fingerprints: u32,
    /// `is_req_fa_info`, 0 or 1. Default 1.
    pub faces: u32,
    /// `is_req_public_key`, 0 or 1. Default 0.
    pub public_keys: u32,
    /// Zero.
    pub reserved: [u32; 7],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_request_options {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            form: KAIMEN_FORM_USER_ITEM,
            fingerprints: 1,
            faces: 1,
            public_keys: 0,
            reserved: [0; 7],
        }
    }
}

/// Fills a `kaimen_request_options` with the defaults. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_request_options_init(options: *mut kaimen_request_options) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(options) }
    })
}

/// Builds a `get_userinfo_by_ids` request. Duplicates in the list are asked for
/// once; a list of more than 200 members becomes several parts.
///
/// `members`, `count`: at least one; copied.
/// `options`: NULL for the defaults.
/// `prefix`: NUL-terminated; part number n (from 1) gets the `req_id`
/// "prefix-n". Must be new for each request; "prefix-n" has at most 128 bytes.
/// `request`: receives the handle on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_ARGUMENT` (empty list,
/// a bad userid, a visitor or student in the old form; `detail.position` is the
/// place in the list), `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_UTF8`,
/// `KAIMEN_ERR_TOO_MANY_HANDLES`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_request_new(
    members: *const kaimen_member_key,
    count: usize,
    options: *const kaimen_request_options,
    prefix: *const c_char,
    request: *mut *mut kaimen_request,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(request, "request")?;
        // SAFETY: a NUL-terminated string, by the interface's conventions.
        let prefix = unsafe { pointer::text(prefix, limits::REQ_ID_BYTES, "prefix") }?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        let mut builder = unsafe { read_options(prefix, options) }?;
        if count > 0 {
            pointer::not_null(members, "members")?;
        }
        for position in 0..count {
            // SAFETY: `count` elements are readable, by the conventions.
            let at = unsafe { members.add(position) };
            // SAFETY: as above.
            let key = unsafe { at.read_unaligned() };
            // SAFETY: a NUL-terminated string, by the interface's conventions.
            let (userid, user_type) = unsafe { read_element(&key) }.map_err(element(position))?;
            builder = builder.member(userid, user_type);
        }
        let handle = REQUESTS.insert(builder.build()?)?;
        let handle = core::ptr::without_provenance_mut(handle);
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(request, handle, "request") }
    })
}

/// How many parts a request has, at least 1.
///
/// `parts`: written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_request_parts(
    request: *const kaimen_request,
    parts: *mut usize,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let request = get(request)?;
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::write_out(parts, request.len(), "parts") }
    })
}

/// Writes one part as JSON, to be sent to the cloud.
///
/// `part`: 0 to parts - 1.
/// `buffer`, `capacity`: receives the text and a NUL; may be NULL with capacity
/// 0 to ask for the length.
/// `needed`: receives the bytes that the text and its NUL take; written on
/// success and on `KAIMEN_ERR_BUFFER`, when nothing else is written.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_ARGUMENT` (no such part), `KAIMEN_ERR_BUFFER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_request_json(
    request: *const kaimen_request,
    part: usize,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(needed, "needed")?;
        if capacity > 0 {
            pointer::not_null(buffer, "buffer")?;
        }
        let request = get(request)?;
        let part = request.part(part);
        let part =
            part.ok_or(Error::Argument { name: "part", reason: "is beyond the last one" })?;
        let text = part.to_json();
        let length = text.len() + 1;
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(needed, length, "needed") }?;
        if capacity < length {
            return Err(Error::Buffer { name: "buffer", capacity, needed: length });
        }
        // SAFETY: `capacity` >= `length` bytes are writable by the conventions,
        // and a Rust string of ours cannot overlap them.
        unsafe { core::ptr::copy_nonoverlapping(text.as_ptr().cast(), buffer, text.len()) };
        // SAFETY: text.len() < length <= capacity.
        let end = unsafe { buffer.add(text.len()) };
        // SAFETY: as above.
        unsafe { end.write(0) };
        Ok(())
    })
}

/// Releases a request. NULL and handles that are not open are ignored.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_request_free(request: *mut kaimen_request) {
    boundary::plain((), || REQUESTS.remove(request.addr()))
}

/// The request behind a handle.
pub(super) fn get(request: *const kaimen_request) -> Result<std::sync::Arc<Request>, Error> {
    pointer::not_null(request, "request")?;
    REQUESTS.get(request.addr(), "request")
}

/// A builder with the caller's options.
///
/// # Safety
/// `options` is NULL or an initialised struct.
unsafe fn read_options(
    prefix: &str,
    options: *const kaimen_request_options,
) -> Result<RequestBuilder, Error> {
    let options = if options.is_null() {
        Versioned::new()
    } else {
        // SAFETY: this function's own contract.
        unsafe { pointer::read_struct(options, "options") }?
    };
    if options.reserved != [0; 7] {
        let reason = "has reserved fields that are not zero";
        return Err(Error::Argument { name: "options", reason });
    }
    let form = match options.form {
        KAIMEN_FORM_USERIDS => Form::UserIds,
        KAIMEN_FORM_USER_ITEM => Form::UserItems,
        _ => return Err(Error::Argument { name: "form", reason: "is not a known form" }),
    };
    Ok(RequestBuilder::new(prefix, form)
        .fingerprints(flag(options.fingerprints, "fingerprints")?)
        .faces(flag(options.faces, "faces")?)
        .public_keys(flag(options.public_keys, "public_keys")?))
}

/// A member's key from C, as the element of an array.
///
/// # Safety
/// As [`read_key`].
unsafe fn read_element<'a>(key: &kaimen_member_key) -> Result<(&'a str, UserType), Error> {
    if key.reserved != 0 {
        let reason = "have a reserved field that is not zero";
        return Err(Error::Argument { name: "members", reason });
    }
    // SAFETY: this function's own contract.
    unsafe { read_key(key.userid, key.user_type) }
}

/// A member's key from C.
///
/// # Safety
/// `userid` is NULL or a NUL-terminated string that nobody changes while the
/// result lives.
pub(super) unsafe fn read_key<'a>(
    userid: *const c_char,
    user_type: u32,
) -> Result<(&'a str, UserType), Error> {
    // SAFETY: this function's own contract.
    let userid = unsafe { pointer::text(userid, KAIMEN_USERID_BYTES, "userid") }?;
    if userid.is_empty() {
        return Err(Error::Argument { name: "userid", reason: "is empty" });
    }
    let kind = UserType::from_number(user_type.into());
    let kind = kind.ok_or(Error::Argument { name: "user_type", reason: "is not 0, 1 or 2" })?;
    Ok((userid, kind))
}
