//! A trace in a file: one JSON object a line.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::module::Direction;

/// Largest trace.
const MAX_BYTES: u64 = 64 << 20;
/// The first line.
const FORM: &str = "kaimen-hil-trace/1";

/// Why a trace cannot be used.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A line is no step of a trace.
    #[error("{path}:{line}: {reason}")]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// Why not.
        reason: String,
    },
    /// It is larger than a trace may be.
    #[error("{path}: larger than {MAX_BYTES} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    form: String,
    profile: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    us: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sent: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    received: String,
}

/// Bytes that went one way at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Since the trace began.
    pub time: Duration,
    /// Which way.
    pub direction: Direction,
    /// What.
    pub bytes: Vec<u8>,
}

/// What went over a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The module's profile.
    pub profile: String,
    /// In the order of time.
    pub steps: Vec<Step>,
}

impl Trace {
    /// Reads a trace.
    pub fn read(path: &Path) -> Result<Trace, TraceError> {
        let file_error = |error| TraceError::File { path: path.to_owned(), error };
        let file = File::open(path).map_err(file_error)?;
        if file.metadata().map_err(file_error)?.len() > MAX_BYTES {
            return Err(TraceError::TooLarge { path: path.to_owned() });
        }
        let mut lines = BufReader::new(file.take(MAX_BYTES)).lines();
        let wrong =
            |line: usize, reason: String| TraceError::Line { path: path.to_owned(), line, reason };
        let head = lines.next().transpose().map_err(file_error)?.unwrap_or_default();
        let head: Head = serde_json::from_str(&head).map_err(|e| wrong(1, e.to_string()))?;
        if head.form != FORM {
            return Err(wrong(1, format!("its form is {:?}, not {FORM:?}", head.form)));
        }
        let mut steps = Vec::new();
        for (place, text) in lines.enumerate() {
            let text = text.map_err(file_error)?;
            steps.push(step(&text).map_err(|reason| wrong(place + 2, reason))?);
        }
        Ok(Trace { profile: head.profile, steps })
    }
}

fn step(text: &str) -> Result<Step, String> {
    let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let (direction, bytes) = match (line.sent.is_empty(), line.received.is_empty()) {
        (false, true) => (Direction::Sent, line.sent),
        (true, false) => (Direction::Received, line.received),
        _ => return Err("a step is either sent or received".to_owned()),
    };
    let bytes = from_hex(&bytes).ok_or_else(|| "not hexadecimal".to_owned())?;
    Ok(Step { time: Duration::from_micros(line.us), direction, bytes })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// Writes a trace while a device is used.
#[derive(Debug)]
pub struct Writer {
    file: io::BufWriter<File>,
    begun: Instant,
}

impl Writer {
    /// Makes the file; one that is there is replaced.
    pub fn create(path: &Path, profile: &str) -> Result<Writer, TraceError> {
        let file_error = |error| TraceError::File { path: path.to_owned(), error };
        let mut file = io::BufWriter::new(File::create(path).map_err(file_error)?);
        let head = Head { form: FORM.to_owned(), profile: profile.to_owned() };
        let head = serde_json::to_string(&head).unwrap_or_default();
        writeln!(file, "{head}").map_err(file_error)?;
        Ok(Writer { file, begun: Instant::now() })
    }

    /// Adds what went over the line. A full disk ends the trace, not the session: what is
    /// missing is seen when it is replayed.
    pub fn add(&mut self, direction: Direction, bytes: &[u8]) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let us = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (sent, received) = match direction {
            Direction::Sent => (hex, String::new()),
            Direction::Received => (String::new(), hex),
        };
        let line = serde_json::to_string(&Line { us, sent, received }).unwrap_or_default();
        let _ = writeln!(self.file, "{line}").and_then(|()| self.file.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_comes_back_and_a_broken_one_names_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace");
        let mut writer = Writer::create(&path, "R503").unwrap();
        writer.add(Direction::Sent, &[0xEF, 1]);
        writer.add(Direction::Received, &[0, 255]);
        let trace = Trace::read(&path).unwrap();
        assert_eq!(trace.profile, "R503");
        let bytes: Vec<_> =
            trace.steps.iter().map(|step| (step.direction, step.bytes.clone())).collect();
        assert_eq!(bytes, [(Direction::Sent, vec![0xEF, 1]), (Direction::Received, vec![0, 255])]);
        for broken in ["{\"us\":1}", "{\"us\":1,\"sent\":\"0\"}", "{\"us\":1,\"sent\":\"zz\"}", "x"]
        {
            std::fs::write(
                &path,
                format!("{{\"form\":\"{FORM}\",\"profile\":\"R503\"}}\n{broken}\n"),
            )
            .unwrap();
            let error = Trace::read(&path).unwrap_err().to_string();
            assert!(error.contains(":2: "), "{broken}: {error}");
        }
        std::fs::write(&path, "{\"form\":\"x\",\"profile\":\"\"}\n").unwrap();
        assert!(Trace::read(&path).unwrap_err().to_string().contains(":1: "));
    }
}
