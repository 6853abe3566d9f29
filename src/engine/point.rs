//! Where threads of one engine meet. A test stops them there and tries every order
//! (`tests/interleavings.rs`); everywhere else these are plain locks and nothing.

#[cfg(not(test))]
use std::sync::{LockResult, Mutex, MutexGuard};

/// A place at which what one thread does next can be seen by another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// Before the lock of the writers is taken.
    Write,
    /// Before the lock of the store is taken.
    Store,
    /// Before a reader takes the gallery that is served.
    Load,
    /// While a reader has it.
    Read,
    /// Between durable and visible.
    Publish,
}

/// Takes a lock; `point` says which one.
#[cfg(not(test))]
#[inline]
pub(super) fn lock<T>(mutex: &Mutex<T>, _: Point) -> LockResult<MutexGuard<'_, T>> {
    mutex.lock()
}

#[cfg(not(test))]
#[inline]
pub(super) fn reach(_: Point) {}

#[cfg(test)]
pub(super) use super::tests::schedule::{lock, reach};
