//! The database in the medium: opened, and opened again after a failure.

use std::sync::Arc;

use redb::{Builder, Database, ReadTransaction, ReadableDatabase, WriteTransaction};

use super::StoreError;
use super::fault::guard;
use super::held::HeldBackend;
use super::medium::Medium;

/// The database in the medium. `None` after a failure, until somebody needs it again.
#[derive(Debug)]
pub(super) struct Disk {
    medium: Arc<dyn Medium>,
    cache_bytes: usize,
    database: Option<Database>,
}

impl Disk {
    pub(super) fn new(medium: Arc<dyn Medium>, cache_bytes: usize) -> Self {
        Self { medium, cache_bytes, database: None }
    }

    pub(super) fn is_open(&self) -> bool {
        self.database.is_some()
    }

    /// Opens the database; `check` looks at it and may write, before anything that redb or
    /// `check` writes reaches the medium. If it refuses, the medium stays as it was.
    pub(super) fn open<T>(
        &mut self,
        check: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.close();
        let (backend, held) = HeldBackend::new(self.medium.open()?)?;
        let cache_bytes = self.cache_bytes;
        let opened = guard(|| {
            let database =
                Builder::new().set_cache_size(cache_bytes).create_with_backend(backend)?;
            match check(&database) {
                Ok(answer) => Ok((database, answer)),
                Err(error) => {
                    // Its last words go nowhere, because nothing was released.
                    drop(database);
                    Err(error)
                }
            }
        });
        let (database, answer) = opened?;
        self.database = Some(database);
        if let Err(error) = held.release() {
            self.close();
            return Err(error.into());
        }
        Ok(answer)
    }

    /// Closes the database, as cleanly as it can.
    pub(super) fn close(&mut self) {
        let database = self.database.take();
        // A panic in here is one of a damaged file; the file is closed by it all the same.
        let _ = guard(|| {
            drop(database);
            Ok(())
        });
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

fn closed() -> StoreError {
    StoreError::Io { number: None, text: "the file is not open".to_owned() }
}
