//! A store's end.

use std::io;
use std::path::Path;

use memchr::memmem;
use redb::StorageBackend;

use super::StoreError;
use super::durable::Store;
use super::medium::{FileMedium, Medium};
use super::member::Wiped;
use super::meta;
use super::tables::DATA_KEY;

/// Bytes that are read or overwritten at once.
const PIECE: usize = 64 << 10;

impl Store {
    /// Erases the store: first every copy of its sealed key, so that nothing else in it can be
    /// opened any more, then the whole file with zeros, then its length. An empty file is
    /// left, in which [`Store::open`] begins a new store.
    ///
    /// Flash keeps copies that no file system reaches. What makes them unreadable for good is
    /// that the firmware forgets its key as well.
    #[must_use]
    pub fn wipe(mut self) -> Wiped {
        let mut wiped = Wiped::default();
        let from = self.opened.from;
        let sealed_keys = self
            .ready()
            .and_then(|()| self.disk.read(|transaction| meta::get(transaction, DATA_KEY, from)));
        let sealed_keys = match sealed_keys {
            Ok(keys) => keys,
            Err(error) => {
                wiped.failures.push(error.to_string());
                Vec::new()
            }
        };
        let medium = self.disk.into_medium();
        match medium.open() {
            Ok(backend) => erase(&*backend, &sealed_keys, &mut wiped),
            Err(error) => wiped.failures.push(error.to_string()),
        }
        wiped
    }

    /// Erases the file at `path`, whatever it is, as [`Self::wipe`] does: for a store that
    /// cannot be opened. Its key is not looked for, it goes with the rest.
    ///
    /// # Errors
    /// As [`Store::open`]; what fails later stands in the answer.
    pub fn erase(path: &Path) -> Result<Wiped, StoreError> {
        let mut wiped = Wiped::default();
        erase(&*FileMedium::new(path).open()?, &[], &mut wiped);
        Ok(wiped)
    }
}

fn erase(backend: &dyn StorageBackend, sealed_keys: &[Vec<u8>], wiped: &mut Wiped) {
    wiped.bytes = note(backend.len(), wiped).unwrap_or(0);
    if !sealed_keys.is_empty() {
        let destroyed = destroy_keys(backend, wiped.bytes, sealed_keys);
        wiped.key_destroyed = note(destroyed, wiped).unwrap_or(false);
    }
    overwrite(backend, wiped);
    let cut = backend.set_len(0).and_then(|()| backend.sync_data());
    wiped.truncated = note(cut, wiped).is_some();
    // Only of use to tell whoever looks at the failures.
    let _ = note(backend.close(), wiped);
}

/// Overwrites every copy of the sealed keys, those in old pages included; whether there was
/// one. A copy that crosses two pieces is found, since they overlap.
fn destroy_keys(
    backend: &dyn StorageBackend,
    bytes: u64,
    sealed_keys: &[Vec<u8>],
) -> io::Result<bool> {
    let longest = sealed_keys.iter().map(Vec::len).max().unwrap_or(0).min(PIECE / 2);
    let mut piece = vec![0; PIECE];
    let (mut at, mut found) = (0, false);
    while at < bytes {
        let there = usize::try_from(bytes - at).map_or(PIECE, |rest| rest.min(PIECE));
        backend.read(at, &mut piece[..there])?;
        for sealed in sealed_keys {
            for place in memmem::find_iter(&piece[..there], sealed) {
                backend.write(at + place as u64, &vec![0; sealed.len()])?;
                found = true;
            }
        }
        at += (PIECE - longest) as u64;
    }
    backend.sync_data()?;
    Ok(found)
}

/// Overwrites what can be overwritten; a piece that cannot be does not save the others.
fn overwrite(backend: &dyn StorageBackend, wiped: &mut Wiped) {
    let zeros = vec![0; PIECE];
    let (mut at, mut written) = (0, 0);
    let mut failed = false;
    while at < wiped.bytes {
        let there = usize::try_from(wiped.bytes - at).map_or(PIECE, |rest| rest.min(PIECE));
        match backend.write(at, &zeros[..there]) {
            Ok(()) => written += there as u64,
            Err(error) if !failed => {
                failed = true;
                wiped.failures.push(format!("from byte {at}: {error}"));
            }
            Err(_) => {}
        }
        at += there as u64;
    }
    if note(backend.sync_data(), wiped).is_some() {
        wiped.overwritten = written;
    }
}

/// The answer, or a line among the failures.
fn note<T>(answer: io::Result<T>, wiped: &mut Wiped) -> Option<T> {
    answer.map_err(|error| wiped.failures.push(error.to_string())).ok()
}
