//! A process that commits without end is killed at random instants: what it has acknowledged is
//! there when the store is opened again, and nothing is there by half.
//!
//! `KAIMEN_KILL_RUNS` says how often (default 40).

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kaimen::engine::{
    AlgorithmConfig, Config, Engine, Event, MemberId, PassMethod, PassType, Probe, Scope,
    StoreConfig,
};
use kaimen::index::SearchMode;
use kaimen::protocol::UserType;
use kaimen::store::{Options, StoreKey};
use kaimen::template::{Algorithm, Element, Modality, VectorFormat};
use serde_json::{Value, json};

const DIMENSION: usize = 64;
/// Members that change, beside the one who tells how far the writer is.
const MEMBERS: u64 = 6;
/// Events that the writer lets wait.
const WAITING: u64 = 4;
const NOW: i64 = 1_795_397_400;

/// SplitMix64 (Steele, Lea, Flood 2014).
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A direction of its own for each number.
fn face(number: u64) -> Vec<f32> {
    (0..DIMENSION as u64)
        .map(|at| (mix(number * 1000 + at) >> 40) as f32 / (1u32 << 24) as f32 - 0.5)
        .collect()
}

fn open(path: &Path) -> (Engine, usize) {
    let format = VectorFormat::bare(Element::F32, DIMENSION).into();
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Face, format };
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: 900_000,
        margin: 0,
        floor: 900_000,
        search: SearchMode::Proven,
        matcher: None,
    };
    let config = Config { algorithms: vec![algorithm], ..Config::default() };
    let options = Options { events: 1000, ..Options::default() };
    let store = StoreConfig { path: path.to_owned(), key: StoreKey::new(&[7; 32]), options };
    let (engine, report) = Engine::open_stored(&config, &store).expect("the store opens");
    (engine, report.items().len())
}

fn member(userid: &str, name: u64, face_number: u64) -> Value {
    let bytes: Vec<u8> = face(face_number).iter().flat_map(|value| value.to_le_bytes()).collect();
    json!({"userid": userid, "user_type": 0, "fa_ver": name + 1, "name": name.to_string(),
           "fa_list": [{"id": 0, "data": STANDARD.encode(bytes)}]})
}

/// Who is there after commit number `commit`, with the number of their face.
fn expected(commit: u64) -> Vec<(String, u64)> {
    let there = (0..MEMBERS).filter(|at| !mix(commit * 100 + at).is_multiple_of(4));
    there.map(|at| (format!("m{at}"), commit * 10 + at)).collect()
}

/// Commit number `commit` brings the gallery to [`expected`]: every other one by an import of
/// two pages, the rest by removals and one answer that ends with the mark.
fn commit(engine: &Engine, commit: u64) {
    let mark = member("mark", commit, 999_999);
    let there = expected(commit);
    let records: Vec<Value> =
        there.iter().map(|(userid, number)| member(userid, commit, *number)).collect();
    let page = |records: &[Value]| {
        json!({"headers": {"req_id": "r"}, "body": {"userinfo": records}, "errcode": 0})
            .to_string()
            .into_bytes()
    };
    engine.import_begin(Scope::Members).expect("no import is open");
    let (first, second) = records.split_at(records.len() / 2);
    engine.import_page(&page(first)).expect("a page");
    engine.import_page(&page(&[second, &[mark]].concat())).expect("a page");
    engine.import_commit().expect("the commit");
}

/// Only does something when it was started by the test below.
#[test]
fn writer() {
    let Ok(path) = std::env::var("KAIMEN_KILL_STORE") else { return };
    let (engine, _) = open(Path::new(&path));
    // The harness has left its line open.
    say("");
    let mut number = mark(&engine) + 1;
    loop {
        commit(&engine, number);
        say(&format!("commit {number}"));
        let event = Event {
            member: MemberId::new("m0", UserType::Staff),
            time: number.cast_signed(),
            pass_type: PassType::In,
            pass_method: PassMethod::Face,
            verdict: 1,
            reason: 2,
            score: None,
            slot: None,
        };
        let sequence = engine.append_event(&event).expect("an event");
        say(&format!("event {sequence}"));
        if sequence > WAITING {
            engine.acknowledge_events(sequence - WAITING).expect("acknowledged");
            say(&format!("gone {}", sequence - WAITING));
        }
        number += 1;
    }
}

/// A line that is on its way before the next step begins. Not `println`, which the harness takes.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("the reader lives");
    out.flush().expect("the reader lives");
}

/// The number of the last commit, as its own member tells it.
fn mark(engine: &Engine) -> u64 {
    engine.member("mark", UserType::Staff).map_or(0, |mark| mark.name.parse().expect("a number"))
}

/// What the writer had told when it was killed.
#[derive(Debug, Default)]
struct Told {
    commit: u64,
    event: u64,
    gone: u64,
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "writer", "--nocapture", "--test-threads=1"])
        .env("KAIMEN_KILL_STORE", path)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the writer starts")
}

/// Lets a writer work for a while after its first word, kills it, and reads all that it told
/// beyond what the ones `before` had told.
fn run(path: &Path, micros: u64, before: Told) -> Told {
    let mut writer = start(path);
    let mut lines = BufReader::new(writer.stdout.take().expect("piped")).lines();
    let mut told = before;
    let mut hear = |line: &str| {
        let Some((word, number)) = line.split_once(' ') else { return false };
        let Ok(number) = number.parse() else { return false };
        match word {
            "commit" => told.commit = number,
            "event" => told.event = number,
            "gone" => told.gone = number,
            _ => return false,
        }
        true
    };
    for line in lines.by_ref() {
        if hear(&line.expect("text")) {
            break;
        }
    }
    std::thread::sleep(Duration::from_micros(micros));
    writer.kill().expect("killed");
    let status = writer.wait().expect("ended");
    assert!(!status.success());
    // A line that was cut off by the kill has no end and is not counted, nor would it be wrong.
    for line in lines {
        hear(&line.unwrap_or_default());
    }
    told
}

/// Compares what is there with what was told, and gives it: the next writer goes on from there, and one
/// that is killed again before it tells of an event may have added a second one.
fn check(path: &Path, told: &Told) -> Told {
    let (engine, lines) = open(path);
    assert_eq!(lines, 0, "something was lost: {told:?}");
    let last = mark(&engine);
    assert!((told.commit..=told.commit + 1).contains(&last), "at {last}, {told:?}");
    let there = expected(last);
    assert_eq!(engine.stats().members, there.len() + 1, "{told:?}");
    for (userid, number) in there {
        let vector = face(number);
        let decision = engine.identify_face(&Probe::from_f32(&vector, None), NOW).expect("a probe");
        assert_eq!(decision.member.as_ref().map(MemberId::userid), Some(&*userid), "{told:?}");
        let name = engine.member(&userid, UserType::Staff).expect("is there").name;
        assert_eq!(name, last.to_string(), "{userid} is of another commit, {told:?}");
    }
    let mut sequences = Vec::new();
    engine
        .events(0, 1000, |sequence, event| {
            event.expect("whole");
            sequences.push(sequence);
        })
        .expect("events");
    let stats = engine.event_stats().expect("a log");
    assert!((told.event..=told.event + 1).contains(&(stats.next - 1)), "{stats:?}, {told:?}");
    // Acknowledged is gone; what is gone was at least about to be acknowledged.
    let most = stats.next.saturating_sub(1 + WAITING);
    assert!((told.gone..=most).contains(&(stats.first - 1)), "{stats:?}, {told:?}");
    assert_eq!(sequences, (stats.first..stats.next).collect::<Vec<_>>(), "{told:?}");
    assert_eq!(stats.dropped, 0);
    Told { commit: last, event: stats.next - 1, gone: stats.first - 1 }
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let runs = std::env::var("KAIMEN_KILL_RUNS").ok().and_then(|runs| runs.parse().ok());
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("gallery");
    let mut told = Told::default();
    for run_number in 0..runs.unwrap_or(40u64) {
        told = run(&path, mix(run_number) % 30_000, told);
        told = check(&path, &told);
    }
    println!("{told:?}");
    assert!(told.commit > 0 && told.event > 0 && told.gone > 0);
}
