//! Pass rules of many shapes.

use crate::draw::Draw;
use serde_json::{Value, json};

/// In effect since 2018.
const SINCE: i64 = 1_542_874_137;
/// 2027-01-01 00:00 in Shanghai: after every probe.
pub(crate) const LATER: i64 = 1_798_732_800;

pub(crate) const OFFICE: &str = "9:00-18:00 * * 1-5 *";
pub(crate) const NIGHT: &str = "0:00-2:00,9:30-18:00,23:00-23:59 * * * *";
pub(crate) const WEEKEND: &str = "9:00-17:00 * * 0,6 *";
pub(crate) const OTHER_DAYS: &str = "7:00-19:00 */2 * * *";
pub(crate) const ALWAYS: &str = "0:00-23:59 * * * *";
/// The protocol page prints it; there is no minute 300.
pub(crate) const MALFORMED: &str = "9:300-10:00 * * 6 *";

/// The rule lists that members have.
const SHAPES: [&[&str]; 15] = [
    &[OFFICE],
    &[OFFICE],
    &["8:30-12:00,13:30-18:30 * * 1-5 *"],
    &[NIGHT],
    &[OFFICE, "10:00-16:00 * * 6 *", "10:00-14:00 * * 0 *"],
    &[WEEKEND],
    &["11:00-12:00 * * 6,0 *"],
    &[OTHER_DAYS],
    &["9:00-18:00 */14 * * *"],
    &["9:00-18:00 1,15 9 * *", "9:00-18:00 1,15 11 * *"],
    &["9:00-18:00 2-20 9 * 2018"],
    &["7:00-22:00 * * * 2026"],
    &["9:00-10:00 * * 1-5 *", MALFORMED],
    &[ALWAYS],
    &[MALFORMED, "24:00-25:00 * * * *", "18:00-9:00 * * * *", "9:00-10:00 * * MON *"],
];

/// A `pass_rule_list` of these rules.
pub(crate) fn list(rules: &[&str], effect_time: i64) -> Value {
    let rule = |(id, rule)| json!({"id": id, "rule": rule, "effect_time": effect_time});
    rules.iter().enumerate().map(rule).collect()
}

/// A `pass_rule_list` in effect.
pub(crate) fn since(rules: &[&str]) -> Value {
    list(rules, SINCE)
}

/// What a member of no particular kind has; `None`: the key is absent.
pub(crate) fn any(draw: &mut Draw) -> Option<Value> {
    match draw.below(20) {
        0 => None,
        1 => Some(json!([])),
        2 => Some(since(&[""])),
        3 => Some(list(&[OFFICE], LATER)),
        4 => Some(list(&[OFFICE], 0)),
        shape => Some(since(SHAPES[shape - 5])),
    }
}
