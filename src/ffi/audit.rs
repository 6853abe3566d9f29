//! Many faces at once, as C sees it: several probes, and everybody against
//! everybody.

use core::ffi::{c_char, c_void};
use core::ops::ControlFlow;

use super::boundary;
use super::config::element;
use super::decision::*;
use super::detail::kaimen_detail;
use super::engine::{get, kaimen_engine};
use super::identify::shut;
use super::pointer::{self, Versioned};
use super::types::*;
use crate::engine::{Duplicate, Probe, Progress};
use crate::error::Error;
use crate::template::Modality;

/// Two templates of different members that are alike. Made by the library, and
/// valid during the callback only.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_pair {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Cosine in millionths, or what `compare` says.
    pub score: i32,
    /// `KAIMEN_USER_…` of the one member.
    pub user_type: u32,
    /// Slot of that member's template.
    pub slot: u32,
    /// `KAIMEN_USER_…` of the other member.
    pub other_user_type: u32,
    /// Slot of the other template.
    pub other_slot: u32,
    /// Zero.
    pub reserved: [u32; 6],
    /// The one member, whose userid comes first, NUL-terminated.
    pub userid: [c_char; 136],
    /// The other member, NUL-terminated.
    pub other_userid: [c_char; 136],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_pair {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            score: KAIMEN_SCORE_NONE,
            user_type: KAIMEN_NONE,
            slot: KAIMEN_NONE,
            other_user_type: KAIMEN_NONE,
            other_slot: KAIMEN_NONE,
            reserved: [0; 6],
            userid: [0; 136],
            other_userid: [0; 136],
        }
    }
}

/// Takes a pair. Returns 0 to go on, any other value to end the search. Called in the
/// thread of the call that it was given to; must return (no `longjmp`, no exception),
/// and may call the same engine, but not `kaimen_engine_duplicates` of it.
pub type kaimen_pair_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, pair: *const kaimen_pair) -> u32>;

/// Hears how far a search is: `done` of `total` templates were compared with all that
/// come after them, so the first half of the way takes three quarters of the time.
/// Returns and obligations as `kaimen_pair_fn`.
pub type kaimen_progress_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, done: u64, total: u64) -> u32>;

/// Fills a `kaimen_pair` with blanks. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_pair_init(pair: *mut kaimen_pair) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(pair) }
    })
}

/// `kaimen_engine_identify_face` for several probes, all on the same state of the
/// gallery, which is read once for up to 16 of them: what a camera sees in one
/// picture, or an audit. Each decision is the one that its probe alone would get.
/// Waits for nobody; takes memory for the prepared probes (at most 24 KiB each).
///
/// `probes`, `count`: an array of 1 to `KAIMEN_PROBES` initialised elements of one
/// `struct_size`.
/// Probes of opaque algorithms are compared one after another, each with its own `deadline_ms`.
///
/// `now`: Unix seconds, from the reader's own clock.
/// `decisions`: an array of `count` elements, its first one initialised; all are
/// written whole. On failure every verdict is 0 (of the first `KAIMEN_PROBES`).
/// Statuses: as `kaimen_engine_identify_face`; the detail's `position` is the
/// probe's place. One probe that cannot be used or compared fails the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_identify_faces(
    engine: *const kaimen_engine,
    probes: *const kaimen_probe,
    count: usize,
    now: i64,
    decisions: *mut kaimen_decision,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let out_of_range = Error::Argument { name: "count", reason: "is not within 1 to 64" };
        if count == 0 {
            // There is nothing that could be blanked.
            return Err(out_of_range);
        }
        // SAFETY: an array of `count` elements, the first initialised, by contract.
        let stride = unsafe { shut_all(decisions, count.min(KAIMEN_PROBES)) }?;
        if count > KAIMEN_PROBES {
            return Err(out_of_range);
        }
        let engine = get(engine)?;
        // SAFETY: an array of `count` initialised elements, by contract.
        let probes = unsafe { read_probes(probes, count) }?;
        for (position, decision) in engine.identify_faces(&probes, now)?.iter().enumerate() {
            // SAFETY: position < count, and `shut_all` walked the same places.
            let at = unsafe { decisions.byte_add(position * stride) };
            // SAFETY: `shut_all` filled this place.
            unsafe { pointer::write_struct(at, decision_out(Modality::Face, decision)) };
        }
        Ok(())
    })
}

/// Finds all pairs of templates of different members that score at least
/// `threshold`: persons who are enrolled twice, or look-alikes whom the margin will
/// call ambiguous. One state of the gallery is searched; identification and sync go on
/// beside it. Takes memory: some 200 KiB. The time grows with the square of the gallery.
///
/// Of opaque templates one is the probe of `compare` and the other is not, as they happen to lie;
/// `deadline_ms` does not count, a callback may end the search.
///
/// `algorithm`: its name, NUL-terminated; NULL is the first one for faces.
/// `threshold`: 1 to `KAIMEN_SCORE_ONE`; for opaque templates any score.
/// `found`: called with each pair once, in no particular order. Not NULL.
/// `progress`: called after every few templates; NULL if not wanted.
/// `user`: handed to both.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`,
/// `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_ALGORITHM`,
/// `KAIMEN_ERR_CANCELLED` (a callback ended it), `KAIMEN_ERR_MATCHER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_duplicates(
    engine: *const kaimen_engine,
    algorithm: *const c_char,
    threshold: i32,
    found: kaimen_pair_fn,
    progress: kaimen_progress_fn,
    user: *mut c_void,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let found = found.ok_or(Error::Null { name: "found" })?;
        let engine = get(engine)?;
        // SAFETY: NULL or a NUL-terminated string, by the interface's conventions.
        let name =
            unsafe { pointer::optional_text(algorithm, KAIMEN_ALGORITHM_BYTES, "algorithm") }?;
        let take = |duplicate: &Duplicate| {
            let pair = pair_out(duplicate);
            // SAFETY: the caller's own function, called as its type says; `pair`
            // lives until it returns.
            flow(unsafe { found(user, &raw const pair) })
        };
        let hear = |Progress { done, total }| match progress {
            // SAFETY: the caller's own function, called as its type says.
            Some(progress) => flow(unsafe { progress(user, done as u64, total as u64) }),
            None => ControlFlow::Continue(()),
        };
        engine.duplicates(name, threshold, take, hear)
    })
}

/// What a callback returns.
fn flow(answer: u32) -> ControlFlow<()> {
    if answer == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

/// A pair as the struct that C reads.
fn pair_out(duplicate: &Duplicate) -> kaimen_pair {
    let Duplicate { member, slot, other, other_slot, score } = duplicate;
    kaimen_pair {
        score: *score,
        user_type: member.user_type().number().into(),
        slot: (*slot).into(),
        other_user_type: other.user_type().number().into(),
        other_slot: (*other_slot).into(),
        userid: pointer::fixed_text(member.userid()),
        other_userid: pointer::fixed_text(other.userid()),
        ..Versioned::new()
    }
}

/// Blanks an array of decisions, and gives the size of its elements: what the first
/// one states, so that an older program's array is walked correctly.
///
/// # Safety
/// `first` is NULL or an array of `count` elements of the size that the first states.
unsafe fn shut_all(first: *mut kaimen_decision, count: usize) -> Result<usize, Error> {
    // SAFETY: the first element, by this function's own contract.
    unsafe { shut(first, "decisions") }?;
    // SAFETY: `shut` checked that it is readable.
    let blank = unsafe { first.read_unaligned() };
    let stride = blank.struct_size as usize;
    for position in 1..count {
        // SAFETY: position < count elements of `stride` bytes, by contract.
        let at = unsafe { first.byte_add(position * stride) };
        // SAFETY: as above; the place need not be initialised to be written.
        unsafe { at.write_unaligned(blank) };
    }
    Ok(stride)
}

/// Borrows an array of probes.
///
/// # Safety
/// `first` is NULL or an array of `count` initialised elements of one `struct_size`,
/// whose data live as long as the result.
unsafe fn read_probes<'a>(
    first: *const kaimen_probe,
    count: usize,
) -> Result<Vec<Probe<'a>>, Error> {
    // SAFETY: the first element, by this function's own contract.
    let stride = unsafe { pointer::read_struct(first, "probes") }?.struct_size as usize;
    let mut probes = Vec::with_capacity(count);
    for position in 0..count {
        // SAFETY: position < count elements of `stride` bytes, by contract.
        let at = unsafe { first.byte_add(position * stride) };
        // SAFETY: an initialised element, by contract.
        let stated = unsafe { pointer::read_struct(at, "probes") }.map_err(element(position))?;
        if stated.struct_size as usize != stride {
            let reason = "have elements of different struct_size";
            return Err(element(position)(Error::Argument { name: "probes", reason }));
        }
        // SAFETY: as above.
        probes.push(unsafe { read_probe(at) }.map_err(element(position))?);
    }
    Ok(probes)
}
