//! The whole list in pages: begin, page, page, commit or abort.
//!
//! Pages are applied to a copy of the gallery, which shares what does not change, while the
//! old one serves. The commit removes whoever no page has named, makes the result durable
//! and publishes it. An import that is not committed leaves nothing behind.

use super::Engine;
use super::changes::Changes;
use super::config::Settings;
use super::member::MemberId;
use super::report::Report;
use super::snapshot::Snapshot;
use super::sync::{self, Committed};
use super::writer::Writer;
use crate::error::Error;
use crate::protocol::UserType;
use crate::template::Decoder;

/// Whose whole list an import is: who is not in it leaves. The lists of members
/// (`get_userinfo_by_page`) and of visitors have versions of their own, and neither
/// removes anybody of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Staff and students.
    Members,
    /// Visitors.
    Visitors,
}

impl Scope {
    fn includes(self, user_type: UserType) -> bool {
        (user_type == UserType::Visitor) == (self == Scope::Visitors)
    }
}

/// What a page was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it will do, member by member.
    pub report: Report,
    /// `is_last`; `None` if the page does not say.
    pub is_last: Option<bool>,
    /// `perm_version` or `visitor_version`; `None` if the page does not say.
    pub version: Option<u64>,
}

/// An import that is open.
pub(super) struct Import {
    scope: Scope,
    /// The gallery as it will be, but for those who leave.
    draft: Snapshot,
    changes: Changes,
    version: Option<u64>,
    /// Who has left in a commit.
    left: Report,
}

impl Engine {
    /// Begins an import of the whole list. Until its commit the gallery serves as it is, and
    /// [`sync`](Engine::sync) is refused; removals are applied at once, and to the import.
    ///
    /// # Errors
    /// [`Error::ImportOpen`], [`Error::Poisoned`].
    pub fn import_begin(&self, scope: Scope) -> Result<(), Error> {
        let mut writer = self.write()?;
        writer.check_no_import()?;
        let draft = Snapshot::clone(&self.shared.load());
        let changes = Changes::default();
        writer.import =
            Some(Import { scope, draft, changes, version: None, left: Report::default() });
        Ok(())
    }

    /// Adds a page of the list. A page that is refused as a whole changes nothing; the same
    /// page may come again.
    ///
    /// # Errors
    /// [`Error::NoImport`]; the page as a whole cannot be used, or
    /// carries another version than those before it ([`Error::PageVersion`]: the list has
    /// changed meanwhile, abort and begin anew).
    pub fn import_page(&self, json: &[u8]) -> Result<Page, Error> {
        let mut writer = self.write()?;
        let Writer { decoder, import, .. } = &mut *writer;
        let open = import.as_mut().ok_or(Error::NoImport)?;
        // Read twice: what can refuse the page as a whole is known before the draft is touched,
        // so no third gallery has to be kept beside the draft and the one that serves.
        let head = sync::check_page(&self.settings, json)?;
        let (is_last, version) = (head.is_last, head.version);
        if open.version.is_some() && version.is_some() && open.version != version {
            return Err(Error::PageVersion);
        }
        let draft = std::mem::replace(&mut open.draft, Snapshot::new(&self.settings));
        let applied = sync::apply_page(&self.settings, draft, decoder, json);
        decoder.wipe();
        match applied {
            Ok(committed) => {
                open.version = open.version.or(version);
                Ok(Page { report: open.take(committed), is_last, version })
            }
            // Cannot be: it was read once. But then the draft is gone, and with it the import.
            Err(error) => {
                *import = None;
                Err(error)
            }
        }
    }

    /// Removes whoever the pages have not named, makes the import durable, and publishes it.
    /// If a page had a record whose userid could not be read, nobody is removed. The version of
    /// the pages becomes the gallery's.
    ///
    /// # Errors
    /// [`Error::NoImport`], [`Error::Store`]: nothing was published, the import stays open and
    /// may be committed again.
    pub fn import_commit(&self) -> Result<Report, Error> {
        let mut writer = self.write()?;
        let Writer { decoder, import, .. } = &mut *writer;
        let open = import.as_mut().ok_or(Error::NoImport)?;
        open.remove_unnamed(&self.settings, decoder);
        let generation = self.shared.load().generation + 1;
        open.draft.generation = generation;
        open.left.finish(generation);
        let versions = &mut open.draft.versions;
        match open.scope {
            Scope::Members => versions.perm = open.version.or(versions.perm),
            Scope::Visitors => versions.visitor = open.version.or(versions.visitor),
        }
        self.keep(&open.draft, &open.changes)?;
        let Some(Import { draft, left, .. }) = import.take() else { return Err(Error::NoImport) };
        self.show(&mut writer, draft);
        Ok(left)
    }

    /// Forgets an open import, if there is one; the gallery stays as it is.
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn import_abort(&self) -> Result<(), Error> {
        self.write()?.import = None;
        Ok(())
    }
}

impl Import {
    /// A member who was removed while the import is open is not in it either.
    pub(super) fn remove(&mut self, settings: &Settings, decoder: &mut Decoder, id: MemberId) {
        if let Some(committed) = sync::remove(settings, &self.draft, decoder, id) {
            self.take(committed);
        }
    }

    /// Removes whoever is in the scope and was named by no page.
    fn remove_unnamed(&mut self, settings: &Settings, decoder: &mut Decoder) {
        if self.changes.anybody {
            return;
        }
        let draft = std::mem::replace(&mut self.draft, Snapshot::new(settings));
        let (scope, answered) = (self.scope, &self.changes.answered);
        let committed = sync::remove_all(settings, draft, decoder, |number, member| {
            scope.includes(member.user_type) && !answered.contains(&number)
        });
        let left = self.take(committed);
        // A commit that failed has removed its share already.
        self.left.extend(left);
    }

    /// The draft is what the commit has built.
    fn take(&mut self, committed: Committed) -> Report {
        let Committed { snapshot, report, changes } = committed;
        self.draft = snapshot;
        self.changes.extend(changes);
        report
    }
}
