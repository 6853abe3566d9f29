//! What was put is there, after the file was closed and opened.

use super::sim::Sim;
use super::support::{Content, Folder, key, member, open, record};
use crate::store::{Options, Settings, Store, StoreError};

#[test]
fn what_was_put_is_there_after_reopening() {
    let folder = Folder::new("basic");
    let path = folder.0.join("store");
    let options = Options::default();
    let mut store = Store::open(&path, &key(), &options).unwrap();
    assert_eq!(store.settings().unwrap(), Settings::Absent);
    let mut batch = store.begin().unwrap();
    batch.put(member("anna"), b"one").unwrap();
    batch.put(member("bert"), b"two").unwrap();
    batch.put(member("bert"), b"three").unwrap();
    batch.put(member("carl"), b"four").unwrap();
    batch.remove(member("carl")).unwrap();
    batch.put_settings(b"settings").unwrap();
    batch.commit().unwrap();
    assert_eq!(store.append_event(b"first").unwrap(), 1);
    drop(store);

    let mut store = Store::open(&path, &key(), &options).unwrap();
    let content = Content::of(&mut store).unwrap();
    assert!(content.is_whole());
    assert_eq!(content.members["anna"].0, b"one");
    assert_eq!(content.members["bert"].0, b"three");
    assert_eq!(content.members.len(), 2);
    assert_eq!(content.events[&1].as_deref(), Some(&b"first"[..]));
    assert_eq!(store.settings().unwrap(), Settings::Record(b"settings".to_vec().into()));
    assert_eq!(store.acknowledge(1).unwrap(), 1);
    assert_eq!(store.event_stats().pending, 0);
    let stats = store.stats().unwrap();
    assert_eq!((stats.members, stats.commits, stats.state_proven), (2, 1, true));
    assert_eq!(stats.file_bytes, std::fs::metadata(&path).unwrap().len());
}

#[test]
fn a_batch_that_is_dropped_has_not_happened() {
    let mut store = open(&Sim::default()).unwrap();
    let mut batch = store.begin().unwrap();
    batch.put(member("anna"), b"one").unwrap();
    drop(batch);
    assert_eq!(Content::of(&mut store).unwrap(), Content::default());
    let mut batch = store.begin().unwrap();
    batch.put(member("bert"), b"two").unwrap();
    batch.commit().unwrap();
    let content = Content::of(&mut store).unwrap();
    assert!(content.is_whole());
    assert_eq!(content.members.keys().collect::<Vec<_>>(), ["bert"]);
}

#[test]
fn a_pool_reads_the_same_as_one_thread() {
    let mut store = open(&Sim::default()).unwrap();
    let mut batch = store.begin().unwrap();
    for number in 0..2_000 {
        batch.put(member(&format!("member-{number}")), &record(number)).unwrap();
    }
    batch.commit().unwrap();
    let content = Content::of(&mut store).unwrap();
    assert!(content.is_whole());
    assert_eq!(content.members.len(), 2_000);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let mut parallel = Content::default();
    store
        .load(Some(&pool), &mut |loaded| {
            let crate::store::Loaded::Member { member, record, fresh } = loaded else {
                panic!("{loaded:?}")
            };
            parallel.members.insert(member.userid.to_owned(), (record.to_vec(), fresh));
        })
        .unwrap();
    assert_eq!(parallel, content);
}

#[test]
fn the_ring_drops_the_oldest_event_and_counts_it() {
    let sim = Sim::default();
    let options = Options { events: 3, ..Options::default() };
    let mut store = Store::open_on(sim.medium(), &key(), &options).unwrap();
    for number in 1..=5_u8 {
        assert_eq!(store.append_event(&[number]).unwrap(), u64::from(number));
    }
    drop(store);
    let mut store = Store::open_on(sim.medium(), &key(), &options).unwrap();
    let stats = store.event_stats();
    assert_eq!((stats.pending, stats.dropped, stats.first, stats.next), (3, 2, 3, 6));
    let mut seen = Vec::new();
    store.events(3, 1, &mut |at, event| seen.push((at, event.unwrap().to_vec()))).unwrap();
    assert_eq!(seen, [(4, vec![4])]);
    assert_eq!(store.acknowledge(4).unwrap(), 2);
    assert_eq!(store.acknowledge(4).unwrap(), 0);
    assert_eq!(store.acknowledge(u64::MAX).unwrap(), 1);
    assert_eq!(store.append_event(b"six").unwrap(), 6);
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let sim = Sim::default();
    let options = Options { events: 0, ..Options::default() };
    let mut store = Store::open_on(sim.medium(), &key(), &options).unwrap();
    assert_eq!(store.append_event(b"x"), Err(StoreError::NoEventLog));
    let mut batch = store.begin().unwrap();
    let long = "x".repeat(crate::limits::USERID_BYTES + 1);
    assert!(matches!(batch.put(member(""), b"x"), Err(StoreError::Userid { .. })));
    assert!(matches!(batch.put(member(&long), b"x"), Err(StoreError::Userid { .. })));
    let large = vec![0; crate::limits::STORE_RECORD_BYTES + 1];
    assert!(matches!(batch.put(member("anna"), &large), Err(StoreError::TooLarge { .. })));
    assert!(matches!(batch.put_settings(&large), Err(StoreError::TooLarge { .. })));
    batch.put(member("anna"), b"one").unwrap();
    batch.commit().unwrap();
    assert_eq!(Content::of(&mut store).unwrap().members.len(), 1);
}

/// The engine keeps the store behind a lock and calls it from any thread.
#[test]
fn a_store_goes_from_thread_to_thread() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Store>();
    is_send_and_sync::<StoreError>();
    let sim = Sim::default();
    let mut store = open(&sim).unwrap();
    std::thread::spawn(move || store.append_event(b"from another thread").unwrap()).join().unwrap();
    assert_eq!(open(&sim).unwrap().event_stats().pending, 1);
}
