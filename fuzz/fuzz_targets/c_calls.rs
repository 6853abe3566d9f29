//! Sequences of C calls with wild arguments keep the header's promises.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/c_calls/calls.rs"]
mod calls;

fuzz_target!(|bytes: &[u8]| {
    calls::run(bytes, &mut calls::Met::default());
    assert_eq!(kaimen::ffi::engine::kaimen_live_handles(), 0);
});
