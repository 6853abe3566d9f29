//! The table of section 1.9 of the protocol facts, row by row.

use super::{set, shanghai, staff};
use crate::rules::{DenyReason, Outcome, RuleSet};

struct Row {
    name: &'static str,
    rule: &'static str,
    local: &'static str,
    passes: bool,
}

const fn row(name: &'static str, rule: &'static str, local: &'static str, passes: bool) -> Row {
    Row { name, rule, local, passes }
}

const WORKDAYS: &str = "9:00-10:00 * * 1-5 *";
const WEEKEND: &str = "9:00-10:00,15:30-17:45 * * 0,6 *";
const UNSORTED: &str = "11:00-12:00 * * 6,0 *";
const NIGHT: &str = "0:00-2:00,9:30-18:00,23:00-23:59 * * * *";
const ONE_DAY: &str = "9:00-18:00 15 10 * 2018";
const SPAN: &str = "9:00-18:00 2-20 9 * 2018";

// 2018-10-15 is a Monday, the 20th a Saturday, the 21st a Sunday.
const ROWS: &[Row] = &[
    row("before", WORKDAYS, "2018-10-15T08:59:59", false),
    row("start minute included", WORKDAYS, "2018-10-15T09:00:00", true),
    row("end minute included", WORKDAYS, "2018-10-15T10:00:59", true),
    row("after", WORKDAYS, "2018-10-15T10:01:00", false),
    row("weekday", WORKDAYS, "2018-10-20T09:30:00", false),
    row("0 is Sunday, list", WEEKEND, "2018-10-21T17:45:30", true),
    row("unsorted list", UNSORTED, "2018-10-21T11:00:00", true),
    row("night shift, end of the day", NIGHT, "2018-10-15T23:59:59", true),
    row("night shift, start of the day", NIGHT, "2018-10-16T00:00:00", true),
    row("night shift, its end minute", NIGHT, "2018-10-16T02:00:59", true),
    row("night shift, after", NIGHT, "2018-10-16T02:01:00", false),
    row("the year", ONE_DAY, "2018-10-15T09:00:00", true),
    row("another year", ONE_DAY, "2019-10-15T09:00:00", false),
    row("closed range of days", SPAN, "2018-09-20T18:00:59", true),
    row("behind the range of days", SPAN, "2018-09-21T09:00:00", false),
];

#[test]
fn every_row_that_has_a_local_time() {
    for Row { name, rule, local, passes } in ROWS {
        let outcome = staff(&set(&[rule]), shanghai(local));
        assert_eq!(outcome.passes(), *passes, "{name}: {rule} at {local}");
        let id = passes.then_some(1);
        assert_eq!(outcome.rule_id(), id, "{name}: {rule} at {local}");
    }
}

#[test]
fn the_malformed_rule_is_rejected_at_any_time() {
    let (rules, rejections) = RuleSet::collect([(9, "9:300-10:00 * * 6 *", 0)]);
    assert_eq!(rejections.len(), 1);
    assert_eq!(rejections[0].id, 9);
    assert_eq!(rejections[0].error.part(), "9:300-10:00");
    for local in ["2018-10-15T09:30:00", "2018-10-20T09:30:00", "2018-10-20T14:30:00"] {
        let outcome = staff(&rules, shanghai(local));
        assert_eq!(outcome, Outcome::Deny(DenyReason::AllMalformed), "{local}");
    }
}

#[test]
fn any_rule_that_takes_effect_a_second_later() {
    for Row { rule, local, .. } in ROWS {
        let now = shanghai(local);
        let mut rules = RuleSet::builder();
        rules.add(5, rule, now + 1).expect(rule);
        let outcome = staff(&rules.finish(), now);
        assert_eq!(outcome, Outcome::Deny(DenyReason::NoneInEffectYet(5)), "{rule}");
    }
}

#[test]
fn the_documented_date_parts() {
    for (date, open, shut) in [
        ("* * 1-5 *", ["2018-10-15", "2018-10-19"], ["2018-10-20", "2018-10-21"]),
        ("1 * * *", ["2018-10-01", "2019-01-01"], ["2018-10-02", "2018-10-31"]),
        ("*/2 * * *", ["2018-10-01", "2018-10-31"], ["2018-10-02", "2018-10-30"]),
        ("1,15 9 * *", ["2018-09-01", "2018-09-15"], ["2018-09-02", "2018-10-15"]),
        ("15 10 * 2018", ["2018-10-15", "2018-10-15"], ["2018-10-14", "2017-10-15"]),
        ("2-20 9 * 2018", ["2018-09-02", "2018-09-20"], ["2018-09-01", "2018-09-21"]),
        ("*/14 * * *", ["2018-10-15", "2018-10-29"], ["2018-10-14", "2018-10-30"]),
    ] {
        let rules = set(&[&format!("9:00-10:00 {date}")]);
        for (days, passes) in [(open, true), (shut, false)] {
            for day in days {
                let instant = shanghai(&format!("{day}T09:00:00"));
                assert_eq!(staff(&rules, instant).passes(), passes, "{date} on {day}");
            }
        }
    }
}
