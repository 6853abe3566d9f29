//! The keys of a store: one random data key, and from it one key per purpose.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::StoreError;
use super::key::StoreKey;
use super::member::MemberKey;
use super::random;
use super::seal::{Purpose, Sealer};
use super::tables::Side;

/// Random name of a store, in clear. It separates the keys and records of stores that were
/// handed the same firmware key.
pub(super) type StoreId = [u8; 16];
/// Keyed hash of a member's key: what the tables are sorted by.
pub(super) type MemberHash = [u8; 16];

type HmacSha256 = Hmac<Sha256>;

/// The data key: random, never derived from anything, so that it can be sealed anew.
pub(super) struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    pub(super) fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random::fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// Sealed under the firmware's key, together with the side that it seals.
    pub(super) fn seal(
        &self,
        side: Side,
        key: &StoreKey,
        id: &StoreId,
    ) -> Result<Vec<u8>, StoreError> {
        let mut plain = Zeroizing::new([0; 33]);
        plain[0] = side.to_byte();
        plain[1..].copy_from_slice(&*self.0);
        envelope(key, id).seal(&[], &*plain)
    }

    /// `None` if it was sealed under another key, or is damaged.
    pub(super) fn unseal(sealed: &[u8], key: &StoreKey, id: &StoreId) -> Option<(Side, Self)> {
        let opened = envelope(key, id).open(&[], sealed)?;
        let (&side, rest) = opened.split_first()?;
        let mut bytes = Zeroizing::new([0; 32]);
        if rest.len() != bytes.len() {
            return None;
        }
        bytes.copy_from_slice(rest);
        Some((Side::from_byte(side)?, Self(bytes)))
    }
}

fn envelope(key: &StoreKey, id: &StoreId) -> Sealer {
    Sealer::new(Purpose::Key, *id, &derive(key.bytes(), id, Purpose::Key.label()))
}

/// HKDF-SHA256 (RFC 5869) with the store's id as salt.
fn derive(key: &[u8; 32], id: &StoreId, label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    // 32 bytes are far below HKDF's 255 blocks, the only length that it refuses.
    let filled = Hkdf::<Sha256>::new(Some(id), key).expand(label, &mut *out);
    debug_assert!(filled.is_ok());
    out
}

/// One key per purpose, all from one data key.
pub(super) struct Keys {
    lookup: HmacSha256,
    accumulate: HmacSha256,
    pub(super) members: Sealer,
    pub(super) identities: Sealer,
    pub(super) state: Sealer,
    pub(super) settings: Sealer,
    pub(super) events: Sealer,
    pub(super) counters: Sealer,
}

impl Keys {
    pub(super) fn new(data: &DataKey, id: &StoreId) -> Self {
        let sealer =
            |purpose: Purpose| Sealer::new(purpose, *id, &derive(&data.0, id, purpose.label()));
        Self {
            lookup: mac(&derive(&data.0, id, b"kaimen store 1: lookup")),
            accumulate: mac(&derive(&data.0, id, b"kaimen store 1: accumulate")),
            members: sealer(Purpose::Member),
            identities: sealer(Purpose::Identity),
            state: sealer(Purpose::State),
            settings: sealer(Purpose::Settings),
            events: sealer(Purpose::Event),
            counters: sealer(Purpose::Counters),
        }
    }

    /// Where a member's records are.
    pub(super) fn hash(&self, member: MemberKey<'_>) -> MemberHash {
        let mut mac = self.lookup.clone();
        mac.update(&[member.user_type]);
        mac.update(member.userid.as_bytes());
        first_half(mac)
    }

    /// A pseudo-random number for one record: nobody without the key knows it, and another
    /// place or another sealing of the same record has another.
    pub(super) fn summand(&self, hash: &MemberHash, nonce: &[u8]) -> u128 {
        let mut mac = self.accumulate.clone();
        mac.update(hash);
        mac.update(nonce);
        u128::from_le_bytes(first_half(mac))
    }
}

fn mac(key: &[u8; 32]) -> HmacSha256 {
    // HMAC takes keys of any length; 32 bytes are used as they are.
    <HmacSha256 as KeyInit>::new_from_slice(key).expect("HMAC takes any key")
}

fn first_half(mac: HmacSha256) -> [u8; 16] {
    let whole = mac.finalize().into_bytes();
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}
