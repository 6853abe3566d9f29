//! Galleries filled to their limits.

use std::time::Instant;

use kaimen::ffi::report::{KAIMEN_ITEM_MEMBER_REJECTED, KAIMEN_ITEM_TEMPLATE_REJECTED};

use super::latency::Latency;
use super::process::resident_bytes;
use super::{Context, Recorder, Stop, Suite, Test};
use crate::library::{Engine, Settings, Verdict};
use crate::record::Limits;
use crate::site::{self, Member};

/// Members of one answer, as the cloud sends them.
const PAGE: u64 = 200;
/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;

pub(super) fn suite() -> Suite {
    Suite {
        name: "gallery",
        about: "A gallery is filled to its limit: speed, memory, and what happens beyond.",
        tests: vec![
            Test::new(
                "fill to the limit",
                "Everybody up to the limit is found; the next one is refused and costs nobody.",
                300,
                fill,
            ),
            Test::new(
                "clear and fill again",
                "A cleared gallery takes as many members again, in the same memory.",
                300,
                again,
            ),
            Test::new(
                "limit of templates",
                "A template beyond the limit is refused; its member is kept.",
                30,
                templates,
            ),
        ],
    }
}

fn settings(context: &Context) -> Settings {
    let members = context.options.members;
    Settings {
        max_members: Some(members),
        max_face_templates: Some(members),
        ..Settings::faces(site::DIMENSION)
    }
}

/// Fills an engine with members `0..count`; answers milliseconds in the library.
fn fill_with(engine: &Engine, count: u64, recorder: &Recorder) -> Result<f64, Stop> {
    let mut spent = 0.0;
    for from in (0..count).step_by(usize::try_from(PAGE).unwrap_or(usize::MAX)) {
        recorder.check()?;
        let page = site::page(from, (from + PAGE).min(count));
        let begun = Instant::now();
        engine.sync(&page)?;
        spent += begun.elapsed().as_secs_f64() * 1e3;
    }
    Ok(spent)
}

fn fill(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let count = u64::from(context.options.members);
    let settings = settings(context);
    let required = Engine::required_bytes(&context.library, &settings)?;
    let before = resident_bytes()?;
    let engine = Engine::open(&context.library, &settings)?;
    let spent = fill_with(&engine, count, recorder)?;
    let grown = resident_bytes()?.saturating_sub(before);
    let rate = count as f64 / (spent / 1e3);
    recorder.measure("import", rate, "members/s", Limits::NONE, count);
    let promised = Limits::at_most(required as f64);
    recorder.measure("memory, promised at most", required as f64, "bytes", Limits::NONE, 1);
    recorder.measure("memory, grown by", grown as f64, "bytes", promised, 1);
    find_everybody(&engine, count, recorder)?;
    beyond(&engine, count, recorder)
}

fn find_everybody(engine: &Engine, count: u64, recorder: &Recorder) -> Result<(), Stop> {
    let mut latency = Latency::default();
    let step = usize::try_from((count / 1000).max(1)).unwrap_or(usize::MAX);
    let (mut asked, mut wrong) = (0, 0);
    for number in (0..count).step_by(step) {
        recorder.check()?;
        let probe = site::seen(number, 0.3, 1);
        let decision = latency.time(|| engine.identify_face(&probe, NOW))?;
        asked += 1;
        let right = decision.verdict == Verdict::Pass && decision.userid == site::userid(number);
        wrong += u64::from(!right);
    }
    recorder.none_of("members not found", wrong, asked);
    latency.record(recorder, "identify in a full gallery", Limits::NONE)
}

fn beyond(engine: &Engine, count: u64, recorder: &Recorder) -> Result<(), Stop> {
    let summary = engine.sync(&site::page(count, count + 1))?;
    let refused = summary.count(KAIMEN_ITEM_MEMBER_REJECTED) as f64;
    recorder.measure("refused beyond the limit", refused, "members", Limits::exactly(1.0), 1);
    let members = engine.stats()?.members.into();
    recorder.measure("members kept", members, "members", Limits::exactly(count as f64), 1);
    let decision = engine.identify_face(&site::face(count), NOW)?;
    let stranger = u64::from(decision.verdict != Verdict::Unknown);
    recorder.none_of("refused members let in", stranger, 1);
    Ok(())
}

fn again(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let count = u64::from(context.options.members);
    let engine = Engine::open(&context.library, &settings(context))?;
    fill_with(&engine, count, recorder)?;
    let first = engine.stats()?;
    engine.clear()?;
    let empty = engine.stats()?;
    recorder.measure("members after clearing", empty.members.into(), "", Limits::exactly(0.0), 1);
    fill_with(&engine, count, recorder)?;
    let second = engine.stats()?;
    let members = Limits::exactly(first.members.into());
    recorder.measure("members again", second.members.into(), "members", members, 1);
    let index = Limits::exactly(first.index_bytes as f64);
    recorder.measure("index again", second.index_bytes as f64, "bytes", index, 1);
    Ok(())
}

fn templates(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let settings = Settings { max_face_templates: Some(3), ..Settings::faces(site::DIMENSION) };
    let engine = Engine::open(&context.library, &settings)?;
    let members =
        (0..5).map(|number| Member::staff(&site::userid(number)).face(1, &site::face(number)));
    let summary = engine.sync(&site::answer(members))?;
    let refused = summary.count(KAIMEN_ITEM_TEMPLATE_REJECTED) as f64;
    recorder.measure("templates refused", refused, "", Limits::exactly(2.0), 1);
    let stats = engine.stats()?;
    recorder.measure("members kept", stats.members.into(), "", Limits::exactly(5.0), 1);
    recorder.measure("templates kept", stats.face_templates.into(), "", Limits::exactly(3.0), 1);
    Ok(())
}
