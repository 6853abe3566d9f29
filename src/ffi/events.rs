//! The event log, as C sees it.

use core::ffi::c_char;

use super::boundary;
use super::decision::kaimen_decision;
use super::detail::kaimen_detail;
use super::engine::{get, kaimen_engine};
use super::pointer::{self, Versioned};
use super::request::read_key;
use super::types::*;
use crate::engine::{Event, EventStats, MemberId, PassMethod, PassType};
use crate::error::Error;

/// `pass_type`: in.
pub const KAIMEN_PASS_IN: u32 = 1;
/// `pass_type`: out.
pub const KAIMEN_PASS_OUT: u32 = 2;
/// `pass_type`: the direction is not known.
pub const KAIMEN_PASS_UNKNOWN: u32 = 3;

/// `pass_method`: face.
pub const KAIMEN_METHOD_FACE: u32 = 1;
/// `pass_method`: QR code.
pub const KAIMEN_METHOD_QR_CODE: u32 = 2;
/// `pass_method`: opened remotely.
pub const KAIMEN_METHOD_REMOTE: u32 = 3;
/// `pass_method`: fingerprint.
pub const KAIMEN_METHOD_FINGER: u32 = 4;
/// `pass_method`: WeCom scans the reader's QR code.
pub const KAIMEN_METHOD_SCANS_READER: u32 = 5;
/// `pass_method`: the reader scans the phone's QR code.
pub const KAIMEN_METHOD_SCANS_PHONE: u32 = 6;

/// What happened at the door: an access record (`checkin`), and what stays in the reader.
/// Fill it with `kaimen_event_init` or `kaimen_event_of` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_event {
    /// Size of this struct in bytes, set by `kaimen_event_init`.
    pub struct_size: u32,
    /// `KAIMEN_USER_…`, or `KAIMEN_NONE` if nobody was recognised.
    pub user_type: u32,
    /// Number of the event, from 1, given by the log.
    pub sequence: u64,
    /// `timestamp`: Unix seconds. The cloud drops what is earlier than 2018 without a word.
    pub time: i64,
    /// `KAIMEN_PASS_…`. Default `KAIMEN_PASS_UNKNOWN`.
    pub pass_type: u32,
    /// `KAIMEN_METHOD_…`. Default `KAIMEN_METHOD_FACE`.
    pub pass_method: u32,
    /// `KAIMEN_VERDICT_…`; 0 where no decision was made. For the reader alone, as all that follows.
    pub verdict: u32,
    /// `KAIMEN_REASON_…`; 0 where no decision was made.
    pub reason: u32,
    /// Score of the decision, or `KAIMEN_SCORE_NONE`.
    pub score: i32,
    /// Slot of the template that gave the score, or `KAIMEN_NONE`.
    pub slot: u32,
    /// 1: the record was damaged, and only `sequence` is known. Set by the log.
    pub damaged: u32,
    /// Zero.
    pub reserved: [u32; 5],
    /// The member, NUL-terminated; empty if nobody was recognised.
    pub userid: [c_char; 136],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_event {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            user_type: KAIMEN_NONE,
            sequence: 0,
            time: 0,
            pass_type: KAIMEN_PASS_UNKNOWN,
            pass_method: KAIMEN_METHOD_FACE,
            verdict: 0,
            reason: 0,
            score: KAIMEN_SCORE_NONE,
            slot: KAIMEN_NONE,
            damaged: 0,
            reserved: [0; 5],
            userid: [0; 136],
        }
    }
}

/// The event log in numbers. Fill it with `kaimen_event_stats_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_event_stats {
    /// Size of this struct in bytes, set by `kaimen_event_stats_init`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Events that wait to be acknowledged.
    pub pending: u64,
    /// Events that were pushed out of the full log unacknowledged, since the store was created.
    pub dropped: u64,
    /// Number of the oldest event that waits; the next one's if none waits.
    pub first: u64,
    /// Number that the next event gets.
    pub next: u64,
    /// Zero.
    pub reserved64: [u64; 4],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_event_stats {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            reserved: 0,
            pending: 0,
            dropped: 0,
            first: 0,
            next: 0,
            reserved64: [0; 4],
        }
    }
}

/// Fills a `kaimen_event` with blanks. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_event_init(event: *mut kaimen_event) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(event) }
    })
}

/// Fills a `kaimen_event_stats` for use as a result. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_event_stats_init(stats: *mut kaimen_event_stats) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(stats) }
    })
}

/// Fills an event with what a decision knows: member, time, method by modality, verdict, reason,
/// score and slot. `pass_type` stays `KAIMEN_PASS_UNKNOWN`: the door knows it.
///
/// `decision`: initialised.
/// `event`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_STRUCT_SIZE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_event_of(
    decision: *const kaimen_decision,
    event: *mut kaimen_event,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        let decision: kaimen_decision = unsafe { pointer::read_struct(decision, "decision") }?;
        // SAFETY: as above.
        unsafe { pointer::check_out_struct(event, "event") }?;
        let is_finger = decision.modality == KAIMEN_MODALITY_FINGER;
        let value = kaimen_event {
            user_type: decision.user_type,
            time: decision.time,
            pass_method: if is_finger { KAIMEN_METHOD_FINGER } else { KAIMEN_METHOD_FACE },
            verdict: decision.verdict,
            reason: decision.reason,
            score: decision.score,
            slot: decision.slot,
            userid: decision.userid,
            ..Versioned::new()
        };
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(event, value) };
        Ok(())
    })
}

/// Appends an event to the log: it is durable when the call returns. Waits for a commit that is
/// being written, and for the file; call it when the door is open already. Which events are to be reported is
/// the caller's to say. In a full log the oldest event makes room and is counted.
///
/// `event`: initialised; `sequence` and `damaged` are not read.
/// `sequence`: receives the event's number; NULL if not wanted.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
/// `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_UTF8`, `KAIMEN_ERR_STORE_NONE` (`KAIMEN_ERR_ABSENT` in a
/// build without the store), `KAIMEN_ERR_STORE_NO_EVENTS`,
/// `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_event_append(
    engine: *mut kaimen_engine,
    event: *const kaimen_event,
    sequence: *mut u64,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let engine = get(engine)?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        let event: kaimen_event = unsafe { pointer::read_struct(event, "event") }?;
        let number = engine.append_event(&read_event(&event)?)?;
        if !sequence.is_null() {
            // SAFETY: not NULL (checked above), writable by the conventions.
            unsafe { pointer::write_out(sequence, number, "sequence") }?;
        }
        Ok(())
    })
}

/// The oldest events of the log behind a number. They stay until they are acknowledged.
///
/// `after`: events with greater numbers are given; 0 to begin with the oldest.
/// `events`, `capacity`: an array of 1 to `KAIMEN_EVENTS` elements; its first element must be
/// initialised, all that are used are written whole.
/// `count`: receives how many were written.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
/// `KAIMEN_ERR_ARGUMENT`, `KAIMEN_ERR_STORE_NONE` or `KAIMEN_ERR_ABSENT`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_events(
    engine: *const kaimen_engine,
    after: u64,
    events: *mut kaimen_event,
    capacity: usize,
    count: *mut usize,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(count, "count")?;
        if !(1..=KAIMEN_EVENTS).contains(&capacity) {
            return Err(Error::Argument { name: "capacity", reason: "is not within 1 to 1000" });
        }
        // SAFETY: NULL or an initialised first element, by the interface's conventions.
        unsafe { pointer::check_out_struct(events, "events") }?;
        // SAFETY: check_out_struct read the same field just now.
        let stride = unsafe { events.cast::<u32>().read_unaligned() };
        let engine = get(engine)?;
        let mut written = 0;
        engine.events(after, capacity, |sequence, event| {
            if written == capacity {
                return;
            }
            // SAFETY: written < capacity elements of `stride` bytes, by contract.
            let at = unsafe { events.cast::<u8>().add(written * stride as usize) };
            let event = event.map_or(damaged(), |event| event_out(&event));
            let value = kaimen_event { struct_size: stride, sequence, ..event };
            // SAFETY: as above; an element has room for the struct.
            unsafe { at.cast::<kaimen_event>().write_unaligned(value) };
            written += 1;
        })?;
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(count, written, "count") }
    })
}

/// Forgets the events up to and with a number, because the cloud has them. Durable when the call
/// returns; numbers that are forgotten already, or were never given, do no harm.
///
/// `removed`: receives how many were forgotten; NULL if not wanted.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STORE_NONE` or
/// `KAIMEN_ERR_ABSENT`, `KAIMEN_ERR_STORE_FULL`, `KAIMEN_ERR_STORE_READ_ONLY`, `KAIMEN_ERR_STORE_IO`,
/// `KAIMEN_ERR_STORE_DAMAGED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_events_acknowledge(
    engine: *mut kaimen_engine,
    up_to: u64,
    removed: *mut u64,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        let count = get(engine)?.acknowledge_events(up_to)?;
        if !removed.is_null() {
            // SAFETY: not NULL (checked above), writable by the conventions.
            unsafe { pointer::write_out(removed, count, "removed") }?;
        }
        Ok(())
    })
}

/// The event log in numbers.
///
/// `stats`: initialised; written on success.
/// Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NULL`, `KAIMEN_ERR_HANDLE`, `KAIMEN_ERR_STRUCT_SIZE`,
/// `KAIMEN_ERR_STORE_NONE` or `KAIMEN_ERR_ABSENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_engine_event_stats(
    engine: *const kaimen_engine,
    stats: *mut kaimen_event_stats,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        unsafe { pointer::check_out_struct(stats, "stats") }?;
        let EventStats { pending, dropped, first, next, .. } = get(engine)?.event_stats()?;
        let value = kaimen_event_stats { pending, dropped, first, next, ..Versioned::new() };
        // SAFETY: check_out_struct succeeded above.
        unsafe { pointer::write_struct(stats, value) };
        Ok(())
    })
}

fn read_event(event: &kaimen_event) -> Result<Event, Error> {
    if event.reserved != [0; 5] {
        let reason = "has reserved fields that are not zero";
        return Err(Error::Argument { name: "event", reason });
    }
    let member = if event.user_type == KAIMEN_NONE && event.userid[0] == 0 {
        None
    } else {
        if !event.userid.contains(&0) {
            return Err(Error::Argument { name: "userid", reason: "is not NUL-terminated" });
        }
        // SAFETY: the array holds a NUL (checked just now) and outlives the call.
        let (userid, user_type) = unsafe { read_key(event.userid.as_ptr(), event.user_type) }?;
        let member = MemberId::new(userid, user_type);
        Some(member.ok_or(Error::Argument { name: "userid", reason: "is too long" })?)
    };
    let slot = match event.slot {
        KAIMEN_NONE => None,
        slot => Some(
            u8::try_from(slot)
                .map_err(|_| Error::Argument { name: "slot", reason: "is above 255" })?,
        ),
    };
    Ok(Event {
        member,
        time: event.time,
        pass_type: pass_type(event.pass_type)?,
        pass_method: pass_method(event.pass_method)?,
        verdict: event.verdict,
        reason: event.reason,
        score: (event.score != KAIMEN_SCORE_NONE).then_some(event.score),
        slot,
    })
}

fn event_out(event: &Event) -> kaimen_event {
    let member = event.member.as_ref();
    kaimen_event {
        user_type: member.map_or(KAIMEN_NONE, |member| member.user_type().number().into()),
        time: event.time,
        pass_type: match event.pass_type {
            PassType::In => KAIMEN_PASS_IN,
            PassType::Out => KAIMEN_PASS_OUT,
            PassType::Unknown => KAIMEN_PASS_UNKNOWN,
        },
        pass_method: match event.pass_method {
            PassMethod::Face => KAIMEN_METHOD_FACE,
            PassMethod::QrCode => KAIMEN_METHOD_QR_CODE,
            PassMethod::Remote => KAIMEN_METHOD_REMOTE,
            PassMethod::Finger => KAIMEN_METHOD_FINGER,
            PassMethod::ScansReader => KAIMEN_METHOD_SCANS_READER,
            PassMethod::ScansPhone => KAIMEN_METHOD_SCANS_PHONE,
        },
        verdict: event.verdict,
        reason: event.reason,
        score: event.score.unwrap_or(KAIMEN_SCORE_NONE),
        slot: event.slot.map_or(KAIMEN_NONE, u32::from),
        userid: pointer::fixed_text(member.map_or("", MemberId::userid)),
        ..Versioned::new()
    }
}

fn damaged() -> kaimen_event {
    kaimen_event { damaged: 1, pass_type: 0, pass_method: 0, ..Versioned::new() }
}

fn pass_type(number: u32) -> Result<PassType, Error> {
    match number {
        KAIMEN_PASS_IN => Ok(PassType::In),
        KAIMEN_PASS_OUT => Ok(PassType::Out),
        KAIMEN_PASS_UNKNOWN => Ok(PassType::Unknown),
        _ => Err(Error::Argument { name: "pass_type", reason: "is not 1, 2 or 3" }),
    }
}

fn pass_method(number: u32) -> Result<PassMethod, Error> {
    match number {
        KAIMEN_METHOD_FACE => Ok(PassMethod::Face),
        KAIMEN_METHOD_QR_CODE => Ok(PassMethod::QrCode),
        KAIMEN_METHOD_REMOTE => Ok(PassMethod::Remote),
        KAIMEN_METHOD_FINGER => Ok(PassMethod::Finger),
        KAIMEN_METHOD_SCANS_READER => Ok(PassMethod::ScansReader),
        KAIMEN_METHOD_SCANS_PHONE => Ok(PassMethod::ScansPhone),
        _ => Err(Error::Argument { name: "pass_method", reason: "is not within 1 to 6" }),
    }
}
