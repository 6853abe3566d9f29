//! The devices of a rig as tests use them: found, opened, named, logged.

mod board;
mod camera;
mod emulated_camera;
mod eye;
mod module;
mod reader;

use std::path::{Path, PathBuf};

pub use board::{BoardDevice, OpenBoard, OpenSensor};
pub use camera::CameraDevice;
pub use emulated_camera::EmulatedCamera;
pub use eye::{Eye, EyeError};
pub use module::{Hand, ModuleDevice, OpenModule};
pub use reader::{FingerPicture, OpenReader, ReaderDevice};

use crate::rig::Rig;

/// All devices of a rig. They are opened when a test needs them, and closed after it.
#[derive(Debug, Default)]
pub struct Devices {
    /// Cameras.
    pub cameras: Vec<CameraDevice>,
    /// Fingerprint modules.
    pub modules: Vec<ModuleDevice>,
    /// USB fingerprint readers.
    pub readers: Vec<ReaderDevice>,
    /// Boards under test.
    pub boards: Vec<BoardDevice>,
    /// Description of the models that find faces in the cameras' pictures.
    pub face: Option<PathBuf>,
    /// Folder of the pictures that are shown to cameras.
    pub pictures: Option<PathBuf>,
}

impl Devices {
    /// What the rig file names; why a device cannot be meant, in words.
    pub fn of(rig: &Rig) -> Result<Devices, String> {
        Devices::below(rig, Path::new("/"))
    }

    /// The same with modules looked for below another folder than `/`: a copy for tests.
    pub fn below(rig: &Rig, root: &Path) -> Result<Devices, String> {
        let cameras = rig.cameras.iter().map(CameraDevice::of).collect();
        let modules = rig.modules.iter().map(|module| ModuleDevice::of(module, root));
        let modules: Result<_, String> = modules.collect();
        let readers = rig.readers.iter().map(ReaderDevice::of).collect();
        let boards: Result<_, String> = rig.boards.iter().map(BoardDevice::of).collect();
        let (face, pictures) = (rig.face.clone(), rig.pictures.clone());
        Ok(Devices { cameras, modules: modules?, readers, boards: boards?, face, pictures })
    }
}
