//! What was put is there, after the file was closed and opened.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::store::{Loaded, MemberKey, Options, Settings, Store, StoreKey};

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kaimen-store-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn content(store: &mut Store) -> BTreeMap<(String, u8), Vec<u8>> {
    let mut content = BTreeMap::new();
    store
        .load(None, &mut |loaded| match loaded {
            Loaded::Member { member, record, fresh } => {
                assert!(fresh);
                content.insert((member.userid.to_owned(), member.user_type), record.to_vec());
            }
            other => panic!("{other:?}"),
        })
        .unwrap();
    content
}

#[test]
fn what_was_put_is_there_after_reopening() {
    let folder = Folder::new("basic");
    let path = folder.0.join("store");
    let (key, options) = (StoreKey::new(&[7; 32]), Options::default());
    let mut store = Store::open(&path, &key, &options).unwrap();
    assert_eq!(store.settings().unwrap(), Settings::Absent);
    let mut batch = store.begin().unwrap();
    let member = |userid| MemberKey { userid, user_type: 1 };
    batch.put(member("anna"), b"one").unwrap();
    batch.put(member("bert"), b"two").unwrap();
    batch.put(member("bert"), b"three").unwrap();
    batch.put(member("carl"), b"four").unwrap();
    batch.remove(member("carl")).unwrap();
    batch.put_settings(b"settings").unwrap();
    batch.commit().unwrap();
    assert_eq!(store.append_event(b"first").unwrap(), 1);
    drop(store);

    let mut store = Store::open(&path, &key, &options).unwrap();
    let expected = BTreeMap::from([
        (("anna".to_owned(), 1), b"one".to_vec()),
        (("bert".to_owned(), 1), b"three".to_vec()),
    ]);
    assert_eq!(content(&mut store), expected);
    assert_eq!(store.settings().unwrap(), Settings::Record(b"settings".to_vec().into()));
    let mut events = Vec::new();
    store.events(0, 10, &mut |at, event| events.push((at, event.unwrap().to_vec()))).unwrap();
    assert_eq!(events, [(1, b"first".to_vec())]);
    assert_eq!(store.acknowledge(1).unwrap(), 1);
    assert_eq!(store.event_stats().pending, 0);
}
