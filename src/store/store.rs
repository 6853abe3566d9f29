//! The store: one file, one writer.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::StoreError;
use super::batch::Batch;
use super::counters::Counters;
use super::disk::Disk;
use super::key::StoreKey;
use super::medium::{FileMedium, Medium};
use super::member::StoreStats;
use super::meta::{self, Opened};
use super::options::Options;
use super::seal::NONCE;
use super::state::State;
use super::tables::SETTINGS_KEY;

/// A settings record as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// None was ever put.
    Absent,
    /// The last one that was put.
    Record(Zeroizing<Vec<u8>>),
    /// Damaged, or not the last one that was put.
    Damaged,
}

/// The durable, sealed copy of a gallery: one file, one writer.
///
/// Dropping it closes the file; so does a failure, after which the next call opens it anew.
pub struct Store {
    pub(super) disk: Disk,
    pub(super) key: StoreKey,
    pub(super) options: Options,
    pub(super) opened: Opened,
}

impl Store {
    /// Opens the store at `path`; creates it if there is no file, or an empty one.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::NotAStore`], [`StoreError::Newer`],
    /// [`StoreError::Locked`], [`StoreError::ReadOnly`], [`StoreError::Full`],
    /// [`StoreError::Damaged`], [`StoreError::Io`]. The file is as it was before.
    pub fn open(path: &Path, key: &StoreKey, options: &Options) -> Result<Self, StoreError> {
        Self::open_on(Arc::new(FileMedium::new(path)), key, options)
    }

    /// As [`Self::open`], on a medium of the caller's.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_on(
        medium: Arc<dyn Medium>,
        key: &StoreKey,
        options: &Options,
    ) -> Result<Self, StoreError> {
        let mut disk = Disk::new(medium, options.cache_bytes);
        let opened = disk.open(|database| meta::open(database, key))?;
        Ok(Self { disk, key: key.clone(), options: *options, opened })
    }

    /// Begins a change. Nothing of it is durable, or seen by anybody, before
    /// [`Batch::commit`]; dropping it leaves everything as it was.
    ///
    /// # Errors
    /// Those of the disk. After an I/O error the file is opened anew here.
    pub fn begin(&mut self) -> Result<Batch<'_>, StoreError> {
        self.ready()?;
        Batch::begin(self)
    }

    /// The engine's own small record.
    ///
    /// # Errors
    /// Those of the disk; damage to the record is no error.
    pub fn settings(&mut self) -> Result<Settings, StoreError> {
        self.ready()?;
        let Self { disk, opened, .. } = self;
        disk.read(|transaction| {
            let copies = meta::get(transaction, SETTINGS_KEY)?;
            let expected = opened.state.as_ref().map(|state| state.settings);
            let current = copies
                .iter()
                .find(|sealed| sealed.get(..NONCE) == expected.as_ref().map(|nonce| &nonce[..]));
            let opened = current.and_then(|sealed| opened.keys.settings.open(&[], sealed));
            Ok(match opened {
                Some(record) => Settings::Record(record),
                None if expected == Some([0; NONCE]) => Settings::Absent,
                None => Settings::Damaged,
            })
        })
    }

    /// The store in numbers.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn stats(&mut self) -> Result<StoreStats, StoreError> {
        self.ready()?;
        let Self { disk, opened, .. } = self;
        let members = disk.read(|transaction| {
            use redb::ReadableTableMetadata;
            Ok(transaction.open_table(opened.side.members())?.len()?)
        })?;
        Ok(StoreStats {
            members,
            file_bytes: 0,
            commits: opened.state.as_ref().map_or(0, |state| state.commits),
            state_proven: opened.state.is_some(),
        })
    }

    /// Opens the file again if a failure has closed it, and takes over what is in it.
    pub(super) fn ready(&mut self) -> Result<(), StoreError> {
        if self.disk.is_open() {
            return Ok(());
        }
        let Self { disk, key, opened, .. } = self;
        let id = opened.id;
        *opened = disk.open(|database| {
            let again = meta::open(database, key)?;
            if again.id == id {
                Ok(again)
            } else {
                Err(StoreError::NotAStore { what: "another store has taken its place" })
            }
        })?;
        Ok(())
    }

    pub(super) fn state(&self) -> Result<State, StoreError> {
        self.opened.state.clone().map_or_else(State::new, Ok)
    }

    pub(super) fn counters(&self) -> Counters {
        self.opened.counters.unwrap_or(Counters::NEW)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("disk", &self.disk).finish_non_exhaustive()
    }
}
