//! What a face must be for a template to be made of it, and what is wrong with one that is not.

use std::fmt;

use serde::Deserialize;

use super::quality::Quality;

/// Limits of the measures of [`Quality`]; the section `[quality]` of a description.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct QualityLimits {
    /// The least distance of the eyes, in pixels of the picture.
    pub eye_distance: f32,
    /// The least sharpness.
    pub sharpness: f32,
    /// The least and the greatest brightness.
    pub brightness: [f32; 2],
    /// The greatest share of black and white pixels.
    pub clipped: f32,
    /// The greatest tilt to either side, in degrees.
    pub roll: f32,
    /// The greatest turn to either side.
    pub yaw: f32,
    /// The least and the greatest place of the nose between eyes and mouth.
    pub pitch: [f32; 2],
}

/// Set on aligned faces of 112 x 112 pixels; `eye_distance` is half of theirs, below which an
/// aligned face is mostly made of pixels that no camera saw.
impl Default for QualityLimits {
    fn default() -> Self {
        Self {
            eye_distance: 18.0,
            sharpness: 32.0,
            brightness: [40.0, 215.0],
            clipped: 0.5,
            roll: 40.0,
            yaw: 0.45,
            pitch: [0.25, 0.95],
        }
    }
}

/// Why no template is made of a face, with the measure and its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refusal {
    /// What is wrong.
    pub fault: Fault,
    /// What was measured.
    pub found: f32,
    /// What it may be at least or at most.
    pub limit: f32,
}

/// What can be wrong with a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Too few pixels.
    Small,
    /// Out of focus, or moved.
    Blurred,
    /// Underexposed.
    Dark,
    /// Overexposed.
    Bright,
    /// Too much of it is black or white.
    Clipped,
    /// The head is tilted to a shoulder.
    Tilted,
    /// The head is turned aside.
    Turned,
    /// The head is up or down.
    Nodding,
}

impl Fault {
    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Fault::Small => "too small",
            Fault::Blurred => "blurred",
            Fault::Dark => "too dark",
            Fault::Bright => "too bright",
            Fault::Clipped => "black or white",
            Fault::Tilted => "tilted",
            Fault::Turned => "turned aside",
            Fault::Nodding => "up or down",
        }
    }

    fn measure(self) -> &'static str {
        match self {
            Fault::Small => "pixels between the eyes",
            Fault::Blurred => "sharpness",
            Fault::Dark | Fault::Bright => "brightness",
            Fault::Clipped => "share of clipped pixels",
            Fault::Tilted => "roll",
            Fault::Turned => "yaw",
            Fault::Nodding => "pitch",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { fault, found, limit } = self;
        write!(f, "{} ({} {found:.2}, limit {limit:.2})", fault.word(), fault.measure())
    }
}

impl QualityLimits {
    /// Everything that is wrong; nothing if a template can be made. A measure that is no number
    /// is wrong.
    #[must_use]
    pub fn refusals(&self, quality: &Quality) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut within = |is: bool, fault, found, limit| {
            if !is {
                refusals.push(Refusal { fault, found, limit });
            }
        };
        let mut least = |fault, found: f32, limit: f32| within(found >= limit, fault, found, limit);
        least(Fault::Small, quality.eye_distance, self.eye_distance);
        least(Fault::Blurred, quality.sharpness, self.sharpness);
        least(Fault::Dark, quality.brightness, self.brightness[0]);
        least(Fault::Nodding, quality.pitch, self.pitch[0]);
        let mut most = |fault, found: f32, limit: f32| within(found <= limit, fault, found, limit);
        most(Fault::Bright, quality.brightness, self.brightness[1]);
        most(Fault::Clipped, quality.clipped, self.clipped);
        most(Fault::Tilted, quality.roll.abs(), self.roll);
        most(Fault::Turned, quality.yaw.abs(), self.yaw);
        most(Fault::Nodding, quality.pitch, self.pitch[1]);
        refusals
    }

    /// What cannot be meant, in words.
    pub(super) fn check(&self) -> Result<(), String> {
        let single = [self.eye_distance, self.sharpness, self.clipped, self.roll, self.yaw];
        for (name, [low, high]) in [("brightness", self.brightness), ("pitch", self.pitch)] {
            if low.is_nan() || high.is_nan() || low >= high {
                return Err(format!("quality: {name} = [{low}, {high}]: the least, the greatest"));
            }
        }
        match single.iter().find(|limit| !limit.is_finite() || **limit < 0.0) {
            Some(limit) => Err(format!("quality: {limit} is no limit")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Quality = Quality {
        eye_distance: 60.0,
        sharpness: 400.0,
        brightness: 120.0,
        clipped: 0.02,
        roll: -3.0,
        yaw: 0.05,
        pitch: 0.6,
    };

    #[test]
    fn each_fault_is_named_alone() {
        let limits = QualityLimits::default();
        assert_eq!(limits.refusals(&GOOD), []);
        for (quality, fault) in [
            (Quality { eye_distance: 10.0, ..GOOD }, Fault::Small),
            (Quality { sharpness: 3.0, ..GOOD }, Fault::Blurred),
            (Quality { brightness: 12.0, ..GOOD }, Fault::Dark),
            (Quality { brightness: 240.0, ..GOOD }, Fault::Bright),
            (Quality { clipped: 0.7, ..GOOD }, Fault::Clipped),
            (Quality { roll: -60.0, ..GOOD }, Fault::Tilted),
            (Quality { yaw: 0.6, ..GOOD }, Fault::Turned),
            (Quality { pitch: 1.2, ..GOOD }, Fault::Nodding),
            (Quality { pitch: 0.1, ..GOOD }, Fault::Nodding),
            (Quality { sharpness: f32::NAN, ..GOOD }, Fault::Blurred),
        ] {
            let refusals = limits.refusals(&quality);
            assert_eq!(refusals.iter().map(|one| one.fault).collect::<Vec<_>>(), [fault]);
        }
        let blurred = limits.refusals(&Quality { sharpness: 3.0, ..GOOD })[0];
        assert_eq!(blurred.to_string(), "blurred (sharpness 3.00, limit 32.00)");
    }

    #[test]
    fn limits_that_cannot_be_meant_are_named() {
        let crossed = QualityLimits { brightness: [200.0, 100.0], ..QualityLimits::default() };
        assert!(crossed.check().unwrap_err().contains("brightness"));
        let nothing = QualityLimits { yaw: f32::NAN, ..QualityLimits::default() };
        assert!(nothing.check().unwrap_err().contains("NaN"));
        assert_eq!(QualityLimits::default().check(), Ok(()));
    }
}
