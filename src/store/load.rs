//! Reading every member, one bucket after the other.
//!
//! A bucket is read twice. First only the stamps, which stand in clear: if their sum is the
//! one in the sealed state, then these are the records that were put last. Then the records,
//! piece by piece. Where the sum is another, or the bucket cannot be read to its end,
//! [`mend`](super::mend) looks closer.

use core::mem;
use core::ops::Bound;
use std::sync::Arc;

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::StoreError;
use super::durable::Store;
use super::keys::{Keys, MemberHash};
use super::member::{Loaded, MemberKey};
use super::record::{self, STAMP_BYTES, Stamp};
use super::state::{self, BUCKETS, Bucket};
use super::tables::Records;
use super::walk::{Entry, Span, piece};

/// Records of one piece, and what they hold. Buffers are kept for the next piece: to take and to erase
/// one for each record costs as much as opening it.
#[derive(Default)]
struct Piece {
    entries: Vec<Entry>,
    plain: Vec<Zeroizing<Vec<u8>>>,
}

/// A pool that opens one piece while the one before is told of.
struct Beside<'p> {
    pool: &'p rayon::ThreadPool,
    /// Opened, not told of yet.
    before: Piece,
    spare: Piece,
}

impl Store {
    /// Reads every member, in no particular order, and calls `take` for each. Records are
    /// opened on `pool` if there is one, while `take` is called here for those that were opened
    /// before, in pieces of bounded size (about a megabyte, or one record if that is larger).
    ///
    /// # Errors
    /// Those of the disk, and [`StoreError::Damaged`] where not even the file can be opened
    /// again. Damage to records is no error; `take` is told. What `take` was called for before
    /// an error holds.
    pub fn load(
        &mut self,
        pool: Option<&rayon::ThreadPool>,
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        self.broken.clear();
        let mut beside =
            pool.map(|pool| Beside { pool, before: Piece::default(), spare: Piece::default() });
        for bucket in 0..BUCKETS {
            self.ready()?;
            let adds_up = match self.adds_up(bucket) {
                Err(StoreError::Damaged { .. }) => false,
                other => other?,
            };
            if adds_up {
                self.load_bucket(bucket, beside.as_mut(), take)?;
            } else {
                self.mend_bucket(bucket, None, take)?;
            }
        }
        beside.map_or(Ok(()), |beside| self.tell_all(&beside.before, take))
    }

    /// Whether the stamps in a bucket are those that the state has counted.
    pub(super) fn adds_up(&mut self, bucket: usize) -> Result<bool, StoreError> {
        let counted = *self.opened.state.bucket(bucket);
        let mut sum = Bucket { count: 0, sum: 0, ..counted };
        let mut span = Span { value_bytes: STAMP_BYTES, ..span(self.members(), bucket) };
        loop {
            let entries = piece(&mut self.disk, span, false, usize::MAX)?;
            let Some(last) = entries.last() else { break };
            span.low = Bound::Excluded(last.hash);
            for entry in &entries {
                match Stamp::of(&entry.value) {
                    Some(stamp) if stamp.generation == counted.generation => {
                        sum.add(self.opened.keys.summand(&entry.hash, &stamp.nonce));
                    }
                    Some(_) => {}
                    None => return Ok(false),
                }
            }
        }
        Ok(sum == counted)
    }

    /// Reads a bucket that adds up.
    fn load_bucket(
        &mut self,
        bucket: usize,
        mut beside: Option<&mut Beside<'_>>,
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        let mut span = span(self.members(), bucket);
        loop {
            let entries = match piece(&mut self.disk, span, false, usize::MAX) {
                Err(StoreError::Damaged { .. }) => {
                    let Bound::Excluded(done) = span.low else {
                        return self.mend_bucket(bucket, None, take);
                    };
                    return self.mend_bucket(bucket, Some(done), take);
                }
                other => other?,
            };
            let Some(last) = entries.last() else { return Ok(()) };
            span.low = Bound::Excluded(last.hash);
            match &mut beside {
                Some(beside) => self.open_beside(entries, beside, take)?,
                None => self.open_all(&entries, take)?,
            }
        }
    }

    fn open_all(
        &mut self,
        entries: &[Entry],
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        let mut plain = Zeroizing::new(Vec::new());
        for entry in entries {
            open_value(&self.opened.keys, entry, &mut plain);
            self.tell(entry, &plain, take)?;
        }
        Ok(())
    }

    /// Opens records on the pool and tells of those before them.
    fn open_beside(
        &mut self,
        entries: Vec<Entry>,
        beside: &mut Beside<'_>,
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        let keys = Arc::clone(&self.opened.keys);
        let Beside { pool, before, spare } = beside;
        spare.entries = entries;
        let told = pool.in_place_scope(|scope| {
            scope.spawn(|_| spare.open(&keys));
            self.tell_all(before, take)
        });
        mem::swap(before, spare);
        told
    }

    fn tell_all(
        &mut self,
        piece: &Piece,
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        let mut opened = piece.entries.iter().zip(&piece.plain);
        opened.try_for_each(|(entry, plain)| self.tell(entry, plain, take))
    }

    /// Tells of one record of a bucket that adds up.
    fn tell(
        &mut self,
        entry: &Entry,
        plain: &[u8],
        take: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        if let Some((member, record)) = record::parse_member(plain) {
            let generation = self.opened.state.bucket(state::number(&entry.hash)).generation;
            take(Loaded::Member { member, record, fresh: entry.value.starts_with(&generation) });
            return Ok(());
        }
        self.ready()?;
        let mut plain = Zeroizing::new(Vec::new());
        let member = self.name(&entry.hash, &mut plain)?;
        take(Loaded::Damaged { member });
        Ok(())
    }

    /// Whose a record is, by the table of identities.
    fn name<'a>(
        &mut self,
        hash: &MemberHash,
        plain: &'a mut Zeroizing<Vec<u8>>,
    ) -> Result<Option<MemberKey<'a>>, StoreError> {
        let (table, at) = (self.opened.side.identities(), Bound::Included(*hash));
        let span = Span { table, low: at, high: at, value_bytes: usize::MAX };
        let found = match piece(&mut self.disk, span, false, 1) {
            Err(StoreError::Damaged { .. }) => Vec::new(),
            other => other?,
        };
        self.ready()?;
        let keys = &self.opened.keys;
        let identity = found.first();
        let named =
            identity.and_then(|entry| record::open_identity(keys, hash, &entry.value, plain));
        Ok(named.map(|(member, _)| member))
    }

    pub(super) fn members(&self) -> Records {
        self.opened.side.members()
    }
}

impl Piece {
    /// Opens the records, on several threads where there are.
    fn open(&mut self, keys: &Keys) {
        let Piece { entries, plain } = self;
        if plain.len() < entries.len() {
            plain.resize_with(entries.len(), Default::default);
        }
        let records = entries.par_iter().zip(plain);
        records.with_min_len(16).for_each(|(entry, plain)| open_value(keys, entry, plain));
    }
}

/// Opens a record into `plain`; empty if it is not genuine.
fn open_value(keys: &Keys, entry: &Entry, plain: &mut Zeroizing<Vec<u8>>) {
    // It holds another record as yet, and one too short to be opened would leave that there.
    plain.clear();
    record::open_member(keys, &entry.hash, &entry.value, plain);
}

/// All of a bucket.
pub(super) fn span(table: Records, bucket: usize) -> Span {
    let (low, high) = state::range(bucket);
    Span { table, low: Bound::Included(low), high: Bound::Included(high), value_bytes: usize::MAX }
}
