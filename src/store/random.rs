//! Random bytes of the system.

use super::StoreError;

/// Fills `bytes` from the system's generator.
pub(super) fn fill(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|error| StoreError::Io {
        number: error.raw_os_error(),
        text: format!("no random bytes: {error}"),
    })
}

/// `N` random bytes that are no secret.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}
