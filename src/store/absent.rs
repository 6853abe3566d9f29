//! Stands in for the durable copy in a build without the feature `store`.
//!
//! The interface is what the engine uses of it. There is no value of [`Store`], so the compiler
//! leaves out whatever would follow from one.

mod error;
#[expect(dead_code, reason = "there is nothing that a key could open")]
mod key;
mod member;
mod options;

use std::path::Path;

pub use error::StoreError;
pub use key::StoreKey;
pub use member::{DamagedEvent, Event, EventStats, Loaded, MemberKey, Settings, StoreStats, Wiped};
pub use options::Options;

/// The durable copy, which this build has not.
#[derive(Debug)]
pub enum Store {}

impl Store {
    /// Never opened.
    ///
    /// # Errors
    /// [`StoreError::Absent`].
    pub fn open(_: &Path, _: &StoreKey, _: &Options) -> Result<Self, StoreError> {
        Err(StoreError::Absent)
    }

    pub(crate) fn begin(&mut self) -> Result<Batch<'_>, StoreError> {
        match *self {}
    }

    pub(crate) fn settings(&mut self) -> Result<Settings, StoreError> {
        match *self {}
    }

    pub(crate) fn is_ahead(&mut self) -> Result<bool, StoreError> {
        match *self {}
    }

    pub(crate) fn load(
        &mut self,
        _: Option<&rayon::ThreadPool>,
        _: &mut dyn FnMut(Loaded<'_>),
    ) -> Result<(), StoreError> {
        match *self {}
    }

    pub(crate) fn rotate(
        &mut self,
        _: &StoreKey,
        _: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<(), StoreError> {
        match *self {}
    }

    pub(crate) fn wipe(self) -> Wiped {
        match self {}
    }

    pub(crate) fn append_event(&mut self, _: &[u8]) -> Result<u64, StoreError> {
        match *self {}
    }

    pub(crate) fn events(
        &mut self,
        _: u64,
        _: usize,
        _: &mut dyn FnMut(u64, Event<'_>),
    ) -> Result<(), StoreError> {
        match *self {}
    }

    pub(crate) fn acknowledge(&mut self, _: u64) -> Result<u64, StoreError> {
        match *self {}
    }

    pub(crate) fn event_stats(&self) -> EventStats {
        match *self {}
    }
}

/// A change of a store that is not there.
pub(crate) struct Batch<'a>(&'a mut Store);

impl Batch<'_> {
    pub(crate) fn put(&mut self, _: MemberKey<'_>, _: &[u8]) -> Result<(), StoreError> {
        match *self.0 {}
    }

    pub(crate) fn remove(&mut self, _: MemberKey<'_>) -> Result<(), StoreError> {
        match *self.0 {}
    }

    pub(crate) fn clear(&mut self) -> Result<(), StoreError> {
        match *self.0 {}
    }

    pub(crate) fn put_settings(&mut self, _: &[u8]) -> Result<(), StoreError> {
        match *self.0 {}
    }

    pub(crate) fn commit(self) -> Result<(), StoreError> {
        match *self.0 {}
    }
}
