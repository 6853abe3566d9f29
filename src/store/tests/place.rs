//! Files and folders: what there is, who may, who has it open.

use std::process::Command;

use super::support::{Content, Folder, key, member};
use crate::store::{Options, Store, StoreError, StoreKey};

fn open(path: &std::path::Path) -> Result<Store, StoreError> {
    Store::open(path, &key(), &Options::default())
}

#[test]
fn an_empty_file_becomes_a_store() {
    let folder = Folder::new("empty");
    let path = folder.0.join("store");
    std::fs::write(&path, b"").unwrap();
    let mut store = open(&path).unwrap();
    let mut batch = store.begin().unwrap();
    batch.put(member("anna"), b"one").unwrap();
    batch.commit().unwrap();
    drop(store);
    assert_eq!(Content::of(&mut open(&path).unwrap()).unwrap().members.len(), 1);
}

#[test]
fn a_folder_is_no_store_and_a_missing_folder_is_told() {
    let folder = Folder::new("folder");
    let error = open(&folder.0).unwrap_err();
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");
    let error = open(&folder.0.join("missing").join("store")).unwrap_err();
    assert!(matches!(error, StoreError::Io { number: Some(2), .. }), "{error:?}");
}

#[test]
fn a_second_opening_is_told() {
    let folder = Folder::new("second");
    let path = folder.0.join("store");
    let store = open(&path).unwrap();
    assert_eq!(open(&path).unwrap_err(), StoreError::Locked);
    drop(store);
    open(&path).unwrap();
}

/// The lock holds between processes: this test runs itself as the second one.
#[test]
fn a_second_process_is_told() {
    const PATH: &str = "KAIMEN_STORE_SECOND_PROCESS";
    if let Some(path) = std::env::var_os(PATH) {
        assert_eq!(open(path.as_ref()).unwrap_err(), StoreError::Locked);
        return;
    }
    let folder = Folder::new("process");
    let path = folder.0.join("store");
    let store = open(&path).unwrap();
    let name = "store::tests::place::a_second_process_is_told";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([name, "--exact", "--nocapture"]).env(PATH, &path);
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    drop(store);
}

/// Root writes where it may not: then this test runs itself as nobody.
#[cfg(unix)]
#[test]
fn a_read_only_file_is_told_and_untouched() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const PATH: &str = "KAIMEN_STORE_READ_ONLY";
    const NOBODY: u32 = 65534;
    let is_told = |path: &std::path::Path| {
        let error = open(path).unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    };
    if let Some(path) = std::env::var_os(PATH) {
        return is_told(path.as_ref());
    }
    let folder = Folder::new("readonly");
    let path = folder.0.join("store");
    drop(open(&path).unwrap());
    let before = std::fs::read(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&path).is_ok() {
        let name = "store::tests::place::a_read_only_file_is_told_and_untouched";
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args([name, "--exact"]).env(PATH, &path).uid(NOBODY).gid(NOBODY).current_dir("/");
        match child.output() {
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success() && text.contains("1 passed"), "{text}");
            }
            Err(error) => println!("skipped: nobody may not run this test: {error}"),
        }
    } else {
        is_told(&path);
    }
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn a_wiped_store_leaves_zeros_then_nothing() {
    use super::sim::{Op, Sim};
    let sim = Sim::default();
    let mut store = super::support::open(&sim).unwrap();
    let mut batch = store.begin().unwrap();
    batch.put(member("anna"), &super::support::record(1)).unwrap();
    batch.commit().unwrap();
    drop(store);
    let store = super::support::open(&sim).unwrap();
    sim.take_log();
    let wiped = store.wipe();
    assert_eq!(wiped.failures, Vec::<String>::new());
    assert!(wiped.key_destroyed && wiped.truncated);
    assert!(wiped.overwritten == wiped.bytes && wiped.bytes > 0);
    assert!(sim.bytes().is_empty());
    // From the first write of zeros on: the keys first and synced, then every byte.
    let log = sim.take_log();
    let is_zeros = |op: &Op| matches!(op, Op::Write(_, data) if data.iter().all(|&byte| byte == 0));
    let first = log.iter().position(is_zeros).unwrap();
    let sync = first + log[first..].iter().position(|op| matches!(op, Op::Sync)).unwrap();
    assert!(log[first..sync].iter().all(|op| matches!(op, Op::Write(_, data) if data.len() == 73)));
    let zeros: u64 = log[sync..]
        .iter()
        .filter(|op| is_zeros(op))
        .map(|op| match op {
            Op::Write(_, data) => data.len() as u64,
            _ => 0,
        })
        .sum();
    assert_eq!(zeros, wiped.bytes);
    assert!(matches!(log.last_chunk::<3>(), Some([Op::Sync, Op::SetLen(0), Op::Sync])));
    assert!(Content::of(&mut super::support::open(&sim).unwrap()).unwrap().members.is_empty());
}

#[test]
fn a_wipe_that_fails_says_what_it_could_not_do() {
    use super::sim::{Fault, Sim};
    let sim = Sim::default();
    let store = super::support::open(&sim).unwrap();
    sim.set_fault(Some(Fault { after: 0, errno: 5, short: false }));
    let wiped = store.wipe();
    assert!(!wiped.key_destroyed && !wiped.truncated && wiped.overwritten == 0);
    assert!(wiped.failures.len() >= 3, "{:?}", wiped.failures);
}

#[test]
fn a_store_that_cannot_be_opened_can_be_erased() {
    let folder = Folder::new("erase");
    let path = folder.0.join("store");
    drop(open(&path).unwrap());
    let other = StoreKey::new(&[9; 32]);
    let options = Options::default();
    assert_eq!(Store::open(&path, &other, &options).unwrap_err(), StoreError::WrongKey);
    let wiped = Store::erase(&path).unwrap();
    assert!(wiped.truncated && wiped.failures.is_empty() && !wiped.key_destroyed);
    Store::open(&path, &other, &options).unwrap();
}
