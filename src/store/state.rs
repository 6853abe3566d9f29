//! What proves that a member's record is the last one that was put.
//!
//! The hash of a member names one of [`BUCKETS`] buckets. A bucket has a random *generation*,
//! which every record in it carries, the number of its records, and the sum modulo 2^128 of a
//! secret pseudo-random number for each (place and nonce of the record). The whole is sealed
//! and written with every commit. An old record that is put back has another nonce, so the sum
//! of its bucket does not add up.
//!
//! A bucket that does not add up is given a new generation by the next commit and starts from
//! nothing: what is put from then on is proven again, what lies there from before is not.

use super::StoreError;
use super::keys::MemberHash;
use super::random;
use super::seal::NONCE;

/// 128 buckets: a record put back costs the freshness of one in 128 members, and the state
/// (3.6 KB) fits one page of the file.
pub(super) const BUCKETS: usize = 128;
pub(super) type Generation = [u8; 8];

const BUCKET_BYTES: usize = 8 + 4 + 16;
const STATE_BYTES: usize = 8 + NONCE + BUCKETS * BUCKET_BYTES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    pub(super) generation: Generation,
    pub(super) count: u32,
    pub(super) sum: u128,
}

impl Bucket {
    pub(super) fn new() -> Result<Self, StoreError> {
        Ok(Self { generation: random::bytes()?, count: 0, sum: 0 })
    }

    pub(super) fn add(&mut self, summand: u128) {
        self.count = self.count.wrapping_add(1);
        self.sum = self.sum.wrapping_add(summand);
    }

    pub(super) fn subtract(&mut self, summand: u128) {
        self.count = self.count.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(summand);
    }
}

/// The state of a store after a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Counts commits. Only told, nothing rests on it.
    pub(super) commits: u64,
    /// Nonce of the settings record; zeros if there is none.
    pub(super) settings: [u8; NONCE],
    buckets: Vec<Bucket>,
}

impl State {
    /// An empty store's; also that of a store whose own was lost.
    pub(super) fn new() -> Result<Self, StoreError> {
        let buckets = (0..BUCKETS).map(|_| Bucket::new()).collect::<Result<_, _>>()?;
        Ok(Self { commits: 0, settings: [0; NONCE], buckets })
    }

    pub(super) fn bucket(&self, number: usize) -> &Bucket {
        &self.buckets[number]
    }

    pub(super) fn bucket_mut(&mut self, hash: &MemberHash) -> &mut Bucket {
        &mut self.buckets[number(hash)]
    }

    /// Starts a bucket from nothing: none of its records is proven any more.
    pub(super) fn restart(&mut self, bucket: usize) -> Result<(), StoreError> {
        self.buckets[bucket] = Bucket::new()?;
        Ok(())
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(STATE_BYTES);
        bytes.extend_from_slice(&self.commits.to_le_bytes());
        bytes.extend_from_slice(&self.settings);
        for bucket in &self.buckets {
            bytes.extend_from_slice(&bucket.generation);
            bytes.extend_from_slice(&bucket.count.to_le_bytes());
            bytes.extend_from_slice(&bucket.sum.to_le_bytes());
        }
        bytes
    }

    /// `None` if it is not as long as a state.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != STATE_BYTES {
            return None;
        }
        let (commits, rest) = bytes.split_first_chunk::<8>()?;
        let (settings, rest) = rest.split_first_chunk::<NONCE>()?;
        let buckets = rest.chunks_exact(BUCKET_BYTES).map(bucket).collect::<Option<_>>()?;
        Some(Self { commits: u64::from_le_bytes(*commits), settings: *settings, buckets })
    }
}

fn bucket(bytes: &[u8]) -> Option<Bucket> {
    let (generation, rest) = bytes.split_first_chunk::<8>()?;
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let (sum, _) = rest.split_first_chunk::<16>()?;
    let (count, sum) = (u32::from_le_bytes(*count), u128::from_le_bytes(*sum));
    Some(Bucket { generation: *generation, count, sum })
}

/// The bucket of a member: the first seven bits of its hash, so that a bucket is a range of
/// the tables.
pub(super) fn number(hash: &MemberHash) -> usize {
    usize::from(hash[0] >> 1)
}

/// The range of a bucket, both ends within it.
pub(super) fn range(bucket: usize) -> (MemberHash, MemberHash) {
    let first = u8::try_from(bucket * 2).unwrap_or(u8::MAX - 1);
    let (mut low, mut high) = ([0; 16], [u8::MAX; 16]);
    low[0] = first;
    high[0] = first + 1;
    (low, high)
}
