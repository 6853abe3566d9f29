//! The time column: ranges of minutes of the day.

use std::sync::Arc;

use super::columns::number;
use super::error::{Field, Reason, RuleError};

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

/// A closed range of minutes of the day, 0 to 1439.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MinuteRange {
    pub(super) first: u16,
    pub(super) last: u16,
}

/// The time column: ranges sorted, apart from one another, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Minutes(Arc<[MinuteRange]>);

impl Minutes {
    /// Bytes behind the pointer.
    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.0)
    }

    pub(super) fn parse(text: &str) -> Result<Self, RuleError> {
        if text == "*" {
            return Ok(Self(Arc::new([MinuteRange { first: 0, last: DAY - 1 }])));
        }
        if !text.contains(',') && !text.is_empty() {
            return Ok(Self(Arc::new([range(text)?])));
        }
        let mut ranges = text
            .split(',')
            .map(|item| if item.is_empty() { Err(empty(text)) } else { range(item) })
            .collect::<Result<Vec<_>, _>>()?;
        ranges.sort_unstable_by_key(|range| range.first);
        // Ranges that touch are joined, so that the next minute that is shut
        // is always the one behind a range.
        ranges.dedup_by(|range, before| {
            let touches = range.first <= before.last + 1;
            if touches {
                before.last = before.last.max(range.last);
            }
            touches
        });
        Ok(Self(ranges.into()))
    }

    /// Ranges that are sorted and apart.
    pub(super) fn of(ranges: Arc<[MinuteRange]>) -> Self {
        Self(ranges)
    }

    pub(super) fn contains(&self, minute: u16) -> bool {
        let begun = self.0.partition_point(|range| range.first <= minute);
        self.0[..begun].last().is_some_and(|range| minute <= range.last)
    }

    pub(super) fn is_whole_day(&self) -> bool {
        matches!(*self.0, [MinuteRange { first: 0, last }] if last == DAY - 1)
    }

    /// The first open minute at or after `minute`.
    pub(super) fn first_from(&self, minute: u16) -> Option<u16> {
        self.0.iter().find(|range| range.last >= minute).map(|range| range.first.max(minute))
    }

    pub(super) fn ranges(&self) -> &[MinuteRange] {
        &self.0
    }
}

fn empty(text: &str) -> RuleError {
    RuleError::in_field(Field::Time, text, Reason::EmptyItem)
}

fn range(item: &str) -> Result<MinuteRange, RuleError> {
    let bad = |reason| RuleError::in_field(Field::Time, item, reason);
    let (first, last) = item.split_once('-').ok_or_else(|| bad(Reason::NotARange))?;
    let (first, last) = (minute(first).map_err(bad)?, minute(last).map_err(bad)?);
    if first > last {
        return Err(bad(Reason::Reversed));
    }
    Ok(MinuteRange { first, last })
}

fn minute(text: &str) -> Result<u16, Reason> {
    let (hour, minute) = text.split_once(':').ok_or(Reason::NotATime)?;
    let hour = number(hour, 1..=2).ok_or(Reason::NotATime)?;
    let minute = number(minute, 2..=2).ok_or(Reason::NotATime)?;
    if hour > 23 {
        return Err(Reason::HourOutOfRange);
    }
    if minute > 59 {
        return Err(Reason::MinuteOutOfRange);
    }
    Ok(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::{MinuteRange, Minutes};

    #[test]
    fn ranges_are_sorted_and_joined_where_they_touch() {
        let minutes = Minutes::parse("10:00-11:00,9:00-9:59,1:00-2:00,1:30-1:40").expect("valid");
        assert_eq!(
            minutes.ranges(),
            [MinuteRange { first: 60, last: 120 }, MinuteRange { first: 540, last: 660 }]
        );
        assert_eq!(minutes.first_from(0), Some(60));
        assert_eq!(minutes.first_from(120), Some(120));
        assert_eq!(minutes.first_from(121), Some(540));
        assert_eq!(minutes.first_from(661), None);
    }

    #[test]
    fn two_halves_are_a_whole_day() {
        assert!(Minutes::parse("12:00-23:59,0:00-11:59").expect("valid").is_whole_day());
        assert!(!Minutes::parse("0:00-23:58").expect("valid").is_whole_day());
    }
}
