//! One attempt at a test.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AttachmentRef, Measurement, Outcome, Rating, Series};

/// Whether a device is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// A thing that can be touched.
    Real,
    /// A program that answers like one.
    Simulated,
}

impl Nature {
    /// One lower-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Nature::Real => "real",
            Nature::Simulated => "simulated",
        }
    }
}

/// A device that took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceUse {
    /// Its name in the rig file.
    pub name: String,
    /// "camera", "module" or "board".
    pub kind: String,
    /// Real or simulated.
    pub nature: Nature,
    /// What it says of itself: model, firmware.
    pub identity: String,
    /// USB serial number, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

/// One line of a device's or the test's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub time: Timestamp,
    /// Who: a device's name, "test", "rig".
    pub source: String,
    /// What.
    pub text: String,
}

/// One attempt at a test, with everything that it saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// How long it took.
    pub seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in one sentence; absent for a plain pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Numbers with limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
    /// Many numbers of one sort.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// Pictures, traces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentRef>,
    /// Devices that took part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceUse>,
    /// What was said meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
}

impl Attempt {
    /// An attempt that has just begun.
    #[must_use]
    pub fn begin(number: u32) -> Attempt {
        Attempt {
            number,
            started: Timestamp::now(),
            seconds: 0.0,
            outcome: Outcome::Error,
            message: None,
            measurements: Vec::new(),
            series: Vec::new(),
            attachments: Vec::new(),
            devices: Vec::new(),
            log: Vec::new(),
        }
    }

    /// The measurements that are outside their limits.
    pub fn failed_measurements(&self) -> impl Iterator<Item = &Measurement> {
        self.measurements.iter().filter(|measured| measured.outcome == Rating::Fail)
    }

    /// Whether a simulated device took part.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.devices.iter().any(|device| device.nature == Nature::Simulated)
    }
}
