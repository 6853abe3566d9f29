//! The wrong key, and no store.

use super::sim::Sim;
use super::support::{Content, Folder, key, member, open};
use crate::store::{Options, Store, StoreError, StoreKey};

fn stored() -> Sim {
    let sim = Sim::default();
    let mut store = open(&sim).unwrap();
    let mut batch = store.begin().unwrap();
    batch.put(member("anna"), b"one").unwrap();
    batch.commit().unwrap();
    drop(store);
    sim
}

#[test]
fn a_wrong_key_is_told_and_touches_nothing() {
    let sim = stored();
    let closed = sim.bytes();
    // And the same of a file that was never closed.
    let mut store = open(&sim).unwrap();
    let mut batch = store.begin().unwrap();
    batch.put(member("bert"), b"two").unwrap();
    batch.commit().unwrap();
    let running = sim.bytes();
    drop(store);
    for bytes in [closed, running] {
        for wrong in [[0; 32], [8; 32], [255; 32]] {
            let sim = Sim::of(bytes.clone());
            let options = Options::default();
            let error = Store::open_on(sim.medium(), &StoreKey::new(&wrong), &options).unwrap_err();
            assert_eq!(error, StoreError::WrongKey);
            assert!(sim.bytes() == bytes, "the file was touched");
            assert_eq!(sim.log_len(), 0);
        }
        assert!(Content::of(&mut open(&Sim::of(bytes)).unwrap()).unwrap().is_whole());
    }
}

#[test]
fn what_is_no_store_is_told_and_touches_nothing() {
    let redb_of_others = {
        let folder = Folder::new("others");
        let path = folder.0.join("others.redb");
        let database = redb::Database::create(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        let table: redb::TableDefinition<'_, u64, u64> = redb::TableDefinition::new("theirs");
        transaction.open_table(table).unwrap().insert(1, 2).unwrap();
        transaction.commit().unwrap();
        drop(database);
        std::fs::read(&path).unwrap()
    };
    let text = b"userid,name\n".repeat(1_000);
    for bytes in [b"x".to_vec(), text, vec![0; 513], vec![0; 100_000], redb_of_others] {
        let sim = Sim::of(bytes.clone());
        let error = open(&sim).unwrap_err();
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");
        assert!(sim.bytes() == bytes, "the file was touched");
    }
}

#[test]
fn a_store_that_is_cut_short_is_damaged() {
    let bytes = stored().bytes();
    for length in [320, 4_096, 8_192, bytes.len() / 2, bytes.len() - 1] {
        let sim = Sim::of(bytes[..length].to_vec());
        let opened = open(&sim).and_then(|mut store| Content::of(&mut store));
        match opened {
            Err(StoreError::Damaged { .. }) => assert!(sim.bytes() == bytes[..length]),
            // What is left may be enough to tell what is lost.
            Ok(content) => assert!(!content.is_whole(), "{length}"),
            other => panic!("{length}: {other:?}"),
        }
    }
}

#[test]
fn a_newer_format_is_told_and_touches_nothing() {
    use crate::store::tables::{COPY, FORMAT_KEY, META};
    let folder = Folder::new("newer");
    let path = folder.0.join("store");
    drop(Store::open(&path, &key(), &Options::default()).unwrap());
    let database = redb::Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    for table in [META, COPY] {
        let number = 9_u64.to_le_bytes();
        transaction.open_table(table).unwrap().insert(FORMAT_KEY, number.as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path, &key(), &Options::default()).unwrap_err();
    assert_eq!(error, StoreError::Newer { found: 9, known: crate::store::FORMAT });
    assert!(std::fs::read(&path).unwrap() == before);
}
