//! `enrol`, `identify`, `emulate` and `replay`: a module used by hand. What concerns a camera is
//! in `live_face.rs`, a USB reader in `live_reader.rs`.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::arguments::{EmulateOptions, EnrolOptions, IdentifyOptions, LiveOptions};
use super::{CliError, EXIT_FAIL, EXIT_PASS, chosen, live_reader};
use crate::device::OpenModule;
use crate::emulator::{self, Endpoint, Impression, Machine, Touch};
use crate::module::{Decoder, Direction, ModuleError, Profile};
use crate::rig::{Lock, Rig};
use crate::trace::{Trace, Writer};

/// Opens the module that is meant, under the rig's lock, with a trace if one is wanted.
fn open(options: &LiveOptions, command: &str) -> Result<(Lock, OpenModule), CliError> {
    let (_, lock, devices) = chosen::begin(options, command)?;
    let device = chosen::the_one(devices.modules, |one| &one.name, "fingerprint module", options)?;
    let mut module = device.open().map_err(CliError::Unavailable)?;
    if let Some(path) = &options.trace {
        let mut writer = Writer::create(path, device.profile.name)?;
        module.driver.listen(move |direction, bytes| writer.add(direction, bytes));
    }
    let identity = module.identify_itself().map_err(unavailable)?;
    eprintln!("{}: {identity}", device.name);
    Ok((lock, module))
}

fn unavailable(error: ModuleError) -> CliError {
    CliError::Unavailable(error.to_string())
}

#[cfg(feature = "face")]
use super::live_face::{enrol as enrol_face, identify as identify_face};

#[cfg(not(feature = "face"))]
fn enrol_face(_: &EnrolOptions) -> Result<(u8, String), CliError> {
    Err(super::without_faces())
}

#[cfg(not(feature = "face"))]
fn identify_face(_: &IdentifyOptions) -> Result<(u8, String), CliError> {
    Err(super::without_faces())
}

/// What kind of device is used.
enum Meant {
    Camera,
    Module,
    Reader,
}

/// The kind of the device that is named. Where none is: a module, or else a reader, or else a camera.
fn meant(options: &LiveOptions) -> Result<Meant, CliError> {
    let rig = Rig::read(&options.rig)?;
    let is = |name: &str| options.device.as_deref().is_none_or(|wanted| wanted == name);
    let module = rig.modules.iter().any(|one| is(one.name.get_ref()));
    let reader = rig.readers.iter().any(|one| is(one.name.get_ref()));
    let camera = rig.cameras.iter().any(|one| is(one.name.get_ref()));
    Ok(match (module, reader, camera) {
        (false, true, _) => Meant::Reader,
        (false, false, true) => Meant::Camera,
        _ => Meant::Module,
    })
}

pub(super) fn enrol(options: &EnrolOptions) -> Result<(u8, String), CliError> {
    match meant(&options.live)? {
        Meant::Camera => return enrol_face(options),
        Meant::Reader => return live_reader::enrol(options),
        Meant::Module => {}
    }
    let Some(page) = options.page else {
        return Err(CliError::Usage("name the page of the module's library: --page".to_owned()));
    };
    let (_lock, mut module) = open(&options.live, "enrol")?;
    drawn(&module, options.live.finger, 3);
    eprintln!(
        "put the finger on the sensor, lift it, and put it there again, {} times",
        options.images
    );
    match module.driver.enrol(page, options.images, options.live.wait) {
        Ok(()) => Ok((EXIT_PASS, format!("page {page}: enrolled\n"))),
        Err(error) => Ok((EXIT_FAIL, format!("page {page}: {error}\n"))),
    }
}

pub(super) fn identify(options: &IdentifyOptions) -> Result<(u8, String), CliError> {
    match meant(&options.live)? {
        Meant::Camera => return identify_face(options),
        Meant::Reader => return live_reader::identify(options),
        Meant::Module => {}
    }
    let (_lock, mut module) = open(&options.live, "identify")?;
    drawn(&module, options.live.finger, 1);
    eprintln!("put a finger on the sensor");
    let begun = Instant::now();
    let capacity = module.driver.profile().capacity;
    let text = match module.driver.identify(capacity, options.live.wait) {
        Ok(Some(found)) => format!("page {}, score {}", found.page, found.score),
        Ok(None) => "nobody of the library".to_owned(),
        Err(error) => return Ok((EXIT_FAIL, format!("{error}\n"))),
    };
    Ok((EXIT_PASS, format!("{text}, {:.0} ms\n", begun.elapsed().as_secs_f64() * 1e3)))
}

/// An emulated module's finger comes by itself, each time in another impression.
fn drawn(module: &OpenModule, finger: u32, times: u32) {
    let Some(handle) = module.emulator() else { return };
    for number in 0..times {
        let impression = Impression { finger, number };
        handle.with(|machine| machine.queue(Touch { impression, images: Some(1) }));
    }
}

pub(super) fn emulate(options: &EmulateOptions) -> Result<(u8, String), CliError> {
    let profile = Profile::named(&options.profile)
        .ok_or_else(|| CliError::Usage(format!("no profile {:?}", options.profile)))?;
    let endpoint = match &options.socket {
        Some(socket) => Endpoint::Connect(socket.clone()),
        None => Endpoint::Pty { link: options.link.clone() },
    };
    let mut machine = Machine::new(profile);
    if let Some(finger) = options.finger {
        machine.place(Impression { finger, number: 0 });
    }
    let handle = emulator::serve(machine, endpoint, true)
        .map_err(|error| CliError::Unavailable(format!("the emulator cannot start: {error}")))?;
    if let Some(path) = handle.path() {
        eprintln!("{}: {}", profile.name, path.display());
    }
    let end = Instant::now() + options.seconds;
    while Instant::now() < end {
        if let Some(failure) = handle.failure() {
            return Err(CliError::Unavailable(failure));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok((EXIT_PASS, String::new()))
}

/// Shows a trace packet by packet, and whether each is whole.
pub(super) fn replay(path: &Path) -> Result<(u8, String), CliError> {
    let trace = Trace::read(path)?;
    let mut text = format!("{}, {} steps\n", trace.profile, trace.steps.len());
    let mut code = EXIT_PASS;
    for direction in [Direction::Sent, Direction::Received] {
        let mut decoder = Decoder::new();
        let (mut whole, mut damaged) = (0, 0);
        for step in trace.steps.iter().filter(|step| step.direction == direction) {
            decoder.push(&step.bytes);
            while let Some(packet) = decoder.next_packet() {
                match packet {
                    Ok(_) => whole += 1,
                    Err(fault) => {
                        damaged += 1;
                        text += &format!("{:?} {direction:?}: {fault}\n", step.time);
                    }
                }
            }
        }
        text += &format!("{direction:?}: {whole} packets, {damaged} damaged\n");
        if damaged > 0 {
            code = EXIT_FAIL;
        }
    }
    Ok((code, text))
}
