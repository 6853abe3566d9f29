//! Who goes on from the vote to the comparison.
//!
//! A true template nearly always stands out by its vote; where it does, few others come near
//! it. Where nothing stands out, the true one may be anywhere among the upper votes,
//! and many go on. So the rule is relative to the best vote, within a least and a most that grow
//! with the gallery, as the number of strangers with a high vote does.
//!
//! On 945 probes against up to 1,073 real templates (mindtct, one of them the mate) the rule below
//! lets 51 templates through on average and loses 2 probes that comparing all would find;
//! with a most of 117 of them it would be 44 and 5. On every third of these probes, always the best
//! 96 lost 4 and always the best 207 two, where two fifths of the best vote let 61 through and
//! lost one.

/// Votes from this part of the best one on go on: two fifths.
const PART: [u32; 2] = [2, 5];
/// At least so many go on, ...
const LEAST: usize = 32;
/// ... and one of so many.
const LEAST_OF: usize = 400;
/// At most so many go on, ...
const MOST: usize = 256;
/// ... and one of so many.
const MOST_OF: usize = 20;

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
    let relative = best * PART[0] / PART[1];
    // Of all that are equal to the last one, none is better than another: all go on.
    let of_least = *order.select_nth_unstable_by(least - 1, |a, b| b.cmp(a)).1;
    let of_most =
        if count <= most { 0 } else { *order.select_nth_unstable_by(most - 1, |a, b| b.cmp(a)).1 };
    // Without any pair there is nothing to compare.
    relative.min(of_least).max(of_most).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn going_on(votes: &[u32], k: usize) -> usize {
        let lowest = lowest(votes, k, &mut Vec::new());
        votes.iter().filter(|&&vote| vote >= lowest).count()
    }

    /// Votes 1 to `count`, and a best one.
    fn ramp(count: u32, best: u32) -> Vec<u32> {
        (1..count).chain([best]).collect()
    }

    #[test]
    fn everybody_goes_on_in_a_small_gallery() {
        assert_eq!(going_on(&[], 1), 0);
        assert_eq!(going_on(&[0; 32], 1), 32);
        assert_eq!(going_on(&ramp(32, 50_000), 1), 32);
    }

    #[test]
    fn few_go_on_where_one_stands_out_and_many_where_none_does() {
        // 57 = 32 + 10,000 / 400; 756 = 256 + 10,000 / 20.
        assert_eq!(going_on(&ramp(10_000, 50_000), 1), 57);
        assert_eq!(going_on(&ramp(10_000, 24_000), 1), 400 + 1);
        assert_eq!(going_on(&ramp(10_000, 10_000), 1), 756);
    }

    #[test]
    fn more_go_on_where_more_are_wanted() {
        assert_eq!(going_on(&ramp(10_000, 50_000), 64), 256);
    }

    #[test]
    fn equal_votes_go_on_together_and_no_vote_not_at_all() {
        assert_eq!(going_on(&[7; 1000], 1), 1000);
        assert_eq!(going_on(&[0; 1000], 1), 0);
    }
}
