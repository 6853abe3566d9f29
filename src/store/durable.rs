//! The store: one file, one writer.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use redb::ReadableTableMetadata;

use super::StoreError;
use super::batch::Batch;
use super::disk::Disk;
use super::key::StoreKey;
use super::keys::StoreId;
use super::medium::{FileMedium, Medium};
use super::member::{Settings, StoreStats};
use super::meta::{self, Opened, SOURCES};
use super::options::Options;
use super::seal::NONCE;
use super::tables::SETTINGS_KEY;

/// The durable, sealed copy of a gallery: one file, one writer.
///
/// Dropping it closes the file; so does a failure, after which the next call opens it anew.
pub struct Store {
    pub(super) disk: Disk,
    pub(super) key: StoreKey,
    pub(super) options: Options,
    pub(super) opened: Opened,
    /// Buckets whose sums did not add up; the next commit restarts them.
    pub(super) broken: BTreeSet<usize>,
    /// The commits of the last state that a failed commit left unsettled.
    unsettled: Option<u64>,
    /// Such a commit is in the file.
    pub(super) late: bool,
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
        let opened = open_any(&mut disk, key, None)?;
        let broken = BTreeSet::new();
        Ok(Self {
            disk,
            key: key.clone(),
            options: *options,
            opened,
            broken,
            unsettled: None,
            late: false,
        })
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
        let Opened { state, state_proven, keys, from, .. } = &self.opened;
        let copies = self.disk.read(|transaction| meta::get(transaction, SETTINGS_KEY, from))?;
        if !state_proven {
            return Ok(Settings::Damaged);
        }
        if state.settings == [0; NONCE] {
            return Ok(Settings::Absent);
        }
        let last = copies.iter().find(|sealed| sealed.starts_with(&state.settings));
        let record = last.and_then(|sealed| keys.settings.open(&[], sealed));
        Ok(record.map_or(Settings::Damaged, Settings::Record))
    }

    /// The store in numbers.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn stats(&mut self) -> Result<StoreStats, StoreError> {
        self.ready()?;
        let Opened { side, state, state_proven, .. } = &self.opened;
        let members =
            self.disk.read(|transaction| Ok(transaction.open_table(side.members())?.len()?))?;
        Ok(StoreStats {
            members,
            file_bytes: self.disk.len()?,
            commits: if *state_proven { state.commits } else { 0 },
            state_proven: *state_proven,
        })
    }

    /// Opens the file again if a failure has closed it, and takes over what is in it.
    pub(super) fn ready(&mut self) -> Result<(), StoreError> {
        if !self.disk.is_open() {
            self.opened = open_any(&mut self.disk, &self.key, Some(self.opened.id))?;
            let commits = self.opened.state.commits;
            self.late |= self.unsettled.take().is_some_and(|before| before != commits);
        }
        Ok(())
    }

    /// What became of a commit: done, or failed and yet in the file, as `landed` sees it.
    pub(super) fn settle(
        &mut self,
        committed: Result<(), StoreError>,
        landed: impl FnOnce(&Opened) -> bool,
    ) -> Result<(), StoreError> {
        if committed.is_err() {
            self.disk.close();
            let before = self.opened.state.commits;
            match self.ready() {
                // Opening has synced what it found.
                Ok(()) if landed(&self.opened) => return Ok(()),
                Ok(()) => {}
                Err(_) => self.unsettled = Some(before),
            }
        }
        committed
    }

    /// Whether a commit that was answered with an error turned out to be in the file after
    /// all, and nothing has taken the place of the whole content since
    /// ([`Batch::clear`] and [`Batch::commit`]).
    ///
    /// It can be so where the last write or sync of a commit failed and the disk could not be
    /// read again at once. The caller's own state is then older than the store's: it has to put
    /// everything anew.
    ///
    /// # Errors
    /// Those of the disk: a file that a failure has closed is opened first.
    pub fn is_ahead(&mut self) -> Result<bool, StoreError> {
        self.ready()?;
        Ok(self.late)
    }
}

/// Opens the file, from whichever of the two tables of its head can be read. `id`: the store
/// that it has to be.
fn open_any(disk: &mut Disk, key: &StoreKey, id: Option<StoreId>) -> Result<Opened, StoreError> {
    let mut open = |from| {
        disk.open(|database, is_new| {
            if is_new && id.is_some() {
                return Err(StoreError::NotAStore { what: "the file was emptied" });
            }
            let opened = meta::open(database, is_new, key, from)?;
            if id.is_some_and(|id| id != opened.id) {
                return Err(StoreError::NotAStore { what: "another store has taken its place" });
            }
            Ok(opened)
        })
    };
    let [both, others @ ..] = SOURCES;
    let mut opened = open(both);
    for from in others {
        if !matches!(opened, Err(StoreError::Damaged { .. })) {
            break;
        }
        opened = open(from).or(opened);
    }
    opened
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("disk", &self.disk).finish_non_exhaustive()
    }
}
