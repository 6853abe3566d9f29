//! From a probe to a decision, as C sees it.

use core::ffi::c_char;

use super::boundary;
use super::decision::*;
use super::detail::kaimen_detail;
use super::engine::{get, kaimen_engine};
use super::pointer::{self, Versioned};
use super::request::read_key;
use super::types::*;
use crate::engine::{Candidate, Decision, Engine, Probe};
use crate::error::Error;
use crate::template::Modality;

/// Fills a `kaimen_probe` with the defaults. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_probe_init(probe: *mut kaimen_probe) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(probe) }
    })
}

/// Fills a `kaimen_decision` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_decision_init(decision: *mut kaimen_decision) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(decision) }
    })
}

/// Fills a `kaimen_candidate` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_candidate_init(candidate: *mut kaimen_candidate) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(candidate) }
    })
}

/// Fills a `kaimen_access` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_access_init(access: *mut kaimen_access) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(access) }
    })
}

/// Finds out who the probe belongs to among all members (1:N), then asks the
/// pass rules of that one member. Waits for nobody; allocates nothing (the
/// first call of a thread may set up that thread's place in the engine). Of an opaque
/// algorithm it takes what `compare` takes.
///
/// Nobody found and denied are decisions with `KAIMEN_OK`. Open the door
/// if, and only if, this returns `KAIMEN_OK` and `decision->verdict` is
/// `KAIMEN_VERDICT_PASS`.
///
/// `now`: Unix seconds, from the reader's own clock.
/// `decision`: initialised; written on success. On failure its `verdict` is
/// set to 0, so that an old decision cannot open the door.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
/// `KAIMEN_ERR_ALGORITHM`, `KAIMEN_ERR_LENGTH`, `KAIMEN_ERR_NOT_FINITE`,
/// `KAIMEN_ERR_ZERO_NORM`; of opaque algorithms `KAIMEN_ERR_TEMPLATE_SIZE`, `KAIMEN_ERR_MATCHER`,
/// `KAIMEN_ERR_DEADLINE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_identify_face(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    now: i64,
    decision: *mut kaimen_decision,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let run = |engine: &Engine, probe: &Probe<'_>| engine.identify_face(probe, now);
        // SAFETY: NULL or initialised structs, by the interface's conventions.
        unsafe { decide(engine, probe, decision, Modality::Face, run) }
    })
}

/// Compares the probe with one member's face templates (1:1, for example after a
/// card or a code named the member), then asks that member's pass rules.
///
/// `userid`, `user_type`: the member.
/// `now`, `decision`: as in `kaimen_engine_identify_face`; there is no margin.
/// Statuses: as there, and `KAIMEN_ERR_MEMBER` (no such member),
/// `KAIMEN_ERR_NO_TEMPLATE` (nothing to compare with).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_verify_face(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    userid: *const c_char,
    user_type: u32,
    now: i64,
    decision: *mut kaimen_decision,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let run = |engine: &Engine, probe: &Probe<'_>| {
            // SAFETY: a NUL-terminated string, by the interface's conventions.
            let (userid, user_type) = unsafe { read_key(userid, user_type) }?;
            engine.verify_face(probe, userid, user_type, now)
        };
        // SAFETY: NULL or initialised structs, by the interface's conventions.
        unsafe { decide(engine, probe, decision, Modality::Face, run) }
    })
}

/// The best members for a probe, best first, each with its best slot. No rules
/// are asked and no door may be opened on it: it is for screens, enrolment
/// checks and measurements. Equal scores are ordered by userid.
///
/// `floor`: lowest score that is reported.
/// `candidates`, `capacity`: an array of 1 to `KAIMEN_CANDIDATES` elements; its
/// first element must be initialised, all that are used are written whole.
/// `count`: receives how many were written; 0 is an answer, not an error.
/// Statuses: as `kaimen_engine_identify_face`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_search_face(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    floor: i32,
    candidates: *mut kaimen_candidate,
    capacity: usize,
    count: *mut usize,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let run = |engine: &Engine, probe: &Probe<'_>, take: &mut dyn FnMut(Candidate)| {
            engine.search_face(probe, floor, capacity, take)
        };
        // SAFETY: NULL or valid pointers, by the interface's conventions.
        unsafe { list(engine, probe, candidates, count, run) }
    })
}

/// Finds out whose finger the probe is among all members (1:N), then asks the
/// pass rules of that one member. Waits for nobody; works on the heap for minutiae, with
/// 8 bytes a template, 20 KB a search thread and 5 KB a view of the probe.
///
/// A probe of minutiae is a whole record, `KAIMEN_PROBE_TEMPLATE`, in the algorithm's format;
/// all its views are tried, the best one counts.
///
/// Nobody found and denied are decisions with `KAIMEN_OK`. Open the door
/// if, and only if, this returns `KAIMEN_OK` and `decision->verdict` is
/// `KAIMEN_VERDICT_PASS`.
///
/// `now`: Unix seconds, from the reader's own clock.
/// `decision`: initialised; written on success. On failure its `verdict` is
/// set to 0, so that an old decision cannot open the door.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
/// `KAIMEN_ERR_ALGORITHM`, `KAIMEN_ERR_LENGTH`, `KAIMEN_ERR_NOT_FINITE`,
/// `KAIMEN_ERR_ZERO_NORM`, `KAIMEN_ERR_MINUTIAE`; of opaque algorithms `KAIMEN_ERR_TEMPLATE_SIZE`,
/// `KAIMEN_ERR_MATCHER`, `KAIMEN_ERR_DEADLINE`; `KAIMEN_ERR_ABSENT` (no algorithm of fingers is configured, and
/// this build has none for minutiae).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_identify_finger(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    now: i64,
    decision: *mut kaimen_decision,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let run = |engine: &Engine, probe: &Probe<'_>| engine.identify_finger(probe, now);
        // SAFETY: NULL or initialised structs, by the interface's conventions.
        unsafe { decide(engine, probe, decision, Modality::Finger, run) }
    })
}

/// Compares the probe with one member's finger templates (1:1, for example after a
/// card or a code named the member), then asks that member's pass rules.
///
/// `userid`, `user_type`: the member.
/// `now`, `decision`: as in `kaimen_engine_identify_finger`; there is no margin.
/// Statuses: as there, and `KAIMEN_ERR_MEMBER` (no such member),
/// `KAIMEN_ERR_NO_TEMPLATE` (nothing to compare with).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_verify_finger(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    userid: *const c_char,
    user_type: u32,
    now: i64,
    decision: *mut kaimen_decision,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let run = |engine: &Engine, probe: &Probe<'_>| {
            // SAFETY: a NUL-terminated string, by the interface's conventions.
            let (userid, user_type) = unsafe { read_key(userid, user_type) }?;
            engine.verify_finger(probe, userid, user_type, now)
        };
        // SAFETY: NULL or initialised structs, by the interface's conventions.
        unsafe { decide(engine, probe, decision, Modality::Finger, run) }
    })
}

/// The best members for a finger, best first, each with its best slot. No rules
/// are asked and no door may be opened on it: it is for screens, enrolment
/// checks and measurements. Equal scores are ordered by userid.
///
/// `floor`: lowest score that is reported.
/// `candidates`, `capacity`: an array of 1 to `KAIMEN_CANDIDATES` elements; its
/// first element must be initialised, all that are used are written whole.
/// `count`: receives how many were written; 0 is an answer, not an error.
/// Statuses: as `kaimen_engine_identify_finger`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_search_finger(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    floor: i32,
    candidates: *mut kaimen_candidate,
    capacity: usize,
    count: *mut usize,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let run = |engine: &Engine, probe: &Probe<'_>, take: &mut dyn FnMut(Candidate)| {
            engine.search_finger(probe, floor, capacity, take)
        };
        // SAFETY: NULL or valid pointers, by the interface's conventions.
        unsafe { list(engine, probe, candidates, count, run) }
    })
}

/// What a member's rules say, and until when: for a reader's screen, or for a
/// door that is opened by a card.
///
/// `now`: Unix seconds.
/// `access`: initialised; written on success. On failure its `verdict` is set
/// to 0.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_STRUCT_SIZE`, `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`,
/// `KAIMEN_ERR_MEMBER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_member_access(
    engine: *const kaimen_engine,
    userid: *const c_char,
    user_type: u32,
    now: i64,
    access: *mut kaimen_access,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { shut(access, "access") }?;
        let engine = get(engine)?;
        // SAFETY: a NUL-terminated string, by the interface's conventions.
        let (userid, user_type) = unsafe { read_key(userid, user_type) }?;
        let value = access_out(&engine.access(userid, user_type, now)?);
        // SAFETY: `shut` checked it.
        unsafe { pointer::write_struct(access, value) };
        Ok(())
    })
}

/// Reads the probe, lets `run` decide, and writes the decision.
///
/// # Safety
/// The pointers are NULL or valid, as the header says.
unsafe fn decide(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    decision: *mut kaimen_decision,
    modality: Modality,
    run: impl FnOnce(&Engine, &Probe<'_>) -> Result<Decision, Error>,
) -> Result<(), Error> {
    // SAFETY: this function's own contract.
    unsafe { shut(decision, "decision") }?;
    let engine = get(engine)?;
    // SAFETY: this function's own contract.
    let probe = unsafe { read_probe(probe) }?;
    let value = decision_out(modality, &run(&engine, &probe)?);
    // SAFETY: `shut` checked it.
    unsafe { pointer::write_struct(decision, value) };
    Ok(())
}

/// Reads the probe, lets `run` search, and writes the candidates that it hands over: at most
/// as many as the array of the call holds.
///
/// # Safety
/// The pointers are NULL or valid, as the header says, and `run` hands over no more
/// candidates than the array holds.
unsafe fn list(
    engine: *const kaimen_engine,
    probe: *const kaimen_probe,
    candidates: *mut kaimen_candidate,
    count: *mut usize,
    run: impl FnOnce(&Engine, &Probe<'_>, &mut dyn FnMut(Candidate)) -> Result<(), Error>,
) -> Result<(), Error> {
    pointer::not_null(count, "count")?;
    // SAFETY: this function's own contract.
    unsafe { pointer::check_out_struct(candidates, "candidates") }?;
    // SAFETY: check_out_struct read the same field just now.
    let stride = unsafe { candidates.cast::<u32>().read_unaligned() };
    let engine = get(engine)?;
    // SAFETY: this function's own contract.
    let probe = unsafe { read_probe(probe) }?;
    let mut written = 0;
    run(&engine, &probe, &mut |candidate| {
        // SAFETY: at most as many elements of `stride` bytes are handed over as the
        // array has, by contract.
        let at = unsafe { candidates.cast::<u8>().add(written * stride as usize) };
        let value = kaimen_candidate { struct_size: stride, ..candidate_out(&candidate) };
        // SAFETY: as above; an element has room for the struct.
        unsafe { at.cast::<kaimen_candidate>().write_unaligned(value) };
        written += 1;
    })?;
    // SAFETY: not NULL (checked above), writable by the conventions.
    unsafe { pointer::write_out(count, written, "count") }
}

/// Checks a result struct and blanks it, so that whatever stood there before
/// cannot open the door if the call fails.
///
/// # Safety
/// `out` is NULL or an initialised struct.
pub(super) unsafe fn shut<T: Versioned>(out: *mut T, name: &'static str) -> Result<(), Error> {
    // SAFETY: this function's own contract.
    unsafe { pointer::check_out_struct(out, name) }?;
    // SAFETY: check_out_struct succeeded just now.
    unsafe { pointer::write_struct(out, T::new()) };
    Ok(())
}
