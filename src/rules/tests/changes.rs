//! Named cases of `next_change`.

use super::{at, set, shanghai};
use crate::rules::{MemberType, RuleSet, Zone, evaluate, next_change};

fn next(rules: &[&str], local: &str) -> Option<i64> {
    next_change(&set(rules), shanghai(local), &Zone::default())
}

fn next_in(zone: &str, rules: &[&str], instant: i64) -> Option<i64> {
    next_change(&set(rules), instant, &Zone::parse(zone).expect(zone))
}

#[test]
fn opening_and_shutting() {
    let rule = &["9:00-10:00 * * 1-5 *"];
    assert_eq!(next(rule, "2018-10-15T08:59:59"), Some(shanghai("2018-10-15T09:00:00")));
    assert_eq!(next(rule, "2018-10-15T09:00:00"), Some(shanghai("2018-10-15T10:01:00")));
    assert_eq!(next(rule, "2018-10-15T10:00:59"), Some(shanghai("2018-10-15T10:01:00")));
    assert_eq!(next(rule, "2018-10-19T10:01:00"), Some(shanghai("2018-10-22T09:00:00")));
}

#[test]
fn midnight_joins() {
    let night = &["0:00-2:00,23:00-23:59 * * * *"];
    assert_eq!(next(night, "2018-10-15T23:30:00"), Some(shanghai("2018-10-16T02:01:00")));
    // Over the end of a year, and from one rule to another.
    let rules = &["22:00-23:59 31 12 * 2023", "0:00-4:00 1 1 * 2024"];
    assert_eq!(next(rules, "2023-12-31T23:00:00"), Some(shanghai("2024-01-01T04:01:00")));
    let day = &["* 15-20 10 * 2018"];
    assert_eq!(next(day, "2018-10-15T00:00:00"), Some(shanghai("2018-10-21T00:00:00")));
}

#[test]
fn from_one_rule_to_another_nothing_changes() {
    let rules = &["9:00-10:00 * * * *", "10:01-11:00 * * * *", "10:30-12:00 * * 1 *"];
    assert_eq!(next(rules, "2018-10-15T09:30:00"), Some(shanghai("2018-10-15T12:01:00")));
    assert_eq!(next(rules, "2018-10-16T09:30:00"), Some(shanghai("2018-10-16T11:01:00")));
}

#[test]
fn never() {
    for rules in [
        &["0:00-23:59 * * * *"] as &[&str],
        &["*/2 * * * *", "* * * * *"][1..],
        &["0:00-11:59 * * * *", "12:00-23:59 * * * *"],
        &["* */2 * * *", "* 2-30/2 * * *"],
        &["* * * 1-5 *", "* * * 6-7 *"],
        &["* * 1-6 * *", "* * 7-12 * *"],
        &["* 30 2 * *"],
        &["* 31 2,4,6,9,11 * *"],
        &["* * * * 2017"],
        &["* 29 2 * 2019,2021-2023"],
        &[],
        &[""],
    ] {
        for zone in ["Asia/Shanghai", "America/New_York", "+08:00", "EST5EDT,M3.2.0,M11.1.0"] {
            assert_eq!(next_in(zone, rules, shanghai("2018-10-15T12:00:00")), None, "{rules:?}");
        }
    }
}

#[test]
fn a_leap_day_on_a_monday_may_be_decades_away() {
    let rule = &["9:00-10:00 29 2 1 *"];
    assert_eq!(next(rule, "2016-02-29T12:00:00"), Some(shanghai("2044-02-29T09:00:00")));
    // 2100 is no leap year: the longest wait there is, forty years.
    assert_eq!(next(rule, "2072-02-29T12:00:00"), Some(shanghai("2112-02-29T09:00:00")));
    let saturday = &["9:00-10:00 29 2 6 *"];
    assert_eq!(next(saturday, "2172-02-29T12:00:00"), Some(shanghai("2212-02-29T09:00:00")));
}

#[test]
fn the_year_column_ends_and_a_star_does_not() {
    let every = |year: i32| format!("{year}-01-01T00:00:00");
    assert_eq!(next(&["* * * * 1970-2099"], &every(2024)), Some(shanghai(&every(2100))));
    assert_eq!(next(&["* * * * 2098"], &every(2024)), Some(shanghai(&every(2098))));
    assert_eq!(
        next(&["* * * * 2000-2020", "* * * * 2021-2050"], &every(2001)),
        Some(shanghai(&every(2051)))
    );
    assert_eq!(
        next(&["9:00-10:00 * * * *"], "5000-01-01T10:01:00"),
        Some(shanghai("5000-01-02T09:00:00"))
    );
}

#[test]
fn effect_times_open_and_never_shut() {
    let now = shanghai("2018-10-15T09:30:00");
    let zone = Zone::default();
    let rules = |rules: &[(u32, &str, i64)]| RuleSet::collect(rules.iter().copied()).0;
    let day = "9:00-10:00 * * * *";
    // Within its open minutes, to the second.
    assert_eq!(next_change(&rules(&[(1, day, now + 17)]), now, &zone), Some(now + 17));
    // Outside of them, the next opening.
    let late = shanghai("2018-10-15T11:00:07");
    let opening = Some(shanghai("2018-10-16T09:00:00"));
    assert_eq!(next_change(&rules(&[(1, day, late)]), now, &zone), opening);
    // A rule that takes effect in time keeps the door open.
    let joined = rules(&[(1, day, 0), (2, "10:00-11:00 * * * *", now + 600)]);
    assert_eq!(next_change(&joined, now, &zone), Some(shanghai("2018-10-15T11:01:00")));
    // It does not if it is a second late.
    let end = shanghai("2018-10-15T10:01:00");
    let late = rules(&[(1, day, 0), (2, "10:00-11:00 * * * *", end + 1)]);
    assert_eq!(next_change(&late, now, &zone), Some(end));
    assert_eq!(next_change(&late, end, &zone), Some(end + 1));
    // Far away, and beyond the calendar.
    let far = shanghai("7000-10-15T09:30:21");
    let dead = (1, "* 30 2 * *", 0);
    assert_eq!(next_change(&rules(&[dead, (2, day, far)]), now, &zone), Some(far));
    assert_eq!(next_change(&rules(&[dead, (2, day, i64::MAX)]), now, &zone), None);
    assert_eq!(next_change(&rules(&[(1, day, i64::MAX)]), now, &zone), None);
}

#[test]
fn a_skipped_hour_opens_nothing() {
    let zone = "America/New_York"; // 2024-03-10: 01:59:59 EST, then 03:00:00 EDT
    let rule = &["2:10-2:50 * * * *"];
    let evening = at(zone, "2024-03-09T12:00:00");
    assert_eq!(next_in(zone, rule, evening), Some(at(zone, "2024-03-11T02:10:00")));
    // A range that reaches over the gap lasts an hour less.
    let over = &["1:30-3:30 * * * *"];
    let open = at(zone, "2024-03-10T01:30:00");
    assert_eq!(next_in(zone, over, open), Some(open + 3600 + 60));
    // What is shut in the gap alone is never shut.
    let all_but_the_gap = &[
        "0:00-1:59,3:00-23:59 8-14 3 7 *",
        "* 1-7,15-31 3 * *",
        "* 8-14 3 1-6 *",
        "* * 1-2,4-12 * *",
    ];
    assert_eq!(next_in(zone, all_but_the_gap, evening), None);
    // What is open in the gap alone is never open.
    assert_eq!(next_in(zone, &["2:00-2:59 8-14 3 7 2007-2099"], evening), None);
}

#[test]
fn a_repeated_hour_opens_twice() {
    let zone = "America/New_York"; // 2024-11-03: 01:59:59 EDT, then 01:00:00 EST
    let rule = &["1:10-1:19 * * * *"];
    let first = at(zone, "2024-11-03T01:10:00");
    assert_eq!(next_in(zone, rule, first - 1), Some(first));
    assert_eq!(next_in(zone, rule, first), Some(first + 600));
    assert_eq!(next_in(zone, rule, first + 600), Some(first + 3600));
    assert_eq!(next_in(zone, rule, first + 3600), Some(first + 4200));
    assert_eq!(next_in(zone, rule, first + 4200), Some(at(zone, "2024-11-04T01:10:00")));
    // Open over all of it: one long range.
    let over = &["0:30-2:30 * * * *"];
    let open = at(zone, "2024-11-03T00:30:00");
    assert_eq!(next_in(zone, over, open), Some(open + 3 * 3600 + 60));
}

#[test]
fn a_date_that_comes_back_after_midnight() {
    let zone = "America/St_Johns"; // 2009-11-01: 00:00:59, then 23:01:00 of 2009-10-31
    let rules = &["0:00-0:00 1 11 * 2009", "23:30-23:35 31 10 * 2009"];
    let first = at(zone, "2009-10-31T23:30:00");
    let mut instant = first - 1;
    for expected in [0, 360, 1800, 1860, 3600, 3960, 5400, 5460] {
        // 23:30, 23:36, 00:00, 23:01; 23:30, 23:36, 00:00, 00:01
        instant = next_in(zone, rules, instant).expect("a change");
        assert_eq!(instant - first, expected);
    }
    assert_eq!(next_in(zone, rules, instant), None);
}

/// jiff reports changes of the clock within a second in such zones; a search
/// that took them for progress would never come back.
#[test]
fn a_zone_that_is_always_on_summer_time() {
    let zone = "<+00>0<+01>,0/0,J365/25";
    let now = at("UTC", "2002-12-29T15:58:24");
    assert_eq!(next_in(zone, &["1:59-3:00 7 1-5 2-4/2 2002"], now), None);
    let opening = next_in(zone, &["1:59-3:00 1 7 * *"], now);
    assert_eq!(opening, Some(at("UTC", "2003-07-01T00:59:00")));
}

#[test]
fn the_ends_of_the_calendar() {
    let zone = Zone::default();
    let rules = set(&["9:00-10:00 * * * *"]);
    let ask = |instant| evaluate(&rules, MemberType::Staff, instant, &zone, false).passes();
    for end in [jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second()] {
        for instant in [end - 90_000, end - 1, end, end + 1, end + 90_000] {
            if let Some(next) = next_change(&rules, instant, &zone) {
                assert_ne!(ask(instant), ask(next), "{instant} {next}");
            }
        }
    }
    assert_eq!(next_change(&rules, jiff::Timestamp::MAX.as_second(), &zone), None);
}
