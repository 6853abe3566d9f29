//! The simulated camera through the kernel's own `uvcvideo`.

use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use kaimen_hil::camera::{
    Camera, CameraError, Frame, Next, PixelFormat, Selector, Stream, Wish, ids, to_picture,
};
use kaimen_hil::uvc::{
    Ask, DEFAULT_EXPOSURE, Device, Fault, Plugged, Profile, Reel, Source, UvcError, available,
    test_picture,
};

use crate::{Checks, Seen, wrong};

const SERIAL: &str = "KAIMEN-CAM-1";
/// An emulated processor may take its time.
const PATIENCE: Duration = Duration::from_secs(20);
/// Whether the driver keeps damaged frames and marks them, or drops them.
const KEEP_DAMAGED: &str = "/sys/module/uvcvideo/parameters/nodrop";

pub(crate) fn run(checks: &mut Checks) {
    checks.run("there is a port", || Ok(available().map(|()| "free".to_owned())?));
    checks.run("MJPG frames, bit for bit", || exact(PixelFormat::Mjpg));
    checks.run("YUYV frames, bit for bit", || exact(PixelFormat::Yuyv));
    checks.run("a ramp of exposure is seen", ramp);
    checks.run("a truncated JPEG is refused, the next one is whole", truncated);
    checks.run("a frame without its end arrives with the next", no_end);
    checks.run("a damaged frame is dropped and counted", || damaged(false));
    checks.run("a damaged frame is kept and marked", || damaged(true));
    checks.run("a late frame is waited for, no longer than asked", late);
    checks.run("a stalled probe is an error, and not for ever", stalled);
    checks.run("unplugged in mid-stream, plugged in again, frames again", unplug);
    checks.run("unplugged and plugged in ten times", again);
}

fn reel() -> Result<Reel, UvcError> {
    // Sixteen squares in the picture: each number looks different.
    Reel::new((1..=4).map(|number| test_picture(320, 240, number * 1057)).collect())
}

fn plug() -> Result<Plugged, UvcError> {
    let profile = Profile { sizes: vec![(320, 240), (160, 120)], ..Profile::new(SERIAL) };
    Plugged::plug(Device::new(profile, Box::new(reel()?))?)
}

fn open() -> Result<Camera, CameraError> {
    let selector = Selector::Serial(SERIAL.to_owned());
    Camera::open(&selector.wait(Instant::now() + PATIENCE)?.node)
}

fn start(camera: &mut Camera, format: PixelFormat) -> Result<Stream<'_>, CameraError> {
    camera.agree(&Wish::size(320, 240).only(format))?;
    camera.start(4)
}

fn next(stream: &mut Stream<'_>) -> Result<Frame, Box<dyn std::error::Error>> {
    match stream.next(Instant::now() + PATIENCE)? {
        Next::Frame(frame) => Ok(frame),
        other => wrong(format!("{other:?} instead of a frame")),
    }
}

/// The reel's frames in a format, as they have to arrive.
fn expected(format: PixelFormat) -> Result<Vec<Vec<u8>>, UvcError> {
    let mut reel = reel()?;
    let (width, height, exposure) = (320, 240, DEFAULT_EXPOSURE);
    let ask = |number| Ask { format, width, height, number, exposure };
    Ok((0..4).map(|number| reel.frame(&ask(number))).collect())
}

/// The number in the reel of a frame that is bit for bit one of its frames.
fn place(frame: &Frame) -> Result<usize, Box<dyn std::error::Error>> {
    static MJPG: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    static YUYV: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let cell = if frame.mode.pixel == PixelFormat::Mjpg { &MJPG } else { &YUYV };
    let all = cell.get_or_init(|| expected(frame.mode.pixel).unwrap_or_default());
    all.iter().position(|bytes| *bytes == frame.bytes).ok_or_else(|| {
        format!("frame {} of {} bytes is none of the reel's", frame.sequence, frame.bytes.len())
            .into()
    })
}

fn exact(format: PixelFormat) -> Seen {
    let plugged = plug()?;
    let mut camera = open()?;
    let identity = camera.identity().clone();
    if identity.driver != "uvcvideo" {
        return wrong(format!("{identity:?}"));
    }
    let mut stream = start(&mut camera, format)?;
    let mut last = next(&mut stream)?;
    for _ in 1..12 {
        let frame = next(&mut stream)?;
        let step = (frame.sequence - last.sequence) as usize;
        if place(&frame)? != (place(&last)? + step) % 4 {
            return wrong(format!(
                "frame {} is not the one after {}",
                frame.sequence, last.sequence
            ));
        }
        if frame.taken <= last.taken || frame.damaged {
            return wrong(format!(
                "frame {}: {:?}, damaged {}",
                frame.sequence, frame.taken, frame.damaged
            ));
        }
        last = frame;
    }
    let picture = last.picture()?;
    let tally = stream.tally();
    drop(stream);
    drop(camera);
    plugged.unplug()?;
    Ok(format!("{identity:?}, {} x {}, {tally:?}", picture.width(), picture.height()))
}

fn ramp() -> Seen {
    let _plugged = plug()?;
    let mut camera = open()?;
    let control = camera.control(ids::EXPOSURE)?;
    let mut means = Vec::new();
    for value in [39, 78, 156, 312] {
        if camera.set(control.id, value)? != value {
            return wrong(format!("{} did not become {value}", control.name));
        }
        let grey = next(&mut start(&mut camera, PixelFormat::Yuyv)?)?.picture()?.grey();
        means.push(grey.iter().map(|&grey| u64::from(grey)).sum::<u64>() / grey.len() as u64);
    }
    if !means.is_sorted_by(|one, other| one * 3 < other * 2) {
        return wrong(format!("means {means:?}"));
    }
    Ok(format!("{}: means {means:?}", control.name))
}

fn truncated() -> Seen {
    let plugged = plug()?;
    let mut camera = open()?;
    let mut stream = start(&mut camera, PixelFormat::Mjpg)?;
    next(&mut stream)?.picture()?;
    plugged.fault(Fault::Truncated { bytes: 2000 });
    let (frame, error) = loop {
        let frame = next(&mut stream)?;
        if let Err(error) = frame.picture() {
            break (frame, error);
        }
        if plugged.faults_left() == 0 && frame.sequence > 200 {
            return wrong("every frame was whole");
        }
    };
    if frame.bytes.len() != 2000 {
        return wrong(format!("{} bytes: {error}", frame.bytes.len()));
    }
    place(&next(&mut stream)?)?;
    Ok(error.to_string())
}

fn no_end() -> Seen {
    let plugged = plug()?;
    let mut camera = open()?;
    let mut stream = start(&mut camera, PixelFormat::Mjpg)?;
    place(&next(&mut stream)?)?;
    plugged.fault(Fault::NoEnd);
    // The driver sees the next frame's number and ends this one by itself.
    for _ in 0..12 {
        place(&next(&mut stream)?)?;
    }
    if plugged.faults_left() > 0 {
        return wrong("the fault did not come");
    }
    Ok(format!("{:?}", stream.tally()))
}

fn damaged(keep: bool) -> Seen {
    fs::write(KEEP_DAMAGED, if keep { "1" } else { "0" })?;
    let plugged = plug()?;
    let mut camera = open()?;
    let mut stream = start(&mut camera, PixelFormat::Yuyv)?;
    next(&mut stream)?;
    plugged.fault(Fault::ErrorBit);
    let until = Instant::now() + PATIENCE;
    while plugged.faults_left() > 0 && Instant::now() < until {
        next(&mut stream)?;
    }
    for _ in 0..5 {
        next(&mut stream)?;
    }
    fs::write(KEEP_DAMAGED, "0")?;
    let tally = stream.tally();
    let expected = if keep { tally.damaged == 1 } else { tally.damaged == 0 && tally.dropped >= 1 };
    if expected { Ok(format!("{tally:?}")) } else { wrong(format!("{tally:?}")) }
}

fn late() -> Seen {
    let plugged = plug()?;
    let mut camera = open()?;
    let mut stream = start(&mut camera, PixelFormat::Mjpg)?;
    next(&mut stream)?;
    plugged.fault(Fault::Late(Duration::from_secs(3)));
    let begun = Instant::now();
    loop {
        let asked = Instant::now();
        match stream.next(asked + Duration::from_secs(1))? {
            Next::Frame(_) if begun.elapsed() < PATIENCE => {}
            Next::Nothing if asked.elapsed() < Duration::from_secs(2) => break,
            other => return wrong(format!("{other:?} after {:?}", asked.elapsed())),
        }
    }
    place(&next(&mut stream)?)?;
    Ok(format!("{:?}", stream.tally()))
}

fn stalled() -> Seen {
    let plugged = plug()?;
    let mut camera = open()?;
    plugged.fault(Fault::StalledProbe);
    let error = match camera.agree(&Wish::size(320, 240).only(PixelFormat::Mjpg)) {
        Err(error @ CameraError::Refused { .. }) => error.to_string(),
        other => return wrong(format!("{other:?}")),
    };
    place(&next(&mut start(&mut camera, PixelFormat::Mjpg)?)?)?;
    Ok(error)
}

fn unplug() -> Seen {
    let plugged = plug()?;
    let mut camera = open()?;
    let node = camera.path().to_owned();
    let mut stream = start(&mut camera, PixelFormat::Mjpg)?;
    for _ in 0..3 {
        place(&next(&mut stream)?)?;
    }
    plugged.unplug()?;
    let until = Instant::now() + PATIENCE;
    while !matches!(stream.next(until)?, Next::Gone) {
        if Instant::now() > until {
            return wrong("frames went on after it was unplugged");
        }
    }
    let before = stream.tally();
    // The old stream stays gone when the camera is back, perhaps under another number.
    let _plugged = plug()?;
    let mut second = open()?;
    let again = second.path().to_owned();
    let frame = next(&mut start(&mut second, PixelFormat::Mjpg)?)?;
    if !matches!(stream.next(until)?, Next::Gone) {
        return wrong("the old stream came back to life");
    }
    to_picture(&frame.mode, &frame.bytes)?;
    Ok(format!("{before:?}; {} is now {}", node.display(), again.display()))
}

fn again() -> Seen {
    let descriptors = || fs::read_dir("/proc/self/fd").map(Iterator::count);
    let before = descriptors()?;
    for _ in 0..10 {
        let plugged = plug()?;
        let mut camera = open()?;
        place(&next(&mut start(&mut camera, PixelFormat::Mjpg)?)?)?;
        plugged.unplug()?;
    }
    let after = descriptors()?;
    if after > before {
        return wrong(format!("{before} open files became {after}"));
    }
    Ok(format!("{after} open files"))
}
