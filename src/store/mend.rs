//! Reading a bucket that does not add up, or that cannot be read to its end.
//!
//! Everything that can be reached of both tables is taken together, a bucket at a time. A
//! record that opens is its member's; of a damaged one, the identity tells whose it was and
//! with which stamp it was counted. If the sum adds up with these, the damage is all there
//! was, and the other members of the bucket are proven after all.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::StoreError;
use super::durable::Store;
use super::keys::{Keys, MemberHash};
use super::load::span;
use super::member::Loaded;
use super::record::{self, Stamp};
use super::state::{BUCKETS, Bucket};
use super::tables::Records;
use super::walk::{Entry, salvage};

/// What is left of one member.
#[derive(Default)]
struct Left {
    member: Option<Vec<u8>>,
    identity: Option<Vec<u8>>,
}

impl Store {
    /// Reads a bucket past its damage; members up to `done` were told already.
    pub(super) fn mend_bucket(
        &mut self,
        bucket: usize,
        done: Option<MemberHash>,
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        let left = self.left(bucket)?;
        let counted = *self.opened.state.bucket(bucket);
        let sum = add_up(&self.opened.keys, counted, &left);
        let proven = sum == counted;
        if !proven {
            self.broken.insert(bucket);
        }
        for (hash, left) in &left {
            if done.is_none_or(|done| *hash > done) {
                tell(&self.opened.keys, hash, left, proven.then_some(counted), take);
            }
        }
        let members = u64::from(counted.count.saturating_sub(sum.count));
        if members > 0 {
            take(Loaded::Missing { members });
        }
        Ok(())
    }

    /// Which buckets add up, damage accounted for.
    pub(super) fn proven_buckets(&mut self) -> Result<Vec<bool>, StoreError> {
        let mut proven = Vec::with_capacity(BUCKETS);
        for bucket in 0..BUCKETS {
            self.ready()?;
            let counted = *self.opened.state.bucket(bucket);
            proven.push(match self.adds_up(bucket) {
                Ok(true) => true,
                Ok(false) | Err(StoreError::Damaged { .. }) => {
                    let left = self.left(bucket)?;
                    add_up(&self.opened.keys, counted, &left) == counted
                }
                Err(error) => return Err(error),
            });
        }
        Ok(proven)
    }

    /// What is left of a bucket in both tables.
    fn left(&mut self, bucket: usize) -> Result<BTreeMap<MemberHash, Left>, StoreError> {
        let mut left: BTreeMap<MemberHash, Left> = BTreeMap::new();
        for entry in self.reach(self.members(), bucket)? {
            left.entry(entry.hash).or_default().member = Some(entry.value);
        }
        for entry in self.reach(self.opened.side.identities(), bucket)? {
            left.entry(entry.hash).or_default().identity = Some(entry.value);
        }
        Ok(left)
    }

    /// What can be reached of a bucket in one table.
    fn reach(&mut self, table: Records, bucket: usize) -> Result<Vec<Entry>, StoreError> {
        self.ready()?;
        salvage(self, span(table, bucket))
    }
}

/// The sum of the stamps that the state has counted, as far as they are known.
fn add_up(keys: &Keys, counted: Bucket, left: &BTreeMap<MemberHash, Left>) -> Bucket {
    let mut sum = Bucket { count: 0, sum: 0, ..counted };
    for (hash, Left { member, identity }) in left {
        match record::counted_stamp(keys, hash, member.as_deref(), identity.as_deref()) {
            Ok(Some(Stamp { generation, nonce })) if generation == counted.generation => {
                sum.add(keys.summand(hash, &nonce));
            }
            _ => {}
        }
    }
    sum
}

/// Tells of one member. `proven`: the bucket, if it adds up.
fn tell(
    keys: &Keys,
    hash: &MemberHash,
    left: &Left,
    proven: Option<Bucket>,
    take: &mut dyn FnMut(Loaded<'_>),
) {
    let mut plain = Zeroizing::new(Vec::new());
    if let Some(value) = &left.member
        && let Some((member, record)) = record::open_member(keys, hash, value, &mut plain)
    {
        let fresh = proven.is_some_and(|bucket| value.starts_with(&bucket.generation));
        take(Loaded::Member { member, record, fresh });
        return;
    }
    let named = left
        .identity
        .as_ref()
        .and_then(|sealed| record::open_identity(keys, hash, sealed, &mut plain));
    take(Loaded::Damaged { member: named.map(|(member, _)| member) });
}
