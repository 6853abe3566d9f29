//! A serial line that can be found again after its plug was pulled.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serialport::{SerialPort, TTYPort};

use super::link::{Link, read_some, write_whole};
use super::port::{PortError, Selector};

/// How often the port is looked for while it is awaited.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Says where the port is now: asked when it is opened, and again after each re-plug.
pub type Finder = Box<dyn Fn() -> Result<PathBuf, PortError> + Send>;

/// A serial port: 8 data bits, no parity, 1 stop bit, no flow control, for nobody else.
pub struct SerialLink {
    finder: Finder,
    baud: u32,
    path: PathBuf,
    /// `None` between a failed read or write and the reopening.
    port: Option<TTYPort>,
}

impl SerialLink {
    /// Opens the port that the selector names.
    ///
    /// # Errors
    ///
    /// [`PortError`]: there is none, there are several, or it cannot be opened.
    pub fn open(selector: Selector, baud: u32) -> Result<SerialLink, PortError> {
        SerialLink::open_found(Box::new(move || selector.find()), baud)
    }

    /// Opens the port that somebody else finds: an inventory that knows more than a selector.
    ///
    /// # Errors
    ///
    /// [`PortError`]: it is not found, or cannot be opened.
    pub fn open_found(finder: Finder, baud: u32) -> Result<SerialLink, PortError> {
        let path = finder()?;
        let port = Some(open(&path, baud)?);
        Ok(SerialLink { finder, baud, path, port })
    }

    /// Opens the port again, waiting at most `wait` until it is back.
    ///
    /// # Errors
    ///
    /// [`PortError`]: what still stood in the way when the time was over.
    pub fn reopen(&mut self, wait: Duration) -> Result<(), PortError> {
        self.release();
        let begun = Instant::now();
        loop {
            let found = (self.finder)();
            match found.and_then(|path| Ok((open(&path, self.baud)?, path))) {
                Ok((port, path)) => {
                    self.port = Some(port);
                    self.path = path;
                    return Ok(());
                }
                Err(error) if begun.elapsed() >= wait => return Err(error),
                Err(_) => std::thread::sleep(LOOK_EVERY.min(wait)),
            }
        }
    }

    /// Where the port is now, or was last.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Closes the port. The terminal forgets that it was ours alone only when nobody has it
    /// open any more, and the other end of a pseudo-terminal may: therefore it is told.
    fn release(&mut self) {
        if let Some(mut port) = self.port.take() {
            // Of a port that is gone there is nothing to be given back.
            let _ = port.set_exclusive(false);
        }
    }

    fn with_port<T>(
        &mut self,
        wait: Duration,
        act: impl FnOnce(&mut TTYPort) -> io::Result<T>,
    ) -> io::Result<T> {
        let port = self.port.as_mut().ok_or(ErrorKind::NotConnected)?;
        port.set_timeout(wait)?;
        let result = act(port);
        if result.as_ref().is_err_and(|error| error.kind() != ErrorKind::TimedOut) {
            // What is left of an unplugged port stands in the way of its successor.
            self.release();
        }
        result
    }
}

impl Link for SerialLink {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.with_port(wait, |port| read_some(port, buffer))
    }

    fn write_all(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        self.with_port(wait, |port| write_whole(port, bytes))
    }

    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.with_port(Duration::from_secs(1), |port| Ok(port.set_baud_rate(baud)?))?;
        self.baud = baud;
        Ok(())
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

impl Drop for SerialLink {
    fn drop(&mut self) {
        self.release();
    }
}

impl std::fmt::Debug for SerialLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SerialLink({}, {} baud)", self.path.display(), self.baud)
    }
}

fn open(path: &std::path::Path, baud: u32) -> Result<TTYPort, PortError> {
    let builder = serialport::new(path.to_string_lossy(), baud);
    builder.open_native().map_err(|source| PortError::Open { path: path.to_path_buf(), source })
}
