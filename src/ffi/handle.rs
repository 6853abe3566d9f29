//! Handles: what C holds instead of pointers into our memory.
//!
//! A handle is not an address. It is a slot number, the number of its kind and
//! a generation, dressed as a pointer to an incomplete type so that the C
//! compiler tells kinds apart; where a program casts them, the number does. A
//! closed handle, a handle of another kind or a stray value finds no entry and
//! is answered `KAIMEN_ERR_HANDLE`; it is never dereferenced. A call in flight
//! keeps its object alive, so closing in one thread while another identifies is
//! safe. Looking a handle up takes no lock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;

use crate::error::Error;

/// Bits of a handle that hold the slot number.
const SLOT_BITS: u32 = 8;
/// Bits that hold the kind; the rest is the generation, 22 bits even on a
/// 32-bit machine.
const KIND_BITS: u32 = 2;
/// Most handles of one kind at a time.
pub(super) const CAPACITY: usize = 1 << SLOT_BITS;
/// Generations wrap here. Zero is left out, so that no handle is NULL.
const GENERATIONS: usize = (1 << (usize::BITS - KIND_BITS - SLOT_BITS)) - 1;

/// The kinds of handles. A handle of one kind never finds an object of another.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Engine,
    Request,
    Report,
}

struct Entry<T> {
    generation: usize,
    /// Empty while the handle is only reserved.
    value: OnceLock<Arc<T>>,
}

/// All handles of one kind.
pub(super) struct Table<T> {
    kind: Kind,
    slots: [ArcSwapOption<Entry<T>>; CAPACITY],
    next: AtomicUsize,
}

impl<T> Table<T> {
    pub(super) const fn new(kind: Kind) -> Self {
        let slots = [const { ArcSwapOption::const_empty() }; CAPACITY];
        Self { kind, slots, next: AtomicUsize::new(0) }
    }

    /// Stores a value and returns its handle.
    pub(super) fn insert(&self, value: T) -> Result<usize, Error> {
        Ok(self.reserve()?.fill(value))
    }

    /// Takes a place for a value that is still to be made, so that making it
    /// is not in vain.
    pub(super) fn reserve(&self) -> Result<Reservation<'_, T>, Error> {
        for (slot, number) in self.slots.iter().zip(0usize..) {
            if slot.load().is_some() {
                continue;
            }
            let generation = self.next.fetch_add(1, Ordering::Relaxed) % GENERATIONS + 1;
            let entry = Arc::new(Entry { generation, value: OnceLock::new() });
            let none = None::<Arc<Entry<T>>>;
            let before = slot.compare_and_swap(&none, Some(Arc::clone(&entry)));
            if before.is_none() {
                let number = (self.kind as usize) << SLOT_BITS | number;
                let handle = generation << (KIND_BITS + SLOT_BITS) | number;
                return Ok(Reservation { table: self, handle, entry });
            }
        }
        Err(Error::TooManyHandles { capacity: CAPACITY })
    }

    /// The object behind a handle.
    pub(super) fn get(&self, handle: usize, name: &'static str) -> Result<Arc<T>, Error> {
        let (slot, generation) = self.locate(handle).ok_or(Error::Handle { name })?;
        let entry = slot.load();
        let entry = entry.as_ref().filter(|entry| entry.generation == generation);
        entry.and_then(|entry| entry.value.get()).cloned().ok_or(Error::Handle { name })
    }

    /// Forgets a handle. A handle that is not open is ignored, so that a
    /// second close does no harm.
    pub(super) fn remove(&self, handle: usize) {
        let Some((slot, generation)) = self.locate(handle) else { return };
        let current = slot.load_full();
        if current.as_ref().is_some_and(|entry| entry.generation == generation) {
            // Only the closer that still sees this entry takes it out.
            let _ = slot.compare_and_swap(&current, None);
        }
    }

    /// How many handles are open.
    pub(super) fn len(&self) -> usize {
        self.slots.iter().filter(|slot| slot.load().is_some()).count()
    }

    fn locate(&self, handle: usize) -> Option<(&ArcSwapOption<Entry<T>>, usize)> {
        let generation = handle >> (KIND_BITS + SLOT_BITS);
        let kind = handle >> SLOT_BITS & ((1 << KIND_BITS) - 1);
        let slot = self.slots.get(handle % CAPACITY)?;
        (generation != 0 && kind == self.kind as usize).then_some((slot, generation))
    }
}

/// A place in a table. Dropped without a value, it is given back.
pub(super) struct Reservation<'t, T> {
    table: &'t Table<T>,
    handle: usize,
    entry: Arc<Entry<T>>,
}

impl<T> Reservation<'_, T> {
    /// Puts the value in its place; the handle works from now on.
    pub(super) fn fill(self, value: T) -> usize {
        // A reservation is filled once: it is consumed by that.
        let _ = self.entry.value.set(Arc::new(value));
        self.handle
    }
}

impl<T> Drop for Reservation<'_, T> {
    fn drop(&mut self) {
        if self.entry.value.get().is_none() {
            self.table.remove(self.handle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_and_foreign_handles_find_nothing() {
        let table = Table::new(Kind::Engine);
        let first = table.insert("first").unwrap();
        assert_eq!(*table.get(first, "h").unwrap(), "first");
        table.remove(first);
        table.remove(first);
        let second = table.insert("second").unwrap();
        assert_eq!(second % CAPACITY, first % CAPACITY, "the slot is used again");
        assert!(table.get(first, "h").is_err());
        table.remove(first);
        assert_eq!(*table.get(second, "h").unwrap(), "second");
        for stray in [0, 1, usize::MAX, second ^ (1 << (KIND_BITS + SLOT_BITS)), second + 1] {
            assert!(table.get(stray, "h").is_err(), "{stray}");
        }
    }

    #[test]
    fn a_handle_of_another_kind_finds_nothing() {
        let (engines, reports) = (Table::new(Kind::Engine), Table::new(Kind::Report));
        let (engine, report) = (engines.insert(1).unwrap(), reports.insert(2).unwrap());
        assert!(engines.get(report, "h").is_err());
        assert!(reports.get(engine, "h").is_err());
        engines.remove(report);
        assert_eq!(*engines.get(engine, "h").unwrap(), 1);
    }

    #[test]
    fn capacity_is_an_error_and_not_a_panic() {
        let table = Table::new(Kind::Engine);
        let handles: Vec<_> = (0..CAPACITY).map(|i| table.insert(i).unwrap()).collect();
        assert!(matches!(table.insert(0), Err(Error::TooManyHandles { .. })));
        assert_eq!(table.len(), CAPACITY);
        table.remove(handles[17]);
        assert!(table.insert(0).is_ok());
    }

    #[test]
    fn a_reservation_without_a_value_is_given_back() {
        let table = Table::<u8>::new(Kind::Engine);
        let reservation = table.reserve().unwrap();
        let handle = reservation.handle;
        assert!(table.get(handle, "h").is_err());
        drop(reservation);
        assert_eq!(table.len(), 0);
        assert_eq!(*table.get(table.reserve().unwrap().fill(7), "h").unwrap(), 7);
    }

    #[test]
    fn an_object_in_use_survives_its_close() {
        let table = Table::new(Kind::Engine);
        let handle = table.insert(String::from("alive")).unwrap();
        let held = table.get(handle, "h").unwrap();
        table.remove(handle);
        assert_eq!(*held, "alive");
    }
}
