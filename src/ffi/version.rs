//! Versions, build information, names of numbers.

use core::ffi::{CStr, c_char};

use super::boundary;
use super::detail::kaimen_detail;
use super::pointer::{self, Versioned};
use super::types::*;
use crate::kernels::Kernels;
use crate::status;

/// Release version, major part.
pub const KAIMEN_VERSION_MAJOR: u32 = 0;
/// Release version, minor part.
pub const KAIMEN_VERSION_MINOR: u32 = 1;
/// Release version, patch part.
pub const KAIMEN_VERSION_PATCH: u32 = 0;
/// Number of the binary interface. A library with the same number can replace
/// another without recompiling; functions and structs only grow within it.
pub const KAIMEN_ABI_VERSION: u32 = 1;
/// Number of the in-memory template format (int8 codes, scores in millionths).
pub const KAIMEN_TEMPLATE_FORMAT: u32 = 1;

/// What this library is and what it runs on. Fill it with
/// `kaimen_build_info_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_build_info {
    /// Size of this struct in bytes, set by `kaimen_build_info_init`.
    pub struct_size: u32,
    /// `KAIMEN_ABI_VERSION` of the library, not of the header.
    pub abi_version: u32,
    /// `KAIMEN_TEMPLATE_FORMAT` of the library.
    pub template_format: u32,
    /// 32 or 64.
    pub pointer_bits: u32,
    /// 1 if built with debug assertions, else 0.
    pub debug: u32,
    /// Zero.
    pub reserved: [u32; 3],
    /// Release version, for example "0.1.0", NUL-terminated.
    pub version: [c_char; 32],
    /// Architecture and system, for example "x86_64-linux", NUL-terminated.
    pub target: [c_char; 32],
    /// The kernel tier chosen for this processor, NUL-terminated: one of
    /// "portable", "avx2", "avx512-vnni", "avx512-vpopcntdq", "amx-int8", "armv7-neon", "neon",
    /// "neon-dotprod", "neon-i8mm". Scores do not depend on it. For "amx-int8" the process asks
    /// Linux for the use of tiles, which makes its signal frames 8 KiB larger.
    pub tier: [c_char; 32],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_build_info {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            abi_version: KAIMEN_ABI_VERSION,
            template_format: KAIMEN_TEMPLATE_FORMAT,
            pointer_bits: usize::BITS,
            debug: u32::from(cfg!(debug_assertions)),
            reserved: [0; 3],
            version: [0; 32],
            target: [0; 32],
            tier: [0; 32],
        }
    }
}

/// The release version as text, for example "0.1.0". Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_version() -> *const c_char {
    boundary::plain(c"".as_ptr(), || version_text().as_ptr())
}

fn version_text() -> &'static CStr {
    const TEXT: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    CStr::from_bytes_until_nul(TEXT.as_bytes()).unwrap_or_default()
}

/// `KAIMEN_ABI_VERSION` of the library. Compare it with the header's.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_abi_version() -> u32 {
    boundary::plain(0, || KAIMEN_ABI_VERSION)
}

/// Fills a `kaimen_build_info` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_build_info_init(info: *mut kaimen_build_info) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(info) }
    })
}

/// What this library is: versions, target, and the kernel tier that was chosen
/// for this processor.
///
/// `info`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_STRUCT_SIZE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_build_info_get(
    info: *mut kaimen_build_info,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(info, "info") }?;
        let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
        let value = kaimen_build_info {
            version: pointer::fixed_text(env!("CARGO_PKG_VERSION")),
            target: pointer::fixed_text(&target),
            tier: pointer::fixed_text(Kernels::detect().tier().name()),
            ..Versioned::new()
        };
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(info, value) };
        Ok(())
    })
}

/// The name of a status, for example "KAIMEN_ERR_NULL"; "KAIMEN_ERR_?" for a
/// number that this version does not know. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_status_name(status: kaimen_status) -> *const c_char {
    boundary::plain(c"KAIMEN_ERR_?".as_ptr(), || {
        status::name(status).map_or(c"KAIMEN_ERR_?".as_ptr(), |name| name.as_ptr())
    })
}

/// A verdict in one lower-case word: "pass", "deny", "unknown"; "?" for any
/// other number. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_verdict_name(verdict: u32) -> *const c_char {
    boundary::plain(c"?".as_ptr(), || {
        match verdict {
            KAIMEN_VERDICT_PASS => c"pass",
            KAIMEN_VERDICT_DENY => c"deny",
            KAIMEN_VERDICT_UNKNOWN => c"unknown",
            _ => c"?",
        }
        .as_ptr()
    })
}

/// A reason in a few English words, for a log or a screen; "?" for a number
/// that this version does not know. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn kaimen_reason_name(reason: u32) -> *const c_char {
    boundary::plain(c"?".as_ptr(), || {
        match reason {
            KAIMEN_REASON_RULE => c"rule",
            KAIMEN_REASON_NO_RULES_STAFF => c"staff without rules",
            KAIMEN_REASON_NO_RULES_STUDENT => c"student without rules, allowed by setting",
            KAIMEN_REASON_AMBIGUOUS => c"ambiguous",
            KAIMEN_REASON_STALE => c"template out of date",
            KAIMEN_REASON_OUTSIDE_RULES => c"outside the rules",
            KAIMEN_REASON_NOT_IN_EFFECT => c"rules not yet in effect",
            KAIMEN_REASON_ALL_MALFORMED => c"all rules malformed",
            KAIMEN_REASON_VISITOR_WITHOUT_RULES => c"visitor without rules",
            KAIMEN_REASON_STUDENT_WITHOUT_RULES => c"student without rules",
            KAIMEN_REASON_CLOCK => c"clock out of range",
            KAIMEN_REASON_BELOW_THRESHOLD => c"below threshold",
            KAIMEN_REASON_EMPTY_GALLERY => c"gallery is empty",
            _ => c"?",
        }
        .as_ptr()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_numbers_have_one_source() {
        let parts = [KAIMEN_VERSION_MAJOR, KAIMEN_VERSION_MINOR, KAIMEN_VERSION_PATCH];
        let text = parts.map(|part| part.to_string()).join(".");
        assert_eq!(text, env!("CARGO_PKG_VERSION"));
        assert_eq!(version_text().to_str(), Ok(env!("CARGO_PKG_VERSION")));
    }
}
