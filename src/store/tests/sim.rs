//! A disk in memory that records what is written, and fails when it is told to.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use redb::StorageBackend;

use crate::store::Medium;

/// What reached the disk, in its order.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
}

/// When and how the disk fails.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// Writes, changes of length and syncs that still work.
    pub(crate) after: u64,
    /// Linux's number of the error.
    pub(crate) errno: i32,
    /// The failing write leaves its first half behind.
    pub(crate) short: bool,
}

#[derive(Debug, Default)]
struct Inner {
    bytes: Vec<u8>,
    log: Vec<Op>,
    fault: Option<Fault>,
    is_open: bool,
    opens: u64,
    /// Which bytes were ever read.
    read: Vec<bool>,
}

/// The disk. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sim(Arc<Mutex<Inner>>);

impl Sim {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Inner { bytes, ..Inner::default() })))
    }

    pub(crate) fn medium(&self) -> Arc<dyn Medium> {
        Arc::new(self.clone())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.inner().bytes.clone()
    }

    /// What was recorded since the last call.
    pub(crate) fn take_log(&self) -> Vec<Op> {
        core::mem::take(&mut self.inner().log)
    }

    pub(crate) fn log_len(&self) -> usize {
        self.inner().log.len()
    }

    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        self.inner().fault = fault;
    }

    pub(crate) fn opens(&self) -> u64 {
        self.inner().opens
    }

    /// The places of all bytes that were ever read.
    pub(crate) fn read_places(&self) -> Vec<usize> {
        let inner = self.inner();
        inner.read.iter().enumerate().filter(|(_, read)| **read).map(|(place, _)| place).collect()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
}

impl Medium for Sim {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let mut inner = self.inner();
        if inner.is_open {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        inner.is_open = true;
        inner.opens += 1;
        Ok(Box::new(Backend(self.clone())))
    }
}

#[derive(Debug)]
struct Backend(Sim);

impl Drop for Backend {
    fn drop(&mut self) {
        self.0.inner().is_open = false;
    }
}

impl Inner {
    /// Whether the next change works; counts it.
    fn step(&mut self) -> Result<(), Fault> {
        match &mut self.fault {
            None => Ok(()),
            Some(fault) if fault.after > 0 => {
                fault.after -= 1;
                Ok(())
            }
            Some(fault) => Err(*fault),
        }
    }

    fn put(&mut self, offset: usize, data: &[u8]) {
        let end = offset + data.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[offset..end].copy_from_slice(data);
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.inner().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut inner = self.0.inner();
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let end = start.checked_add(out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(inner.bytes.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        if inner.read.len() < end {
            inner.read.resize(end, false);
        }
        inner.read[start..end].fill(true);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut inner = self.0.inner();
        inner.step().map_err(|fault| io::Error::from_raw_os_error(fault.errno))?;
        inner.bytes.resize(usize::try_from(len).map_err(io::Error::other)?, 0);
        inner.log.push(Op::SetLen(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut inner = self.0.inner();
        inner.step().map_err(|fault| io::Error::from_raw_os_error(fault.errno))?;
        inner.log.push(Op::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut inner = self.0.inner();
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        if let Err(fault) = inner.step() {
            if fault.short {
                inner.put(start, &data[..data.len() / 2]);
            }
            return Err(io::Error::from_raw_os_error(fault.errno));
        }
        inner.put(start, data);
        inner.log.push(Op::Write(offset, data.to_vec()));
        Ok(())
    }
}
