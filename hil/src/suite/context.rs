//! What a test can use.

use std::sync::Arc;
use std::time::Duration;

use super::line_log::LineLog;
use super::{Need, Recorder, Stop};
use crate::camera::Camera;
use crate::device::{
    BoardDevice, CameraDevice, Devices, Eye, ModuleDevice, OpenBoard, OpenModule, OpenReader,
    ReaderDevice,
};
use crate::library::Library;
use crate::record::Nature;
use crate::rig::Power;

/// What the caller wants of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Real devices only: a simulated one counts as not there.
    pub require_real: bool,
    /// How long the endurance tests go on, each.
    pub endurance: Duration,
    /// Members of the gallery-load tests.
    pub members: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options { require_real: false, endurance: Duration::from_secs(10), members: 2000 }
    }
}

/// What a test can use.
#[derive(Debug)]
pub struct Context {
    /// The library under test.
    pub library: Arc<Library>,
    /// What the caller wants.
    pub options: Options,
    /// The devices of the rig.
    pub devices: Devices,
}

impl Context {
    /// Whether what a test needs is there. Not in the rig at all: skipped; simulated where real is
    /// asked for: unavailable.
    pub fn check(&self, need: Need) -> Result<(), Stop> {
        let natures: Vec<Nature> = match need {
            Need::Camera => self.driven_cameras().map(|camera| camera.nature).collect(),
            Need::Eye => self.devices.cameras.iter().map(|camera| camera.nature).collect(),
            Need::Module => self.devices.modules.iter().map(|module| module.nature).collect(),
            Need::Emulator => {
                let emulated = self.devices.modules.iter().filter(|module| module.is_emulated());
                emulated.map(|module| module.nature).collect()
            }
            Need::Reader => self.devices.readers.iter().map(|reader| reader.nature).collect(),
            Need::EmulatedReader => {
                let emulated = self.devices.readers.iter().filter(|reader| reader.is_emulated());
                emulated.map(|reader| reader.nature).collect()
            }
            Need::Board => self.devices.boards.iter().map(|board| board.nature).collect(),
            Need::BoardModule => {
                let boards = self.devices.boards.iter().filter(|board| board.has_sensor());
                boards.map(|board| board.nature).collect()
            }
        };
        if natures.is_empty() {
            return Err(Stop::Skip(format!("the rig has not {}", need.word())));
        }
        if self.options.require_real && natures.contains(&Nature::Simulated) {
            let reason = format!("{} of the rig is simulated, and real is asked for", need.word());
            return Err(Stop::Unavailable(reason));
        }
        Ok(())
    }

    /// Asks every device who it is.
    #[must_use]
    pub fn selfcheck(&self) -> Vec<(String, Result<String, String>)> {
        let cameras = self.devices.cameras.iter();
        let cameras = cameras.map(|camera| (camera.name.clone(), camera.identity()));
        let modules = self.devices.modules.iter().map(|module| {
            let identity = module
                .open()
                .and_then(|mut open| open.identify_itself().map_err(|error| error.to_string()));
            (module.name.clone(), identity)
        });
        let readers = self.devices.readers.iter().map(|reader| {
            (reader.name.clone(), reader.open().map(|open| open.note.identity.clone()))
        });
        let boards =
            self.devices.boards.iter().map(|board| {
                (board.name.clone(), board.open().map(|open| open.note.identity.clone()))
            });
        cameras.chain(modules).chain(readers).chain(boards).collect()
    }

    /// Opens each board of the rig in turn, logs what else comes over its console, and lets `act`
    /// use it.
    pub fn each_board(
        &self,
        recorder: &Recorder,
        act: impl Fn(&mut OpenBoard, &BoardDevice) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        for device in &self.devices.boards {
            recorder.check()?;
            let mut open = device.open().map_err(Stop::Unavailable)?;
            recorder.device(open.note.clone());
            let (teller, name) = (recorder.clone(), device.name.clone());
            open.board.listen(move |line| teller.log(&name, line));
            act(&mut open, device).map_err(|stop| stop.about(&device.name))?;
        }
        Ok(())
    }

    /// Opens each USB reader of the rig in turn, and lets `act` use it. One that has to be passed
    /// over does not keep the others from their turn; if all are, the test is skipped.
    pub fn each_reader(
        &self,
        recorder: &Recorder,
        act: impl Fn(&mut OpenReader, &ReaderDevice) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut skipped = Vec::new();
        for device in &self.devices.readers {
            recorder.check()?;
            let mut open = device.open().map_err(Stop::Unavailable)?;
            recorder.device(open.note.clone());
            match act(&mut open, device).map_err(|stop| stop.about(&device.name)) {
                Err(Stop::Skip(reason)) => {
                    recorder.log("rig", format!("passed over: {reason}"));
                    skipped.push(reason);
                }
                other => other?,
            }
        }
        let all = skipped.len() == self.devices.readers.len();
        if all { Err(Stop::Skip(skipped.join("; "))) } else { Ok(()) }
    }

    /// Opens each module of the rig in turn, logs what goes over its line, and lets `act` use it.
    /// One that has to be passed over does not keep the others from their turn; if all are, the
    /// test is skipped.
    pub fn each_module(
        &self,
        recorder: &Recorder,
        act: impl Fn(&mut OpenModule) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.modules_where(recorder, |_| Ok(()), |module, _| act(module))
    }

    /// The same for those whose plug the rig file's hooks can pull and put in again.
    pub fn each_hooked_module(
        &self,
        recorder: &Recorder,
        act: impl Fn(&mut OpenModule, &Power) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let hooks = |device: &ModuleDevice| {
            let power = device.power.clone();
            let power = power.filter(|power| power.on.is_some() && power.off.is_some());
            power.ok_or_else(|| Stop::Skip("has no power hooks for both on and off".to_owned()))
        };
        self.modules_where(recorder, hooks, |module, power| act(module, power))
    }

    /// Each module for which `wanted` has something to act with.
    fn modules_where<T>(
        &self,
        recorder: &Recorder,
        wanted: impl Fn(&ModuleDevice) -> Result<T, Stop>,
        act: impl Fn(&mut OpenModule, &T) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut skipped = Vec::new();
        for device in &self.devices.modules {
            recorder.check()?;
            let with = match wanted(device).map_err(|stop| stop.about(&device.name)) {
                Err(Stop::Skip(reason)) => {
                    skipped.push(reason);
                    continue;
                }
                other => other?,
            };
            let mut module = device.open().map_err(Stop::Unavailable)?;
            let mut log = LineLog::new(recorder, &device.name);
            module.driver.listen(move |direction, bytes| log.hear(direction, bytes));
            let done = act(&mut module, &with);
            recorder.device(module.note.clone());
            match done.map_err(|stop| stop.about(&device.name)) {
                Err(Stop::Skip(reason)) => {
                    recorder.log("rig", format!("passed over: {reason}"));
                    skipped.push(reason);
                }
                other => other?,
            }
        }
        let all = skipped.len() == self.devices.modules.len();
        if all { Err(Stop::Skip(skipped.join("; "))) } else { Ok(()) }
    }

    /// Cameras behind a driver of the kernel's.
    pub(super) fn driven_cameras(&self) -> impl Iterator<Item = &CameraDevice> {
        self.devices.cameras.iter().filter(|camera| !camera.is_emulated())
    }

    /// Opens each camera of the rig in turn, and lets `act` use it.
    pub fn each_camera(
        &self,
        recorder: &Recorder,
        act: impl Fn(&mut Camera, &str) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        for device in self.driven_cameras() {
            recorder.check()?;
            let (mut camera, note) = device.open().map_err(Stop::Unavailable)?;
            recorder.device(note);
            act(&mut camera, &device.name).map_err(|stop| stop.about(&device.name))?;
        }
        Ok(())
    }

    /// Opens each camera of the rig in turn, emulated ones too, and lets `act` show it pictures
    /// and look through it. If nobody can show pictures to any of them, the test is skipped.
    pub fn each_eye(
        &self,
        recorder: &Recorder,
        act: impl Fn(&mut Eye<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut skipped = Vec::new();
        for device in &self.devices.cameras {
            recorder.check()?;
            let done = device.with_eye(|eye, note| {
                recorder.device(note);
                act(eye)
            });
            match done.map_err(Stop::Unavailable)?.map_err(|stop| stop.about(&device.name)) {
                Err(Stop::Skip(reason)) => {
                    recorder.log("rig", format!("passed over: {reason}"));
                    skipped.push(reason);
                }
                other => other?,
            }
        }
        let all = skipped.len() == self.devices.cameras.len();
        if all { Err(Stop::Skip(skipped.join("; "))) } else { Ok(()) }
    }
}
