//! What a commit changes, for whoever keeps it.

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashSet;

use crate::protocol::UserType;

/// What a commit, or an import of several pages, changes.
#[derive(Default)]
pub(super) struct Changes {
    /// Keys of members who left, perhaps to come back under the same key.
    removed: Vec<(Arc<str>, UserType)>,
    /// Numbers of members who are new or differ, some of whom may have left again.
    put: BTreeSet<u32>,
    /// Numbers of all whom the answer named, whatever became of the record.
    pub(super) answered: HashSet<u32>,
    /// A record without a readable userid may be anybody's.
    pub(super) anybody: bool,
}

impl Changes {
    pub(super) fn put(&mut self, number: u32) {
        self.put.insert(number);
    }

    pub(super) fn remove(&mut self, userid: Arc<str>, user_type: UserType) {
        self.removed.push((userid, user_type));
    }

    /// Those of a later commit on top.
    pub(super) fn extend(&mut self, later: Changes) {
        self.removed.extend(later.removed);
        self.put.extend(later.put);
        self.answered.extend(later.answered);
        self.anybody |= later.anybody;
    }

    pub(super) fn removed(&self) -> &[(Arc<str>, UserType)] {
        &self.removed
    }

    pub(super) fn changed(&self) -> impl Iterator<Item = u32> + '_ {
        self.put.iter().copied()
    }

    /// Whether there is nothing to keep.
    pub(super) fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.put.is_empty()
    }
}
