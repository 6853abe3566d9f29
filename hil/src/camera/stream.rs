//! Frames one after another, and what was lost between them.

use std::time::{Duration, Instant};

use super::device::Camera;
use super::error::CameraError;
use super::frame::Frame;
use super::sys;

/// What came of waiting for a frame. That a camera is unplugged is no error of the
/// reader's: it happens at every door, and is counted.
#[derive(Debug)]
pub enum Next {
    /// A frame; see [`Frame::damaged`].
    Frame(Frame),
    /// None before the deadline.
    Nothing,
    /// The camera is gone (`ENODEV`): this stream gives nothing any more.
    Gone,
}

/// What a stream has counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Frames that were handed over, damaged ones included.
    pub frames: u64,
    /// Frames missing between those, by the driver's count.
    pub dropped: u64,
    /// Frames that the driver called damaged.
    pub damaged: u64,
    /// Waits that ended without a frame.
    pub nothing: u64,
}

/// A camera that streams; stops when dropped.
#[derive(Debug)]
pub struct Stream<'a> {
    camera: &'a Camera,
    buffers: Vec<sys::Mapping>,
    last: Option<u32>,
    gone: bool,
    tally: Tally,
}

impl Camera {
    /// Maps so many buffers, hands them to the driver and starts. Fewer than two buffers
    /// drop frames; the driver may give more than were asked for.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`]: `EBUSY` where another program streams from it.
    pub fn start(&mut self, buffers: u32) -> Result<Stream<'_>, CameraError> {
        let count = self.request_buffers(buffers.clamp(1, 32))?;
        let mut stream = Stream {
            camera: self,
            buffers: Vec::new(),
            last: None,
            gone: false,
            tally: Tally::default(),
        };
        for index in 0..count {
            let mut buffer = empty(index);
            let camera = stream.camera;
            camera.request(&sys::QUERYBUF, &mut buffer, || format!("describe buffer {index}"))?;
            let mapping = sys::Mapping::new(camera.fd(), &buffer).map_err(|source| {
                CameraError::Refused { what: format!("map buffer {index}"), source }
            })?;
            stream.buffers.push(mapping);
            stream.hand_over(index)?;
        }
        let mut kind = i32::try_from(sys::CAPTURE).unwrap_or(1);
        stream.camera.request(&sys::STREAMON, &mut kind, || "start the stream".to_owned())?;
        Ok(stream)
    }

    fn request_buffers(&self, count: u32) -> Result<u32, CameraError> {
        let mut request = sys::zeroed::<sys::RequestBuffers>();
        (request.count, request.kind, request.memory) = (count, sys::CAPTURE, sys::MEMORY_MMAP);
        self.request(&sys::REQBUFS, &mut request, || format!("reserve {count} buffers"))?;
        match request.count {
            1..=64 => Ok(request.count),
            other => Err(CameraError::Nonsense(format!("{other} buffers"))),
        }
    }
}

impl Stream<'_> {
    /// Waits for a frame, no longer than until the deadline.
    ///
    /// # Errors
    ///
    /// [`CameraError::Refused`] for what the driver answers beside "unplugged" and "not yet".
    pub fn next(&mut self, deadline: Instant) -> Result<Next, CameraError> {
        while !self.gone {
            let ready = sys::wait(self.camera.fd(), deadline).map_err(|source| {
                CameraError::Refused { what: "wait for a frame".to_owned(), source }
            })?;
            if !ready {
                self.tally.nothing += 1;
                return Ok(Next::Nothing);
            }
            let mut buffer = empty(0);
            match sys::ask(self.camera.fd(), &sys::DQBUF, &mut buffer) {
                Ok(()) => return self.taken(&buffer).map(Next::Frame),
                // Somebody was faster, or the wait ended for nothing.
                Err(error) if error.raw_os_error() == Some(libc::EAGAIN) => self.rest(deadline),
                // While a camera is being taken away, a driver may say anything.
                Err(_) if self.camera.is_gone() => self.gone = true,
                Err(source) => {
                    return Err(CameraError::Refused { what: "take a frame".to_owned(), source });
                }
            }
        }
        Ok(Next::Gone)
    }

    /// What was counted so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The camera, for its controls.
    pub fn camera(&self) -> &Camera {
        self.camera
    }

    /// So that a device which says "ready" and gives nothing is not asked in circles.
    fn rest(&self, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        std::thread::sleep(left.min(Duration::from_millis(1)));
    }

    /// Copies the frame out and gives the buffer back to the driver.
    fn taken(&mut self, buffer: &sys::Buffer) -> Result<Frame, CameraError> {
        let mapping = self.buffers.get(buffer.index as usize).ok_or_else(|| {
            CameraError::Nonsense(format!("buffer {} of {}", buffer.index, self.buffers.len()))
        })?;
        let bytes = mapping.copy(buffer.bytes_used as usize);
        let monotonic = buffer.flags & sys::FLAG_CLOCK == sys::FLAG_CLOCK_MONOTONIC;
        let taken = monotonic.then(|| duration(&buffer.timestamp));
        let frame = Frame {
            mode: *self.camera.mode(),
            sequence: buffer.sequence,
            taken,
            age: taken.map(|taken| sys::monotonic().saturating_sub(taken)),
            damaged: buffer.flags & sys::FLAG_ERROR != 0,
            bytes,
        };
        self.count(frame.sequence, frame.damaged);
        match self.hand_over(buffer.index) {
            // The frame is whole; that the camera went meanwhile is the next answer.
            Err(_) if self.camera.is_gone() => self.gone = true,
            other => other?,
        }
        Ok(frame)
    }

    fn count(&mut self, sequence: u32, damaged: bool) {
        self.tally.frames += 1;
        self.tally.damaged += u64::from(damaged);
        self.tally.dropped += u64::from(missing(self.last, sequence));
        self.last = Some(sequence);
    }

    fn hand_over(&self, index: u32) -> Result<(), CameraError> {
        let mut buffer = empty(index);
        self.camera.request(&sys::QBUF, &mut buffer, || format!("hand over buffer {index}"))
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        let mut kind = i32::try_from(sys::CAPTURE).unwrap_or(1);
        // An unplugged camera refuses both, and keeps nothing.
        let _ = sys::ask(self.camera.fd(), &sys::STREAMOFF, &mut kind);
        self.buffers.clear();
        let mut request = sys::zeroed::<sys::RequestBuffers>();
        (request.kind, request.memory) = (sys::CAPTURE, sys::MEMORY_MMAP);
        let _ = sys::ask(self.camera.fd(), &sys::REQBUFS, &mut request);
    }
}

/// Frames between two numbers; a number that is not after the last is a count begun anew.
fn missing(last: Option<u32>, sequence: u32) -> u32 {
    match last.map(|last| sequence.wrapping_sub(last)) {
        None | Some(0) => 0,
        Some(step) if step > u32::MAX / 2 => 0,
        Some(step) => step - 1,
    }
}

fn empty(index: u32) -> sys::Buffer {
    let mut buffer = sys::zeroed::<sys::Buffer>();
    (buffer.index, buffer.kind, buffer.memory) = (index, sys::CAPTURE, sys::MEMORY_MMAP);
    buffer
}

fn duration(time: &libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_dropped_frames() {
        assert_eq!(missing(None, 7), 0);
        assert_eq!(missing(Some(7), 8), 0);
        assert_eq!(missing(Some(7), 10), 2);
        assert_eq!(missing(Some(u32::MAX), 0), 0);
        assert_eq!(missing(Some(u32::MAX - 1), 1), 2);
        assert_eq!(missing(Some(500), 0), 0, "the driver began to count anew");
    }
}
