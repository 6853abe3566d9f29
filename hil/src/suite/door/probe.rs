//! A probe's way over the console to its decision, and how long that takes.

use std::time::{Duration, Instant};

use super::super::latency::Latency;
use super::micros;
use crate::board::{Board, BoardError, Decided};
use crate::device::BoardDevice;
use crate::library::{Decision, Engine};
use crate::record::Limits;
use crate::suite::{Recorder, Stop};

/// A face's or a finger's, as the board and as this machine's library take it.
pub(super) enum Probe {
    Face(Vec<f32>),
    Finger(Vec<u8>),
}

impl Probe {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Probe::Face(vector) => vector.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Probe::Finger(record) => record.clone(),
        }
    }

    pub(super) fn decide_here(&self, engine: &Engine, now: i64) -> Result<Decision, Stop> {
        Ok(match self {
            Probe::Face(vector) => engine.identify_face(vector, now)?,
            Probe::Finger(record) => engine.identify_finger(record, now)?,
        })
    }

    fn words(&self, size: usize, now: i64) -> String {
        let verb = match self {
            Probe::Face(_) => "face",
            Probe::Finger(_) => "finger",
        };
        format!("{verb} {size} {now}")
    }
}

/// How long decisions took, of faces and of fingers.
#[derive(Default)]
pub(super) struct Times {
    faces: Way,
    fingers: Way,
}

impl Times {
    fn of(&mut self, probe: &Probe) -> &mut Way {
        match probe {
            Probe::Face(_) => &mut self.faces,
            Probe::Finger(_) => &mut self.fingers,
        }
    }

    pub(super) fn record(&self, recorder: &Recorder, device: &BoardDevice) -> Result<(), Stop> {
        self.faces.record(recorder, device, "face")?;
        self.fingers.record(recorder, device, "finger")
    }
}

/// The whole way of a probe, the end of it, and what the library took by the board's clock.
#[derive(Default)]
struct Way {
    with_probe: Latency,
    from_request: Latency,
    library: Latency,
}

impl Way {
    fn record(&self, recorder: &Recorder, device: &BoardDevice, of: &str) -> Result<(), Stop> {
        let name = |what: &str| format!("{}, {of}: {what}", device.name);
        let longest = Limits::at_most(micros(device.limit));
        self.from_request.record(recorder, &name("request to decision"), longest)?;
        self.with_probe.record(recorder, &name("probe to decision"), Limits::NONE)?;
        self.library.record(recorder, &name("in the library"), Limits::NONE)
    }
}

/// A probe goes over the console, and its decision comes back.
pub(super) fn decide(
    board: &mut Board,
    probe: &Probe,
    now: i64,
    times: &mut Times,
) -> Result<Decided, BoardError> {
    let bytes = probe.bytes();
    let begun = Instant::now();
    board.data(&bytes)?;
    let asked = Instant::now();
    let decided = board.decide(&probe.words(bytes.len(), now))?;
    let way = times.of(probe);
    way.from_request.add(asked.elapsed());
    way.with_probe.add(begun.elapsed());
    way.library.add(Duration::from_micros(decided.microseconds));
    Ok(decided)
}
