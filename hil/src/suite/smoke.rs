//! Does everything answer?

use std::time::{Duration, Instant};

use super::latency::Latency;
use super::{Context, Need, Recorder, Stop, Suite, Test};
use crate::camera::{Next, Wish};
use crate::library::{Engine, Settings, Verdict};
use crate::record::Limits;
use crate::site;

pub(super) fn suite() -> Suite {
    Suite {
        name: "smoke",
        about: "Everything that the rig has answers, in its first seconds.",
        tests: vec![
            Test::new(
                "library answers",
                "An engine opens, imports a member, finds them and nobody else, and leaves no handle.",
                20,
                library,
            ),
            Test::new(
                "modules answer",
                "Every fingerprint module opens, says who it is, and answers again and again.",
                60,
                modules,
            )
            .needs(&[Need::Module]),
            Test::new(
                "USB readers answer",
                "Every USB fingerprint reader opens by libfprint, and says who it is.",
                60,
                readers,
            )
            .needs(&[Need::Reader]),
            Test::new("cameras answer", "Every camera opens and gives a frame.", 60, cameras)
                .needs(&[Need::Camera]),
        ],
    }
}

fn modules(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_module(recorder, |module| {
        let identity = module.identify_itself()?;
        recorder.log(&module.note.name, identity);
        let mut latency = Latency::default();
        for _ in 0..20 {
            recorder.check()?;
            latency.time(|| module.driver.template_count())?;
        }
        let name = format!("{}, answer", module.note.name);
        // The driver waits three seconds; an answer to this question takes a few packets' time.
        latency.record(recorder, &name, Limits::at_most(1e6))
    })
}

fn readers(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_reader(recorder, |reader, device| {
        recorder.log(&device.name, reader.note.identity.clone());
        Ok(())
    })
}

fn cameras(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_camera(recorder, |camera, name| {
        let formats = camera.formats()?;
        recorder.log(name, format!("formats {formats:?}"));
        let mode = camera.agree(&Wish::size(640, 480))?;
        recorder.log(name, format!("agreed on {mode}"));
        let begun = Instant::now();
        let mut stream = camera.start(4)?;
        let Next::Frame(frame) = stream.next(begun + Duration::from_secs(10))? else {
            return Err(Stop::Fail("no frame within 10 s".to_owned()));
        };
        let first = begun.elapsed().as_secs_f64() * 1e3;
        recorder.measure(&format!("{name}, first frame"), first, "ms", Limits::at_most(1e4), 1);
        let picture = frame.picture()?;
        recorder.colour(name, picture.width(), picture.height(), picture.rgb())
    })
}

fn library(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let note = context.library.note();
    recorder.log("library", format!("{} {}, tier {}", note.version, note.target, note.tier));
    let handles = context.library.live_handles();
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    engine.sync(&site::page(0, 10))?;
    let found = engine.identify_face(&site::seen(3, 0.3, 1), 1_704_677_400)?;
    if found.verdict != Verdict::Pass || found.userid != site::userid(3) {
        return Err(Stop::Fail(format!("member 3 was answered {found:?}")));
    }
    let stranger = engine.identify_face(&site::face(10), 1_704_677_400)?;
    if stranger.verdict != Verdict::Unknown {
        return Err(Stop::Fail(format!("a stranger was answered {stranger:?}")));
    }
    recorder.measure("members", engine.stats()?.members.into(), "", Limits::exactly(10.0), 1);
    drop(engine);
    let left = context.library.live_handles().abs_diff(handles);
    recorder.measure("handles left", left as f64, "", Limits::exactly(0.0), 1);
    Ok(())
}
