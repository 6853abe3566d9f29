//! A camera without a driver: frames of the pictures that it is shown, compressed as a USB
//! camera does it, thirty a second.

use std::thread;
use std::time::{Duration, Instant};

use crate::camera::{CameraError, Frame, Mode, Next, Picture, PixelFormat};
use crate::uvc::{Ask, DEFAULT_EXPOSURE, Reel, Source as _, UvcError};

/// Pixels of its frames.
const SIZE: (u16, u16) = (640, 480);
/// From one frame to the next.
const INTERVAL: Duration = Duration::from_nanos(33_333_333);

/// A camera whose frames are made here.
pub struct EmulatedCamera {
    mode: Mode,
    reel: Reel,
    interval: Duration,
    begun: Instant,
    /// Frames that were due so far.
    number: u32,
}

impl EmulatedCamera {
    /// One that has been shown nothing: its frames are black.
    ///
    /// # Errors
    ///
    /// [`CameraError`] if there is no such mode.
    pub fn new() -> Result<EmulatedCamera, CameraError> {
        EmulatedCamera::every(INTERVAL)
    }

    fn every(interval: Duration) -> Result<EmulatedCamera, CameraError> {
        let (width, height) = (u32::from(SIZE.0), u32::from(SIZE.1));
        let mode = Mode::packed(PixelFormat::Mjpg, width, height)?;
        let reel = reel(Picture::black(width, height))?;
        Ok(EmulatedCamera { mode, reel, interval, begun: Instant::now(), number: 0 })
    }

    /// How its frames are laid out.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Shows it a picture, from the next frame on.
    ///
    /// # Errors
    ///
    /// [`CameraError`] if the picture cannot be put on a reel.
    pub fn show(&mut self, picture: Picture) -> Result<(), CameraError> {
        self.reel = reel(picture)?;
        Ok(())
    }

    /// The next frame, when it is due. Those that nobody took are counted and gone.
    pub fn next(&mut self, deadline: Instant) -> Next {
        let passed = self.begun.elapsed().as_nanos() / self.interval.as_nanos();
        let number = u32::try_from(passed).unwrap_or(u32::MAX).max(self.number);
        let due = self.interval.saturating_mul(number);
        thread::sleep(due.saturating_sub(self.begun.elapsed()).min(until(deadline)));
        if self.begun.elapsed() < due {
            return Next::Nothing;
        }
        self.number = number.saturating_add(1);
        let ask = Ask {
            format: self.mode.pixel,
            width: SIZE.0,
            height: SIZE.1,
            number: 0,
            exposure: DEFAULT_EXPOSURE,
        };
        let bytes = self.reel.frame(&ask);
        let (mode, age) = (self.mode, Some(self.begun.elapsed().saturating_sub(due)));
        Next::Frame(Frame { mode, sequence: number, taken: None, age, damaged: false, bytes })
    }
}

impl std::fmt::Debug for EmulatedCamera {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EmulatedCamera({}, frame {})", self.mode, self.number)
    }
}

fn reel(picture: Picture) -> Result<Reel, CameraError> {
    Reel::new(vec![picture]).map_err(|error: UvcError| CameraError::Nonsense(error.to_string()))
}

fn until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uvc::test_picture;

    #[test]
    fn frames_are_what_was_shown_and_in_time() {
        let mut camera = EmulatedCamera::new().unwrap();
        let soon = || Instant::now() + Duration::from_secs(5);
        let Next::Frame(black) = camera.next(soon()) else { panic!("no frame") };
        assert!(black.picture().unwrap().grey().iter().all(|grey| *grey < 4));
        let shown = test_picture(640, 480, 0x5a5a);
        camera.show(shown.clone()).unwrap();
        let Next::Frame(frame) = camera.next(soon()) else { panic!("no frame") };
        assert!(frame.sequence > black.sequence);
        let seen = frame.picture().unwrap();
        let near = seen.rgb().iter().zip(shown.rgb()).filter(|(a, b)| a.abs_diff(**b) < 30);
        assert!(near.count() * 100 >= shown.rgb().len() * 95);
    }

    #[test]
    fn nobody_waits_longer_than_they_said() {
        let mut camera = EmulatedCamera::every(Duration::from_secs(3600)).unwrap();
        let soon = || Instant::now() + Duration::from_millis(20);
        assert!(matches!(camera.next(soon()), Next::Frame(_)));
        // The one after it is due in an hour.
        let begun = Instant::now();
        assert!(matches!(camera.next(soon()), Next::Nothing));
        assert!((20..60_000).contains(&begun.elapsed().as_millis()));
    }
}
