//! The loaded file.

use std::fs;
use std::mem::ManuallyDrop;
use std::path::Path;

use kaimen::ffi::config::{kaimen_algorithm, kaimen_config};
use kaimen::ffi::decision::{kaimen_access, kaimen_decision, kaimen_probe};
use kaimen::ffi::detail::kaimen_detail;
use kaimen::ffi::engine::kaimen_stats;
use kaimen::ffi::report::kaimen_report_summary;
use kaimen::ffi::types::kaimen_status;
use kaimen::ffi::version::{KAIMEN_ABI_VERSION, kaimen_build_info};

use super::symbols::Symbols;
use super::{EngineError, LibraryError, text};
use crate::record::{LibraryNote, hash};

/// The library under test. It stays loaded until the process ends: its threads keep storage whose
/// destructors live in it.
pub struct Library {
    pub(super) symbols: Symbols,
    note: LibraryNote,
    _file: ManuallyDrop<libloading::Library>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("note", &self.note).finish_non_exhaustive()
    }
}

/// A struct of the header: integers, floats and pointers only, valid if all bits are zero.
///
/// # Safety
/// Every bit pattern of zeroes is a value of the type.
pub(super) unsafe trait Plain {}
// SAFETY: integers, arrays of them, raw pointers and a nullable function.
unsafe impl Plain for kaimen_algorithm {}
// SAFETY: integers and raw pointers.
unsafe impl Plain for kaimen_config {}
// SAFETY: integers and raw pointers.
unsafe impl Plain for kaimen_probe {}
// SAFETY: integers and arrays of them.
unsafe impl Plain for kaimen_decision {}
// SAFETY: integers and arrays of them.
unsafe impl Plain for kaimen_access {}
// SAFETY: integers and arrays of them.
unsafe impl Plain for kaimen_detail {}
// SAFETY: integers and arrays of them.
unsafe impl Plain for kaimen_stats {}
// SAFETY: integers and arrays of them.
unsafe impl Plain for kaimen_report_summary {}
// SAFETY: integers and arrays of them.
unsafe impl Plain for kaimen_build_info {}

impl Library {
    /// Loads a file, compares its ABI version, looks up the functions and notes what it is.
    pub fn load(path: &Path) -> Result<Library, LibraryError> {
        let file_error = |error| LibraryError::File { path: path.to_owned(), error };
        let whole = fs::canonicalize(path).map_err(file_error)?;
        let bytes = fs::read(&whole).map_err(file_error)?;
        // SAFETY: the rig is asked to test this file; its initialisers are those of a Rust
        // library, which only prepare std.
        let file = unsafe { libloading::Library::new(&whole) };
        let file = ManuallyDrop::new(file.map_err(|error| LibraryError::Load {
            path: path.to_owned(),
            reason: error.to_string(),
        })?);
        check_abi(&file, path)?;
        let symbols = Symbols::find(&file)?;
        if !is_mapped_from(symbols.kaimen_engine_open as usize, &whole) {
            return Err(LibraryError::Elsewhere { path: path.to_owned() });
        }
        let note = note(&symbols, &whole, &bytes);
        Ok(Library { symbols, note, _file: file })
    }

    /// What was loaded.
    #[must_use]
    pub fn note(&self) -> &LibraryNote {
        &self.note
    }

    /// How many handles are open in it.
    #[must_use]
    pub fn live_handles(&self) -> usize {
        // SAFETY: takes nothing; the symbol has the header's type.
        unsafe { (self.symbols.kaimen_live_handles)() }
    }

    /// A reason in words.
    #[must_use]
    pub fn reason(&self, reason: u32) -> String {
        // SAFETY: any number is fine; the symbol has the header's type.
        let name = unsafe { (self.symbols.kaimen_reason_name)(reason) };
        // SAFETY: static text of a library that stays loaded.
        unsafe { text::of_pointer(name) }
    }

    /// The name of a status.
    #[must_use]
    pub fn status(&self, status: i32) -> String {
        // SAFETY: any number is fine; the symbol has the header's type.
        let name = unsafe { (self.symbols.kaimen_status_name)(status) };
        // SAFETY: static text of a library that stays loaded.
        unsafe { text::of_pointer(name) }
    }

    /// Makes a status a result, with the detail's words.
    pub(super) fn check(
        &self,
        call: &'static str,
        status: kaimen_status,
        detail: &kaimen_detail,
    ) -> Result<(), EngineError> {
        if status == kaimen::status::KAIMEN_OK {
            return Ok(());
        }
        Err(EngineError {
            call,
            status,
            name: self.status(status),
            message: text::of_array(&detail.message),
            field: text::of_array(&detail.field),
        })
    }

    /// A detail to be written by a call.
    pub(super) fn detail(&self) -> kaimen_detail {
        filled(self.symbols.kaimen_detail_init)
    }
}

/// A struct that its own `_init` has filled.
pub(super) fn filled<T: Plain>(init: unsafe extern "C" fn(*mut T)) -> T {
    let mut value = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: room for one such struct; `init` is the library's function for it.
    unsafe { init(value.as_mut_ptr()) };
    // SAFETY: all bits were zero, a value of the type (`Plain`), before `init` wrote to it.
    unsafe { value.assume_init() }
}

fn check_abi(file: &libloading::Library, path: &Path) -> Result<(), LibraryError> {
    // SAFETY: of this type in every version of the interface.
    let abi = unsafe { file.get::<unsafe extern "C" fn() -> u32>("kaimen_abi_version\0") };
    let abi = abi.map_err(|_| LibraryError::NotKaimen { path: path.to_owned() })?;
    // SAFETY: takes nothing.
    let found = unsafe { abi() };
    if found == KAIMEN_ABI_VERSION {
        Ok(())
    } else {
        Err(LibraryError::Abi { path: path.to_owned(), found, wanted: KAIMEN_ABI_VERSION })
    }
}

/// Whether an address lies in a mapping of this file: so that a result is never about another
/// copy of the library, the one inside this program above all.
fn is_mapped_from(address: usize, path: &Path) -> bool {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    maps.lines().any(|line| {
        let range = line.split(' ').next().and_then(|range| range.split_once('-'));
        let Some((low, high)) = range else { return false };
        let number = |text| usize::from_str_radix(text, 16).unwrap_or(0);
        (number(low)..number(high)).contains(&address) && line.ends_with(&*path.to_string_lossy())
    })
}

fn note(symbols: &Symbols, path: &Path, bytes: &[u8]) -> LibraryNote {
    let mut info = filled(symbols.kaimen_build_info_init);
    // SAFETY: an initialised struct; NULL is a detail that is not wanted.
    let status = unsafe { (symbols.kaimen_build_info_get)(&raw mut info, std::ptr::null_mut()) };
    debug_assert_eq!(status, 0);
    // SAFETY: takes nothing.
    let version = unsafe { (symbols.kaimen_version)() };
    LibraryNote {
        path: path.display().to_string(),
        sha256: hash(bytes),
        bytes: bytes.len() as u64,
        // SAFETY: static text of a library that stays loaded.
        version: unsafe { text::of_pointer(version) },
        abi: info.abi_version,
        target: text::of_array(&info.target),
        tier: text::of_array(&info.tier),
        debug: info.debug != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_kaimen_is_refused_by_name() {
        let missing = Library::load(Path::new("/nowhere/libkaimen.so")).unwrap_err();
        assert!(matches!(missing, LibraryError::File { .. }), "{missing}");
        let text = tempfile::NamedTempFile::new().unwrap();
        let error = Library::load(text.path()).unwrap_err();
        assert!(matches!(error, LibraryError::Load { .. }), "{error}");
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let libc = maps.lines().find_map(|line| {
            let path = line.split(' ').next_back()?;
            path.contains("libc.so").then(|| path.to_owned())
        });
        if let Some(libc) = libc {
            let error = Library::load(Path::new(&libc)).unwrap_err();
            assert!(matches!(error, LibraryError::NotKaimen { .. }), "{error}");
        }
    }

    #[test]
    fn an_address_of_this_program_is_not_in_another_file() {
        let here = what_is_no_kaimen_is_refused_by_name as fn() as usize;
        assert!(is_mapped_from(here, &std::env::current_exe().unwrap()));
        assert!(!is_mapped_from(here, Path::new("/lib/libkaimen.so")));
    }
}
