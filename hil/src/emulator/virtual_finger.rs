//! Fingers for libfprint's virtual reader (`virtual_image`): a driver of libfprint's own that takes
//! its pictures from a socket, so that all of libfprint above its USB drivers is the real thing.
//!
//! What it is sent are two numbers and, where both are sizes, so many bytes. A negative first
//! number is an event. It reads on at once after a picture and drops what comes between two
//! captures, so a picture is sent when the reader says that it waits for a finger.

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use crate::module::GreyImage;

/// What happens on the virtual reader instead of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The finger has to come again: it was too short there.
    TooShort,
    /// The same: it was not in the middle.
    OffCentre,
    /// The driver loses its protocol.
    Protocol,
    /// The plug is pulled.
    Unplug,
}

impl Mishap {
    /// The event, and libfprint's number of what happened.
    fn numbers(self) -> [i32; 2] {
        match self {
            Mishap::TooShort => [-1, 1],
            Mishap::OffCentre => [-1, 2],
            Mishap::Protocol => [-2, 5],
            Mishap::Unplug => [-5, 0],
        }
    }
}

/// The finger on a virtual reader.
#[derive(Debug)]
pub struct VirtualFinger {
    socket: PathBuf,
    line: Option<UnixStream>,
}

impl VirtualFinger {
    /// The finger on the reader that listens here, once it is open.
    #[must_use]
    pub fn at(socket: &Path) -> VirtualFinger {
        VirtualFinger { socket: socket.to_owned(), line: None }
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Lays a picture on the reader.
    ///
    /// # Errors
    ///
    /// The reader is not open.
    pub fn show(&mut self, image: &GreyImage) -> io::Result<()> {
        let geometry = image.geometry();
        let mut bytes = numbers([geometry.width.into(), geometry.height.into()]);
        bytes.extend_from_slice(image.pixels());
        self.send(&bytes)
    }

    /// Lets something go wrong.
    ///
    /// # Errors
    ///
    /// The reader is not open.
    pub fn fail(&mut self, mishap: Mishap) -> io::Result<()> {
        self.send(&numbers(mishap.numbers()))
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.line.is_none() {
            self.line = Some(UnixStream::connect(&self.socket)?);
        }
        self.line.as_mut().map_or(Ok(()), |line| line.write_all(bytes))
    }
}

fn numbers(pair: [i32; 2]) -> Vec<u8> {
    pair.iter().flat_map(|number| number.to_ne_bytes()).collect()
}
