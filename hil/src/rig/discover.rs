//! What is plugged in, by sysfs.

use std::fs;
use std::path::{Path, PathBuf};

use super::Match;

/// Most entries of a class that are looked at.
const MAX_ENTRIES: usize = 1000;

/// Which class of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A video device (`/dev/video…`).
    Camera,
    /// A serial line (`/dev/tty…`).
    Serial,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Kind::Camera => "video4linux",
            Kind::Serial => "tty",
        }
    }

    fn links(self) -> &'static str {
        match self {
            Kind::Camera => "v4l",
            Kind::Serial => "serial",
        }
    }
}

/// A device that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Class.
    pub kind: Kind,
    /// Its node now; another one after the next boot.
    pub node: PathBuf,
    /// The driver's name for it, of cameras.
    pub card: Option<String>,
    /// "vendor:product" of the USB device, in hexadecimal.
    pub usb_id: Option<String>,
    /// Serial number of the USB device.
    pub usb_serial: Option<String>,
    /// What the USB device calls itself.
    pub product: Option<String>,
    /// Its name, if it is a board's own serial line and not behind USB.
    pub on_board: Option<String>,
    /// Name in `by-path`.
    pub by_path: Option<String>,
    /// Name in `by-id`.
    pub by_id: Option<String>,
}

impl Found {
    /// Whether it is what a rig file means.
    #[must_use]
    pub fn is(&self, wanted: &Match) -> bool {
        let holds =
            |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        !wanted.is_empty()
            && holds(&wanted.usb_serial, &self.usb_serial)
            && holds(&wanted.by_path, &self.by_path)
            && holds(&wanted.by_id, &self.by_id)
            && holds(&wanted.on_board, &self.on_board)
            && holds(&wanted.card, &self.card)
    }

    /// Its lines in a rig file.
    #[must_use]
    pub fn as_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let product = self.product.as_deref().or(self.card.as_deref()).unwrap_or("no name");
        let what = match self.kind {
            Kind::Camera => "camera",
            Kind::Serial => "module",
        };
        let mut out = format!("[[{what}]]  # now {}: {product}\n", self.node.display());
        out += &format!("name = {}\n", quoted(product));
        let how = [
            ("usb-serial", &self.usb_serial),
            ("by-path", &self.by_path),
            ("on-board", &self.on_board),
            ("card", &self.card),
        ];
        match how.into_iter().find_map(|(key, value)| Some((key, value.as_ref()?))) {
            Some((key, value)) => out += &format!("{key} = {}\n", quoted(value)),
            None => out += "# nothing here lasts: it cannot be told from another one\n",
        }
        if self.kind == Kind::Serial {
            out += "profile = \"R503\"\n";
        }
        out
    }
}

/// All cameras and serial lines with a device behind them. `root` is `/`, or a copy for tests.
#[must_use]
pub fn discover(root: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for kind in [Kind::Camera, Kind::Serial] {
        let class = root.join("sys/class").join(kind.class());
        let mut names: Vec<String> = entries(&class);
        names.sort();
        found.extend(names.iter().filter_map(|name| look(root, kind, name)));
    }
    found
}

/// The node of the one device that a rig file means; why not, in words.
pub fn find(root: &Path, kind: Kind, wanted: &Match) -> Result<Found, String> {
    let fits = |found: &Found| found.kind == kind && found.is(wanted);
    let mut all: Vec<Found> = discover(root).into_iter().filter(fits).collect();
    // A UVC camera has a second node for its metadata, with the same serial number.
    if kind == Kind::Camera && all.len() > 1 {
        all.truncate(1);
    }
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(format!("nothing that is plugged in fits {}", words(wanted))),
        n => Err(format!("{n} devices fit {}: say more", words(wanted))),
    }
}

fn words(wanted: &Match) -> String {
    let pairs = [
        ("usb-serial", &wanted.usb_serial),
        ("by-path", &wanted.by_path),
        ("by-id", &wanted.by_id),
        ("on-board", &wanted.on_board),
        ("card", &wanted.card),
    ];
    let pairs =
        pairs.iter().filter_map(|(key, value)| Some(format!("{key} = {:?}", value.as_ref()?)));
    pairs.collect::<Vec<_>>().join(", ")
}

fn look(root: &Path, kind: Kind, name: &str) -> Option<Found> {
    let entry = root.join("sys/class").join(kind.class()).join(name);
    // Consoles and virtual terminals have none; a camera without USB has none that matters.
    let device = fs::canonicalize(entry.join("device")).ok();
    if kind == Kind::Serial && !is_line(device.as_deref()?) {
        return None;
    }
    // uvcvideo's metadata node is no camera.
    if kind == Kind::Camera && text(&entry.join("index")).is_some_and(|index| index != "0") {
        return None;
    }
    let usb = device.as_deref().and_then(usb_device);
    let of = |file: &str| usb.as_ref().and_then(|usb| text(&usb.join(file)));
    let usb_id = of("idVendor").zip(of("idProduct"));
    let links = root.join("dev").join(kind.links());
    Some(Found {
        kind,
        node: root.join("dev").join(name),
        card: if kind == Kind::Camera { text(&entry.join("name")) } else { None },
        on_board: (kind == Kind::Serial && usb.is_none()).then(|| name.to_owned()),
        usb_id: usb_id.map(|(vendor, product)| format!("{vendor}:{product}")),
        usb_serial: of("serial"),
        product: of("product"),
        by_path: link_to(&links.join("by-path"), name),
        by_id: link_to(&links.join("by-id"), name),
    })
}

/// The on-board ports that a PC always claims to have are `serial8250`.
fn is_line(device: &Path) -> bool {
    !device.ends_with("serial8250")
        && !device.components().any(|part| part.as_os_str() == "virtual")
}

/// The nearest parent that is a USB device.
fn usb_device(device: &Path) -> Option<PathBuf> {
    device.ancestors().find(|folder| folder.join("idVendor").is_file()).map(Path::to_owned)
}

fn link_to(folder: &Path, node: &str) -> Option<String> {
    let mut names = entries(folder);
    names.sort();
    names.into_iter().find(|name| {
        let target = fs::read_link(folder.join(name));
        target.is_ok_and(|target| target.file_name().is_some_and(|name| name == node))
    })
}

fn entries(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names =
        entries.take(MAX_ENTRIES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.collect()
}

fn text(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A PC with a serial converter, a camera with its metadata node, and a console.
    fn machine() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        for (file, value) in [
            ("idVendor", "0403"),
            ("idProduct", "6001"),
            ("serial", "A50285BI"),
            ("product", "FT232R"),
        ] {
            write(&at("sys/devices/usb1/1-2").join(file), value);
        }
        write(&at("sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/port_number"), "0");
        write(&at("sys/devices/usb1/1-3/idVendor"), "1234");
        write(&at("sys/devices/usb1/1-3/idProduct"), "0001");
        write(&at("sys/devices/usb1/1-3/serial"), "SN0001\n");
        for (node, index) in [("video0", "0"), ("video1", "1")] {
            let class = at("sys/class/video4linux").join(node);
            write(&class.join("name"), "A camera\n");
            write(&class.join("index"), index);
            symlink(at("sys/devices/usb1/1-3"), class.join("device")).unwrap();
        }
        fs::create_dir_all(at("sys/class/tty/ttyUSB0")).unwrap();
        symlink(at("sys/devices/usb1/1-2/1-2:1.0/ttyUSB0"), at("sys/class/tty/ttyUSB0/device"))
            .unwrap();
        fs::create_dir_all(at("sys/devices/platform/uart0")).unwrap();
        fs::create_dir_all(at("sys/class/tty/ttyAMA0")).unwrap();
        symlink(at("sys/devices/platform/uart0"), at("sys/class/tty/ttyAMA0/device")).unwrap();
        fs::create_dir_all(at("sys/class/tty/console")).unwrap();
        fs::create_dir_all(at("dev/serial/by-path")).unwrap();
        symlink("../../ttyUSB0", at("dev/serial/by-path/pci-0-usb-2")).unwrap();
        root
    }

    #[test]
    fn devices_are_found_by_what_lasts() {
        let root = machine();
        let found = discover(root.path());
        assert_eq!(found.len(), 3, "{found:?}");
        let serial = Match { usb_serial: Some("A50285BI".into()), ..Match::default() };
        let line = find(root.path(), Kind::Serial, &serial).unwrap();
        assert_eq!(line.node, root.path().join("dev/ttyUSB0"));
        assert_eq!(line.by_path.as_deref(), Some("pci-0-usb-2"));
        assert_eq!(line.usb_id.as_deref(), Some("0403:6001"));
        let by_path = Match { by_path: Some("pci-0-usb-2".into()), ..Match::default() };
        assert_eq!(find(root.path(), Kind::Serial, &by_path).unwrap(), line);
        let card = Match { card: Some("A camera".into()), ..Match::default() };
        assert_eq!(
            find(root.path(), Kind::Camera, &card).unwrap().usb_serial.as_deref(),
            Some("SN0001")
        );
    }

    #[test]
    fn what_is_not_there_is_named() {
        let root = machine();
        let wanted = Match { usb_serial: Some("X".into()), ..Match::default() };
        let error = find(root.path(), Kind::Camera, &wanted).unwrap_err();
        assert!(error.contains("usb-serial = \"X\""), "{error}");
        assert!(find(root.path(), Kind::Camera, &Match::default()).is_err());
        // A board's own line keeps its name; a converter does not, and is not found by it.
        let own = |name: &str| Match { on_board: Some(name.into()), ..Match::default() };
        assert!(find(root.path(), Kind::Serial, &own("ttyAMA0")).is_ok());
        assert!(find(root.path(), Kind::Serial, &own("ttyUSB0")).is_err());
    }

    #[test]
    fn what_is_found_can_be_put_into_a_rig_file() {
        let root = machine();
        let text: String = discover(root.path()).iter().map(Found::as_toml).collect();
        let rig =
            super::super::Rig::parse(&format!("name = \"x\"\n{text}"), Path::new("x")).unwrap();
        assert_eq!(rig.modules[1].find.usb_serial.as_deref(), Some("A50285BI"));
        assert_eq!(rig.cameras[0].find.usb_serial.as_deref(), Some("SN0001"));
    }
}
