//! An engine of the library under test.

use std::ffi::CString;
use std::ptr;
use std::sync::Arc;

use kaimen::ffi::config::{KAIMEN_FORMAT_MINUTIAE, kaimen_algorithm, kaimen_config};
use kaimen::ffi::decision::{KAIMEN_PROBE_F32, KAIMEN_PROBE_TEMPLATE, kaimen_probe};
use kaimen::ffi::engine::kaimen_engine;
use kaimen::ffi::report::kaimen_report;
use kaimen::ffi::types::{KAIMEN_MODALITY_FACE, KAIMEN_MODALITY_FINGER};
use kaimen::status::KAIMEN_ERR_ARGUMENT;

use super::loaded::filled;
use super::{
    Access, Algorithm, Decision, EngineError, Library, LibraryError, Settings, Stats, SyncSummary,
};

/// An open engine. Any thread may call it at any time, as the header promises.
#[derive(Debug)]
pub struct Engine {
    library: Arc<Library>,
    /// The handle: a number dressed as a pointer, by the header's word.
    handle: usize,
}

impl Engine {
    /// Opens an engine in memory.
    pub fn open(library: &Arc<Library>, settings: &Settings) -> Result<Engine, EngineError> {
        let mut handle: *mut kaimen_engine = ptr::null_mut();
        with_config(library, settings, |config| {
            let mut detail = library.detail();
            // SAFETY: an initialised configuration that outlives the call, and room for a handle.
            let status = unsafe {
                (library.symbols.kaimen_engine_open)(config, &raw mut handle, &raw mut detail)
            };
            library.check("kaimen_engine_open", status, &detail)
        })?;
        Ok(Engine { library: Arc::clone(library), handle: handle.addr() })
    }

    /// The most memory that an engine of these settings takes, as the library says.
    pub fn required_bytes(library: &Arc<Library>, settings: &Settings) -> Result<u64, EngineError> {
        let mut bytes = 0;
        with_config(library, settings, |config| {
            let mut detail = library.detail();
            let required = library.symbols.kaimen_config_required_bytes;
            // SAFETY: an initialised configuration that outlives the call, and room for a number.
            let status = unsafe { required(config, &raw mut bytes, &raw mut detail) };
            library.check("kaimen_config_required_bytes", status, &detail)
        })?;
        Ok(bytes)
    }

    /// The library that it belongs to.
    #[must_use]
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Applies an answer of the cloud.
    pub fn sync(&self, json: &[u8]) -> Result<SyncSummary, EngineError> {
        let library = &*self.library;
        let mut detail = library.detail();
        let mut report: *mut kaimen_report = ptr::null_mut();
        // SAFETY: a handle, `json.len()` readable bytes, room for a handle; NULL is "no request".
        let status = unsafe {
            (library.symbols.kaimen_engine_sync)(
                self.pointer(),
                ptr::null(),
                0,
                json.as_ptr().cast(),
                json.len(),
                &raw mut report,
                &raw mut detail,
            )
        };
        library.check("kaimen_engine_sync", status, &detail)?;
        let mut summary = filled(library.symbols.kaimen_report_summary_init);
        let get = library.symbols.kaimen_report_summary_get;
        // SAFETY: a report's handle and an initialised struct.
        let status = unsafe { get(report, &raw mut summary, &raw mut detail) };
        // SAFETY: a report's handle, used no longer.
        unsafe { (library.symbols.kaimen_report_free)(report) };
        library.check("kaimen_report_summary_get", status, &detail)?;
        Ok(SyncSummary::of(&summary))
    }

    /// Who is this face, and may they pass at `now` (Unix seconds)?
    pub fn identify_face(&self, vector: &[f32], now: i64) -> Result<Decision, EngineError> {
        let mut probe = filled(self.library.symbols.kaimen_probe_init);
        probe.encoding = KAIMEN_PROBE_F32;
        probe.data = vector.as_ptr().cast();
        probe.size = size_of_val(vector);
        let identify = self.library.symbols.kaimen_engine_identify_face;
        self.decide("kaimen_engine_identify_face", &probe, |engine, probe, decision, detail| {
            // SAFETY: a handle, a probe whose data outlive the call, initialised results.
            unsafe { identify(engine, probe, now, decision, detail) }
        })
    }

    /// Whose finger is this (a minutiae record), and may they pass at `now` (Unix seconds)?
    pub fn identify_finger(&self, record: &[u8], now: i64) -> Result<Decision, EngineError> {
        let mut probe = filled(self.library.symbols.kaimen_probe_init);
        probe.encoding = KAIMEN_PROBE_TEMPLATE;
        probe.data = record.as_ptr().cast();
        probe.size = record.len();
        let identify = self.library.symbols.kaimen_engine_identify_finger;
        self.decide("kaimen_engine_identify_finger", &probe, |engine, probe, decision, detail| {
            // SAFETY: a handle, a probe whose data outlive the call, initialised results.
            unsafe { identify(engine, probe, now, decision, detail) }
        })
    }

    fn decide(
        &self,
        call: &'static str,
        probe: &kaimen_probe,
        run: impl FnOnce(
            *const kaimen_engine,
            *const kaimen_probe,
            *mut kaimen::ffi::decision::kaimen_decision,
            *mut kaimen::ffi::detail::kaimen_detail,
        ) -> i32,
    ) -> Result<Decision, EngineError> {
        let mut decision = filled(self.library.symbols.kaimen_decision_init);
        let mut detail = self.library.detail();
        let status = run(self.pointer(), probe, &raw mut decision, &raw mut detail);
        self.library.check(call, status, &detail)?;
        Ok(Decision::of(&decision))
    }

    /// What a member's rules say at `now` (Unix seconds).
    pub fn access(&self, userid: &str, user_type: u32, now: i64) -> Result<Access, EngineError> {
        let userid = text_argument(userid)?;
        let mut access = filled(self.library.symbols.kaimen_access_init);
        let mut detail = self.library.detail();
        let ask = self.library.symbols.kaimen_engine_member_access;
        // SAFETY: a handle, a NUL-terminated text, initialised results.
        let status = unsafe {
            let (access, detail) = (&raw mut access, &raw mut detail);
            ask(self.pointer(), userid.as_ptr(), user_type, now, access, detail)
        };
        self.library.check("kaimen_engine_member_access", status, &detail)?;
        Ok(Access::of(&access))
    }

    /// Removes a member.
    pub fn remove(&self, userid: &str, user_type: u32) -> Result<(), EngineError> {
        let userid = text_argument(userid)?;
        let mut detail = self.library.detail();
        let remove = self.library.symbols.kaimen_engine_member_remove;
        // SAFETY: a handle, a NUL-terminated text, an initialised detail.
        let status = unsafe { remove(self.pointer(), userid.as_ptr(), user_type, &raw mut detail) };
        self.library.check("kaimen_engine_member_remove", status, &detail)
    }

    /// How full it is.
    pub fn stats(&self) -> Result<Stats, EngineError> {
        let mut stats = filled(self.library.symbols.kaimen_stats_init);
        let mut detail = self.library.detail();
        let get = self.library.symbols.kaimen_engine_stats;
        // SAFETY: a handle and initialised results.
        let status = unsafe { get(self.pointer(), &raw mut stats, &raw mut detail) };
        self.library.check("kaimen_engine_stats", status, &detail)?;
        Ok(Stats::of(&stats))
    }

    /// Removes everybody.
    pub fn clear(&self) -> Result<(), EngineError> {
        let mut detail = self.library.detail();
        // SAFETY: a handle and an initialised detail.
        let status =
            unsafe { (self.library.symbols.kaimen_engine_clear)(self.pointer(), &raw mut detail) };
        self.library.check("kaimen_engine_clear", status, &detail)
    }

    fn pointer(&self) -> *mut kaimen_engine {
        ptr::without_provenance_mut(self.handle)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: a handle; the library takes one that is not open for nothing.
        unsafe { (self.library.symbols.kaimen_engine_close)(self.pointer()) };
    }
}

impl Library {
    /// Loads a library for several engines.
    pub fn shared(path: &std::path::Path) -> Result<Arc<Library>, LibraryError> {
        Library::load(path).map(Arc::new)
    }
}

fn text_argument(text: &str) -> Result<CString, EngineError> {
    CString::new(text).map_err(|_| EngineError {
        call: "the rig",
        status: KAIMEN_ERR_ARGUMENT,
        name: "KAIMEN_ERR_ARGUMENT".to_owned(),
        message: "a NUL inside a text".to_owned(),
        field: String::new(),
    })
}

/// Calls `run` with the C form of the settings.
fn with_config(
    library: &Library,
    settings: &Settings,
    run: impl FnOnce(*const kaimen_config) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let zone = settings.zone.as_deref().map(text_argument).transpose()?;
    let algorithms: Vec<kaimen_algorithm> =
        settings.algorithms.iter().map(|algorithm| algorithm_of(library, algorithm)).collect();
    let mut config = filled(library.symbols.kaimen_config_init);
    config.zone = zone.as_ref().map_or(ptr::null(), |zone| zone.as_ptr());
    config.algorithms = algorithms.as_ptr();
    config.algorithm_count = algorithms.len();
    config.student_default_pass = settings.student_default_pass.into();
    config.max_members = settings.max_members.unwrap_or(config.max_members);
    config.max_face_templates = settings.max_face_templates.unwrap_or(config.max_face_templates);
    run(&raw const config)
}

fn algorithm_of(library: &Library, algorithm: &Algorithm) -> kaimen_algorithm {
    let mut out = filled(library.symbols.kaimen_algorithm_init);
    match *algorithm {
        Algorithm::Face { dimension, threshold, margin } => {
            out.modality = KAIMEN_MODALITY_FACE;
            out.dimension = dimension;
            out.threshold = threshold;
            out.margin = margin;
        }
        Algorithm::Finger { threshold, margin } => {
            out.modality = KAIMEN_MODALITY_FINGER;
            out.format = KAIMEN_FORMAT_MINUTIAE;
            out.threshold = threshold;
            out.margin = margin;
        }
    }
    out
}
