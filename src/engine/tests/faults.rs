//! A disk that fails under a running engine: every write gets a status, the door goes on
//! answering from memory, and the next commit leaves the store as the gallery is.

use serde_json::json;

use super::site::{answer, config, face, kinds, member, slot, who, with};
use crate::engine::{Engine, Event, MemberId, PassMethod, PassType, Scope, Versions};
use crate::error::Error;
use crate::protocol::UserType;
use crate::store::tests::sim::{Fault, Sim};
use crate::store::{Options, Store, StoreError, StoreKey};

const ENOSPC: i32 = 28;
const EIO: i32 = 5;

fn open(sim: &Sim) -> Engine {
    let key = StoreKey::new(&[3; 32]);
    let open = || Store::open_on(sim.medium(), &key, &Options::default());
    let (engine, report) = Engine::open_with(&config(), open).unwrap();
    assert_eq!(kinds(&report), []);
    engine
}

/// Two members, one of whom has two faces, and an event: the disk's bytes.
fn filled() -> Vec<u8> {
    let sim = Sim::default();
    let engine = open(&sim);
    let two = json!({"fa_list": [slot(0, &face(1)), slot(5, &face(11))]});
    engine.sync(&answer(&[with(member("alice", 1), two), member("bob", 2)]), None).unwrap();
    engine.append_event(&event()).unwrap();
    drop(engine);
    sim.bytes()
}

fn event() -> Event {
    Event {
        member: MemberId::new("alice", UserType::Staff),
        time: 7,
        pass_type: PassType::In,
        pass_method: PassMethod::Face,
        verdict: 1,
        reason: 1,
        score: None,
        slot: None,
    }
}

/// Who is found by the faces 1 to 4.
fn served(engine: &Engine) -> [Option<String>; 4] {
    [1, 2, 3, 4].map(|number| who(engine, number))
}

type Change = fn(&Engine) -> Result<(), Error>;

/// Every way of writing: what it changes, and its name for messages.
const CHANGES: [(&str, Change); 6] = [
    ("sync", |engine| engine.sync(&answer(&[member("carol", 3)]), None).map(drop)),
    ("remove", |engine| engine.remove(MemberId::new("bob", UserType::Staff).unwrap()).map(drop)),
    ("clear", Engine::clear),
    ("import", |engine| {
        // An import whose commit failed stays open, and is committed again.
        if engine.import_begin(Scope::Members).is_ok() {
            engine.import_page(&answer(&[member("carol", 3)]))?;
        }
        engine.import_commit().map(drop)
    }),
    ("versions", |engine| engine.set_versions(Versions { perm: Some(9), visitor: None })),
    ("event", |engine| engine.append_event(&event()).map(drop)),
];

#[test]
fn every_write_that_fails_is_answered_and_made_up_for() {
    let bytes = filled();
    for (name, change) in CHANGES {
        for errno in [ENOSPC, EIO] {
            for short in [false, true] {
                let mut after = 0;
                while fails_and_recovers(&bytes, change, Fault { after, errno, short }, name) {
                    after += 1;
                }
                assert!(after >= 4, "{name}: {after} writes and syncs");
            }
        }
    }
}

/// False once the fault comes too late to be met.
fn fails_and_recovers(bytes: &[u8], change: Change, fault: Fault, name: &str) -> bool {
    let sim = Sim::of(bytes.to_vec());
    let engine = open(&sim);
    let (before, versions) = (served(&engine), engine.versions());
    sim.set_fault(Some(fault));
    let Err(error) = change(&engine) else { return false };
    let is_expected = match error {
        Error::Store(StoreError::Full { .. }) => fault.errno == ENOSPC,
        Error::Store(StoreError::Io { .. }) => fault.errno == EIO,
        _ => false,
    };
    assert!(is_expected, "{name}: {fault:?}: {error:?}");
    // Not durable, so not visible; the door answers as before.
    assert_eq!((served(&engine), engine.versions()), (before.clone(), versions), "{name}");
    assert!(change(&engine).is_err(), "{name}: the disk still fails");
    assert_eq!(served(&engine), before, "{name}");
    sim.set_fault(None);
    change(&engine).unwrap();
    assert_same_after_reopening(engine, &sim, name);
    true
}

/// The caller gives up the change that failed and makes another: what the store has of the
/// first one, unknown to the gallery, is gone then.
#[test]
fn a_change_that_was_given_up_does_not_come_back() {
    let bytes = filled();
    let mut ahead = 0;
    for (name, change) in &CHANGES[..5] {
        for after in 0..100 {
            let sim = Sim::of(bytes.clone());
            let engine = open(&sim);
            sim.set_fault(Some(Fault { after, errno: EIO, short: false }));
            let failed = change(&engine).is_err();
            sim.set_fault(None);
            if !failed {
                assert!(after >= 4, "{name}");
                break;
            }
            engine.import_abort().unwrap();
            let is_ahead = engine.store().unwrap().get().unwrap().is_ahead().unwrap();
            ahead += u32::from(is_ahead);
            engine.sync(&answer(&[member("dora", 4)]), None).unwrap();
            let is_ahead = engine.store().unwrap().get().unwrap().is_ahead().unwrap();
            assert!(!is_ahead, "{name}, {after}");
            assert_eq!(who(&engine, 1).as_deref(), Some("alice"), "{name}, {after}");
            assert_same_after_reopening(engine, &sim, name);
        }
    }
    assert!(ahead >= 5, "a commit was in the store and not in the gallery {ahead} times");
}

fn assert_same_after_reopening(engine: Engine, sim: &Sim, name: &str) {
    let facts = |engine: &Engine| {
        let stats = engine.stats();
        (served(engine), engine.versions(), stats.members, stats.face_templates)
    };
    let last = facts(&engine);
    drop(engine);
    assert_eq!(facts(&open(sim)), last, "{name}");
}
