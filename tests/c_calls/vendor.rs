//! A vendor's comparison, as wild as it may be.

use super::*;

/// What `user` of every opaque algorithm points to.
static USER: u8 = 0x5a;

/// Makes an algorithm opaque, or nearly.
pub(super) fn make_opaque(calls: &mut Calls<'_>, algorithm: &mut kaimen_algorithm) {
    algorithm.format = KAIMEN_FORMAT_OPAQUE;
    algorithm.compare = if calls.byte() < 240 { Some(compare) } else { None };
    algorithm.user = (&raw const USER).cast_mut().cast();
    // A time that no call takes: what a sequence meets must not depend on the machine.
    algorithm.deadline_ms = if calls.byte() < 100 { 1_000_000 } else { 0 };
    if calls.byte() < 40 {
        algorithm.format = calls.small(13);
        algorithm.threshold = calls.number() as i32;
        algorithm.margin = calls.number() as i32;
        algorithm.floor = calls.number() as i32;
    }
}

/// A million less 100,000 for each byte that differs. Templates of another size than the
/// probe's are left out; some probes make it fail, and some make it answer anything.
unsafe extern "C" fn compare(
    user: *mut c_void,
    probe: *const c_void,
    probe_size: usize,
    templates: *const *const c_void,
    sizes: *const usize,
    count: usize,
    scores: *mut i32,
) -> i32 {
    assert!(user.cast_const() == (&raw const USER).cast());
    assert!((1..=256).contains(&count) && probe_size > 0);
    // SAFETY: so much is promised.
    let probe = unsafe { std::slice::from_raw_parts(probe.cast::<u8>(), probe_size) };
    // SAFETY: as above.
    let templates = unsafe { std::slice::from_raw_parts(templates, count) };
    // SAFETY: as above.
    let sizes = unsafe { std::slice::from_raw_parts(sizes, count) };
    // SAFETY: as above.
    let scores = unsafe { std::slice::from_raw_parts_mut(scores, count) };
    assert!(scores.iter().all(|score| *score == KAIMEN_SCORE_NONE));
    for ((template, &size), score) in templates.iter().zip(sizes).zip(scores) {
        // SAFETY: as above.
        let template = unsafe { std::slice::from_raw_parts(template.cast::<u8>(), size) };
        assert!(!template.is_empty());
        *score = match *probe {
            [1, a, b, c, d, ..] => i32::from_le_bytes([a, b, c, d]),
            _ if size != probe_size => continue,
            _ => {
                let differ = probe.iter().zip(template).filter(|(a, b)| a != b).count();
                1_000_000 - 100_000 * differ as i32
            }
        };
    }
    if probe_size % 5 == 1 { -i32::from(probe[0]) - 1 } else { 0 }
}
