//! The four date columns: texts to sets of days, months, weekdays and years.

use std::ops::RangeInclusive;

use super::error::{Field, Reason, RuleError};

/// First and last year that the year column takes: those of the Quartz
/// scheduler, whose cron dialect is the known one with a year column.
pub(super) const YEARS: RangeInclusive<u16> = 1970..=2099;

/// What one of the four date columns takes.
struct Column {
    field: Field,
    values: RangeInclusive<u16>,
    digits: RangeInclusive<usize>,
}

/// Days of a month as bits 1 to 31.
pub(super) fn days(text: &str) -> Result<u32, RuleError> {
    let column = Column { field: Field::DayOfMonth, values: 1..=31, digits: 1..=2 };
    let mut days = 0;
    let every = column.parse(text, |day| days |= 1 << day)?;
    Ok(if every { !1 } else { days })
}

/// Months as bits 1 to 12.
pub(super) fn months(text: &str) -> Result<u16, RuleError> {
    let column = Column { field: Field::Month, values: 1..=12, digits: 1..=2 };
    let mut months = 0;
    let every = column.parse(text, |month| months |= 1 << month)?;
    Ok(if every { (1 << 13) - 2 } else { months })
}

/// Days of the week as bits 0 (Sunday) to 6 (Saturday).
pub(super) fn weekdays(text: &str) -> Result<u8, RuleError> {
    let column = Column { field: Field::DayOfWeek, values: 0..=7, digits: 1..=2 };
    let mut weekdays = 0;
    // 7 is folded only here, behind the ranges, so that 5-7 is Friday to Sunday.
    let every = column.parse(text, |weekday| weekdays |= 1 << (weekday % 7))?;
    Ok(if every { (1 << 7) - 1 } else { weekdays })
}

/// Years as bits.
pub(super) fn years(text: &str) -> Result<Years, RuleError> {
    let column = Column { field: Field::Year, values: YEARS, digits: 4..=4 };
    let mut years = Years([0; 5]);
    let every = column.parse(text, |year| {
        let slot = Years::slot(i32::from(year));
        years.0[usize::from(slot / 32)] |= 1 << (slot % 32);
    })?;
    Ok(if every { Years::EVERY } else { years })
}

/// The year column: one bit for each year from 1970 to 2099, and the last bit
/// for all the years outside, which only a plain `*` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Years([u32; 5]);

impl Years {
    pub(super) const EVERY: Self = Self([u32::MAX; 5]);
    const OUTSIDE: u8 = 159;

    pub(super) fn bits(self) -> [u32; 5] {
        self.0
    }

    pub(super) fn of_bits(bits: [u32; 5]) -> Self {
        Self(bits)
    }

    /// Which bit stands for a year.
    pub(super) fn slot(year: i32) -> u8 {
        match u16::try_from(year) {
            Ok(year) if YEARS.contains(&year) => {
                u8::try_from(year - YEARS.start()).unwrap_or(Self::OUTSIDE)
            }
            _ => Self::OUTSIDE,
        }
    }

    pub(super) fn contains(&self, slot: u8) -> bool {
        self.0[usize::from(slot / 32)] >> (slot % 32) & 1 == 1
    }
}

impl Column {
    /// Hands every value that `text` names to `put`. True if a plain `*` is
    /// among its items, which is not spelled out: most columns of most rules
    /// are nothing else.
    fn parse(&self, text: &str, mut put: impl FnMut(u16)) -> Result<bool, RuleError> {
        if text == "*" {
            return Ok(true);
        }
        let mut every = false;
        for item in text.split(',') {
            if item.is_empty() {
                return Err(RuleError::in_field(self.field, text, Reason::EmptyItem));
            }
            if item == "*" {
                every = true;
                continue;
            }
            self.item(item, &mut put)
                .map_err(|reason| RuleError::in_field(self.field, item, reason))?;
        }
        Ok(every)
    }

    fn item(&self, item: &str, put: &mut impl FnMut(u16)) -> Result<(), Reason> {
        let (base, step) = match item.split_once('/') {
            Some((base, step)) => (base, Some(step)),
            None => (item, None),
        };
        let values = if base == "*" {
            self.values.clone()
        } else if let Some((first, last)) = base.split_once('-') {
            let (first, last) = (self.value(first)?, self.value(last)?);
            if first > last {
                return Err(Reason::Reversed);
            }
            first..=last
        } else {
            let value = self.value(base)?;
            if step.is_some() {
                return Err(Reason::StepWithoutRange);
            }
            value..=value
        };
        let step = match step {
            Some(step) => number(step, 1..=4).filter(|&n| n > 0).ok_or(Reason::BadStep)?,
            None => 1,
        };
        values.step_by(usize::from(step)).for_each(put);
        Ok(())
    }

    fn value(&self, text: &str) -> Result<u16, Reason> {
        let value = number(text, self.digits.clone()).ok_or(Reason::NotANumber)?;
        if self.values.contains(&value) { Ok(value) } else { Err(Reason::OutOfRange) }
    }
}

/// A decimal number without a sign, with that many digits (at most four).
pub(super) fn number(text: &str, digits: RangeInclusive<usize>) -> Option<u16> {
    // `parse` alone would take a leading '+'.
    if !digits.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
