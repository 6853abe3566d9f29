//! Every byte of a small store flipped, one at a time.
//!
//! Never a panic, never a record that was not put or an old one that passes for fresh, and
//! every loss told: by name, by number, or by a status for the whole file.

use super::sim::Sim;
use super::support::{Content, is_long, member, open};
use crate::store::StoreError;

const MEMBERS: u64 = 8;

fn record(number: u64, version: u8) -> Vec<u8> {
    (0..60 + number).flat_map(|at| [version, at.to_le_bytes()[0]]).collect()
}

/// A store with a past: every record was put twice, so that old pages lie about.
fn stored() -> Sim {
    let sim = Sim::default();
    for version in 1..=2 {
        let mut store = open(&sim).unwrap();
        for number in 0..MEMBERS {
            let mut batch = store.begin().unwrap();
            batch.put(member(&format!("member-{number}")), &record(number, version)).unwrap();
            batch.commit().unwrap();
        }
        store.append_event(&[version; 40]).unwrap();
    }
    sim
}

/// Looks for everything that must not be. Returns whether anything was told.
fn judge(outcome: &Result<Content, StoreError>, whole: &Content, what: &str) -> bool {
    let content = match outcome {
        Ok(content) => content,
        Err(
            StoreError::Damaged { .. }
            | StoreError::NotAStore { .. }
            | StoreError::WrongKey
            | StoreError::Newer { .. },
        ) => return true,
        Err(error) => panic!("{what}: {error:?}"),
    };
    for (userid, (record, fresh)) in &content.members {
        let (expected, _) = &whole.members[userid];
        // One that does not pass for fresh may be an old one, but no other.
        let number: u64 = userid.trim_start_matches("member-").parse().unwrap();
        let is_old = *record == self::record(number, 1);
        assert!(record == expected || (is_old && !fresh), "{what}: a wrong record of {userid}");
    }
    for (sequence, event) in &content.events {
        let expected = whole.events.get(sequence);
        assert!(event.is_none() || expected == Some(event), "{what}: a wrong event {sequence}");
    }
    let lost = whole.members.keys().filter(|userid| !content.members.contains_key(*userid));
    let unnamed = lost.filter(|userid| !content.named.contains(userid)).count();
    assert!(
        unnamed as u64 <= content.unnamed as u64 + content.missing,
        "{what}: a loss is not told: {content:?}"
    );
    let events = whole.events.keys().all(|sequence| content.events.contains_key(sequence));
    assert!(events, "{what}: an event is gone");
    !content.is_whole()
}

#[test]
fn a_flipped_byte_is_harmless_or_told() {
    let sim = stored();
    let bytes = sim.bytes();
    let whole = Content::of(&mut open(&Sim::of(bytes.clone())).unwrap()).unwrap();
    assert!(whole.is_whole() && whole.members.len() as u64 == MEMBERS && whole.events.len() == 2);
    let step = if is_long() { 1 } else { 37 };
    let (mut told, mut status, mut named) = (0, 0, 0);
    let started = std::time::Instant::now();
    for place in (0..bytes.len()).step_by(step) {
        let masks: &[u8] =
            if is_long() { &[1, 2, 4, 8, 16, 32, 64, 128, 255] } else { &[1 << (place % 8)] };
        for mask in masks {
            let mut flipped = bytes.clone();
            flipped[place] ^= mask;
            let outcome = open(&Sim::of(flipped)).and_then(|mut store| Content::of(&mut store));
            let what = format!("byte {place} ^ {mask:#x}");
            told += u64::from(judge(&outcome, &whole, &what));
            status += u64::from(outcome.is_err());
            named += u64::from(outcome.is_ok_and(|content| !content.named.is_empty()));
        }
    }
    println!(
        "{} bytes, {told} told, {status} by a status, {named} by name, {:?}",
        bytes.len(),
        started.elapsed()
    );
    assert!(told > 0 && named > 0);
}
