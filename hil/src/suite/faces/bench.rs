//! What the tests of faces work with, as the rig file names it.

use super::super::latency::Latency;
use super::super::{Context, Recorder, Stop};
use super::album::Album;
use crate::camera::Picture;
use crate::device::Eye;
use crate::face::{Description, FacePath, Look, Seen};
use crate::library::Settings;
use crate::record::Limits;

/// Models and pictures.
pub(super) struct Bench {
    pub(super) album: Album,
    path: FacePath,
    threshold: f32,
}

impl Bench {
    /// Skipped where the rig file names no models or no pictures; unavailable where they are not
    /// there.
    pub(super) fn of(context: &Context) -> Result<Bench, Stop> {
        let devices = &context.devices;
        let lacks = |key| Stop::Skip(format!("the rig file has no `{key}`"));
        let face = devices.face.as_ref().ok_or_else(|| lacks("face"))?;
        let pictures = devices.pictures.as_ref().ok_or_else(|| lacks("pictures"))?;
        let album = Album::open(pictures)?;
        let description = Description::read(face)?;
        let path = FacePath::load(&description)?;
        Ok(Bench { album, path, threshold: description.embedder.threshold })
    }

    /// What an engine for these vectors is opened with.
    pub(super) fn settings(&self) -> Settings {
        Settings::model(self.path.dimension(), self.threshold)
    }

    /// Holds a picture before the camera and looks at the frame of it.
    pub(super) fn shown(
        &self,
        eye: &mut Eye<'_>,
        picture: &Picture,
    ) -> Result<(Look, Picture), Stop> {
        eye.show(picture)?;
        let frame = eye.look()?;
        Ok((self.path.look(&frame)?, frame))
    }

    /// The same for somebody who is to be recognised: the time from the frame to the vector is
    /// taken. Why there is no vector, in words.
    pub(super) fn probe(
        &self,
        eye: &mut Eye<'_>,
        picture: &Picture,
        latency: &mut Latency,
    ) -> Result<Result<Seen, String>, Stop> {
        eye.show(picture)?;
        let frame = eye.look()?;
        Ok(match latency.time(|| self.path.look(&frame))? {
            Look::Good(seen) => Ok(seen),
            Look::Nobody => Err("no face".to_owned()),
            Look::Refused(_, refusals) => {
                let reasons: Vec<_> = refusals.iter().map(ToString::to_string).collect();
                Err(reasons.join(", "))
            }
        })
    }
}

/// Counts what went right of something that has to go right every time, or nearly so.
#[derive(Default)]
pub(super) struct Tally {
    right: u64,
    all: u64,
}

impl Tally {
    pub(super) fn add(&mut self, right: bool) {
        self.right += u64::from(right);
        self.all += 1;
    }

    /// Records the share, if there was anything.
    pub(super) fn record(&self, recorder: &Recorder, name: &str, limits: Limits) {
        if self.all > 0 {
            let share = self.right as f64 / self.all as f64;
            recorder.measure(name, share, "of all", limits, self.all);
        }
    }
}
