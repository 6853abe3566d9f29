//! Sealing one record: XChaCha20-Poly1305 with a random nonce.
//!
//! ```text
//! nonce: 24 | ciphertext | tag: 16
//! ```
//!
//! Bound as associated data: the store, the purpose (each has a key of its own as well), and
//! what the caller says about the record's place. A record opens nowhere else.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Key, Tag, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, Zeroizing};

use super::StoreError;
use super::keys::StoreId;
use super::random;

/// Bytes of a nonce. Random ones of 192 bits do not repeat.
pub(super) const NONCE: usize = 24;
const TAG: usize = 16;
/// What sealing adds to a record.
pub(super) const OVERHEAD: usize = NONCE + TAG;

/// What a key seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Key,
    Member,
    Identity,
    State,
    Settings,
    Event,
    Counters,
}

impl Purpose {
    /// The label of HKDF, and the beginning of the associated data. It holds the format.
    pub(super) fn label(self) -> &'static [u8] {
        match self {
            Self::Key => b"kaimen store 1: data key",
            Self::Member => b"kaimen store 1: member",
            Self::Identity => b"kaimen store 1: identity",
            Self::State => b"kaimen store 1: state",
            Self::Settings => b"kaimen store 1: settings",
            Self::Event => b"kaimen store 1: event",
            Self::Counters => b"kaimen store 1: counters",
        }
    }
}

/// Seals and opens the records of one purpose.
pub(super) struct Sealer {
    cipher: XChaCha20Poly1305,
    bound: Vec<u8>,
}

impl Sealer {
    pub(super) fn new(purpose: Purpose, id: StoreId, key: &[u8; 32]) -> Self {
        let cipher = XChaCha20Poly1305::new(&Key::from(*key));
        let bound = [purpose.label(), &id].concat();
        Self { cipher, bound }
    }

    /// Seals `plain` for the place that `place` names.
    pub(super) fn seal(&self, place: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.seal_with_nonce(place, plain).map(|(sealed, _)| sealed)
    }

    /// As [`Self::seal`]; says the nonce as well.
    pub(super) fn seal_with_nonce(
        &self,
        place: &[&[u8]],
        plain: &[u8],
    ) -> Result<(Vec<u8>, [u8; NONCE]), StoreError> {
        let mut sealed = Vec::with_capacity(OVERHEAD + plain.len());
        let nonce: [u8; NONCE] = random::bytes()?;
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let body = &mut sealed[NONCE..];
        let tag = self
            .cipher
            .encrypt_inout_detached(&XNonce::from(nonce), &self.associated(place), body.into())
            // Only for messages above 256 GiB.
            .map_err(|_| StoreError::Damaged { what: "a record that cannot be sealed" })?;
        sealed.extend_from_slice(&tag);
        Ok((sealed, nonce))
    }

    /// Opens what was sealed for this place; `None` if it was not, or is damaged.
    pub(super) fn open(&self, place: &[&[u8]], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain = Zeroizing::new(Vec::new());
        self.open_into(place, sealed, &mut plain).then_some(plain)
    }

    /// As [`Self::open`], into a buffer whose old content is wiped. `false`: it is empty.
    pub(super) fn open_into(
        &self,
        place: &[&[u8]],
        sealed: &[u8],
        plain: &mut Zeroizing<Vec<u8>>,
    ) -> bool {
        plain.zeroize();
        let Some((nonce, rest)) = sealed.split_first_chunk::<NONCE>() else { return false };
        let Some((body, tag)) = rest.split_last_chunk::<TAG>() else { return false };
        plain.extend_from_slice(body);
        let opened = self.cipher.decrypt_inout_detached(
            &XNonce::from(*nonce),
            &self.associated(place),
            plain.as_mut_slice().into(),
            &Tag::from(*tag),
        );
        if opened.is_err() {
            plain.clear();
        }
        opened.is_ok()
    }

    /// Lengths stand before the parts, so that no two places read the same.
    fn associated(&self, place: &[&[u8]]) -> Vec<u8> {
        let mut bytes = self.bound.clone();
        for part in place {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}
