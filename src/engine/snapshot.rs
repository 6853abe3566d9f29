//! One immutable state of the gallery. Readers hold one from beginning to end.

use super::config::Settings;
use super::members::Members;
use crate::index::VectorIndex;
use crate::template::Modality;

/// One immutable state of the gallery.
#[derive(Clone)]
pub(super) struct Snapshot {
    /// Counts the commits of this engine.
    pub(super) generation: u64,
    pub(super) members: Members,
    /// By position in the registry; `None` for what is not a face vector.
    pub(super) faces: Vec<Option<VectorIndex>>,
    /// Bytes of all member records, as the limit counts them.
    pub(super) record_bytes: usize,
}

/// What an empty snapshot takes, twice, with room for the tables' growth.
pub(super) const SNAPSHOT_BYTES: usize = 256 << 10;

impl Snapshot {
    pub(super) fn new(settings: &Settings) -> Self {
        let algorithms = settings.registry.algorithms().iter();
        let faces = algorithms
            .zip(&settings.scores)
            .map(|(algorithm, scores)| match algorithm.modality {
                // The registry has checked the dimension.
                Modality::Face => VectorIndex::new(algorithm.format.dimension, scores.search).ok(),
                Modality::Finger => None,
            })
            .collect();
        Self { generation: 0, members: Members::new(), faces, record_bytes: 0 }
    }

    /// Searchable face templates of all algorithms.
    pub(super) fn face_templates(&self) -> usize {
        self.faces.iter().flatten().map(VectorIndex::len).sum()
    }
}
