//! `enrol` and `identify` by a camera: whoever stands before it.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::arguments::{EnrolOptions, IdentifyOptions, LiveOptions};
use super::{CliError, EXIT_FAIL, EXIT_PASS};
use crate::camera::Picture;
use crate::device::{CameraDevice, Devices, Eye, EyeError};
use crate::face::{Description, FacePath, Look, Seen};
use crate::library::{Engine, Library, Settings, Verdict};
use crate::rig::{Lock, Rig};
use crate::site::{self, Member};

/// The largest gallery: the most that the library takes in one answer.
const MAX_GALLERY: u64 = 16 << 20;

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
    /// The time is over; what the camera saw last, in words.
    Late(String),
}

impl Watch {
    fn begin(options: &LiveOptions, command: &str) -> Result<Watch, CliError> {
        let rig = Rig::read(&options.rig)?;
        let lock = Lock::take(&Lock::folder(), &rig.name, command)?;
        let devices = Devices::of(&rig).map_err(CliError::Usage)?;
        let wanted = options.device.as_deref();
        let mut fits =
            devices.cameras.into_iter().filter(|one| wanted.is_none_or(|name| name == one.name));
        let (Some(camera), None) = (fits.next(), fits.next()) else {
            let reason = "the rig has several cameras: name one with --device";
            return Err(CliError::Usage(reason.to_owned()));
        };
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
        let mut last = String::new();
        while Instant::now() < end {
            let frame = eye.look().map_err(lost)?;
            let look = self.path.look(&frame);
            let words = match look.map_err(|error| CliError::Unavailable(error.to_string()))? {
                Look::Good(seen) => match act(seen)? {
                    Some(found) => return Ok(Ended::Found(found)),
                    None => "a face".to_owned(),
                },
                Look::Nobody => "no face".to_owned(),
                // Without the numbers, which are others in every frame.
                Look::Refused(_, refusals) => {
                    let words: Vec<_> = refusals.iter().map(|one| one.fault.word()).collect();
                    words.join(", ")
                }
            };
            if words != last {
                eprintln!("{words}");
                last = words;
            }
        }
        Ok(Ended::Late(last))
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

/// The file of members that `enrol` writes and `identify` reads: an answer of the cloud's.
fn gallery(options: &LiveOptions) -> Result<&PathBuf, CliError> {
    let lacks = "a camera keeps no library of its own: name a file with --gallery";
    options.gallery.as_ref().ok_or_else(|| CliError::Usage(lacks.to_owned()))
}

/// Nothing where there is no file yet.
fn members(path: &Path) -> Result<Option<Vec<u8>>, CliError> {
    let wrong = |error: io::Error| CliError::Usage(format!("{}: {error}", path.display()));
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(wrong)?,
    };
    let mut bytes = Vec::new();
    file.take(MAX_GALLERY + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > MAX_GALLERY {
        return Err(wrong(io::Error::other(format!("larger than {MAX_GALLERY} bytes"))));
    }
    Ok(Some(bytes))
}

/// Replaces the file as a whole; nobody else may read it, for a template is personal data.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let wrong = |error: io::Error| CliError::Unavailable(format!("{}: {error}", path.display()));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(&new).map_err(wrong)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(wrong)?;
    fs::rename(&new, path).map_err(wrong)
}

fn cosine(one: &Seen, other: &Seen) -> f32 {
    one.vector.iter().zip(&other.vector).map(|(one, other)| one * other).sum()
}

pub(super) fn enrol(options: &EnrolOptions) -> Result<(u8, String), CliError> {
    let file = gallery(&options.live)?;
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
            let before = members(file)?;
            let joined = site::with_member(before.as_deref(), new)
                .map_err(|error| CliError::Usage(format!("{}: {error}", file.display())))?;
            write(file, &joined)?;
            Ok((EXIT_PASS, format!("{member}: enrolled in {}\n", file.display())))
        }
    }
}

pub(super) fn identify(options: &IdentifyOptions) -> Result<(u8, String), CliError> {
    let file = gallery(&options.live)?;
    let watch = Watch::begin(&options.live, "identify")?;
    let Some(members) = members(file)? else {
        return Err(CliError::Usage(format!("{}: enrol somebody first", file.display())));
    };
    let library = options.live.library.as_ref().or(watch.rig.library.as_ref());
    let Some(library) = library else {
        let reason = "name the library: --library, or `library` in the rig file";
        return Err(CliError::Usage(reason.to_owned()));
    };
    let library = Library::shared(library)?;
    let engine = open(&watch, &library, &members)?;
    let ended = watch.until(&options.live, |seen| {
        let begun = Instant::now();
        let decision = engine.identify_face(&seen.vector, Timestamp::now().as_second());
        let decision = decision.map_err(|error| CliError::Unavailable(error.to_string()))?;
        let verdict = match decision.verdict {
            Verdict::Unknown => return Ok(None),
            Verdict::Pass => "may pass".to_owned(),
            _ => library.reason(decision.reason),
        };
        let score = f64::from(decision.score) / 1e6;
        let took = begun.elapsed().as_secs_f64() * 1e3;
        Ok(Some(format!("{}, {verdict}, score {score:.3}, {took:.2} ms\n", decision.userid)))
    })?;
    Ok(match ended {
        Ended::Found(text) => (EXIT_PASS, text),
        Ended::Late(last) if last == "a face" => (EXIT_PASS, "nobody of the gallery\n".to_owned()),
        Ended::Late(last) => (EXIT_FAIL, format!("{last}\n")),
    })
}

fn open(
    watch: &Watch,
    library: &std::sync::Arc<Library>,
    members: &[u8],
) -> Result<Engine, CliError> {
    let settings = Settings::model(watch.path.dimension(), watch.threshold);
    let engine =
        Engine::open(library, &settings).and_then(|engine| engine.sync(members).map(|_| engine));
    engine.map_err(|error| CliError::Usage(error.to_string()))
}
