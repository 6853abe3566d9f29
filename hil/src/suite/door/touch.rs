//! Fingers on the board's own module, which the rig emulates.

use std::thread;
use std::time::{Duration, Instant};

use super::super::latency::Latency;
use super::{NOW, gallery, micros, opened};
use crate::board::{Board, BoardError, Decided};
use crate::device::{OpenBoard, OpenSensor};
use crate::emulator::{Impression, Machine};
use crate::library::Verdict;
use crate::record::Limits;
use crate::site;
use crate::suite::{Context, Recorder, Stop};

/// Pages of the module's library: finger and owner. The last one has no owner on the board.
const PAGES: [(u16, u32, Option<u64>); 3] = [(0, 1, Some(1)), (1, 2, Some(2)), (2, 3, None)];
/// A finger that is nowhere.
const STRANGER: u32 = 99;
/// How long the board waits for a finger, in milliseconds.
const WAIT: u64 = 20_000;

pub(super) fn touched(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_board(recorder, |open, device| {
        if !device.has_sensor() {
            return Ok(());
        }
        gallery(context, &mut open.board)?;
        let sensor = device.plug_sensor(|profile| {
            let mut machine = Machine::new(profile);
            for (page, finger, _) in PAGES {
                machine.enrol(page, finger);
            }
            machine
        });
        let sensor = sensor.map_err(Stop::Unavailable)?;
        connect(recorder, open, &sensor)?;
        for (page, _, owner) in PAGES {
            if let Some(owner) = owner {
                open.board.ask(&format!("page {page} {}", site::userid(owner)), "ok")?;
            }
        }
        let mut latency = Latency::default();
        let rows = [
            (1, 0, Verdict::Pass, site::userid(1)),
            (1, 3600, Verdict::Deny, site::userid(1)),
            (2, 3600, Verdict::Pass, site::userid(2)),
            (3, 0, Verdict::Unknown, String::new()),
            (STRANGER, 0, Verdict::Unknown, String::new()),
        ];
        let mut wrong = 0;
        for impression in 1..=3 {
            for (finger, offset, verdict, userid) in &rows {
                recorder.check()?;
                let decided = touch(
                    &mut open.board,
                    &sensor,
                    (*finger, impression),
                    NOW + offset,
                    &mut latency,
                )?;
                recorder.log("test", format!("finger {finger} at {offset}: {decided:?}"));
                let right = decided.verdict == *verdict && decided.userid == *userid;
                wrong += u64::from(!right);
            }
        }
        recorder.none_of("wrong decisions", wrong, latency.count());
        opened(recorder, &mut open.board, 6, 9)?;
        let longest = Limits::at_most(micros(device.limit));
        latency.record(recorder, &format!("{}, finger to decision", device.name), longest)?;
        unplugged(recorder, open, &sensor)
    })
}

/// The board opens its module, which its kernel may take a moment to find.
fn connect(recorder: &Recorder, open: &mut OpenBoard, sensor: &OpenSensor) -> Result<(), Stop> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        recorder.check()?;
        match open.board.ask(&format!("module {} {}", sensor.tty, sensor.baud), "ok") {
            Ok(_) => return Ok(()),
            Err(BoardError::Refused { .. }) if Instant::now() < until => {
                thread::sleep(Duration::from_millis(250));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The board waits for a finger; one is put there; the clock runs from then on.
fn touch(
    board: &mut Board,
    sensor: &OpenSensor,
    (finger, number): (u32, u32),
    now: i64,
    latency: &mut Latency,
) -> Result<Decided, Stop> {
    let words = format!("touch {now} {WAIT}");
    let asked = board.send(&words)?;
    sensor.handle.with(|machine| machine.place(Impression { finger, number }));
    let decided = latency.time(|| board.decision(asked, &words, Duration::from_millis(WAIT)));
    sensor.handle.with(Machine::lift);
    Ok(decided?)
}

/// Nobody's finger, and a module that is not there: errors, no decision. Then it works again.
fn unplugged(recorder: &Recorder, open: &mut OpenBoard, sensor: &OpenSensor) -> Result<(), Stop> {
    let refused =
        |board: &mut Board, expected: &str| match board.ask(&format!("touch {NOW} 300"), "") {
            Err(BoardError::Refused { answer, .. }) if answer == expected => Ok(()),
            Err(error) => Err(Stop::Fail(format!("{expected} was expected: {error}"))),
            Ok(answer) => Err(Stop::Fail(format!("{expected} was expected: {answer}"))),
        };
    refused(&mut open.board, "error no-finger")?;
    if !sensor.handle.unplug() {
        return Err(Stop::Error("the module's plug cannot be pulled".to_owned()));
    }
    refused(&mut open.board, "error module")?;
    if !sensor.handle.replug() {
        return Err(Stop::Error(format!("not plugged in: {:?}", sensor.handle.failure())));
    }
    connect(recorder, open, sensor)?;
    let decided = touch(&mut open.board, sensor, (2, 9), NOW, &mut Latency::default())?;
    let right = decided.verdict == Verdict::Pass && decided.userid == site::userid(2);
    recorder.none_of("wrong after it was plugged in again", u64::from(!right), 1);
    opened(recorder, &mut open.board, 7, 9)
}
