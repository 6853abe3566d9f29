//! The member table of one snapshot: a number for each member, and the number
//! for each key.
//!
//! Copy-on-write in chunks and shards: a clone costs one pointer for each, and
//! a change copies only the chunk and the shard that it touches, so that the
//! snapshot which readers hold never changes.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::member::Member;
use crate::protocol::UserType;

/// Members of one chunk.
const CHUNK: usize = 256;
/// Shards of the key index. A commit of 200 members copies nearly all of them
/// at this number, a commit of one member copies one: at 20,000 members that
/// is 4 KiB.
const SHARDS: usize = 64;

/// What a shard holds for a member: the number, and the hash of its key, so
/// that growing a shard does not visit the members.
#[derive(Clone, Copy)]
struct Key {
    number: u32,
    hash: u64,
}

/// The member table of one snapshot.
#[derive(Clone)]
pub(super) struct Members {
    chunks: Vec<Arc<Vec<Option<Arc<Member>>>>>,
    shards: Vec<Arc<HashTable<Key>>>,
    hasher: DefaultHashBuilder,
    /// Numbers of members that left, used again.
    free: Vec<u32>,
    len: usize,
}

impl Members {
    pub(super) fn new() -> Self {
        Self {
            chunks: Vec::new(),
            shards: (0..SHARDS).map(|_| Arc::new(HashTable::new())).collect(),
            hasher: DefaultHashBuilder::default(),
            free: Vec::new(),
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The number of a key.
    pub(super) fn find(&self, userid: &str, user_type: UserType) -> Option<u32> {
        let hash = self.hash(userid, user_type);
        self.shards[shard_of(hash)]
            .find(hash, |key| self.is_key(key.number, userid, user_type))
            .map(|key| key.number)
    }

    /// The member of a number that the index of the same snapshot gave.
    pub(super) fn get(&self, number: u32) -> Option<&Arc<Member>> {
        let (chunk, place) = split(number);
        self.chunks.get(chunk)?.get(place)?.as_ref()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Member>> {
        self.chunks.iter().flat_map(|chunk| chunk.iter().flatten())
    }

    /// All members with their numbers.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u32, &Arc<Member>)> {
        let chunks = (0u32..).step_by(CHUNK).zip(&self.chunks);
        chunks.flat_map(|(first, chunk)| {
            (first..).zip(chunk.iter()).filter_map(|(n, m)| Some((n, m.as_ref()?)))
        })
    }

    /// A number that the next [`Members::put`] may use.
    pub(super) fn vacant(&mut self) -> u32 {
        if let Some(number) = self.free.pop() {
            return number;
        }
        let last_is_full = self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK);
        if last_is_full {
            self.chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        let chunk = self.chunks.len() - 1;
        let places = Arc::make_mut(&mut self.chunks[chunk]);
        places.push(None);
        // Bounded by limits::MEMBERS, far below u32.
        u32::try_from(chunk * CHUNK + places.len() - 1).unwrap_or(u32::MAX)
    }

    /// Stores a member under its number: a new one from [`Members::vacant`],
    /// or that of a member with the same key, which it replaces.
    pub(super) fn put(&mut self, number: u32, member: Member) {
        let hash = self.hash(&member.userid, member.user_type);
        let (chunk, place) = split(number);
        let is_new = self.chunks[chunk][place].is_none();
        Arc::make_mut(&mut self.chunks[chunk])[place] = Some(Arc::new(member));
        if is_new {
            self.len += 1;
            let shard = Arc::make_mut(&mut self.shards[shard_of(hash)]);
            shard.insert_unique(hash, Key { number, hash }, |key| key.hash);
        }
    }

    /// Forgets a member and returns it.
    pub(super) fn remove(&mut self, number: u32) -> Option<Arc<Member>> {
        let member = Arc::clone(self.get(number)?);
        let hash = self.hash(&member.userid, member.user_type);
        let shard = Arc::make_mut(&mut self.shards[shard_of(hash)]);
        if let Ok(entry) = shard.find_entry(hash, |key| key.number == number) {
            entry.remove();
        }
        let (chunk, place) = split(number);
        Arc::make_mut(&mut self.chunks[chunk])[place] = None;
        self.free.push(number);
        self.len -= 1;
        Some(member)
    }

    fn hash(&self, userid: &str, user_type: UserType) -> u64 {
        self.hasher.hash_one((userid, user_type))
    }

    fn is_key(&self, number: u32, userid: &str, user_type: UserType) -> bool {
        self.get(number).is_some_and(|member| member.key() == (userid, user_type))
    }
}

fn split(number: u32) -> (usize, usize) {
    (number as usize / CHUNK, number as usize % CHUNK)
}

/// The table inside a shard uses the hash's low and topmost bits; the shard is
/// chosen by others.
fn shard_of(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(i: u32) -> Member {
        Member::new(format!("member-{i}").into(), UserType::Staff)
    }

    fn filled(n: u32) -> Members {
        let mut members = Members::new();
        for i in 0..n {
            let number = members.vacant();
            members.put(number, member(i));
        }
        members
    }

    #[test]
    fn finds_every_member_by_key_and_type() {
        let members = filled(1000);
        assert_eq!(members.len(), 1000);
        for i in 0..1000 {
            let id = format!("member-{i}");
            let number = members.find(&id, UserType::Staff).unwrap();
            assert_eq!(&*members.get(number).unwrap().userid, id);
            assert_eq!(members.find(&id, UserType::Visitor), None);
        }
        assert_eq!(members.find("member-1000", UserType::Staff), None);
    }

    #[test]
    fn a_snapshot_does_not_see_later_changes() {
        let before = filled(600);
        let mut after = before.clone();
        for i in (0..600).step_by(3) {
            let number = after.find(&format!("member-{i}"), UserType::Staff).unwrap();
            assert!(after.remove(number).is_some());
            assert!(after.remove(number).is_none());
        }
        let number = after.vacant();
        after.put(number, Member::new("late".into(), UserType::Student));
        assert_eq!((before.len(), after.len()), (600, 401));
        assert_eq!(before.find("late", UserType::Student), None);
        for i in 0..600 {
            let id = format!("member-{i}");
            assert!(before.find(&id, UserType::Staff).is_some());
            assert_eq!(after.find(&id, UserType::Staff).is_some(), i % 3 != 0, "{id}");
        }
        assert_eq!(after.iter().count(), 401);
    }

    #[test]
    fn numbers_of_removed_members_are_used_again() {
        let mut members = filled(10);
        for round in 0..1000 {
            let number = members.find(&format!("member-{round}"), UserType::Staff).unwrap();
            members.remove(number);
            let number = members.vacant();
            members.put(number, member(round + 10));
            assert!(number < 10);
        }
        assert_eq!(members.len(), 10);
    }
}
