//! Type and constants shared by all topics of the interface.

/// Result of a call: `KAIMEN_OK` (0) or a negative `KAIMEN_ERR_…`.
pub type kaimen_status = i32;

/// "There is none": a slot, position or count that does not exist.
pub const KAIMEN_NONE: u32 = 4_294_967_295;
/// "There is none" for signed 64-bit values (times, rule ids).
pub const KAIMEN_NONE64: i64 = -1;
/// Longest `userid` in bytes, terminating NUL not counted.
pub const KAIMEN_USERID_BYTES: usize = 128;
/// Longest `name` in bytes, terminating NUL not counted.
pub const KAIMEN_NAME_BYTES: usize = 256;
/// Longest algorithm name in bytes, terminating NUL not counted.
pub const KAIMEN_ALGORITHM_BYTES: usize = 64;
/// Most candidates of one search.
pub const KAIMEN_CANDIDATES: usize = 64;
/// Most algorithms in a configuration: five for each modality.
pub const KAIMEN_ALGORITHMS: usize = 10;
/// Most probes of one call.
pub const KAIMEN_PROBES: usize = 64;
/// Most events of one call.
pub const KAIMEN_EVENTS: usize = 1000;
/// The score of two equal directions: scores of vectors are cosines in millionths.
pub const KAIMEN_SCORE_ONE: i32 = 1_000_000;
/// "There is none": a score where nobody was found, or that `compare` left out (`INT32_MIN`).
pub const KAIMEN_SCORE_NONE: i32 = i32::MIN;
/// "There is none": the margin where there is no other member (`INT32_MAX`).
pub const KAIMEN_MARGIN_NONE: i32 = i32::MAX;

/// Search: results are by proof those of comparing all codes. Reads half of them.
/// The lean mode: at 512 components a template takes 532 bytes in all.
pub const KAIMEN_SEARCH_PROVEN: u32 = 1;
/// Search: an eighth of the codes' size in sign bits is read first, another eighth and the rest for
/// few templates (of up to 256 components both eighths of all, where signs say too little). The least time, and 666 bytes a template of 512 components. A template that
/// scores exactly as much as is asked for is overlooked with a chance below 1e-9, one
/// that scores more still more rarely; scores are the same.
pub const KAIMEN_SEARCH_FAST: u32 = 2;

/// `user_type`: employee.
pub const KAIMEN_USER_STAFF: u32 = 0;
/// `user_type`: visitor.
pub const KAIMEN_USER_VISITOR: u32 = 1;
/// `user_type`: student.
pub const KAIMEN_USER_STUDENT: u32 = 2;

/// Modality: face.
pub const KAIMEN_MODALITY_FACE: u32 = 1;
/// Modality: fingerprint.
pub const KAIMEN_MODALITY_FINGER: u32 = 2;

/// Verdict: the member may pass; open.
pub const KAIMEN_VERDICT_PASS: u32 = 1;
/// Verdict: a member was found, and the door stays shut; see the reason.
pub const KAIMEN_VERDICT_DENY: u32 = 2;
/// Verdict: nobody in the gallery reaches the threshold; stay shut.
pub const KAIMEN_VERDICT_UNKNOWN: u32 = 3;

/// Pass: a rule allows it; `rule_id` names it.
pub const KAIMEN_REASON_RULE: u32 = 1;
/// Pass: staff without any rule.
pub const KAIMEN_REASON_NO_RULES_STAFF: u32 = 2;
/// Pass: student without any rule, and `student_default_pass` is set.
pub const KAIMEN_REASON_NO_RULES_STUDENT: u32 = 3;
/// Deny: another member's score is nearer than the configured margin.
pub const KAIMEN_REASON_AMBIGUOUS: u32 = 101;
/// Deny: the template that was found is out of date; the cloud has a newer
/// one that this reader has not received.
pub const KAIMEN_REASON_STALE: u32 = 102;
/// Deny: none of the member's rules covers this moment.
pub const KAIMEN_REASON_OUTSIDE_RULES: u32 = 103;
/// Deny: the member has rules, but none is in effect yet.
pub const KAIMEN_REASON_NOT_IN_EFFECT: u32 = 104;
/// Deny: the member has rules, and every one of them is malformed.
pub const KAIMEN_REASON_ALL_MALFORMED: u32 = 105;
/// Deny: visitor without any rule.
pub const KAIMEN_REASON_VISITOR_WITHOUT_RULES: u32 = 106;
/// Deny: student without any rule, and `student_default_pass` is not set.
pub const KAIMEN_REASON_STUDENT_WITHOUT_RULES: u32 = 107;
/// Deny: `now` lies outside the calendar; the reader's clock is wrong.
pub const KAIMEN_REASON_CLOCK: u32 = 108;
/// Unknown: the best score is below the threshold.
pub const KAIMEN_REASON_BELOW_THRESHOLD: u32 = 201;
/// Unknown: the gallery has no template of the probe's algorithm.
pub const KAIMEN_REASON_EMPTY_GALLERY: u32 = 202;
