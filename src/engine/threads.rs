//! The search threads of an engine.

use super::config::THREAD_STACK_BYTES;
use crate::error::Error;

/// So many threads, asleep until a search wakes them; none for one.
pub(super) fn pool(threads: usize) -> Result<Option<rayon::ThreadPool>, Error> {
    if threads < 2 {
        return Ok(None);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(THREAD_STACK_BYTES)
        .thread_name(|at| format!("kaimen-{at}"))
        .build();
    let refused = |_| Error::Config { field: "threads", reason: "cannot be started here" };
    pool.map(Some).map_err(refused)
}
