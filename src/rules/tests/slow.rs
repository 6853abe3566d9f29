//! A second evaluator, slow and obvious, to check the first one against. It
//! shares no code with it: it asks the text about every value that a column
//! has, and counts its calendar from 1970, day by day.

/// Rules as tables of yes and no.
pub(super) struct Slow {
    rules: Vec<Table>,
}

struct Table {
    effect_time: i64,
    minutes: Vec<bool>,
    days: Vec<bool>,
    months: Vec<bool>,
    weekdays: Vec<bool>,
    years: Vec<bool>,
    other_years: bool,
}

impl Slow {
    /// Takes texts that are known to be valid.
    pub(super) fn new(rules: &[(&str, i64)]) -> Self {
        let rules = rules.iter().filter(|(text, _)| !text.trim().is_empty());
        Self { rules: rules.map(|(text, effect_time)| table(text, *effect_time)).collect() }
    }

    pub(super) fn passes(&self, instant: i64, offset_seconds: i64) -> bool {
        let local = instant + offset_seconds;
        let date = Date::of(local.div_euclid(86400));
        let minute = usize::try_from(local.rem_euclid(86400) / 60).unwrap();
        self.passes_at(instant, &date, minute)
    }

    pub(super) fn passes_at(&self, instant: i64, date: &Date, minute: usize) -> bool {
        self.rules.iter().any(|rule| {
            let year = match usize::try_from(date.year - 1970) {
                Ok(year) if year < rule.years.len() => rule.years[year],
                _ => rule.other_years,
            };
            (rule.effect_time <= 0 || rule.effect_time <= instant)
                && year
                && rule.months[date.month]
                && rule.days[date.day]
                && rule.weekdays[date.weekday]
                && rule.minutes[minute]
        })
    }
}

fn table(text: &str, effect_time: i64) -> Table {
    let fields: Vec<&str> = text.split_whitespace().collect();
    Table {
        effect_time,
        minutes: (0..1440).map(|minute| time_has(fields[0], minute)).collect(),
        days: (0..32).map(|day| column_has(fields[1], day, 1, 31)).collect(),
        months: (0..13).map(|month| column_has(fields[2], month, 1, 12)).collect(),
        weekdays: (0..7)
            .map(|day| {
                column_has(fields[3], day, 0, 7) || (day == 0 && column_has(fields[3], 7, 0, 7))
            })
            .collect(),
        years: (1970..2100).map(|year| column_has(fields[4], year, 1970, 2099)).collect(),
        other_years: fields[4].split(',').any(|item| item == "*"),
    }
}

fn time_has(field: &str, minute: i32) -> bool {
    field == "*"
        || field.split(',').any(|range| {
            let ends: Vec<i32> = range
                .split('-')
                .map(|end| {
                    let parts: Vec<i32> = end.split(':').map(|p| p.parse().unwrap()).collect();
                    parts[0] * 60 + parts[1]
                })
                .collect();
            ends[0] <= minute && minute <= ends[1]
        })
}

fn column_has(field: &str, value: i32, min: i32, max: i32) -> bool {
    field.split(',').any(|item| {
        let parts: Vec<&str> = item.split('/').collect();
        let step: i32 = if parts.len() == 2 { parts[1].parse().unwrap() } else { 1 };
        let (first, last) = if parts[0] == "*" {
            (min, max)
        } else {
            let ends: Vec<i32> = parts[0].split('-').map(|end| end.parse().unwrap()).collect();
            (ends[0], *ends.last().unwrap())
        };
        first <= value && value <= last && (value - first) % step == 0
    })
}

pub(super) struct Date {
    year: i64,
    month: usize,
    day: usize,
    weekday: usize,
}

impl Date {
    /// Days since 1970-01-01, a Thursday.
    pub(super) fn of(days: i64) -> Self {
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let weekday = usize::try_from((days + 4).rem_euclid(7)).unwrap();
        let (mut year, mut left) = (1970, days);
        while left < 0 {
            year -= 1;
            left += if leap(year) { 366 } else { 365 };
        }
        while left >= if leap(year) { 366 } else { 365 } {
            left -= if leap(year) { 366 } else { 365 };
            year += 1;
        }
        let february = if leap(year) { 29 } else { 28 };
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut month = 0;
        while left >= lengths[month] {
            left -= lengths[month];
            month += 1;
        }
        Self { year, month: month + 1, day: usize::try_from(left).unwrap() + 1, weekday }
    }
}
