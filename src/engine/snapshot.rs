//! One immutable state of the gallery. Readers hold one from beginning to end.

use super::config::Settings;
use super::gallery::Gallery;
use super::members::Members;
use crate::template::Modality;

/// One immutable state of the gallery.
#[derive(Clone)]
pub(super) struct Snapshot {
    /// Counts the commits of this engine.
    pub(super) generation: u64,
    pub(super) members: Members,
    /// Of each algorithm, by position in the registry.
    pub(super) galleries: Vec<Gallery>,
    /// Bytes of all member records, as the limit counts them.
    pub(super) record_bytes: usize,
    /// Of the cloud's lists, as far as they were applied.
    pub(super) versions: Versions,
}

/// The versions of the cloud's lists that the gallery is as new as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// `perm_version`, of staff and students; `None` if none was set.
    pub perm: Option<u64>,
    /// `visitor_version`; `None` if none was set.
    pub visitor: Option<u64>,
}

/// What an empty snapshot takes, twice, with room for the tables' growth.
pub(super) const SNAPSHOT_BYTES: usize = 256 << 10;

impl Snapshot {
    pub(super) fn new(settings: &Settings) -> Self {
        let algorithms = settings.registry.algorithms().iter().zip(&settings.scores);
        let galleries =
            algorithms.map(|(algorithm, scores)| Gallery::new(algorithm, scores.search));
        let galleries = galleries.collect();
        Self {
            generation: 0,
            members: Members::new(),
            galleries,
            record_bytes: 0,
            versions: Versions::default(),
        }
    }

    /// Bytes of all opaque templates, as the limit counts them.
    pub(super) fn opaque_bytes(&self) -> usize {
        self.galleries.iter().map(Gallery::opaque_bytes).sum()
    }

    /// Searchable templates of all algorithms of a modality.
    pub(super) fn templates(&self, settings: &Settings, modality: Modality) -> usize {
        let algorithms = settings.registry.algorithms().iter().zip(&self.galleries);
        let of_modality = algorithms.filter(|(algorithm, _)| algorithm.modality == modality);
        of_modality.map(|(_, gallery)| gallery.len()).sum()
    }
}
