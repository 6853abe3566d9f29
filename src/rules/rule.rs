//! One rule, parsed, and the days on which it holds.

use jiff::civil::Date;

use super::columns::{self, Years};
use super::error::{Reason, RuleError};
use super::minutes::Minutes;
use super::stored::Parts;
use crate::limits::RULE_BYTES;

/// One usable pass rule, parsed.
///
/// 56 bytes: the date columns are bitsets. The ranges of minutes, four bytes
/// each and seldom more than three, lie behind a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    effect_time: i64,
    minutes: Minutes,
    id: u32,
    days: u32,
    years: Years,
    months: u16,
    weekdays: u8,
}

/// A local date in the form the columns are asked in.
pub(super) struct Day {
    pub(super) year: u8,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) weekday: u8,
}

impl Day {
    pub(super) fn of(date: Date) -> Self {
        Self {
            year: Years::slot(date.year().into()),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
            weekday: date.weekday().to_sunday_zero_offset().unsigned_abs(),
        }
    }
}

impl Rule {
    /// Bytes behind the rule's pointer.
    pub(super) fn heap_bytes(&self) -> usize {
        self.minutes.heap_bytes()
    }

    /// Parses one rule of a member; [the module](super) shows the grammar.
    ///
    /// `effect_time` is in Unix seconds; the rule counts from that second on.
    /// Zero (the protocol's "absent") and anything below count at once.
    ///
    /// `Ok(None)` is the empty rule: no text, or blanks alone. The protocol
    /// treats it as if there were no rule.
    ///
    /// # Errors
    ///
    /// The text is longer than [`RULE_BYTES`] or does not follow the grammar.
    /// The first fault is reported, from left to right.
    pub fn parse(id: u32, text: &str, effect_time: i64) -> Result<Option<Self>, RuleError> {
        if text.len() > RULE_BYTES {
            return Err(RuleError::whole(text, Reason::TooLong));
        }
        let mut fields = text.split([' ', '\t']).filter(|field| !field.is_empty());
        let Some(time) = fields.next() else { return Ok(None) };
        let (Some(day), Some(month), Some(weekday), Some(year)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(RuleError::whole(text, Reason::TooFewFields));
        };
        if fields.next().is_some() {
            return Err(RuleError::whole(text, Reason::TooManyFields));
        }
        Ok(Some(Self {
            id,
            effect_time,
            minutes: Minutes::parse(time)?,
            days: columns::days(day)?,
            months: columns::months(month)?,
            weekdays: columns::weekdays(weekday)?,
            years: columns::years(year)?,
        }))
    }

    /// Of columns that were parsed before.
    pub(super) fn of_parts(id: u32, effect_time: i64, minutes: Minutes, parts: Parts) -> Self {
        let Parts { days, months, weekdays, years } = parts;
        Self { effect_time, minutes, id, days, years, months, weekdays }
    }

    /// The date columns.
    pub(super) fn parts(&self) -> Parts {
        let Self { days, months, weekdays, years, .. } = *self;
        Parts { days, months, weekdays, years }
    }

    /// The same rule under another id and effect time.
    pub(super) fn renamed(&self, id: u32, effect_time: i64) -> Self {
        Self { id, effect_time, ..self.clone() }
    }

    /// The protocol's id of the rule.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// From when on the rule counts, in Unix seconds; 0 or below: at once.
    #[must_use]
    pub fn effect_time(&self) -> i64 {
        self.effect_time
    }

    pub(super) fn in_effect(&self, instant: i64) -> bool {
        // A clock before 1970 must not make "at once" wait.
        self.effect_time <= 0 || instant >= self.effect_time
    }

    pub(super) fn matches(&self, day: &Day, minute: u16) -> bool {
        self.matches_day(day) && self.minutes.contains(minute)
    }

    pub(super) fn matches_day(&self, day: &Day) -> bool {
        self.weekdays >> day.weekday & 1 == 1
            && self.days >> day.day & 1 == 1
            && self.months >> day.month & 1 == 1
            && self.years.contains(day.year)
    }

    pub(super) fn minutes(&self) -> &Minutes {
        &self.minutes
    }

    /// Open at every minute of every day of every year.
    pub(super) fn is_always(&self) -> bool {
        self.weekdays == 0x7f
            && self.days == 0xffff_fffe
            && self.months == 0x1ffe
            && self.years == Years::EVERY
            && self.minutes.is_whole_day()
    }

    /// The days of a month that the date columns name, as bits 1 to 31. Bits
    /// behind the end of a short month may be set.
    pub(super) fn days_in_month(&self, year: u8, month: u8, first_weekday: u8) -> u32 {
        if self.months >> month & 1 == 0 || !self.years.contains(year) {
            return 0;
        }
        // Turned so that bit 0 is the weekday of the 1st, then five weeks long.
        let week = u32::from(self.weekdays);
        let week = (week >> first_weekday | week << (7 - first_weekday)) & 0x7f;
        let weeks = week | week << 7 | week << 14 | week << 21 | week << 28;
        self.days & weeks << 1
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Day, Rule};

    #[test]
    fn a_rule_is_56_bytes() {
        assert_eq!(size_of::<Rule>(), if size_of::<usize>() == 8 { 56 } else { 48 });
        assert_eq!(size_of::<Option<Rule>>(), size_of::<Rule>());
    }

    #[test]
    fn a_month_of_bits_is_what_its_days_say() {
        let rule =
            Rule::parse(1, "* 2-30/3 2,3,12 1,4-7 2024-2026", 0).expect("valid").expect("rule");
        for year in 2023..2028 {
            for month in 1..=12 {
                let first = date(year, month, 1);
                let view = Day::of(first);
                let bits = rule.days_in_month(view.year, view.month, view.weekday);
                for day in 1..=first.days_in_month() {
                    let expected = rule.matches(&Day::of(date(year, month, day)), 0);
                    assert_eq!(bits >> day & 1 == 1, expected, "{year}-{month}-{day}");
                }
            }
        }
    }
}
