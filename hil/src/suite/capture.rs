//! Cameras: rate, drops, exposure.

use std::thread;
use std::time::{Duration, Instant};

use super::latency::Latency;
use super::{Context, Need, Recorder, Stop, Suite, Test};
use crate::camera::{Camera, Control, Frame, Next, Stream, Wish, ids};
use crate::device::CameraDevice;
use crate::record::Limits;
use crate::rig::{Power, Switch, switch};

/// Longest wait for a frame. A camera gives one in a thirtieth of a second, an emulated machine
/// takes its time.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long frames are counted.
const COUNTED: Duration = Duration::from_secs(4);
/// Steps of a ramp.
const STEPS: i32 = 4;
/// Frames that a camera may take until a control shows.
const SETTLING: u32 = 4;

pub(super) fn suite() -> Suite {
    Suite {
        name: "capture",
        about: "What the cameras give: how fast, how completely, how brightly.",
        tests: vec![
            Test::new(
                "frame rate and drops",
                "Frames are counted for some seconds; the driver's own count tells what is missing.",
                60,
                rate,
            )
            .needs(&[Need::Camera]),
            Test::new(
                "exposure ramp",
                "Exposure (or brightness) is raised step by step; the picture follows.",
                120,
                ramp,
            )
            .needs(&[Need::Camera]),
            Test::new(
                "unplugged while it streams",
                "The power hook takes the camera away; the stream ends, and there are frames when it is back.",
                180,
                unplugged,
            )
            .needs(&[Need::Camera]),
        ],
    }
}

fn next(stream: &mut Stream<'_>) -> Result<Frame, Stop> {
    match stream.next(Instant::now() + PATIENCE)? {
        Next::Frame(frame) => Ok(frame),
        Next::Nothing => Err(Stop::Fail(format!("no frame within {} s", PATIENCE.as_secs()))),
        Next::Gone => Err(Stop::Fail("the camera was unplugged".to_owned())),
    }
}

fn rate(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_camera(recorder, |camera, name| {
        let mode = camera.agree(&Wish::size(640, 480))?;
        let promised = camera.rate()?;
        recorder.log(name, format!("{mode}, promised {promised:?} frames a second"));
        let mut stream = camera.start(4)?;
        next(&mut stream)?;
        let (begun, mut last, mut intervals) = (Instant::now(), Instant::now(), Latency::default());
        while begun.elapsed() < COUNTED {
            recorder.check()?;
            next(&mut stream)?;
            intervals.add(last.elapsed());
            last = Instant::now();
        }
        let seconds = begun.elapsed().as_secs_f64();
        let (tally, frames) = (stream.tally(), intervals.count());
        let of = |what: &str| format!("{name}, {what}");
        recorder.measure(
            &of("rate"),
            frames as f64 / seconds,
            "frames/s",
            Limits::at_least(0.5),
            frames,
        );
        if let Some(promised) = promised {
            recorder.measure(&of("promised rate"), promised, "frames/s", Limits::NONE, 1);
        }
        recorder.measure(&of("dropped"), tally.dropped as f64, "frames", Limits::NONE, frames);
        recorder.measure(
            &of("damaged"),
            tally.damaged as f64,
            "frames",
            Limits::exactly(0.0),
            frames,
        );
        intervals.record(recorder, &of("interval"), Limits::at_most(PATIENCE.as_secs_f64() * 1e6))
    })
}

fn ramp(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_camera(recorder, |camera, name| {
        camera.agree(&Wish::size(640, 480))?;
        let control =
            [ids::EXPOSURE, ids::BRIGHTNESS].into_iter().find_map(|id| camera.control(id).ok());
        let Some(control) = control else {
            return Err(Stop::Skip("has neither exposure nor brightness".to_owned()));
        };
        let done = climb(camera, name, &control, recorder);
        camera.set(control.id, control.default)?;
        let means = done?;
        // A picture that is white already becomes no brighter: no step may be darker, and from end
        // to end it must show.
        let darker = means.windows(2).filter(|pair| pair[1] < pair[0] - 1.0).count() as u64;
        recorder.none_of(
            &format!("{name}, steps that are darker"),
            darker,
            STEPS.unsigned_abs().into(),
        );
        let span = means.last().zip(means.first()).map_or(f64::NAN, |(last, first)| last - first);
        recorder.measure(
            &format!("{name}, from end to end"),
            span,
            "grey",
            Limits::at_least(10.0),
            1,
        );
        recorder.series(&format!("{name}, {}", control.name), "grey", &means)
    })
}

/// Mean grey at every step of the control's range.
fn climb(
    camera: &mut Camera,
    name: &str,
    control: &Control,
    recorder: &Recorder,
) -> Result<Vec<f64>, Stop> {
    let mut means = Vec::new();
    for step in 0..=STEPS {
        recorder.check()?;
        let value = step_value(control, step);
        #[expect(clippy::cast_possible_truncation, reason = "within the control's own bounds")]
        let set = camera.set(control.id, value.round() as i32)?;
        let mut stream = camera.start(4)?;
        for _ in 0..SETTLING {
            next(&mut stream)?;
        }
        let picture = next(&mut stream)?.picture()?;
        let grey = picture.grey();
        let sum: u64 = grey.iter().map(|grey| u64::from(*grey)).sum();
        means.push(sum as f64 / grey.len().max(1) as f64);
        let title = format!("{name}, {} {set}", control.name);
        recorder.colour(&title, picture.width(), picture.height(), picture.rgb())?;
    }
    Ok(means)
}

fn unplugged(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let mut hooked = 0;
    for device in context.driven_cameras() {
        let power = device.power.as_ref().filter(|power| power.on.is_some() && power.off.is_some());
        let Some(power) = power else { continue };
        hooked += 1;
        pull(device, power, recorder)?;
    }
    if hooked == 0 {
        let reason = "no camera of the rig has power hooks for both on and off";
        return Err(Stop::Skip(reason.to_owned()));
    }
    Ok(())
}

fn pull(device: &CameraDevice, power: &Power, recorder: &Recorder) -> Result<(), Stop> {
    let (mut camera, note) = device.open().map_err(Stop::Unavailable)?;
    recorder.device(note);
    camera.agree(&Wish::size(640, 480))?;
    let mut stream = camera.start(4)?;
    next(&mut stream)?;
    switch(power, Switch::Off).map_err(|error| Stop::Error(error.to_string()))?;
    let (begun, end) = (Instant::now(), Instant::now() + PATIENCE);
    loop {
        recorder.check()?;
        match stream.next(end) {
            Ok(Next::Frame(_)) if Instant::now() < end => {}
            Ok(Next::Gone) => break,
            Ok(other) => {
                return Err(Stop::Fail(format!("unplugged, and the stream says {other:?}")));
            }
            Err(error) => {
                recorder.log(&device.name, format!("the stream ends: {error}"));
                break;
            }
        }
    }
    let (title, seconds) = (format!("{}, end noticed after", device.name), begun.elapsed());
    recorder.measure(
        &title,
        seconds.as_secs_f64(),
        "s",
        Limits::at_most(PATIENCE.as_secs_f64()),
        1,
    );
    drop(stream);
    drop(camera);
    switch(power, Switch::On).map_err(|error| Stop::Error(error.to_string()))?;
    let (begun, end) = (Instant::now(), Instant::now() + PATIENCE);
    let mut camera = loop {
        recorder.check()?;
        match device.open() {
            Ok((camera, _)) => break camera,
            Err(error) if Instant::now() >= end => return Err(Stop::Fail(error)),
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    };
    camera.agree(&Wish::size(640, 480))?;
    next(&mut camera.start(4)?)?;
    let (title, seconds) = (format!("{}, frames again after", device.name), begun.elapsed());
    recorder.measure(
        &title,
        seconds.as_secs_f64(),
        "s",
        Limits::at_most(2.0 * PATIENCE.as_secs_f64()),
        1,
    );
    Ok(())
}

/// Exposure is doubled from a quarter of its default to four times of it; everything else goes
/// through the middle of its range, because at its ends pictures are black or white.
fn step_value(control: &Control, step: i32) -> f64 {
    let (low, high) = (f64::from(control.minimum), f64::from(control.maximum));
    if control.id == ids::EXPOSURE {
        return (f64::from(control.default) * f64::from(step - STEPS / 2).exp2()).clamp(low, high);
    }
    low + (high - low) * (0.25 + 0.5 * f64::from(step) / f64::from(STEPS))
}
