//! A change of members: all of it, or nothing.

use redb::{ReadableTable, WriteTransaction};

use super::StoreError;
use super::durable::Store;
use super::fault::guard;
use super::keys::MemberHash;
use super::member::MemberKey;
use super::meta::{self, Opened};
use super::record;
use super::state::{BUCKETS, Bucket, State};
use super::tables::SETTINGS_KEY;
use crate::limits::{STORE_RECORD_BYTES, STORE_SETTINGS_BYTES, USERID_BYTES};

/// A change of members and settings, one durable transaction. Dropped without
/// [`commit`](Self::commit), nothing has happened.
///
/// After an error of one of its calls only dropping is left; `commit` answers the same error.
pub struct Batch<'a> {
    store: &'a mut Store,
    transaction: Option<WriteTransaction>,
    state: State,
    /// Nothing of the content from before is left.
    cleared: bool,
    failed: Option<StoreError>,
}

impl<'a> Batch<'a> {
    pub(super) fn begin(store: &'a mut Store) -> Result<Self, StoreError> {
        let mut state = store.opened.state.clone();
        for &bucket in &store.broken {
            state.restart(bucket)?;
        }
        let transaction = Some(store.disk.begin()?);
        Ok(Self { store, transaction, state, cleared: false, failed: None })
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
            batch.uncount(transaction, &hash)?;
            let side = batch.store.opened.side;
            transaction.open_table(side.members())?.remove(&hash)?;
            transaction.open_table(side.identities())?.remove(&hash)?;
            Ok(())
        })
    }

    /// Removes every member, whether the record can be read or not.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.work(|batch, transaction| {
            for table in [batch.store.opened.side.members(), batch.store.opened.side.identities()] {
                transaction.delete_table(table)?;
                transaction.open_table(table)?;
            }
            batch.cleared = true;
            (0..BUCKETS).try_for_each(|bucket| batch.state.restart(bucket))
        })
    }

    /// Puts the engine's own small record.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn put_settings(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        check_size(bytes, STORE_SETTINGS_BYTES)?;
        self.work(|batch, transaction| {
            let settings = &batch.store.opened.keys.settings;
            let (sealed, nonce) = settings.seal_with_nonce(&[], bytes)?;
            batch.state.settings = nonce;
            meta::put(transaction, SETTINGS_KEY, &sealed, batch.store.opened.from)
        })
    }

    /// Makes the change durable.
    ///
    /// # Errors
    /// Those of the disk. The store has its old content then; only where the very last write
    /// or sync of the commit failed, and the file could not be read again at once, may it turn
    /// out later to have the new one ([`Store::is_ahead`]).
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.state.commits = self.state.commits.wrapping_add(1);
        self.work(|batch, transaction| {
            let Opened { keys, from, .. } = &batch.store.opened;
            meta::write_state(transaction, keys, &batch.state, from)
        })?;
        let Some(transaction) = self.transaction.take() else { return Ok(()) };
        let committed = guard(|| Ok(transaction.commit()?));
        let Self { store, state, cleared, .. } = &mut self;
        store.settle(committed, |opened| opened.state == *state)?;
        store.opened.state.clone_from(state);
        store.opened.state_proven = true;
        store.broken.clear();
        store.late &= !*cleared;
        Ok(())
    }

    fn put_in(
        &mut self,
        transaction: &WriteTransaction,
        member: MemberKey<'_>,
        record: &[u8],
    ) -> Result<(), StoreError> {
        let hash = self.store.opened.keys.hash(member);
        self.uncount(transaction, &hash)?;
        let Opened { keys, side, .. } = &self.store.opened;
        let bucket = self.state.bucket_mut(&hash);
        let (sealed, stamp) = record::seal_member(keys, &hash, &bucket.generation, member, record)?;
        let identity = record::seal_identity(keys, &hash, member, &stamp)?;
        bucket.add(keys.summand(&hash, &stamp.nonce));
        transaction.open_table(side.members())?.insert(&hash, sealed.as_slice())?;
        transaction.open_table(side.identities())?.insert(&hash, identity.as_slice())?;
        Ok(())
    }

    /// Takes what lies in a member's place out of the sums.
    fn uncount(
        &mut self,
        transaction: &WriteTransaction,
        hash: &MemberHash,
    ) -> Result<(), StoreError> {
        let Opened { keys, side, .. } = &self.store.opened;
        let members = transaction.open_table(side.members())?;
        let identities = transaction.open_table(side.identities())?;
        let (member, identity) = (members.get(hash)?, identities.get(hash)?);
        let counted = record::counted_stamp(
            keys,
            hash,
            member.as_ref().map(|value| value.value()),
            identity.as_ref().map(|value| value.value()),
        );
        let bucket = self.state.bucket_mut(hash);
        match counted {
            Ok(Some(stamp)) if stamp.generation == bucket.generation => {
                bucket.subtract(keys.summand(hash, &stamp.nonce));
            }
            // Nothing there, or from before its bucket was restarted: not in the sums.
            Ok(_) => {}
            Err(()) => *bucket = Bucket::new()?,
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
