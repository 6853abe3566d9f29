//! What applying an answer did: every added, changed, removed and rejected
//! thing, with its reason.

use std::sync::Arc;

use crate::limits;
use crate::protocol::UserType;
use crate::template::Modality;

/// What an [`Item`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A member who was not in the gallery.
    MemberAdded,
    /// A known member with at least one difference.
    MemberChanged,
    /// A known member, equal in everything. Counted, never itemised.
    MemberUnchanged,
    /// A member who was asked for and left out by the cloud, or removed.
    MemberRemoved,
    /// A member of the answer that cannot be read; what was stored stays.
    MemberRejected,
    /// A searchable template in a slot that was empty.
    TemplateAdded,
    /// A searchable template that differs from the one before.
    TemplateReplaced,
    /// A template that the cloud no longer gives.
    TemplateRemoved,
    /// A template that cannot be used.
    TemplateRejected,
    /// A template that is stored but not searchable: its algorithm is unknown
    /// here.
    TemplateKept,
    /// The cloud announces newer templates of this modality and did not send
    /// them: what is stored is stale, ask again.
    TemplatesWanted,
    /// A pass rule that cannot be used.
    RuleRejected,
    /// A field that is dropped while the member stays.
    FieldRejected,
    /// A searchable finger template of so few minutiae that it is hardly told from others.
    TemplateWeak,
    /// What the store had of a member cannot be read, or cannot be proven to be the last that
    /// was kept: ask for this member again. Without a userid: for everybody.
    MemberDamaged,
}

impl ItemKind {
    /// Every kind, in the order of the report's counts.
    pub const ALL: [ItemKind; 15] = [
        ItemKind::MemberAdded,
        ItemKind::MemberChanged,
        ItemKind::MemberUnchanged,
        ItemKind::MemberRemoved,
        ItemKind::MemberRejected,
        ItemKind::TemplateAdded,
        ItemKind::TemplateReplaced,
        ItemKind::TemplateRemoved,
        ItemKind::TemplateRejected,
        ItemKind::TemplateKept,
        ItemKind::TemplatesWanted,
        ItemKind::RuleRejected,
        ItemKind::FieldRejected,
        ItemKind::TemplateWeak,
        ItemKind::MemberDamaged,
    ];
}

/// One line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What happened.
    pub kind: ItemKind,
    /// Whom it concerns; empty if the userid could not be read. All lines of
    /// one member share it.
    pub userid: Arc<str>,
    /// `user_type`, if it could be read.
    pub user_type: Option<UserType>,
    /// Place of the record in `userinfo`, from 0; `None` for a member that the
    /// answer left out.
    pub position: Option<usize>,
    /// For templates.
    pub modality: Option<Modality>,
    /// Slot of a template or id of a rule.
    pub id: Option<u32>,
    /// The protocol's field; may be empty.
    pub field: &'static str,
    /// `KAIMEN_OK`, or the reason as a status number.
    pub status: i32,
    /// The reason in words; empty where nothing is wrong.
    pub message: Box<str>,
}

/// Bytes that a full report takes: items, their userids, and messages.
pub(super) const REPORT_BYTES: usize =
    limits::REPORT_ITEMS * (2 * size_of::<Item>() + limits::USERID_BYTES + 128);

/// What applying an answer did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    generation: u64,
    items: Vec<Item>,
    dropped: u64,
    counts: [u64; ItemKind::ALL.len()],
}

/// A state of a report.
pub(super) struct Mark {
    items: usize,
    dropped: u64,
    counts: [u64; ItemKind::ALL.len()],
}

impl Report {
    /// Generation of the gallery after the commit.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The lines, in the order of the answer; removed members come last.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Lines beyond [`limits::REPORT_ITEMS`]: counted, not kept.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many of one kind, dropped lines included.
    #[must_use]
    pub fn count(&self, kind: ItemKind) -> u64 {
        self.counts[kind as usize]
    }

    pub(super) fn finish(&mut self, generation: u64) {
        self.generation = generation;
    }

    /// The lines and counts of a later one behind this one's.
    pub(super) fn extend(&mut self, later: Report) {
        let room = limits::REPORT_ITEMS - self.items.len();
        let beyond = later.items.len().saturating_sub(room);
        self.items.extend(later.items.into_iter().take(room));
        self.dropped += later.dropped + beyond as u64;
        for (count, more) in self.counts.iter_mut().zip(later.counts) {
            *count += more;
        }
    }

    /// Remembers the state, for [`Report::rewind`].
    pub(super) fn mark(&self) -> Mark {
        Mark { items: self.items.len(), dropped: self.dropped, counts: self.counts }
    }

    /// Forgets every line since the mark.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.items.truncate(mark.items);
        self.dropped = mark.dropped;
        self.counts = mark.counts;
    }

    pub(super) fn push(&mut self, item: Item) {
        self.counts[item.kind as usize] += 1;
        if item.kind == ItemKind::MemberUnchanged {
            return;
        }
        if self.items.len() < limits::REPORT_ITEMS {
            self.items.push(item);
        } else {
            self.dropped += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_at_their_own_number() {
        for (position, kind) in ItemKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, position);
        }
    }
}
