//! Handles: what C holds instead of pointers into our memory.
//!
//! A handle is not an address. It is a slot number and a generation, dressed
//! as a pointer to an incomplete type so that the C compiler tells kinds
//! apart. A closed handle, a handle of another kind or a stray value finds no
//! entry and is answered `KAIMEN_ERR_HANDLE`; it is never dereferenced. A call
//! in flight keeps its object alive, so closing in one thread while another
//! identifies is safe. Looking a handle up takes no lock.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;

use crate::error::Error;

/// Bits of a handle that hold the slot number; the rest is the generation.
/// Both fit a 32-bit pointer.
const SLOT_BITS: u32 = 8;
/// Most handles of one kind at a time.
pub(super) const CAPACITY: usize = 1 << SLOT_BITS;
/// Generations wrap here. Zero is left out, so that no handle is NULL.
const GENERATIONS: u32 = (1 << (32 - SLOT_BITS)) - 1;

struct Entry<T> {
    generation: u32,
    /// Empty while the handle is only reserved.
    value: OnceLock<Arc<T>>,
}

/// All handles of one kind.
pub(super) struct Table<T> {
    slots: [ArcSwapOption<Entry<T>>; CAPACITY],
    next: AtomicU32,
}

impl<T> Table<T> {
    pub(super) const fn new() -> Self {
        Self { slots: [const { ArcSwapOption::const_empty() }; CAPACITY], next: AtomicU32::new(0) }
    }

    /// Stores a value and returns its handle.
    pub(super) fn insert(&self, value: T) -> Result<usize, Error> {
        Ok(self.reserve()?.fill(value))
    }

    /// Takes a place for a value that is still to be made, so that making it
    /// is not in vain.
    pub(super) fn reserve(&self) -> Result<Reservation<'_, T>, Error> {
        for (slot, number) in self.slots.iter().zip(0u32..) {
            if slot.load().is_some() {
                continue;
            }
            let generation = self.next.fetch_add(1, Ordering::Relaxed) % GENERATIONS + 1;
            let entry = Arc::new(Entry { generation, value: OnceLock::new() });
            let none = None::<Arc<Entry<T>>>;
            let before = slot.compare_and_swap(&none, Some(Arc::clone(&entry)));
            if before.is_none() {
                let handle = ((generation << SLOT_BITS) | number) as usize;
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

    fn locate(&self, handle: usize) -> Option<(&ArcSwapOption<Entry<T>>, u32)> {
        let handle = u32::try_from(handle).ok()?;
        let generation = handle >> SLOT_BITS;
        let slot = self.slots.get(handle as usize % CAPACITY)?;
        (generation != 0).then_some((slot, generation))
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
        let table = Table::new();
        let first = table.insert("first").unwrap();
        assert_eq!(*table.get(first, "h").unwrap(), "first");
        table.remove(first);
        table.remove(first);
        let second = table.insert("second").unwrap();
        assert_eq!(second % CAPACITY, first % CAPACITY, "the slot is used again");
        assert!(table.get(first, "h").is_err());
        table.remove(first);
        assert_eq!(*table.get(second, "h").unwrap(), "second");
        for stray in [0, 1, usize::MAX, second ^ (1 << SLOT_BITS), second + 1] {
            assert!(table.get(stray, "h").is_err(), "{stray}");
        }
    }

    #[test]
    fn capacity_is_an_error_and_not_a_panic() {
        let table = Table::new();
        let handles: Vec<_> = (0..CAPACITY).map(|i| table.insert(i).unwrap()).collect();
        assert!(matches!(table.insert(0), Err(Error::TooManyHandles { .. })));
        assert_eq!(table.len(), CAPACITY);
        table.remove(handles[17]);
        assert!(table.insert(0).is_ok());
    }

    #[test]
    fn a_reservation_without_a_value_is_given_back() {
        let table = Table::<u8>::new();
        let reservation = table.reserve().unwrap();
        let handle = reservation.handle;
        assert!(table.get(handle, "h").is_err());
        drop(reservation);
        assert_eq!(table.len(), 0);
        assert_eq!(*table.get(table.reserve().unwrap().fill(7), "h").unwrap(), 7);
    }

    #[test]
    fn an_object_in_use_survives_its_close() {
        let table = Table::new();
        let handle = table.insert(String::from("alive")).unwrap();
        let held = table.get(handle, "h").unwrap();
        table.remove(handle);
        assert_eq!(*held, "alive");
    }
}
