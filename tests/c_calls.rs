//! Sequences of C calls with wild arguments keep the header's promises. The
//! fuzz target `c_calls` runs the same calls with coverage.
#![allow(unsafe_code, reason = "this program stands in for one written in C")]

use kaimen::ffi::types::*;
use kaimen::status::*;
use proptest::prelude::*;

#[path = "c_calls/calls.rs"]
mod calls;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn wild_calls_keep_the_promises(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        calls::run(&bytes, &mut calls::Met::default());
    }
}

/// The calls reach what they are meant to check: a generator that only ever
/// makes calls that fail at once would prove nothing.
#[test]
fn the_calls_meet_nearly_everything() {
    let mut met = calls::Met::default();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..24_000 {
        let mut bytes = Vec::new();
        for _ in 0..200 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        calls::run(&bytes, &mut met);
    }
    let expected = [
        KAIMEN_OK,
        KAIMEN_ERR_NULL,
        KAIMEN_ERR_ARGUMENT,
        KAIMEN_ERR_STRUCT_SIZE,
        KAIMEN_ERR_HANDLE,
        KAIMEN_ERR_BUFFER,
        KAIMEN_ERR_UTF8,
        KAIMEN_ERR_ALGORITHM,
        KAIMEN_ERR_LENGTH,
        KAIMEN_ERR_NOT_FINITE,
        KAIMEN_ERR_ZERO_NORM,
        KAIMEN_ERR_JSON_SYNTAX,
        KAIMEN_ERR_JSON_SHAPE,
        KAIMEN_ERR_CLOUD,
        KAIMEN_ERR_REQ_ID,
        KAIMEN_ERR_ZONE,
        KAIMEN_ERR_MEMBER,
        KAIMEN_ERR_NO_TEMPLATE,
        KAIMEN_ERR_MINUTIAE,
        KAIMEN_ERR_MATCHER,
        KAIMEN_ERR_CANCELLED,
        KAIMEN_ERR_IMPORT_OPEN,
        KAIMEN_ERR_NO_IMPORT,
        KAIMEN_ERR_STORE_NONE,
        KAIMEN_ERR_STORE_NO_EVENTS,
        KAIMEN_ERR_STORE_KEY,
        KAIMEN_ERR_STORE_LOCKED,
        KAIMEN_ERR_STORE_FORMAT,
    ];
    let missed: Vec<_> = expected.iter().filter(|s| !met.statuses.contains(s)).collect();
    assert!(missed.is_empty(), "never met {missed:?}, but {:?}", met.statuses);
    let reasons = [
        KAIMEN_REASON_RULE,
        KAIMEN_REASON_NO_RULES_STAFF,
        KAIMEN_REASON_AMBIGUOUS,
        KAIMEN_REASON_OUTSIDE_RULES,
        KAIMEN_REASON_VISITOR_WITHOUT_RULES,
        KAIMEN_REASON_STUDENT_WITHOUT_RULES,
        KAIMEN_REASON_BELOW_THRESHOLD,
        KAIMEN_REASON_EMPTY_GALLERY,
    ];
    let missed: Vec<_> = reasons.iter().filter(|r| !met.reasons.contains(r)).collect();
    assert!(missed.is_empty(), "never met {missed:?}, but {:?}", met.reasons);
    let missed: Vec<_> = reasons.iter().filter(|r| !met.finger_reasons.contains(r)).collect();
    assert!(missed.is_empty(), "never met {missed:?} of fingers, but {:?}", met.finger_reasons);
}
