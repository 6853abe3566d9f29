//! Pass rules: parsing, asking at an instant, and the next change.
//!
//! Every answer is asserted before it is timed.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kaimen::limits::{RULE_BYTES, RULES_PER_MEMBER};
use kaimen::rules::{DenyReason, MemberType, Outcome, PassReason, Rule, RuleSet, Zone};
use kaimen::rules::{evaluate, next_change};

/// Monday, 2024-07-01 12:30:00 in Shanghai.
const NOON: i64 = 1_719_808_200;
/// The same Monday, 22:30:00.
const NIGHT: i64 = NOON + 10 * 3600;

fn set<'a>(rules: impl IntoIterator<Item = &'a str>) -> RuleSet {
    let (set, rejections) = RuleSet::collect((1..).zip(rules).map(|(id, text)| (id, text, 0)));
    assert!(rejections.is_empty(), "{rejections:?}");
    set
}

/// What the cloud sends today: hours and weekdays.
fn typical() -> RuleSet {
    let rules = [
        "9:00-12:00,13:00-18:00 * * 1-5 *",
        "9:00-12:00 * * 6 *",
        "10:00-11:30,14:00-16:00 * * 0 *",
        "7:30-9:00 * * 1-5 *",
    ];
    set(rules.into_iter().cycle().take(RULES_PER_MEMBER))
}

/// Every column restricted, every one of them true on every day, and as many
/// ranges as a text can hold, none of them open.
fn worst_texts() -> Vec<String> {
    let date = " 1-31 1-12 0-6 1970-2099";
    (0..u16::try_from(RULES_PER_MEMBER).expect("small"))
        .map(|i| {
            let mut text = String::new();
            for range in 0u16.. {
                // Even minutes only, so that no two ranges are joined.
                let minute = (i % 8) * 2 + range * 16;
                let time = format!("{0}:{1:02}-{0}:{1:02}", minute / 60, minute % 60);
                if text.len() + 1 + time.len() + date.len() > RULE_BYTES {
                    break;
                }
                if range > 0 {
                    text.push(',');
                }
                text.push_str(&time);
            }
            text + date
        })
        .collect()
}

/// Two rules fill the year between them; the others name many of its days.
fn patchwork_texts() -> Vec<String> {
    (0..RULES_PER_MEMBER)
        .map(|i| match i {
            0 => "* 1-31/2 * * *".to_owned(),
            1 => "* 2-30/2 * * *".to_owned(),
            i => format!("0:00-1:00,3:00-4:00 {},{} {} * *", i % 31 + 1, i % 7 + 1, i % 12 + 1),
        })
        .collect()
}

/// Nearly every day of the year is named by another set of rules with many
/// ranges each, and it takes two of them to fill it: no short cut helps.
fn overlaid_texts() -> Vec<String> {
    let mut texts = worst_texts();
    for (i, text) in texts.iter_mut().enumerate() {
        let times = text.split(' ').next().expect("a time");
        let whole = times[..times.len().min(225)].rfind(',').expect("a list");
        *text = format!("{} {}-31 {}-12 * *", &times[..whole], i % 30 + 1, i * 7 % 11 + 1);
    }
    texts[62] = "0:00-11:59 * * * *".to_owned();
    texts[63] = "12:00-23:59 * * * *".to_owned();
    texts
}

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("rules/parse");
    let worst = worst_texts().pop().expect("one");
    for (name, text) in [
        ("typical", "9:00-12:00,13:00-18:00 * * 1-5 *"),
        ("longest", worst.as_str()),
        ("malformed", "9:300-10:00 * * 6 *"),
    ] {
        assert_eq!(matches!(Rule::parse(1, text, 0), Ok(Some(_))), name != "malformed");
        group.bench_function(name, |b| b.iter(|| Rule::parse(1, black_box(text), 0)));
    }
}

fn ask(c: &mut Criterion) {
    let mut group = c.benchmark_group("rules/evaluate");
    let shanghai = Zone::default();
    let new_york = Zone::parse("America/New_York").expect("known");
    let posix = Zone::parse("EST5EDT,M3.2.0,M11.1.0").expect("valid");
    let texts = worst_texts();
    let worst = set(texts.iter().map(String::as_str));
    let outside = Outcome::Deny(DenyReason::OutsideRules);
    let none = RuleSet::default();
    for (name, rules, instant, zone, expected) in [
        ("none", &none, NIGHT, &shanghai, Outcome::Pass(PassReason::NoRulesStaff)),
        ("1", &set(["9:00-18:00 * * 1-5 *"]), NIGHT, &shanghai, outside),
        ("64/first_passes", &typical(), NOON + 3600, &shanghai, Outcome::Pass(PassReason::Rule(1))),
        ("64", &typical(), NIGHT, &shanghai, outside),
        ("64/new_york", &typical(), NOON, &new_york, outside),
        ("64/posix", &typical(), NOON, &posix, outside),
        ("64/worst", &worst, NIGHT, &shanghai, outside),
    ] {
        let ask = |instant| evaluate(rules, MemberType::Staff, instant, zone, false);
        assert_eq!(ask(instant), expected, "{name}");
        group.bench_function(name, |b| b.iter(|| ask(black_box(instant))));
    }
}

fn change(c: &mut Criterion) {
    let mut group = c.benchmark_group("rules/next_change");
    let shanghai = Zone::default();
    let new_york = Zone::parse("America/New_York").expect("known");
    let opening = NOON + 1800;
    let texts = patchwork_texts();
    let patchwork = set(texts.iter().map(String::as_str));
    let texts = overlaid_texts();
    let overlaid = set(texts.iter().map(String::as_str));
    for (name, rules, zone, expected) in [
        ("1", &set(["13:00-18:00 * * 1-5 *"]), &shanghai, Some(opening)),
        ("64", &typical(), &shanghai, Some(opening)),
        ("64/new_york", &typical(), &new_york, Some(NOON + 7 * 3600)),
        ("always", &set(["0:00-23:59 * * * *"]), &shanghai, None),
        ("always/two_halves", &set(["0:00-11:59 * * * *", "12:00-23:59 * * * *"]), &new_york, None),
        ("always/patchwork_of_64", &patchwork, &new_york, None),
        ("always/overlaid_64", &overlaid, &new_york, None),
        ("leap_monday", &set(["9:00-10:00 29 2 1 *"]), &shanghai, Some(2_340_320_400)),
        ("leap_monday/new_york", &set(["9:00-10:00 29 2 1 *"]), &new_york, Some(2_340_367_200)),
        ("never/1", &set(["9:00-10:00 30 2 * *"]), &shanghai, None),
        ("never/64", &set(["9:00-10:00 30 2 * *"; RULES_PER_MEMBER]), &new_york, None),
    ] {
        let ask = |instant| next_change(rules, instant, zone);
        assert_eq!(ask(NOON), expected, "{name}");
        group.bench_function(name, |b| b.iter(|| ask(black_box(NOON))));
    }

    // Sixty-four rules that never open, each taking effect when all has been
    // searched for the ones before it.
    let dead = (0..64i64).map(|i| (1, "9:00-10:00 30 2 * *", NOON + i * 61 * 366 * 86_400));
    let (dead, _) = RuleSet::collect(dead);
    assert_eq!(next_change(&dead, NOON, &new_york), None);
    group.bench_function("never/64_far_effects", |b| {
        b.iter(|| next_change(&dead, black_box(NOON), &new_york));
    });
}

criterion_group!(benches, parse, ask, change);
criterion_main!(benches);
