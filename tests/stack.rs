//! How much stack a call takes: firmware threads have little. The header
//! promises that [`STACK`] is enough for every call.

mod common;

use std::ops::ControlFlow;

use common::{
    MONDAY, answer, bytes, codes, config, finger_config, finger_member, finger_record, member,
};
use kaimen::engine::{Duplicate, Engine, Limits, Probe, Verdict};
use kaimen::protocol::UserType;
use kaimen::template::minutiae::{Assumed, MinutiaeFormat, convert};

/// What the header says, in bytes.
const STACK: usize = 64 << 10;

/// A thread with too small a stack dies of a signal, and this test with it.
#[test]
fn every_call_lives_on_the_stack_that_the_header_names() {
    let header = include_str!("../include/kaimen.h");
    assert!(header.contains("64 KiB of stack"), "the header names another stack");
    const DIMENSION: usize = 2048;
    let members: Vec<_> = (0..300).map(|i| member(i, 2, 1, DIMENSION)).collect();
    let json = answer(&members);
    let run = move || {
        let engine = Engine::open(&config(DIMENSION, Limits::default())).unwrap();
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
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
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
