//! `enrol` and `identify` by a camera: whoever stands before it.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::arguments::{EnrolOptions, IdentifyOptions, LiveOptions};
use super::gallery::{Gallery, library, verdict};
use super::{CliError, EXIT_FAIL, EXIT_PASS, chosen};
use crate::camera::Picture;
use crate::device::{CameraDevice, Eye, EyeError};
use crate::face::{Description, FacePath, Look, Seen};
use crate::library::Settings;
use crate::rig::{Lock, Rig};
use crate::site::Member;

/// The rig's camera, the models, and the lock.
struct Watch {
    rig: Rig,
    _lock: Lock,
    camera: CameraDevice,
    path: FacePath,
    threshold: f32,
}

/// What a time before the camera came to.
enum Ended<T> {
    Found(T),
    /// The time is over; what the camera saw last.
    Late(Last),
}

/// What the camera sees that is not what is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Last {
    /// A face that is good enough, of somebody else.
    Face,
    #[default]
    Nobody,
    /// A face that is not good enough: why, in words.
    Refused(String),
}

impl std::fmt::Display for Last {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Last::Face => "a face",
            Last::Nobody => "no face",
            Last::Refused(words) => words,
        })
    }
}

impl Watch {
    fn begin(options: &LiveOptions, command: &str) -> Result<Watch, CliError> {
        let (rig, lock, devices) = chosen::begin(options, command)?;
        let camera = chosen::the_one(devices.cameras, |one| &one.name, "camera", options)?;
        let face = rig.face.as_ref().ok_or_else(|| {
            CliError::Usage("the rig file names no face models (`face`)".to_owned())
        })?;
        let unavailable = |error: crate::face::FaceError| CliError::Unavailable(error.to_string());
        let description = Description::read(face).map_err(unavailable)?;
        let path = FacePath::load(&description).map_err(unavailable)?;
        let threshold = description.embedder.threshold;
        Ok(Watch { rig, _lock: lock, camera, path, threshold })
    }

    /// Looks until `act` has found what it wants, or the time is over. Why a face is not good
    /// enough is said to whoever stands there, each time that it changes.
    fn until<T>(
        &self,
        options: &LiveOptions,
        mut act: impl FnMut(Seen) -> Result<Option<T>, CliError>,
    ) -> Result<Ended<T>, CliError> {
        let picture = options.picture.as_deref().map(read).transpose()?;
        let watched = self.camera.with_eye(|eye, note| {
            eprintln!("{}: {}", note.name, note.identity);
            if let Some(picture) = &picture {
                eye.show(picture).map_err(lost)?;
            }
            self.watch(eye, options.wait, &mut act)
        });
        watched.map_err(CliError::Unavailable)?
    }

    fn watch<T>(
        &self,
        eye: &mut Eye<'_>,
        wait: Duration,
        act: &mut impl FnMut(Seen) -> Result<Option<T>, CliError>,
    ) -> Result<Ended<T>, CliError> {
        let end = Instant::now() + wait;
        let mut last = None;
        while Instant::now() < end {
            let frame = eye.look().map_err(lost)?;
            let look = self.path.look(&frame);
            let now = match look.map_err(|error| CliError::Unavailable(error.to_string()))? {
                Look::Good(seen) => match act(seen)? {
                    Some(found) => return Ok(Ended::Found(found)),
                    None => Last::Face,
                },
                Look::Nobody => Last::Nobody,
                // Without the numbers, which are others in every frame.
                Look::Refused(_, refusals) => {
                    let words: Vec<_> = refusals.iter().map(|one| one.fault.word()).collect();
                    Last::Refused(words.join(", "))
                }
            };
            if last.as_ref() != Some(&now) {
                eprintln!("{now}");
                last = Some(now);
            }
        }
        Ok(Ended::Late(last.unwrap_or_default()))
    }
}

fn lost(error: EyeError) -> CliError {
    match error {
        EyeError::NoHook => CliError::Usage(error.to_string()),
        other => CliError::Unavailable(other.to_string()),
    }
}

fn read(path: &Path) -> Result<Picture, CliError> {
    Picture::read(path).map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}

fn cosine(one: &Seen, other: &Seen) -> f32 {
    one.vector.iter().zip(&other.vector).map(|(one, other)| one * other).sum()
}

pub(super) fn enrol(options: &EnrolOptions) -> Result<(u8, String), CliError> {
    let gallery = Gallery::of(&options.live)?;
    let Some(member) = &options.member else {
        return Err(CliError::Usage("say who stands there: --member".to_owned()));
    };
    let watch = Watch::begin(&options.live, "enrol")?;
    let mut seen: Vec<Seen> = Vec::new();
    let ended = watch.until(&options.live, |one| {
        if seen.first().is_some_and(|first| cosine(first, &one) < watch.threshold) {
            return Ok(Some(Err("somebody else came before the camera".to_owned())));
        }
        seen.push(one);
        Ok((seen.len() >= usize::from(options.images)).then_some(Ok(())))
    })?;
    match ended {
        Ended::Late(last) => Ok((EXIT_FAIL, format!("{member}: not enrolled: {last}\n"))),
        Ended::Found(Err(reason)) => Ok((EXIT_FAIL, format!("{member}: {reason}\n"))),
        Ended::Found(Ok(())) => {
            let sharp = |one: &Seen| one.quality.sharpness;
            let best = seen.iter().max_by(|one, other| sharp(one).total_cmp(&sharp(other)));
            let Some(best) = best else { return Ok((EXIT_FAIL, "no picture\n".to_owned())) };
            let version = u64::try_from(Timestamp::now().as_second()).unwrap_or(1);
            let new = Member::staff(member).face(version, &best.vector);
            gallery.add(new)?;
            Ok((EXIT_PASS, format!("{member}: enrolled in {}\n", gallery.path().display())))
        }
    }
}

pub(super) fn identify(options: &IdentifyOptions) -> Result<(u8, String), CliError> {
    let gallery = Gallery::of(&options.live)?;
    let watch = Watch::begin(&options.live, "identify")?;
    let library = library(&options.live, &watch.rig)?;
    let settings = Settings::model(watch.path.dimension(), watch.threshold);
    let engine = gallery.engine(&library, &settings)?;
    let ended = watch.until(&options.live, |seen| {
        let begun = Instant::now();
        let decision = engine.identify_face(&seen.vector, Timestamp::now().as_second());
        let decision = decision.map_err(|error| CliError::Unavailable(error.to_string()))?;
        let Some(verdict) = verdict(&library, &decision) else { return Ok(None) };
        let score = f64::from(decision.score) / 1e6;
        let took = begun.elapsed().as_secs_f64() * 1e3;
        Ok(Some(format!("{}, {verdict}, score {score:.3}, {took:.2} ms\n", decision.userid)))
    })?;
    Ok(match ended {
        Ended::Found(text) => (EXIT_PASS, text),
        Ended::Late(Last::Face) => (EXIT_PASS, "nobody of the gallery\n".to_owned()),
        Ended::Late(last) => (EXIT_FAIL, format!("{last}\n")),
    })
}
