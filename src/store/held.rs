//! A backend that keeps back what is written until the key has proven right.
//!
//! redb writes as soon as it opens a file: it marks it as in use, repairs it, and tidies it
//! when it closes. With a wrong key, or in a file that cannot be used, nothing may change. So
//! writes are kept in memory until [`Held::release`].

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

/// The backend that redb gets.
#[derive(Debug)]
pub(super) struct HeldBackend {
    inner: Arc<Inner>,
}

/// The other end: lets the writes through.
#[derive(Debug)]
pub(super) struct Held {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: Box<dyn StorageBackend>,
    /// `None` once released.
    writes: Mutex<Option<Vec<Write>>>,
}

#[derive(Debug)]
enum Write {
    Bytes(u64, Vec<u8>),
    Length(u64),
    Sync,
}

impl HeldBackend {
    pub(super) fn new(backend: Box<dyn StorageBackend>) -> io::Result<(Self, Held)> {
        let inner = Arc::new(Inner { backend, writes: Mutex::new(None) });
        Ok((Self { inner: inner.clone() }, Held { inner }))
    }
}

impl Held {
    /// Writes what was kept back, in its order, and from now on everything at once.
    pub(super) fn release(self) -> io::Result<()> {
        let writes = self.inner.lock().take();
        for write in writes.unwrap_or_default() {
            match write {
                Write::Bytes(offset, bytes) => self.inner.backend.write(offset, &bytes)?,
                Write::Length(length) => self.inner.backend.set_len(length)?,
                Write::Sync => self.inner.backend.sync_data()?,
            }
        }
        Ok(())
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Option<Vec<Write>>> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for HeldBackend {
    fn len(&self) -> io::Result<u64> {
        self.inner.backend.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.backend.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.inner.backend.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.inner.backend.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.inner.backend.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.inner.backend.close()
    }
}
