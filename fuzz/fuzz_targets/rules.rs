//! Bytes to rules, a zone and an instant: nothing panics, and the verdict is
//! the same up to the next change and another at it.
//!
//! Input: eight bytes of instant and eight of effect time (little endian),
//! then lines: a zone, then rules.
#![no_main]

use kaimen::rules::{MemberType, RuleSet, Zone, evaluate, next_change};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((now, rest)) = data.split_first_chunk() else { return };
    let Some((effect_time, rest)) = rest.split_first_chunk() else { return };
    let (now, effect_time) = (i64::from_le_bytes(*now), i64::from_le_bytes(*effect_time));
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let mut lines = text.split('\n');
    let zone = Zone::parse(lines.next().unwrap_or("")).unwrap_or_default();
    // The effect time is that of every other rule.
    let times = [0, effect_time].into_iter().cycle();
    let (rules, rejections) =
        RuleSet::collect((0..).zip(lines).zip(times).map(|((id, text), time)| (id, text, time)));
    for rejection in rejections {
        assert!(rejection.error.to_string().len() < 1000);
    }

    let passes = |instant| evaluate(&rules, MemberType::Visitor, instant, &zone, false).passes();
    let verdict = passes(now);
    let next = next_change(&rules, now, &zone);
    if let Some(next) = next {
        assert!(next > now);
        assert_ne!(passes(next), verdict);
    }
    // Near both ends, where faults would be; never past the end of the calendar,
    // which is no change.
    let end = next.unwrap_or(i64::MAX).min(calendar_end());
    for step in [1, 59, 60, 3600, 86_400, 86_400 * 31] {
        for instant in [now.saturating_add(step), end.saturating_sub(step)] {
            if (calendar_start()..end).contains(&now) && now < instant && instant < end {
                assert_eq!(passes(instant), verdict, "{instant} between {now} and {end}");
            }
        }
    }
});

/// A day inside the first and the last second that the calendar has.
fn calendar_start() -> i64 {
    -377_705_023_201 + 86_400
}

fn calendar_end() -> i64 {
    253_402_207_200 - 86_400
}
