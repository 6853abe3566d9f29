//! Random rules at random instants near edges, against the slow evaluator.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::slow::Slow;
use crate::rules::{MemberType, Rule, RuleSet, Zone, evaluate, next_change};

const ZONES: [&str; 6] = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Havana",
];

fn time() -> impl Strategy<Value = String> {
    let range = (0..1440u16, 0..1440u16, any::<bool>()).prop_map(|(a, b, padded)| {
        let (first, last) = (a.min(b), a.max(b));
        let hour = |minute: u16| {
            if padded { format!("{:02}", minute / 60) } else { (minute / 60).to_string() }
        };
        format!("{}:{:02}-{}:{:02}", hour(first), first % 60, hour(last), last % 60)
    });
    let edges = prop::sample::select(vec![
        "0:00-2:00,23:00-23:59",
        "0:00-0:00",
        "23:59-23:59",
        "0:00-23:59",
        "1:59-3:00",
        "2:00-2:29",
        "0:00-11:59,12:00-23:59",
    ]);
    prop_oneof![
        1 => Just("*".to_owned()),
        2 => edges.prop_map(str::to_owned),
        4 => prop::collection::vec(range, 1..4).prop_map(|ranges| ranges.join(",")),
    ]
}

fn column(min: u16, max: u16) -> impl Strategy<Value = String> {
    let item = (min..=max, min..=max, 1..=max - min + 3, 0..5u8).prop_map(|(a, b, n, form)| {
        let (first, last) = (a.min(b), a.max(b));
        match form {
            0 => a.to_string(),
            1 => format!("*/{n}"),
            2 | 3 => format!("{first}-{last}"),
            _ => format!("{first}-{last}/{n}"),
        }
    });
    prop_oneof![
        2 => Just("*".to_owned()),
        1 => prop::collection::vec(item, 1..4).prop_map(|items| items.join(",")),
    ]
}

fn rule() -> impl Strategy<Value = (String, i64)> {
    let effect_time =
        prop_oneof![3 => Just(0), 1 => instant(), 1 => 1_600_000_000..1_800_000_000i64];
    // Years near the instants below, so that they matter.
    let years = prop_oneof![column(1970, 2099), column(2019, 2026)];
    (time(), column(1, 31), column(1, 12), column(0, 7), years, effect_time).prop_map(
        |(time, day, month, weekday, year, effect_time)| {
            (format!("{time} {day} {month} {weekday} {year}"), effect_time)
        },
    )
}

/// Near midnights UTC and in the zones, changes of clocks, leap days, ends of
/// years, at the first and the last second of a minute.
fn instant() -> impl Strategy<Value = i64> {
    let near = prop::sample::select(vec![
        1_582_934_400, // 2020-02-29
        1_583_020_800, // 2020-03-01
        1_709_164_800, // 2024-02-29
        1_710_054_000, // 2024-03-10 07:00, New York springs forward
        1_711_846_800, // 2024-03-31 01:00, London
        1_712_415_600, // 2024-04-06 15:00, Lord Howe falls back
        1_727_972_000, // 2024-10-03
        1_728_142_200, // 2024-10-05 15:30, Lord Howe springs forward
        1_729_990_800, // 2024-10-27 01:00, London
        1_730_610_000, // 2024-11-03 05:00, Havana
        1_730_613_600, // 2024-11-03 06:00, New York
        1_735_660_800, // 2024-12-31 16:00, Shanghai's new year
        1_735_689_600, // 2025-01-01
        4_102_444_800, // 2100-01-01
        0,
        -1,
        -2_177_452_800, // 1901-01-01
        4_107_542_400,  // 2100-03-01
    ]);
    let near = (near, -2000..2000i64, prop::sample::select(vec![-1, 0, 1, 30, 59]))
        .prop_map(|(base, minutes, second)| base + minutes * 60 + second);
    prop_oneof![4 => near, 1 => 1_500_000_000..1_900_000_000i64]
}

fn slow_at(slow: &Slow, zone: &TimeZone, instant: i64) -> bool {
    let offset = zone.to_offset(Timestamp::from_second(instant).expect("in range"));
    slow.passes(instant, offset.seconds().into())
}

/// How far `next_change` is walked after. Longer stretches are checked by
/// their beginning and by where they end.
const WALKED: i64 = 20 * 1440 * 60;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn like_the_slow_evaluator(
        rules in prop::collection::vec(rule(), 0..5),
        instants in prop::collection::vec(instant(), 20),
        zone in prop::sample::select(ZONES.to_vec()),
    ) {
        let texts: Vec<(&str, i64)> = rules.iter().map(|(text, at)| (text.as_str(), *at)).collect();
        let slow = Slow::new(&texts);
        let (rules, rejected) = RuleSet::collect((1..).zip(&texts).map(|(id, &(t, at))| (id, t, at)));
        prop_assert!(rejected.is_empty(), "{rejected:?}");
        let (zone, tz) = (Zone::parse(zone).unwrap(), TimeZone::get(zone).unwrap());
        for instant in instants {
            let outcome = evaluate(&rules, MemberType::Visitor, instant, &zone, false);
            prop_assert_eq!(outcome.passes(), slow_at(&slow, &tz, instant), "{}", instant);
        }
    }

    #[test]
    fn between_now_and_the_next_change_the_verdict_is_the_same(
        rules in prop::collection::vec(rule(), 1..5),
        now in instant(),
        zone in prop::sample::select(ZONES.to_vec()),
    ) {
        let texts: Vec<(&str, i64)> = rules.iter().map(|(text, at)| (text.as_str(), *at)).collect();
        let slow = Slow::new(&texts);
        let (rules, _) = RuleSet::collect((1..).zip(&texts).map(|(id, &(t, at))| (id, t, at)));
        let (zone, tz) = (Zone::parse(zone).unwrap(), TimeZone::get(zone).unwrap());
        let verdict = slow_at(&slow, &tz, now);
        let next = next_change(&rules, now, &zone);
        if let Some(next) = next {
            prop_assert!(next > now);
            prop_assert_eq!(slow_at(&slow, &tz, next), !verdict, "at {}", next);
            prop_assert_eq!(slow_at(&slow, &tz, next - 1), verdict, "before {}", next);
        }
        let end = next.unwrap_or(i64::MAX).min(now + WALKED);
        // Offsets are whole minutes in these years: minutes of UTC are enough,
        // and the seconds at which a rule takes effect.
        let minutes = (now / 60 * 60 + 60..end).step_by(60);
        for instant in minutes.chain(texts.iter().map(|&(_, at)| at)) {
            if now < instant && instant < end {
                prop_assert_eq!(slow_at(&slow, &tz, instant), verdict, "{} of {}", instant, end);
            }
        }
        // Beyond what is walked: a sample of days, for half a century.
        let far = now + 50 * 366 * 86_400;
        for instant in (now..next.unwrap_or(far).min(far)).step_by(86_400 * 5 + 3_607) {
            prop_assert_eq!(slow_at(&slow, &tz, instant), verdict, "{}", instant);
        }
    }

    #[test]
    fn parse_never_panics(text in any::<String>(), id: u32, at: i64) {
        let _ = Rule::parse(id, &text, at);
    }

    #[test]
    fn parse_never_panics_on_what_looks_like_a_rule(
        text in "[0-9*:/,\\- \t]{0,40}",
        zone in "[A-Za-z0-9+\\-:/,.<> ]{0,20}",
        now: i64,
        at: i64,
    ) {
        let mut rules = RuleSet::builder();
        let _ = rules.add(1, &text, at);
        let zone = Zone::parse(&zone).unwrap_or_default();
        let rules = rules.finish();
        let _ = evaluate(&rules, MemberType::Student, now, &zone, true);
        let _ = next_change(&rules, now, &zone);
    }
}
