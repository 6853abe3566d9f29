//! A fingerprint module of the rig.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::emulator::{self, Endpoint, Handle, Impression, Machine};
use crate::module::{Module, Profile, Quirk, Selector, SerialLink, instruction};
use crate::record::{DeviceUse, Nature};
use crate::rig::{self, Kind, Match};

/// A fingerprint module of the rig.
#[derive(Clone, Debug)]
pub struct ModuleDevice {
    /// Its name in the rig file.
    pub name: String,
    /// Its kind.
    pub profile: &'static Profile,
    /// Real, or a program that answers like one.
    pub nature: Nature,
    emulated: bool,
    find: Match,
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
    pub(super) fn of(module: &rig::Module) -> Result<ModuleDevice, String> {
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
            emulated: module.emulated,
            find: module.find.clone(),
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
        let (selector, hand, serial) = if self.emulated {
            let (link, handle) = self.emulate()?;
            (Selector::Path(link), Hand::Emulator(handle), None)
        } else {
            let found = rig::find(Path::new("/"), Kind::Serial, &self.find)
                .map_err(|error| format!("{}: {error}", self.name))?;
            // By the serial number where it has one: so it is found again after a re-plug.
            let selector = match &self.find {
                Match { usb_serial: Some(serial), by_path: None, by_id: None, .. } => {
                    Selector::UsbSerial(serial.clone())
                }
                Match { by_path: Some(name), .. } => {
                    Selector::Path(Path::new("/dev/serial/by-path").join(name))
                }
                _ => Selector::Path(found.node),
            };
            (selector, Hand::Person, found.usb_serial)
        };
        let link = SerialLink::open(selector, self.baud)
            .map_err(|error| format!("{}: {error}", self.name))?;
        let note = DeviceUse {
            name: self.name.clone(),
            kind: "module".to_owned(),
            nature: self.nature,
            identity: format!("{} at {} baud", self.profile.name, self.baud),
            serial,
        };
        Ok(OpenModule { driver: Module::new(link, self.profile), hand, note })
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
