//! The best k members of a stream of rows, in a fixed space.

use core::cmp::Ordering;

use crate::limits::CANDIDATES;

/// A member and its best slot, as a search reports them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The member's number, as given to `insert`.
    pub owner: u32,
    /// On the scale of the index: of vectors the cosine in millionths, of fingers what
    /// their comparison gives.
    pub score: i32,
    /// The member's best slot; the lowest of equal ones.
    pub slot: u8,
}

/// The best members of one search: at most k of them, best first. Inline, 64
/// candidates, no heap; keep one and use it for every search.
///
/// Streaming is exact although a member has several rows: the list only gets
/// better, so a member that was dropped, or never came in, returns only with a
/// row that beats what it had.
#[derive(Clone, Debug)]
pub struct TopK {
    entries: [Candidate; CANDIDATES],
    len: usize,
    k: usize,
    floor: i32,
}

impl TopK {
    /// An empty list.
    #[must_use]
    pub const fn new() -> TopK {
        TopK {
            entries: [Candidate { owner: 0, score: 0, slot: 0 }; CANDIDATES],
            len: 0,
            k: 0,
            floor: 0,
        }
    }

    /// The candidates, best first.
    #[must_use]
    pub fn as_slice(&self) -> &[Candidate] {
        &self.entries[..self.len]
    }

    /// The best candidate.
    #[must_use]
    pub fn best(&self) -> Option<Candidate> {
        self.as_slice().first().copied()
    }

    /// Empties the list for a search of `k` members (at most
    /// [`CANDIDATES`]) that score at least `floor`.
    pub(crate) fn reset(&mut self, k: usize, floor: i32) {
        self.len = 0;
        self.k = k.min(CANDIDATES);
        self.floor = floor;
    }

    /// The score below which a row cannot change the list any more.
    #[inline]
    pub(crate) fn bar(&self) -> i32 {
        if self.len == self.k && self.len > 0 {
            self.entries[self.len - 1].score.max(self.floor)
        } else {
            self.floor
        }
    }

    /// Offers a row. `tie` orders members of equal scores, `Less` first; it must
    /// be a total order in which no two members are equal. Says whether the list
    /// changed.
    pub(crate) fn offer(&mut self, row: Candidate, tie: &impl Fn(u32, u32) -> Ordering) -> bool {
        if row.score < self.bar() || self.k == 0 {
            return false;
        }
        let known = self.as_slice().iter().position(|c| c.owner == row.owner);
        let vacant = match known {
            Some(at) => {
                let had = self.entries[at];
                if (row.score, had.slot) <= (had.score, row.slot) {
                    return false;
                }
                at
            }
            None if self.len < self.k => {
                self.len += 1;
                self.len - 1
            }
            None => {
                let last = self.len - 1;
                if !beats(row, self.entries[last], tie) {
                    return false;
                }
                last
            }
        };
        // Rows move down from the place it goes to, into the vacant one.
        let mut at = vacant;
        while at > 0 && beats(row, self.entries[at - 1], tie) {
            self.entries[at] = self.entries[at - 1];
            at -= 1;
        }
        self.entries[at] = row;
        true
    }
}

impl Default for TopK {
    fn default() -> Self {
        TopK::new()
    }
}

/// Whether `a` goes before `b`, a candidate of another member.
fn beats(a: Candidate, b: Candidate, tie: &impl Fn(u32, u32) -> Ordering) -> bool {
    a.score > b.score || (a.score == b.score && tie(a.owner, b.owner).is_lt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(k: usize, floor: i32, rows: &[(u32, i32, u8)]) -> Vec<(u32, i32, u8)> {
        let mut top = TopK::new();
        top.reset(k, floor);
        for &(owner, score, slot) in rows {
            top.offer(Candidate { owner, score, slot }, &|a, b| a.cmp(&b));
        }
        top.as_slice().iter().map(|c| (c.owner, c.score, c.slot)).collect()
    }

    #[test]
    fn a_member_is_listed_once_with_its_best_slot() {
        let rows = [(1, 50, 3), (1, 70, 5), (1, 70, 4), (1, 60, 0), (2, 65, 1)];
        assert_eq!(run(3, 0, &rows), [(1, 70, 4), (2, 65, 1)]);
    }

    #[test]
    fn a_dropped_member_returns_with_a_better_slot() {
        let rows = [(1, 50, 0), (2, 60, 0), (3, 70, 0), (1, 65, 1)];
        assert_eq!(run(2, 0, &rows), [(3, 70, 0), (1, 65, 1)]);
        let rows = [(1, 50, 0), (2, 60, 0), (3, 70, 0), (1, 60, 9)];
        assert_eq!(run(2, 0, &rows), [(3, 70, 0), (1, 60, 9)]);
    }

    #[test]
    fn ties_at_the_end_do_not_depend_on_the_order_of_rows() {
        let rows = [(4, 50, 0), (2, 50, 0), (3, 50, 0), (1, 50, 0)];
        assert_eq!(run(2, 0, &rows), [(1, 50, 0), (2, 50, 0)]);
        let mut turned = rows;
        turned.reverse();
        assert_eq!(run(2, 0, &turned), [(1, 50, 0), (2, 50, 0)]);
    }

    #[test]
    fn the_floor_itself_is_reported_and_nothing_below() {
        assert_eq!(run(3, 50, &[(1, 49, 0), (2, 50, 0)]), [(2, 50, 0)]);
        assert_eq!(run(0, 0, &[(1, 49, 0)]), []);
    }
}
