//! The durable copy, as C sees it: open, key, wipe.

use core::ffi::{c_char, c_void};
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::boundary;
use super::config::{kaimen_config, read_config};
use super::detail::kaimen_detail;
use super::engine::{ENGINES, get, kaimen_engine};
use super::pointer::{self, Versioned};
use super::report::{REPORTS, kaimen_report};
use super::types::*;
use crate::engine::{Engine, StoreConfig, Versions};
use crate::error::Error;
use crate::part::Part;
use crate::store::{Options, StoreKey, Wiped};

/// Bytes of the key that seals a store.
pub const KAIMEN_STORE_KEY_BYTES: usize = 32;
/// Longest path of a store in bytes, terminating NUL not counted.
pub const KAIMEN_PATH_BYTES: usize = 4096;

/// Gives the key: writes `size` (`KAIMEN_STORE_KEY_BYTES`) bytes to `key` and returns 0; any other
/// value ends the call with `KAIMEN_ERR_CANCELLED`. Called in the thread of the call that it was
/// given to, once; must return (no `longjmp`, no exception), and must not call the library.
pub type kaimen_key_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, key: *mut u8, size: usize) -> u32>;

/// Where the durable copy is, and the key that seals it. Fill it with
/// `kaimen_store_config_init` first. Everything is copied; nothing has to outlive the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_store_config {
    /// Size of this struct in bytes, set by `kaimen_store_config_init`.
    pub struct_size: u32,
    /// Most events that wait to be acknowledged; the oldest makes room for a new one and is counted.
    /// 0: no event log. Default 10000.
    pub max_events: u32,
    /// Memory for pages of the file in bytes, 262144 to 1073741824; half of it
    /// buffers writes. Not part of `kaimen_config_required_bytes`. Default 4 MiB.
    pub cache_bytes: u64,
    /// Zero.
    pub reserved: [u64; 4],
    /// The file, NUL-terminated, UTF-8, 1 to `KAIMEN_PATH_BYTES`. Created if it is not there; its
    /// folder must be. No default.
    pub path: *const c_char,
    /// The key, `KAIMEN_STORE_KEY_BYTES` bytes of full entropy, as from a secure element; NULL if
    /// `key_callback` gives it. Overwrite yours when the call has returned: the engine keeps keys
    /// that follow from it, not the key.
    pub key: *const u8,
    /// Gives the key if `key` is NULL.
    pub key_callback: kaimen_key_fn,
    /// Handed to `key_callback`.
    pub user: *mut c_void,
}

// SAFETY: repr(C), starts with its u32 size, integers and pointers only (any bits are a valid raw
// pointer, and a function pointer is called only as the conventions allow), no padding (asserted in
// `layout.rs`).
unsafe impl Versioned for kaimen_store_config {
    fn new() -> Self {
        let options = Options::default();
        Self {
            struct_size: size_of::<Self>() as u32,
            max_events: options.events as u32,
            cache_bytes: options.cache_bytes as u64,
            reserved: [0; 4],
            path: core::ptr::null(),
            key: core::ptr::null(),
            key_callback: None,
            user: core::ptr::null_mut(),
        }
    }
}

/// What `kaimen_engine_wipe` could do. Fill it with `kaimen_wiped_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_wiped {
    /// Size of this struct in bytes, set by `kaimen_wiped_init`.
    pub struct_size: u32,
    /// 1: the sealed key was overwritten and the file synchronised, so nobody can unseal what may
    /// be left, unless an old copy of the key's place survives in the flash.
    pub key_destroyed: u32,
    /// 1: the file has no content any more.
    pub truncated: u32,
    /// Zero.
    pub reserved: u32,
    /// Bytes that the file had.
    pub bytes: u64,
    /// How many of them were overwritten with zeros and synchronised.
    pub overwritten: u64,
    /// Zero.
    pub reserved64: [u64; 4],
    /// What could not be done, in the system's words, NUL-terminated, cut to fit; empty if
    /// everything was.
    pub failures: [c_char; 512],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_wiped {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            key_destroyed: 0,
            truncated: 0,
            reserved: 0,
            bytes: 0,
            overwritten: 0,
            reserved64: [0; 4],
            failures: [0; 512],
        }
    }
}

/// Fills a `kaimen_store_config` with the defaults. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_store_config_init(config: *mut kaimen_store_config) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(config) }
    })
}

/// Fills a `kaimen_wiped` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_wiped_init(wiped: *mut kaimen_wiped) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(wiped) }
    })
}

/// Opens an engine on its durable copy, with the gallery as of the last whole commit. From then
/// on every commit (sync, removal, import, clear, versions) is in the file before it is visible;
/// one that the file does not take fails, and changes nothing.
///
/// Everything in the file that tells anything of a person is sealed (XChaCha20-Poly1305); somebody
/// who has the file without the key learns the number of members and events and the sizes of their records. Single
/// records cannot be exchanged, moved to another store or put back in an older state unnoticed. The
/// whole file put back in an older state is not noticed: no file can know.
///
/// `config`: as `kaimen_engine_open`. Templates of algorithms that are configured differently
/// now are not searchable any more; the report asks for them.
/// `store`: where, and under which key.
/// `engine`: receives the handle on success.
/// `report`: receives a report's handle on success; NULL if not wanted. Has a line for
/// each member who was lost or cannot be trusted (`KAIMEN_ITEM_MEMBER_DAMAGED`, ask for them again; without a userid: for everybody),
/// does not fit the limits, or whose templates are wanted.
/// Statuses: as `kaimen_engine_open`, and `KAIMEN_ERR_ABSENT` (this build has no store; no key was
/// asked for), `KAIMEN_ERR_CANCELLED`,
/// `KAIMEN_ERR_STORE_FORMAT` (the file is something else), `KAIMEN_ERR_STORE_NEWER`,
/// `KAIMEN_ERR_STORE_KEY` (wrong key; the file is untouched), `KAIMEN_ERR_STORE_LOCKED` (open
/// already, here or in another process), `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_FULL`,
/// `KAIMEN_ERR_STORE_DAMAGED` (beyond single records: remove the file and import everything), `KAIMEN_ERR_STORE_IO`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_open_stored(
    config: *const kaimen_config,
    store: *const kaimen_store_config,
    engine: *mut *mut kaimen_engine,
    report: *mut *mut kaimen_report,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(engine, "engine")?;
        Part::Store.check()?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        let config = unsafe { read_config(config) }?;
        // What is wrong with it is said before the key is asked for.
        config.required_bytes()?;
        // SAFETY: as above.
        let store = unsafe { read_store_config(store) }?;
        // The places are taken first: an engine that cannot be handed over would keep its store locked.
        let lines_place = if report.is_null() { None } else { Some(REPORTS.reserve()?) };
        let place = ENGINES.reserve()?;
        let (opened, lines) = Engine::open_stored(&config, &store)?;
        if let Some(lines_place) = lines_place {
            let lines = core::ptr::without_provenance_mut(lines_place.fill(lines));
            // SAFETY: not NULL, or no place was taken; writable by the conventions.
            unsafe { pointer::write_out(report, lines, "report") }?;
        }
        let handle = core::ptr::without_provenance_mut(place.fill(opened));
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(engine, handle, "engine") }
    })
}

/// Seals the store anew under another key. When it returns, only the new key opens it. The call may
/// be interrupted at any point, by a power cut too: afterwards either the old key opens the
/// store, and nothing has happened, or the new one does, and opening finishes the work. Identification
/// goes on meanwhile; commits and events wait.
///
/// `key`: `KAIMEN_STORE_KEY_BYTES` bytes.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STORE_NONE` or
/// `KAIMEN_ERR_ABSENT`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`, `KAIMEN_ERR_POISONED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_rotate_key(
    engine: *mut kaimen_engine,
    key: *const u8,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        // SAFETY: NULL or KAIMEN_STORE_KEY_BYTES readable bytes, by contract.
        let key = unsafe { read_key(key) }?;
        engine.rotate_key(&key)
    })
}

/// Erases everything, as after `push_unbind_corp`: the gallery in memory, then the store: first its
/// sealed key, then the whole file. The engine goes on with an empty gallery and refuses what would write; close it.
/// Flash memory keeps old copies where no program reaches them: destroy the key in the secure element, too.
///
/// `wiped`: initialised; written if the status is `KAIMEN_OK`, and says what could not be erased.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
/// `KAIMEN_ERR_STORE_NONE` or `KAIMEN_ERR_ABSENT` (memory is erased all the same), `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_wipe(
    engine: *mut kaimen_engine,
    wiped: *mut kaimen_wiped,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(wiped, "wiped") }?;
        let done = get(engine)?.wipe()?;
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(wiped, wiped_out(&done)) };
        Ok(())
    })
}

/// The versions of the cloud's lists up to which the gallery was brought, as
/// `kaimen_engine_set_versions` or an import left them.
///
/// `perm_version`: of staff and students; 0 if none is known. NULL if not wanted.
/// `visitor_version`: of visitors; likewise.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_versions(
    engine: *const kaimen_engine,
    perm_version: *mut u64,
    visitor_version: *mut u64,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let versions = get(engine)?.versions();
        for (place, value) in [(perm_version, versions.perm), (visitor_version, versions.visitor)] {
            if !place.is_null() {
                // SAFETY: not NULL (checked above), writable by the conventions.
                unsafe { pointer::write_out(place, value.unwrap_or(0), "version") }?;
            }
        }
        Ok(())
    })
}

/// Remembers the versions of the cloud's lists, durably where there is a store: call it after
/// the changes up to them were applied. 0 forgets one.
///
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_IMPORT_OPEN`,
/// `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`, `KAIMEN_ERR_POISONED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_set_versions(
    engine: *mut kaimen_engine,
    perm_version: u64,
    visitor_version: u64,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let some = |version: u64| (version != 0).then_some(version);
        let versions = Versions { perm: some(perm_version), visitor: some(visitor_version) };
        get(engine)?.set_versions(versions)
    })
}

/// Copies a store's configuration in, and asks for the key.
///
/// # Safety
/// `config` and what it points to are NULL or valid, as the header says.
unsafe fn read_store_config(config: *const kaimen_store_config) -> Result<StoreConfig, Error> {
    // SAFETY: this function's own contract.
    let config = unsafe { pointer::read_struct(config, "store") }?;
    if config.reserved != [0; 4] {
        let reason = "has reserved fields that are not zero";
        return Err(Error::Argument { name: "store", reason });
    }
    // SAFETY: this function's own contract.
    let path = unsafe { pointer::text(config.path, KAIMEN_PATH_BYTES, "path") }?;
    if path.is_empty() {
        return Err(Error::Argument { name: "path", reason: "is empty" });
    }
    let cache_bytes = usize::try_from(config.cache_bytes).ok();
    let cache_bytes = cache_bytes.filter(|bytes| crate::limits::STORE_CACHE_BYTES.contains(bytes));
    let cache_bytes = cache_bytes.ok_or(Error::Argument {
        name: "cache_bytes",
        reason: "is not within 262144 to 1073741824",
    })?;
    let key = match config.key_callback {
        Some(callback) if config.key.is_null() => ask_for_key(callback, config.user)?,
        // SAFETY: NULL or KAIMEN_STORE_KEY_BYTES readable bytes, by contract.
        _ => unsafe { read_key(config.key) }?,
    };
    let options = Options { events: config.max_events.into(), cache_bytes };
    Ok(StoreConfig { path: PathBuf::from(path), key, options })
}

fn ask_for_key(
    callback: unsafe extern "C" fn(*mut c_void, *mut u8, usize) -> u32,
    user: *mut c_void,
) -> Result<StoreKey, Error> {
    let mut key = Zeroizing::new([0; KAIMEN_STORE_KEY_BYTES]);
    // SAFETY: the caller's own function, called as its type says; `key` has so many bytes.
    let answer = unsafe { callback(user, key.as_mut_ptr(), KAIMEN_STORE_KEY_BYTES) };
    if answer == 0 { Ok(StoreKey::new(&key)) } else { Err(Error::Cancelled) }
}

/// Copies a key in.
///
/// # Safety
/// `key` is NULL or points to `KAIMEN_STORE_KEY_BYTES` readable bytes.
unsafe fn read_key(key: *const u8) -> Result<StoreKey, Error> {
    pointer::not_null(key, "key")?;
    // SAFETY: not NULL, readable by contract; bytes have no alignment.
    let bytes = Zeroizing::new(unsafe { key.cast::<[u8; KAIMEN_STORE_KEY_BYTES]>().read() });
    Ok(StoreKey::new(&bytes))
}

fn wiped_out(wiped: &Wiped) -> kaimen_wiped {
    kaimen_wiped {
        key_destroyed: wiped.key_destroyed.into(),
        truncated: wiped.truncated.into(),
        bytes: wiped.bytes,
        overwritten: wiped.overwritten,
        failures: pointer::fixed_text(&wiped.failures.join("; ")),
        ..Versioned::new()
    }
}
