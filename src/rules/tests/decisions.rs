//! One test for each decision on rules in section 9 of the protocol facts.

use super::{at, set, shanghai, staff};
use crate::limits::{RULE_BYTES, RULES_PER_MEMBER};
use crate::rules::{
    DenyReason, MemberType, Outcome, PassReason, Reason, Rule, RuleSet, Zone, evaluate,
};

fn passes(rule: &str, local: &str) -> bool {
    staff(&set(&[rule]), shanghai(local)).passes()
}

#[test]
fn both_day_fields_restricted_is_and() {
    // 2018-10-15 is a Monday, 2018-11-15 a Thursday, 2018-10-22 a Monday.
    let rule = "9:00-10:00 15 * 1 *";
    assert!(passes(rule, "2018-10-15T09:00:00"));
    assert!(!passes(rule, "2018-11-15T09:00:00"));
    assert!(!passes(rule, "2018-10-22T09:00:00"));
}

#[test]
fn steps_are_plain_cron() {
    for (day, open) in [(1, false), (2, true), (5, true), (8, true), (9, false), (11, false)] {
        let local = format!("2018-10-{day:02}T12:00:00");
        assert_eq!(passes("* 2-10/3 * * *", &local), open, "{local}");
    }
    for (month, open) in [(1, true), (2, false), (5, true), (9, true), (12, false)] {
        let local = format!("2018-{month:02}-15T12:00:00");
        assert_eq!(passes("* * */4 * *", &local), open, "{local}");
    }
    for (year, open) in [(1970, true), (2018, true), (2019, false), (2098, true), (2100, false)] {
        let local = format!("{year}-06-15T12:00:00");
        assert_eq!(passes("* * * * */4", &local), open && year % 4 == 2, "{local}");
    }
    assert_eq!(Rule::parse(1, "* 1/3 * * *", 0).unwrap_err().reason(), Reason::StepWithoutRange);
}

#[test]
fn day_of_week_7_is_sunday() {
    // 2018-10-19 is a Friday.
    for (day, sunday, friday_on, all) in [
        (18, false, false, true),
        (19, false, true, true),
        (20, false, true, true),
        (21, true, true, true),
    ] {
        let local = format!("2018-10-{day}T12:00:00");
        assert_eq!(passes("* * * 7 *", &local), sunday, "{local}");
        assert_eq!(passes("* * * 0 *", &local), sunday, "{local}");
        assert_eq!(passes("* * * 5-7 *", &local), friday_on, "{local}");
        assert_eq!(passes("* * * 0-7 *", &local), all, "{local}");
    }
}

#[test]
fn a_malformed_rule_is_rejected_alone() {
    let texts = [
        (1, "18:00-9:00 * * * *", 0),
        (2, "9:00-10:00 * * 5-1 *", 0),
        (3, "9:00-24:00 * * * *", 0),
        (4, "9:00-9:60 * * * *", 0),
        (5, "9:00 -10:00 * * * *", 0),
        (6, "9:00-10:00 * * *", 0),
        (7, "9:00-10:00 * * * * *", 0),
        (8, "9:00-10:00 * * * *", 0),
    ];
    let (rules, rejections) = RuleSet::collect(texts);
    assert_eq!(
        rejections.iter().map(|r| (r.id, r.error.reason())).collect::<Vec<_>>(),
        [
            (1, Reason::Reversed),
            (2, Reason::Reversed),
            (3, Reason::HourOutOfRange),
            (4, Reason::MinuteOutOfRange),
            (5, Reason::TooManyFields),
            (6, Reason::TooFewFields),
            (7, Reason::TooManyFields),
        ]
    );
    assert_eq!(rules.rejected(), 7);
    let outcome = staff(&rules, shanghai("2018-10-15T09:00:00"));
    assert_eq!(outcome, Outcome::Pass(PassReason::Rule(8)));
    let outcome = staff(&rules, shanghai("2018-10-15T11:00:00"));
    assert_eq!(outcome, Outcome::Deny(DenyReason::OutsideRules));
}

#[test]
fn a_star_in_the_time_field_is_the_whole_day() {
    assert!(passes("* * * * *", "2018-10-15T00:00:00"));
    assert!(passes("* * * * *", "2018-10-15T23:59:59"));
    assert!(Rule::parse(1, "*,9:00-10:00 * * * *", 0).is_err());
}

#[test]
fn several_spaces_or_tabs_between_fields_are_accepted() {
    let plain = Rule::parse(1, "9:00-10:00 * * 1-5 *", 0);
    for text in ["9:00-10:00  *\t*  \t 1-5 *", " 9:00-10:00 * * 1-5 *", "9:00-10:00 * * 1-5 *\t"] {
        assert_eq!(Rule::parse(1, text, 0), plain, "{text:?}");
    }
    // No other white space, so that a line end is never swallowed.
    assert!(Rule::parse(1, "9:00-10:00 * * 1-5 *\n", 0).is_err());
    assert!(Rule::parse(1, "9:00-10:00\u{a0}* * 1-5 *", 0).is_err());
}

#[test]
fn a_rule_longer_than_the_limit_is_rejected_not_truncated() {
    let rule = "9:00-10:00 * * * *";
    let longest = format!("{rule}{}", " ".repeat(RULE_BYTES - rule.len()));
    assert!(Rule::parse(1, &longest, 0).is_ok());
    let error = Rule::parse(1, &format!("{longest} "), 0).unwrap_err();
    assert_eq!(error.reason(), Reason::TooLong);
    assert!(error.to_string().len() < 120, "{error}");
}

#[test]
fn more_rules_than_the_limit_are_rejected_and_reported() {
    let mut rules = RuleSet::builder();
    rules.add(900, "malformed", 0).unwrap_err(); // takes no place
    for id in 0..u32::try_from(RULES_PER_MEMBER).expect("small") {
        rules.add(id, "9:00-10:00 * * * *", 0).expect("within the limit");
    }
    let error = rules.add(901, "* * * * *", 0).unwrap_err();
    assert_eq!(error.reason(), Reason::TooManyRules);
    rules.add(902, "", 0).expect("an empty rule needs no place");
    let rules = rules.finish();
    assert_eq!((rules.rules().len(), rules.rejected()), (RULES_PER_MEMBER, 2));
    assert!(!staff(&rules, shanghai("2018-10-15T12:00:00")).passes());
}

#[test]
fn several_rules_are_a_union() {
    let rules = set(&["9:00-18:00 * * 1-5 *", "9:00-12:00 * * 6 *", "8:00-10:00 * * * *"]);
    for (local, id) in [
        ("2018-10-15T17:00:00", Some(1)),
        ("2018-10-20T11:00:00", Some(2)),
        ("2018-10-21T08:00:00", Some(3)),
        ("2018-10-15T09:30:00", Some(1)), // two are open: the first of them
        ("2018-10-20T13:00:00", None),
    ] {
        assert_eq!(staff(&rules, shanghai(local)).rule_id(), id, "{local}");
    }
}

#[test]
fn effect_time_counts_from_its_second_on() {
    let now = shanghai("2018-10-15T09:30:17");
    for (effect_time, passes) in [
        (0, true),
        (-1, true),
        (i64::MIN, true),
        (now - 1, true),
        (now, true),
        (now + 1, false),
        (i64::MAX, false),
    ] {
        let mut rules = RuleSet::builder();
        rules.add(1, "9:00-10:00 * * * *", effect_time).expect("valid");
        assert_eq!(staff(&rules.finish(), now).passes(), passes, "{effect_time}");
    }
    // At once is at once even for a clock before 1970.
    let rules = set(&["* * * * *"]);
    assert!(staff(&rules, -1_000_000_000).passes());
}

#[test]
fn rules_given_but_none_usable_is_deny_with_the_reason() {
    let now = shanghai("2018-10-15T09:30:00");
    let rules = |texts: &[(u32, &str, i64)]| RuleSet::collect(texts.iter().copied()).0;
    let usable = "9:00-10:00 * * * *";

    let malformed = rules(&[(1, "x", 0), (2, "9:300-10:00 * * 6 *", 0)]);
    assert_eq!(staff(&malformed, now), Outcome::Deny(DenyReason::AllMalformed));

    let mut broken_json = RuleSet::builder();
    broken_json.reject();
    assert_eq!(staff(&broken_json.finish(), now), Outcome::Deny(DenyReason::AllMalformed));

    let ahead = rules(&[(1, usable, now + 9), (2, usable, now + 5), (3, usable, now + 5)]);
    assert_eq!(staff(&ahead, now), Outcome::Deny(DenyReason::NoneInEffectYet(2)));

    let both = rules(&[(1, "x", 0), (2, usable, now + 5)]);
    assert_eq!(staff(&both, now), Outcome::Deny(DenyReason::NoneInEffectYet(2)));

    let shut = rules(&[(1, usable, now + 5), (2, "11:00-12:00 * * * *", 0)]);
    assert_eq!(staff(&shut, now), Outcome::Deny(DenyReason::OutsideRules));
}

#[test]
fn no_rules_at_all_staff_passes_visitor_does_not_student_is_a_setting() {
    // Empty rules count as none.
    for rules in [RuleSet::default(), set(&[]), set(&[""]), set(&["", "  ", "\t"])] {
        let ask =
            |member_type, student| evaluate(&rules, member_type, 0, &Zone::default(), student);
        for student in [false, true] {
            let pass = Outcome::Pass(PassReason::NoRulesStaff);
            assert_eq!(ask(MemberType::Staff, student), pass);
            let deny = Outcome::Deny(DenyReason::NoRulesVisitor);
            assert_eq!(ask(MemberType::Visitor, student), deny);
        }
        let deny = Outcome::Deny(DenyReason::NoRulesStudent);
        assert_eq!(ask(MemberType::Student, false), deny);
        let pass = Outcome::Pass(PassReason::NoRulesStudent);
        assert_eq!(ask(MemberType::Student, true), pass);
    }
    // An empty rule beside a usable one adds nothing.
    let rules = set(&["", "9:00-10:00 * * * *"]);
    let outcome = staff(&rules, shanghai("2018-10-15T11:00:00"));
    assert_eq!(outcome, Outcome::Deny(DenyReason::OutsideRules));
}

#[test]
fn with_rules_the_type_of_the_member_does_not_matter() {
    let rules = set(&["9:00-10:00 * * * *"]);
    for member_type in [MemberType::Staff, MemberType::Visitor, MemberType::Student] {
        for (local, passes) in [("2018-10-15T09:00:00", true), ("2018-10-15T11:00:00", false)] {
            let outcome = evaluate(&rules, member_type, shanghai(local), &Zone::default(), true);
            assert_eq!(outcome.passes(), passes, "{member_type:?} {local}");
        }
    }
}

#[test]
fn the_time_zone_is_the_one_that_was_handed_over() {
    let rules = set(&["9:00-10:00 * * * *"]);
    let nine = |zone| at(zone, "2024-07-01T09:00:00");
    for (zone, same_as) in [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("CST-8", "Asia/Shanghai"),
        ("+08:00", "Asia/Shanghai"),
        ("Europe/London", "Europe/London"),
        ("America/New_York", "America/New_York"),
        ("EST5EDT,M3.2.0,M11.1.0", "America/New_York"),
    ] {
        let zone = Zone::parse(zone).expect(zone);
        let ask = |instant| evaluate(&rules, MemberType::Staff, instant, &zone, false).passes();
        assert!(ask(nine(same_as)), "{zone}");
        assert!(!ask(nine(same_as) - 1), "{zone}");
        assert!(!ask(nine(same_as) - 3600), "{zone}");
    }
}

#[test]
fn a_clock_out_of_range_denies_everybody() {
    for instant in [i64::MIN, i64::MAX, -400_000_000_000, 300_000_000_000] {
        for rules in [RuleSet::default(), set(&["* * * * *"])] {
            let deny = Outcome::Deny(DenyReason::ClockOutOfRange);
            assert_eq!(staff(&rules, instant), deny, "{instant}");
            assert_eq!(crate::rules::next_change(&rules, instant, &Zone::default()), None);
        }
    }
}
