//! A camera of the rig.

use std::path::Path;

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
    find: Match,
}

impl CameraDevice {
    pub(super) fn of(camera: &rig::Camera) -> CameraDevice {
        CameraDevice {
            name: camera.name.get_ref().clone(),
            nature: if camera.simulated { Nature::Simulated } else { Nature::Real },
            power: camera.power.clone(),
            find: camera.find.clone(),
        }
    }

    /// Where it is now; why not, in words.
    pub fn locate(&self) -> Result<Found, String> {
        rig::find(Path::new("/"), Kind::Camera, &self.find)
            .map_err(|error| format!("{}: {error}", self.name))
    }

    /// Opens it; why not, in words.
    pub fn open(&self) -> Result<(Camera, DeviceUse), String> {
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
