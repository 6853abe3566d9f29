//! A USB fingerprint reader of the rig.

use std::time::Duration;

use tempfile::TempDir;

use crate::emulator::{Impression, Mishap, VirtualFinger};
use crate::module::{Geometry, GreyImage};
use crate::reader::{Listed, Program, Reader, ReaderError, Touch};
use crate::record::{DeviceUse, Nature};
use crate::rig::{self, Power};

/// libfprint's virtual reader.
const VIRTUAL: &str = "virtual_image";
/// What is drawn for it: as large and as fine as the pictures of a U.are.U 4500.
const VIRTUAL_SIZE: Geometry = Geometry { width: 326, height: 357 };
const VIRTUAL_DPI: u16 = 512;

/// A USB fingerprint reader of the rig.
#[derive(Clone, Debug)]
pub struct ReaderDevice {
    /// Its name in the rig file.
    pub name: String,
    /// Real, or libfprint's virtual one.
    pub nature: Nature,
    /// How it is switched, or its plug pulled.
    pub power: Option<Power>,
    emulated: bool,
    driver: String,
    device: Option<String>,
    program: Option<Program>,
    dpi: Option<u16>,
}

/// An open reader. Dropping it closes it and ends its program.
#[derive(Debug)]
pub struct OpenReader {
    /// For the record.
    pub note: DeviceUse,
    reader: Reader,
    dpi: Option<u16>,
    hand: Option<Hand>,
}

/// The rig's own finger on the virtual reader.
#[derive(Debug)]
struct Hand {
    finger: VirtualFinger,
    /// What comes when the reader next waits for a finger.
    next: Option<Coming>,
    /// Its socket.
    _folder: TempDir,
}

#[derive(Clone, Copy, Debug)]
enum Coming {
    Finger(Impression),
    Mishap(Mishap),
}

/// A picture and its resolution.
#[derive(Clone, Debug)]
pub struct FingerPicture {
    /// Dark ridges.
    pub image: GreyImage,
    /// Dots an inch: the rig file's, or the driver's own.
    pub dpi: u16,
}

impl ReaderDevice {
    pub(super) fn of(reader: &rig::Reader) -> ReaderDevice {
        let driver = reader.driver.clone().unwrap_or_else(|| VIRTUAL.to_owned());
        let simulated = driver.starts_with("virtual_");
        ReaderDevice {
            name: reader.name.get_ref().clone(),
            nature: if simulated { Nature::Simulated } else { Nature::Real },
            power: reader.power.clone(),
            emulated: reader.emulated,
            driver,
            device: reader.device.clone(),
            program: reader.program.as_deref().map(Program::at),
            dpi: reader.dpi.or(reader.emulated.then_some(VIRTUAL_DPI)),
        }
    }

    /// Whether the rig lays its own fingers on it.
    #[must_use]
    pub fn is_emulated(&self) -> bool {
        self.emulated
    }

    /// Opens it; why not, in words.
    pub fn open(&self) -> Result<OpenReader, String> {
        let about = |error: &dyn std::fmt::Display| format!("{}: {error}", self.name);
        let program = self.program.clone().map_or_else(Program::find, Ok);
        let mut program = program.map_err(|error| about(&error))?;
        let hand = self.emulated.then(Hand::new).transpose().map_err(|error| about(&error))?;
        if let Some(hand) = &hand {
            program = program.with_virtual(hand.finger.socket());
        }
        let (mut reader, version) = Reader::start(&program).map_err(|error| about(&error))?;
        let listed = reader.list().map_err(|error| about(&error))?;
        let listed = self.only(&listed).map_err(|error| about(&error))?;
        reader.open(listed).map_err(|error| about(&error))?;
        let note = DeviceUse {
            name: self.name.clone(),
            kind: "reader".to_owned(),
            nature: self.nature,
            identity: format!("{}, driver {}, {version}", listed.name, listed.driver),
            serial: listed.serial().map(str::to_owned),
        };
        Ok(OpenReader { note, reader, dpi: self.dpi, hand })
    }

    /// The one reader that is meant; why there is none, in words.
    fn only<'a>(&self, listed: &'a [Listed]) -> Result<&'a Listed, String> {
        let device = self.device.as_ref();
        let meant = |one: &&Listed| {
            one.driver == self.driver && device.is_none_or(|device| *device == one.device)
        };
        let fits: Vec<&Listed> = listed.iter().filter(meant).collect();
        let words = match device {
            Some(device) => format!("driver = {:?}, device = {device:?}", self.driver),
            None => format!("driver = {:?}", self.driver),
        };
        match fits[..] {
            [] => Err(format!("nothing that is plugged in fits {words}")),
            [one] if !one.images => Err(format!("{} gives no pictures", one.name)),
            [one] => Ok(one),
            // What libfprint cannot tell apart, nobody here can: it would be either of them.
            _ => Err(format!("{} readers fit {words}: leave one plugged in", fits.len())),
        }
    }
}

impl Hand {
    fn new() -> std::io::Result<Hand> {
        let folder = tempfile::Builder::new().prefix("kaimen-hil-").tempdir()?;
        let finger = VirtualFinger::at(&folder.path().join("finger"));
        Ok(Hand { finger, next: None, _folder: folder })
    }

    fn come(&mut self) -> std::io::Result<()> {
        match self.next.take() {
            Some(Coming::Finger(impression)) => {
                self.finger.show(&impression.image(VIRTUAL_SIZE, VIRTUAL_DPI))
            }
            Some(Coming::Mishap(mishap)) => self.finger.fail(mishap),
            None => Ok(()),
        }
    }
}

impl OpenReader {
    /// Lets an impression of a finger come at the next capture. `false`: it takes a person.
    pub fn place(&mut self, finger: u32, number: u32) -> bool {
        self.comes(Coming::Finger(Impression { finger, number }))
    }

    /// Lets something go wrong at the next capture. `false`: it cannot be told to.
    pub fn fail(&mut self, mishap: Mishap) -> bool {
        self.comes(Coming::Mishap(mishap))
    }

    fn comes(&mut self, coming: Coming) -> bool {
        let Some(hand) = &mut self.hand else { return false };
        hand.next = Some(coming);
        true
    }

    /// Waits for a finger and takes its picture.
    ///
    /// # Errors
    ///
    /// [`ReaderError`]; [`ReaderError::Retry`] if the finger has to come again.
    pub fn capture(&mut self, wait: Duration) -> Result<FingerPicture, ReaderError> {
        let (reader, hand) = (&mut self.reader, &mut self.hand);
        let mut came = Ok(());
        let captured = reader.capture(wait, |touch| {
            if let (Touch::Needed, Some(hand)) = (touch, hand.as_mut()) {
                came = hand.come();
            }
        });
        came.map_err(ReaderError::Virtual)?;
        let captured = captured?;
        let dpi = self.dpi.or(captured.dpi).ok_or(ReaderError::NoResolution)?;
        Ok(FingerPicture { image: captured.image, dpi })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::rig::Rig;

    fn device(keys: &str) -> ReaderDevice {
        let text = format!("name = \"r\"\n[[reader]]\nname = \"a\"\n{keys}\n");
        let rig = Rig::parse(&text, Path::new("rig.toml")).unwrap();
        ReaderDevice::of(&rig.readers[0])
    }

    fn listed(driver: &str, device: &str, images: bool) -> Listed {
        let [driver, device] = [driver, device].map(str::to_owned);
        Listed { name: format!("a {driver}"), driver, device, swipe: false, images }
    }

    #[test]
    fn a_reader_is_taken_only_where_it_is_the_only_one() {
        let all =
            [listed("uru4000", "0", true), listed("elan", "1", true), listed("elan", "2", true)];
        let of = |keys: &str| device(keys).only(&all).map(|one| one.device.clone());
        assert_eq!(of("driver = \"uru4000\"").unwrap(), "0");
        assert_eq!(of("driver = \"elan\"\ndevice = \"2\"").unwrap(), "2");
        assert!(of("driver = \"elan\"").unwrap_err().starts_with("2 readers fit"));
        let absent = of("driver = \"elan\"\ndevice = \"3\"").unwrap_err();
        assert!(absent.contains("device = \"3\""), "{absent}");
        let blind = [listed("goodixmoc", "0", false)];
        let error = device("driver = \"goodixmoc\"").only(&blind).unwrap_err();
        assert_eq!(error, "a goodixmoc gives no pictures");
    }

    #[test]
    fn libfprints_virtual_reader_is_never_a_real_one() {
        assert_eq!(device("driver = \"virtual_image\"\ndpi = 500").nature, Nature::Simulated);
        assert_eq!(device("emulated = true").nature, Nature::Simulated);
        assert_eq!(device("driver = \"uru4000\"").nature, Nature::Real);
    }
}
