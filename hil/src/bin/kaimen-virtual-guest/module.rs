//! A fingerprint module on a USB serial converter, through the kernel's `ftdi_sio`. The
//! module is emulated outside of this machine; `hil/tests/virtual_rig.rs` has the other half.

use std::time::{Duration, Instant};

use kaimen_hil::emulator::Impression;
use kaimen_hil::module::{Module, ModuleError, Patience, Profile, Selector, SerialLink};

use crate::{Checks, Seen, wrong};

/// What QEMU gives the converter as its serial number.
const SERIAL: &str = "KAIMEN-MODULE-1";
/// An emulated processor may take its time.
const PATIENCE: Patience = Patience {
    answer: Duration::from_secs(10),
    data: Duration::from_secs(5),
    quiet: Duration::from_millis(300),
    settle: Duration::from_secs(20),
};
/// The converter is out for some seconds.
const REPLUG: Duration = Duration::from_secs(40);

pub(crate) fn run(checks: &mut Checks) {
    let mut module = None;
    checks.run("found by its serial number, and answers", || {
        let (opened, seen) = open()?;
        module = Some(opened);
        Ok(seen)
    });
    let Some(mut module) = module else { return };
    checks.run("unplugged in the middle of an image, which is an error", || unplugged(&mut module));
    checks.run("plugged in again, found again, the whole image", || replugged(&mut module));
}

fn open() -> Result<(Module<SerialLink>, String), Box<dyn std::error::Error>> {
    let selector = || Selector::UsbSerial(SERIAL.to_owned());
    let until = Instant::now() + REPLUG;
    let link = loop {
        match SerialLink::open(selector(), 57_600) {
            Ok(link) => break link,
            Err(error) if Instant::now() >= until => return Err(error.into()),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    let mut module = Module::new(link, &Profile::R503);
    module.set_patience(PATIENCE);
    module.verify_password(0)?;
    let parameters = module.parameters()?;
    let seen = format!("{}, {parameters:?}", module.line());
    Ok((module, seen))
}

fn unplugged(module: &mut Module<SerialLink>) -> Seen {
    if !module.capture()? {
        return wrong("no finger on the sensor");
    }
    let begun = Instant::now();
    match module.upload_image() {
        Ok(_) => wrong("the image came whole"),
        Err(error @ ModuleError::Refused { .. }) => wrong(error),
        Err(error) if begun.elapsed() < REPLUG => Ok(error.to_string()),
        Err(error) => wrong(format!("{error}, only after {:?}", begun.elapsed())),
    }
}

fn replugged(module: &mut Module<SerialLink>) -> Seen {
    module.reopen(REPLUG)?;
    module.verify_password(0)?;
    if !module.capture()? {
        return wrong("no finger on the sensor");
    }
    let image = module.upload_image()?;
    let drawn = Impression { finger: 1, number: 0 }.image(Profile::R503.image, 508);
    if image.line_bytes() != drawn.line_bytes() {
        return wrong("the image is not the one that was drawn");
    }
    Ok(format!("{}, {} bytes of image", module.line(), image.line_bytes().len()))
}
