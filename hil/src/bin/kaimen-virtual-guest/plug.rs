//! A simulated camera for another program, and the hand at its plug: the power hooks of a
//! rig file can pull it and put it in again.
//!
//!   kaimen-virtual-guest plug SERIAL SOCKET &     plugs it in, and listens there
//!   kaimen-virtual-guest tell SOCKET ORDER        unplug, plug, end, "show FILE"

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use kaimen_hil::camera::{Picture, Selector};
use kaimen_hil::uvc::{Device, Plugged, Profile, Reel, test_picture};

type Failure = Box<dyn std::error::Error>;

/// Longest that an order may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than any order: a path has 4096 bytes at most.
const LONGEST: u64 = 4200;

/// Plugs the camera in and obeys until it is told to end.
pub(crate) fn plug(serial: &str, socket: &str) -> Result<(), Failure> {
    let listener = UnixListener::bind(socket)?;
    let mut camera = Some(put_in(serial)?);
    for asking in listener.incoming() {
        let mut asking = asking?;
        asking.set_read_timeout(Some(PATIENCE))?;
        asking.set_write_timeout(Some(PATIENCE))?;
        let order = line(&asking).unwrap_or_default();
        let done = match order.as_str() {
            "unplug" => camera.take().map_or(Ok(()), Plugged::unplug).map_err(Failure::from),
            "plug" if camera.is_some() => Ok(()),
            "plug" => put_in(serial).map(|plugged| camera = Some(plugged)),
            "end" => return Ok(()),
            _ => match order.strip_prefix("show ") {
                Some(path) => hold(camera.as_ref(), path),
                None => Err(format!("{order:?} is no order").into()),
            },
        };
        let answer = done.map_or_else(|error| error.to_string(), |()| "done".to_owned());
        // Who asked may be gone; the order is carried out all the same.
        let _ = writeln!(asking, "{answer}");
    }
    Ok(())
}

/// Holds a picture before the camera, from the next frame on.
fn hold(camera: Option<&Plugged>, path: &str) -> Result<(), Failure> {
    let camera = camera.ok_or("the camera is not plugged in")?;
    let picture = Picture::read(Path::new(path)).map_err(|error| format!("{path}: {error}"))?;
    camera.show(Box::new(Reel::new(vec![picture.staged(640, 480)])?));
    Ok(())
}

/// Hands over an order, and waits until it is carried out.
pub(crate) fn tell(socket: &str, order: &str) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    let mut told = loop {
        match UnixStream::connect(socket) {
            Ok(stream) => break stream,
            Err(error) if Instant::now() >= until => return Err(error.into()),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    told.set_read_timeout(Some(PATIENCE))?;
    writeln!(told, "{order}")?;
    match line(&told)?.as_str() {
        "done" => Ok(()),
        "" if order == "end" => Ok(()),
        answer => Err(answer.to_owned().into()),
    }
}

fn line(stream: &UnixStream) -> std::io::Result<String> {
    let mut text = String::new();
    BufReader::new(stream.take(LONGEST)).read_line(&mut text)?;
    Ok(text.trim_end().to_owned())
}

/// A camera that shows sixteen made-up pictures, listed by the kernel when this returns.
fn put_in(serial: &str) -> Result<Plugged, Failure> {
    let pictures =
        (1_u16..=16).map(|number| test_picture(640, 480, number.wrapping_mul(4099))).collect();
    let device = Device::new(Profile::new(serial), Box::new(Reel::new(pictures)?))?;
    let plugged = Plugged::plug(device)?;
    Selector::Serial(serial.to_owned()).wait(Instant::now() + PATIENCE)?;
    Ok(plugged)
}
