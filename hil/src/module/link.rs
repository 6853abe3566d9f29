//! A line to a module: bytes both ways, never without a deadline.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// Shortest wait that every system takes for one; zero means "for ever" to a socket.
const SHORTEST: Duration = Duration::from_millis(1);

/// A line that can be read and written with a limit on every wait.
pub trait Link: Send {
    /// Reads what is there, waiting at most `wait` for the first byte. 0 bytes: none came.
    ///
    /// # Errors
    ///
    /// The line is gone, or the system failed. Time that has run out is no error.
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// Writes all bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] after `wait`; else the line is gone, or the system failed.
    fn write_all(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()>;

    /// Changes the speed, in bits a second. Lines that have none do nothing.
    ///
    /// # Errors
    ///
    /// The system refuses the speed.
    fn set_baud(&mut self, baud: u32) -> io::Result<()>;

    /// Which line it is, for logs and errors.
    fn name(&self) -> String;
}

/// A socket to an emulator, or to the serial line of a virtual machine.
impl Link for UnixStream {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.set_read_timeout(Some(wait.max(SHORTEST)))?;
        read_some(self, buffer)
    }

    fn write_all(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(wait.max(SHORTEST)))?;
        write_whole(self, bytes)
    }

    fn set_baud(&mut self, _baud: u32) -> io::Result<()> {
        Ok(())
    }

    fn name(&self) -> String {
        let address = self.peer_addr().ok();
        let path = address.as_ref().and_then(|address| address.as_pathname());
        path.map_or_else(|| String::from("socket"), |path| path.display().to_string())
    }
}

/// Reads once; no byte in time is `Ok(0)`, and the end of the line an error.
pub(super) fn read_some(line: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    match line.read(buffer) {
        Ok(0) if !buffer.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
        Err(error) if is_no_byte(error.kind()) => Ok(0),
        other => other,
    }
}

/// Writes everything; each portion waits as long as the line allows.
pub(super) fn write_whole(line: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match line.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                return Err(ErrorKind::TimedOut.into());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_no_byte(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
