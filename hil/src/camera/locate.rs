//! Which device node is the camera that is meant: by its USB serial number, its USB port,
//! a link of udev's, or its name, and never by a number such as `video0` alone, which
//! changes with the next plugging in.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::CameraError;

/// How often a camera that is waited for is looked for.
const PAUSE: Duration = Duration::from_millis(20);
/// Folders that are looked at upwards from a device: USB trees are far less deep.
const MAX_DEPTH: usize = 16;

/// What a camera is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The serial number in its USB descriptor.
    Serial(String),
    /// The USB port, in the kernel's words: `1-1.4` is port 4 of the hub in port 1 of bus 1.
    Port(String),
    /// A path: a link under `/dev/v4l/by-id` or `/dev/v4l/by-path`, which udev makes.
    Path(PathBuf),
    /// The name that the driver gives, where only one device has it: `vivid-000-vid-cap`.
    Name(String),
}

/// A video device node and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The node: `/dev/video0`.
    pub node: PathBuf,
    /// The driver's name for it.
    pub name: String,
    /// Which of the device's nodes it is; of a USB camera, 0 has the frames.
    pub index: u32,
    /// The USB port, of a USB device.
    pub port: Option<String>,
    /// The USB serial number, where the device has one.
    pub serial: Option<String>,
    /// USB vendor and product, in hexadecimal: `0bda:5830`.
    pub product: Option<String>,
}

/// All video device nodes of this machine, in the order of their numbers.
///
/// # Errors
///
/// [`CameraError::NotFound`] where the kernel's list cannot be read; a machine without any
/// camera has an empty list.
pub fn places() -> Result<Vec<Place>, CameraError> {
    places_under(Path::new("/sys"))
}

impl Selector {
    /// The one node that is meant.
    ///
    /// # Errors
    ///
    /// [`CameraError::NotFound`], with the cameras that are there.
    pub fn find(&self) -> Result<Place, CameraError> {
        self.find_in(places()?)
    }

    /// Waits until the camera is there and its node can be opened: after plugging in, the
    /// kernel lists it before that.
    ///
    /// # Errors
    ///
    /// What was wrong last, when the deadline has come.
    pub fn wait(&self, deadline: Instant) -> Result<Place, CameraError> {
        loop {
            let found = self.find().and_then(|place| match fs::File::open(&place.node) {
                Ok(_) => Ok(place),
                Err(source) => Err(CameraError::Open { path: place.node, source }),
            });
            let left = deadline.saturating_duration_since(Instant::now());
            if found.is_ok() || left.is_zero() {
                return found;
            }
            std::thread::sleep(left.min(PAUSE));
        }
    }

    fn find_in(&self, places: Vec<Place>) -> Result<Place, CameraError> {
        let known = describe(&places);
        let mut meant: Vec<_> = places.into_iter().filter(|place| self.means(place)).collect();
        match meant.len() {
            1 => Ok(meant.remove(0)),
            0 => Err(CameraError::NotFound(format!("no camera with {self}; there are: {known}"))),
            count => Err(CameraError::NotFound(format!(
                "{count} cameras with {self}: {}",
                describe(&meant)
            ))),
        }
    }

    fn means(&self, place: &Place) -> bool {
        match self {
            Self::Serial(serial) => place.index == 0 && place.serial.as_ref() == Some(serial),
            Self::Port(port) => place.index == 0 && place.port.as_ref() == Some(port),
            Self::Path(path) => {
                fs::canonicalize(path).unwrap_or_else(|_| path.clone()) == place.node
            }
            Self::Name(name) => place.index == 0 && &place.name == name,
        }
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Serial(serial) => write!(out, "USB serial {serial}"),
            Self::Port(port) => write!(out, "USB port {port}"),
            Self::Path(path) => write!(out, "path {}", path.display()),
            Self::Name(name) => write!(out, "name {name}"),
        }
    }
}

fn describe(places: &[Place]) -> String {
    let one = |place: &Place| {
        let port = place.port.as_deref().map(|port| format!(", port {port}"));
        let serial = place.serial.as_deref().map(|serial| format!(", serial {serial}"));
        let (port, serial) = (port.unwrap_or_default(), serial.unwrap_or_default());
        format!("{} ({}{port}{serial})", place.node.display(), place.name)
    };
    match places {
        [] => "none".to_owned(),
        _ => places.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

fn places_under(sys: &Path) -> Result<Vec<Place>, CameraError> {
    let class = sys.join("class/video4linux");
    if !class.exists() {
        return Ok(Vec::new());
    }
    let unreadable = |error| CameraError::NotFound(format!("{}: {error}", class.display()));
    let mut numbered = Vec::new();
    for entry in fs::read_dir(&class).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let number =
            entry.file_name().to_str().and_then(|name| name.strip_prefix("video")?.parse().ok());
        // What was unplugged while it was read is no longer there, and no error.
        if let Some((number, place)) = number.zip(place(&entry.path())) {
            numbered.push((number, place));
        }
    }
    numbered.sort_by_key(|&(number, _): &(u32, _)| number);
    Ok(numbered.into_iter().map(|(_, place)| place).collect())
}

fn place(folder: &Path) -> Option<Place> {
    let name = attribute(folder, "name")?;
    let usb = usb_device(folder);
    let of_usb = |name: &str| usb.as_deref().and_then(|usb| attribute(usb, name));
    Some(Place {
        node: Path::new("/dev").join(folder.file_name()?),
        name,
        index: attribute(folder, "index")?.parse().ok()?,
        port: usb.as_deref().and_then(|usb| usb.file_name()?.to_str().map(str::to_owned)),
        serial: of_usb("serial"),
        product: of_usb("idVendor")
            .zip(of_usb("idProduct"))
            .map(|(vendor, product)| format!("{vendor}:{product}")),
    })
}

/// The folder of the USB device that a class device belongs to: the first upwards that has a vendor.
fn usb_device(folder: &Path) -> Option<PathBuf> {
    let device = fs::canonicalize(folder).ok()?;
    let mut above = device.ancestors().take(MAX_DEPTH);
    above.find(|folder| folder.join("idVendor").exists()).map(Path::to_owned)
}

/// A line of the kernel's about a device; bounded, as these files are a page at most.
fn attribute(folder: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join(name)).ok()?;
    Some(text.trim_end_matches('\n').to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A tree as the kernel makes it: a camera with two nodes in a USB port, one without USB.
    fn tree(name: &str) -> PathBuf {
        let root =
            std::env::temp_dir().join(format!("kaimen-locate-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let usb = root.join("devices/platform/vhci_hcd.0/usb1/1-1");
        let class = root.join("class/video4linux");
        fs::create_dir_all(&class).expect("a folder");
        let nodes = [
            (usb.join("1-1:1.0/video4linux/video10"), "Test camera", "0"),
            (usb.join("1-1:1.0/video4linux/video11"), "Test camera", "1"),
            (root.join("devices/platform/vivid.0/video4linux/video2"), "vivid-000-vid-cap", "0"),
        ];
        for (folder, name, index) in &nodes {
            fs::create_dir_all(folder).expect("a folder");
            fs::write(folder.join("name"), format!("{name}\n")).expect("a file");
            fs::write(folder.join("index"), format!("{index}\n")).expect("a file");
            symlink(folder, class.join(folder.file_name().expect("a name"))).expect("a link");
        }
        for (name, value) in [("idVendor", "1209"), ("idProduct", "0001"), ("serial", "CAM-1")] {
            fs::write(usb.join(name), format!("{value}\n")).expect("a file");
        }
        root
    }

    #[test]
    fn a_usb_camera_is_found_by_serial_and_port_in_its_node_with_frames() {
        let root = tree("usb");
        let all = places_under(&root).expect("a list");
        assert_eq!(
            all.iter().map(|place| place.node.to_str()).collect::<Vec<_>>(),
            [Some("/dev/video2"), Some("/dev/video10"), Some("/dev/video11"),]
        );
        let by_serial =
            Selector::Serial("CAM-1".to_owned()).find_in(all.clone()).expect("it is there");
        assert_eq!(by_serial.node, Path::new("/dev/video10"));
        assert_eq!(by_serial.product.as_deref(), Some("1209:0001"));
        assert_eq!(
            Selector::Port("1-1".to_owned()).find_in(all.clone()).expect("there"),
            by_serial
        );
        let vivid = Selector::Name("vivid-000-vid-cap".to_owned()).find_in(all).expect("there");
        assert_eq!((vivid.port, vivid.serial), (None, None));
        let _ = fs::remove_dir_all(root);
    }

    #[test]
    fn what_is_not_there_names_what_is() {
        let root = tree("absent");
        let all = places_under(&root).expect("a list");
        let error =
            Selector::Serial("CAM-2".to_owned()).find_in(all.clone()).expect_err("not there");
        let error = error.to_string();
        assert!(
            error.starts_with("no camera with USB serial CAM-2; there are: /dev/video2"),
            "{error}"
        );
        assert!(error.contains("/dev/video10 (Test camera, port 1-1, serial CAM-1)"), "{error}");
        let twice = [all.clone(), all].concat();
        let error = Selector::Port("1-1".to_owned()).find_in(twice).expect_err("two").to_string();
        assert!(error.starts_with("2 cameras with USB port 1-1"), "{error}");
        let _ = fs::remove_dir_all(root);
    }

    #[test]
    fn waiting_for_a_camera_ends() {
        let deadline = Instant::now() + Duration::from_millis(50);
        let waited = Selector::Serial("no such camera".to_owned()).wait(deadline);
        assert!(waited.is_err() && Instant::now() >= deadline);
    }
}
