//! Enrolment and identification with fingers.

use std::time::Duration;

use kaimen::template::minutiae::{self, MinutiaeFormat};

use super::latency::Latency;
use super::{Context, Need, Recorder, Stop, Suite, Test, readers};
use crate::device::OpenModule;
use crate::emulator::DrawnFinger;
use crate::extract::Extractor;
use crate::library::{Engine, Settings, Verdict};
use crate::module::{Geometry, GreyImage, ModuleError, Profile};
use crate::record::Limits;
use crate::site::{self, Member};

/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;
/// Fingers that are enrolled.
const FINGERS: u32 = 5;
/// A finger that is not.
const STRANGER: u32 = 99;
/// Longest wait for a finger that lies there already.
const WAIT: Duration = Duration::from_secs(3);
/// Longest wait for a person's finger.
pub(super) const PERSON: Duration = Duration::from_secs(15);

pub(super) fn suite() -> Suite {
    Suite {
        name: "identify",
        about: "Fingers on a sensor are enrolled, found again, and decided about.",
        tests: vec![
            Test::new(
                "drawn fingers",
                "Records of drawn fingers are enrolled; other impressions find their owner, and strangers nobody.",
                60,
                drawn,
            ),
            Test::new(
                "the module's own search, the library's rules",
                "The module finds the page of a finger; the library decides about its member.",
                180,
                own_search,
            )
            .needs(&[Need::Module]),
            Test::new(
                "from the sensor's picture to the decision",
                "Pictures come over the line, an extractor finds their minutiae, the library decides whose they are.",
                600,
                extracted,
            )
            .needs(&[Need::Emulator]),
            Test::new(
                "pictures of the sensor",
                "A picture comes over the line whole, and differs from finger to finger.",
                180,
                pictures,
            )
            .needs(&[Need::Module]),
            Test::new(
                "from a USB reader's picture to the decision",
                "Pictures come by libfprint, an extractor finds their minutiae, the library decides whose they are.",
                600,
                readers::extracted,
            )
            .needs(&[Need::EmulatedReader]),
            Test::new(
                "pictures of a USB reader",
                "A picture comes by libfprint whole, with its resolution.",
                180,
                readers::pictures,
            )
            .needs(&[Need::Reader]),
        ],
    }
}

/// Members of the gallery of drawn fingers.
const MEMBERS: u32 = 20;
/// Others who come to the door.
const STRANGERS: u32 = 10;

/// The record that a faultless extractor would make of a drawn finger's impression.
pub(super) fn record(finger: u32, impression: u32) -> Result<Vec<u8>, Stop> {
    let Profile { image, dpi, .. } = Profile::R307;
    let record = DrawnFinger::new(finger).record(impression, image, dpi);
    minutiae::write(&record, MinutiaeFormat::Iso2005)
        .map_err(|error| Stop::Error(format!("finger {finger}: {error}")))
}

fn drawn(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = Engine::open(&context.library, &Settings::fingers())?;
    let mut members = Vec::new();
    for finger in 0..MEMBERS {
        members.push(Member::staff(&format!("finger-{finger}")).finger(1, &[&record(finger, 0)?]));
    }
    engine.sync(&site::answer(members))?;
    let templates = engine.stats()?.finger_templates.into();
    recorder.measure("templates", templates, "", Limits::exactly(MEMBERS.into()), 1);
    let mut latency = Latency::default();
    let (mut missed, mut taken_for_another) = (0, 0);
    for finger in (0..MEMBERS).chain(1000..1000 + STRANGERS) {
        recorder.check()?;
        let probe = record(finger, 7)?;
        let decision = latency.time(|| engine.identify_finger(&probe, NOW))?;
        let own = decision.userid == format!("finger-{finger}");
        missed += u64::from(finger < MEMBERS && decision.verdict != Verdict::Pass);
        taken_for_another += u64::from(decision.verdict == Verdict::Pass && !own);
        recorder.log(
            "test",
            format!("finger {finger}: {:?}, score {}", decision.verdict, decision.score),
        );
    }
    recorder.none_of("owners not found", missed, MEMBERS.into());
    let all = u64::from(MEMBERS + STRANGERS);
    recorder.none_of("taken for another", taken_for_another, all);
    latency.record(recorder, "identify a finger", Limits::NONE)
}

/// The record of what the module's sensor sees.
fn captured(
    module: &mut OpenModule,
    extractor: &Extractor,
    finger: u32,
    impression: u32,
) -> Result<Vec<u8>, Stop> {
    place(module, finger, impression)?;
    module.driver.await_finger(WAIT)?;
    let image = module.driver.upload_image()?;
    let record = extractor.iso_record(&image, module.driver.profile().dpi);
    record.map_err(|error| Stop::Error(format!("finger {finger}: {error}")))
}

fn extracted(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let extractor = Extractor::find().map_err(|error| Stop::Skip(error.to_string()))?;
    context.each_module(recorder, |module| {
        if module.emulator().is_none() {
            return Err(Stop::Skip("takes a person at the sensor".to_owned()));
        }
        module.identify_itself()?;
        let name = module.note.name.clone();
        decided(context, recorder, &name, |finger, impression| {
            captured(module, &extractor, finger, impression)
        })
    })
}

/// Enrols fingers by the records that a sensor's pictures become, and has the library decide
/// about other pictures of them and of a stranger's.
pub(super) fn decided(
    context: &Context,
    recorder: &Recorder,
    name: &str,
    mut record: impl FnMut(u32, u32) -> Result<Vec<u8>, Stop>,
) -> Result<(), Stop> {
    const ENROLLED: u32 = 3;
    let engine = Engine::open(&context.library, &Settings::fingers())?;
    for finger in 1..=ENROLLED {
        recorder.check()?;
        let record = record(finger, 0)?;
        let member = Member::staff(&format!("finger-{finger}")).finger(1, &[&record]);
        engine.sync(&site::answer([member]))?;
    }
    let (mut found, mut taken_for_another) = (0_u32, 0);
    for finger in (1..=ENROLLED).chain([STRANGER]) {
        recorder.check()?;
        let decision = engine.identify_finger(&record(finger, 1)?, NOW)?;
        let own = decision.userid == format!("finger-{finger}");
        let pass = decision.verdict == Verdict::Pass;
        found += u32::from(pass && own);
        taken_for_another += u64::from(pass && !own);
        let line = format!("finger {finger}: {:?}, score {}", decision.verdict, decision.score);
        recorder.log("test", line);
    }
    let title = |what: &str| format!("{name}, {what}");
    // A drawn finger on a small sensor has few minutiae: one of them may be missed.
    let limits = Limits::at_least(f64::from(ENROLLED) - 1.0).marginal_below(ENROLLED.into());
    recorder.measure(&title("owners found"), found.into(), "of 3", limits, ENROLLED.into());
    recorder.none_of(&title("taken for another"), taken_for_another, u64::from(ENROLLED) + 1);
    Ok(())
}

/// Puts an impression of a finger on the sensor.
fn place(module: &OpenModule, finger: u32, number: u32) -> Result<(), Stop> {
    if module.place(finger, number) {
        Ok(())
    } else {
        Err(Stop::Skip("takes a person at the sensor: see `enrol` and `identify`".to_owned()))
    }
}

fn own_search(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    // Odd pages are members who may never come in: visitors without rules.
    let member = |page: u32| Member::of(&format!("page-{page}"), page % 2);
    engine.sync(&site::answer((0..1000).map(member)))?;
    context.each_module(recorder, |module| {
        place(module, 1, 0)?;
        module.identify_itself()?;
        let first = module.driver.profile().first_page();
        for finger in 0..FINGERS {
            recorder.check()?;
            enrol(module, first, finger)?;
        }
        let mut latency = Latency::default();
        let mut wrong = 0;
        for finger in (0..FINGERS).chain([STRANGER]) {
            recorder.check()?;
            place(module, finger, 7)?;
            let capacity = module.driver.profile().capacity;
            let found = latency.time(|| module.driver.identify(capacity, WAIT))?;
            module.lift();
            let page = found.map(|found| u32::from(found.page));
            recorder.log("test", format!("finger {finger}: page {page:?}"));
            let wanted = (finger != STRANGER).then(|| u32::from(first) + finger);
            wrong += u64::from(page != wanted);
            let Some(page) = page else { continue };
            let access = engine.access(&format!("page-{page}"), page % 2, NOW)?;
            wrong += u64::from((access.verdict == Verdict::Pass) != page.is_multiple_of(2));
        }
        let name = &module.note.name;
        recorder.none_of(&format!("{name}, wrong answers"), wrong, u64::from(FINGERS) + 1);
        latency.record(recorder, &format!("{name}, from finger to page"), Limits::at_most(1e7))
    })
}

/// Enrols a finger with two impressions, as its owner would put it down.
fn enrol(module: &mut OpenModule, first: u16, finger: u32) -> Result<(), Stop> {
    let page = first + u16::try_from(finger).unwrap_or(0);
    for buffer in 1..=2 {
        place(module, finger, u32::from(buffer))?;
        module.driver.await_finger(WAIT)?;
        module.driver.features(buffer)?;
        module.lift();
        module.driver.await_lift(WAIT)?;
    }
    module.driver.merge()?;
    module.driver.store(1, page)?;
    Ok(())
}

fn pictures(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_module(recorder, |module| {
        module.identify_itself()?;
        let mut latency = Latency::default();
        let mut seen: Vec<Vec<u8>> = Vec::new();
        // Whoever stands at the sensor gives one finger; the emulator draws two.
        let fingers = if module.emulator().is_some() { 2 } else { 1 };
        for finger in 1..=fingers {
            recorder.check()?;
            wait_for(module, finger, recorder)?;
            let image = latency.time(|| module.driver.upload_image())?;
            let title = format!("{}, finger {finger}", module.note.name);
            show(recorder, &title, &image)?;
            seen.push(image.pixels().to_vec());
        }
        let name = &module.note.name;
        if let [one, other] = &seen[..] {
            let differing = one.iter().zip(other).filter(|(one, other)| one != other).count();
            let share = differing as f64 / one.len().max(1) as f64;
            recorder.measure(
                &format!("{name}, pixels that differ"),
                share,
                "of all",
                Limits::at_least(0.2),
                2,
            );
        }
        latency.record(recorder, &format!("{name}, a picture over the line"), Limits::at_most(6e7))
    })
}

/// Puts a picture into the record, and says whether there is a finger in it.
pub(super) fn show(recorder: &Recorder, title: &str, image: &GreyImage) -> Result<(), Stop> {
    let Geometry { width, height } = image.geometry();
    recorder.grey(title, width.into(), height.into(), image.pixels())?;
    let darkest = image.pixels().iter().min().copied().unwrap_or(0);
    let brightest = image.pixels().iter().max().copied().unwrap_or(0);
    let contrast = f64::from(brightest) - f64::from(darkest);
    let limits = Limits::at_least(64.0);
    recorder.measure(&format!("{title}, contrast"), contrast, "of 255", limits, 1);
    Ok(())
}

/// Waits until the finger's image is taken; a person is asked for theirs.
fn wait_for(module: &mut OpenModule, finger: u32, recorder: &Recorder) -> Result<(), Stop> {
    if module.place(finger, 0) {
        return Ok(module.driver.await_finger(WAIT)?);
    }
    recorder.log("rig", "a finger is asked for");
    eprintln!("{}: put a finger on the sensor", module.note.name);
    match module.driver.await_finger(PERSON) {
        Err(ModuleError::NoFinger { waited }) => {
            let seconds = waited.as_secs();
            Err(Stop::Skip(format!("nobody put a finger on the sensor within {seconds} s")))
        }
        other => Ok(other?),
    }
}
