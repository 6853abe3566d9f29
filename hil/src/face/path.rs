//! The whole way: picture, faces, vectors.

use super::align::{Similarity, warp};
use super::description::{Description, EmbedderDescription};
use super::detector::{Detector, Face};
use super::error::FaceError;
use super::limits::{QualityLimits, Refusal};
use super::network::Network;
use super::prepare;
use super::quality::Quality;
use crate::camera::Picture;

/// The longest vector that is taken from an embedder.
const MAX_COMPONENTS: usize = 4096;

/// A face that was found, with its vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Where.
    pub face: Face,
    /// How good.
    pub quality: Quality,
    /// The aligned picture of it.
    pub aligned: Picture,
    /// The vector, of length 1.
    pub vector: Vec<f32>,
    /// Its length before that.
    pub norm: f32,
}

/// What one look at a picture gives. Of several faces the largest counts: who stands nearest.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// No face.
    Nobody,
    /// A face that no template is made of, and everything that is wrong with it.
    Refused(Seen, Vec<Refusal>),
    /// A face whose vector is a probe or a template.
    Good(Seen),
}

/// Detector and embedder, ready.
pub struct FacePath {
    detector: Detector,
    embedder: Embedder,
    limits: QualityLimits,
    dimension: usize,
}

pub(super) struct Embedder {
    network: Network,
    description: EmbedderDescription,
}

impl FacePath {
    /// Loads the models, and tries both: what they give has to be what was described.
    ///
    /// # Errors
    ///
    /// [`FaceError::Read`], [`FaceError::Model`].
    pub fn load(description: &Description) -> Result<Self, FaceError> {
        let detector = Detector::new(&description.detector)?;
        let embedder = Embedder::new(&description.embedder)?;
        let EmbedderDescription { width, height, .. } = description.embedder;
        detector.faces(&Picture::black(description.detector.size, 1))?;
        let dimension = embedder.raw(&Picture::black(width, height))?.len();
        Ok(Self { detector, embedder, limits: description.quality, dimension })
    }

    /// Components of the vectors.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The nearest face of a picture, and whether a template can be made of it.
    ///
    /// # Errors
    ///
    /// [`FaceError`].
    pub fn look(&self, picture: &Picture) -> Result<Look, FaceError> {
        let Some(face) = self.detector.faces(picture)?.into_iter().next() else {
            return Ok(Look::Nobody);
        };
        let seen = self.embedder.seen(picture, face)?;
        let refusals = self.limits.refusals(&seen.quality);
        Ok(if refusals.is_empty() { Look::Good(seen) } else { Look::Refused(seen, refusals) })
    }

    /// All faces of a picture with their vectors, the largest first.
    ///
    /// # Errors
    ///
    /// [`FaceError`]; a picture without a face has none, and is no error.
    pub fn see(&self, picture: &Picture) -> Result<Vec<Seen>, FaceError> {
        let faces = self.detector.faces(picture)?;
        faces.into_iter().map(|face| self.embedder.seen(picture, face)).collect()
    }

    /// The vector of a face that is aligned already.
    ///
    /// # Errors
    ///
    /// [`FaceError::Model`], also for a picture of another size.
    pub fn embed(&self, aligned: &Picture) -> Result<Vec<f32>, FaceError> {
        self.embedder.vector(aligned).map(|(vector, _)| vector)
    }
}

impl Embedder {
    pub(super) fn new(description: &EmbedderDescription) -> Result<Self, FaceError> {
        let EmbedderDescription { model, width, height, .. } = description;
        Ok(Self::with(Network::read(model, *width, *height)?, description))
    }

    pub(super) fn with(network: Network, description: &EmbedderDescription) -> Self {
        Self { network, description: description.clone() }
    }

    fn seen(&self, picture: &Picture, face: Face) -> Result<Seen, FaceError> {
        let EmbedderDescription { width, height, points, .. } = &self.description;
        let by = Similarity::between(&face.points, points)?;
        let aligned = warp(picture, &by, *width, *height)
            .ok_or_else(|| FaceError::Points(format!("{:?}", face.points)))?;
        let (vector, norm) = self.vector(&aligned)?;
        let quality = Quality::of(&face, &aligned);
        Ok(Seen { face, quality, aligned, vector, norm })
    }

    /// The vector of length 1, and its length before.
    pub(super) fn vector(&self, aligned: &Picture) -> Result<(Vec<f32>, f32), FaceError> {
        let raw = self.raw(aligned)?;
        let norm = raw.iter().map(|part| part * part).sum::<f32>().sqrt();
        if !norm.is_normal() {
            return Err(self.network.wrong(format!("gave a vector of length {norm}")));
        }
        Ok((raw.iter().map(|part| part / norm).collect(), norm))
    }

    pub(super) fn raw(&self, aligned: &Picture) -> Result<Vec<f32>, FaceError> {
        let EmbedderDescription { width, height, order, mean, std, .. } = self.description;
        let size = (aligned.width(), aligned.height());
        if size != (width, height) {
            let reason = format!("wants {width} x {height} pixels, not {} x {}", size.0, size.1);
            return Err(self.network.wrong(reason));
        }
        let results = self.network.run(&prepare::planes(aligned, order, mean, std))?;
        let vector = results.into_iter().next().unwrap_or_default();
        if !(1..=MAX_COMPONENTS).contains(&vector.len()) {
            return Err(self.network.wrong(format!("gave {} numbers", vector.len())));
        }
        Ok(vector)
    }
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
