//! How much stack a call takes: firmware threads have little. The header
//! promises that [`STACK`] is enough for every call.

mod common;

use std::ops::ControlFlow;

use common::{MONDAY, answer, bytes, codes, config, member, opaque_config};
use kaimen::engine::{Config, Duplicate, Engine, Limits, Probe, Verdict};
use kaimen::protocol::UserType;

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
