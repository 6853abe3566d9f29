//! A fingerprint module of the rig.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::emulator::{self, Endpoint, Handle, Impression, Machine};
use crate::module::{Module, PortError, Profile, Quirk, Selector, SerialLink, instruction};
use crate::record::{DeviceUse, Nature};
use crate::rig::{self, Found, Kind, Match, Power};

/// A fingerprint module of the rig.
#[derive(Clone, Debug)]
pub struct ModuleDevice {
    /// Its name in the rig file.
    pub name: String,
    /// Its kind.
    pub profile: &'static Profile,
    /// Real, or a program that answers like one.
    pub nature: Nature,
    /// How it is switched, or its plug pulled.
    pub power: Option<Power>,
    emulated: bool,
    find: Match,
    /// Where `sys` and `dev` are: `/`, except in tests.
    root: PathBuf,
    baud: u32,
}

/// Who puts fingers on the sensor.
#[derive(Debug)]
pub enum Hand {
    /// The rig's own emulator: fingers are drawn.
    Emulator(Handle),
    /// Whoever stands at the sensor.
    Person,
}

/// An open module. Dropping it closes the line, and ends the emulator.
#[derive(Debug)]
pub struct OpenModule {
    /// The driver. First, so that it is closed before the emulator ends.
    pub driver: Module<SerialLink>,
    /// Who puts fingers on the sensor.
    pub hand: Hand,
    /// For the record.
    pub note: DeviceUse,
}

impl ModuleDevice {
    pub(super) fn of(module: &rig::Module, root: &Path) -> Result<ModuleDevice, String> {
        let name = module.name.get_ref().clone();
        let profile = Profile::named(&module.profile).ok_or_else(|| {
            let known: Vec<_> = Profile::ALL.iter().map(|profile| profile.name).collect();
            format!("{name}: no profile {:?}; there are {}", module.profile, known.join(", "))
        })?;
        let simulated = module.simulated || module.emulated;
        Ok(ModuleDevice {
            name,
            profile,
            nature: if simulated { Nature::Simulated } else { Nature::Real },
            power: module.power.clone(),
            emulated: module.emulated,
            find: module.find.clone(),
            root: root.to_owned(),
            baud: module.baud.unwrap_or(u32::from(profile.baud_factor) * 9600),
        })
    }

    /// Whether it is the rig's own emulator, which shows faults on demand.
    #[must_use]
    pub fn is_emulated(&self) -> bool {
        self.emulated
    }

    /// Opens it, an emulated one as it comes from the factory; why not, in words.
    pub fn open(&self) -> Result<OpenModule, String> {
        let (link, hand, serial) = if self.emulated {
            let (path, handle) = self.emulate()?;
            let link = SerialLink::open(Selector::Path(path), self.baud);
            (link, Hand::Emulator(handle), None)
        } else {
            let found = locate(&self.root, &self.find).map_err(|error| self.about(&error))?;
            // By the rig file's own words each time: after a re-plug its name is another one.
            let (root, find) = (self.root.clone(), self.find.clone());
            let finder = move || locate(&root, &find).map(|found| found.node);
            let link = SerialLink::open_found(Box::new(finder), self.baud);
            (link, Hand::Person, found.usb_serial)
        };
        let link = link.map_err(|error| self.about(&error))?;
        let note = DeviceUse {
            name: self.name.clone(),
            kind: "module".to_owned(),
            nature: self.nature,
            identity: format!("{} at {} baud", self.profile.name, self.baud),
            serial,
        };
        Ok(OpenModule { driver: Module::new(link, self.profile), hand, note })
    }

    fn about(&self, error: &PortError) -> String {
        format!("{}: {error}", self.name)
    }

    /// Starts the emulator on a pseudo-terminal, with a link that stays when the plug is pulled.
    fn emulate(&self) -> Result<(PathBuf, Handle), String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let link = std::env::temp_dir().join(format!("kaimen-hil-{}-{number}", process::id()));
        let endpoint = Endpoint::Pty { link: Some(link.clone()) };
        let handle = emulator::serve(Machine::new(self.profile), endpoint, true)
            .map_err(|error| format!("{}: the emulator cannot start: {error}", self.name))?;
        Ok((link, handle))
    }
}

fn locate(root: &Path, find: &Match) -> Result<Found, PortError> {
    rig::find(root, Kind::Serial, find).map_err(PortError::NotFound)
}

impl OpenModule {
    /// The emulator; `None` if it is a module that cannot be told what to do.
    #[must_use]
    pub fn emulator(&self) -> Option<&Handle> {
        match &self.hand {
            Hand::Emulator(handle) => Some(handle),
            Hand::Person => None,
        }
    }

    /// Lets an impression of a finger lie on the sensor. `false`: it takes a person.
    pub fn place(&self, finger: u32, number: u32) -> bool {
        let Some(handle) = self.emulator() else { return false };
        handle.with(|machine| machine.place(Impression { finger, number }));
        true
    }

    /// Takes the finger away.
    pub fn lift(&self) {
        if let Some(handle) = self.emulator() {
            handle.with(Machine::lift);
        }
    }

    /// Says who it is: opens it with the factory's password, and asks what its kind can be asked.
    pub fn identify_itself(&mut self) -> Result<String, crate::module::ModuleError> {
        self.driver.verify_password(0)?;
        let mut identity = self.note.identity.clone();
        if !self.driver.profile().has(Quirk::Without(instruction::READ_SYS_PARA)) {
            let found = self.driver.parameters()?;
            identity += &format!(", capacity {}, system {:04x}", found.capacity, found.system);
        }
        if self.driver.profile().knows(instruction::GET_FW_VER)
            && let Ok(firmware) = self.driver.firmware_version()
        {
            identity += &format!(", firmware {firmware}");
        }
        self.note.identity.clone_from(&identity);
        Ok(identity)
    }
}
