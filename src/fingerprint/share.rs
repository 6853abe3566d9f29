//! Who goes on from the vote to the comparison.
//!
//! A true template nearly always stands out by its vote; where it does, few others come near
//! it. Where nothing stands out, the true one may be anywhere among the upper votes,
//! and many go on. So the rule is relative to the best vote, within a least and a most that grow
//! with the gallery, as the number of strangers with a high vote does.

/// Votes from this part of the best one on go on: nine sixteenths.
const PART: [u32; 2] = [9, 16];
/// At least so many go on, ...
const LEAST: usize = 48;
/// ... and one of so many.
const LEAST_OF: usize = 400;
/// At most so many go on, ...
const MOST: usize = 96;
/// ... and one of so many.
const MOST_OF: usize = 33;

/// The lowest vote that goes on, if `k` members are wanted. `order` is room for all votes.
pub(super) fn lowest(votes: &[u32], k: usize, order: &mut Vec<u32>) -> u32 {
    let count = votes.len();
    let least = (LEAST + count / LEAST_OF).max(4 * k);
    let most = (MOST + count / MOST_OF).max(4 * k);
    if count <= least {
        return 0;
    }
    order.clear();
    order.extend_from_slice(votes);
    let best = votes.iter().copied().max().unwrap_or(0);
    let relative = best / PART[1] * PART[0];
    // Of all that are equal to the last one, none is better than another: all go on.
    let (upper, &mut of_least, _) = order.select_nth_unstable_by(least - 1, |a, b| b.cmp(a));
    debug_assert!(upper.iter().all(|&vote| vote >= of_least));
    let of_most =
        if count <= most { 0 } else { *order.select_nth_unstable_by(most - 1, |a, b| b.cmp(a)).1 };
    // Without any pair there is nothing to compare.
    relative.min(of_least).max(of_most).max(1)
}
