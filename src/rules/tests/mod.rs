//! Tests of the rules as a whole; those of one file stand in that file.

mod changes;
mod decisions;
mod parsing;
mod properties;
mod slow;
mod vectors;
mod walk;

use super::{MemberType, Outcome, RuleSet, Zone, evaluate};

/// Unix seconds of a local time in Shanghai, such as `2018-10-15T09:00:00`.
fn shanghai(local: &str) -> i64 {
    at("Asia/Shanghai", local)
}

/// Unix seconds of a local time; the earlier one where it occurs twice.
fn at(zone: &str, local: &str) -> i64 {
    let local: jiff::civil::DateTime = local.parse().expect(local);
    let zone = jiff::tz::TimeZone::get(zone).expect(zone);
    zone.to_timestamp(local).expect("in range").as_second()
}

fn set(rules: &[&str]) -> RuleSet {
    let mut builder = RuleSet::builder();
    for (id, text) in (1..).zip(rules) {
        builder.add(id, text, 0).expect(text);
    }
    builder.finish()
}

fn staff(rules: &RuleSet, instant: i64) -> Outcome {
    evaluate(rules, MemberType::Staff, instant, &Zone::default(), false)
}
