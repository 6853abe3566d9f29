//! The engine, as C sees it: open, close, sync, members.

use core::ffi::{c_char, c_void};
use std::sync::Arc;

use super::boundary;
use super::config::{kaimen_config, read_config};
use super::detail::kaimen_detail;
use super::handle::{Kind, Table};
use super::pointer::{self, Versioned};
use super::report::{REPORTS, kaimen_report};
use super::request::{self, REQUESTS, kaimen_request, read_key};
use super::types::*;
use crate::engine::{Engine, MemberId, MemberInfo, Stats};
use crate::error::Error;

/// An engine. Handle; made by `kaimen_engine_open` or `kaimen_engine_open_stored`, released by
/// `kaimen_engine_close`. Every function may be called with the same engine
/// from any thread at any time; identification never waits for a sync.
pub struct kaimen_engine {
    _incomplete: c_void,
}

/// All engines that C holds.
pub(super) static ENGINES: Table<Engine> = Table::new(Kind::Engine);

/// How full an engine is. Fill it with `kaimen_stats_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_stats {
    /// Size of this struct in bytes, set by `kaimen_stats_init`.
    pub struct_size: u32,
    /// Members in the gallery.
    pub members: u32,
    /// Searchable face templates.
    pub face_templates: u32,
    /// Templates that are kept without being searched.
    pub kept_templates: u32,
    /// Templates, of both sorts, that the cloud has replaced without sending
    /// the new ones.
    pub stale_templates: u32,
    /// Searchable finger templates, each view of a record counted.
    pub finger_templates: u32,
    /// Counts the commits of this engine.
    pub generation: u64,
    /// Bytes of the galleries.
    pub index_bytes: u64,
    /// Bytes of the member records, as `max_record_bytes` counts them.
    pub record_bytes: u64,
    /// Bytes of the opaque templates, as `max_opaque_bytes` counts them.
    pub opaque_bytes: u64,
    /// Zero.
    pub reserved2: [u64; 3],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_stats {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            members: 0,
            face_templates: 0,
            kept_templates: 0,
            stale_templates: 0,
            finger_templates: 0,
            generation: 0,
            index_bytes: 0,
            record_bytes: 0,
            opaque_bytes: 0,
            reserved2: [0; 3],
        }
    }
}

/// What an engine knows about one member. Fill it with `kaimen_member_init`
/// first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_member {
    /// Size of this struct in bytes, set by `kaimen_member_init`.
    pub struct_size: u32,
    /// Searchable face templates.
    pub face_templates: u32,
    /// Templates that are kept without being searched.
    pub kept_templates: u32,
    /// Templates, of both sorts, that are out of date.
    pub stale_templates: u32,
    /// Usable pass rules.
    pub rules: u32,
    /// Pass rules that were rejected.
    pub rejected_rules: u32,
    /// `openvid`; 0 if none was given.
    pub openvid: u64,
    /// `fa_ver` of the face templates that are held; 0 if none was given.
    pub fa_ver: u64,
    /// `fp_ver` of the fingerprint templates that are held; 0 if none.
    pub fp_ver: u64,
    /// Searchable finger templates.
    pub finger_templates: u32,
    /// Zero.
    pub reserved32: u32,
    /// Zero.
    pub reserved: [u64; 3],
    /// `name`, NUL-terminated; empty if none was given.
    pub name: [c_char; 264],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_member {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            face_templates: 0,
            kept_templates: 0,
            stale_templates: 0,
            rules: 0,
            rejected_rules: 0,
            openvid: 0,
            fa_ver: 0,
            fp_ver: 0,
            finger_templates: 0,
            reserved32: 0,
            reserved: [0; 3],
            name: [0; 264],
        }
    }
}

/// Fills a `kaimen_stats` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_stats_init(stats: *mut kaimen_stats) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(stats) }
    })
}

/// Fills a `kaimen_member` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_member_init(member: *mut kaimen_member) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(member) }
    })
}

/// Opens an engine with an empty gallery, in memory.
///
/// `config`: copied; nothing that it points to has to outlive the call, but the `compare` and `user`
/// of opaque algorithms, which the engine keeps.
/// `engine`: receives the handle on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_STRUCT_SIZE`,
/// `KAIMEN_ERR_ARGUMENT` (`detail.field` names what is out of range),
/// `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_ZONE`, `KAIMEN_ERR_TOO_MANY_HANDLES`, `KAIMEN_ERR_MEMORY` (it
/// needs more than `ulimit -v`, the control group or the system leaves the process now),
/// `KAIMEN_ERR_ABSENT` (an algorithm of minutiae, in a build without them).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_open(
    config: *const kaimen_config,
    engine: *mut *mut kaimen_engine,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(engine, "engine")?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        let config = unsafe { read_config(config) }?;
        let handle = ENGINES.insert(Engine::open(&config)?)?;
        let handle = core::ptr::without_provenance_mut(handle);
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(engine, handle, "engine") }
    })
}

/// Closes an engine. Calls in flight in other threads go on, with `compare` where they need it; its
/// memory is overwritten and released with the last of them. NULL and handles that
/// are not open are ignored, so closing twice does no harm.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_engine_close(engine: *mut kaimen_engine) {
    boundary::plain((), || ENGINES.remove(engine.addr()))
}

/// Applies a `get_userinfo_by_ids` answer: all of it, or nothing. Whatever is
/// wrong with single members, rules and templates is in the report, and costs
/// nobody else anything. Identification goes on meanwhile, with the gallery as
/// it was before; further syncs wait.
///
/// `request`, `part`: the part that this answers. Its `req_id` is compared, and
/// members that were asked for and left out are removed. NULL (and 0) for an
/// answer without its request: then nobody is removed.
/// `json`, `size`: the answer; read during the call only.
/// `report`: receives a report's handle on success; NULL if not wanted.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_ARGUMENT` (no such part), `KAIMEN_ERR_JSON_SYNTAX`,
/// `KAIMEN_ERR_JSON_SHAPE`, `KAIMEN_ERR_JSON_SIZE`, `KAIMEN_ERR_JSON_DEPTH`,
/// `KAIMEN_ERR_CLOUD`, `KAIMEN_ERR_REQ_ID`, `KAIMEN_ERR_TOO_MANY_HANDLES`,
/// `KAIMEN_ERR_IMPORT_OPEN`, `KAIMEN_ERR_POISONED`; with a store also `KAIMEN_ERR_STORE_NONE` (it
/// was wiped), `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`:
/// nothing was changed then, and the gallery goes on as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_sync(
    engine: *mut kaimen_engine,
    request: *const kaimen_request,
    part: usize,
    json: *const c_char,
    size: usize,
    report: *mut *mut kaimen_report,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        // SAFETY: `size` readable bytes, by the interface's conventions.
        let json = unsafe { pointer::bytes(json.cast(), size, "json") }?;
        let request = if request.is_null() { None } else { Some(request::get(request)?) };
        let part = match &request {
            None => None,
            Some(request) => Some(request.part(part).ok_or(NO_SUCH_PART)?),
        };
        if report.is_null() {
            return engine.sync(json, part.as_ref()).map(|_| ());
        }
        // The place for the report is taken first: an applied answer whose
        // report cannot be handed over would look like a failure.
        let reserved = REPORTS.reserve()?;
        let handle = reserved.fill(engine.sync(json, part.as_ref())?);
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(report, core::ptr::without_provenance_mut(handle), "report") }
    })
}

const NO_SUCH_PART: Error = Error::Argument { name: "part", reason: "is beyond the last one" };

/// Removes one member, templates and all (`delete_user`).
///
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_MEMBER` (there is no
/// such member), `KAIMEN_ERR_POISONED`; with a store as `kaimen_engine_sync`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_member_remove(
    engine: *mut kaimen_engine,
    userid: *const c_char,
    user_type: u32,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        // SAFETY: a NUL-terminated string, by the interface's conventions.
        let (userid, user_type) = unsafe { read_key(userid, user_type) }?;
        let id = MemberId::new(userid, user_type).ok_or(Error::UnknownMember)?;
        engine.remove(id).map(|_| ())
    })
}

/// What the engine knows about one member; never a template.
///
/// `member`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
/// `KAIMEN_ERR_MEMBER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_member_get(
    engine: *const kaimen_engine,
    userid: *const c_char,
    user_type: u32,
    member: *mut kaimen_member,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(member, "member") }?;
        // SAFETY: a NUL-terminated string, by the interface's conventions.
        let (userid, user_type) = unsafe { read_key(userid, user_type) }?;
        let value = member_out(&engine.member(userid, user_type)?);
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(member, value) };
        Ok(())
    })
}

/// How full the engine is. Walks over all members: not for every frame.
///
/// `stats`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_stats(
    engine: *const kaimen_engine,
    stats: *mut kaimen_stats,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(stats, "stats") }?;
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(stats, stats_out(&engine.stats())) };
        Ok(())
    })
}

/// Removes every member and template, from the store too, and forgets an open import. Memory is
/// overwritten as soon as the last identification in flight is done with it. The event log
/// stays; `kaimen_engine_wipe` leaves nothing.
///
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_POISONED`; with a store as `kaimen_engine_sync`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_clear(
    engine: *mut kaimen_engine,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || get(engine)?.clear())
}

/// How many handles of all kinds are open: engines, requests and reports. 0
/// after a program has released everything.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_live_handles() -> usize {
    boundary::plain(0, || ENGINES.len() + REQUESTS.len() + REPORTS.len())
}

/// The engine behind a handle.
pub(super) fn get(engine: *const kaimen_engine) -> Result<Arc<Engine>, Error> {
    pointer::not_null(engine, "engine")?;
    ENGINES.get(engine.addr(), "engine")
}

fn stats_out(stats: &Stats) -> kaimen_stats {
    kaimen_stats {
        members: count(stats.members),
        face_templates: count(stats.face_templates),
        finger_templates: count(stats.finger_templates),
        kept_templates: count(stats.kept_templates),
        stale_templates: count(stats.stale_templates),
        generation: stats.generation,
        index_bytes: stats.index_bytes as u64,
        record_bytes: stats.record_bytes as u64,
        opaque_bytes: stats.opaque_bytes as u64,
        ..Versioned::new()
    }
}

fn member_out(member: &MemberInfo) -> kaimen_member {
    kaimen_member {
        face_templates: count(member.face_templates),
        finger_templates: count(member.finger_templates),
        kept_templates: count(member.kept_templates),
        stale_templates: count(member.stale_templates),
        rules: count(member.rules),
        rejected_rules: count(member.rejected_rules),
        openvid: member.openvid.unwrap_or(0),
        fa_ver: member.fa_ver.unwrap_or(0),
        fp_ver: member.fp_ver.unwrap_or(0),
        name: pointer::fixed_text(&member.name),
        ..Versioned::new()
    }
}

/// Counts stay far below 2^32 (see `limits`).
fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
