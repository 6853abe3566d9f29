//! What the models want and give, as TOML:
//!
//! ```toml
//! [detector]
//! model = "yunet_n_320_320.onnx"   # beside this file
//! size = 320                       # pixels, both ways
//! order = "bgr"
//! mean = [0, 0, 0]                 # a value is (pixel - mean) / std
//! std = [1, 1, 1]
//! score = 0.5                      # faces below are left out
//! overlap = 0.3                    # of two faces that overlap more, the better one stays
//! strides = [8, 16, 32]
//! class = ["cls_8", "cls_16", "cls_32"]    # names of outputs, one a stride
//! object = ["obj_8", "obj_16", "obj_32"]
//! box = ["bbox_8", "bbox_16", "bbox_32"]
//! points = ["kps_8", "kps_16", "kps_32"]
//!
//! [embedder]
//! model = "mobilefacenet_112.onnx"
//! width = 112
//! height = 112
//! order = "rgb"
//! mean = [123.675, 116.28, 103.53]
//! std = [58.395, 57.12, 57.375]
//! points = [[38.29, 51.70], [73.53, 51.50], [56.03, 71.74], [41.55, 92.37], [70.73, 92.20]]
//! threshold = 0.5                  # cosine from which two faces are of one person
//!
//! [quality]                        # all of it optional: what a face must be for a template
//! eye-distance = 18                # pixels of the picture, at least
//! sharpness = 32                   # variance of the Laplacian in the middle of the aligned face
//! brightness = [40, 215]           # mean there
//! clipped = 0.5                    # share of black and white pixels there, at most
//! roll = 40                        # degrees, to either side
//! yaw = 0.45                       # the nose off the middle, in distances of the eyes
//! pitch = [0.25, 0.95]             # the nose between eyes and mouth
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::FaceError;
use super::limits::QualityLimits;

/// The longest description.
const MAX_BYTES: u64 = 1 << 20;
/// The largest input of a network, in pixels each way.
const MAX_SIDE: u32 = 4096;

/// The order of the three colours in a network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

/// Both models.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Finds faces.
    pub detector: DetectorDescription,
    /// Makes the vector of one.
    pub embedder: EmbedderDescription,
    /// What a face must be for that.
    #[serde(default)]
    pub quality: QualityLimits,
}

/// A detector with YuNet's outputs: for each stride a map of classes, of objects, of boxes
/// and of points.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectorDescription {
    /// The ONNX file; beside the description where it is not absolute.
    pub model: PathBuf,
    /// Width and height of the input, in pixels.
    pub size: u32,
    /// The order of the colours.
    pub order: Order,
    /// Subtracted from a pixel, in the order of the colours.
    pub mean: [f32; 3],
    /// What a pixel is then divided by.
    pub std: [f32; 3],
    /// The least score of a face, 0 to 1.
    pub score: f32,
    /// Intersection over union, 0 to 1, above which two boxes are one face.
    pub overlap: f32,
    /// Pixels a cell of each map.
    pub strides: Vec<u32>,
    /// Outputs: the probability of a face.
    pub class: Vec<String>,
    /// Outputs: the probability of an object.
    pub object: Vec<String>,
    /// Outputs: centre and size.
    #[serde(rename = "box")]
    pub boxes: Vec<String>,
    /// Outputs: the five points.
    pub points: Vec<String>,
}

/// An embedder: an aligned picture in, a vector out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbedderDescription {
    /// The ONNX file; beside the description where it is not absolute.
    pub model: PathBuf,
    /// Width of the input, in pixels.
    pub width: u32,
    /// Height of the input, in pixels.
    pub height: u32,
    /// The order of the colours.
    pub order: Order,
    /// Subtracted from a pixel, in the order of the colours.
    pub mean: [f32; 3],
    /// What a pixel is then divided by.
    pub std: [f32; 3],
    /// Where the person's right eye, left eye, nose, right and left corner of the mouth
    /// have to be, in pixels.
    pub points: [[f32; 2]; 5],
    /// The cosine from which two faces are taken for one person's.
    #[serde(default = "usual_threshold")]
    pub threshold: f32,
}

fn usual_threshold() -> f32 {
    0.5
}

impl Description {
    /// Reads a description; its models are then paths that can be opened.
    ///
    /// # Errors
    ///
    /// [`FaceError::Read`], [`FaceError::Description`].
    pub fn read(path: &Path) -> Result<Self, FaceError> {
        let wrong = |reason: String| FaceError::Description { path: path.to_owned(), reason };
        let read = |source| FaceError::Read { path: path.to_owned(), source };
        if fs::metadata(path).map_err(read)?.len() > MAX_BYTES {
            return Err(wrong(format!("has more than {MAX_BYTES} bytes")));
        }
        let text = fs::read_to_string(path).map_err(read)?;
        let mut description = Self::parse(&text).map_err(wrong)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for model in [&mut description.detector.model, &mut description.embedder.model] {
            *model = folder.join(&*model);
        }
        Ok(description)
    }

    /// The description in a text; what is wrong with it, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let description: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        description.check()?;
        Ok(description)
    }

    fn check(&self) -> Result<(), String> {
        let Self { detector, embedder, quality } = self;
        quality.check()?;
        if !(0.0..1.0).contains(&embedder.threshold) {
            return Err(format!("threshold = {}: from 0 to below 1", embedder.threshold));
        }
        for (name, side) in
            [("size", detector.size), ("width", embedder.width), ("height", embedder.height)]
        {
            if !(1..=MAX_SIDE).contains(&side) {
                return Err(format!("{name} = {side}: from 1 to {MAX_SIDE}"));
            }
        }
        for std in [detector.std, embedder.std].concat() {
            if !std.is_finite() || std == 0.0 {
                return Err(format!("std = {std}: a number other than 0"));
            }
        }
        let strides = &detector.strides;
        if strides.is_empty()
            || strides.iter().any(|stride| *stride == 0 || detector.size % stride != 0)
        {
            return Err(format!("strides = {strides:?}: each divides size = {}", detector.size));
        }
        let DetectorDescription { class, object, boxes, points, .. } = detector;
        for (name, outputs) in
            [("class", class), ("object", object), ("box", boxes), ("points", points)]
        {
            if outputs.len() != strides.len() {
                return Err(format!(
                    "{name}: {} names for {} strides",
                    outputs.len(),
                    strides.len()
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) const YUNET_AND_MOBILEFACENET: &str = include_str!("../../face.example.toml");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        let good = YUNET_AND_MOBILEFACENET;
        assert!(Description::parse(good).is_ok());
        for (from, to, reason) in [
            ("size = 320", "size = 0", "size = 0"),
            ("size = 320", "size = 324", "each divides size = 324"),
            ("std = [1, 1, 1]", "std = [1, 0, 1]", "std = 0"),
            ("\"obj_8\", ", "", "object: 2 names for 3 strides"),
            ("\"bgr\"", "\"gbr\"", "line 6"),
            ("score = 0.5", "scores = 0.5", "scores"),
            ("height = 112", "height = 112\nthreshold = 35.0", "threshold = 35"),
            ("[embedder]", "[quality]\npitch = [0.9, 0.1]\n[embedder]", "pitch = [0.9, 0.1]"),
            ("[embedder]", "[quality]\nblur = 3\n[embedder]", "blur"),
        ] {
            let error = Description::parse(&good.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(reason), "{to}: {error}");
        }
    }
}
