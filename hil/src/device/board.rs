//! A board of the rig.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::board::Board;
use crate::emulator::{self, Endpoint, Handle, Machine};
use crate::module::{Link, Profile, Selector, SerialLink};
use crate::record::{DeviceUse, Nature};
use crate::rig::{self, Kind, Match, Power};

/// A board of the rig.
#[derive(Clone, Debug)]
pub struct BoardDevice {
    /// Its name in the rig file.
    pub name: String,
    /// Real, or a program or an emulated machine.
    pub nature: Nature,
    /// How it is switched.
    pub power: Option<Power>,
    /// Longest time from a request to its decision.
    pub limit: Duration,
    /// Longest time until any answer.
    pub patience: Duration,
    console: Console,
    start: Option<String>,
    boot: Duration,
    module: Option<Sensor>,
}

#[derive(Clone, Debug)]
enum Console {
    Serial { find: Match, baud: u32 },
    Socket(PathBuf),
    Program(PathBuf),
}

/// The board's fingerprint module, which the rig emulates.
#[derive(Clone, Debug)]
struct Sensor {
    profile: &'static Profile,
    tty: Option<String>,
    socket: Option<PathBuf>,
}

/// A board that has answered. Dropping it closes the console, and ends what was started for it.
#[derive(Debug)]
pub struct OpenBoard {
    /// Its console.
    pub board: Board,
    /// For the record.
    pub note: DeviceUse,
    program: Option<Child>,
}

/// A board's fingerprint module: what drives it, and where the board finds it.
#[derive(Debug)]
pub struct OpenSensor {
    /// The emulator.
    pub handle: Handle,
    /// The line as the board names it.
    pub tty: String,
    /// Its speed.
    pub baud: u32,
}

impl BoardDevice {
    pub(super) fn of(board: &rig::Board) -> Result<BoardDevice, String> {
        let name = board.name.get_ref().clone();
        let console = match (&board.socket, &board.program) {
            (Some(path), _) => Console::Socket(path.clone()),
            (None, Some(path)) => Console::Program(path.clone()),
            (None, None) => Console::Serial { find: board.find.clone(), baud: board.baud },
        };
        let is_program = matches!(console, Console::Program(_));
        let nature = if board.simulated || is_program { Nature::Simulated } else { Nature::Real };
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let module = board.module.as_ref().map(|module| Sensor::of(module, &name)).transpose()?;
        Ok(BoardDevice {
            nature,
            console,
            power: board.power.clone(),
            limit: Duration::from_millis(board.limit_ms.into()),
            patience: seconds(board.patience),
            start: board.start.clone(),
            boot: seconds(board.boot),
            module,
            name,
        })
    }

    /// Opens the console and waits until the reader answers; why it does not, in words.
    pub fn open(&self) -> Result<OpenBoard, String> {
        let about = |error: &dyn std::fmt::Display| format!("{}: {error}", self.name);
        let mut program = None;
        let mut serial = None;
        let link: Box<dyn Link> = match &self.console {
            Console::Socket(path) => {
                let socket = UnixStream::connect(path);
                Box::new(socket.map_err(|error| about(&format!("{}: {error}", path.display())))?)
            }
            Console::Program(path) => {
                let (ours, child) = started(path)
                    .map_err(|error| about(&format!("{}: {error}", path.display())))?;
                program = Some(child);
                Box::new(ours)
            }
            Console::Serial { find, baud } => {
                let found =
                    rig::find(Path::new("/"), Kind::Serial, find).map_err(|error| about(&error))?;
                serial = found.usb_serial;
                let selector = Selector::Path(found.node);
                Box::new(SerialLink::open(selector, *baud).map_err(|error| about(&error))?)
            }
        };
        let note = DeviceUse {
            name: self.name.clone(),
            kind: "board".to_owned(),
            nature: self.nature,
            identity: String::new(),
            serial,
        };
        // From here on dropping it ends the program.
        let mut open = OpenBoard { board: Board::new(link, self.patience), note, program };
        let woken = open.board.wake(self.start.as_deref(), self.boot);
        open.note.identity = woken.map_err(|error| about(&error))?;
        Ok(open)
    }

    /// Whether it has a fingerprint module that the rig emulates.
    #[must_use]
    pub fn has_sensor(&self) -> bool {
        self.module.is_some()
    }

    /// Plugs its fingerprint module in; why it cannot be, in words.
    pub fn plug_sensor(
        &self,
        machine: impl FnOnce(&'static Profile) -> Machine,
    ) -> Result<OpenSensor, String> {
        let sensor = self.module.as_ref().ok_or_else(|| format!("{}: no module", self.name))?;
        let (endpoint, tty) = match (&sensor.socket, &sensor.tty) {
            (Some(socket), Some(tty)) => (Endpoint::Connect(socket.clone()), tty.clone()),
            _ => {
                let link = pseudo_terminal();
                (Endpoint::Pty { link: Some(link.clone()) }, link.display().to_string())
            }
        };
        let machine = machine(sensor.profile);
        let baud = machine.baud();
        let handle = emulator::serve(machine, endpoint, true)
            .map_err(|error| format!("{}: the module's emulator: {error}", self.name))?;
        Ok(OpenSensor { handle, tty, baud })
    }
}

impl Sensor {
    fn of(module: &rig::BoardModule, board: &str) -> Result<Sensor, String> {
        let profile = Profile::named(&module.profile)
            .ok_or_else(|| format!("{board}: no profile {:?}", module.profile))?;
        Ok(Sensor { profile, tty: module.tty.clone(), socket: module.socket.clone() })
    }
}

/// The program with a socket in the place of its console.
fn started(path: &Path) -> std::io::Result<(UnixStream, Child)> {
    let (ours, theirs) = UnixStream::pair()?;
    let input = OwnedFd::from(theirs.try_clone()?);
    let child = Command::new(path).stdin(input).stdout(OwnedFd::from(theirs)).spawn()?;
    Ok((ours, child))
}

fn pseudo_terminal() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("kaimen-hil-board-{}-{number}", process::id()))
}

impl Drop for OpenBoard {
    fn drop(&mut self) {
        if let Some(program) = &mut self.program {
            // One that has ended already is what is wanted.
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}
