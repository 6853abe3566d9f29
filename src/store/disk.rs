//! The database in the medium: opened, and opened again after a failure.

use std::sync::Arc;

use redb::{Builder, Database, ReadTransaction, ReadableDatabase, WriteTransaction};

use super::StoreError;
use super::fault::guard;
use super::header;
use super::held::{Held, hold};
use super::medium::Medium;

/// The database in the medium. `None` after a failure, until somebody needs it again.
#[derive(Debug)]
pub(super) struct Disk {
    medium: Arc<dyn Medium>,
    cache_bytes: usize,
    database: Option<Database>,
    /// Tells the length of the open file.
    held: Option<Held>,
}

impl Disk {
    pub(super) fn new(medium: Arc<dyn Medium>, cache_bytes: usize) -> Self {
        Self { medium, cache_bytes, database: None, held: None }
    }

    pub(super) fn is_open(&self) -> bool {
        self.database.is_some()
    }

    /// Opens the database; `check` looks at it, and fills it if it is new, before anything that
    /// redb or `check` writes reaches the medium. If it refuses, the medium stays as it was.
    pub(super) fn open<T>(
        &mut self,
        check: impl FnOnce(&Database, bool) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.close();
        let (backend, held) = hold(self.medium.open()?)?;
        header::check(&held)?;
        let cache_bytes = self.cache_bytes;
        let (database, answer) = guard(|| {
            let database =
                Builder::new().set_cache_size(cache_bytes).create_with_backend(backend)?;
            // If it refuses, the database's last words go nowhere: nothing is released.
            let answer = check(&database, held.is_new())?;
            Ok((database, answer))
        })?;
        self.database = Some(database);
        let released = held.release();
        self.held = Some(held);
        if let Err(error) = released {
            self.close();
            return Err(error.into());
        }
        Ok(answer)
    }

    /// Length of the open file in bytes.
    pub(super) fn len(&self) -> Result<u64, StoreError> {
        Ok(self.held.as_ref().ok_or_else(closed)?.len()?)
    }

    /// Closes the database, as cleanly as it can.
    pub(super) fn close(&mut self) {
        let database = self.database.take();
        let held = self.held.take();
        // A panic in here is one of a damaged file; the file is closed by it all the same.
        let _ = guard(|| {
            drop(database);
            drop(held);
            Ok(())
        });
    }

    /// Closes it for good.
    pub(super) fn into_medium(mut self) -> Arc<dyn Medium> {
        self.close();
        self.medium.clone()
    }

    /// Reads. After a failure the database is closed, so that the next call opens it anew.
    pub(super) fn read<T>(
        &mut self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(database) = &self.database else { return Err(closed()) };
        let answer = guard(|| work(&database.begin_read()?));
        if answer.is_err() {
            self.close();
        }
        answer
    }

    /// Begins a durable transaction.
    pub(super) fn begin(&mut self) -> Result<WriteTransaction, StoreError> {
        let Some(database) = &self.database else { return Err(closed()) };
        let begun = guard(|| {
            let mut transaction = database.begin_write()?;
            // Two phases: redb's checksums are no match for somebody who writes to the flash,
            // and a state that was never committed must not pass for one. Quick repair: after
            // a power cut the file opens without a walk through all of it, so that one damaged
            // record cannot keep it from opening.
            transaction.set_two_phase_commit(true);
            transaction.set_quick_repair(true);
            Ok(transaction)
        });
        if begun.is_err() {
            self.close();
        }
        begun
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.close();
    }
}

fn closed() -> StoreError {
    StoreError::Io { number: None, text: "the file is not open".to_owned() }
}
