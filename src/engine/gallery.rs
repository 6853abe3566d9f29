//! The searchable templates of one algorithm.

use super::member::Handles;
use crate::fingerprint::FingerIndex;
use crate::gallery::TemplateHandle;
use crate::index::{SearchMode, VectorError, VectorIndex};
use crate::opaque::OpaqueIndex;
use crate::template::{Algorithm, TemplateFormat};

/// What is searched depends on what the templates are. A clone shares everything
/// that does not change.
#[derive(Clone)]
pub(super) enum Gallery {
    Vectors(VectorIndex),
    Fingers(FingerIndex),
    Opaque(OpaqueIndex),
}

impl Gallery {
    /// Empty.
    pub(super) fn new(algorithm: &Algorithm, search: SearchMode) -> Self {
        match algorithm.format {
            TemplateFormat::Vector(format) => {
                let index = VectorIndex::new(format.dimension, search);
                Gallery::Vectors(index.expect("the registry has checked the dimension"))
            }
            TemplateFormat::Minutiae(_) => Gallery::Fingers(FingerIndex::new()),
            TemplateFormat::Opaque => Gallery::Opaque(OpaqueIndex::new()),
        }
    }

    /// An upper bound of [`memory_bytes`](Self::memory_bytes) for so many templates, and of what
    /// members hold to find them again; of opaque ones
    /// without [`opaque_bytes`](Self::opaque_bytes), which have a limit of their own.
    pub(super) fn required_bytes(
        algorithm: &Algorithm,
        search: SearchMode,
        templates: usize,
    ) -> Result<usize, VectorError> {
        match algorithm.format {
            TemplateFormat::Vector(format) => {
                VectorIndex::required_bytes(format.dimension, search, templates)
            }
            TemplateFormat::Minutiae(_) => {
                let handles = templates.saturating_mul(Handles::VIEW_BYTES);
                Ok(FingerIndex::required_bytes(templates).saturating_add(handles))
            }
            TemplateFormat::Opaque => Ok(OpaqueIndex::required_bytes(templates)),
        }
    }

    /// Templates, each view counted.
    pub(super) fn len(&self) -> usize {
        match self {
            Gallery::Vectors(index) => index.len(),
            Gallery::Fingers(index) => index.len(),
            Gallery::Opaque(index) => index.len(),
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        match self {
            Gallery::Vectors(index) => index.memory_bytes(),
            Gallery::Fingers(index) => index.memory_bytes(),
            Gallery::Opaque(index) => index.memory_bytes(),
        }
    }

    /// Bytes of the opaque templates themselves.
    pub(super) fn opaque_bytes(&self) -> usize {
        match self {
            Gallery::Vectors(_) | Gallery::Fingers(_) => 0,
            Gallery::Opaque(index) => index.template_bytes(),
        }
    }

    /// Takes templates out. A member's handles are in use by construction.
    pub(super) fn remove(&mut self, handles: &[TemplateHandle]) {
        for &handle in handles {
            let removed = match self {
                Gallery::Vectors(index) => index.remove(handle).is_ok(),
                Gallery::Fingers(index) => index.remove(handle).is_ok(),
                Gallery::Opaque(index) => index.remove(handle).is_ok(),
            };
            debug_assert!(removed);
        }
    }
}
