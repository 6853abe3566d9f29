//! The door in the loop: a board runs the C reader, its inputs are driven and its decisions read
//! over its serial console.
//!
//! What is right is what the library of this machine decides: scores are equal on every processor.

mod lines;
mod probe;
mod touch;

use std::time::Duration;

use self::probe::{Probe, Times, decide};
use super::latency::Latency;
use super::{Context, Need, Recorder, Stop, Suite, Test, fingers};
use crate::board::{Board, Decided, Setup};
use crate::library::{Algorithm, Decision, Engine, Settings, Verdict};
use crate::record::Limits;
use crate::site::{self, Member};

/// 2024-01-08, a Monday, 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;
/// The rule of those who come for the office.
const OFFICE: &str = "9:00-10:00,13:30-18:00 * * 1-5 *";
/// Seconds from `NOW`, and whether the office is open: before, at and after edges of its rule.
const TIMES: [(i64, bool); 6] =
    [(0, true), (-1801, false), (-1800, true), (1859, true), (1860, false), (3600, false)];
/// Members with a face; those with an odd number come by the office's rule.
const FACES: u64 = 8;
/// The first of them have a finger as well.
const FINGERS: u32 = 4;
const SETUP: Setup<'_> = Setup {
    zone: "Asia/Shanghai",
    dimension: site::DIMENSION,
    face_threshold: 500_000,
    finger_threshold: 50_000,
};

pub(super) fn suite() -> Suite {
    let test = |name, about, seconds, body| Test::new(name, about, seconds, body);
    Suite {
        name: "door",
        about: "A board runs the C reader; probes go in and decisions come back over its console.",
        tests: vec![
            test("the board answers", "It says who it is, and answers again and again.", 600, answers)
                .needs(&[Need::Board]),
            test(
                "members by their rules",
                "The right member is named, in and outside of the rules, with the score that this machine works out.",
                600,
                members,
            )
            .needs(&[Need::Board]),
            test(
                "strangers",
                "Unknown faces and fingers name nobody and open nothing.",
                600,
                strangers,
            )
            .needs(&[Need::Board]),
            test(
                "damaged lines",
                "Noise, wrong sums, cut and endless lines, broken probes: each is answered with an error, none opens the door.",
                300,
                lines::damaged,
            )
            .needs(&[Need::Board]),
            test(
                "from the finger to the decision",
                "Fingers are put on the board's own module; whose it is and what the rules say comes over the console.",
                600,
                touch::touched,
            )
            .needs(&[Need::BoardModule]),
        ],
    }
}

fn answers(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_board(recorder, |open, device| {
        recorder.log(&device.name, &open.note.identity);
        let mut latency = Latency::default();
        for _ in 0..50 {
            recorder.check()?;
            latency.time(|| open.board.ask("hello", "ok "))?;
        }
        let longest = Limits::at_most(micros(device.limit));
        latency.record(recorder, &format!("{}, answer", device.name), longest)
    })
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// The same gallery on the board and in this machine's library.
fn gallery(context: &Context, board: &mut Board) -> Result<Engine, Stop> {
    let mut members = Vec::new();
    for number in 0..FACES {
        let mut member = Member::staff(&site::userid(number)).face(1, &site::face(number));
        if number < u64::from(FINGERS) {
            let finger = u32::try_from(number).unwrap_or_default();
            member = member.finger(1, &[&fingers::record(finger, 0)?]);
        }
        members.push(if comes_by_rule(number) { member.rule(1, OFFICE, 0) } else { member });
    }
    let answer = site::answer(members);
    let face =
        Algorithm::Face { dimension: SETUP.dimension, threshold: SETUP.face_threshold, margin: 0 };
    let finger = Algorithm::Finger { threshold: SETUP.finger_threshold, margin: 0 };
    let zone = Some(SETUP.zone.to_owned());
    let settings =
        Settings { zone, algorithms: vec![face, finger], ..Settings::faces(SETUP.dimension) };
    let engine = Engine::open(&context.library, &settings)?;
    engine.sync(&answer)?;
    board.open(&SETUP)?;
    let (added, rejected) = board.sync(&answer)?;
    if (added, rejected) != (FACES, 0) {
        return Err(Stop::Fail(format!("{added} members were added, {rejected} things rejected")));
    }
    Ok(engine)
}

fn comes_by_rule(number: u64) -> bool {
    number % 2 == 1
}

/// Whether the board decided as this machine does.
fn same(board: &Decided, here: &Decision) -> bool {
    (board.verdict, board.reason, board.score, &board.userid)
        == (here.verdict, here.reason, here.score, &here.userid)
}

fn members(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_board(recorder, |open, device| {
        let engine = gallery(context, &mut open.board)?;
        let mut times = Times::default();
        let (mut asked, mut passed, mut wrong, mut unlike) = (0, 0, 0, 0);
        for (offset, office_is_open) in TIMES {
            for number in 0..FACES {
                let mut probes = vec![Probe::Face(site::seen(number, 0.2, asked))];
                if let Ok(finger @ 0..FINGERS) = u32::try_from(number) {
                    probes.push(Probe::Finger(fingers::record(finger, 7)?));
                }
                for probe in probes {
                    recorder.check()?;
                    let decided = decide(&mut open.board, &probe, NOW + offset, &mut times)?;
                    let here = probe.decide_here(&engine, NOW + offset)?;
                    asked += 1;
                    let may_pass = !comes_by_rule(number) || office_is_open;
                    let verdict = if may_pass { Verdict::Pass } else { Verdict::Deny };
                    passed += u64::from(may_pass);
                    let right =
                        decided.verdict == verdict && decided.userid == site::userid(number);
                    wrong += u64::from(!right);
                    unlike += u64::from(!same(&decided, &here));
                    if !right || !same(&decided, &here) {
                        recorder.log("test", format!("{offset}: {decided:?}, here {here:?}"));
                    }
                }
            }
        }
        recorder.none_of("wrong decisions", wrong, asked);
        recorder.none_of("decided otherwise than here", unlike, asked);
        opened(recorder, &mut open.board, passed, asked - passed)?;
        times.record(recorder, device)
    })
}

/// The lock has moved so often, and no more.
fn opened(recorder: &Recorder, board: &mut Board, pass: u64, deny: u64) -> Result<(), Stop> {
    let (opened, refused) = board.count()?;
    recorder.measure("the door opened", opened as f64, "times", Limits::exactly(pass as f64), 1);
    recorder.measure("it stayed shut", refused as f64, "times", Limits::exactly(deny as f64), 1);
    Ok(())
}

fn strangers(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_board(recorder, |open, device| {
        let engine = gallery(context, &mut open.board)?;
        let mut times = Times::default();
        let (mut asked, mut wrong, mut unlike) = (0, 0, 0);
        for number in 0..10 {
            let finger = fingers::record(1000 + number, 0)?;
            for probe in [Probe::Face(site::face(1000 + u64::from(number))), Probe::Finger(finger)]
            {
                recorder.check()?;
                let decided = decide(&mut open.board, &probe, NOW, &mut times)?;
                asked += 1;
                let nobody = decided.verdict == Verdict::Unknown && decided.userid.is_empty();
                wrong += u64::from(!nobody);
                unlike += u64::from(!same(&decided, &probe.decide_here(&engine, NOW)?));
            }
        }
        recorder.none_of("strangers named", wrong, asked);
        recorder.none_of("decided otherwise than here", unlike, asked);
        opened(recorder, &mut open.board, 0, asked)?;
        times.record(recorder, device)
    })
}
