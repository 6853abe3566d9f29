//! Every byte of a small store flipped, one at a time.
//!
//! Never a panic, never a record that was not put or an old one that passes for fresh, and
//! every loss told: by name, by number, or by a status for the whole file.

use super::sim::Sim;
use super::support::{Content, Random, is_long, member, open};
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

/// What is damaged can be put again, or says that it cannot; either way nothing is wrong.
fn mend(sim: &Sim, whole: &Content, what: &str) -> bool {
    let Ok(mut store) = open(sim) else { return false };
    if Content::of(&mut store).is_err() {
        return false;
    }
    let put_again = store.begin().and_then(|mut batch| {
        for (userid, (record, _)) in &whole.members {
            batch.put(member(userid), record)?;
        }
        batch.commit()
    });
    match put_again {
        Ok(()) => {}
        Err(StoreError::Damaged { .. }) => return false,
        Err(error) => panic!("{what}: {error:?}"),
    }
    drop(store);
    // Where not a record but the order of a page is damaged, it stays so, and is told.
    let outcome = open(sim).and_then(|mut store| Content::of(&mut store));
    judge(&outcome, whole, &format!("{what}, put again"));
    outcome.is_ok_and(|content| content.members == whole.members && content.named.is_empty())
}

#[derive(Default)]
struct Tally {
    flips: u64,
    told: u64,
    by_status: u64,
    by_name: u64,
    mended: u64,
}

fn flip(bytes: &[u8], place: usize, mask: u8, whole: &Content, tally: &mut Tally) {
    let mut flipped = bytes.to_vec();
    flipped[place] ^= mask;
    let what = format!("byte {place} ^ {mask:#x}");
    let sim = Sim::of(flipped.clone());
    let outcome = open(&sim).and_then(|mut store| Content::of(&mut store));
    let is_told = judge(&outcome, whole, &what);
    tally.flips += 1;
    tally.told += u64::from(is_told);
    tally.by_status += u64::from(outcome.is_err());
    tally.by_name += u64::from(outcome.is_ok_and(|content| !content.named.is_empty()));
    if is_told {
        tally.mended += u64::from(mend(&Sim::of(flipped), whole, &what));
    }
}

#[test]
fn a_flipped_byte_is_harmless_or_told() {
    let bytes = stored().bytes();
    let sim = Sim::of(bytes.clone());
    let whole = Content::of(&mut open(&sim).unwrap()).unwrap();
    assert!(whole.is_whole() && whole.members.len() as u64 == MEMBERS && whole.events.len() == 2);
    // What opening, loading and closing never read cannot matter.
    let mut places = sim.read_places();
    places.retain(|&place| place < bytes.len());
    let mut random = Random(0xf11b);
    let mut tally = Tally::default();
    for &place in &places {
        if is_long() {
            (0..8).for_each(|bit| flip(&bytes, place, 1 << bit, &whole, &mut tally));
            flip(&bytes, place, 0xff, &whole, &mut tally);
        } else {
            flip(&bytes, place, 1 << random.below(8), &whole, &mut tally);
        }
    }
    let Tally { flips, told, by_status, by_name, mended } = tally;
    println!(
        "{flips} flips: {told} told, {by_status} by status, {by_name} by name; {mended} mended"
    );
    assert!(flips >= places.len() as u64 && places.len() > 20_000);
    // Every byte of every record is one that is told, and putting it again mends it.
    let sealed: usize = whole.members.values().map(|(record, _)| record.len()).sum();
    assert!(by_name >= sealed as u64 && mended >= by_name - by_name / 8);
}
