//! A vendor's own comparison of opaque templates, as C gives it.

use core::ffi::c_void;
use std::time::Duration;

use super::config::kaimen_algorithm;
use crate::error::Error;
use crate::opaque::{Compare, Matcher, OPAQUE_BLOCK_ROWS};

/// Compares a probe with templates of one algorithm: a vendor's SDK behind a function.
///
/// `user`: as in `kaimen_algorithm`.
/// `probe`, `probe_size`: what the call was given, or with `kaimen_engine_duplicates` a template.
/// `templates`, `sizes`, `count`: 1 to 256 templates, of any members, with their sizes in bytes.
/// They are not aligned to more than 1, and there until the function returns; do not write them.
/// `scores`: an array of `count`, all `INT32_MIN` (`KAIMEN_SCORE_NONE`) before. Write a score for
/// each template, higher for more alike. A place that is left as it was, or set to that, counts
/// as no comparison: that template is not found.
/// Returns 0, or any number of the vendor's: the call fails with `KAIMEN_ERR_MATCHER`, whatever
/// was written, and the number is in the detail.
///
/// The score must depend on the two templates only, higher is more alike. Called inside a call that
/// compares, never else: in its own thread, or with `threads` above 1 in several of the engine's at once, which have
/// 256 KiB of stack for it. So it must be safe in several threads if `threads` is above 1, or if
/// the program itself identifies in several. It must return (no `longjmp`, no exception) and
/// must not call this library.
pub type kaimen_compare_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        probe: *const c_void,
        probe_size: usize,
        templates: *const *const c_void,
        sizes: *const usize,
        count: usize,
        scores: *mut i32,
    ) -> i32,
>;

/// The comparison of an algorithm; `None` without one.
pub(super) fn matcher(algorithm: &kaimen_algorithm) -> Result<Option<Matcher>, Error> {
    let kaimen_algorithm { compare, user, deadline_ms, .. } = *algorithm;
    let Some(compare) = compare else {
        if deadline_ms == 0 {
            return Ok(None);
        }
        return Err(Error::Argument { name: "deadline_ms", reason: "is given without compare" });
    };
    let matcher = Matcher::new(Vendor { compare, user });
    Ok(Some(match deadline_ms {
        0 => matcher,
        budget => matcher.with_budget(Duration::from_millis(budget.into())),
    }))
}

/// A vendor's comparison with what it works on.
struct Vendor {
    compare: unsafe extern "C" fn(
        *mut c_void,
        *const c_void,
        usize,
        *const *const c_void,
        *const usize,
        usize,
        *mut i32,
    ) -> i32,
    user: *mut c_void,
}

// SAFETY: `user` is only handed to `compare`, which by the header may be called from any thread.
unsafe impl Send for Vendor {}
// SAFETY: as above; by the header it may be called from several at once.
unsafe impl Sync for Vendor {}

impl Compare for Vendor {
    fn compare(&self, probe: &[u8], templates: &[&[u8]], scores: &mut [i32]) -> Result<(), i32> {
        debug_assert!(templates.len() <= OPAQUE_BLOCK_ROWS && scores.len() == templates.len());
        let count = templates.len().min(scores.len()).min(OPAQUE_BLOCK_ROWS);
        let mut starts = [core::ptr::null::<c_void>(); OPAQUE_BLOCK_ROWS];
        let mut sizes = [0; OPAQUE_BLOCK_ROWS];
        for ((start, size), template) in starts.iter_mut().zip(&mut sizes).zip(templates) {
            (*start, *size) = (template.as_ptr().cast(), template.len());
        }
        // SAFETY: the vendor's function, called as its type says: the probe and `count` templates are
        // readable for their sizes, and `count` scores writable, until it returns.
        let answer = unsafe {
            (self.compare)(
                self.user,
                probe.as_ptr().cast(),
                probe.len(),
                starts.as_ptr(),
                sizes.as_ptr(),
                count,
                scores.as_mut_ptr(),
            )
        };
        if answer == 0 { Ok(()) } else { Err(answer) }
    }
}
