//! A driver of ours on an emulator of ours, over a pseudo-terminal.
#![allow(dead_code, reason = "each test uses a part")]

use std::time::Duration;

use kaimen_hil::emulator::{Endpoint, Handle, Impression, Machine, Touch, serve};
use kaimen_hil::module::{Module, Patience, Profile, Selector, SerialLink};

/// Waits that a loaded machine keeps and a test can afford.
pub(crate) const PATIENCE: Patience = Patience {
    answer: Duration::from_secs(5),
    data: Duration::from_secs(2),
    quiet: Duration::from_millis(60),
    settle: Duration::from_secs(15),
};

/// An emulated module behind a link in a folder of its own, and a driver that has opened it.
pub(crate) struct Bench {
    pub(crate) module: Module<SerialLink>,
    pub(crate) emulator: Handle,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new(profile: &'static Profile) -> Bench {
        Bench::with(Machine::new(profile), false)
    }

    pub(crate) fn with(machine: Machine, paced: bool) -> Bench {
        let profile = machine.profile();
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("module");
        let emulator = serve(machine, Endpoint::Pty { link: Some(link.clone()) }, paced).unwrap();
        let line = SerialLink::open(Selector::Path(link), 57_600).unwrap();
        let mut module = Module::new(line, profile);
        module.set_patience(PATIENCE);
        Bench { module, emulator, folder }
    }

    /// Puts an impression on the sensor until it is lifted.
    pub(crate) fn place(&self, finger: u32, number: u32) {
        self.emulator.with(|machine| machine.place(Impression { finger, number }));
    }

    pub(crate) fn lift(&self) {
        self.emulator.with(Machine::lift);
    }

    /// Lets impressions come one after the other, each for one image.
    pub(crate) fn queue(&self, finger: u32, numbers: std::ops::Range<u32>) {
        for number in numbers {
            let impression = Impression { finger, number };
            self.emulator.with(|machine| machine.queue(Touch { impression, images: Some(1) }));
        }
    }
}
