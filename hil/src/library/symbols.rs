//! The functions that the rig calls, looked up in the file.

use core::ffi::c_char;

use kaimen::ffi::config::{kaimen_algorithm, kaimen_config};
use kaimen::ffi::decision::{kaimen_access, kaimen_decision, kaimen_probe};
use kaimen::ffi::detail::kaimen_detail;
use kaimen::ffi::engine::{kaimen_engine, kaimen_stats};
use kaimen::ffi::report::{kaimen_report, kaimen_report_summary};
use kaimen::ffi::request::kaimen_request;
use kaimen::ffi::types::kaimen_status;
use kaimen::ffi::version::kaimen_build_info;

use super::LibraryError;

/// Declares the table of functions, the look-up, and a comparison of each declaration with the
/// one that the header is generated from: the compiler refuses a difference.
macro_rules! symbols {
    ($($module:ident :: $name:ident ( $($argument:ty),* ) $(-> $result:ty)? ;)*) => {
        /// The functions that the rig calls.
        pub(super) struct Symbols {
            $(pub(super) $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Symbols {
            /// Looks all of them up.
            pub(super) fn find(library: &libloading::Library) -> Result<Symbols, LibraryError> {
                Ok(Symbols {
                    $($name: {
                        // SAFETY: the type is that of the header of this ABI version, which the
                        // caller has compared; the library outlives the table (`Library` owns
                        // both).
                        let found = unsafe { library.get(concat!(stringify!($name), "\0")) };
                        *found.map_err(|_| LibraryError::Symbol { name: stringify!($name) })?
                    },)*
                })
            }
        }

        $(const _: unsafe extern "C" fn($($argument),*) $(-> $result)? =
            kaimen::ffi::$module::$name;)*
    };
}

symbols! {
    version::kaimen_version() -> *const c_char;
    version::kaimen_build_info_init(*mut kaimen_build_info);
    version::kaimen_build_info_get(*mut kaimen_build_info, *mut kaimen_detail) -> kaimen_status;
    version::kaimen_status_name(kaimen_status) -> *const c_char;
    version::kaimen_reason_name(u32) -> *const c_char;
    detail::kaimen_detail_init(*mut kaimen_detail);
    config::kaimen_algorithm_init(*mut kaimen_algorithm);
    config::kaimen_config_init(*mut kaimen_config);
    config::kaimen_config_required_bytes(*const kaimen_config, *mut u64, *mut kaimen_detail)
        -> kaimen_status;
    engine::kaimen_engine_open(*const kaimen_config, *mut *mut kaimen_engine, *mut kaimen_detail)
        -> kaimen_status;
    engine::kaimen_engine_close(*mut kaimen_engine);
    engine::kaimen_engine_clear(*mut kaimen_engine, *mut kaimen_detail) -> kaimen_status;
    engine::kaimen_engine_sync(*mut kaimen_engine, *const kaimen_request, usize, *const c_char,
        usize, *mut *mut kaimen_report, *mut kaimen_detail) -> kaimen_status;
    engine::kaimen_engine_member_remove(*mut kaimen_engine, *const c_char, u32,
        *mut kaimen_detail) -> kaimen_status;
    engine::kaimen_stats_init(*mut kaimen_stats);
    engine::kaimen_engine_stats(*const kaimen_engine, *mut kaimen_stats, *mut kaimen_detail)
        -> kaimen_status;
    engine::kaimen_live_handles() -> usize;
    report::kaimen_report_summary_init(*mut kaimen_report_summary);
    report::kaimen_report_summary_get(*const kaimen_report, *mut kaimen_report_summary,
        *mut kaimen_detail) -> kaimen_status;
    report::kaimen_report_free(*mut kaimen_report);
    identify::kaimen_probe_init(*mut kaimen_probe);
    identify::kaimen_decision_init(*mut kaimen_decision);
    identify::kaimen_access_init(*mut kaimen_access);
    identify::kaimen_engine_identify_face(*const kaimen_engine, *const kaimen_probe, i64,
        *mut kaimen_decision, *mut kaimen_detail) -> kaimen_status;
    identify::kaimen_engine_identify_finger(*const kaimen_engine, *const kaimen_probe, i64,
        *mut kaimen_decision, *mut kaimen_detail) -> kaimen_status;
    identify::kaimen_engine_member_access(*const kaimen_engine, *const c_char, u32, i64,
        *mut kaimen_access, *mut kaimen_detail) -> kaimen_status;
}
