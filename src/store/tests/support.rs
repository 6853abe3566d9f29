//! What the proofs share.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use super::sim::Sim;
use crate::store::{Loaded, MemberKey, Options, Store, StoreError, StoreKey};

/// A folder that is removed when it is dropped.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kaimen-store-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn key() -> StoreKey {
    StoreKey::new(&[7; 32])
}

pub(super) fn member(userid: &str) -> MemberKey<'_> {
    MemberKey { userid, user_type: 1 }
}

pub(super) fn open(sim: &Sim) -> Result<Store, StoreError> {
    Store::open_on(sim.medium(), &key(), &Options::default())
}

/// What a store answers, all of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// Records and whether they are fresh.
    pub(super) members: BTreeMap<String, (Vec<u8>, bool)>,
    /// Damaged records with a name.
    pub(super) named: Vec<String>,
    /// Damaged records without one.
    pub(super) unnamed: usize,
    pub(super) missing: u64,
    /// `None`: damaged.
    pub(super) events: BTreeMap<u64, Option<Vec<u8>>>,
}

impl std::fmt::Debug for Content {
    /// Lengths in the place of records.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let members = self.members.iter().map(|(userid, (record, fresh))| {
            (userid.as_str(), record.len(), if *fresh { "" } else { "not fresh" })
        });
        f.debug_struct("Content")
            .field("members", &members.collect::<Vec<_>>())
            .field("named", &self.named)
            .field("unnamed", &self.unnamed)
            .field("missing", &self.missing)
            .field("events", &self.events.len())
            .finish()
    }
}

/// For every second reading of a test: what holds for one thread holds for several.
fn pool() -> Option<&'static rayon::ThreadPool> {
    thread_local!(static READINGS: Cell<usize> = const { Cell::new(0) });
    static POOL: LazyLock<rayon::ThreadPool> =
        LazyLock::new(|| rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap());
    let reading = READINGS.replace(READINGS.get() + 1);
    (reading % 2 == 1).then(|| &*POOL)
}

impl Content {
    pub(super) fn of(store: &mut Store) -> Result<Self, StoreError> {
        let mut content = Self::default();
        store.load(pool(), &mut |loaded| match loaded {
            Loaded::Member { member, record, fresh } => {
                let old = content.members.insert(member.userid.into(), (record.into(), fresh));
                assert!(old.is_none(), "{} twice", member.userid);
            }
            Loaded::Damaged { member: Some(member) } => content.named.push(member.userid.into()),
            Loaded::Damaged { member: None } => content.unnamed += 1,
            Loaded::Missing { members } => content.missing += members,
        })?;
        let Self { events, .. } = &mut content;
        store.events(0, usize::MAX, &mut |sequence, event| {
            events.insert(sequence, event.ok().map(<[u8]>::to_vec));
        })?;
        Ok(content)
    }

    /// Everything is there and proven.
    pub(super) fn is_whole(&self) -> bool {
        let Self { members, named, unnamed, missing, events } = self;
        members.values().all(|(_, fresh)| *fresh)
            && named.is_empty()
            && *unnamed == 0
            && *missing == 0
            && events.values().all(Option::is_some)
    }

    /// The records, without their freshness.
    pub(super) fn records(&self) -> BTreeMap<String, Vec<u8>> {
        self.members.iter().map(|(userid, (record, _))| (userid.clone(), record.clone())).collect()
    }
}

/// A record as long as a member with two templates, other for each number.
pub(super) fn record(number: u64) -> Vec<u8> {
    let mut random = Random(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    (0..600 + number % 600).map(|_| random.next().to_le_bytes()[3]).collect()
}

/// xorshift64*: the same sequence everywhere.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Whether the long form of a proof was asked for, by a number in `KAIMEN_STORE_LONG`.
pub(super) fn is_long() -> bool {
    seed() != 0
}

/// That number; 0 without it.
pub(super) fn seed() -> u64 {
    std::env::var("KAIMEN_STORE_LONG").map_or(0, |number| number.parse().unwrap())
}
