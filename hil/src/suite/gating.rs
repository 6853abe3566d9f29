//! The clock moved across the edges of pass rules.
//!
//! What is right is worked out here, from the calendar alone, and compared with the library.

use jiff::civil::{DateTime, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use kaimen::ffi::types::{
    KAIMEN_REASON_ALL_MALFORMED, KAIMEN_REASON_CLOCK, KAIMEN_REASON_NO_RULES_STAFF,
    KAIMEN_REASON_NOT_IN_EFFECT, KAIMEN_REASON_STUDENT_WITHOUT_RULES,
    KAIMEN_REASON_VISITOR_WITHOUT_RULES, KAIMEN_USER_STAFF, KAIMEN_USER_STUDENT,
    KAIMEN_USER_VISITOR,
};

use super::{Context, Recorder, Stop, Suite, Test};
use crate::library::{Engine, Settings, Verdict};
use crate::record::Limits;
use crate::site::{self, Member};

/// Office hours, the rule of most tests here.
const OFFICE: &str = "9:00-10:00,13:30-18:00 * * 1-5 *";

pub(super) fn suite() -> Suite {
    Suite {
        name: "gating",
        about: "The clock is moved across the edges of pass rules; the door follows to the second.",
        tests: vec![
            Test::new(
                "edges to the second",
                "A face is identified one second before, at and one second after every edge.",
                30,
                edges,
            ),
            Test::new(
                "a week, minute by minute",
                "Every minute of a week in four zones, two of them with a change of the clocks.",
                60,
                week,
            ),
            Test::new(
                "announced changes",
                "The announced next change is the change: not a second earlier, not later.",
                30,
                changes,
            ),
            Test::new(
                "who has no rules in effect",
                "Types of members without rules, rules of the future, broken rules, a broken clock.",
                20,
                without,
            ),
        ],
    }
}

fn zone(name: &str) -> Result<TimeZone, Stop> {
    TimeZone::get(name).map_err(|error| Stop::Error(format!("{name}: {error}")))
}

fn instant(local: DateTime, zone: &TimeZone) -> Result<i64, Stop> {
    let instant = zone.to_timestamp(local);
    instant.map(Timestamp::as_second).map_err(|error| Stop::Error(format!("{local}: {error}")))
}

fn office(context: &Context, zone: &str) -> Result<Engine, Stop> {
    let settings = Settings { zone: Some(zone.to_owned()), ..Settings::faces(site::DIMENSION) };
    let engine = Engine::open(&context.library, &settings)?;
    let member = Member::staff("office").face(1, &site::face(1)).rule(1, OFFICE, 0);
    engine.sync(&site::answer([member]))?;
    Ok(engine)
}

/// What the rule means: the first and the last minute are inside.
fn office_is_open(local: DateTime) -> bool {
    let weekend = matches!(local.date().weekday(), Weekday::Saturday | Weekday::Sunday);
    let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
    !weekend && ((540..=600).contains(&minute) || (810..=1080).contains(&minute))
}

fn edges(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let shanghai = zone("Asia/Shanghai")?;
    let engine = office(context, "Asia/Shanghai")?;
    let (mut asked, mut wrong) = (0, 0);
    for day in 0..14 {
        let midnight = date(2026, 2, 23).at(0, 0, 0, 0) + day.days();
        for (hour, minute) in [(9, 0), (10, 1), (13, 30), (18, 1), (0, 0)] {
            let edge = instant(midnight + hour.hours().minutes(minute), &shanghai)?;
            for now in [edge - 1, edge, edge + 1] {
                recorder.check()?;
                let local = shanghai.to_datetime(timestamp(now)?);
                let decision = engine.identify_face(&site::seen(1, 0.2, asked), now)?;
                asked += 1;
                let pass = decision.verdict == Verdict::Pass;
                if pass != office_is_open(local) || decision.userid != "office" {
                    wrong += 1;
                    recorder.log("gating", format!("{local}: {decision:?}"));
                }
            }
        }
    }
    recorder.none_of("wrong decisions", wrong, asked);
    Ok(())
}

fn timestamp(second: i64) -> Result<Timestamp, Stop> {
    Timestamp::from_second(second).map_err(|error| Stop::Error(error.to_string()))
}

fn week(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let weeks = [
        ("Asia/Shanghai", date(2026, 2, 23)),
        ("+08:00", date(2026, 2, 23)),
        ("America/New_York", date(2026, 3, 6)),
        ("Europe/Berlin", date(2026, 10, 23)),
    ];
    for (name, monday) in weeks {
        let clock = if name == "+08:00" { zone("Etc/GMT-8")? } else { zone(name)? };
        let engine = office(context, name)?;
        let begin = instant(monday.at(0, 0, 0, 0), &clock)?;
        let (mut asked, mut wrong) = (0, 0);
        for minute in 0..7 * 24 * 60 {
            recorder.check()?;
            let now = begin + minute * 60 + minute % 60;
            let local = clock.to_datetime(timestamp(now)?);
            let access = engine.access("office", KAIMEN_USER_STAFF, now)?;
            asked += 1;
            if (access.verdict == Verdict::Pass) != office_is_open(local) {
                wrong += 1;
                recorder.log("gating", format!("{name} {local}: {access:?}"));
            }
        }
        recorder.none_of(&format!("wrong in {name}"), wrong, asked);
    }
    Ok(())
}

fn changes(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let berlin = zone("Europe/Berlin")?;
    let engine = office(context, "Europe/Berlin")?;
    let mut now = instant(date(2026, 3, 16).at(0, 0, 0, 0), &berlin)?;
    let end = instant(date(2026, 4, 13).at(0, 0, 0, 0), &berlin)?;
    let (mut count, mut wrong) = (0_u64, 0);
    while now < end {
        recorder.check()?;
        let before = engine.access("office", KAIMEN_USER_STAFF, now)?;
        let next = before.next_change.ok_or_else(|| Stop::Fail("no change is announced".into()))?;
        if next <= now {
            return Err(Stop::Fail(format!("at {now} a change at {next} is announced")));
        }
        let last = engine.access("office", KAIMEN_USER_STAFF, next - 1)?;
        let after = engine.access("office", KAIMEN_USER_STAFF, next)?;
        if last.verdict != before.verdict || after.verdict == before.verdict {
            wrong += 1;
            recorder.log("gating", format!("{now}: {before:?}, {last:?}, {after:?}"));
        }
        count += 1;
        now = next;
    }
    recorder.none_of("wrong announcements", wrong, count);
    // Four weeks of five days with four edges each; the walk ends at the first edge behind them.
    recorder.measure("changes", count as f64, "", Limits::exactly(81.0), 1);
    Ok(())
}

fn without(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    const EFFECT: i64 = 1_772_000_000;
    let engine = Engine::open(&context.library, &Settings::faces(site::DIMENSION))?;
    let always = "0:00-23:59 * * * *";
    engine.sync(&site::answer([
        Member::of("staff", KAIMEN_USER_STAFF),
        Member::of("student", KAIMEN_USER_STUDENT),
        Member::of("visitor", KAIMEN_USER_VISITOR),
        Member::staff("future").rule(1, always, EFFECT),
        Member::staff("broken").rule(1, "9:300-10:00 * * 6 *", 0),
    ]))?;
    let rows = [
        ("staff", KAIMEN_USER_STAFF, EFFECT, Verdict::Pass, KAIMEN_REASON_NO_RULES_STAFF),
        (
            "student",
            KAIMEN_USER_STUDENT,
            EFFECT,
            Verdict::Deny,
            KAIMEN_REASON_STUDENT_WITHOUT_RULES,
        ),
        (
            "visitor",
            KAIMEN_USER_VISITOR,
            EFFECT,
            Verdict::Deny,
            KAIMEN_REASON_VISITOR_WITHOUT_RULES,
        ),
        ("future", KAIMEN_USER_STAFF, EFFECT - 1, Verdict::Deny, KAIMEN_REASON_NOT_IN_EFFECT),
        ("broken", KAIMEN_USER_STAFF, EFFECT, Verdict::Deny, KAIMEN_REASON_ALL_MALFORMED),
        ("future", KAIMEN_USER_STAFF, i64::MAX, Verdict::Deny, KAIMEN_REASON_CLOCK),
    ];
    let mut wrong = 0;
    for (userid, user_type, now, verdict, reason) in rows {
        let access = engine.access(userid, user_type, now)?;
        if (access.verdict, access.reason) != (verdict, reason) {
            wrong += 1;
            let said = context.library.reason(access.reason);
            recorder.log("gating", format!("{userid} at {now}: {:?}, {said}", access.verdict));
        }
    }
    let passes = engine.access("future", KAIMEN_USER_STAFF, EFFECT)?.verdict == Verdict::Pass;
    wrong += u64::from(!passes);
    recorder.none_of("wrong answers", wrong, rows.len() as u64 + 1);
    Ok(())
}
