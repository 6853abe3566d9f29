//! The same import through the C functions, as firmware makes it.
#![allow(unsafe_code, reason = "this stands in for a program in C")]

use std::ffi::CString;
use std::path::Path;
use std::ptr::null_mut;
use std::time::Instant;

use kaimen::ffi::config::*;
use kaimen::ffi::engine::*;
use kaimen::ffi::import::*;
use kaimen::ffi::store::*;
use kaimen::ffi::types::KAIMEN_SEARCH_FAST;
use kaimen::status::KAIMEN_OK;

/// Milliseconds of a full import of the pages into a new store at `path`: begin, pages, commit.
pub(crate) fn import(path: &Path, cache_bytes: u64, pages: &[String]) -> f64 {
    let engine = open(path, cache_bytes);
    let start = Instant::now();
    // SAFETY: an open engine; the detail may be NULL.
    let begun = unsafe { kaimen_engine_import_begin(engine, KAIMEN_IMPORT_MEMBERS, null_mut()) };
    assert_eq!(begun, KAIMEN_OK);
    for page in pages {
        let (json, size) = (page.as_ptr().cast(), page.len());
        // SAFETY: as above; `size` bytes can be read, and what is not wanted is NULL.
        let added = unsafe {
            kaimen_engine_import_page(engine, json, size, null_mut(), null_mut(), null_mut())
        };
        assert_eq!(added, KAIMEN_OK);
    }
    // SAFETY: as above.
    let committed = unsafe { kaimen_engine_import_commit(engine, null_mut(), null_mut()) };
    assert_eq!(committed, KAIMEN_OK);
    let taken = start.elapsed().as_secs_f64() * 1e3;
    kaimen_engine_close(engine);
    taken
}

fn open(path: &Path, cache_bytes: u64) -> *mut kaimen_engine {
    // SAFETY: an empty struct of integers, floats and pointers; the call fills it.
    let mut algorithm: kaimen_algorithm = unsafe { std::mem::zeroed() };
    // SAFETY: writable.
    unsafe { kaimen_algorithm_preset_int8_512_1072(&raw mut algorithm) };
    algorithm.threshold = 540_000;
    algorithm.search = KAIMEN_SEARCH_FAST;
    // SAFETY: as for the algorithm.
    let mut config: kaimen_config = unsafe { std::mem::zeroed() };
    // SAFETY: writable.
    unsafe { kaimen_config_init(&raw mut config) };
    config.algorithms = &raw const algorithm;
    config.algorithm_count = 1;
    config.max_members = 100_000;
    config.max_face_templates = 200_000;
    config.max_record_bytes = 128 << 20;
    // SAFETY: as for the algorithm.
    let mut store: kaimen_store_config = unsafe { std::mem::zeroed() };
    // SAFETY: writable.
    unsafe { kaimen_store_config_init(&raw mut store) };
    let path = CString::new(path.to_str().expect("UTF-8")).expect("no NUL");
    let key = [1; KAIMEN_STORE_KEY_BYTES];
    (store.path, store.key, store.cache_bytes) = (path.as_ptr(), key.as_ptr(), cache_bytes);
    let mut engine = null_mut();
    let (config, store) = (&raw const config, &raw const store);
    // SAFETY: initialised structs, whose pointers outlive the call.
    let opened = unsafe {
        kaimen_engine_open_stored(config, store, &raw mut engine, null_mut(), null_mut())
    };
    assert_eq!(opened, KAIMEN_OK);
    engine
}
