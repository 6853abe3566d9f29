//! Requests to the program for USB readers, and its answers, each with a deadline.

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use super::line::Answer;
use super::{Listed, Program, ReaderError, Touch};
use crate::module::GreyImage;

/// What a picture may take beyond the wait for its finger: a slow swipe, and libfprint looks for
/// minutiae itself before it gives the picture.
const LONGER: Duration = Duration::from_secs(30);
/// Until the program has closed its reader, and ends.
const LEAVING: Duration = Duration::from_secs(3);
/// Longest line of an answer.
const LINE_BYTES: usize = 4096;

/// The program for USB readers, started. Dropping it closes the reader and ends the program.
#[derive(Debug)]
pub struct Reader {
    program: Program,
    line: UnixStream,
    child: Child,
    buffer: Vec<u8>,
}

/// A picture of a finger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Dark ridges, as an extractor wants them.
    pub image: GreyImage,
    /// Its resolution in dots an inch, where the driver says one.
    pub dpi: Option<u16>,
}

impl Reader {
    /// Starts the program, and asks it who it is: its version, libfprint's version.
    ///
    /// # Errors
    ///
    /// [`ReaderError`].
    pub fn start(program: &Program) -> Result<(Reader, String), ReaderError> {
        let (line, child) = program
            .start()
            .map_err(|source| ReaderError::Run { program: program.path().to_owned(), source })?;
        // From here on dropping it ends the program.
        let program = program.clone();
        let mut reader = Reader { program, line, child, buffer: Vec::new() };
        let said = reader.ask("hello", "hello")?;
        Ok((reader, said.replace('\t', ", ")))
    }

    /// What libfprint finds plugged in that it has a driver for.
    ///
    /// # Errors
    ///
    /// [`ReaderError`].
    pub fn list(&mut self) -> Result<Vec<Listed>, ReaderError> {
        let patience = self.program.patience();
        let until = self.send("list", patience)?;
        let mut readers = Vec::new();
        loop {
            match self.answer("list", patience, until)? {
                Answer::Reader(listed) => readers.push(listed),
                Answer::Done(_) => return Ok(readers),
                other => return Err(refused("list", other)),
            }
        }
    }

    /// Opens a reader of the list.
    ///
    /// # Errors
    ///
    /// [`ReaderError`].
    pub fn open(&mut self, listed: &Listed) -> Result<(), ReaderError> {
        let request = format!("open\t{}\t{}", listed.driver, listed.device);
        self.ask("open", &request).map(drop)
    }

    /// Waits for a finger and takes its picture. `hear` hears what the reader says meanwhile.
    ///
    /// # Errors
    ///
    /// [`ReaderError`]; [`ReaderError::Retry`] if the finger has to come again.
    pub fn capture(
        &mut self,
        wait: Duration,
        mut hear: impl FnMut(Touch),
    ) -> Result<Capture, ReaderError> {
        const WHAT: &str = "capture";
        let longest = wait + LONGER;
        let until = self.send(&format!("{WHAT}\t{}", wait.as_millis().max(1)), longest)?;
        loop {
            match self.answer(WHAT, longest, until)? {
                Answer::Touch(touch) => hear(touch),
                Answer::Image(geometry, dpi) => {
                    let count = usize::from(geometry.width) * usize::from(geometry.height);
                    let pixels = self.take(WHAT, longest, until, count)?;
                    return Ok(Capture { image: GreyImage::new(geometry, pixels)?, dpi });
                }
                Answer::Late => return Err(ReaderError::NoFinger { waited: wait }),
                other => return Err(refused(WHAT, other)),
            }
        }
    }

    fn ask(&mut self, what: &'static str, request: &str) -> Result<String, ReaderError> {
        let patience = self.program.patience();
        let until = self.send(request, patience)?;
        match self.answer(what, patience, until)? {
            Answer::Done(words) => Ok(words),
            other => Err(refused(what, other)),
        }
    }

    /// Sends a request: until when its answer is waited for.
    fn send(&mut self, request: &str, longest: Duration) -> Result<Instant, ReaderError> {
        let sent = self.line.write_all(format!("{request}\n").as_bytes());
        sent.map_err(|error| self.broken(error))?;
        Ok(Instant::now() + longest)
    }

    fn answer(
        &mut self,
        request: &'static str,
        longest: Duration,
        until: Instant,
    ) -> Result<Answer, ReaderError> {
        let end = loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                break end;
            }
            if self.buffer.len() > LINE_BYTES {
                let answer = String::from_utf8_lossy(&self.buffer[..80]).into_owned();
                return Err(ReaderError::Nonsense { request, answer });
            }
            self.fill(request, longest, until)?;
        };
        let line: Vec<u8> = self.buffer.drain(..=end).collect();
        let text = String::from_utf8_lossy(&line[..end]);
        Answer::read(&text)
            .ok_or_else(|| ReaderError::Nonsense { request, answer: text.into_owned() })
    }

    /// So many bytes as they are.
    fn take(
        &mut self,
        request: &'static str,
        longest: Duration,
        until: Instant,
        count: usize,
    ) -> Result<Vec<u8>, ReaderError> {
        while self.buffer.len() < count {
            self.fill(request, longest, until)?;
        }
        Ok(self.buffer.drain(..count).collect())
    }

    /// Reads on, at least a byte.
    fn fill(
        &mut self,
        request: &'static str,
        limit: Duration,
        until: Instant,
    ) -> Result<(), ReaderError> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ReaderError::Silent { request, limit });
        }
        let mut bytes = [0; 16 << 10];
        let read = self.line.set_read_timeout(Some(left)).and_then(|()| self.line.read(&mut bytes));
        match read {
            Ok(0) => Err(ReaderError::Ended),
            Ok(count) => {
                self.buffer.extend_from_slice(&bytes[..count]);
                Ok(())
            }
            Err(error) if is_for_later(&error) => Ok(()),
            Err(error) => Err(self.broken(error)),
        }
    }

    fn broken(&self, source: io::Error) -> ReaderError {
        match source.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => ReaderError::Ended,
            _ => ReaderError::Run { program: self.program.path().to_owned(), source },
        }
    }

    /// Whether it has ended, within `limit`.
    fn leaves(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(5)),
                Ok(None) => return false,
                _ => return true,
            }
        }
    }
}

/// A wait that is over, or was disturbed: the caller looks at the clock.
fn is_for_later(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

fn refused(request: &'static str, answer: Answer) -> ReaderError {
    match answer {
        Answer::Retry(words) => ReaderError::Retry(words),
        Answer::Gone(words) => ReaderError::Gone(words),
        Answer::Error(words) => ReaderError::Driver(words),
        other => ReaderError::Nonsense { request, answer: format!("{other:?}") },
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // At the end of its input it cancels what is under way and closes the reader.
        let _ = self.line.shutdown(Shutdown::Both);
        if !self.leaves(LEAVING) {
            // One that has ended meanwhile is what is wanted.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
