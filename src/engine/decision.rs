//! The decision about one probe.

use super::member::MemberId;
use crate::rules::{DenyReason, PassReason};

/// What the door does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A member was found and may pass: open.
    Pass,
    /// A member was found; the door stays shut.
    Deny,
    /// Nobody in the gallery reaches the threshold; the door stays shut.
    Unknown,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The member's rules allow it.
    Pass(PassReason),
    /// The member's rules do not allow it.
    Deny(DenyReason),
    /// Another member's score is too near.
    Ambiguous,
    /// The template that was found is out of date.
    Stale,
    /// The best score is below the threshold.
    BelowThreshold,
    /// There is no template of the probe's algorithm.
    EmptyGallery,
}

impl Reason {
    /// The verdict that follows; no other one goes with this reason.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Reason::Pass(_) => Verdict::Pass,
            Reason::Deny(_) | Reason::Ambiguous | Reason::Stale => Verdict::Deny,
            Reason::BelowThreshold | Reason::EmptyGallery => Verdict::Unknown,
        }
    }

    /// The rule that allowed it, or that will be the first in effect.
    #[must_use]
    pub fn rule_id(self) -> Option<u32> {
        match self {
            Reason::Pass(PassReason::Rule(id)) | Reason::Deny(DenyReason::NoneInEffectYet(id)) => {
                Some(id)
            }
            _ => None,
        }
    }
}

/// The decision about one probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Why; the verdict follows from it.
    pub reason: Reason,
    /// The best member; `None` if the verdict is unknown.
    pub member: Option<MemberId>,
    /// The best score, of vectors in millionths; `None` if the gallery is empty, or nobody
    /// scores as much as the configuration's floor.
    pub score: Option<i32>,
    /// How far the best *other* member is behind, in units of the score (`i32::MAX` for that and
    /// more); `None` if there is no other at or above the floor, and for verification.
    pub margin: Option<i32>,
    /// Slot of the template that gave the score.
    pub slot: Option<u8>,
    /// The threshold that was asked for.
    pub threshold: i32,
    /// The instant that the rules were asked for, in Unix seconds.
    pub time: i64,
    /// Generation of the gallery that was searched.
    pub generation: u64,
}

impl Decision {
    /// What the door does.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }
}

/// One member of a candidate list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub member: MemberId,
    /// The member's best score.
    pub score: i32,
    /// Slot of the template that gave it.
    pub slot: u8,
}

/// What the rules say about one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// [`Reason::Pass`] or [`Reason::Deny`].
    pub reason: Reason,
    /// The first instant after the asked one at which the verdict is another
    /// one, in Unix seconds; `None` if it stays for ever.
    pub next_change: Option<i64>,
}
