//! A change of members: all of it, or nothing.

use redb::WriteTransaction;

use super::StoreError;
use super::fault::guard;
use super::keys::MemberHash;
use super::member::MemberKey;
use super::meta;
use super::record;
use super::seal::NONCE;
use super::state::State;
use super::store::Store;
use super::tables::{SETTINGS_KEY, STATE_KEY};
use crate::limits::{STORE_RECORD_BYTES, STORE_SETTINGS_BYTES, USERID_BYTES};

/// A change of members and settings, one durable transaction. Dropped without
/// [`commit`](Self::commit), nothing has happened.
///
/// After an error of one of its calls only dropping is left; `commit` answers the same error.
pub struct Batch<'a> {
    store: &'a mut Store,
    transaction: Option<WriteTransaction>,
    state: State,
    failed: Option<StoreError>,
}

impl<'a> Batch<'a> {
    pub(super) fn begin(store: &'a mut Store) -> Result<Self, StoreError> {
        let state = store.state()?;
        let transaction = Some(store.disk.begin()?);
        Ok(Self { store, transaction, state, failed: None })
    }

    /// Puts a member's record in the place of the one that is there, if any.
    ///
    /// # Errors
    /// [`StoreError::Userid`] and [`StoreError::TooLarge`] change nothing; others are the
    /// disk's.
    pub fn put(&mut self, member: MemberKey<'_>, record: &[u8]) -> Result<(), StoreError> {
        check(member)?;
        check_size(record, STORE_RECORD_BYTES)?;
        self.work(|batch, transaction| batch.put_in(transaction, member, record))
    }

    /// Removes a member; one who is not there is removed already.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn remove(&mut self, member: MemberKey<'_>) -> Result<(), StoreError> {
        check(member)?;
        self.work(|batch, transaction| {
            let hash = batch.store.opened.keys.hash(member);
            batch.take_out(transaction, &hash)
        })
    }

    /// Puts the engine's own small record.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn put_settings(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        check_size(bytes, STORE_SETTINGS_BYTES)?;
        self.work(|batch, transaction| {
            let sealed = batch.store.opened.keys.settings.seal(&[], bytes)?;
            batch.state.settings.copy_from_slice(&sealed[..NONCE]);
            meta::put(transaction, SETTINGS_KEY, &sealed)
        })
    }

    /// Makes the change durable.
    ///
    /// # Errors
    /// Those of the disk; the store then still has its old content.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.state.commits = self.state.commits.wrapping_add(1);
        self.work(|batch, transaction| {
            let sealed = batch.store.opened.keys.state.seal(&[], &batch.state.to_bytes())?;
            meta::put(transaction, STATE_KEY, &sealed)
        })?;
        let Some(transaction) = self.transaction.take() else { return Ok(()) };
        let committed = guard(|| Ok(transaction.commit()?));
        match committed {
            Ok(()) => self.store.opened.state = Some(self.state.clone()),
            Err(_) => self.store.disk.close(),
        }
        committed
    }

    fn put_in(
        &mut self,
        transaction: &WriteTransaction,
        member: MemberKey<'_>,
        record: &[u8],
    ) -> Result<(), StoreError> {
        let keys = &self.store.opened.keys;
        let hash = keys.hash(member);
        self.take_out(transaction, &hash)?;
        let keys = &self.store.opened.keys;
        let bucket = self.state.bucket_mut(&hash);
        let sealed = record::seal_member(keys, &hash, &bucket.generation, member, record)?;
        let nonce = record::nonce(&sealed).unwrap_or_default();
        let identity = record::seal_identity(keys, &hash, member, &nonce)?;
        bucket.add(keys.summand(&hash, &nonce));
        let side = self.store.opened.side;
        transaction.open_table(side.members())?.insert(&hash, sealed.as_slice())?;
        transaction.open_table(side.identities())?.insert(&hash, identity.as_slice())?;
        Ok(())
    }

    fn take_out(
        &mut self,
        transaction: &WriteTransaction,
        hash: &MemberHash,
    ) -> Result<(), StoreError> {
        let opened = &self.store.opened;
        let mut members = transaction.open_table(opened.side.members())?;
        let old = members.remove(hash)?.map(|sealed| sealed.value().to_vec());
        transaction.open_table(opened.side.identities())?.remove(hash)?;
        let Some(old) = old else { return Ok(()) };
        let bucket = self.state.bucket_mut(hash);
        if let Some(nonce) = record::nonce(&old)
            && old.starts_with(&bucket.generation)
        {
            bucket.subtract(opened.keys.summand(hash, &nonce));
        }
        Ok(())
    }

    /// Does one step; after a failure there is no other.
    fn work(
        &mut self,
        step: impl FnOnce(&mut Self, &WriteTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let Some(transaction) = self.transaction.take() else { return Ok(()) };
        let done = guard(|| step(self, &transaction));
        match done {
            Ok(()) => self.transaction = Some(transaction),
            Err(ref error) => {
                self.failed = Some(error.clone());
                abort(transaction);
                self.store.disk.close();
            }
        }
        done
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            abort(transaction);
        }
    }
}

/// Ends a transaction without its changes. That it cannot be ended well changes nothing: it
/// is not committed.
fn abort(transaction: WriteTransaction) {
    let _ = guard(|| Ok(transaction.abort()?));
}

fn check(member: MemberKey<'_>) -> Result<(), StoreError> {
    let bytes = member.userid.len();
    if (1..=USERID_BYTES).contains(&bytes) {
        Ok(())
    } else {
        Err(StoreError::Userid { bytes, limit: USERID_BYTES })
    }
}

fn check_size(record: &[u8], limit: usize) -> Result<(), StoreError> {
    let bytes = record.len();
    if bytes <= limit { Ok(()) } else { Err(StoreError::TooLarge { bytes, limit }) }
}
