//! The rig file.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

/// Largest rig file.
const MAX_BYTES: u64 = 1 << 20;
/// Resolutions of fingerprint sensors.
const DPI: std::ops::RangeInclusive<u16> = 50..=5000;
const READER_BOTH: &str = "what is emulated is not looked for: leave driver and device out";

/// Why a rig file cannot be used.
#[derive(Debug, Error)]
pub enum RigError {
    /// It cannot be read.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is larger than a rig file is.
    #[error("{path}: larger than {MAX_BYTES} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is no TOML, or has a key that a rig file does not have.
    #[error("{path}: {error}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and reason, as the parser shows them.
        error: toml::de::Error,
    },
    /// It says something that cannot be meant.
    #[error("{path}:{line}: {reason}")]
    Meaning {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What.
        reason: String,
    },
}

/// A rig: everything that a run may use.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rig {
    /// Its name; the lock is taken by it.
    pub name: String,
    /// Where it stands, who looks after it.
    #[serde(default)]
    pub comment: String,
    /// The library under test, relative to the rig file.
    pub library: Option<PathBuf>,
    /// Description of the face models (`face.toml`), relative to the rig file.
    pub face: Option<PathBuf>,
    /// Folder of the pictures that are shown to cameras, relative to the rig file.
    pub pictures: Option<PathBuf>,
    /// Cameras.
    #[serde(default, rename = "camera")]
    pub cameras: Vec<Camera>,
    /// Fingerprint modules.
    #[serde(default, rename = "module")]
    pub modules: Vec<Module>,
    /// USB fingerprint readers.
    #[serde(default, rename = "reader")]
    pub readers: Vec<Reader>,
    /// Boards under test.
    #[serde(default, rename = "board")]
    pub boards: Vec<Board>,
}

/// A camera of the rig.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Camera {
    /// Its name.
    pub name: Spanned<String>,
    /// How it is found.
    #[serde(flatten)]
    pub find: Match,
    /// A driver of the kernel that only looks like a camera (vivid, a simulated UVC camera).
    #[serde(default)]
    pub simulated: bool,
    /// No driver at all: the harness makes frames of the pictures that it shows.
    #[serde(default)]
    pub emulated: bool,
    /// Holds the picture in the file `$KAIMEN_PICTURE` before the camera: a command of the
    /// shell that ends when it is there.
    pub show: Option<String>,
    /// Words to choose it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How it is wired.
    #[serde(default)]
    pub wiring: String,
    /// How it is switched.
    pub power: Option<Power>,
}

/// A fingerprint module of the rig.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Module {
    /// Its name.
    pub name: Spanned<String>,
    /// How it is found.
    #[serde(flatten)]
    pub find: Match,
    /// Its family member: "R503", "R305", "R307", "R308", "R551".
    pub profile: String,
    /// Baud rate; the profile's own if absent.
    pub baud: Option<u32>,
    /// A program that answers like a module is behind the line.
    #[serde(default)]
    pub simulated: bool,
    /// The rig's own emulator, started for the run.
    #[serde(default)]
    pub emulated: bool,
    /// Words to choose it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How it is wired.
    #[serde(default)]
    pub wiring: String,
    /// How it is switched.
    pub power: Option<Power>,
}

/// A USB fingerprint reader of the rig, by libfprint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reader {
    /// Its name.
    pub name: Spanned<String>,
    /// libfprint's driver: "uru4000".
    pub driver: Option<String>,
    /// What libfprint tells it from others of the driver by; needed where there are several.
    pub device: Option<String>,
    /// The program that talks to it, relative to the rig file; the usual one if absent.
    pub program: Option<PathBuf>,
    /// Resolution of its pictures in dots an inch; the driver's own if absent.
    pub dpi: Option<u16>,
    /// libfprint's virtual reader, with fingers that the rig draws.
    #[serde(default)]
    pub emulated: bool,
    /// Words to choose it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How it is wired.
    #[serde(default)]
    pub wiring: String,
    /// How it is switched.
    pub power: Option<Power>,
}

/// A board under test, which runs the C reader on its serial console.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Board {
    /// Its name.
    pub name: Spanned<String>,
    /// How the console's serial converter is found.
    #[serde(flatten)]
    pub find: Match,
    /// Instead: a socket that is the console of an emulated machine, relative to the rig file.
    pub socket: Option<PathBuf>,
    /// Instead: the reader as a program of this machine, relative to the rig file.
    pub program: Option<PathBuf>,
    /// Speed of the console.
    #[serde(default = "console_baud")]
    pub baud: u32,
    /// Typed at the prompt of a shell where the reader does not answer.
    pub start: Option<String>,
    /// Seconds until the reader answers, from power on.
    #[serde(default = "boot_seconds")]
    pub boot: u32,
    /// Seconds until any answer; a board that takes longer is silent.
    #[serde(default = "patience_seconds")]
    pub patience: u32,
    /// Longest time from the request to the decision, in milliseconds.
    #[serde(default = "decision_limit")]
    pub limit_ms: u32,
    /// An emulated machine.
    #[serde(default)]
    pub simulated: bool,
    /// A fingerprint module on the board, emulated by the rig.
    pub module: Option<BoardModule>,
    /// Words to choose it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How it is wired.
    #[serde(default)]
    pub wiring: String,
    /// How it is switched.
    pub power: Option<Power>,
}

/// The module of a board.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BoardModule {
    /// Its family member.
    pub profile: String,
    /// The line as the board names it; a pseudo-terminal where the board is a program.
    pub tty: Option<String>,
    /// The other end of that line, a socket relative to the rig file.
    pub socket: Option<PathBuf>,
}

fn console_baud() -> u32 {
    115_200
}

fn boot_seconds() -> u32 {
    60
}

fn patience_seconds() -> u32 {
    5
}

fn decision_limit() -> u32 {
    1000
}

/// How a device is found. All that is given has to hold. A name like `ttyUSB0` is not among it:
/// it belongs to another device after the next boot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Match {
    /// USB serial number of the device or of its serial converter.
    pub usb_serial: Option<String>,
    /// Name in `/dev/serial/by-path` or `/dev/v4l/by-path`.
    pub by_path: Option<String>,
    /// Name in `/dev/serial/by-id` or `/dev/v4l/by-id`.
    pub by_id: Option<String>,
    /// A board's own serial line: "ttyAMA0". Not for USB converters, whose names change.
    pub on_board: Option<String>,
    /// Name of the driver's card, for devices without USB: "vivid-000".
    pub card: Option<String>,
}

impl Match {
    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Match::default()
    }
}

/// How a device is switched: commands of the shell, each with 30 seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Power {
    /// Switches it on.
    pub on: Option<String>,
    /// Switches it off.
    pub off: Option<String>,
    /// Off and on again; "off", a second and "on" if absent.
    pub cycle: Option<String>,
}

impl Rig {
    /// A rig without a file: the library alone.
    #[must_use]
    pub fn without_devices() -> Rig {
        Rig { name: "without devices".to_owned(), ..Rig::default() }
    }

    /// Reads a rig file; paths in it are relative to its folder.
    pub fn read(path: &Path) -> Result<Rig, RigError> {
        let file_error = |error| RigError::File { path: path.to_owned(), error };
        let file = fs::File::open(path).map_err(file_error)?;
        let mut text = String::new();
        file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(file_error)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(RigError::TooLarge { path: path.to_owned() });
        }
        let mut rig = Rig::parse(&text, path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        rig.library = rig.library.map(|library| folder.join(library));
        rig.face = rig.face.map(|face| folder.join(face));
        for program in rig.readers.iter_mut().filter_map(|reader| reader.program.as_mut()) {
            *program = folder.join(&*program);
        }
        for board in &mut rig.boards {
            let socket = board.module.as_mut().and_then(|module| module.socket.as_mut());
            for path in
                [board.socket.as_mut(), board.program.as_mut(), socket].into_iter().flatten()
            {
                *path = folder.join(&*path);
            }
        }
        rig.pictures = rig.pictures.map(|pictures| folder.join(pictures));
        Ok(rig)
    }

    /// Reads the text of a rig file; `path` is for messages.
    pub fn parse(text: &str, path: &Path) -> Result<Rig, RigError> {
        let rig: Rig = toml::from_str(text)
            .map_err(|error| RigError::Syntax { path: path.to_owned(), error })?;
        let meaning = |at: usize, reason: String| {
            let before = text.get(..at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Err(RigError::Meaning { path: path.to_owned(), line, reason })
        };
        if rig.name.trim().is_empty() {
            return meaning(0, "the rig has an empty name".to_owned());
        }
        let mut names = HashSet::new();
        for (name, problem) in rig.devices() {
            let at = name.span().start;
            if !names.insert(name.get_ref()) {
                return meaning(at, format!("two devices are named {:?}", name.get_ref()));
            }
            if let Some(problem) = problem {
                return meaning(at, format!("{}: {problem}", name.get_ref()));
            }
        }
        Ok(rig)
    }

    /// All devices in the order of the file, each with what is wrong with it.
    fn devices(&self) -> Vec<(&Spanned<String>, Option<&'static str>)> {
        const HOW: &str = "say how it is found: usb-serial, by-path, by-id, on-board or card";
        const BOTH: &str =
            "what is emulated is not looked for: leave usb-serial, by-path, by-id and card out";
        let problem = |emulated: bool, find: &Match| match (emulated, find.is_empty()) {
            (true, false) => Some(BOTH),
            (false, true) => Some(HOW),
            _ => None,
        };
        let cameras = self.cameras.iter();
        let cameras = cameras.map(|one| (&one.name, problem(one.emulated, &one.find)));
        let modules = self.modules.iter();
        let modules = modules.map(|one| (&one.name, problem(one.emulated, &one.find)));
        let readers = self.readers.iter().map(|reader| (&reader.name, reader.problem()));
        let boards = self.boards.iter().map(|board| (&board.name, board.problem()));
        let mut all: Vec<_> = cameras.chain(modules).chain(readers).chain(boards).collect();
        all.sort_by_key(|(name, _)| name.span().start);
        all
    }
}

impl Reader {
    fn problem(&self) -> Option<&'static str> {
        match (self.emulated, &self.driver, self.dpi) {
            (true, None, _) if self.device.is_some() => Some(READER_BOTH),
            (true, Some(_), _) => Some(READER_BOTH),
            (false, None, _) => Some("say its driver, as `kaimen-hil discover` names it"),
            (_, _, Some(dpi)) if !DPI.contains(&dpi) => {
                Some("a fingerprint sensor has between 50 and 5000 dots an inch (dpi)")
            }
            _ => None,
        }
    }
}

impl Board {
    fn problem(&self) -> Option<&'static str> {
        let ways = [!self.find.is_empty(), self.socket.is_some(), self.program.is_some()];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            return Some(
                "say one way to its console: usb-serial, by-path, by-id or on-board; socket; program",
            );
        }
        let module = self.module.as_ref()?;
        let line = (module.tty.is_some(), module.socket.is_some());
        match (line, self.program.is_some()) {
            ((false, false), true) | ((true, true), false) => None,
            (_, true) => {
                Some("the module of a program is on a pseudo-terminal: leave tty and socket out")
            }
            (_, false) => Some("its module needs both ends of the line: tty and socket"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Rig::parse(text, Path::new("rig.toml")).unwrap_err().to_string()
    }

    #[test]
    fn the_example_is_a_rig() {
        let text = include_str!("../../rig.example.toml");
        let rig = Rig::parse(text, Path::new("rig.example.toml")).unwrap();
        assert_eq!(rig.cameras.len(), 1);
        assert_eq!(rig.modules.len(), 2);
        assert_eq!(rig.modules[0].find.usb_serial.as_deref(), Some("A50285BI"));
        assert!(rig.modules[1].emulated);
        assert_eq!(rig.readers[0].driver.as_deref(), Some("uru4000"));
        assert_eq!(rig.readers[0].dpi, Some(512));
    }

    #[test]
    fn a_reader_is_named_by_its_driver_or_emulated() {
        let reader = |keys: &str| format!("name = \"r\"\n[[reader]]\nname = \"a\"\n{keys}\n");
        let rig = |keys: &str| Rig::parse(&reader(keys), Path::new("rig.toml"));
        assert!(rig("driver = \"uru4000\"").is_ok() && rig("emulated = true\ndpi = 500").is_ok());
        let wrong = |keys: &str| error(&reader(keys));
        assert!(wrong("").starts_with("rig.toml:3: a: say its driver"));
        assert!(wrong("emulated = true\ndevice = \"0\"").contains("leave driver and device out"));
        assert!(wrong("emulated = true\ndriver = \"elan\"").contains("leave driver"));
        assert!(wrong("driver = \"elan\"\ndpi = 5").contains("dots an inch"));
        assert!(wrong("usb-serial = \"1\"").contains("usb-serial"));
    }

    #[test]
    fn programs_are_beside_the_rig_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rig.toml");
        let text = "name = \"r\"\n[[reader]]\nname = \"a\"\nemulated = true\nprogram = \"p\"\n";
        std::fs::write(&path, text).unwrap();
        let rig = Rig::read(&path).unwrap();
        assert_eq!(rig.readers[0].program.as_deref(), Some(&*folder.path().join("p")));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let twice = "name = \"r\"\n[[module]]\nname = \"a\"\nprofile = \"R503\"\nemulated = true\n\
                     [[camera]]\nname = \"a\"\ncard = \"vivid\"\n";
        assert_eq!(error(twice), "rig.toml:7: two devices are named \"a\"");
        let lost = error("name = \"r\"\n[[camera]]\nname = \"a\"\n");
        assert!(lost.starts_with("rig.toml:3: a: say how it is found"), "{lost}");
        let both = "name = \"r\"\n[[camera]]\nname = \"a\"\nemulated = true\ncard = \"x\"\n";
        assert!(error(both).starts_with("rig.toml:3: a: what is emulated is not looked for"));
        let node = error("name = \"r\"\n[[camera]]\nname = \"a\"\ndevice = \"/dev/video0\"\n");
        assert!(node.contains("device"), "{node}");
        let broken = error("name = \"r\"\nlibrary = 5\n");
        assert!(broken.contains("line 2"), "{broken}");
        assert!(error("name = \" \"").starts_with("rig.toml:1: "));
        let nowhere = error("name = \"r\"\n[[board]]\nname = \"b\"\n");
        assert!(nowhere.starts_with("rig.toml:3: b: say one way"), "{nowhere}");
        let half = "name = \"r\"\n[[board]]\nname = \"b\"\nsocket = \"s\"\n\
                    [board.module]\nprofile = \"R503\"\ntty = \"/dev/ttyUSB0\"\n";
        assert!(error(half).contains("both ends"), "{}", error(half));
    }
}
