//! Threads for searches.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::BenchError;

/// Stack of a thread: that of the engine's own.
const STACK_BYTES: usize = 512 << 10;

/// A pool for each number of threads; none for one, which is the caller's.
pub(super) struct Pools(Vec<(usize, Option<ThreadPool>)>);

impl Pools {
    pub(super) fn new(threads: &[usize]) -> Result<Pools, BenchError> {
        let pool = |&threads: &usize| {
            if threads == 1 {
                return Ok((1, None));
            }
            let pool =
                ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build();
            Ok((threads, Some(pool.map_err(BenchError::failed("starting threads"))?)))
        };
        threads.iter().map(pool).collect::<Result<_, _>>().map(Pools)
    }

    /// Works with the most threads that there are: for what is prepared, nothing that is measured.
    pub(super) fn on_all<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self.0.last() {
            Some((_, Some(pool))) => pool.install(work),
            _ => work(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Option<&ThreadPool>)> {
        self.0.iter().map(|(threads, pool)| (*threads, pool.as_ref()))
    }
}

/// The numbers that are measured unless others are asked for: 1, 2, 4 and so on, and all.
pub(super) fn usual(usable: usize) -> Vec<usize> {
    let usable = usable.clamp(1, kaimen::limits::THREADS);
    let mut threads: Vec<usize> =
        std::iter::successors(Some(1), |n| Some(n * 2)).take_while(|&n| n < usable).collect();
    threads.push(usable);
    threads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_and_all() {
        assert_eq!(usual(1), [1]);
        assert_eq!(usual(2), [1, 2]);
        assert_eq!(usual(6), [1, 2, 4, 6]);
        assert_eq!(usual(0), [1]);
        assert_eq!(usual(1000).last(), Some(&64));
    }
}
