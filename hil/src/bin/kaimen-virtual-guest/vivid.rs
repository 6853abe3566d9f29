//! The V4L2 driver against the kernel's test camera, which can be told to misbehave.

use std::fs;
use std::time::{Duration, Instant};

use kaimen_hil::camera::{
    Camera, CameraError, Frame, Next, PixelFormat, Selector, Stream, Wish, ids,
};

use crate::{Checks, Seen, wrong};

/// The bars of the test picture at 75 % that vivid shows unless told otherwise.
const BARS: [[u8; 3]; 8] = [
    [191, 191, 191],
    [191, 191, 0],
    [0, 191, 191],
    [0, 191, 0],
    [191, 0, 191],
    [191, 0, 0],
    [0, 0, 191],
    [0, 0, 0],
];
/// An emulated processor may take its time.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(checks: &mut Checks) {
    checks.run("thirty frames", frames);
    for format in PixelFormat::ALL {
        if format != PixelFormat::Mjpg {
            checks.run(&format!("{format} shows the colour bars"), || bars(format));
        }
    }
    checks.run("an unknown format is refused", no_format);
    checks.run("the driver's size counts, not the one that was asked for", size);
    checks.run("a ramp of brightness is seen", ramp);
    checks.run("dropped frames are counted", drops);
    checks.run("a damaged frame is marked", damaged);
    checks.run("a stream that does not start says so, and starts again", start_refused);
    checks.run("a camera in use is refused", in_use);
    checks.run("unplugged in mid-stream, back, frames again", unplug);
}

fn selector() -> Selector {
    Selector::Name("vivid-000-vid-cap".to_owned())
}

fn open() -> Result<Camera, CameraError> {
    Camera::open(&selector().wait(Instant::now() + PATIENCE)?.node)
}

fn next(stream: &mut Stream<'_>) -> Result<Frame, Box<dyn std::error::Error>> {
    match stream.next(Instant::now() + PATIENCE)? {
        Next::Frame(frame) => Ok(frame),
        other => wrong(format!("{other:?} instead of a frame")),
    }
}

fn frames() -> Seen {
    let mut camera = open()?;
    let wish = Wish { rate: Some(25), ..Wish::size(640, 480).only(PixelFormat::Yuyv) };
    let mode = camera.agree(&wish)?;
    let rate = camera.rate()?;
    if rate != Some(25.0) {
        return wrong(format!("{rate:?} frames a second instead of 25"));
    }
    let mut stream = camera.start(4)?;
    let mut last = next(&mut stream)?;
    for _ in 1..30 {
        let frame = next(&mut stream)?;
        if frame.bytes.len() != 614_400 || frame.sequence <= last.sequence {
            return wrong(format!("{} bytes, number {}", frame.bytes.len(), frame.sequence));
        }
        if frame.taken <= last.taken || frame.age.is_none_or(|age| age > PATIENCE) {
            return wrong(format!("taken at {:?} after {:?}", frame.taken, last.taken));
        }
        // The test picture has a clock in it.
        if frame.bytes == last.bytes {
            return wrong("two frames are the same");
        }
        last = frame;
    }
    Ok(format!("{mode}, {rate:?} frames a second, {:?}", stream.tally()))
}

fn bars(format: PixelFormat) -> Seen {
    let mut camera = open()?;
    let mode = camera.agree(&Wish::size(640, 480).only(format))?;
    let frame = next(&mut camera.start(2)?)?;
    let picture = frame.picture()?;
    let mut furthest = 0;
    for (bar, colour) in (0_u32..).zip(BARS) {
        // The lower half, where there is no text; the middle of the bar.
        let (x, y) = ((bar * 2 + 1) * picture.width() / 16, picture.height() * 7 / 8);
        let seen = picture.pixel(x, y).unwrap_or_default();
        let expected = if format == PixelFormat::Grey { [grey(colour); 3] } else { colour };
        for (seen, expected) in seen.into_iter().zip(expected) {
            furthest = furthest.max(seen.abs_diff(expected));
        }
        if furthest > 3 {
            return wrong(format!("bar {bar} is {seen:?}, not {expected:?}"));
        }
    }
    Ok(format!("{mode}, stride {}, furthest {furthest} of 255", mode.stride))
}

/// Brightness as vivid has it in [`PixelFormat::Grey`]: by BT.709.
fn grey([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue);
    u8::try_from(sum / 10_000).unwrap_or(u8::MAX)
}

fn no_format() -> Seen {
    match open()?.agree(&Wish::size(640, 480).only(PixelFormat::Mjpg)) {
        Err(CameraError::NoFormat { asked, offered }) if offered.contains("YUYV") => {
            Ok(format!("asked {asked}, offered {offered}"))
        }
        other => wrong(format!("{other:?}")),
    }
}

fn size() -> Seen {
    let mut camera = open()?;
    let sizes = camera.sizes(PixelFormat::Yuyv)?;
    let mode = camera.agree(&Wish::size(333, 222).only(PixelFormat::Yuyv))?;
    let given = (mode.width, mode.height);
    if given == (333, 222) || !sizes.contains(&given) {
        return wrong(format!("{given:?}, which is not one of {sizes:?}"));
    }
    let frame = next(&mut camera.start(2)?)?;
    if frame.picture()?.width() != mode.width {
        return wrong("the picture has another width");
    }
    Ok(format!("333 x 222 became {mode}"))
}

fn ramp() -> Seen {
    let mut camera = open()?;
    camera.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let control = camera.control(ids::BRIGHTNESS)?;
    let mut means = Vec::new();
    for value in [64, 96, 128, 160] {
        let set = camera.set(control.id, value)?;
        if set != value {
            return wrong(format!("{} is {set} after {value}", control.name));
        }
        let grey = next(&mut camera.start(2)?)?.picture()?.grey();
        means.push(grey.iter().map(|&grey| u64::from(grey)).sum::<u64>() / grey.len() as u64);
    }
    camera.set(control.id, control.default)?;
    if !means.is_sorted_by(|one, other| one < other) {
        return wrong(format!("means {means:?}"));
    }
    match camera.set(control.id, control.maximum + 1) {
        Err(CameraError::Control(reason)) => Ok(format!("means {means:?}; {reason}")),
        other => wrong(format!("{other:?} for a value outside the range")),
    }
}

fn drops() -> Seen {
    let mut camera = open()?;
    camera.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let control = camera.control_named("Percentage of Dropped Buffers")?;
    camera.set(control.id, 50)?;
    let mut stream = camera.start(4)?;
    let (first, mut last) = (next(&mut stream)?.sequence, 0);
    for _ in 1..20 {
        last = next(&mut stream)?.sequence;
    }
    let tally = stream.tally();
    drop(stream);
    camera.set(control.id, 0)?;
    let missing = u64::from(last - first) + 1 - tally.frames;
    if tally.dropped != missing || !(3..200).contains(&missing) {
        return wrong(format!("{tally:?}, numbers {first} to {last}"));
    }
    Ok(format!("{tally:?}, numbers {first} to {last}"))
}

fn damaged() -> Seen {
    let mut camera = open()?;
    camera.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let control = camera.control_named("Inject V4L2_BUF_FLAG_ERROR")?;
    let mut stream = camera.start(2)?;
    if next(&mut stream)?.damaged {
        return wrong("damaged before it was told to");
    }
    stream.camera().press(control.id)?;
    let until = Instant::now() + PATIENCE;
    while !next(&mut stream)?.damaged {
        if Instant::now() > until {
            return wrong("no frame was marked");
        }
    }
    Ok(format!("{:?}", stream.tally()))
}

fn start_refused() -> Seen {
    let mut camera = open()?;
    camera.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let control = camera.control_named("Inject VIDIOC_STREAMON Error")?;
    camera.press(control.id)?;
    let error = match camera.start(2) {
        Err(error @ CameraError::Refused { .. }) => error.to_string(),
        other => return wrong(format!("{other:?}")),
    };
    next(&mut camera.start(2)?)?;
    Ok(error)
}

fn in_use() -> Seen {
    let (mut first, mut second) = (open()?, open()?);
    first.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let stream = first.start(2)?;
    let outcome = match second.start(2) {
        Err(error @ CameraError::Refused { .. }) => Ok(error.to_string()),
        other => wrong(format!("{other:?}")),
    };
    drop(stream);
    outcome
}

fn unplug() -> Seen {
    let mut camera = open()?;
    camera.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let control = camera.control_named("Disconnect")?;
    let mut stream = camera.start(2)?;
    next(&mut stream)?;
    stream.camera().press(control.id)?;
    let until = Instant::now() + PATIENCE;
    while !matches!(stream.next(until)?, Next::Gone) {
        if Instant::now() > until {
            return wrong("frames went on after it was unplugged");
        }
    }
    let tally = stream.tally();
    drop(stream);
    drop(camera);
    for action in ["unbind", "bind"] {
        fs::write(format!("/sys/bus/platform/drivers/vivid/{action}"), "vivid.0")?;
    }
    let mut camera = open()?;
    let mode = camera.agree(&Wish::size(320, 180).only(PixelFormat::Yuyv))?;
    let frame = next(&mut camera.start(2)?)?;
    Ok(format!("{tally:?}; again {mode}, number {}", frame.sequence))
}
