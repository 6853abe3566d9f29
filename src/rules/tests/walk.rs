//! Minute by minute through more than three years, one of them a leap year,
//! in zones with and without daylight saving time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::slow::{Date, Slow};
use crate::limits::RULES_PER_MEMBER;
use crate::rules::{MemberType, RuleSet, Zone, evaluate, next_change};

// 2023-03-01 00:00:00 UTC, then 1251 days: to 2026-08-03.
const START: i64 = 1_677_628_800;
const MINUTES: i64 = 1251 * 1440;

/// Few enough that the door is shut often, and with edges at the hours at
/// which clocks are set: 1:00, 2:00 and 3:00, midnight, ends of months.
const SPARSE: &[(&str, i64)] = &[
    ("9:30-18:00,23:00-23:59 * * 1-5 *", 0),
    ("0:00-1:15,1:45-2:10,2:20-2:50 * * 0,6 *", 0),
    ("*/2 * * * *", 0), // malformed on purpose; taken out below
    ("0:00-0:00,23:59-23:59 28-31 */2 * *", 0),
    ("1:30-1:30 29 2 * *", 0),
    ("12:00-12:30 */7 3-9/3 * 2024-2025", 0),
    ("5:00-6:00 13 * 5 *", 0),
    ("* 29 2 4 2024", 0),
    ("20:00-21:00 * 6-8 * *", 1_718_000_040),
    ("", 0),
];

/// Many enough that the door is open most of the time.
const DENSE: &[(&str, i64)] = &[
    ("0:00-11:59 * * * *", 0),
    ("12:00-23:59 * * 1-4,6-7 *", 0),
    ("12:00-13:00,13:01-23:50 * * 5 *", 0),
    ("23:50-23:58 * * 5 2024", 0),
    ("23:59-23:59 1-30 * * *", 1_700_000_040),
];

fn walk(zone_name: &str, rules: &[(&str, i64)]) {
    let usable: Vec<(&str, i64)> =
        rules.iter().copied().filter(|(text, _)| !text.starts_with("*/")).collect();
    let slow = Slow::new(&usable);
    let (rules, _) =
        RuleSet::collect((1..).zip(rules).map(|(id, &(text, effect))| (id, text, effect)));
    assert!(rules.rules().len() < RULES_PER_MEMBER);
    let zone = Zone::parse(zone_name).expect(zone_name);
    let tz = TimeZone::get(zone_name).expect(zone_name);

    let mut changes = Vec::new();
    let mut before = None;
    let (mut date, mut date_is) = (Date::of(0), 0);
    for minute in 0..MINUTES {
        let instant = START + minute * 60;
        let offset = tz.to_offset(Timestamp::from_second(instant).expect("in range"));
        let local = instant + i64::from(offset.seconds());
        if local.div_euclid(86400) != date_is {
            date_is = local.div_euclid(86400);
            date = Date::of(date_is);
        }
        let minute = usize::try_from(local.rem_euclid(86400) / 60).expect("small");
        let expected = slow.passes_at(instant, &date, minute);
        // The last second of the minute is like its first.
        for instant in [instant, instant + 59] {
            let outcome = evaluate(&rules, MemberType::Visitor, instant, &zone, false);
            assert_eq!(outcome.passes(), expected, "{zone} {instant}");
        }
        if before.is_some_and(|before| before != expected) {
            changes.push(instant);
        }
        before = Some(expected);
    }

    // The chain of changes is exactly the one that was walked.
    assert!(changes.len() > 100, "{zone}: {}", changes.len());
    let mut from = START;
    for change in changes {
        assert_eq!(next_change(&rules, from, &zone), Some(change), "{zone} from {from}");
        assert_eq!(next_change(&rules, (from + change) / 2, &zone), Some(change), "{zone}");
        assert_eq!(next_change(&rules, change - 1, &zone), Some(change), "{zone}");
        from = change;
    }
    let end = START + MINUTES * 60;
    assert!(next_change(&rules, from, &zone).is_none_or(|next| next >= end), "{zone}");
}

#[test]
fn shanghai() {
    walk("Asia/Shanghai", SPARSE);
    walk("Asia/Shanghai", DENSE);
}

#[test]
fn new_york() {
    walk("America/New_York", SPARSE);
    walk("America/New_York", DENSE);
}

#[test]
fn london() {
    walk("Europe/London", SPARSE);
    walk("Europe/London", DENSE);
}

#[test]
fn lord_howe_with_its_half_hour() {
    walk("Australia/Lord_Howe", SPARSE);
    walk("Australia/Lord_Howe", DENSE);
}

/// Clocks are set at midnight here, so that dates repeat in part.
#[test]
fn beirut_at_midnight() {
    walk("Asia/Beirut", SPARSE);
    walk("Asia/Beirut", DENSE);
}
