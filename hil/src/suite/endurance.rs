//! The same work for a long time: what grows?

use std::time::{Duration, Instant};

use super::latency::Latency;
use super::process::{descriptors, resident_bytes, threads};
use super::{Context, Need, Recorder, Stop, Suite, Test};
use crate::library::{Engine, Settings, Verdict};
use crate::record::Limits;
use crate::site;

/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;
/// Members that come and go.
const MEMBERS: u64 = 400;
/// Growth of memory that is put down to the allocator.
const SLACK: f64 = 8.0 * 1024.0 * 1024.0;
/// Most samples of memory that are kept.
const SAMPLES: usize = 2000;

pub(super) fn suite(duration: Duration) -> Suite {
    let engine = Test::new(
        "engine",
        "Members come and go, engines are opened and closed; memory, descriptors, threads and handles do not grow.",
        0,
        engine,
    );
    let modules = Test::new(
        "modules",
        "Every module is asked again and again, and its line closed and opened; nothing fails, nothing grows.",
        0,
        modules,
    );
    Suite {
        name: "endurance",
        about: "The same work for a long time: nothing grows.",
        tests: vec![
            Test { deadline: duration + Duration::from_secs(120), ..engine },
            Test { deadline: duration * 2 + Duration::from_secs(120), ..modules }
                .needs(&[Need::Module]),
        ],
    }
}

/// What the process holds.
struct Held {
    memory: u64,
    descriptors: usize,
    threads: usize,
    handles: usize,
}

impl Held {
    fn now(context: &Context) -> Result<Held, Stop> {
        Ok(Held {
            memory: resident_bytes()?,
            descriptors: descriptors()?,
            threads: threads()?,
            handles: context.library.live_handles(),
        })
    }
}

fn engine(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    let mut latency = Latency::default();
    // A fifth of the time fills the caches and the allocator's pools.
    let warm = Instant::now() + context.options.endurance / 5;
    let end = Instant::now() + context.options.endurance;
    let mut rounds = 0;
    while rounds < 3 || Instant::now() < warm {
        round(context, &engine, &mut latency, rounds)?;
        rounds += 1;
        recorder.check()?;
    }
    let before = Held::now(context)?;
    let (mut samples, mut latency) = (Vec::new(), Latency::default());
    while Instant::now() < end {
        round(context, &engine, &mut latency, rounds)?;
        rounds += 1;
        recorder.check()?;
        if samples.len() < SAMPLES {
            samples.push(resident_bytes()? as f64 / 1_048_576.0);
        }
    }
    let after = Held::now(context)?;
    recorder.measure("rounds", f64::from(rounds), "", Limits::at_least(4.0), 1);
    growth(recorder, &before, &after);
    recorder.series("resident memory, round by round", "MiB", &samples)?;
    latency.record(recorder, "identify", Limits::NONE)
}

fn growth(recorder: &Recorder, before: &Held, after: &Held) {
    let memory = after.memory as f64 - before.memory as f64;
    recorder.measure("memory grown by", memory, "bytes", Limits::at_most(SLACK), 1);
    let none = Limits::at_most(0.0);
    let grown = |before: usize, after: usize| after as f64 - before as f64;
    let descriptors = grown(before.descriptors, after.descriptors);
    recorder.measure("descriptors grown by", descriptors, "", none, 1);
    recorder.measure("threads grown by", grown(before.threads, after.threads), "", none, 1);
    recorder.measure("handles grown by", grown(before.handles, after.handles), "", none, 1);
}

/// Half of the members change, one in eight leaves, an engine is opened and closed.
fn round(
    context: &Context,
    engine: &Engine,
    latency: &mut Latency,
    round: u32,
) -> Result<(), Stop> {
    let from = u64::from(round % 2) * MEMBERS / 2;
    engine.sync(&site::page(from, from + MEMBERS / 2))?;
    for number in (from..from + MEMBERS / 2).step_by(5) {
        let probe = site::seen(number, 0.3, u64::from(round));
        let decision = latency.time(|| engine.identify_face(&probe, NOW))?;
        if decision.verdict != Verdict::Pass || decision.userid != site::userid(number) {
            return Err(Stop::Fail(format!("round {round}, member {number}: {decision:?}")));
        }
    }
    for number in (from..from + MEMBERS / 2).step_by(8) {
        engine.remove(&site::userid(number), 0)?;
    }
    let other = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    other.sync(&site::page(0, 5))?;
    Ok(())
}

fn modules(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    for device in &context.devices.modules {
        let end = Instant::now() + context.options.endurance / 2;
        let mut latency = Latency::default();
        let mut before = None;
        let mut rounds = 0;
        while rounds < 3 || Instant::now() < end {
            recorder.check()?;
            let mut module = device.open().map_err(Stop::Unavailable)?;
            module.identify_itself()?;
            for _ in 0..20 {
                latency.time(|| module.driver.template_count())?;
            }
            recorder.device(module.note.clone());
            drop(module);
            rounds += 1;
            // The first round starts what stays.
            before = before.or(Some(Held::now(context)?));
        }
        let title = |what: &str| format!("{}, {what}", device.name);
        recorder.measure(&title("rounds"), f64::from(rounds), "", Limits::at_least(3.0), 1);
        if let Some(before) = before {
            growth(recorder, &before, &Held::now(context)?);
        }
        latency.record(recorder, &title("answer"), Limits::NONE)?;
    }
    Ok(())
}
