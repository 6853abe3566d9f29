//! The command line.

mod arguments;
mod chosen;
mod gallery;
mod live;
#[cfg(feature = "face")]
mod live_face;
mod live_reader;
mod progress;
mod run;

use std::fmt::Write as _;
use std::path::Path;
use std::process;

use thiserror::Error;

pub use arguments::{Cli, Command, RunOptions};

use crate::library::LibraryError;
use crate::output;
use crate::reader::{Listed, Program, Reader, ReaderError};
use crate::record::{Outcome, RecordError, Store};
use crate::rig::{self, LockError, PowerError, Rig, RigError, Switch};
use crate::suite;
use crate::trace::TraceError;

/// Exit code: every test passed.
pub const EXIT_PASS: u8 = 0;
/// Exit code: something failed.
pub const EXIT_FAIL: u8 = 1;
/// Exit code: the command line or a file of the caller's is wrong. clap uses the same.
pub const EXIT_USAGE: u8 = 2;
/// Exit code: what is needed is not there, so nothing is said about it.
pub const EXIT_UNAVAILABLE: u8 = 3;

/// Why a command ended without a verdict.
#[derive(Debug, Error)]
pub enum CliError {
    /// The rig file.
    #[error(transparent)]
    Rig(#[from] RigError),
    /// The rig is in use.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The library under test.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// A record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A power hook.
    #[error("{device}: {error}")]
    Power {
        /// The device.
        device: String,
        /// Why.
        error: PowerError,
    },
    /// A trace.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// Something in the command line.
    #[error("{0}")]
    Usage(String),
    /// A program that the command starts.
    #[error("{0}")]
    Unavailable(String),
}

impl CliError {
    /// The exit code for it.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            CliError::Rig(_) | CliError::Record(_) | CliError::Trace(_) | CliError::Usage(_) => {
                EXIT_USAGE
            }
            CliError::Lock(_) | CliError::Library(_) | CliError::Unavailable(_) => EXIT_UNAVAILABLE,
            CliError::Power { .. } => EXIT_FAIL,
        }
    }
}

/// The exit code of a verdict. Nothing tried at all is nothing shown.
#[must_use]
pub fn exit_code(verdict: Outcome) -> u8 {
    match verdict {
        Outcome::Pass | Outcome::Expected => EXIT_PASS,
        Outcome::Fail | Outcome::Error => EXIT_FAIL,
        Outcome::Unavailable | Outcome::Skip => EXIT_UNAVAILABLE,
    }
}

/// Does what the command line says: the exit code, and a text for stdout.
pub fn execute(cli: &Cli) -> Result<(u8, String), CliError> {
    match &cli.command {
        Command::Run(options) => run::run(options),
        Command::Selfcheck(options) => run::selfcheck(options),
        Command::Suites => Ok((EXIT_PASS, suites())),
        Command::Discover => Ok((EXIT_PASS, discover())),
        Command::Report { folder } => report(folder),
        Command::Compare { before, after } => compare(before, after),
        Command::Enrol(options) => live::enrol(options),
        Command::Identify(options) => live::identify(options),
        Command::Emulate(options) => live::emulate(options),
        Command::Replay { trace } => live::replay(trace),
        Command::StandIn { folder } => stand_in(folder),
        Command::Virtual { options } => virtual_rig(options),
        Command::Power { rig, device, switch } => power(rig, device, (*switch).into()),
    }
}

fn suites() -> String {
    let mut out = String::new();
    for suite in suite::all(&suite::Options::default()) {
        let _ = writeln!(out, "{}: {}", suite.name, suite.about);
        for test in &suite.tests {
            let needs: Vec<_> = test.needs.iter().map(|need| need.word()).collect();
            let needs =
                if needs.is_empty() { String::new() } else { format!(" [{}]", needs.join(", ")) };
            let _ = writeln!(out, "  {}{needs}: {}", test.name, test.about);
        }
    }
    out
}

fn discover() -> String {
    let found = rig::discover(Path::new("/"));
    let mut all: Vec<_> = found.iter().map(rig::Found::as_toml).collect();
    if all.is_empty() {
        all.push("# no camera and no serial line is plugged in\n".to_owned());
    }
    match readers() {
        Ok(readers) if readers.is_empty() => {
            all.push("# no USB reader is plugged in that libfprint has a driver for\n".to_owned());
        }
        Ok(readers) => all.extend(readers.iter().map(Listed::as_toml)),
        Err(error) => all.push(format!("# USB readers were not looked for: {error}\n")),
    }
    all.join("\n")
}

fn readers() -> Result<Vec<Listed>, ReaderError> {
    let (mut reader, _) = Reader::start(&Program::find()?)?;
    reader.list()
}

fn report(folder: &Path) -> Result<(u8, String), CliError> {
    let store = Store::open(folder);
    let run = store.read_run()?;
    output::write_all(&run, &store)?;
    let page = store.folder().join("report.html");
    Ok((exit_code(run.verdict), format!("{}{}\n", output::summary(&run), page.display())))
}

fn compare(before: &Path, after: &Path) -> Result<(u8, String), CliError> {
    let before = Store::open(before).read_run()?;
    let after = Store::open(after).read_run()?;
    let comparison = output::compare(&before, &after);
    let code = if comparison.is_worse() { EXIT_FAIL } else { EXIT_PASS };
    Ok((code, comparison.to_string()))
}

#[cfg(feature = "face")]
fn stand_in(folder: &Path) -> Result<(u8, String), CliError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| CliError::Unavailable(format!("{}: {error}", folder.display())))?;
    crate::face::stand_in::write(folder)
        .map_err(|error| CliError::Unavailable(error.to_string()))?;
    let (face, pictures) = (folder.join("face.toml"), folder.join("pictures"));
    let quoted = |path: &Path| toml::Value::String(path.display().to_string()).to_string();
    let text = format!("face = {}\npictures = {}\n", quoted(&face), quoted(&pictures));
    Ok((EXIT_PASS, text))
}

#[cfg(not(feature = "face"))]
fn stand_in(_: &Path) -> Result<(u8, String), CliError> {
    Err(without_faces())
}

/// What this program was not built for.
#[cfg(not(feature = "face"))]
fn without_faces() -> CliError {
    CliError::Unavailable("this kaimen-hil was built without the feature `face`".to_owned())
}

/// The script does it, so that it can be run without this program: it builds this one, too.
fn virtual_rig(options: &[String]) -> Result<(u8, String), CliError> {
    let script = Path::new("hil/virtual.sh");
    if !script.is_file() {
        let reason = "hil/virtual.sh is not here: run this in the root of the sources";
        return Err(CliError::Unavailable(reason.to_owned()));
    }
    let status = process::Command::new("sh").arg(script).args(options).status();
    let status = status.map_err(|error| CliError::Unavailable(format!("sh: {error}")))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok((code.unwrap_or(EXIT_FAIL), String::new()))
}

fn power(path: &Path, device: &str, what: Switch) -> Result<(u8, String), CliError> {
    let rig = Rig::read(path)?;
    let cameras = rig.cameras.iter().map(|camera| (camera.name.get_ref(), &camera.power));
    let modules = rig.modules.iter().map(|module| (module.name.get_ref(), &module.power));
    let readers = rig.readers.iter().map(|reader| (reader.name.get_ref(), &reader.power));
    let boards = rig.boards.iter().map(|board| (board.name.get_ref(), &board.power));
    let found =
        cameras.chain(modules).chain(readers).chain(boards).find(|(name, _)| *name == device);
    let Some((_, power)) = found else {
        return Err(CliError::Usage(format!("{}: no device {device:?}", path.display())));
    };
    let power = power.clone().unwrap_or_default();
    let done = rig::switch(&power, what)
        .map_err(|error| CliError::Power { device: device.to_owned(), error })?;
    Ok((EXIT_PASS, format!("{device}: {}\n", done.join("; "))))
}
