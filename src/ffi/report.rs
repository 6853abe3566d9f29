//! The report of a sync, as C sees it.

use core::ffi::{c_char, c_void};
use std::sync::Arc;

use super::boundary;
use super::detail::kaimen_detail;
use super::handle::{Kind, Table};
use super::pointer::{self, Versioned};
use super::types::*;
use crate::engine::{Item, ItemKind, Report};
use crate::error::Error;
use crate::template::Modality;

/// What applying an answer or a page, committing an import or opening a store did, line by
/// line. Handle; made by those calls, released by `kaimen_report_free`. It outlives its
/// engine.
pub struct kaimen_report {
    _incomplete: c_void,
}

/// All reports that C holds.
pub(super) static REPORTS: Table<Report> = Table::new(Kind::Report);

/// A member who was not in the gallery.
pub const KAIMEN_ITEM_MEMBER_ADDED: u32 = 0;
/// A known member with at least one difference.
pub const KAIMEN_ITEM_MEMBER_CHANGED: u32 = 1;
/// A known member, equal in everything. Counted; has no line.
pub const KAIMEN_ITEM_MEMBER_UNCHANGED: u32 = 2;
/// A member who was asked for and left out by the cloud.
pub const KAIMEN_ITEM_MEMBER_REMOVED: u32 = 3;
/// A member of the answer that cannot be used; what was stored stays.
pub const KAIMEN_ITEM_MEMBER_REJECTED: u32 = 4;
/// A searchable template in a slot that was empty.
pub const KAIMEN_ITEM_TEMPLATE_ADDED: u32 = 5;
/// A searchable template that differs from the one before.
pub const KAIMEN_ITEM_TEMPLATE_REPLACED: u32 = 6;
/// A template that the cloud no longer gives.
pub const KAIMEN_ITEM_TEMPLATE_REMOVED: u32 = 7;
/// A template that cannot be used; `status` and `message` say why.
pub const KAIMEN_ITEM_TEMPLATE_REJECTED: u32 = 8;
/// A template that is kept but not searchable: its algorithm is not configured, or (`status` is
/// `KAIMEN_ERR_ABSENT`) it is a finger's and the build of the library leaves minutiae out.
pub const KAIMEN_ITEM_TEMPLATE_KEPT: u32 = 9;
/// The cloud announces templates of this modality that it did not send, or
/// that cannot be used: ask for this member again.
pub const KAIMEN_ITEM_TEMPLATES_WANTED: u32 = 10;
/// A pass rule that cannot be used; `status` and `message` say why.
pub const KAIMEN_ITEM_RULE_REJECTED: u32 = 11;
/// A field that is dropped while the member stays.
pub const KAIMEN_ITEM_FIELD_REJECTED: u32 = 12;
/// Report: a searchable finger template of so few minutiae that it is hardly told from
/// other fingers; the message says how few. Have the finger enrolled again.
pub const KAIMEN_ITEM_TEMPLATE_WEAK: u32 = 13;
/// Report: what the store had of a member is lost, or cannot be proven to be the last that was
/// kept: ask for this member again; until then the door stays shut for them. Without a `userid`: ask for everybody.
pub const KAIMEN_ITEM_MEMBER_DAMAGED: u32 = 14;
/// Number of kinds.
pub const KAIMEN_ITEM_KINDS: usize = 15;

/// The counts of a report. Fill it with `kaimen_report_summary_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_report_summary {
    /// Size of this struct in bytes, set by `kaimen_report_summary_init`.
    pub struct_size: u32,
    /// Lines that `kaimen_report_line_get` gives.
    pub items: u32,
    /// Lines beyond that: counted below, but not kept.
    pub dropped: u64,
    /// Generation of the gallery after the commit.
    pub generation: u64,
    /// How many of each `KAIMEN_ITEM_…`, dropped ones included. The last
    /// place is reserved.
    pub counts: [u64; 16],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_report_summary {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            items: 0,
            dropped: 0,
            generation: 0,
            counts: [0; 16],
        }
    }
}

/// One line of a report. Fill it with `kaimen_report_line_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_report_line {
    /// Size of this struct in bytes, set by `kaimen_report_line_init`.
    pub struct_size: u32,
    /// `KAIMEN_ITEM_…`.
    pub kind: u32,
    /// `KAIMEN_OK`, or the reason of a rejection.
    pub status: kaimen_status,
    /// `KAIMEN_USER_…`, or `KAIMEN_NONE` if it could not be read.
    pub user_type: u32,
    /// Place of the member in `userinfo`, from 0, or `KAIMEN_NONE`.
    pub position: u32,
    /// `KAIMEN_MODALITY_…` of a template, else 0.
    pub modality: u32,
    /// Slot of a template or id of a rule, or `KAIMEN_NONE64`.
    pub id: i64,
    /// Zero.
    pub reserved: [u32; 6],
    /// The member, NUL-terminated; empty if it could not be read.
    pub userid: [c_char; 136],
    /// The protocol's field concerned, NUL-terminated; may be empty.
    pub field: [c_char; 64],
    /// The reason in one English sentence, NUL-terminated UTF-8, cut to fit;
    /// empty where nothing is wrong.
    pub message: [c_char; 256],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_report_line {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            kind: 0,
            status: 0,
            user_type: KAIMEN_NONE,
            position: KAIMEN_NONE,
            modality: 0,
            id: KAIMEN_NONE64,
            reserved: [0; 6],
            userid: [0; 136],
            field: [0; 64],
            message: [0; 256],
        }
    }
}

/// Fills a `kaimen_report_summary` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_report_summary_init(summary: *mut kaimen_report_summary) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(summary) }
    })
}

/// Fills a `kaimen_report_line` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_report_line_init(line: *mut kaimen_report_line) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(line) }
    })
}

/// The counts of a report.
///
/// `summary`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_report_summary_get(
    report: *const kaimen_report,
    summary: *mut kaimen_report_summary,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(summary, "summary") }?;
        let report = get(report)?;
        let mut value = kaimen_report_summary {
            items: u32::try_from(report.items().len()).unwrap_or(u32::MAX),
            dropped: report.dropped(),
            generation: report.generation(),
            ..Versioned::new()
        };
        for kind in ItemKind::ALL {
            value.counts[kind_number(kind) as usize] = report.count(kind);
        }
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(summary, value) };
        Ok(())
    })
}

/// One line of a report, in the order of the answer; removed members last.
///
/// `index`: 0 to `items` - 1 of the summary.
/// `line`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT` (no such line).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_report_line_get(
    report: *const kaimen_report,
    index: usize,
    line: *mut kaimen_report_line,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(line, "line") }?;
        let report = get(report)?;
        let item = report.items().get(index);
        let item =
            item.ok_or(Error::Argument { name: "index", reason: "is beyond the last line" })?;
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(line, line_out(item)) };
        Ok(())
    })
}

/// Releases a report. NULL and handles that are not open are ignored.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_report_free(report: *mut kaimen_report) {
    boundary::plain((), || REPORTS.remove(report.addr()))
}

fn get(report: *const kaimen_report) -> Result<Arc<Report>, Error> {
    pointer::not_null(report, "report")?;
    REPORTS.get(report.addr(), "report")
}

fn line_out(item: &Item) -> kaimen_report_line {
    kaimen_report_line {
        kind: kind_number(item.kind),
        status: item.status,
        user_type: item.user_type.map_or(KAIMEN_NONE, |kind| kind.number().into()),
        position: item.position.and_then(|p| u32::try_from(p).ok()).unwrap_or(KAIMEN_NONE),
        modality: match item.modality {
            None => 0,
            Some(Modality::Face) => KAIMEN_MODALITY_FACE,
            Some(Modality::Finger) => KAIMEN_MODALITY_FINGER,
        },
        id: item.id.map_or(KAIMEN_NONE64, i64::from),
        userid: pointer::fixed_text(&item.userid),
        field: pointer::fixed_text(item.field),
        message: pointer::fixed_text(&item.message),
        ..Versioned::new()
    }
}

fn kind_number(kind: ItemKind) -> u32 {
    match kind {
        ItemKind::MemberAdded => KAIMEN_ITEM_MEMBER_ADDED,
        ItemKind::MemberChanged => KAIMEN_ITEM_MEMBER_CHANGED,
        ItemKind::MemberUnchanged => KAIMEN_ITEM_MEMBER_UNCHANGED,
        ItemKind::MemberRemoved => KAIMEN_ITEM_MEMBER_REMOVED,
        ItemKind::MemberRejected => KAIMEN_ITEM_MEMBER_REJECTED,
        ItemKind::TemplateAdded => KAIMEN_ITEM_TEMPLATE_ADDED,
        ItemKind::TemplateReplaced => KAIMEN_ITEM_TEMPLATE_REPLACED,
        ItemKind::TemplateRemoved => KAIMEN_ITEM_TEMPLATE_REMOVED,
        ItemKind::TemplateRejected => KAIMEN_ITEM_TEMPLATE_REJECTED,
        ItemKind::TemplateKept => KAIMEN_ITEM_TEMPLATE_KEPT,
        ItemKind::TemplatesWanted => KAIMEN_ITEM_TEMPLATES_WANTED,
        ItemKind::RuleRejected => KAIMEN_ITEM_RULE_REJECTED,
        ItemKind::FieldRejected => KAIMEN_ITEM_FIELD_REJECTED,
        ItemKind::TemplateWeak => KAIMEN_ITEM_TEMPLATE_WEAK,
        ItemKind::MemberDamaged => KAIMEN_ITEM_MEMBER_DAMAGED,
    }
}
