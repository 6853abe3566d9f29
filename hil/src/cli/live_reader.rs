//! `enrol` and `identify` by a USB reader: whoever puts a finger on it.

use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::arguments::{EnrolOptions, IdentifyOptions, LiveOptions};
use super::gallery::{Gallery, library, verdict};
use super::{CliError, EXIT_FAIL, EXIT_PASS, chosen};
use crate::device::OpenReader;
use crate::extract::{ExtractError, Extractor, TextFault};
use crate::library::{Engine, EngineError, Settings, Verdict};
use crate::reader::ReaderError;
use crate::rig::{Lock, Rig};
use crate::site::{self, Member};

/// From one refusal to the next try: a finger that still lies there is refused at once.
const PAUSE: Duration = Duration::from_millis(300);

/// The rig's reader, the extractor, and the lock.
struct Desk {
    rig: Rig,
    _lock: Lock,
    reader: OpenReader,
    extractor: Extractor,
    /// Which finger is drawn for an emulated reader, and how often it came.
    finger: u32,
    touches: u32,
}

impl Desk {
    fn begin(options: &LiveOptions, command: &str) -> Result<Desk, CliError> {
        let (rig, lock, devices) = chosen::begin(options, command)?;
        let device = chosen::the_one(devices.readers, |one| &one.name, "USB reader", options)?;
        let extractor = Extractor::find().map_err(unavailable)?;
        let reader = device.open().map_err(CliError::Unavailable)?;
        eprintln!("{}: {}", reader.note.name, reader.note.identity);
        Ok(Desk { rig, _lock: lock, reader, extractor, finger: options.finger, touches: 0 })
    }

    /// The minutiae record of the next finger; `None` if none that is good enough comes in time.
    /// What is wrong with it is said to whoever stands there.
    fn record(&mut self, wait: Duration) -> Result<Option<Vec<u8>>, CliError> {
        eprintln!("put the finger on the reader");
        let end = Instant::now() + wait;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.reader.place(self.finger, self.touches);
            let refusal = match self.reader.capture(left) {
                Ok(picture) => {
                    self.touches += 1;
                    match self.extractor.iso_record(&picture.image, picture.dpi) {
                        Ok(record) => return Ok(Some(record)),
                        Err(error @ ExtractError::Text(TextFault::None)) => error.to_string(),
                        Err(error) => return Err(unavailable(error)),
                    }
                }
                Err(ReaderError::NoFinger { .. }) => return Ok(None),
                Err(ReaderError::Retry(words)) => words,
                Err(error) => return Err(unavailable(error)),
            };
            eprintln!("{refusal}");
            thread::sleep(PAUSE.min(left));
        }
    }
}

fn unavailable(error: impl std::fmt::Display) -> CliError {
    CliError::Unavailable(error.to_string())
}

pub(super) fn enrol(options: &EnrolOptions) -> Result<(u8, String), CliError> {
    let gallery = Gallery::of(&options.live)?;
    let Some(member) = &options.member else {
        return Err(CliError::Usage("say whose finger it is: --member".to_owned()));
    };
    let mut desk = Desk::begin(&options.live, "enrol")?;
    let library = library(&options.live, &desk.rig)?;
    let engine = Engine::open(&library, &Settings::fingers()).map_err(unavailable)?;
    let mut records: Vec<Vec<u8>> = Vec::new();
    while records.len() < usize::from(options.images) {
        let Some(record) = desk.record(options.live.wait)? else {
            return Ok((EXIT_FAIL, format!("{member}: not enrolled: no finger came\n")));
        };
        if !records.is_empty() && !is_known(&engine, &record).map_err(unavailable)? {
            return Ok((
                EXIT_FAIL,
                format!("{member}: another finger came, or too little of it\n"),
            ));
        }
        records.push(record);
        engine.sync(&site::answer([enrolled(member, 1, &records)])).map_err(unavailable)?;
    }
    let version = u64::try_from(Timestamp::now().as_second()).unwrap_or(1);
    gallery.add(enrolled(member, version, &records))?;
    Ok((EXIT_PASS, format!("{member}: enrolled in {}\n", gallery.path().display())))
}

fn enrolled(member: &str, version: u64, records: &[Vec<u8>]) -> Member {
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    Member::staff(member).finger(version, &records)
}

/// Whether it is the finger that came before, whatever the rules say.
fn is_known(engine: &Engine, record: &[u8]) -> Result<bool, EngineError> {
    let decision = engine.identify_finger(record, Timestamp::now().as_second())?;
    Ok(decision.verdict != Verdict::Unknown)
}

pub(super) fn identify(options: &IdentifyOptions) -> Result<(u8, String), CliError> {
    let gallery = Gallery::of(&options.live)?;
    let mut desk = Desk::begin(&options.live, "identify")?;
    let library = library(&options.live, &desk.rig)?;
    let engine = gallery.engine(&library, &Settings::fingers())?;
    let Some(record) = desk.record(options.live.wait)? else {
        return Ok((EXIT_FAIL, "no finger came\n".to_owned()));
    };
    let begun = Instant::now();
    let decision = engine.identify_finger(&record, Timestamp::now().as_second());
    let decision = decision.map_err(unavailable)?;
    let took = begun.elapsed().as_secs_f64() * 1e3;
    let text = match verdict(&library, &decision) {
        Some(verdict) => {
            format!("{}, {verdict}, score {}, {took:.2} ms\n", decision.userid, decision.score)
        }
        None => "nobody of the gallery\n".to_owned(),
    };
    Ok((EXIT_PASS, text))
}
