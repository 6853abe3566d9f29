//! Probes and decisions, as C sees them.

use core::ffi::{c_char, c_void};

use super::pointer::{self, Versioned};
use super::types::*;
use crate::engine::{Access, Candidate, Decision, Probe, Reason, Verdict};
use crate::error::Error;
use crate::rules::{DenyReason, PassReason};
use crate::template::Modality;

/// The probe is an array of `float` in the machine's own byte order.
pub const KAIMEN_PROBE_F32: u32 = 1;
/// The probe is a template in the algorithm's own layout, not base64; of an opaque algorithm
/// whatever its `compare` takes as a probe.
pub const KAIMEN_PROBE_TEMPLATE: u32 = 2;

/// What was captured at the door. Fill it with `kaimen_probe_init` first. The
/// caller owns the data; it is read during the call only.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_probe {
    /// Size of this struct in bytes, set by `kaimen_probe_init`.
    pub struct_size: u32,
    /// `KAIMEN_PROBE_…`. Default `KAIMEN_PROBE_F32`.
    pub encoding: u32,
    /// Zero.
    pub reserved: [u32; 6],
    /// The vector or template; need not be aligned.
    pub data: *const c_void,
    /// Size of the data in bytes (not a count of elements).
    pub size: usize,
    /// Name of the algorithm, NUL-terminated; NULL is the first one that the
    /// configuration names for faces, or for fingers.
    pub algorithm: *const c_char,
    /// Zero.
    pub reserved_size: usize,
}

// SAFETY: repr(C), starts with its u32 size, integers and pointers only (any
// bits are a valid raw pointer), no padding (asserted in `layout.rs`).
unsafe impl Versioned for kaimen_probe {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            encoding: KAIMEN_PROBE_F32,
            reserved: [0; 6],
            data: core::ptr::null(),
            size: 0,
            algorithm: core::ptr::null(),
            reserved_size: 0,
        }
    }
}

/// The decision about one probe. Fill it with `kaimen_decision_init` before
/// its first use. Open the door if, and only if, the status is `KAIMEN_OK` and
/// `verdict` is `KAIMEN_VERDICT_PASS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_decision {
    /// Size of this struct in bytes, set by `kaimen_decision_init`.
    pub struct_size: u32,
    /// `KAIMEN_VERDICT_…`; 0 as long as nothing was decided.
    pub verdict: u32,
    /// `KAIMEN_REASON_…`; belongs to the verdict.
    pub reason: u32,
    /// `KAIMEN_MODALITY_…` of the probe.
    pub modality: u32,
    /// The `now` of the call, Unix seconds.
    pub time: i64,
    /// Generation of the gallery that was searched.
    pub generation: u64,
    /// Id of the rule that allowed it, or of the first one to take effect;
    /// `KAIMEN_NONE64` if the reason is not about one rule.
    pub rule_id: i64,
    /// Best score: of vectors the cosine in millionths, of minutiae the false match level
    /// (`KAIMEN_FORMAT_MINUTIAE`), of opaque templates what `compare` says; `KAIMEN_SCORE_NONE` if
    /// the gallery is empty or nobody scores as much as the algorithm's `floor`.
    pub score: i32,
    /// Distance to the best other member, in units of the score; `KAIMEN_MARGIN_NONE` if there
    /// is no other at or above the `floor` (or one that is so far away).
    pub margin: i32,
    /// The threshold that was applied.
    pub threshold: i32,
    /// Slot of the template that gave the score, or `KAIMEN_NONE`.
    pub slot: u32,
    /// `KAIMEN_USER_…` of the member, or `KAIMEN_NONE`.
    pub user_type: u32,
    /// Zero.
    pub reserved: [u32; 7],
    /// The member, NUL-terminated; empty if the verdict is unknown.
    pub userid: [c_char; 136],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_decision {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            verdict: 0,
            reason: 0,
            modality: KAIMEN_MODALITY_FACE,
            time: 0,
            generation: 0,
            rule_id: KAIMEN_NONE64,
            score: KAIMEN_SCORE_NONE,
            margin: KAIMEN_MARGIN_NONE,
            threshold: 0,
            slot: KAIMEN_NONE,
            user_type: KAIMEN_NONE,
            reserved: [0; 7],
            userid: [0; 136],
        }
    }
}

/// One member of a candidate list. Fill it with `kaimen_candidate_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_candidate {
    /// Size of this struct in bytes, set by `kaimen_candidate_init`.
    pub struct_size: u32,
    /// `KAIMEN_USER_…`.
    pub user_type: u32,
    /// The member's best score: cosine in millionths, false match level, or the vendor's.
    pub score: i32,
    /// Slot of the template that gave it.
    pub slot: u32,
    /// Zero.
    pub reserved: [u32; 4],
    /// The member, NUL-terminated.
    pub userid: [c_char; 136],
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_candidate {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            user_type: KAIMEN_NONE,
            score: KAIMEN_SCORE_NONE,
            slot: KAIMEN_NONE,
            reserved: [0; 4],
            userid: [0; 136],
        }
    }
}

/// What the rules say about one member. Fill it with `kaimen_access_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_access {
    /// Size of this struct in bytes, set by `kaimen_access_init`.
    pub struct_size: u32,
    /// `KAIMEN_VERDICT_PASS` or `KAIMEN_VERDICT_DENY`.
    pub verdict: u32,
    /// `KAIMEN_REASON_…`; belongs to the verdict.
    pub reason: u32,
    /// Zero.
    pub reserved: [u32; 3],
    /// Id of the rule that allows it, or of the first one to take effect;
    /// `KAIMEN_NONE64` if the reason is not about one rule.
    pub rule_id: i64,
    /// The first instant after `now` at which the verdict is another one,
    /// Unix seconds; `INT64_MAX` if it stays for ever.
    pub next_change: i64,
}

// SAFETY: repr(C), starts with its u32 size, integers only, no padding (the
// layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_access {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            verdict: 0,
            reason: 0,
            reserved: [0; 3],
            rule_id: KAIMEN_NONE64,
            next_change: i64::MAX,
        }
    }
}

/// The probe of a call, borrowed from the caller.
///
/// # Safety
/// `probe` is NULL or an initialised struct whose pointers are as documented,
/// and nobody changes what they point to while the result lives.
pub(super) unsafe fn read_probe<'a>(probe: *const kaimen_probe) -> Result<Probe<'a>, Error> {
    // SAFETY: this function's own contract.
    let probe = unsafe { pointer::read_struct(probe, "probe") }?;
    if probe.reserved != [0; 6] || probe.reserved_size != 0 {
        let reason = "has reserved fields that are not zero";
        return Err(Error::Argument { name: "probe", reason });
    }
    // SAFETY: this function's own contract.
    let data = unsafe { pointer::bytes(probe.data, probe.size, "probe.data") }?;
    let algorithm =
        // SAFETY: this function's own contract.
        unsafe { pointer::optional_text(probe.algorithm, KAIMEN_ALGORITHM_BYTES, "algorithm") }?;
    match probe.encoding {
        KAIMEN_PROBE_F32 => Ok(Probe::from_f32_bytes(data, algorithm)),
        KAIMEN_PROBE_TEMPLATE => Ok(Probe::from_template(data, algorithm)),
        _ => Err(Error::Argument { name: "encoding", reason: "is not a known encoding" }),
    }
}

/// A decision as the struct that C reads.
pub(super) fn decision_out(modality: Modality, decision: &Decision) -> kaimen_decision {
    let Decision { reason, member, score, margin, slot, threshold, time, generation } = decision;
    let blank: kaimen_decision = Versioned::new();
    kaimen_decision {
        verdict: verdict_number(decision.verdict()),
        reason: reason_number(*reason),
        modality: modality_number(modality),
        time: *time,
        generation: *generation,
        rule_id: rule_number(*reason),
        score: score.unwrap_or(blank.score),
        margin: margin.unwrap_or(KAIMEN_MARGIN_NONE),
        threshold: *threshold,
        slot: slot.map_or(KAIMEN_NONE, u32::from),
        user_type: member.map_or(KAIMEN_NONE, |id| id.user_type().number().into()),
        userid: member.as_ref().map_or([0; 136], |id| pointer::fixed_text(id.userid())),
        ..blank
    }
}

/// A candidate as the struct that C reads.
pub(super) fn candidate_out(candidate: &Candidate) -> kaimen_candidate {
    kaimen_candidate {
        user_type: candidate.member.user_type().number().into(),
        score: candidate.score,
        slot: candidate.slot.into(),
        userid: pointer::fixed_text(candidate.member.userid()),
        ..Versioned::new()
    }
}

/// What the rules say, as the struct that C reads.
pub(super) fn access_out(access: &Access) -> kaimen_access {
    kaimen_access {
        verdict: verdict_number(access.reason.verdict()),
        reason: reason_number(access.reason),
        rule_id: rule_number(access.reason),
        next_change: access.next_change.unwrap_or(i64::MAX),
        ..Versioned::new()
    }
}

fn verdict_number(verdict: Verdict) -> u32 {
    match verdict {
        Verdict::Pass => KAIMEN_VERDICT_PASS,
        Verdict::Deny => KAIMEN_VERDICT_DENY,
        Verdict::Unknown => KAIMEN_VERDICT_UNKNOWN,
    }
}

fn modality_number(modality: Modality) -> u32 {
    match modality {
        Modality::Face => KAIMEN_MODALITY_FACE,
        Modality::Finger => KAIMEN_MODALITY_FINGER,
    }
}

fn rule_number(reason: Reason) -> i64 {
    reason.rule_id().map_or(KAIMEN_NONE64, i64::from)
}

fn reason_number(reason: Reason) -> u32 {
    match reason {
        Reason::Pass(PassReason::Rule(_)) => KAIMEN_REASON_RULE,
        Reason::Pass(PassReason::NoRulesStaff) => KAIMEN_REASON_NO_RULES_STAFF,
        Reason::Pass(PassReason::NoRulesStudent) => KAIMEN_REASON_NO_RULES_STUDENT,
        Reason::Ambiguous => KAIMEN_REASON_AMBIGUOUS,
        Reason::Stale => KAIMEN_REASON_STALE,
        Reason::Deny(DenyReason::OutsideRules) => KAIMEN_REASON_OUTSIDE_RULES,
        Reason::Deny(DenyReason::NoneInEffectYet(_)) => KAIMEN_REASON_NOT_IN_EFFECT,
        Reason::Deny(DenyReason::AllMalformed) => KAIMEN_REASON_ALL_MALFORMED,
        Reason::Deny(DenyReason::NoRulesVisitor) => KAIMEN_REASON_VISITOR_WITHOUT_RULES,
        Reason::Deny(DenyReason::NoRulesStudent) => KAIMEN_REASON_STUDENT_WITHOUT_RULES,
        Reason::Deny(DenyReason::ClockOutOfRange) => KAIMEN_REASON_CLOCK,
        Reason::BelowThreshold => KAIMEN_REASON_BELOW_THRESHOLD,
        Reason::EmptyGallery => KAIMEN_REASON_EMPTY_GALLERY,
    }
}
