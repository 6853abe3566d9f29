//! Old, foreign and swapped records, put into the file by somebody who can write to the flash
//! and knows how redb works.

use std::path::{Path, PathBuf};

use redb::{ReadableDatabase, ReadableTable};

use super::support::{Content, Folder, key, member, record};
use crate::store::tables::{COPY, META, STATE_KEY, Side};
use crate::store::{Options, Settings, Store};

type Row = ([u8; 16], Vec<u8>);

fn open(path: &Path) -> Store {
    Store::open(path, &key(), &Options::default()).unwrap()
}

fn put(path: &Path, members: &[(&str, &[u8])]) {
    let mut store = open(path);
    let mut batch = store.begin().unwrap();
    for (userid, record) in members {
        batch.put(member(userid), record).unwrap();
    }
    batch.commit().unwrap();
}

/// All rows of the members' table, as they lie in the file.
fn rows(path: &Path, identities: bool) -> Vec<Row> {
    let database = redb::Database::open(path).unwrap();
    let transaction = database.begin_read().unwrap();
    let table = if identities { Side::A.identities() } else { Side::A.members() };
    let table = transaction.open_table(table).unwrap();
    let rows = table.iter().unwrap().map(|row| {
        let (hash, value) = row.unwrap();
        (*hash.value(), value.value().to_vec())
    });
    rows.collect()
}

/// Puts rows into the file, past the store.
fn force(path: &Path, rows: &[Row], identities: bool) {
    let database = redb::Database::open(path).unwrap();
    let mut transaction = database.begin_write().unwrap();
    transaction.set_quick_repair(true);
    {
        let table = if identities { Side::A.identities() } else { Side::A.members() };
        let mut table = transaction.open_table(table).unwrap();
        for (hash, value) in rows {
            table.insert(hash, value.as_slice()).unwrap();
        }
    }
    transaction.commit().unwrap();
}

fn folder(name: &str) -> (Folder, PathBuf) {
    let folder = Folder::new(name);
    let path = folder.0.join("store");
    (folder, path)
}

fn row_that_changed(before: &[Row], after: &[Row]) -> Row {
    before.iter().find(|row| !after.contains(row)).unwrap().clone()
}

#[test]
fn an_old_record_put_back_is_not_fresh() {
    for with_identity in [false, true] {
        let (_folder, path) = folder("rollback");
        put(&path, &[("anna", b"may pass"), ("bert", b"bert"), ("carl", b"carl")]);
        let (members, identities) = (rows(&path, false), rows(&path, true));
        put(&path, &[("anna", b"may not pass any more")]);
        force(&path, &[row_that_changed(&members, &rows(&path, false))], false);
        if with_identity {
            force(&path, &[row_that_changed(&identities, &rows(&path, true))], true);
        }
        let mut store = open(&path);
        let content = Content::of(&mut store).unwrap();
        assert_eq!(content.members["anna"], (b"may pass".to_vec(), false));
        assert!(content.named.is_empty() && content.missing == 0);

        // Putting her again makes her fresh, and keeps her so.
        let mut batch = store.begin().unwrap();
        batch.put(member("anna"), b"again").unwrap();
        batch.commit().unwrap();
        drop(store);
        let mut store = open(&path);
        let content = Content::of(&mut store).unwrap();
        assert_eq!(content.members["anna"], (b"again".to_vec(), true));
        // The old record does not come back by being put back a second time.
        drop(store);
        force(&path, &[row_that_changed(&members, &rows(&path, false))], false);
        assert!(!Content::of(&mut open(&path)).unwrap().members["anna"].1);
    }
}

#[test]
fn a_removed_member_put_back_is_not_fresh() {
    let (_folder, path) = folder("removed");
    put(&path, &[("anna", b"anna"), ("bert", b"bert")]);
    let (members, identities) = (rows(&path, false), rows(&path, true));
    let mut store = open(&path);
    let mut batch = store.begin().unwrap();
    batch.remove(member("anna")).unwrap();
    batch.commit().unwrap();
    drop(store);
    let left = rows(&path, false);
    force(&path, &[row_that_changed(&members, &left)], false);
    force(&path, &[row_that_changed(&identities, &rows(&path, true))], true);
    let content = Content::of(&mut open(&path)).unwrap();
    assert!(!content.members["anna"].1);
    assert!(content.members["bert"].1 || same_bucket(&members));
}

fn same_bucket(rows: &[Row]) -> bool {
    rows.iter().all(|(hash, _)| hash[0] >> 1 == rows[0].0[0] >> 1)
}

#[test]
fn a_deleted_record_is_told() {
    let (_folder, path) = folder("deleted");
    put(&path, &[("anna", b"anna"), ("bert", b"bert")]);
    let hash = rows(&path, false)[0].0;
    for delete_identity in [false, true] {
        let database = redb::Database::open(&path).unwrap();
        let mut transaction = database.begin_write().unwrap();
        transaction.set_quick_repair(true);
        transaction.open_table(Side::A.members()).unwrap().remove(&hash).unwrap();
        if delete_identity {
            transaction.open_table(Side::A.identities()).unwrap().remove(&hash).unwrap();
        }
        transaction.commit().unwrap();
        drop(database);
        let content = Content::of(&mut open(&path)).unwrap();
        assert_eq!(content.members.len(), 1);
        let expected = if delete_identity { (0, 1) } else { (1, 0) };
        assert_eq!((content.named.len(), content.missing), expected);
    }
}

#[test]
fn records_do_not_open_in_another_place_or_another_store() {
    let (_folder, path) = folder("swapped");
    let (_other_folder, other) = folder("foreign");
    put(&path, &[("anna", b"anna"), ("bert", b"bert")]);
    put(&other, &[("anna", b"other anna"), ("bert", b"other bert")]);
    let own = rows(&path, false);
    let swapped = [(own[0].0, own[1].1.clone()), (own[1].0, own[0].1.clone())];
    force(&path, &swapped, false);
    let content = Content::of(&mut open(&path)).unwrap();
    assert!(content.members.is_empty());
    assert_eq!(content.named.len(), 2);
    // Back in their places all is well.
    force(&path, &own, false);
    assert!(Content::of(&mut open(&path)).unwrap().is_whole());
    // Another store's records, sealed under the same firmware key, are nobody's here.
    let foreign: Vec<Row> =
        rows(&other, false).iter().zip(&own).map(|(row, own)| (own.0, row.1.clone())).collect();
    force(&path, &foreign, false);
    let content = Content::of(&mut open(&path)).unwrap();
    assert!(content.members.is_empty());
    assert_eq!(content.named.len(), 2);
    force(&path, &rows(&other, false), false);
    assert_eq!(Content::of(&mut open(&path)).unwrap().unnamed, 2);
}

/// Writes an entry of `meta` and `copy` and returns what was there.
fn exchange(path: &Path, name: &'static str, values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let database = redb::Database::open(path).unwrap();
    let mut transaction = database.begin_write().unwrap();
    transaction.set_quick_repair(true);
    let mut old = Vec::new();
    for (number, table) in [META, COPY].into_iter().enumerate() {
        let mut table = transaction.open_table(table).unwrap();
        old.push(table.get(name).unwrap().unwrap().value().to_vec());
        if let Some(value) = values.get(number) {
            table.insert(name, value.as_slice()).unwrap();
        }
    }
    transaction.commit().unwrap();
    old
}

#[test]
fn an_old_state_proves_nothing_new() {
    let (_folder, path) = folder("state");
    put(&path, &[("anna", b"one")]);
    let old = exchange(&path, STATE_KEY, &[]);
    put(&path, &[("anna", b"two")]);
    // One copy alone: the newer one counts.
    exchange(&path, STATE_KEY, &old[..1]);
    assert!(Content::of(&mut open(&path)).unwrap().is_whole());
    exchange(&path, STATE_KEY, &old);
    assert_eq!(Content::of(&mut open(&path)).unwrap().members["anna"], (b"two".to_vec(), false));
}

#[test]
fn a_lost_state_heals_as_members_are_put_again() {
    let (_folder, path) = folder("lost");
    let names: Vec<String> = (0..40).map(|number| format!("member-{number}")).collect();
    let records: Vec<Vec<u8>> = (0..40).map(record).collect();
    let all: Vec<(&str, &[u8])> =
        names.iter().zip(&records).map(|(name, record)| (name.as_str(), &record[..])).collect();
    put(&path, &all);
    let mut store = open(&path);
    let mut batch = store.begin().unwrap();
    batch.put_settings(b"settings").unwrap();
    batch.commit().unwrap();
    drop(store);
    exchange(&path, STATE_KEY, &[vec![1; 100], Vec::new()]);
    let mut store = open(&path);
    assert!(!store.stats().unwrap().state_proven);
    assert_eq!(store.settings().unwrap(), Settings::Damaged);
    let content = Content::of(&mut store).unwrap();
    assert_eq!(content.members.len(), 40);
    assert!(content.members.values().all(|(_, fresh)| !fresh));
    drop(store);
    put(&path, &all[..10]);
    let mut store = open(&path);
    assert!(store.stats().unwrap().state_proven);
    let content = Content::of(&mut store).unwrap();
    let fresh: Vec<&str> =
        all.iter().map(|(name, _)| *name).filter(|name| content.members[*name].1).collect();
    assert_eq!(fresh, names[..10]);
    drop(store);
    put(&path, &all[10..]);
    assert!(Content::of(&mut open(&path)).unwrap().is_whole());
}

#[test]
fn acknowledged_events_do_not_come_back() {
    let (_folder, path) = folder("events");
    let mut store = open(&path);
    store.append_event(b"one").unwrap();
    store.append_event(b"two").unwrap();
    drop(store);
    let database = redb::Database::open(&path).unwrap();
    let event = {
        let table = database.begin_read().unwrap().open_table(Side::A.events()).unwrap();
        table.get(1).unwrap().unwrap().value().to_vec()
    };
    drop(database);
    open(&path).acknowledge(1).unwrap();
    let database = redb::Database::open(&path).unwrap();
    let mut transaction = database.begin_write().unwrap();
    transaction.set_quick_repair(true);
    transaction.open_table(Side::A.events()).unwrap().insert(1, event.as_slice()).unwrap();
    transaction.open_table(Side::A.events()).unwrap().insert(7, event.as_slice()).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let content = Content::of(&mut open(&path)).unwrap();
    assert_eq!(content.events.into_iter().collect::<Vec<_>>(), [(2, Some(b"two".to_vec()))]);
}
