//! What differs between the modules of the family, as data.

use super::command::instruction;
use super::confirmation::Confirmation;
use super::parameters::DataSize;

/// Size of an image in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Geometry {
    /// Pixels a line.
    pub width: u16,
    /// Lines.
    pub height: u16,
}

impl Geometry {
    /// Bytes of the image on the line: four bits a pixel, two pixels a byte.
    #[must_use]
    pub fn line_bytes(self) -> usize {
        (usize::from(self.width) * usize::from(self.height)).div_ceil(2)
    }
}

/// Where a module does not do what the manual of the family says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quirk {
    /// This instruction is not there.
    Without(u8),
    /// An image taken after `Img2Tz` makes the next search fail with 09h.
    ImageSpendsFeatures,
    /// `RegModel` fails with 0Ah unless two images were converted.
    MergeNeedsTwo,
    /// `UpChar` sends the same buffer, whatever number it is given.
    UploadIgnoresBuffer,
    /// The first page of the library has number 1.
    FirstPageIsOne,
    /// Features and template of another size than the manual's are sent.
    TemplateSizeVaries,
}

/// One kind of module.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name on the label.
    pub name: &'static str,
    /// Templates in the library, where `ReadSysPara` does not say it.
    pub capacity: u16,
    /// Size of its image.
    pub image: Geometry,
    /// Pixels an inch.
    pub dpi: u16,
    /// Bytes of a template as the emulator makes them. A driver reads until the last packet.
    pub template_bytes: u16,
    /// How many buffers there are for features.
    pub buffers: u8,
    /// Bytes a data packet, from the factory.
    pub data_size: DataSize,
    /// Baud rate in 9600 bit/s, from the factory.
    pub baud_factor: u8,
    /// What it answers to a command that it does not have.
    pub refusal: Confirmation,
    /// What is odd about it, and who says so.
    pub quirks: &'static [(Quirk, &'static str)],
}

use instruction as i;

/// Instructions that came with the R503 of firmware 1.2 and that no older module has.
const R503_ONLY: &str =
    "R503 manual 1.2.2: listed there; absent from the manuals of R305 and ZFM-20";

const OLDER: [(Quirk, &str); 11] = [
    (Quirk::Without(i::GET_IMAGE_EX), R503_ONLY),
    (Quirk::Without(i::CANCEL), R503_ONLY),
    (Quirk::Without(i::AUTO_ENROLL), R503_ONLY),
    (Quirk::Without(i::AUTO_IDENTIFY), R503_ONLY),
    (Quirk::Without(i::AURA_LED_CONFIG), R503_ONLY),
    (Quirk::Without(i::CHECK_SENSOR), R503_ONLY),
    (Quirk::Without(i::GET_ALG_VER), R503_ONLY),
    (Quirk::Without(i::GET_FW_VER), R503_ONLY),
    (Quirk::Without(i::READ_PROD_INFO), R503_ONLY),
    (Quirk::Without(i::SOFT_RST), R503_ONLY),
    (Quirk::Without(i::HAND_SHAKE), R503_ONLY),
];

const NO_READ_PARAMETERS: (Quirk, &str) =
    (Quirk::Without(i::READ_SYS_PARA), "pyfingerprint issue 44; FPM issue 15 and README");

impl Profile {
    /// GROW R503, capacitive, with a ring of light; firmware 1.2.
    ///
    /// Capacity, packet size and baud rate: traces of FPM pull request 25. Image: Adafruit
    /// CircuitPython issue 24, pyfingerprint pull request 117. Six images an enrolment,
    /// 508 dpi: manual 1.2.2.
    pub const R503: Profile = Profile {
        name: "R503",
        capacity: 200,
        image: Geometry { width: 192, height: 192 },
        dpi: 508,
        template_bytes: 1536,
        buffers: 6,
        data_size: DataSize::B128,
        baud_factor: 6,
        refusal: Confirmation::UnknownCommand,
        quirks: &[
            (Quirk::ImageSpendsFeatures, "FPM pull request 25"),
            (Quirk::MergeNeedsTwo, "pyfingerprint issue 90"),
            (Quirk::UploadIgnoresBuffer, "R503 manual, UpChar"),
            (Quirk::TemplateSizeVaries, "FPM issue 16: 1536; the manual's table says 512"),
            (Quirk::Without(i::HI_SPEED_SEARCH), "absent from R503 manual 1.2.2"),
        ],
    };

    /// R305, optical. Capacity: Adafruit's product page (162).
    pub const R305: Profile = Profile {
        name: "R305",
        capacity: 162,
        image: Geometry { width: 256, height: 288 },
        dpi: 500,
        template_bytes: 512,
        buffers: 2,
        data_size: DataSize::B128,
        baud_factor: 6,
        refusal: Confirmation::ReceiveFailed,
        quirks: &OLDER,
    };

    /// R307, optical. Capacity: pyfingerprint issue 64; template: fpmatch issue 9.
    pub const R307: Profile = Profile {
        name: "R307",
        capacity: 1000,
        image: Geometry { width: 256, height: 288 },
        dpi: 500,
        template_bytes: 768,
        buffers: 2,
        data_size: DataSize::B128,
        baud_factor: 6,
        refusal: Confirmation::ReceiveFailed,
        quirks: &R307_QUIRKS,
    };

    /// R308, optical, without system parameters. Capacity: FPM issue 15.
    pub const R308: Profile = Profile {
        name: "R308",
        capacity: 500,
        image: Geometry { width: 256, height: 288 },
        dpi: 500,
        template_bytes: 512,
        buffers: 2,
        data_size: DataSize::B128,
        baud_factor: 6,
        refusal: Confirmation::ReceiveFailed,
        quirks: &R308_QUIRKS,
    };

    /// R551 and its clones, capacitive. Image: FPM issue 11. The capacity is an assumption:
    /// no source at hand states it, and `ReadSysPara` decides.
    pub const R551: Profile = Profile {
        name: "R551",
        capacity: 500,
        image: Geometry { width: 192, height: 192 },
        dpi: 508,
        template_bytes: 512,
        buffers: 2,
        data_size: DataSize::B128,
        baud_factor: 6,
        refusal: Confirmation::ReceiveFailed,
        quirks: &R551_QUIRKS,
    };

    /// All of them.
    pub const ALL: [&'static Profile; 5] =
        [&Profile::R503, &Profile::R305, &Profile::R307, &Profile::R308, &Profile::R551];

    /// The profile with this name, in capitals or not.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Profile> {
        Profile::ALL.into_iter().find(|profile| profile.name.eq_ignore_ascii_case(name))
    }

    /// Whether the module is odd in this way.
    #[must_use]
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.iter().any(|(known, _)| *known == quirk)
    }

    /// Whether it has an instruction.
    #[must_use]
    pub fn knows(&self, instruction: u8) -> bool {
        !self.has(Quirk::Without(instruction))
    }

    /// The number of the library's first page.
    #[must_use]
    pub fn first_page(&self) -> u16 {
        u16::from(self.has(Quirk::FirstPageIsOne))
    }
}

const R307_QUIRKS: [(Quirk, &str); 12] = joined([(
    Quirk::TemplateSizeVaries,
    "FPM issue 16, Adafruit-Fingerprint-Sensor-Library issues 9 and 36: 768 or 1536",
)]);
const R308_QUIRKS: [(Quirk, &str); 12] = joined([NO_READ_PARAMETERS]);
const R551_QUIRKS: [(Quirk, &str); 14] = joined([
    (Quirk::Without(i::HI_SPEED_SEARCH), "FPM.h, comment on the R551; FPM issue 8"),
    (Quirk::FirstPageIsOne, "FPM.h, comment on the R551: numbers off by one"),
    (Quirk::Without(i::DOWN_CHAR), "FPM issue 16"),
]);

/// The quirks of the older modules, and more.
const fn joined<const N: usize, const M: usize>(
    more: [(Quirk, &'static str); M],
) -> [(Quirk, &'static str); N] {
    let mut all = [OLDER[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < OLDER.len() { OLDER[at] } else { more[at - OLDER.len()] };
        at += 1;
    }
    all
}
