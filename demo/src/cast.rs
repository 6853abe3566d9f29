//! The cast: members with a part to play, and the probes that they give.

use crate::clock::{
    MON_0930, MON_2015, MON_180059, MON_180100, SAT_0945, SAT_2340, SUN_1000, TUE_0930, WED_0130,
    WED_020059, WED_020100,
};
use crate::draw::Draw;
use crate::member::{Member, STAFF, STUDENT, VISITOR};
use crate::rules::{self, ALWAYS, LATER, MALFORMED, NIGHT, OFFICE, OTHER_DAYS, WEEKEND};
use crate::site::Probe;
use crate::space::{Embedding, Space};
use serde_json::{Value, json};

/// Captures of the cast are good ones, so that each part ends as planned.
pub(crate) const GOOD: f64 = 0.9;
/// A face turned away, in the dark.
const POOR: f64 = 0.2;

/// One part: userid, kind of member, rules (`None`: the key is absent), when
/// the member stands at the door.
type Part = (&'static str, u8, Option<Value>, &'static [i64]);

fn parts() -> Vec<Part> {
    let since = |rule: &str| Some(rules::since(&[rule]));
    vec![
        ("office", STAFF, since(OFFICE), &[MON_0930, MON_180059, MON_180100, MON_2015, SAT_2340]),
        ("night-shift", STAFF, since(NIGHT), &[WED_0130, WED_020059, WED_020100, SAT_2340]),
        ("weekend-guard", STAFF, since(WEEKEND), &[SUN_1000, MON_0930]),
        ("every-other-day", STAFF, since(OTHER_DAYS), &[MON_0930, TUE_0930]),
        ("staff-without-rules", STAFF, None, &[SAT_2340]),
        ("staff-empty-list", STAFF, Some(json!([])), &[MON_2015]),
        ("staff-empty-rule", STAFF, since(""), &[MON_2015]),
        ("malformed-only", STAFF, since(MALFORMED), &[SAT_0945]),
        (
            "one-good-one-malformed",
            STAFF,
            Some(rules::since(&["9:00-10:00 * * 1-5 *", MALFORMED])),
            &[MON_0930, SAT_0945],
        ),
        ("not-yet", STAFF, Some(rules::list(&[ALWAYS], LATER)), &[MON_0930]),
        ("4711/1000002", VISITOR, None, &[MON_0930]),
        ("4712/1000002", VISITOR, since(OFFICE), &[MON_0930, SAT_0945]),
        ("student-without-rules", STUDENT, None, &[MON_0930]),
        ("student", STUDENT, since("7:00-17:00 * * 1-5 *"), &[MON_0930, MON_180100]),
    ]
}

/// The cast and its probes.
pub(crate) fn cast(draw: &mut Draw, space: &Space) -> (Vec<Member>, Vec<Probe>) {
    let mut members = Vec::new();
    let mut probes = Vec::new();
    for (userid, user_type, rules, instants) in parts() {
        let centre = space.centre(draw);
        let member = member(draw, space, (userid, user_type), centre, rules);
        for now in instants {
            probes.push(Probe::of(draw, space, &member, GOOD, *now));
        }
        members.push(member);
    }
    // Somebody known, but hardly to be seen.
    probes.push(Probe::of(draw, space, &members[0], POOR, MON_0930));
    look_alikes(draw, space, &mut members, &mut probes);
    (members, probes)
}

/// Two members whom the camera can hardly tell apart.
fn look_alikes(draw: &mut Draw, space: &Space, members: &mut Vec<Member>, probes: &mut Vec<Probe>) {
    let first = space.centre(draw);
    let second = space.sample(draw, &first, 0.995);
    for (userid, centre) in [("look-alike-a", first), ("look-alike-b", second)] {
        let always = Some(rules::since(&[ALWAYS]));
        let member = member(draw, space, (userid, STAFF), centre, always);
        probes.push(Probe::of(draw, space, &member, GOOD, MON_0930));
        members.push(member);
    }
}

fn member(
    draw: &mut Draw,
    space: &Space,
    (userid, user_type): (&str, u8),
    centre: Embedding,
    rules: Option<Value>,
) -> Member {
    let identity = (userid.to_owned(), user_type);
    let member = Member::new(draw, space, identity, centre, &[GOOD, GOOD]);
    match rules {
        Some(rules) => member.with_rules(rules),
        None => member,
    }
}
