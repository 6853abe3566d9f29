//! A camera of the rig.

use std::path::Path;

use super::EmulatedCamera;
use crate::camera::Camera;
use crate::record::{DeviceUse, Nature};
use crate::rig::{self, Found, Kind, Match, Power};

/// A camera of the rig.
#[derive(Clone, Debug)]
pub struct CameraDevice {
    /// Its name in the rig file.
    pub name: String,
    /// Real, or a driver that only looks like a camera.
    pub nature: Nature,
    /// How it is switched, or its plug pulled.
    pub power: Option<Power>,
    /// The command that holds a picture before it.
    pub(super) show: Option<String>,
    emulated: bool,
    find: Match,
}

impl CameraDevice {
    pub(super) fn of(camera: &rig::Camera) -> CameraDevice {
        let simulated = camera.simulated || camera.emulated;
        CameraDevice {
            name: camera.name.get_ref().clone(),
            nature: if simulated { Nature::Simulated } else { Nature::Real },
            power: camera.power.clone(),
            show: camera.show.clone(),
            emulated: camera.emulated,
            find: camera.find.clone(),
        }
    }

    /// Whether the harness makes its frames, so that there is nothing to be opened.
    #[must_use]
    pub fn is_emulated(&self) -> bool {
        self.emulated
    }

    /// An emulated one, for the record.
    pub(super) fn emulated_note(&self, camera: &EmulatedCamera) -> DeviceUse {
        DeviceUse {
            name: self.name.clone(),
            kind: "camera".to_owned(),
            nature: self.nature,
            identity: format!("emulated, {}", camera.mode()),
            serial: None,
        }
    }

    /// Who it is; why it does not say so, in words.
    pub fn identity(&self) -> Result<String, String> {
        if self.emulated {
            let camera = EmulatedCamera::new().map_err(|error| error.to_string())?;
            return Ok(self.emulated_note(&camera).identity);
        }
        self.open().map(|(_, note)| note.identity)
    }

    /// Where it is now; why not, in words.
    pub fn locate(&self) -> Result<Found, String> {
        rig::find(Path::new("/"), Kind::Camera, &self.find)
            .map_err(|error| format!("{}: {error}", self.name))
    }

    /// Opens it; why not, in words.
    pub fn open(&self) -> Result<(Camera, DeviceUse), String> {
        if self.emulated {
            return Err(format!("{}: is emulated, there is no driver to be opened", self.name));
        }
        let found = self.locate()?;
        let camera =
            Camera::open(&found.node).map_err(|error| format!("{}: {error}", self.name))?;
        let identity = camera.identity();
        let note = DeviceUse {
            name: self.name.clone(),
            kind: "camera".to_owned(),
            nature: self.nature,
            identity: format!("{}, driver {}, {}", identity.card, identity.driver, identity.bus),
            serial: found.usb_serial,
        };
        Ok((camera, note))
    }
}
