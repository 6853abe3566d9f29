//! The instant at which the verdict changes next.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::day_map::DayMap;
use super::evaluate::minute_of;
use super::minutes::DAY;
use super::rule::{Day, Rule};
use super::set::RuleSet;
use super::zone::Zone;

/// The first instant after `instant` at which the verdict is another; Unix
/// seconds both.
///
/// The verdict is pass or deny. A change of the rule that is open, or of the
/// reason, is none: where 23:59 of one day and 0:00 of the next are both open,
/// nothing changes at midnight.
///
/// `None` if it never changes again, as it is where no rule is usable (neither
/// the type of the member nor the setting for students depends on the clock),
/// or if `instant` lies outside the calendar of years -9999 to 9999. The end
/// of that calendar is no change.
///
/// Ordinary rules cost microseconds. The search is bounded: it looks at whole
/// months as bits, and no further than the dates repeat. The worst sets of 64
/// rules that were found cost some ten milliseconds.
#[must_use]
pub fn next_change(rules: &RuleSet, instant: i64, zone: &Zone) -> Option<i64> {
    let rules = rules.rules();
    if rules.is_empty() {
        return None;
    }
    let local = zone.local(instant)?;
    let (day, minute) = (Day::of(local.date()), minute_of(local));
    let passes = rules.iter().any(|rule| rule.in_effect(instant) && rule.matches(&day, minute));

    let calendar_end = Timestamp::MAX.as_second();
    let mut search = Search::new(rules, !passes);
    let mut from = instant.checked_add(1)?;
    let mut horizon = instant.max(YEAR_COLUMN_ENDS).saturating_add(DATES_REPEAT);
    // Each round looks at a stretch in which the offset of the zone is the
    // same, so that local time runs straight, and in which the same rules are
    // in effect.
    while from <= calendar_end {
        let ahead = next_effect(rules, from);
        let active = active_at(rules, from);
        if from >= horizon || active == 0 {
            // Whatever is in effect now has said all that it ever will. More
            // rules may open a shut door but never shut an open one.
            if passes {
                return None;
            }
            from = ahead?;
            horizon = horizon.max(from.saturating_add(DATES_REPEAT));
            continue;
        }
        if passes && rules.iter().any(|rule| rule.in_effect(from) && rule.is_always()) {
            return None;
        }
        let (offset, segment_end) = zone.segment(from)?;
        let until = segment_end.min(ahead.unwrap_or(i64::MAX)).min(horizon).min(calendar_end + 1);
        if let Some(found) = search.first(active, offset, from, until) {
            return Some(found);
        }
        from = until;
        if ahead == Some(from) {
            horizon = horizon.max(from.saturating_add(DATES_REPEAT));
        }
    }
    None
}

/// 2100-01-03 in Unix seconds: from here on, in every zone, a year column
/// either names every year or none.
const YEAR_COLUMN_ENDS: i64 = 4_102_617_600;

/// Sixty years, in seconds. The calendar of a year is one of fourteen, and the
/// rules of a zone depend on it too. All fourteen come within 28 years unless
/// a century without a leap day lies among them; in sixty years there are
/// always 28 on one side of it.
const DATES_REPEAT: i64 = 60 * 366 * 86_400;

fn next_effect(rules: &[Rule], after: i64) -> Option<i64> {
    rules.iter().filter(|rule| !rule.in_effect(after)).map(Rule::effect_time).min()
}

/// Which rules are in effect, as bits; a member has at most 64.
fn active_at(rules: &[Rule], instant: i64) -> u64 {
    rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.in_effect(instant))
        .fold(0, |bits, (i, _)| bits | 1 << i)
}

/// Looks for the first minute at which the union of rules is `open`.
struct Search<'a> {
    rules: &'a [Rule],
    open: bool,
    /// For sets of rules that are all open on one day: the first minute of the
    /// day at which they leave it shut, `DAY` if none. The same few sets come
    /// back week after week. An empty entry reads "no rules, shut from minute
    /// 0", which is true.
    shut_from: [(u64, u16); 64],
    /// The minutes of each rule, once they are needed.
    maps: Vec<DayMap>,
}

impl<'a> Search<'a> {
    fn new(rules: &'a [Rule], open: bool) -> Self {
        Self { rules, open, shut_from: [(0, 0); 64], maps: Vec::new() }
    }

    /// The first instant in `from..until`, all of it at one offset.
    fn first(&mut self, active: u64, offset: Offset, from: i64, until: i64) -> Option<i64> {
        let local = offset.to_datetime(Timestamp::from_second(from).ok()?);
        let (date, minute) = (local.date(), minute_of(local));
        let before_end = |instant: i64| (instant < until).then_some(instant);

        let day = Day::of(date);
        let today = bits(active)
            .filter(|&i| self.rules[i].matches_day(&day))
            .fold(0, |today, i| today | 1 << i);
        if let Some(found) = self.first_minute(today, minute) {
            // In the minute that has begun already, it is now.
            let now = found == minute;
            return before_end(if now { from } else { instant_of(date, found, offset)? });
        }
        let mut month = date.first_of_month();
        let mut after = day.day;
        loop {
            if let Some((day, minute)) = self.first_in_month(active, month, after) {
                let date = Date::new(month.year(), month.month(), day).ok()?;
                return before_end(instant_of(date, minute, offset)?);
            }
            let (year, number) = match month.month() {
                12 => (month.year().checked_add(1)?, 1),
                number => (month.year(), number + 1),
            };
            month = Date::new(year, number, 1).ok()?;
            before_end(instant_of(month, 0, offset)?)?;
            after = 0;
        }
    }

    /// Day and minute of the first one in a month, behind the day `after`.
    fn first_in_month(&mut self, active: u64, month: Date, after: u8) -> Option<(i8, u16)> {
        let first = Day::of(month);
        let length = month.days_in_month().unsigned_abs();
        // Bits after+1 to length. Shifted as 64 bits since length may be 31.
        let days = u32::try_from((2u64 << length) - (2u64 << after)).unwrap_or(0);

        let mut masks = [(0u32, 0u64); 64];
        let mut count = 0;
        let mut named = 0;
        for i in bits(active) {
            let mask = self.rules[i].days_in_month(first.year, first.month, first.weekday) & days;
            if mask != 0 {
                masks[count] = (mask, 1 << i);
                count += 1;
                named |= mask;
            }
        }
        // What is open lies on a day that some rule names; what is shut may
        // lie on any.
        let mut remaining = if self.open { named } else { days };
        while remaining != 0 {
            let day = remaining.trailing_zeros();
            // All the days that the same rules name are alike: one look is
            // enough for them.
            let mut alike = remaining;
            let mut today = 0;
            for &(mask, rule) in &masks[..count] {
                if mask >> day & 1 == 1 {
                    alike &= mask;
                    today |= rule;
                } else {
                    alike &= !mask;
                }
            }
            if let Some(minute) = self.first_minute(today, 0) {
                return Some((i8::try_from(day).ok()?, minute));
            }
            remaining &= !alike;
        }
        None
    }

    /// The first minute at or after `from` on a day that the rules `today` name.
    fn first_minute(&mut self, today: u64, from: u16) -> Option<u16> {
        if self.open {
            return bits(today).filter_map(|i| self.rules[i].minutes().first_from(from)).min();
        }
        if from > 0 {
            let mut open = DayMap::default();
            bits(today).for_each(|i| open.paint(self.rules[i].minutes()));
            return open.first_shut(from);
        }
        // Fibonacci hashing: the product's upper bits depend on every rule.
        let entry = usize::try_from(today.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58).unwrap_or(0);
        if self.shut_from[entry].0 != today {
            // Whoever comes here may come for every day of a century and a
            // half. From now on a day costs an OR of bits, not the ranges.
            if self.maps.is_empty() {
                self.maps = self.rules.iter().map(|rule| DayMap::of(rule.minutes())).collect();
            }
            let mut open = DayMap::default();
            bits(today).for_each(|i| open.add(&self.maps[i]));
            self.shut_from[entry] = (today, open.first_shut(0).unwrap_or(DAY));
        }
        Some(self.shut_from[entry].1).filter(|&minute| minute < DAY)
    }
}

fn instant_of(date: Date, minute: u16, offset: Offset) -> Option<i64> {
    let hour = i8::try_from(minute / 60).ok()?;
    let minute = i8::try_from(minute % 60).ok()?;
    Some(offset.to_timestamp(date.at(hour, minute, 0, 0)).ok()?.as_second())
}

/// The positions of the bits that are set, from the lowest on.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize);
        mask &= mask.wrapping_sub(1);
        bit
    })
}
