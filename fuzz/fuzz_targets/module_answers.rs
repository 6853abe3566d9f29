//! Any answers to the commands of the driver of fingerprint modules: an error or a result that
//! keeps its bounds, in bounded time.
#![no_main]

use std::io::{self, ErrorKind};
use std::time::Duration;

use kaimen_hil::module::{
    AutoEnrol, AutoIdentify, IMAGE_BYTES_MAX, Link, Module, ModuleError, Patience, Profile,
    TEMPLATE_BYTES_MAX,
};
use libfuzzer_sys::fuzz_target;

/// The wait for a quiet line; every other wait is longer.
const QUIET: Duration = Duration::from_millis(1);

fuzz_target!(|input: &[u8]| {
    let Some((&[first, profile], answers)) = input.split_first_chunk::<2>() else { return };
    let profile = Profile::ALL[usize::from(profile) % Profile::ALL.len()];
    let line = Script { rest: answers.to_vec(), now: Vec::new() };
    let mut module = Module::new(line, profile);
    let wait = Duration::from_secs(5);
    module.set_patience(Patience { answer: wait, data: wait, quiet: QUIET, settle: wait });
    for step in 0..8 {
        match ask(&mut module, first.wrapping_add(step)) {
            Err(ModuleError::Disconnected { .. }) => return,
            Err(error) => assert!(!error.to_string().is_empty()),
            Ok(()) => {}
        }
    }
});

/// Every answer that has a form of its own.
fn ask(module: &mut Module<Script>, what: u8) -> Result<(), ModuleError> {
    let profile = module.profile();
    match what % 16 {
        0 => drop(module.template_count()?),
        1 => {
            let pages = module.occupied(profile.capacity)?;
            assert!(pages.len() <= usize::from(profile.capacity));
        }
        2 => drop(module.parameters()?),
        3 => {
            let image = module.upload_image()?;
            assert!(image.line_bytes().len() <= IMAGE_BYTES_MAX);
        }
        4 => assert!(module.upload_template(1)?.len() <= TEMPLATE_BYTES_MAX),
        5 => drop(module.information_page()?),
        6 => drop(module.read_notepad(0)?),
        7 => drop(module.product()?),
        8 => drop(module.search(1, 0, profile.capacity)?),
        9 => drop(module.firmware_version()?),
        10 => drop(module.algorithm_version()?),
        11 => drop(module.compare()?),
        12 => drop(module.random()?),
        13 => {
            let order =
                AutoEnrol { page: 1, replace: true, duplicate: true, steps: true, lift: true };
            module.auto_enrol(order, |_| ())?;
        }
        14 => drop(module.auto_identify(AutoIdentify::from_bytes([0; 5]), |_| ())?),
        _ => drop(module.capture()?),
    }
    Ok(())
}

/// After each thing that is written, the next answer is there: a length and so many bytes.
struct Script {
    rest: Vec<u8>,
    now: Vec<u8>,
}

impl Link for Script {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        if self.now.is_empty() {
            // Nothing more will come: who waits for it need not do so.
            return if wait > QUIET { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(0) };
        }
        let count = buffer.len().min(self.now.len());
        buffer[..count].copy_from_slice(&self.now[..count]);
        self.now.drain(..count);
        Ok(count)
    }

    fn write_all(&mut self, _bytes: &[u8], _wait: Duration) -> io::Result<()> {
        let Some(length) = self.rest.first_chunk::<2>() else { return Ok(()) };
        let length = usize::from(u16::from_le_bytes(*length)).min(self.rest.len() - 2);
        self.now.extend(self.rest.drain(..length + 2).skip(2));
        Ok(())
    }

    fn set_baud(&mut self, _baud: u32) -> io::Result<()> {
        Ok(())
    }

    fn name(&self) -> String {
        "script".to_owned()
    }
}
