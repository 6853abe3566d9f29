//! Results of the library, as the suites read them.

use kaimen::ffi::decision::{kaimen_access, kaimen_decision};
use kaimen::ffi::engine::kaimen_stats;
use kaimen::ffi::report::kaimen_report_summary;
use kaimen::ffi::types::{KAIMEN_VERDICT_DENY, KAIMEN_VERDICT_PASS, KAIMEN_VERDICT_UNKNOWN};

use super::text;

/// The door's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Open.
    Pass,
    /// Found, and not let in.
    Deny,
    /// Nobody.
    Unknown,
    /// A number that the header does not have.
    Other(u32),
}

impl Verdict {
    pub(crate) fn of(number: u32) -> Verdict {
        match number {
            KAIMEN_VERDICT_PASS => Verdict::Pass,
            KAIMEN_VERDICT_DENY => Verdict::Deny,
            KAIMEN_VERDICT_UNKNOWN => Verdict::Unknown,
            other => Verdict::Other(other),
        }
    }
}

/// `KAIMEN_REASON_…`.
pub type Reason = u32;

/// A decision about a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The door's answer.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// Who; empty if nobody.
    pub userid: String,
    /// Best score.
    pub score: i32,
    /// Threshold that was applied.
    pub threshold: i32,
    /// Generation of the gallery that was searched.
    pub generation: u64,
}

impl Decision {
    pub(super) fn of(decision: &kaimen_decision) -> Decision {
        Decision {
            verdict: Verdict::of(decision.verdict),
            reason: decision.reason,
            userid: text::of_array(&decision.userid),
            score: decision.score,
            threshold: decision.threshold,
            generation: decision.generation,
        }
    }
}

/// What a member's rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The door's answer.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// When the answer changes next, Unix seconds; `None` if never.
    pub next_change: Option<i64>,
}

impl Access {
    pub(super) fn of(access: &kaimen_access) -> Access {
        let next_change = (access.next_change != i64::MAX).then_some(access.next_change);
        Access { verdict: Verdict::of(access.verdict), reason: access.reason, next_change }
    }
}

/// How full an engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Members.
    pub members: u32,
    /// Searchable face templates.
    pub face_templates: u32,
    /// Searchable finger templates.
    pub finger_templates: u32,
    /// Bytes of the galleries.
    pub index_bytes: u64,
    /// Bytes of the member records.
    pub record_bytes: u64,
}

impl Stats {
    pub(super) fn of(stats: &kaimen_stats) -> Stats {
        Stats {
            members: stats.members,
            face_templates: stats.face_templates,
            finger_templates: stats.finger_templates,
            index_bytes: stats.index_bytes,
            record_bytes: stats.record_bytes,
        }
    }
}

/// The counts of a sync's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncSummary {
    /// Generation after the commit.
    pub generation: u64,
    counts: [u64; 16],
}

impl SyncSummary {
    pub(super) fn of(summary: &kaimen_report_summary) -> SyncSummary {
        SyncSummary { generation: summary.generation, counts: summary.counts }
    }

    /// How many of a `KAIMEN_ITEM_…`; 0 for a kind that the report has no place for.
    #[must_use]
    pub fn count(&self, item: u32) -> u64 {
        usize::try_from(item).ok().and_then(|item| self.counts.get(item)).copied().unwrap_or(0)
    }
}
