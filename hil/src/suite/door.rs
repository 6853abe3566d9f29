//! The door in the loop: a board runs the C reader, its inputs are driven and its decisions read
//! over its serial console.
//!
//! What is right is what the library of this machine decides: scores are equal on every processor.

use std::thread;
use std::time::{Duration, Instant};

use super::latency::Latency;
use super::{Context, Need, Recorder, Stop, Suite, Test, fingers};
use crate::board::{Board, BoardError, Decided, Setup, request};
use crate::device::{BoardDevice, OpenBoard, OpenSensor};
use crate::emulator::{Impression, Machine};
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
            test("the board answers", "It says who it is, and answers again and again.", 180, answers)
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
                damaged,
            )
            .needs(&[Need::Board]),
            test(
                "from the finger to the decision",
                "Fingers are put on the board's own module; whose it is and what the rules say comes over the console.",
                600,
                touched,
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

/// A face's or a finger's, as the board and as this machine's library take it.
enum Probe {
    Face(Vec<f32>),
    Finger(Vec<u8>),
}

impl Probe {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Probe::Face(vector) => vector.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Probe::Finger(record) => record.clone(),
        }
    }

    fn decide_here(&self, engine: &Engine, now: i64) -> Result<Decision, Stop> {
        Ok(match self {
            Probe::Face(vector) => engine.identify_face(vector, now)?,
            Probe::Finger(record) => engine.identify_finger(record, now)?,
        })
    }

    fn words(&self, size: usize, now: i64) -> String {
        let verb = match self {
            Probe::Face(_) => "face",
            Probe::Finger(_) => "finger",
        };
        format!("{verb} {size} {now}")
    }
}

/// How long decisions took, of faces and of fingers.
#[derive(Default)]
struct Times {
    faces: Way,
    fingers: Way,
}

impl Times {
    fn of(&mut self, probe: &Probe) -> &mut Way {
        match probe {
            Probe::Face(_) => &mut self.faces,
            Probe::Finger(_) => &mut self.fingers,
        }
    }

    fn record(&self, recorder: &Recorder, device: &BoardDevice) -> Result<(), Stop> {
        self.faces.record(recorder, device, "face")?;
        self.fingers.record(recorder, device, "finger")
    }
}

/// The whole way of a probe, the end of it, and what the library took by the board's clock.
#[derive(Default)]
struct Way {
    with_probe: Latency,
    from_request: Latency,
    library: Latency,
}

impl Way {
    fn record(&self, recorder: &Recorder, device: &BoardDevice, of: &str) -> Result<(), Stop> {
        let name = |what: &str| format!("{}, {of}: {what}", device.name);
        let longest = Limits::at_most(micros(device.limit));
        self.from_request.record(recorder, &name("request to decision"), longest)?;
        self.with_probe.record(recorder, &name("probe to decision"), Limits::NONE)?;
        self.library.record(recorder, &name("in the library"), Limits::NONE)
    }
}

/// A probe goes over the console, and its decision comes back.
fn decide(
    board: &mut Board,
    probe: &Probe,
    now: i64,
    times: &mut Times,
) -> Result<Decided, BoardError> {
    let bytes = probe.bytes();
    let begun = Instant::now();
    board.data(&bytes)?;
    let asked = Instant::now();
    let decided = board.decide(&probe.words(bytes.len(), now))?;
    let way = times.of(probe);
    way.from_request.add(asked.elapsed());
    way.with_probe.add(begun.elapsed());
    way.library.add(Duration::from_micros(decided.microseconds));
    Ok(decided)
}

/// The same gallery on the board and in this machine's library.
fn gallery(context: &Context, board: &mut Board) -> Result<Engine, Stop> {
    let mut members = Vec::new();
    for number in 0..FACES {
        let mut member = Member::staff(&site::userid(number)).face(1, &site::face(number));
        if number < u64::from(FINGERS) {
            let finger = u32::try_from(number).unwrap_or_default();
            member = member.finger(1, 0, &fingers::record(finger, 0)?);
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

/// Lines that no reader can make sense of; each has an end, and is answered with number 0.
fn noise() -> Vec<(&'static str, Vec<u8>)> {
    let good = request(1, &format!("face 512 {NOW}"));
    let mut flipped = good.clone().into_bytes();
    flipped[4] ^= 1;
    let cut = good.as_bytes().split_at(good.len() / 2).0.to_vec();
    let ended = |mut line: Vec<u8>| {
        line.push(b'\n');
        line
    };
    vec![
        ("words", b"open the door\n".to_vec()),
        ("a changed bit", flipped),
        ("half a line", ended(cut)),
        ("no sum", format!("K> 1 face 512 {NOW}\n").into_bytes()),
        (
            "bytes of all values but the end",
            ended((0..=255).filter(|byte| *byte != b'\n').collect()),
        ),
        ("5000 bytes", ended(vec![b'K'; 5000])),
        ("more words than a request has", request(1, "a b c d e f g h i j").into_bytes()),
        ("no words", request(1, "").into_bytes()),
    ]
}

/// Whole lines that ask for what cannot be done. The probe before them is used up.
fn refusals() -> Vec<(&'static str, Option<Vec<u8>>, String)> {
    let face = |vector: &[f32]| vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut not_a_number = site::face(1);
    not_a_number[7] = f32::NAN;
    let whole: Vec<u8> = face(&site::face(1));
    let short = whole.split_at(whole.len() - 1).0.to_vec();
    let face_words = |size: usize| format!("face {size} {NOW}");
    vec![
        ("no such verb", None, "unlock".to_owned()),
        ("a word is missing", None, "face 512".to_owned()),
        ("no probe was sent", None, face_words(512)),
        ("another length than was sent", Some(whole.clone()), face_words(whole.len() - 4)),
        ("a probe with a byte too few", Some(short.clone()), face_words(short.len())),
        ("a probe that is no number", Some(face(&not_a_number)), face_words(whole.len())),
        ("a probe of nothing", Some(vec![0; whole.len()]), face_words(whole.len())),
        ("a face as a finger", Some(whole.clone()), format!("finger {} {NOW}", whole.len())),
        ("a clock that is none", Some(whole.clone()), format!("face {} noon", whole.len())),
        ("half a byte", None, "data abc".to_owned()),
        ("other digits", None, "data zz".to_owned()),
        ("an answer of the cloud that is none", Some(b"{\"body\":".to_vec()), "sync 8".to_owned()),
    ]
}

fn damaged(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_board(recorder, |open, _| {
        let board = &mut open.board;
        gallery(context, board)?;
        let mut asked = 0;
        for (what, line) in noise() {
            recorder.check()?;
            board.send_bytes(&line)?;
            let answer = board.answer(0, what, Duration::ZERO)?;
            if answer != "error line" {
                return Err(Stop::Fail(format!("{what}: {answer}")));
            }
            asked += 1;
        }
        for (what, record, words) in refusals() {
            recorder.check()?;
            if let Some(record) = record {
                board.data(&record)?;
            }
            match board.ask(&words, "") {
                Err(BoardError::Refused { answer, .. }) => {
                    recorder.log("test", format!("{what}: {answer}"));
                }
                Err(other) => return Err(other.into()),
                Ok(answer) => return Err(Stop::Fail(format!("{what}: {answer}"))),
            }
            asked += 1;
        }
        recorder.measure("damaged lines answered", f64::from(asked), "", Limits::exactly(20.0), 1);
        opened(recorder, board, 0, 0)?;
        // And it works as before.
        let decided = decide(board, &Probe::Face(site::face(2)), NOW, &mut Times::default())?;
        if decided.verdict != Verdict::Pass || decided.userid != site::userid(2) {
            return Err(Stop::Fail(format!("after all that: {decided:?}")));
        }
        opened(recorder, board, 1, 0)
    })
}

/// Pages of the module's library: finger and owner. The last one has no owner on the board.
const PAGES: [(u16, u32, Option<u64>); 3] = [(0, 1, Some(1)), (1, 2, Some(2)), (2, 3, None)];
/// A finger that is nowhere.
const STRANGER: u32 = 99;
/// How long the board waits for a finger, in milliseconds.
const WAIT: u64 = 20_000;

fn touched(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
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
