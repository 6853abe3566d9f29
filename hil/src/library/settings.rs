//! What an engine is opened with.

/// One algorithm.
#[derive(Clone, Debug, PartialEq)]
pub enum Algorithm {
    /// Faces as vectors of f32.
    Face {
        /// Elements of the vector.
        dimension: u32,
        /// In millionths.
        threshold: i32,
        /// In millionths.
        margin: i32,
    },
    /// Fingers as minutiae records of any format.
    Finger {
        /// False match level in thousandths.
        threshold: i32,
        /// The same unit.
        margin: i32,
    },
}

/// What an engine is opened with; the rest are the library's own defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The reader's time zone; `None` is the library's default.
    pub zone: Option<String>,
    /// The algorithms.
    pub algorithms: Vec<Algorithm>,
    /// Most members; `None` is the library's default.
    pub max_members: Option<u32>,
    /// Most searchable face templates; `None` is the library's default.
    pub max_face_templates: Option<u32>,
    /// Whether a student without rules may pass.
    pub student_default_pass: bool,
}

impl Settings {
    /// Faces of so many elements, with a threshold for vectors drawn at random.
    #[must_use]
    pub fn faces(dimension: u32) -> Settings {
        let face = Algorithm::Face { dimension, threshold: 500_000, margin: 0 };
        Settings {
            zone: None,
            algorithms: vec![face],
            max_members: None,
            max_face_templates: None,
            student_default_pass: false,
        }
    }

    /// Fingers alone, as minutiae records, at one false match in 100,000 comparisons.
    #[must_use]
    pub fn fingers() -> Settings {
        let finger = Algorithm::Finger { threshold: 50_000, margin: 0 };
        Settings { algorithms: vec![finger], ..Settings::faces(0) }
    }

    /// Faces by a model's vectors, with its threshold as a cosine from 0 to 1.
    #[cfg(feature = "face")]
    #[must_use]
    pub(crate) fn model(dimension: usize, threshold: f32) -> Settings {
        let dimension = u32::try_from(dimension).unwrap_or(u32::MAX);
        #[expect(clippy::cast_possible_truncation, reason = "checked to be from 0 to 1")]
        let threshold = (threshold * 1e6) as i32;
        let face = Algorithm::Face { dimension, threshold, margin: 0 };
        Settings { algorithms: vec![face], ..Settings::faces(dimension) }
    }
}
