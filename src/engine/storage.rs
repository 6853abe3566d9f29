//! The engine and its store: opening, keeping what a commit changes, the end.

use std::path::PathBuf;
use std::sync::{Arc, MutexGuard};

use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::config::Config;
use super::member::{Member, MemberId};
use super::point::{Point, lock};
use super::report::Report;
use super::restore;
use super::snapshot::{Snapshot, Versions};
use super::stored;
use super::{Engine, memory, threads};
use crate::error::Error;
use crate::part::Part;
use crate::store::{
    Batch, MemberKey, Options, Settings as Kept, Store, StoreError, StoreKey, Wiped,
};

/// Where the durable copy is, and how it is kept.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The file; created if it is not there, its folder must be.
    pub path: PathBuf,
    /// Under which it is sealed.
    pub key: StoreKey,
    /// Events and memory.
    pub options: Options,
}

/// What the engine keeps beside members.
#[derive(Serialize, Deserialize)]
struct StoredSettings {
    perm_version: Option<u64>,
    visitor_version: Option<u64>,
}

/// The layout of [`StoredSettings`].
const SETTINGS_LAYOUT: u8 = 1;

impl Engine {
    /// Opens an engine on its store: the gallery as of the last whole commit.
    ///
    /// The report has a line for each member who could not be read
    /// ([`MemberDamaged`](super::ItemKind::MemberDamaged)), who does not fit the configuration's limits, or of
    /// whom templates are of an algorithm that is configured differently now: ask for them again. All the others are there.
    ///
    /// # Errors
    /// Whatever is wrong with the configuration, or [`Error::Store`]; the file is as it was.
    pub fn open_stored(config: &Config, store: &StoreConfig) -> Result<(Self, Report), Error> {
        Self::open_with(config, || Store::open(&store.path, &store.key, &store.options))
    }

    /// On whatever store `open` opens, once the configuration has proven right.
    pub(super) fn open_with(
        config: &Config,
        open: impl FnOnce() -> Result<Store, StoreError>,
    ) -> Result<(Self, Report), Error> {
        Part::Store.check()?;
        let settings = config.check()?;
        memory::check(config)?;
        let pool = threads::pool(settings.threads)?;
        let mut store = open()?;
        let (mut snapshot, report) = restore::restore(&settings, &mut store, pool.as_ref())?;
        snapshot.versions = versions(&mut store)?;
        Ok((Self::of(settings, snapshot, Some(store), pool), report))
    }

    /// Makes a commit durable; without a store there is nothing to do.
    pub(super) fn keep(&self, next: &Snapshot, changes: &Changes) -> Result<(), Error> {
        let versions_change = next.versions != self.shared.load().versions;
        if changes.is_empty() && !versions_change {
            return Ok(());
        }
        let Some(mut store) = self.store_if_any()? else { return Ok(()) };
        let store = store.get()?;
        // A commit that failed is in the store after all: what is published has to be, too.
        let is_ahead = store.is_ahead()?;
        let mut batch = store.begin()?;
        if is_ahead {
            batch.clear()?;
            self.put_all(&mut batch, next, next.members.iter())?;
        } else {
            for (userid, user_type) in changes.removed() {
                batch.remove(MemberKey { userid, user_type: user_type.number() })?;
            }
            let changed = changes.changed().filter_map(|number| next.members.get(number));
            self.put_all(&mut batch, next, changed)?;
        }
        if versions_change || is_ahead {
            batch.put_settings(&settings_record(next.versions)?)?;
        }
        Ok(batch.commit()?)
    }

    fn put_all<'m>(
        &self,
        batch: &mut Batch<'_>,
        next: &Snapshot,
        members: impl Iterator<Item = &'m Arc<Member>>,
    ) -> Result<(), Error> {
        let algorithms = self.settings.registry.algorithms();
        for member in members {
            let record = stored::record_of(algorithms, next, member).ok_or(Error::Unstorable)?;
            let user_type = member.user_type.number();
            batch.put(MemberKey { userid: &member.userid, user_type }, &record)?;
        }
        Ok(())
    }

    /// Takes a member out of the store whom the gallery does not know.
    pub(super) fn forget(&self, id: MemberId) -> Result<(), Error> {
        let Some(mut store) = self.store_if_any()? else { return Ok(()) };
        let mut batch = store.get()?.begin()?;
        batch.remove(MemberKey { userid: id.userid(), user_type: id.user_type().number() })?;
        Ok(batch.commit()?)
    }

    /// Takes everybody out of the store.
    pub(super) fn forget_all(&self) -> Result<(), Error> {
        let Some(mut store) = self.store_if_any()? else { return Ok(()) };
        let mut batch = store.get()?.begin()?;
        batch.clear()?;
        batch.put_settings(&settings_record(Versions::default())?)?;
        Ok(batch.commit()?)
    }

    /// The versions of the cloud's lists that the gallery is as new as.
    #[must_use]
    pub fn versions(&self) -> Versions {
        self.shared.load().versions
    }

    /// Remembers the versions of the cloud's lists, durably where there is a store: after the
    /// changes up to them have been applied.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::ImportOpen`], [`Error::Poisoned`].
    pub fn set_versions(&self, versions: Versions) -> Result<(), Error> {
        let mut writer = self.write()?;
        writer.check_no_import()?;
        let next = Snapshot { versions, ..Snapshot::clone(&self.shared.load()) };
        self.keep(&next, &Changes::default())?;
        self.show(&mut writer, next);
        Ok(())
    }

    /// Seals the store under another key: when it returns, only the new one opens it. May be
    /// interrupted at any point: either the old key opens the store, or the new one does and
    /// goes on.
    ///
    /// # Errors
    /// [`Error::NoStore`], [`Error::Store`].
    pub fn rotate_key(&self, new: &StoreKey) -> Result<(), Error> {
        let _writer = self.write()?;
        Ok(self.store()?.get()?.rotate(new, &mut |_, _| true)?)
    }

    /// Erases the gallery in memory, then the store: its sealed key first, then the whole file.
    /// The engine goes on with an empty gallery and refuses writes; close it.
    ///
    /// # Errors
    /// [`Error::NoStore`] (memory is erased all the same), [`Error::Poisoned`]. What the file system
    /// refused is in the result.
    pub fn wipe(&self) -> Result<Wiped, Error> {
        // Also an engine whose writer panicked can be wiped.
        let mut writer =
            lock(&self.writer, Point::Write).unwrap_or_else(std::sync::PoisonError::into_inner);
        writer.decoder.wipe();
        writer.import = None;
        self.publish_empty(&mut writer);
        let store = self.store.as_ref().ok_or_else(no_store)?;
        let mut store =
            lock(store, Point::Store).unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(store.take().ok_or(Error::NoStore)?.wipe())
    }

    /// The store, if there is one, for whoever writes to it. One that was wiped is an error: what
    /// is meant to be durable must not be forgotten without a word.
    fn store_if_any(&self) -> Result<Option<OpenStore<'_>>, Error> {
        let Some(store) = &self.store else { return Ok(None) };
        let guard = lock(store, Point::Store).map_err(|_| Error::Poisoned)?;
        if guard.is_none() {
            return Err(Error::NoStore);
        }
        Ok(Some(OpenStore(guard)))
    }

    /// The store, for what makes no sense without.
    pub(super) fn store(&self) -> Result<OpenStore<'_>, Error> {
        self.store_if_any()?.ok_or_else(no_store)
    }
}

/// Why an engine was opened without a store.
fn no_store() -> Error {
    Part::Store.check().err().unwrap_or(Error::NoStore)
}

/// The store under its lock, and not wiped.
pub(super) struct OpenStore<'a>(MutexGuard<'a, Option<Store>>);

impl OpenStore<'_> {
    pub(super) fn get(&mut self) -> Result<&mut Store, Error> {
        self.0.as_mut().ok_or(Error::NoStore)
    }
}

fn versions(store: &mut Store) -> Result<Versions, Error> {
    // Damaged or not the last one: without a version the firmware asks for the whole list.
    let Kept::Record(record) = store.settings()? else { return Ok(Versions::default()) };
    let stored: Option<StoredSettings> = match record.split_first() {
        Some((&SETTINGS_LAYOUT, rest)) => postcard::from_bytes(rest).ok(),
        _ => None,
    };
    Ok(stored.map_or(Versions::default(), |stored| Versions {
        perm: stored.perm_version,
        visitor: stored.visitor_version,
    }))
}

fn settings_record(versions: Versions) -> Result<Vec<u8>, Error> {
    let stored = StoredSettings { perm_version: versions.perm, visitor_version: versions.visitor };
    let bytes = postcard::to_extend(&stored, vec![SETTINGS_LAYOUT]);
    bytes.map_err(|_| Error::Unstorable)
}
