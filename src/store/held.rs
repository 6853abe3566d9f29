//! A backend that keeps back what is written until the key has proven right.
//!
//! redb writes as soon as it opens a file: it marks it as in use, repairs it, and tidies it
//! when it closes. With a wrong key, or in a file that cannot be used, nothing may change. So
//! writes are kept in memory until [`Held::release`]. What redb writes before that is its
//! header and, in a new file, some twenty pages.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

use super::birth;
use super::structure;

/// Bytes of one piece of the overlay: a page of redb.
const PIECE_BYTES: usize = 4096;
const PIECE: u64 = PIECE_BYTES as u64;

/// The backend that redb gets.
#[derive(Debug)]
pub(super) struct HeldBackend(Arc<Inner>);

/// The other end: lets the writes through.
#[derive(Debug)]
pub(super) struct Held(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    backend: Box<dyn StorageBackend>,
    /// Nothing is in the file yet.
    is_new: bool,
    released: AtomicBool,
    overlay: Mutex<Overlay>,
}

/// What was written and is not released.
#[derive(Debug, Default)]
struct Overlay {
    length: u64,
    pieces: BTreeMap<u64, Box<[u8]>>,
    writes: Vec<Write>,
}

#[derive(Debug)]
enum Write {
    Bytes(u64, Box<[u8]>),
    Length(u64),
    Sync,
}

/// A backend for redb over `backend`, and what releases it. A file in which nothing is yet
/// reads as empty.
pub(super) fn hold(backend: Box<dyn StorageBackend>) -> io::Result<(HeldBackend, Held)> {
    let is_new = birth::is_unborn(&*backend)?;
    let mut overlay = Overlay::default();
    if !is_new {
        overlay.length = backend.len()?;
        cut_to_pages(&mut overlay);
    }
    let overlay = Mutex::new(overlay);
    let released = AtomicBool::new(false);
    let inner = Arc::new(Inner { backend, is_new, released, overlay });
    Ok((HeldBackend(inner.clone()), Held(inner)))
}

impl Held {
    /// Whether there is nothing in the file yet.
    pub(super) fn is_new(&self) -> bool {
        self.0.is_new
    }

    /// Length in bytes, as redb sees it.
    pub(super) fn len(&self) -> io::Result<u64> {
        HeldBackend(self.0.clone()).len()
    }

    /// Reads, as redb does.
    pub(super) fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        HeldBackend(self.0.clone()).read(offset, out)
    }

    /// Writes into the overlay what redb is to see; it is not released.
    pub(super) fn pretend(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.lay_over(&mut self.0.lock(), offset, bytes)
    }

    /// Writes what was kept back, in its order, and from now on everything at once.
    pub(super) fn release(&self) -> io::Result<()> {
        let mut overlay = self.0.lock();
        let Overlay { length, pieces, writes } = core::mem::take(&mut *overlay);
        let backend = &*self.0.backend;
        if self.0.is_new {
            birth::give(backend, length, &pieces)?;
        } else {
            for write in writes {
                match write {
                    Write::Bytes(offset, bytes) => backend.write(offset, &bytes)?,
                    Write::Length(length) => backend.set_len(length)?,
                    Write::Sync => backend.sync_data()?,
                }
            }
        }
        self.0.released.store(true, Ordering::Release);
        Ok(())
    }
}

/// A power cut may leave a part of a page at the end of a file that was growing. No commit has
/// it, and redb takes only whole ones.
fn cut_to_pages(overlay: &mut Overlay) {
    let surplus = overlay.length % PIECE;
    if surplus > 0 && overlay.length > PIECE {
        overlay.length -= surplus;
        overlay.writes.push(Write::Length(overlay.length));
    }
}

/// The piece that a byte of the file is in, and where in it.
fn split(at: u64) -> (u64, usize) {
    let inside = (at % PIECE) as usize;
    (at / PIECE, inside)
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Overlay> {
        self.overlay.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_released(&self) -> bool {
        self.released.load(Ordering::Acquire)
    }

    /// One piece as it is without the overlay; zeros where the file has none.
    fn piece(&self, number: u64) -> io::Result<Box<[u8]>> {
        let mut piece = vec![0; PIECE_BYTES].into_boxed_slice();
        if !self.is_new {
            let start = number * PIECE;
            let there = self.backend.len()?.saturating_sub(start);
            let there = usize::try_from(there).map_or(PIECE_BYTES, |there| there.min(PIECE_BYTES));
            self.backend.read(start, &mut piece[..there])?;
        }
        Ok(piece)
    }

    fn lay_over(&self, overlay: &mut Overlay, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        let mut at = offset;
        while !rest.is_empty() {
            let (number, inside) = split(at);
            let count = rest.len().min(PIECE_BYTES - inside);
            let piece = match overlay.pieces.entry(number) {
                std::collections::btree_map::Entry::Occupied(piece) => piece.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(self.piece(number)?)
                }
            };
            piece[inside..inside + count].copy_from_slice(&rest[..count]);
            (rest, at) = (&rest[count..], at + count as u64);
        }
        overlay.length = overlay.length.max(at);
        Ok(())
    }

    fn read_over(&self, overlay: &Overlay, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(out.len() as u64);
        if end.is_none_or(|end| end > overlay.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (mut at, mut rest) = (offset, out);
        while !rest.is_empty() {
            let (number, inside) = split(at);
            let count = rest.len().min(PIECE_BYTES - inside);
            let (now, later) = rest.split_at_mut(count);
            match overlay.pieces.get(&number) {
                Some(piece) => now.copy_from_slice(&piece[inside..inside + count]),
                None => now.copy_from_slice(&self.piece(number)?[inside..inside + count]),
            }
            (rest, at) = (later, at + count as u64);
        }
        Ok(())
    }
}

impl StorageBackend for HeldBackend {
    fn len(&self) -> io::Result<u64> {
        if self.0.is_released() { self.0.backend.len() } else { Ok(self.0.lock().length) }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        if self.0.is_released() {
            self.0.backend.read(offset, out)?;
        } else {
            let overlay = self.0.lock();
            self.0.read_over(&overlay, offset, out)?;
        }
        if structure::is_plausible(out, self.len()?) {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "a branch of pages beyond the file"))
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        if self.0.is_released() {
            return self.0.backend.set_len(len);
        }
        let mut overlay = self.0.lock();
        overlay.length = len;
        overlay.pieces.retain(|&number, _| number * PIECE < len);
        overlay.writes.push(Write::Length(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        if self.0.is_released() {
            return self.0.backend.sync_data();
        }
        self.0.lock().writes.push(Write::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if self.0.is_released() {
            return self.0.backend.write(offset, data);
        }
        let mut overlay = self.0.lock();
        self.0.lay_over(&mut overlay, offset, data)?;
        overlay.writes.push(Write::Bytes(offset, data.into()));
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.0.backend.close()
    }
}
