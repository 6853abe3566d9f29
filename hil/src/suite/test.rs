//! A test and a suite, as the runner sees them.

use std::time::Duration;

use super::{Context, Recorder, Stop};

/// What a test needs beside the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A camera of the rig, through its driver.
    Camera,
    /// A camera of the rig, or one that is emulated.
    Eye,
    /// A fingerprint module of the rig.
    Module,
    /// The rig's own emulator of a module, which shows faults on demand.
    Emulator,
    /// A USB fingerprint reader.
    Reader,
    /// libfprint's virtual reader, with the rig's own fingers.
    EmulatedReader,
    /// A board that runs the C reader.
    Board,
    /// Such a board with a fingerprint module that the rig emulates.
    BoardModule,
}

impl Need {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Need::Camera => "a camera",
            Need::Eye => "a camera or an emulated one",
            Need::Module => "a fingerprint module",
            Need::Emulator => "an emulated module",
            Need::Reader => "a USB reader",
            Need::EmulatedReader => "an emulated USB reader",
            Need::Board => "a board",
            Need::BoardModule => "a board with an emulated module",
        }
    }
}

/// What a test does.
pub type Body = fn(&Context, &Recorder) -> Result<(), Stop>;

/// One test.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name within the suite.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub about: &'static str,
    /// An attempt that takes longer is an error.
    pub deadline: Duration,
    /// What it needs.
    pub needs: &'static [Need],
    /// A known failure: its reason.
    pub expected: Option<&'static str>,
    /// What it does.
    pub body: Body,
}

impl Test {
    /// A test with a deadline in seconds that needs the library alone.
    #[must_use]
    pub const fn new(name: &'static str, about: &'static str, seconds: u64, body: Body) -> Test {
        let deadline = Duration::from_secs(seconds);
        Test { name, about, deadline, needs: &[], expected: None, body }
    }

    /// The same with needs.
    #[must_use]
    pub const fn needs(self, needs: &'static [Need]) -> Test {
        Test { needs, ..self }
    }
}

/// Tests that belong together.
#[derive(Clone, Debug)]
pub struct Suite {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// Its tests.
    pub tests: Vec<Test>,
}
