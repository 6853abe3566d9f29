//! Reading a record: bounded, and checked before anybody computes with it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

use super::{FORMAT, Record};
use crate::error::BenchError;

/// Largest file that is read: a full run has a few hundred kilobytes.
const MOST_BYTES: u64 = 32 << 20;

/// Reads a record.
///
/// # Errors
///
/// [`BenchError::Record`]: no file, no JSON (with line and column), another format version, or
/// numbers that no run can have.
pub fn read(path: &Path) -> Result<Record, BenchError> {
    let wrong = |reason: String| BenchError::record(path, reason);
    let mut text = String::new();
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text);
    read.map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(wrong(format!("is larger than {MOST_BYTES} bytes, no record is")));
    }
    parse(&text).map_err(wrong)
}

/// Reads a record from its text.
///
/// # Errors
///
/// What is wrong, in words.
pub fn parse(text: &str) -> Result<Record, String> {
    #[derive(Deserialize)]
    struct Version {
        kaimen_bench: u32,
    }
    let version: Version = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if version.kaimen_bench != FORMAT {
        return Err(format!("is of format {}, this program reads {FORMAT}", version.kaimen_bench));
    }
    let record: Record = serde_json::from_str(text).map_err(|error| error.to_string())?;
    check(&record)?;
    Ok(record)
}

fn check(record: &Record) -> Result<(), String> {
    if record.machine.emulation.is_emulated() && !record.emulated {
        return Err("says that it is not emulated, and names an emulator".to_owned());
    }
    for bandwidth in &record.bandwidth {
        let rate = bandwidth.bytes_per_second;
        if !(rate.is_finite() && rate > 0.0) || bandwidth.threads == 0 {
            return Err(format!("bandwidth with {} threads: {rate}", bandwidth.threads));
        }
    }
    let mut ids = std::collections::BTreeSet::new();
    for (_, measurement) in record.measurements() {
        let subject = &measurement.subject;
        let wrong = |reason: &str| format!("{}: {reason}", subject.id());
        measurement.times.check().map_err(|reason| wrong(&reason))?;
        if subject.size == 0 || subject.threads == 0 {
            return Err(wrong("a size or a number of threads is 0"));
        }
        if measurement.bandwidth_share.is_some_and(|share| !(share.is_finite() && share >= 0.0)) {
            return Err(wrong("bandwidth_share is no share"));
        }
        if !ids.insert(subject.id()) {
            return Err(wrong("is there twice"));
        }
    }
    Ok(())
}
