//! The guard that every exported function runs in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::detail::{self, kaimen_detail};
use super::types::kaimen_status;
use crate::error::Error;
use crate::status::{KAIMEN_ERR_PANIC, KAIMEN_OK};

/// Runs the body of an exported function that returns a status.
///
/// An error becomes its status and, where the caller gave a `detail`, its
/// text; a panic becomes `KAIMEN_ERR_PANIC`. The detail is written on failure
/// only, so that one detail can serve many calls.
pub(super) fn call(
    detail: *mut kaimen_detail,
    body: impl FnOnce() -> Result<(), Error>,
) -> kaimen_status {
    // A body only borrows from its caller and from engines, whose state is
    // published in one swap: after a panic nothing half-done can be seen.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => KAIMEN_OK,
        Ok(Err(error)) => {
            detail::write_error(detail, &error);
            error.status()
        }
        Err(_) => {
            detail::write_panic(detail);
            KAIMEN_ERR_PANIC
        }
    }
}

/// Runs the body of an exported function that cannot fail; a panic answers
/// `fallback`.
pub(super) fn plain<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(fallback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status_and_a_detail() {
        let mut text = kaimen_detail::new();
        let status = call(&raw mut text, || panic!("on purpose"));
        assert_eq!(status, KAIMEN_ERR_PANIC);
        assert_eq!(text.status, KAIMEN_ERR_PANIC);
        assert_ne!(text.message[0], 0);
        assert_eq!(plain(7, || panic!("on purpose")), 7);
    }

    #[test]
    fn success_leaves_the_detail_alone() {
        let mut text = kaimen_detail::new();
        text.status = 42;
        assert_eq!(call(&raw mut text, || Ok(())), KAIMEN_OK);
        assert_eq!(text.status, 42);
    }
}
