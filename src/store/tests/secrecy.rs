//! What a thief of the flash gets: no name, no userid, no template, no event.

use std::collections::HashSet;

use super::sim::{Op, Sim};
use super::support::{member, open, record};
use crate::store::StoreKey;

/// Bytes of a run that is looked for: shorter than any secret that is put here.
const RUN: usize = 16;

fn runs(secret: &[u8]) -> impl Iterator<Item = [u8; RUN]> + '_ {
    secret.windows(RUN).map(|run| run.try_into().unwrap())
}

/// Every run of 16 bytes of everything that was put, and the userids on their own.
struct Secrets {
    runs: HashSet<[u8; RUN]>,
    words: Vec<Vec<u8>>,
}

impl Secrets {
    fn is_in(&self, bytes: &[u8]) -> bool {
        bytes.windows(RUN).any(|run| self.runs.contains(run))
            || self.words.iter().any(|word| memchr::memmem::find(bytes, word).is_some())
    }
}

fn live(sim: &Sim) -> Secrets {
    let mut secrets = Secrets { runs: HashSet::new(), words: Vec::new() };
    let mut store = open(sim).unwrap();
    for round in 0..3 {
        let mut batch = store.begin().unwrap();
        for number in 0..40 {
            let userid = format!("zhang.wei-{number}");
            let mut secret = format!("display name of {userid}; openvid o9_{number}").into_bytes();
            secret.extend(record(100 * round + number));
            batch.put(member(&userid), &secret).unwrap();
            secrets.runs.extend(runs(&secret));
            secrets.words.push(userid.into_bytes());
        }
        batch.remove(member("zhang.wei-7")).unwrap();
        let settings = format!("settings of round {round}: the threshold and the algorithms");
        batch.put_settings(settings.as_bytes()).unwrap();
        secrets.runs.extend(runs(settings.as_bytes()));
        batch.commit().unwrap();
        let event = format!("zhang.wei-{round} passed the east door at 08:00");
        store.append_event(event.as_bytes()).unwrap();
        secrets.runs.extend(runs(event.as_bytes()));
    }
    // Sealed anew: the second key's records are searched for as well.
    store.rotate(&StoreKey::new(&[8; 32]), &mut |_, _| true).unwrap();
    secrets.runs.extend(runs(&[7; 32]));
    secrets.runs.extend(runs(&[8; 32]));
    secrets
}

#[test]
fn nothing_that_went_in_is_in_the_file_or_was_ever_written() {
    let sim = Sim::default();
    let secrets = live(&sim);
    assert!(secrets.runs.len() > 50_000);
    assert!(!secrets.is_in(&sim.bytes()));
    let log = sim.take_log();
    let written = log.iter().filter_map(|op| match op {
        Op::Write(_, data) => Some(data),
        _ => None,
    });
    let mut pages = 0;
    for data in written {
        assert!(!secrets.is_in(data));
        pages += 1;
    }
    assert!(pages > 100);
    // The search finds what is there.
    let mut found = sim.bytes();
    found.extend_from_slice(b"....settings of round 1: the thr....");
    assert!(secrets.is_in(&found));
    assert!(secrets.is_in(b"--zhang.wei-11--"));
}
