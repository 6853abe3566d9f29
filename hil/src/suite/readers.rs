//! USB fingerprint readers: what the suites `identify` and `faults` ask of them.

use std::time::Duration;

use super::latency::Latency;
use super::stop::demand;
use super::{Context, Need, Recorder, Stop, Test, fingers};
use crate::device::{FingerPicture, OpenReader};
use crate::emulator::Mishap;
use crate::extract::Extractor;
use crate::reader::ReaderError;
use crate::record::Limits;

/// Longest wait for a finger that the rig lays there itself; libfprint looks for minutiae meanwhile.
const WAIT: Duration = Duration::from_secs(10);
/// As long as a test waits for a finger that does not come.
const NOBODY: Duration = Duration::from_millis(300);

pub(super) fn faults() -> Test {
    Test::new(
        "a USB reader's refusals",
        "A finger that has to come again, nobody, a driver that fails and a pulled plug end a capture by name; the reader is opened again.",
        120,
        refusals,
    )
    .needs(&[Need::EmulatedReader])
}

pub(super) fn extracted(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let extractor = Extractor::find().map_err(|error| Stop::Skip(error.to_string()))?;
    context.each_reader(recorder, |reader, device| {
        let mut latency = Latency::default();
        fingers::decided(context, recorder, &device.name, |finger, number| {
            let FingerPicture { image, dpi } = latency.time(|| laid(reader, finger, number))?;
            let record = extractor.iso_record(&image, dpi);
            record.map_err(|error| Stop::Error(format!("finger {finger}: {error}")))
        })?;
        latency.record(recorder, &format!("{}, a picture", device.name), Limits::at_most(6e7))
    })
}

/// The picture of a finger that the rig lays on the reader.
fn laid(reader: &mut OpenReader, finger: u32, number: u32) -> Result<FingerPicture, Stop> {
    if reader.place(finger, number) {
        Ok(reader.capture(WAIT)?)
    } else {
        Err(Stop::Skip("takes a person at the reader: see `enrol` and `identify`".to_owned()))
    }
}

pub(super) fn pictures(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_reader(recorder, |reader, device| {
        let FingerPicture { image, dpi } = asked_for(reader, recorder)?;
        fingers::show(recorder, &device.name, &image)?;
        let title = format!("{}, resolution", device.name);
        recorder.measure(&title, dpi.into(), "dpi", Limits::NONE, 1);
        Ok(())
    })
}

/// The picture of a finger that the rig lays there, or that a person is asked for.
fn asked_for(reader: &mut OpenReader, recorder: &Recorder) -> Result<FingerPicture, Stop> {
    if reader.place(1, 0) {
        return Ok(reader.capture(WAIT)?);
    }
    recorder.log("rig", "a finger is asked for");
    eprintln!("{}: put a finger on the reader", reader.note.name);
    match reader.capture(fingers::PERSON) {
        Err(error @ ReaderError::NoFinger { .. }) => Err(Stop::Skip(error.to_string())),
        other => Ok(other?),
    }
}

fn refusals(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    type Is = fn(&ReaderError) -> bool;
    let demands: [(&str, Option<Mishap>, Is); 4] = [
        ("too short", Some(Mishap::TooShort), |error| matches!(error, ReaderError::Retry(_))),
        ("not in the middle", Some(Mishap::OffCentre), |error| {
            matches!(error, ReaderError::Retry(_))
        }),
        ("nobody", None, |error| matches!(error, ReaderError::NoFinger { .. })),
        ("a driver that fails", Some(Mishap::Protocol), |error| {
            matches!(error, ReaderError::Driver(_))
        }),
    ];
    context.each_reader(recorder, |reader, device| {
        for (what, mishap, is) in demands {
            recorder.check()?;
            let wait = if mishap.is_some() { WAIT } else { NOBODY };
            if mishap.is_some_and(|mishap| !reader.fail(mishap)) {
                return Err(Stop::Skip("shows no faults on demand".to_owned()));
            }
            demand(recorder, what, reader.capture(wait), is)?;
            laid(reader, 1, 0)?;
        }
        reader.fail(Mishap::Unplug);
        demand(recorder, "a pulled plug", reader.capture(WAIT), |error| {
            matches!(error, ReaderError::Gone(_))
        })?;
        let mut again = device.open().map_err(Stop::Fail)?;
        laid(&mut again, 1, 0).map(drop)
    })
}
