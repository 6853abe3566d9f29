//! A store's new key.

use std::sync::Arc;

use redb::{ReadableTable, ReadableTableMetadata, WriteTransaction};
use zeroize::Zeroizing;

use super::StoreError;
use super::durable::Store;
use super::fault::guard;
use super::key::StoreKey;
use super::keys::{DataKey, Keys, MemberHash};
use super::member::{MemberKey, Settings};
use super::meta::{self, Opened};
use super::record;
use super::state::{self, Bucket, State};
use super::tables::SETTINGS_KEY;

/// Members that are sealed anew in one go.
const STEP: usize = 256;

impl Store {
    /// Seals everything anew: a new data key, sealed under `new`, and every record under it.
    ///
    /// It is one transaction. Interrupted at any point, the store has its old key and its old
    /// content, and the call is made again; when it returns, only `new` opens the store. Who
    /// does not know whether it returned tries both keys. While it works the file grows to
    /// about twice its size.
    ///
    /// Damaged records are left behind, since they cannot be opened: whoever wants to know
    /// whose they are calls [`load`](Self::load) before. A record that is not proven to be
    /// fresh stays unproven.
    ///
    /// `progress` is told how many of how many members are done; `false` ends the call, and
    /// nothing has happened.
    ///
    /// Blocks of the flash that hold what the file was before still open with the old key.
    ///
    /// # Errors
    /// Those of the disk, and [`StoreError::Cancelled`]; the old key then still holds.
    pub fn rotate(
        &mut self,
        new: &StoreKey,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<(), StoreError> {
        let settings = self.settings()?;
        let proven = self.proven_buckets()?;
        self.ready()?;
        let data = DataKey::random()?;
        let next = self.next(&data)?;
        let transaction = self.disk.begin()?;
        let mut rotation = Rotation { old: &self.opened, next, transaction, proven };
        let sealed = rotation.seal(&data, new, &settings, progress);
        let Rotation { next, transaction, .. } = rotation;
        if let Err(error) = sealed {
            let _ = guard(|| Ok(transaction.abort()?));
            if error != StoreError::Cancelled {
                self.disk.close();
            }
            return Err(error);
        }
        let committed = guard(|| Ok(transaction.commit()?));
        self.turn(committed, new, next)
    }

    /// What the store is after a rotation, still without records.
    fn next(&self, data: &DataKey) -> Result<Opened, StoreError> {
        let mut next_state = State::new()?;
        next_state.commits = self.opened.state.commits.wrapping_add(1);
        let Opened { id, side, counters, counters_proven, from, .. } = &self.opened;
        Ok(Opened {
            id: *id,
            side: side.other(),
            keys: Arc::new(Keys::new(data, id)),
            state: next_state,
            state_proven: true,
            counters: *counters,
            counters_proven: *counters_proven,
            from,
        })
    }

    /// Takes the new key, if it is the one that the file has now.
    fn turn(
        &mut self,
        committed: Result<(), StoreError>,
        new: &StoreKey,
        next: Opened,
    ) -> Result<(), StoreError> {
        let old = core::mem::replace(&mut self.key, new.clone());
        match committed {
            Ok(()) => self.opened = next,
            Err(error) => {
                self.disk.close();
                if self.ready().is_err() {
                    self.key = old;
                    return Err(error);
                }
            }
        }
        self.broken.clear();
        Ok(())
    }
}

/// A rotation at work.
struct Rotation<'a> {
    old: &'a Opened,
    next: Opened,
    transaction: WriteTransaction,
    /// Which buckets added up.
    proven: Vec<bool>,
}

impl Rotation<'_> {
    fn seal(
        &mut self,
        data: &DataKey,
        key: &StoreKey,
        settings: &Settings,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<(), StoreError> {
        let mut last = None;
        let mut done = 0;
        let all = guard(|| self.begin(settings))?;
        loop {
            let sealed = guard(|| self.members(&mut last))?;
            done += sealed;
            // Outside of the guard: a panic of the caller's is the caller's.
            if !progress(done, all) {
                return Err(StoreError::Cancelled);
            }
            if sealed == 0 {
                break;
            }
        }
        guard(|| {
            self.events()?;
            self.finish(data, key)
        })
    }

    /// Makes room on the other side. Returns the number of members.
    fn begin(&mut self, settings: &Settings) -> Result<u64, StoreError> {
        let Self { old, next, transaction, .. } = self;
        meta::delete_tables(transaction, next.side)?;
        meta::create_tables(transaction, next.side)?;
        let (sealed, nonce) = match settings {
            Settings::Record(plain) => next.keys.settings.seal_with_nonce(&[], plain)?,
            // Something that does not open stays something that does not open.
            Settings::Damaged => next.keys.events.seal_with_nonce(&[], &[])?,
            Settings::Absent => return Ok(transaction.open_table(old.side.members())?.len()?),
        };
        next.state.settings = nonce;
        meta::put(transaction, SETTINGS_KEY, &sealed, next.from)?;
        Ok(transaction.open_table(old.side.members())?.len()?)
    }

    /// Seals the members after `last` anew, some of them. Returns how many it looked at.
    fn members(&mut self, last: &mut Option<MemberHash>) -> Result<u64, StoreError> {
        let members = self.transaction.open_table(self.old.side.members())?;
        let mut looked_at = 0;
        let mut plain = Zeroizing::new(Vec::new());
        let after = last.unwrap_or_default();
        // The hash of zeros is as unlikely as any other, but it is one.
        let skip = usize::from(last.is_some());
        for entry in members.range::<&MemberHash>(&after..)?.skip(skip).take(STEP) {
            let (hash, value) = entry?;
            let (hash, value) = (*hash.value(), value.value());
            if last.is_some_and(|last| hash <= last) {
                return Err(StoreError::Damaged { what: "the order of a table" });
            }
            (*last, looked_at) = (Some(hash), looked_at + 1);
            if let Some((member, record)) =
                record::open_member(&self.old.keys, &hash, value, &mut plain)
            {
                let bucket = state::number(&hash);
                let fresh = self.proven[bucket]
                    && value.starts_with(&self.old.state.bucket(bucket).generation);
                put(&self.transaction, &mut self.next, member, record, fresh)?;
            }
        }
        Ok(looked_at)
    }

    fn events(&mut self) -> Result<(), StoreError> {
        let Self { old, next, transaction, .. } = self;
        let mut target = transaction.open_table(next.side.events())?;
        let mut plain = Zeroizing::new(Vec::new());
        for entry in transaction.open_table(old.side.events())?.iter()? {
            let (sequence, sealed) = entry?;
            let sequence = sequence.value();
            let place = sequence.to_le_bytes();
            if old.keys.events.open_into(&[&place], sealed.value(), &mut plain) {
                let sealed = next.keys.events.seal(&[&place], &plain)?;
                target.insert(sequence, sealed.as_slice())?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, data: &DataKey, key: &StoreKey) -> Result<(), StoreError> {
        let Self { old, next, transaction, .. } = self;
        meta::write_head(transaction, &next.id, next.side, data, key, next.from)?;
        meta::write_state(transaction, &next.keys, &next.state, next.from)?;
        meta::write_counters(transaction, &next.keys, next.counters, next.from)?;
        meta::delete_tables(transaction, old.side)
    }
}

/// Puts a member into the tables of `next`.
fn put(
    transaction: &WriteTransaction,
    next: &mut Opened,
    member: MemberKey<'_>,
    record: &[u8],
    fresh: bool,
) -> Result<(), StoreError> {
    let Opened { keys, side, state, .. } = next;
    let hash = keys.hash(member);
    let bucket = state.bucket_mut(&hash);
    // A generation of its own is one that its bucket does not count.
    let generation = if fresh { bucket.generation } else { Bucket::new()?.generation };
    let (sealed, stamp) = record::seal_member(keys, &hash, &generation, member, record)?;
    let identity = record::seal_identity(keys, &hash, member, &stamp)?;
    if fresh {
        bucket.add(keys.summand(&hash, &stamp.nonce));
    }
    transaction.open_table(side.members())?.insert(&hash, sealed.as_slice())?;
    transaction.open_table(side.identities())?.insert(&hash, identity.as_slice())?;
    Ok(())
}
