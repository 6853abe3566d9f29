//! A new key, interrupted at every point.

use super::sim::{Fault, Op, Sim};
use super::support::{Content, key, member, open, record};
use crate::store::{Options, Settings, Store, StoreError, StoreKey};

fn new_key() -> StoreKey {
    StoreKey::new(&[8; 32])
}

fn open_with(sim: &Sim, key: &StoreKey) -> Result<Store, StoreError> {
    Store::open_on(sim.medium(), key, &Options::default())
}

fn filled(members: u64) -> Sim {
    let sim = Sim::default();
    let mut store = open(&sim).unwrap();
    let mut batch = store.begin().unwrap();
    for number in 0..members {
        batch.put(member(&format!("member-{number}")), &record(number)).unwrap();
    }
    batch.put_settings(b"settings").unwrap();
    batch.commit().unwrap();
    store.append_event(b"one").unwrap();
    store.append_event(b"two").unwrap();
    store.acknowledge(1).unwrap();
    drop(store);
    sim
}

#[test]
fn after_a_rotation_only_the_new_key_opens_and_all_is_there() {
    let sim = filled(600);
    let mut store = open(&sim).unwrap();
    let before = Content::of(&mut store).unwrap();
    let mut told = Vec::new();
    store
        .rotate(&new_key(), &mut |done, all| {
            told.push((done, all));
            true
        })
        .unwrap();
    assert_eq!(told, [(256, 600), (512, 600), (600, 600), (600, 600)]);
    // In the same session, and in the next.
    assert_eq!(Content::of(&mut store).unwrap(), before);
    store.append_event(b"three").unwrap();
    store.acknowledge(3).unwrap();
    let mut batch = store.begin().unwrap();
    batch.put(member("member-1"), b"new").unwrap();
    batch.put(member("member-1"), &record(1)).unwrap();
    batch.commit().unwrap();
    drop(store);
    assert_eq!(open(&sim).unwrap_err(), StoreError::WrongKey);
    let mut store = open_with(&sim, &new_key()).unwrap();
    let content = Content::of(&mut store).unwrap();
    assert!(content.is_whole() && content.events.is_empty());
    assert_eq!(content.members, before.members);
    assert_eq!(store.settings().unwrap(), Settings::Record(b"settings".to_vec().into()));
    assert_eq!(store.event_stats().next, 4);
    // And back again, on the side where the first records were.
    store.rotate(&key(), &mut |_, _| true).unwrap();
    drop(store);
    assert_eq!(Content::of(&mut open(&sim).unwrap()).unwrap().members, before.members);
}

#[test]
fn a_rotation_that_is_ended_has_not_happened() {
    let sim = filled(600);
    let mut store = open(&sim).unwrap();
    let before = Content::of(&mut store).unwrap();
    let ended = store.rotate(&new_key(), &mut |done, _| done < 512);
    assert_eq!(ended, Err(StoreError::Cancelled));
    assert_eq!(Content::of(&mut store).unwrap(), before);
    drop(store);
    assert_eq!(Content::of(&mut open(&sim).unwrap()).unwrap(), before);
    assert_eq!(open_with(&sim, &new_key()).unwrap_err(), StoreError::WrongKey);
}

/// A power cut after every write of a rotation: one of the two keys opens, and with it
/// everything is there.
#[test]
fn a_rotation_that_is_cut_off_leaves_one_key_and_everything() {
    let sim = filled(30);
    let start = sim.bytes();
    let mut store = open(&sim).unwrap();
    let before = Content::of(&mut store).unwrap();
    sim.take_log();
    let opened = sim.bytes();
    store.rotate(&new_key(), &mut |_, _| true).unwrap();
    let acknowledged = sim.log_len();
    drop(store);
    let log = sim.take_log();
    let mut bytes = opened;
    let (mut old, mut new) = (0, 0);
    for cut in 0..=log.len() {
        let sim = Sim::of(bytes.clone());
        let mut store = match open(&sim) {
            Ok(store) => {
                assert!(cut < acknowledged, "the old key opens after the rotation");
                old += 1;
                store
            }
            Err(StoreError::WrongKey) => {
                new += 1;
                open_with(&sim, &new_key()).unwrap()
            }
            Err(error) => panic!("{cut}: {error}"),
        };
        assert_eq!(Content::of(&mut store).unwrap(), before, "cut at {cut}");
        match log.get(cut) {
            Some(Op::Write(offset, data)) => {
                let offset = usize::try_from(*offset).unwrap();
                bytes.resize(bytes.len().max(offset + data.len()), 0);
                bytes[offset..offset + data.len()].copy_from_slice(data);
            }
            Some(Op::SetLen(length)) => bytes.resize(usize::try_from(*length).unwrap(), 0),
            Some(Op::Sync) | None => {}
        }
    }
    assert!(old > 5 && new > 1, "{old} with the old key, {new} with the new");
    assert_ne!(start, bytes);
}

#[test]
fn a_rotation_on_a_failing_disk_can_be_made_again() {
    let bytes = filled(30).bytes();
    let before = Content::of(&mut open(&Sim::of(bytes.clone())).unwrap()).unwrap();
    let mut after = 0;
    loop {
        let sim = Sim::of(bytes.clone());
        let mut store = open(&sim).unwrap();
        sim.set_fault(Some(Fault { after, errno: 28, short: true }));
        let rotated = store.rotate(&new_key(), &mut |_, _| true);
        sim.set_fault(None);
        let Err(error) = rotated else { break };
        assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
        drop(store);
        // Whoever does not know tries both.
        let mut store = open(&sim).or_else(|_| open_with(&sim, &new_key())).unwrap();
        assert_eq!(Content::of(&mut store).unwrap(), before);
        store.rotate(&new_key(), &mut |_, _| true).unwrap();
        assert_eq!(Content::of(&mut store).unwrap(), before);
        after += 1;
    }
    assert!(after > 8);
}
