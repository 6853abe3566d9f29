//! The minutes of a day in bits.

use super::minutes::{DAY, Minutes};

/// The minutes of a day, one bit each: set where a rule is open.
///
/// To unite the ranges of many rules this is cheaper than to merge them.
#[derive(Clone, Copy, Default)]
pub(super) struct DayMap([u64; 23]);

const _: () = assert!(DAY.div_ceil(64) == 23);

impl DayMap {
    pub(super) fn of(minutes: &Minutes) -> Self {
        let mut map = Self::default();
        map.paint(minutes);
        map
    }

    pub(super) fn paint(&mut self, minutes: &Minutes) {
        for range in minutes.ranges() {
            for word in range.first / 64..=range.last / 64 {
                let low = range.first.max(word * 64) % 64;
                let high = range.last.min(word * 64 + 63) % 64;
                self.0[usize::from(word)] |= u64::MAX << low & u64::MAX >> (63 - high);
            }
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    /// The first minute at or after `from` that is not set.
    pub(super) fn first_shut(&self, from: u16) -> Option<u16> {
        let mut minute = from;
        while minute < DAY {
            let shut = !self.0[usize::from(minute / 64)] >> (minute % 64);
            if shut != 0 {
                minute += u16::try_from(shut.trailing_zeros()).unwrap_or(0);
                return Some(minute).filter(|&minute| minute < DAY);
            }
            minute = (minute / 64 + 1) * 64;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, DayMap, Minutes};

    #[test]
    fn every_minute_is_what_the_ranges_say() {
        for text in ["0:00-0:00,1:03-1:04,5:20-12:47,23:59-23:59", "0:00-23:58", "0:01-23:59", "*"]
        {
            let minutes = Minutes::parse(text).expect("valid");
            let map = DayMap::of(&minutes);
            for from in 0..DAY {
                let expected = (from..DAY).find(|&minute| !minutes.contains(minute));
                assert_eq!(map.first_shut(from), expected, "{text} from {from}");
            }
        }
    }
}
