//! Pass rules: parsed, asked, and their next change.

use std::hint::black_box;

use kaimen::limits::RULES_PER_MEMBER;
use kaimen::rules::{
    DenyReason, MemberType, Outcome, PassReason, Rule, RuleSet, Zone, evaluate, next_change,
};

use super::NOON;
use super::bench::Bench;
use super::rounds::{Cell, timed};
use crate::BenchError;
use crate::record::Subject;

/// Calls of a sample: one takes some ten nanoseconds, about what the clock can tell.
const CALLS: u32 = 1000;
/// Ten hours later: outside all hours.
const NIGHT: i64 = NOON + 10 * 3600;

/// What the cloud sends: hours and weekdays.
const TEXTS: [&str; 4] = [
    "9:00-12:00,13:00-18:00 * * 1-5 *",
    "9:00-12:00 * * 6 *",
    "10:00-11:30,14:00-16:00 * * 0 *",
    "7:30-9:00 * * 1-5 *",
];

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<(), BenchError> {
    let zone = Zone::default();
    let (one, all) = (set(1), set(RULES_PER_MEMBER));
    let (one, all, zone) = (&one, &all, &zone);
    let ask = |rules: &RuleSet, now| evaluate(rules, MemberType::Staff, now, zone, false);
    let outside = Outcome::Deny(DenyReason::OutsideRules);
    expect("at night", ask(all, NIGHT) == outside && ask(one, NIGHT) == outside)?;
    expect("at one", ask(all, NOON + 3600) == Outcome::Pass(PassReason::Rule(1)))?;
    expect("next", next_change(all, NOON, zone) == Some(NOON + 1800))?;
    expect("a rule", matches!(Rule::parse(1, TEXTS[0], 0), Ok(Some(_))))?;
    let most = RULES_PER_MEMBER as u64;
    let mut cells = [
        cell("parse", 1, move || black_box(Rule::parse(1, black_box(TEXTS[0]), 0)).is_ok()),
        cell("evaluate", 1, move || black_box(ask(one, black_box(NIGHT))) == outside),
        cell("evaluate", most, move || black_box(ask(all, black_box(NIGHT))) == outside),
        cell("next-change", most, move || next_change(all, black_box(NOON), zone).is_some()),
    ];
    bench.block("rules", &mut cells)
}

fn set(count: usize) -> RuleSet {
    let texts = TEXTS.into_iter().cycle().take(count);
    RuleSet::collect((1..).zip(texts).map(|(id, text)| (id, text, 0))).0
}

fn expect(what: &str, is_right: bool) -> Result<(), BenchError> {
    if is_right { Ok(()) } else { Err(BenchError::WrongAnswer(format!("rules: {what}"))) }
}

/// Calls it a thousand times; each answer must be the right one.
fn cell<'a>(operation: &str, size: u64, call: impl Fn() -> bool + 'a) -> Cell<'a> {
    let subject = Subject {
        group: "rules".to_owned(),
        operation: operation.to_owned(),
        threads: 1,
        size,
        ..Subject::default()
    };
    let run = move |_: usize| {
        let (ns, right) = timed(|| (0..CALLS).filter(|_| call()).count());
        expect("an answer changed", right == CALLS as usize)?;
        Ok(ns / f64::from(CALLS))
    };
    Cell { subject, calls: CALLS, run: Box::new(run) }
}
