//! What only the writer needs.

use super::import::Import;
use super::retired::Retired;
use crate::error::Error;
use crate::template::Decoder;

/// What only the writer needs.
pub(super) struct Writer {
    pub(super) decoder: Decoder,
    pub(super) import: Option<Import>,
    pub(super) retired: Retired,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { decoder: Decoder::new(), import: None, retired: Retired::default() }
    }

    pub(super) fn check_no_import(&self) -> Result<(), Error> {
        if self.import.is_some() { Err(Error::ImportOpen) } else { Ok(()) }
    }
}
