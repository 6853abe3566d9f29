//! How much stack a call takes: firmware threads have little. The header
//! promises that [`STACK`] is enough for every call.

mod common;

use std::ops::ControlFlow;

use common::{
    MONDAY, answer, bytes, codes, config, finger_config, finger_member, finger_record, member,
    opaque_config,
};
use kaimen::engine::{
    Config, Duplicate, Engine, Event, Limits, PassMethod, PassType, Probe, Scope, StoreConfig,
    Verdict, Versions,
};
use kaimen::protocol::UserType;
use kaimen::store::{Options, StoreKey};
use kaimen::template::minutiae::{Assumed, MinutiaeFormat, convert};

/// What the header says, in bytes.
const STACK: usize = 64 << 10;

/// A thread with too small a stack dies of a signal, and this test with it.
#[test]
fn every_call_lives_on_the_stack_that_the_header_names() {
    let header = include_str!("../include/kaimen.h");
    assert!(header.contains("64 KiB of stack"), "the header names another stack");
    on_small_stack(|| run(&config(DIMENSION, Limits::default())));
    on_small_stack(|| run(&opaque_config(Limits::default())));
}

const DIMENSION: usize = 2048;

fn on_small_stack(run: fn()) {
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

fn run(config: &Config) {
    let members: Vec<_> = (0..300).map(|i| member(i, 2, 1, DIMENSION)).collect();
    let json = answer(&members);
    let engine = Engine::open(config).unwrap();
    engine.sync(&json, None).unwrap();
    let deep = format!("{}{}", "[".repeat(64), "]".repeat(64));
    let unknown = format!(r#"{{"x":{deep},"body":{{"userinfo":[]}}}}"#);
    assert!(engine.sync(unknown.as_bytes(), None).is_err());
    let probe = bytes(&codes(100 * 17 + 1, DIMENSION));
    let probe = Probe::from_template(&probe, None);
    let decision = engine.identify_face(&probe, MONDAY).unwrap();
    assert_eq!(decision.verdict(), Verdict::Pass);
    let mut found = 0;
    engine.search_face(&probe, -1_000_000, 64, |_| found += 1).unwrap();
    assert_eq!(found, 64);
    assert!(engine.verify_face(&probe, "member-17", UserType::Staff, MONDAY).is_ok());
    assert!(engine.access("member-17", UserType::Staff, MONDAY).is_ok());
    let together = engine.identify_faces(&[probe; 20], MONDAY).unwrap();
    assert!(together.iter().all(|other| *other == decision));
    let go_on = |_: &Duplicate| ControlFlow::Continue(());
    engine.duplicates(None, 900_000, go_on, |_| ControlFlow::Continue(())).unwrap();
}

/// The same for fingers.
#[test]
fn every_call_about_fingers_lives_on_that_stack() {
    let members: Vec<_> =
        (0..100).map(|n| finger_member(n, 1, &finger_record(n * 3, 3, 60))).collect();
    let json = answer(&members);
    let run = move || {
        let engine = Engine::open(&finger_config(Limits::default())).unwrap();
        engine.sync(&json, None).unwrap();
        assert_eq!(engine.stats().finger_templates, 300);
        let record = finger_record(17 * 3 + 1, 2, 60);
        let probe = Probe::from_template(&record, None);
        let decision = engine.identify_finger(&probe, MONDAY).unwrap();
        assert_eq!(decision.member.unwrap().userid(), "member-17");
        let mut found = 0;
        engine.search_finger(&probe, 0, 64, |_| found += 1).unwrap();
        assert!(found > 0);
        assert!(engine.verify_finger(&probe, "member-17", UserType::Staff, MONDAY).is_ok());
        assert!(engine.identify_finger(&Probe::from_template(&[0; 99], None), MONDAY).is_err());
        for format in MinutiaeFormat::ALL {
            let written = convert(None, &finger_record(1, 1, 60), format, &Assumed::default());
            assert!(!written.unwrap().is_empty());
        }
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// The same with a store, whose calls go through redb.
#[test]
fn every_call_with_a_store_lives_on_that_stack() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("gallery");
    let members: Vec<_> = (0..100).map(|i| member(i, 2, 1, DIMENSION)).collect();
    let json = answer(&members);
    let run = move || {
        let key = |key| StoreKey::new(&[key; 32]);
        let store = |key| StoreConfig { path: path.clone(), key, options: Options::default() };
        let config = config(DIMENSION, Limits::default());
        let (engine, _) = Engine::open_stored(&config, &store(key(1))).unwrap();
        engine.sync(&json, None).unwrap();
        engine.import_begin(Scope::Members).unwrap();
        engine.import_page(&json).unwrap();
        engine.import_commit().unwrap();
        engine.set_versions(Versions { perm: Some(1), visitor: None }).unwrap();
        let event = Event {
            member: None,
            time: MONDAY,
            pass_type: PassType::In,
            pass_method: PassMethod::Face,
            verdict: 0,
            reason: 0,
            score: None,
            slot: None,
        };
        assert_eq!(engine.append_event(&event), Ok(1));
        engine.events(0, 10, |_, event| assert!(event.is_ok())).unwrap();
        assert_eq!(engine.acknowledge_events(1), Ok(1));
        engine.rotate_key(&key(2)).unwrap();
        drop(engine);
        assert!(Engine::open_stored(&config, &store(key(1))).is_err());
        let (engine, report) = Engine::open_stored(&config, &store(key(2))).unwrap();
        assert_eq!((report.items().len(), engine.stats().members), (0, 100));
        engine.clear().unwrap();
        engine.wipe().unwrap();
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}
