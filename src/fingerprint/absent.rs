//! Stands in for the comparison of fingers in a build without the feature `fingerprint`.
//!
//! The interface is what the engine uses of it. No template can be made, so that nothing can be
//! enrolled and nobody found; the engine refuses an algorithm for minutiae long before.

mod error;
mod layout;
mod minutia;

use core::cmp::Ordering;

use zeroize::Zeroizing;

pub use error::FingerError;
pub use layout::TEMPLATE_LAYOUT;
pub use minutia::{ANGLE_UNITS, Minutia, MinutiaKind};

use crate::gallery::{Candidate, GalleryError, SearchParams, TemplateHandle, TopK};

/// A view of a finger, of which this build has none.
#[derive(Debug, Clone)]
pub enum FingerTemplate {}

impl FingerTemplate {
    /// Never made.
    ///
    /// # Errors
    /// [`FingerError::Absent`].
    pub fn new(_: &[Minutia]) -> Result<FingerTemplate, FingerError> {
        Err(FingerError::Absent)
    }

    pub(crate) fn from_bytes(_: &[u8]) -> Result<FingerTemplate, FingerError> {
        Err(FingerError::Absent)
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        match *self {}
    }

    pub(crate) fn points(&self) -> &[Minutia] {
        match *self {}
    }

    pub(crate) fn is_weak(&self) -> bool {
        match *self {}
    }
}

/// The views of a probe, of which there are none.
#[derive(Debug)]
pub(crate) struct FingerProbe;

impl FingerProbe {
    pub(crate) fn new(_: Vec<FingerTemplate>) -> FingerProbe {
        FingerProbe
    }
}

/// A gallery in which nothing can be.
#[derive(Debug, Clone)]
pub(crate) struct FingerIndex;

impl FingerIndex {
    pub(crate) const fn new() -> FingerIndex {
        FingerIndex
    }

    pub(crate) fn len(&self) -> usize {
        0
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        0
    }

    pub(crate) fn required_bytes(_: usize) -> usize {
        0
    }

    pub(crate) fn insert(
        &mut self,
        _: u32,
        _: u8,
        template: &FingerTemplate,
    ) -> Result<TemplateHandle, GalleryError> {
        match *template {}
    }

    pub(crate) fn replace(
        &mut self,
        _: TemplateHandle,
        template: &FingerTemplate,
    ) -> Result<(), GalleryError> {
        match *template {}
    }

    pub(crate) fn remove(&mut self, handle: TemplateHandle) -> Result<(), GalleryError> {
        Err(GalleryError::UnknownHandle(handle))
    }

    pub(crate) fn holds(&self, _: TemplateHandle, template: &FingerTemplate) -> bool {
        match *template {}
    }

    pub(crate) fn template(&self, _: TemplateHandle) -> Option<FingerTemplate> {
        None
    }

    pub(crate) fn is_worth_threads(&self) -> bool {
        false
    }

    pub(crate) fn search(
        &self,
        _: &FingerProbe,
        params: SearchParams,
        _: &mut SecondStage,
        _: impl Fn(u32, u32) -> Ordering,
        _: &mut FingerScratch,
        out: &mut TopK,
    ) {
        out.reset(params.k, params.floor);
    }

    pub(crate) fn search_threaded(
        &self,
        probe: &FingerProbe,
        params: SearchParams,
        stage: impl Fn() -> SecondStage,
        tie: impl Fn(u32, u32) -> Ordering,
        scratch: &mut FingerScratch,
        out: &mut TopK,
    ) {
        self.search(probe, params, &mut stage(), tie, scratch, out);
    }

    pub(crate) fn verify(
        &self,
        _: &FingerProbe,
        _: &[TemplateHandle],
        _: &mut SecondStage,
    ) -> Result<Option<Candidate>, GalleryError> {
        Ok(None)
    }
}

/// Room for a search that needs none.
pub(crate) struct FingerScratch;

impl FingerScratch {
    pub(crate) const fn new() -> FingerScratch {
        FingerScratch
    }
}

/// A comparison that is never asked.
pub(crate) struct SecondStage;

pub(crate) fn second_stage() -> SecondStage {
    SecondStage
}
