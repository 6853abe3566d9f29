//! Commands and options.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::rig;

/// Hardware-in-the-loop rig for kaimen.
///
/// Exit codes: 0 pass, 1 fail, 2 usage, 3 unavailable.
#[derive(Debug, Parser)]
#[command(name = "kaimen-hil", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs suites and writes the report
    Run(RunOptions),
    /// Asks every device of the rig whether it is there
    Selfcheck(SelfcheckOptions),
    /// Lists the suites and their tests
    Suites,
    /// Shows what is plugged in, as lines for a rig file
    Discover,
    /// Makes page, JUnit and TAP of a run's record anew
    Report {
        /// Folder of a run
        folder: PathBuf,
    },
    /// Compares two runs; exit code 1 if a test is worse
    Compare {
        /// Folder of the first run
        before: PathBuf,
        /// Folder of the second run
        after: PathBuf,
    },
    /// Enrols a finger on a module or by a USB reader, or a face by a camera, live
    Enrol(EnrolOptions),
    /// Identifies a finger by a module or a USB reader, or a face by a camera, live
    Identify(IdentifyOptions),
    /// Runs the emulator of a module, for another program
    Emulate(EmulateOptions),
    /// Shows a recorded trace, packet by packet
    Replay {
        /// The trace, as `--trace` of `enrol` and `identify` writes it
        trace: PathBuf,
    },
    /// Writes tiny face models and made-up people: the suite of faces without real ones
    StandIn {
        /// The folder; `face` and `pictures` of a rig file then name what is in it
        folder: PathBuf,
    },
    /// Boots the virtual rig and runs the suites in it; from the root of the sources
    Virtual {
        /// arm64 or amd64, and options of `run`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Switches a device by the commands of the rig file
    Power {
        /// The rig file
        #[arg(long)]
        rig: PathBuf,
        /// Name of the device
        device: String,
        /// What to do with it
        #[arg(value_enum)]
        switch: SwitchName,
    },
}

/// What to do with a device's power.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SwitchName {
    /// Power on
    On,
    /// Power off
    Off,
    /// Off and on again
    Cycle,
}

impl From<SwitchName> for rig::Switch {
    fn from(name: SwitchName) -> rig::Switch {
        match name {
            SwitchName::On => rig::Switch::On,
            SwitchName::Off => rig::Switch::Off,
            SwitchName::Cycle => rig::Switch::Cycle,
        }
    }
}

/// Options of `enrol` and `identify`.
#[derive(Debug, Args)]
pub struct LiveOptions {
    /// The rig file
    #[arg(long)]
    pub rig: PathBuf,
    /// Name of the module, USB reader or camera; needed where the rig has several
    #[arg(long)]
    pub device: Option<String>,
    /// How long a finger or a face is waited for, in seconds
    #[arg(long, default_value = "15", value_parser = seconds)]
    pub wait: Duration,
    /// Records what goes over the line: a trace of a person's finger is personal data
    #[arg(long)]
    pub trace: Option<PathBuf>,
    /// Which finger is drawn for an emulated module or USB reader
    #[arg(long, default_value_t = 1)]
    pub finger: u32,
    /// Of a camera or USB reader: the file with the members, as the cloud answers; templates are personal data
    #[arg(long)]
    pub gallery: Option<PathBuf>,
    /// Of a camera: the picture that it is shown, where it is emulated or has `show`
    #[arg(long)]
    pub picture: Option<PathBuf>,
    /// Of a camera or USB reader: the library that decides; the rig file's own if absent
    #[arg(long)]
    pub library: Option<PathBuf>,
}

/// Options of `enrol`.
#[derive(Debug, Args)]
pub struct EnrolOptions {
    /// What both know.
    #[command(flatten)]
    pub live: LiveOptions,
    /// Of a module: the page of its library; what is there is replaced
    #[arg(long)]
    pub page: Option<u16>,
    /// Of a camera or USB reader: who stands before it
    #[arg(long)]
    pub member: Option<String>,
    /// How many images are taken
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=6))]
    pub images: u8,
}

/// Options of `identify`.
#[derive(Debug, Args)]
pub struct IdentifyOptions {
    /// What both know.
    #[command(flatten)]
    pub live: LiveOptions,
}

/// Options of `emulate`.
#[derive(Debug, Args)]
pub struct EmulateOptions {
    /// R503, R305, R307, R308 or R551
    #[arg(long)]
    pub profile: String,
    /// Connects to this socket (QEMU's chardev) instead of making a pseudo-terminal
    #[arg(long)]
    pub socket: Option<PathBuf>,
    /// Makes this link to the pseudo-terminal
    #[arg(long, conflicts_with = "socket")]
    pub link: Option<PathBuf>,
    /// A drawn finger that lies on the sensor
    #[arg(long)]
    pub finger: Option<u32>,
    /// Ends after so many seconds
    #[arg(long, default_value = "600", value_parser = seconds)]
    pub seconds: Duration,
}

/// Options of `selfcheck`.
#[derive(Debug, Args)]
pub struct SelfcheckOptions {
    /// The rig file
    #[arg(long)]
    pub rig: PathBuf,
    /// The library under test; the rig file's own if absent
    #[arg(long)]
    pub library: Option<PathBuf>,
}

/// Options of `run`.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// Suites to run, or single tests as "suite/test"; all if none is named
    pub suites: Vec<String>,
    /// The rig file; without one only the library is tested
    #[arg(long)]
    pub rig: Option<PathBuf>,
    /// The shared library under test; the rig file's own if absent
    #[arg(long)]
    pub library: Option<PathBuf>,
    /// Folder for the report
    #[arg(long, default_value = "hil-report")]
    pub report: PathBuf,
    /// Further attempts after one that failed; a pass is called flaky then
    #[arg(long, default_value_t = 0)]
    pub retries: u32,
    /// The whole run's deadline in seconds
    #[arg(long, default_value = "3600", value_parser = seconds)]
    pub deadline: Duration,
    /// Replaces every test's own deadline, in seconds
    #[arg(long, value_parser = seconds)]
    pub test_deadline: Option<Duration>,
    /// Simulated devices count as not there
    #[arg(long)]
    pub require_real: bool,
    /// How long each endurance test goes on, in seconds
    #[arg(long, default_value = "10", value_parser = seconds)]
    pub endurance: Duration,
    /// Members of the gallery suite
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=4_000_000))]
    pub members: u32,
    /// Commit of the sources, for the record; asked of git if absent
    #[arg(long)]
    pub commit: Option<String>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(0.001..=1e7).contains(&seconds) {
        return Err("not between 0.001 and 10,000,000 seconds".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
}
