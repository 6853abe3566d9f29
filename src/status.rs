//! Status numbers of the C interface.
//!
//! One source: the header, [`crate::Error::status`] and `kaimen_status_name`
//! all take them from here. A number is never reused, ranges of a hundred
//! belong to one origin each: caller, template, protocol, store, rules,
//! gallery, ours.

use core::ffi::CStr;

/// Success. Nobody found and denied are data in a decision, never an error.
pub const KAIMEN_OK: i32 = 0;

/// Caller: a pointer that must not be NULL is NULL, or a NULL buffer comes
/// with a size above zero.
pub const KAIMEN_ERR_NULL: i32 = -101;
/// Caller: a value is outside the range that the header gives for it.
pub const KAIMEN_ERR_ARGUMENT: i32 = -102;
/// Caller: `struct_size` is smaller than this version of the struct, or the
/// part of a larger struct that this version does not know is not all zero.
/// The `_init` function of the struct was not called.
pub const KAIMEN_ERR_STRUCT_SIZE: i32 = -103;
/// Caller: not a handle of this kind, or one that was closed or freed.
pub const KAIMEN_ERR_HANDLE: i32 = -104;
/// Caller: the buffer is too small; the needed length was written.
pub const KAIMEN_ERR_BUFFER: i32 = -105;
/// Caller: a string argument is not UTF-8.
pub const KAIMEN_ERR_UTF8: i32 = -106;
/// Caller: too many handles of this kind are open at once.
pub const KAIMEN_ERR_TOO_MANY_HANDLES: i32 = -107;
/// Caller: a callback of the caller's ended the call before it was done.
pub const KAIMEN_ERR_CANCELLED: i32 = -108;
/// Caller: the `compare` function of an opaque algorithm failed; its own number is in the
/// detail's `matcher_status`.
pub const KAIMEN_ERR_MATCHER: i32 = -109;
/// Caller: the `compare` function of an opaque algorithm took longer than `deadline_ms`.
pub const KAIMEN_ERR_DEADLINE: i32 = -110;
/// Caller: the configuration needs more memory than the process may still take. Nothing was
/// taken: lower its limits, see `kaimen_config_required_bytes`.
pub const KAIMEN_ERR_MEMORY: i32 = -111;
/// Caller: what the call needs was left out of this build of the library (its cargo feature
/// `fingerprint` or `store`; the detail says which).
pub const KAIMEN_ERR_ABSENT: i32 = -112;

/// Template: no algorithm of this name is configured for this modality.
pub const KAIMEN_ERR_ALGORITHM: i32 = -201;
/// Template: `data` is not base64 (standard alphabet).
pub const KAIMEN_ERR_BASE64: i32 = -202;
/// Template: not the length that the algorithm's format demands.
pub const KAIMEN_ERR_LENGTH: i32 = -203;
/// Template: an element is NaN or infinite.
pub const KAIMEN_ERR_NOT_FINITE: i32 = -204;
/// Template: the vector is all zero, or so small (its largest element below
/// 2^-100) that it has no direction.
pub const KAIMEN_ERR_ZERO_NORM: i32 = -205;
/// Template: slot number beyond the slots of this modality.
pub const KAIMEN_ERR_SLOT: i32 = -206;
/// Template: the same slot twice in one list; the first one counts.
pub const KAIMEN_ERR_SLOT_TWICE: i32 = -207;
/// Template: larger than `max_template_bytes` of the configuration.
pub const KAIMEN_ERR_TEMPLATE_SIZE: i32 = -208;
/// Template: `fp_algorithm` and `fp_alogrithm` are both given and differ, or
/// the algorithm's name is unusable.
pub const KAIMEN_ERR_ALGORITHM_NAME: i32 = -209;
/// Template: not a minutiae record of the algorithm's format.
pub const KAIMEN_ERR_MINUTIAE: i32 = -210;

/// Protocol: the bytes are not JSON, or end too early.
pub const KAIMEN_ERR_JSON_SYNTAX: i32 = -301;
/// Protocol: JSON, but not the answer that was expected.
pub const KAIMEN_ERR_JSON_SHAPE: i32 = -302;
/// Protocol: larger than `max_json_bytes` of the configuration.
pub const KAIMEN_ERR_JSON_SIZE: i32 = -303;
/// Protocol: nested deeper than the engine follows.
pub const KAIMEN_ERR_JSON_DEPTH: i32 = -304;
/// Protocol: the cloud answered with an `errcode` other than 0.
pub const KAIMEN_ERR_CLOUD: i32 = -305;
/// Protocol: the answer's `req_id` is not that of the request part.
pub const KAIMEN_ERR_REQ_ID: i32 = -306;
/// Protocol: a field of a member has the wrong type or an unusable value.
pub const KAIMEN_ERR_FIELD: i32 = -307;
/// Protocol: the same (`userid`, `user_type`) twice in one answer; the first
/// one counts.
pub const KAIMEN_ERR_MEMBER_TWICE: i32 = -308;

/// Protocol: the page has another version than those before it; the list has changed
/// meanwhile: abort the import and begin anew.
pub const KAIMEN_ERR_PAGE_VERSION: i32 = -309;

/// Store: the file is something else, a directory, or no store of this library's.
pub const KAIMEN_ERR_STORE_FORMAT: i32 = -401;
/// Store: written by a newer version of the library.
pub const KAIMEN_ERR_STORE_NEWER: i32 = -402;
/// Store: the file or its file system cannot be written.
pub const KAIMEN_ERR_STORE_READ_ONLY: i32 = -403;
/// Store: the file system is full, or a quota is.
pub const KAIMEN_ERR_STORE_FULL: i32 = -404;
/// Store: it is open already, in another process or in this one.
pub const KAIMEN_ERR_STORE_LOCKED: i32 = -405;
/// Store: sealed under another key; the file is untouched.
pub const KAIMEN_ERR_STORE_KEY: i32 = -406;
/// Store: damaged beyond single records.
pub const KAIMEN_ERR_STORE_DAMAGED: i32 = -407;
/// Store: the system refused a read, a write or a sync; the detail has its words.
pub const KAIMEN_ERR_STORE_IO: i32 = -408;
/// Store: a record is larger than the store takes.
pub const KAIMEN_ERR_STORE_RECORD: i32 = -409;
/// Store: it is opened without an event log.
pub const KAIMEN_ERR_STORE_NO_EVENTS: i32 = -410;
/// Store: the engine was opened without one, or it was wiped.
pub const KAIMEN_ERR_STORE_NONE: i32 = -411;

/// Rules: the rule does not follow the grammar, or is too long.
pub const KAIMEN_ERR_RULE: i32 = -501;
/// Rules: the time zone is not known.
pub const KAIMEN_ERR_ZONE: i32 = -502;
/// Rules: more rules than one member may have; the surplus is rejected.
pub const KAIMEN_ERR_RULE_COUNT: i32 = -503;

/// Gallery: no such member.
pub const KAIMEN_ERR_MEMBER: i32 = -601;
/// Gallery: `max_members` of the configuration is reached.
pub const KAIMEN_ERR_MEMBERS_FULL: i32 = -602;
/// Gallery: `max_face_templates`, `max_finger_templates` or `max_opaque_bytes` of the configuration
/// is reached.
pub const KAIMEN_ERR_TEMPLATES_FULL: i32 = -603;
/// Gallery: `max_record_bytes` of the configuration is reached.
pub const KAIMEN_ERR_RECORDS_FULL: i32 = -604;
/// Gallery: the member has no searchable template of this algorithm.
pub const KAIMEN_ERR_NO_TEMPLATE: i32 = -605;

/// Gallery: an import of the whole list is open.
pub const KAIMEN_ERR_IMPORT_OPEN: i32 = -606;
/// Gallery: no import is open.
pub const KAIMEN_ERR_NO_IMPORT: i32 = -607;

/// Ours: a defect in the library was caught at its boundary. Nothing was
/// changed by the call; please report it.
pub const KAIMEN_ERR_PANIC: i32 = -701;
/// Ours: an earlier write panicked, so this engine accepts no further writes;
/// it goes on identifying with the last whole commit.
pub const KAIMEN_ERR_POISONED: i32 = -702;

/// Every status with its name, in the order of the ranges.
pub const TABLE: &[(i32, &CStr)] = &[
    (KAIMEN_OK, c"KAIMEN_OK"),
    (KAIMEN_ERR_NULL, c"KAIMEN_ERR_NULL"),
    (KAIMEN_ERR_ARGUMENT, c"KAIMEN_ERR_ARGUMENT"),
    (KAIMEN_ERR_STRUCT_SIZE, c"KAIMEN_ERR_STRUCT_SIZE"),
    (KAIMEN_ERR_HANDLE, c"KAIMEN_ERR_HANDLE"),
    (KAIMEN_ERR_BUFFER, c"KAIMEN_ERR_BUFFER"),
    (KAIMEN_ERR_UTF8, c"KAIMEN_ERR_UTF8"),
    (KAIMEN_ERR_TOO_MANY_HANDLES, c"KAIMEN_ERR_TOO_MANY_HANDLES"),
    (KAIMEN_ERR_CANCELLED, c"KAIMEN_ERR_CANCELLED"),
    (KAIMEN_ERR_MATCHER, c"KAIMEN_ERR_MATCHER"),
    (KAIMEN_ERR_DEADLINE, c"KAIMEN_ERR_DEADLINE"),
    (KAIMEN_ERR_MEMORY, c"KAIMEN_ERR_MEMORY"),
    (KAIMEN_ERR_ABSENT, c"KAIMEN_ERR_ABSENT"),
    (KAIMEN_ERR_ALGORITHM, c"KAIMEN_ERR_ALGORITHM"),
    (KAIMEN_ERR_BASE64, c"KAIMEN_ERR_BASE64"),
    (KAIMEN_ERR_LENGTH, c"KAIMEN_ERR_LENGTH"),
    (KAIMEN_ERR_NOT_FINITE, c"KAIMEN_ERR_NOT_FINITE"),
    (KAIMEN_ERR_ZERO_NORM, c"KAIMEN_ERR_ZERO_NORM"),
    (KAIMEN_ERR_SLOT, c"KAIMEN_ERR_SLOT"),
    (KAIMEN_ERR_SLOT_TWICE, c"KAIMEN_ERR_SLOT_TWICE"),
    (KAIMEN_ERR_TEMPLATE_SIZE, c"KAIMEN_ERR_TEMPLATE_SIZE"),
    (KAIMEN_ERR_ALGORITHM_NAME, c"KAIMEN_ERR_ALGORITHM_NAME"),
    (KAIMEN_ERR_MINUTIAE, c"KAIMEN_ERR_MINUTIAE"),
    (KAIMEN_ERR_JSON_SYNTAX, c"KAIMEN_ERR_JSON_SYNTAX"),
    (KAIMEN_ERR_JSON_SHAPE, c"KAIMEN_ERR_JSON_SHAPE"),
    (KAIMEN_ERR_JSON_SIZE, c"KAIMEN_ERR_JSON_SIZE"),
    (KAIMEN_ERR_JSON_DEPTH, c"KAIMEN_ERR_JSON_DEPTH"),
    (KAIMEN_ERR_CLOUD, c"KAIMEN_ERR_CLOUD"),
    (KAIMEN_ERR_REQ_ID, c"KAIMEN_ERR_REQ_ID"),
    (KAIMEN_ERR_FIELD, c"KAIMEN_ERR_FIELD"),
    (KAIMEN_ERR_MEMBER_TWICE, c"KAIMEN_ERR_MEMBER_TWICE"),
    (KAIMEN_ERR_PAGE_VERSION, c"KAIMEN_ERR_PAGE_VERSION"),
    (KAIMEN_ERR_STORE_FORMAT, c"KAIMEN_ERR_STORE_FORMAT"),
    (KAIMEN_ERR_STORE_NEWER, c"KAIMEN_ERR_STORE_NEWER"),
    (KAIMEN_ERR_STORE_READ_ONLY, c"KAIMEN_ERR_STORE_READ_ONLY"),
    (KAIMEN_ERR_STORE_FULL, c"KAIMEN_ERR_STORE_FULL"),
    (KAIMEN_ERR_STORE_LOCKED, c"KAIMEN_ERR_STORE_LOCKED"),
    (KAIMEN_ERR_STORE_KEY, c"KAIMEN_ERR_STORE_KEY"),
    (KAIMEN_ERR_STORE_DAMAGED, c"KAIMEN_ERR_STORE_DAMAGED"),
    (KAIMEN_ERR_STORE_IO, c"KAIMEN_ERR_STORE_IO"),
    (KAIMEN_ERR_STORE_RECORD, c"KAIMEN_ERR_STORE_RECORD"),
    (KAIMEN_ERR_STORE_NO_EVENTS, c"KAIMEN_ERR_STORE_NO_EVENTS"),
    (KAIMEN_ERR_STORE_NONE, c"KAIMEN_ERR_STORE_NONE"),
    (KAIMEN_ERR_RULE, c"KAIMEN_ERR_RULE"),
    (KAIMEN_ERR_ZONE, c"KAIMEN_ERR_ZONE"),
    (KAIMEN_ERR_RULE_COUNT, c"KAIMEN_ERR_RULE_COUNT"),
    (KAIMEN_ERR_MEMBER, c"KAIMEN_ERR_MEMBER"),
    (KAIMEN_ERR_MEMBERS_FULL, c"KAIMEN_ERR_MEMBERS_FULL"),
    (KAIMEN_ERR_TEMPLATES_FULL, c"KAIMEN_ERR_TEMPLATES_FULL"),
    (KAIMEN_ERR_RECORDS_FULL, c"KAIMEN_ERR_RECORDS_FULL"),
    (KAIMEN_ERR_NO_TEMPLATE, c"KAIMEN_ERR_NO_TEMPLATE"),
    (KAIMEN_ERR_IMPORT_OPEN, c"KAIMEN_ERR_IMPORT_OPEN"),
    (KAIMEN_ERR_NO_IMPORT, c"KAIMEN_ERR_NO_IMPORT"),
    (KAIMEN_ERR_PANIC, c"KAIMEN_ERR_PANIC"),
    (KAIMEN_ERR_POISONED, c"KAIMEN_ERR_POISONED"),
];

/// The name of a status number, or `None` for a number that has none.
#[must_use]
pub fn name(status: i32) -> Option<&'static CStr> {
    TABLE.iter().find(|(number, _)| *number == status).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table is kept by hand: it must hold every constant of this file,
    /// under its own name, once, in a reserved range.
    #[test]
    fn table_is_complete_and_numbers_are_unique() {
        let source = include_str!("status.rs");
        let declared: Vec<(&str, i32)> = source
            .lines()
            .filter_map(|line| line.strip_prefix("pub const KAIMEN_"))
            .map(|rest| {
                let (name, value) = rest.split_once(": i32 = ").unwrap();
                (name, value.trim_end_matches(';').parse().unwrap())
            })
            .collect();
        assert_eq!(declared.len(), TABLE.len());
        for ((declared_name, number), (table_number, table_name)) in declared.iter().zip(TABLE) {
            assert_eq!(Ok(format!("KAIMEN_{declared_name}").as_str()), table_name.to_str());
            assert_eq!(number, table_number);
            assert!(*number == 0 || (-799..=-101).contains(number), "{table_name:?}");
            assert_eq!(TABLE.iter().filter(|(other, _)| other == number).count(), 1);
            assert_eq!(name(*number), Some(*table_name));
        }
        assert_eq!(name(-1), None);
    }
}
