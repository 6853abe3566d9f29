//! What the emulator hangs on: a pseudo-terminal, which a driver opens like any serial port,
//! or a socket, which a virtual machine shows to its guest as a serial port.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Where the emulator is reached.
#[derive(Debug)]
pub enum Endpoint {
    /// A pseudo-terminal. Its own name changes with every plugging in; the symbolic link, if
    /// one is asked for, stays, as those below `/dev/serial/by-id` do.
    Pty {
        /// Where the link is made; one that is there is replaced.
        link: Option<PathBuf>,
    },
    /// A socket that somebody listens on: QEMU with `-chardev socket,server=on,wait=off`.
    /// Connecting plugs the device in, closing pulls the plug.
    Connect(PathBuf),
    /// One end of a pair of sockets. Once its plug was pulled it stays out.
    Stream(UnixStream),
}

/// A line that is plugged in.
#[derive(Debug)]
pub(super) enum Wire {
    Pty(Pty),
    Socket(UnixStream),
}

/// Both ends of a pseudo-terminal.
#[derive(Debug)]
pub(super) struct Pty {
    master: File,
    /// Kept open, so that the line lives on when a driver closes it.
    _terminal: File,
    name: PathBuf,
    link: Option<PathBuf>,
}

impl Endpoint {
    /// Plugs the line in.
    pub(super) fn plug(&mut self) -> io::Result<Wire> {
        match self {
            Endpoint::Pty { link } => Pty::open(link.clone()).map(Wire::Pty),
            Endpoint::Connect(path) => {
                let socket = UnixStream::connect(path)?;
                socket.set_nonblocking(true)?;
                Ok(Wire::Socket(socket))
            }
            Endpoint::Stream(stream) => {
                let socket = stream.try_clone()?;
                socket.set_nonblocking(true)?;
                Ok(Wire::Socket(socket))
            }
        }
    }
}

impl Wire {
    /// Reads what is there, waiting at most `wait`; 0 if nothing came.
    pub(super) fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let ready = match self {
            Wire::Pty(pty) => await_bytes(&pty.master, wait)?,
            Wire::Socket(socket) => await_bytes(&*socket, wait)?,
        };
        if !ready {
            return Ok(0);
        }
        let read = match self {
            Wire::Pty(pty) => pty.master.read(buffer),
            Wire::Socket(socket) => match socket.read(buffer) {
                Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
                read => read,
            },
        };
        or_nothing(read)
    }

    /// Writes what the line takes now; 0 if it takes nothing.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        or_nothing(match self {
            Wire::Pty(pty) => pty.master.write(bytes),
            Wire::Socket(socket) => socket.write(bytes),
        })
    }

    /// Pulls the plug: the other side sees the line vanish.
    pub(super) fn unplug(self) {
        match self {
            Wire::Pty(pty) => {
                if let Some(link) = &pty.link {
                    // It may have been replaced or removed meanwhile; that is no fault.
                    let _ = std::fs::remove_file(link);
                }
            }
            Wire::Socket(socket) => {
                // Also for the clones of this end.
                let _ = socket.shutdown(std::net::Shutdown::Both);
            }
        }
    }

    /// The path that a driver opens, if it has one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        match self {
            Wire::Pty(pty) => Some(pty.link.clone().unwrap_or_else(|| pty.name.clone())),
            Wire::Socket(_) => None,
        }
    }
}

impl Pty {
    fn open(link: Option<PathBuf>) -> io::Result<Pty> {
        // A process that is started meanwhile must not keep the line alive.
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = openpt(flags)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let name = PathBuf::from(name.to_string_lossy().into_owned());
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = rustix::fs::open(&name, flags, Mode::empty())?;
        let mut attributes = tcgetattr(&terminal)?;
        attributes.make_raw();
        tcsetattr(&terminal, OptionalActions::Now, &attributes)?;
        rustix::fs::fcntl_setfl(&master, OFlags::RDWR | OFlags::NONBLOCK)?;
        if let Some(link) = &link {
            replace_link(&name, link)?;
        }
        Ok(Pty { master: File::from(master), _terminal: File::from(terminal), name, link })
    }
}

/// Makes a link at once: nobody sees a moment without one.
fn replace_link(target: &Path, link: &Path) -> io::Result<()> {
    let mut beside = link.as_os_str().to_owned();
    beside.push(".new");
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    symlink(target, &beside)?;
    std::fs::rename(&beside, link)
}

fn await_bytes(line: &impl AsFd, wait: Duration) -> io::Result<bool> {
    let mut lines = [PollFd::new(line, PollFlags::IN)];
    let wait = Timespec::try_from(wait).map_err(|_| ErrorKind::InvalidInput)?;
    match poll(&mut lines, Some(&wait)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn or_nothing(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(0)
        }
        other => other,
    }
}
