//! Identifying while answers are applied.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::latency::Latency;
use super::{Context, Recorder, Stop, Suite, Test};
use crate::library::{Decision, Engine, EngineError, Settings, Verdict};
use crate::record::Limits;
use crate::site::{self, Member};

/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;
/// How often two members exchange their faces at least.
const EXCHANGES: u64 = 200;
/// How many of them a probe has to see: without any between two looks nothing would be shown.
const SEEN: u64 = 10;
/// How long is waited for that: on one busy core it takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Members who are there beside those two, so that a commit takes its time.
const OTHERS: u64 = 1000;
/// Longest identification beside a commit: it waits for nobody, but shares the processor.
const LONGEST: f64 = 1e6;

pub(super) fn suite() -> Suite {
    Suite {
        name: "sync",
        about: "Identification goes on while answers are applied, on one state of the gallery each.",
        tests: vec![Test::new(
            "faces exchanged",
            "Two members exchange faces again and again; a probe is always one of them, never both or nobody.",
            120,
            exchanged,
        )],
    }
}

/// What the identifying thread saw.
#[derive(Debug, Default)]
struct Seen {
    latency: Latency,
    answers: u64,
    mixtures: u64,
    backwards: u64,
    first_wrong: Option<Decision>,
}

fn pair(version: u64) -> Vec<u8> {
    let (a, b) = if version.is_multiple_of(2) { (1, 2) } else { (2, 1) };
    let member =
        |userid, face: u64| Member::staff(userid).face(version + 1, &site::face(1_000_000 + face));
    site::answer([member("left", a), member("right", b)])
}

fn exchanged(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    engine.sync(&site::page(0, OTHERS))?;
    engine.sync(&pair(0))?;
    let mut idle = Latency::default();
    for look in 0..500 {
        let probe = site::seen(1_000_001, 0.2, look);
        idle.time(|| engine.identify_face(&probe, NOW))?;
    }
    let (stop, changes) = (AtomicBool::new(false), AtomicU64::new(0));
    let (committed, seen) = thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&engine, &stop, &changes));
        let committed = commit(&engine, recorder, &changes);
        stop.store(true, Ordering::Relaxed);
        (committed, watcher.join())
    });
    let commits = committed?;
    let seen = seen.map_err(|_| Stop::Error("the identifying thread panicked".to_owned()))??;
    if let Some(wrong) = &seen.first_wrong {
        recorder.log("sync", format!("first mixture: {wrong:?}"));
    }
    commits.record(recorder, "commit", Limits::NONE)?;
    idle.record(recorder, "identify, alone", Limits::NONE)?;
    seen.latency.record(recorder, "identify, beside commits", Limits::at_most(LONGEST))?;
    recorder.none_of("mixtures", seen.mixtures, seen.answers);
    recorder.none_of("generations that went back", seen.backwards, seen.answers);
    let (saw, made) = (changes.into_inner() as f64, commits.count());
    recorder.measure("exchanges seen", saw, "", Limits::at_least(SEEN as f64), made);
    Ok(())
}

fn commit(engine: &Engine, recorder: &Recorder, seen: &AtomicU64) -> Result<Latency, Stop> {
    let mut latency = Latency::default();
    let end = Instant::now() + PATIENCE;
    for version in 1.. {
        let enough = version > EXCHANGES && seen.load(Ordering::Relaxed) >= SEEN;
        if enough || Instant::now() >= end {
            break;
        }
        recorder.check()?;
        let answer = pair(version);
        latency.time(|| engine.sync(&answer))?;
    }
    Ok(latency)
}

fn watch(engine: &Engine, stop: &AtomicBool, changes: &AtomicU64) -> Result<Seen, EngineError> {
    let mut seen = Seen::default();
    let probe = site::face(1_000_001);
    let mut last: Option<Decision> = None;
    while !stop.load(Ordering::Relaxed) {
        let decision = seen.latency.time(|| engine.identify_face(&probe, NOW))?;
        seen.answers += 1;
        let one = matches!(decision.userid.as_str(), "left" | "right");
        if decision.verdict != Verdict::Pass || !one {
            seen.mixtures += 1;
            seen.first_wrong.get_or_insert(decision.clone());
        }
        if let Some(last) = &last {
            seen.backwards += u64::from(decision.generation < last.generation);
            changes.fetch_add(u64::from(decision.userid != last.userid), Ordering::Relaxed);
        }
        last = Some(decision);
    }
    Ok(seen)
}
