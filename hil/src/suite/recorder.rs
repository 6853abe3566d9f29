//! What a test tells the record.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{Stop, picture};
use crate::record::{
    Attachment, Attempt, DeviceUse, Limits, LogLine, Measurement, Outcome, Rating, Store,
};

/// Lines of one attempt's log that are kept.
const MAX_LOG: usize = 5000;

/// What a test tells the record. Clones write to the same attempt; what was told stays, also if
/// the attempt is given up.
#[derive(Clone, Debug)]
pub struct Recorder {
    attempt: Arc<Mutex<Attempt>>,
    cancelled: Arc<AtomicBool>,
    store: Store,
}

impl Recorder {
    /// Begins an attempt.
    #[must_use]
    pub fn begin(number: u32, store: &Store) -> Recorder {
        Recorder {
            attempt: Arc::new(Mutex::new(Attempt::begin(number))),
            cancelled: Arc::default(),
            store: store.clone(),
        }
    }

    /// A number with limits. Outside them the attempt fails at its end.
    pub fn measure(&self, name: &str, value: f64, unit: &str, limits: Limits, n: u64) {
        let outcome = limits.rate(value);
        let (name, unit) = (name.to_owned(), unit.to_owned());
        let measurement = Measurement { name, value, unit, limits, n, outcome };
        self.lock().measurements.push(measurement);
    }

    /// Many numbers of one sort: the page draws them.
    pub fn series(&self, name: &str, unit: &str, values: &[f64]) -> Result<(), Stop> {
        let series = self.store.series(name, unit, values)?;
        self.lock().series.push(series);
        Ok(())
    }

    /// A count of things that must not happen.
    pub fn none_of(&self, name: &str, count: u64, of: u64) {
        let count_as_number = count as f64;
        self.measure(name, count_as_number, "of them", Limits::exactly(0.0), of);
    }

    /// Keeps bytes: a picture, a trace.
    pub fn attach(&self, name: &str, mime: &str, bytes: Vec<u8>) -> Result<(), Stop> {
        let attachment = Attachment { name: name.to_owned(), mime: mime.to_owned(), bytes };
        let kept = self.store.attach(&attachment)?;
        self.lock().attachments.push(kept);
        Ok(())
    }

    /// Notes a device that takes part.
    pub fn device(&self, device: DeviceUse) {
        let mut attempt = self.lock();
        if !attempt.devices.contains(&device) {
            attempt.devices.push(device);
        }
    }

    /// A line in the log; beyond some thousand they are dropped.
    pub fn log(&self, source: &str, text: impl Into<String>) {
        let mut attempt = self.lock();
        if attempt.log.len() < MAX_LOG {
            let line =
                LogLine { time: Timestamp::now(), source: source.to_owned(), text: text.into() };
            attempt.log.push(line);
        }
    }

    /// Keeps a grey picture as PNG.
    pub fn grey(&self, name: &str, width: u32, height: u32, pixels: &[u8]) -> Result<(), Stop> {
        let bytes = picture::png(width, height, png::ColorType::Grayscale, pixels)?;
        self.attach(name, "image/png", bytes)
    }

    /// Keeps a picture of red, green and blue as PNG.
    pub fn colour(&self, name: &str, width: u32, height: u32, rgb: &[u8]) -> Result<(), Stop> {
        let bytes = picture::png(width, height, png::ColorType::Rgb, rgb)?;
        self.attach(name, "image/png", bytes)
    }

    /// Ends a test that is to end. Loops ask it.
    pub fn check(&self) -> Result<(), Stop> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Asks the test to end.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// The attempt as it stands, ended by `result`.
    pub(super) fn finish(&self, result: Result<(), Stop>, took: Duration) -> Attempt {
        let mut attempt = self.lock().clone();
        attempt.seconds = took.as_secs_f64();
        match result {
            Ok(()) => {
                let failed: Vec<String> =
                    attempt.failed_measurements().map(|measured| measured.name.clone()).collect();
                let failed_message =
                    (!failed.is_empty()).then(|| format!("outside limits: {}", failed.join(", ")));
                attempt.outcome = if failed.is_empty() { Outcome::Pass } else { Outcome::Fail };
                let marginal = attempt.measurements.iter().any(|m| m.outcome == Rating::Marginal);
                let marginal_message = marginal.then(|| "marginal".to_owned());
                attempt.message = failed_message.or(marginal_message);
            }
            Err(stop) => {
                attempt.outcome = stop.outcome();
                attempt.message = Some(stop.to_string());
            }
        }
        attempt
    }

    fn lock(&self) -> MutexGuard<'_, Attempt> {
        // A test that panicked leaves what it had told.
        self.attempt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
