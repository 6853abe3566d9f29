//! Work on all cores, for what is prepared; nothing that is measured.

use std::ops::Range;
use std::thread;

/// `work` for each number of a range, in order.
pub(crate) fn map<T: Send>(range: Range<usize>, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = range.len().div_ceil(cores);
    let part = |core: usize| {
        let first = range.start + core * share;
        (first..range.end.min(first + share)).map(&work).collect::<Vec<T>>()
    };
    let part = &part;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || part(core))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}
