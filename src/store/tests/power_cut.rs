//! A power cut at every point of a store's life, with every kind of thing that a disk may
//! have done by then.
//!
//! The simulated disk records what the store writes. A state after a cut is: everything up to
//! some sync, and of what was written after it any part, in any order, each write torn into
//! sectors of 512 bytes of which any may have arrived.

use std::collections::BTreeMap;

use super::sim::{Op, Sim};
use super::support::{Content, Random, is_long, key, member, open, record, seed};
use crate::store::{Options, Store};

const SECTOR: usize = 512;

/// The store's content after an acknowledged step, and the length of the log then.
struct Step {
    ops: usize,
    records: BTreeMap<String, Vec<u8>>,
    events: Vec<u64>,
    /// Number of the last event so far.
    appended: u64,
}

/// A life of a store: what was written, and what had been acknowledged when.
struct Life {
    log: Vec<Op>,
    steps: Vec<Step>,
}

fn options() -> Options {
    Options { events: 4, ..Options::default() }
}

fn live(commits: u64) -> Life {
    let sim = Sim::default();
    let mut records = BTreeMap::new();
    let mut steps = Vec::new();
    let mut store = Store::open_on(sim.medium(), &key(), &options()).unwrap();
    let mut random = Random(11 + seed());
    for commit in 0..commits {
        let mut batch = store.begin().unwrap();
        for _ in 0..1 + random.below(6) {
            let userid = format!("member-{}", random.below(12));
            if random.below(4) == 0 {
                batch.remove(member(&userid)).unwrap();
                records.remove(&userid);
            } else {
                let record = record(random.next());
                batch.put(member(&userid), &record).unwrap();
                records.insert(userid, record);
            }
        }
        batch.commit().unwrap();
        if commit % 3 == 1 {
            store.append_event(&commit.to_le_bytes()).unwrap();
        }
        if commit % 5 == 4 {
            store.acknowledge(1).unwrap();
        }
        if commit % 7 == 6 {
            // An orderly end in between.
            drop(store);
            store = Store::open_on(sim.medium(), &key(), &options()).unwrap();
        }
        let mut events = Vec::new();
        store.events(0, usize::MAX, &mut |at, _| events.push(at)).unwrap();
        let appended = store.event_stats().next - 1;
        steps.push(Step { ops: sim.log_len(), records: records.clone(), events, appended });
    }
    drop(store);
    Life { log: sim.take_log(), steps }
}

fn apply(bytes: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write(offset, data) => write(bytes, usize::try_from(*offset).unwrap(), data),
        Op::SetLen(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        Op::Sync => {}
    }
}

fn write(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    bytes.resize(bytes.len().max(offset + data.len()), 0);
    bytes[offset..offset + data.len()].copy_from_slice(data);
}

/// Applies any part of what was not synced, in any order, torn.
fn apply_some(bytes: &mut Vec<u8>, unsynced: &[Op], random: &mut Random) {
    let mut order: Vec<&Op> = unsynced.iter().filter(|_| random.below(4) > 0).collect();
    if random.below(2) == 0 {
        for last in (1..order.len()).rev() {
            order.swap(last, usize::try_from(random.below(last as u64 + 1)).unwrap());
        }
    }
    for op in order {
        let Op::Write(offset, data) = op else {
            apply(bytes, op);
            continue;
        };
        let torn = random.below(3) == 0;
        for (number, sector) in data.chunks(SECTOR).enumerate() {
            if !torn || random.below(2) == 0 {
                write(bytes, usize::try_from(*offset).unwrap() + number * SECTOR, sector);
            }
        }
    }
}

/// Opens what a cut has left: the last acknowledged content, or the next one, nothing else.
fn check(life: &Life, bytes: Vec<u8>, cut: usize, what: &str) {
    let sim = Sim::of(bytes);
    let mut store = Store::open_on(sim.medium(), &key(), &options())
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let content = Content::of(&mut store).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(content.is_whole(), "{what}: {content:?}");
    let done = life.steps.partition_point(|step| step.ops <= cut);
    let before = done.checked_sub(1).map(|step| &life.steps[step]);
    let after = life.steps.get(done);
    let records = content.records();
    let empty = BTreeMap::new();
    let expected =
        [before.map_or(&empty, |step| &step.records), after.map_or(&empty, |step| &step.records)];
    assert!(expected.contains(&&records), "{what}: neither the old nor the new members");
    // Events come and go in transactions of their own, one at a time within a step.
    let none = Vec::new();
    let [old, new] = [before, after].map(|step| step.map_or(&none, |step| &step.events));
    let newest = content.events.keys().next_back().copied().unwrap_or(0);
    let appended = after.or(before).map_or(0, |step| step.appended);
    assert!(newest <= appended, "{what}: event {newest} of {appended}");
    for event in old {
        // Gone only if the next step takes it away.
        let is_there = content.events.contains_key(event);
        assert!(is_there || !new.contains(event), "{what}: event {event} is lost");
    }
    // And it goes on from there.
    let mut batch = store.begin().unwrap();
    batch.put(member("after"), b"the cut").unwrap();
    batch.commit().unwrap();
    let content = Content::of(&mut store).unwrap();
    assert!(content.is_whole(), "{what}: after the next commit");
    assert_eq!(content.members["after"].0, b"the cut");
}

#[test]
fn every_state_that_a_power_cut_leaves_is_a_whole_commit() {
    let (commits, samples) = if is_long() { (40, 40) } else { (12, 4) };
    let life = live(commits);
    let mut random = Random(0x5eed + seed());
    let mut synced: Vec<u8> = Vec::new();
    let mut unsynced_from = 0;
    let mut states = 0;
    for cut in 0..=life.log.len() {
        let unsynced = &life.log[unsynced_from..cut];
        let mut in_order = synced.clone();
        unsynced.iter().for_each(|op| apply(&mut in_order, op));
        check(&life, in_order, cut, &format!("all of {cut}"));
        states += 1;
        for sample in 0..samples {
            let mut bytes = synced.clone();
            apply_some(&mut bytes, unsynced, &mut random);
            check(&life, bytes, cut, &format!("some of {cut}, sample {sample}"));
            states += 1;
        }
        if let Some(Op::Sync) = life.log.get(cut) {
            life.log[unsynced_from..cut].iter().for_each(|op| apply(&mut synced, op));
            unsynced_from = cut + 1;
        }
    }
    println!("{states} states of {} writes and syncs", life.log.len());
    assert!(states > 1_000);
}

/// What the proof's long form found once: a file that was growing ends within a page.
#[test]
fn a_part_of_a_page_at_the_end_is_cut_off() {
    let sim = Sim::default();
    drop(open(&sim).unwrap());
    let whole = sim.bytes();
    for surplus in [1, 512, 4_095] {
        let mut bytes = whole.clone();
        bytes.resize(whole.len() + surplus, 0xa5);
        let sim = Sim::of(bytes);
        assert!(Content::of(&mut open(&sim).unwrap()).unwrap().is_whole());
        assert_eq!(sim.bytes().len() % 4_096, 0);
    }
}

/// The proof can fail: a disk that forgets a synced write loses a commit, and that is seen.
#[test]
fn a_lost_write_is_seen() {
    let life = live(6);
    let step = &life.steps[4];
    let mut bytes = Vec::new();
    let mut forgotten = 0;
    for (number, op) in life.log[..step.ops].iter().enumerate() {
        let in_last = number >= life.steps[3].ops;
        if in_last && matches!(op, Op::Write(0, _)) {
            forgotten += 1;
        } else {
            apply(&mut bytes, op);
        }
    }
    assert!(forgotten > 0);
    let outcome = open(&Sim::of(bytes)).and_then(|mut store| Content::of(&mut store));
    assert_ne!(outcome.map(|content| content.records()), Ok(step.records.clone()));
}
