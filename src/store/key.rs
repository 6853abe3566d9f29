//! The key that the firmware hands over.

use std::fmt;

use zeroize::Zeroizing;

/// The key that the firmware hands over: 32 bytes of full entropy, from a secure element
/// or derived by it. It seals the store's own key and nothing else.
///
/// The copy in here is wiped when it is dropped.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// Takes a copy of `bytes`; wiping the original is the caller's.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(..)")
    }
}
