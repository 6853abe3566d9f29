//! Which port a module hangs on, by what does not change when the plug is pulled.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the kernel lists its terminals.
const CLASS: &str = "/sys/class/tty";
/// A converter's serial number stands at most so many folders above its terminal.
const CLIMB_MAX: usize = 8;

/// How a port is named in a rig file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Selector {
    /// The serial number of the USB converter.
    UsbSerial(String),
    /// The USB socket it is plugged into, as the kernel names it: `1-1.2`.
    UsbPath(String),
    /// A path: a name below `/dev/serial/by-id` or `by-path`, or of a pseudo-terminal.
    Path(PathBuf),
}

/// Why a port cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// Nothing like it is plugged in.
    #[error("no serial port with {selector}")]
    Absent {
        /// What was looked for.
        selector: Selector,
    },
    /// More than one port fits.
    #[error("{} serial ports with {selector}: {}", .found.len(), names(.found))]
    Several {
        /// What was looked for.
        selector: Selector,
        /// The ports.
        found: Vec<PathBuf>,
    },
    /// An inventory does not find it; why, in its words.
    #[error("{0}")]
    NotFound(String),
    /// It is there and cannot be opened.
    #[error("{path}: {source}", path = .path.display())]
    Open {
        /// The port.
        path: PathBuf,
        /// What the system says.
        source: serialport::Error,
    },
}

impl Selector {
    /// The port's device file.
    ///
    /// # Errors
    ///
    /// [`PortError::Absent`], [`PortError::Several`].
    pub fn find(&self) -> Result<PathBuf, PortError> {
        self.find_below(Path::new(CLASS))
    }

    /// The same in another place than the kernel's, for tests.
    pub(crate) fn find_below(&self, class: &Path) -> Result<PathBuf, PortError> {
        let mut found = match self {
            Selector::Path(path) => path.exists().then(|| path.clone()).into_iter().collect(),
            Selector::UsbSerial(serial) => ports(class, |device| {
                let text = fs::read_to_string(device.join("serial"));
                text.is_ok_and(|text| text.trim() == serial)
            }),
            Selector::UsbPath(socket) => ports(class, |device| {
                device.file_name().is_some_and(|name| name.to_string_lossy() == *socket)
            }),
        };
        match found.len() {
            0 => Err(PortError::Absent { selector: self.clone() }),
            1 => Ok(found.remove(0)),
            _ => Err(PortError::Several { selector: self.clone(), found }),
        }
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Selector::UsbSerial(serial) => write!(f, "USB serial number {serial}"),
            Selector::UsbPath(path) => write!(f, "USB path {path}"),
            Selector::Path(path) => write!(f, "path {}", path.display()),
        }
    }
}

/// The ports of which a folder above them fits.
fn ports(class: &Path, fits: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(class).into_iter().flatten().flatten();
    let mut found = entries
        .filter(|entry| {
            let device = fs::canonicalize(entry.path().join("device"));
            device.is_ok_and(|device| device.ancestors().take(CLIMB_MAX).any(&fits))
        })
        .map(|entry| Path::new("/dev").join(entry.file_name()))
        .collect::<Vec<_>>();
    found.sort();
    found
}

fn names(found: &[PathBuf]) -> String {
    found.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder as the kernel lays it out for a USB converter.
    fn plug(root: &Path, tty: &str, socket: &str, serial: &str) {
        let usb = root.join("devices/usb1").join(socket);
        let port = usb.join(format!("{socket}:1.0")).join(tty);
        fs::create_dir_all(&port).unwrap();
        fs::write(usb.join("serial"), format!("{serial}\n")).unwrap();
        let class = root.join("class").join(tty);
        fs::create_dir_all(&class).unwrap();
        symlink(&port, class.join("device")).unwrap();
    }

    #[test]
    fn a_port_is_found_by_serial_number_and_by_socket() {
        let root = tempfile::tempdir().unwrap();
        plug(root.path(), "ttyUSB0", "1-1.2", "FT0001");
        plug(root.path(), "ttyUSB1", "1-1.3", "FT0002");
        fs::create_dir_all(root.path().join("class/console")).unwrap();
        let class = root.path().join("class");
        let find = |selector: Selector| selector.find_below(&class);
        assert_eq!(find(Selector::UsbSerial("FT0002".into())).unwrap(), Path::new("/dev/ttyUSB1"));
        assert_eq!(find(Selector::UsbPath("1-1.2".into())).unwrap(), Path::new("/dev/ttyUSB0"));
        let absent = find(Selector::UsbSerial("FT0003".into())).unwrap_err();
        assert_eq!(absent.to_string(), "no serial port with USB serial number FT0003");
    }

    #[test]
    fn two_converters_with_one_serial_number_are_refused_by_name() {
        let root = tempfile::tempdir().unwrap();
        plug(root.path(), "ttyUSB0", "1-1", "0001");
        plug(root.path(), "ttyUSB1", "1-2", "0001");
        let error = Selector::UsbSerial("0001".into()).find_below(&root.path().join("class"));
        let text = error.unwrap_err().to_string();
        assert!(text.contains("/dev/ttyUSB0, /dev/ttyUSB1"), "{text}");
    }
}
