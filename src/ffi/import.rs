//! The whole list in pages, as C sees it.

use core::ffi::c_char;

use super::boundary;
use super::detail::kaimen_detail;
use super::engine::{get, kaimen_engine};
use super::pointer::{self, Versioned};
use super::report::{REPORTS, kaimen_report};
use super::types::*;
use crate::engine::Scope;
use crate::error::Error;

/// Import: the list of staff and students (`get_userinfo_by_page`). Whoever of them is not in it leaves; visitors stay.
pub const KAIMEN_IMPORT_MEMBERS: u32 = 1;
/// Import: the list of visitors. Whoever of them is not in it leaves; staff and students stay.
pub const KAIMEN_IMPORT_VISITORS: u32 = 2;

/// What a page of the whole list says of itself. Fill it with `kaimen_page_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_page {
    /// Size of this struct in bytes, set by `kaimen_page_init`.
    pub struct_size: u32,
    /// `is_last`: 1 yes, 0 no, `KAIMEN_NONE` if the page does not say.
    pub is_last: u32,
    /// `perm_version` or `visitor_version`; 0 if the page does not say.
    pub version: u64,
    /// Zero.
    pub reserved: [u64; 4],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_page {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            is_last: KAIMEN_NONE,
            version: 0,
            reserved: [0; 4],
        }
    }
}

/// Fills a `kaimen_page` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_page_init(page: *mut kaimen_page) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(page) }
    })
}

/// Begins an import of the whole list, page by page. Until it is committed the gallery serves as
/// it is, and `kaimen_engine_sync` is refused; `kaimen_engine_member_remove` is applied at once, and
/// to the import as well. What is not committed leaves nothing behind, a power cut included.
///
/// Whoever leaves counts against the limits of the configuration until the commit.
///
/// `scope`: `KAIMEN_IMPORT_…`.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_ARGUMENT`,
/// `KAIMEN_ERR_IMPORT_OPEN`, `KAIMEN_ERR_POISONED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_import_begin(
    engine: *mut kaimen_engine,
    scope: u32,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let scope = match scope {
            KAIMEN_IMPORT_MEMBERS => Scope::Members,
            KAIMEN_IMPORT_VISITORS => Scope::Visitors,
            _ => return Err(Error::Argument { name: "scope", reason: "is not a known scope" }),
        };
        get(engine)?.import_begin(scope)
    })
}

/// Adds a page: all of it, or nothing. Whatever is wrong with single members, rules and templates
/// is in the report. A page that is refused may come again.
///
/// `json`, `size`: the answer; read during the call only.
/// `page`: initialised; written on success. NULL if not wanted.
/// `report`: receives a report's handle on success; NULL if not wanted.
/// Statuses: as `kaimen_engine_sync` without those of requests, and `KAIMEN_ERR_NO_IMPORT`,
/// `KAIMEN_ERR_PAGE_VERSION` (the list has changed since the first page: abort, begin anew).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_import_page(
    engine: *mut kaimen_engine,
    json: *const c_char,
    size: usize,
    page: *mut kaimen_page,
    report: *mut *mut kaimen_report,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        if !page.is_null() {
            // SAFETY: an initialised struct, by the interface's conventions.
            unsafe { pointer::check_out_struct(page, "page") }?;
        }
        let engine = get(engine)?;
        // SAFETY: `size` readable bytes, by the interface's conventions.
        let json = unsafe { pointer::bytes(json.cast(), size, "json") }?;
        let reserved = if report.is_null() { None } else { Some(REPORTS.reserve()?) };
        let read = engine.import_page(json)?;
        if !page.is_null() {
            let value = kaimen_page {
                is_last: read.is_last.map_or(KAIMEN_NONE, u32::from),
                version: read.version.unwrap_or(0),
                ..Versioned::new()
            };
            // SAFETY: check_out_struct succeeded above.
            unsafe { pointer::write_struct(page, value) };
        }
        if let Some(reserved) = reserved {
            let handle = core::ptr::without_provenance_mut(reserved.fill(read.report));
            // SAFETY: not NULL, or nothing was reserved; writable by the conventions.
            unsafe { pointer::write_out(report, handle, "report") }?;
        }
        Ok(())
    })
}

/// Commits an import: whoever its pages have not named leaves, the result is made durable where there is
/// a store, and published. If a page had a record without a readable userid, who is not named might be
/// meant, and nobody leaves. The pages' version becomes the gallery's (`kaimen_engine_versions`).
///
/// `report`: receives a report's handle on success, with a line for each who left; NULL if not wanted.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_NO_IMPORT`,
/// `KAIMEN_ERR_TOO_MANY_HANDLES`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED` (nothing was published, and the import is still
/// open: commit it again when the reason is gone), `KAIMEN_ERR_POISONED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_import_commit(
    engine: *mut kaimen_engine,
    report: *mut *mut kaimen_report,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        let reserved = if report.is_null() { None } else { Some(REPORTS.reserve()?) };
        let left = engine.import_commit()?;
        if let Some(reserved) = reserved {
            let handle = core::ptr::without_provenance_mut(reserved.fill(left));
            // SAFETY: not NULL, or nothing was reserved; writable by the conventions.
            unsafe { pointer::write_out(report, handle, "report") }?;
        }
        Ok(())
    })
}

/// Forgets an open import; the gallery stays as it is. Without one nothing happens.
///
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_POISONED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_import_abort(
    engine: *mut kaimen_engine,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || get(engine)?.import_abort())
}
