//! What an R503 with firmware 1.2 tells about its make.

/// The answer to `ReadProdInfo`: 46 bytes, texts filled up with zeroes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Model of the module, at most 16 characters.
    pub model: String,
    /// Batch number, at most 4 characters.
    pub batch: String,
    /// Serial number, at most 8 characters.
    pub serial: String,
    /// Version of the hardware: main and sub-version.
    pub hardware: [u8; 2],
    /// Model of the sensor, at most 8 characters.
    pub sensor: String,
    /// Width of the image in pixels.
    pub width: u16,
    /// Height of the image in pixels.
    pub height: u16,
    /// Bytes of a template.
    pub template_bytes: u16,
    /// Templates that the library holds.
    pub capacity: u16,
}

impl Product {
    /// Bytes of the answer.
    pub const BYTES: usize = 46;

    /// Reads the 46 bytes; `None` if there are more or fewer.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Product> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        let short = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        Some(Product {
            model: text(&bytes[..16]),
            batch: text(&bytes[16..20]),
            serial: text(&bytes[20..28]),
            hardware: [bytes[28], bytes[29]],
            sensor: text(&bytes[30..38]),
            width: short(38),
            height: short(40),
            template_bytes: short(42),
            capacity: short(44),
        })
    }

    /// The 46 bytes; texts that are too long are cut.
    #[must_use]
    pub fn bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        put(&mut bytes[..16], &self.model);
        put(&mut bytes[16..20], &self.batch);
        put(&mut bytes[20..28], &self.serial);
        bytes[28..30].copy_from_slice(&self.hardware);
        put(&mut bytes[30..38], &self.sensor);
        let numbers = [self.width, self.height, self.template_bytes, self.capacity];
        for (place, number) in bytes[38..].chunks_exact_mut(2).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }
}

/// A text up to its first zero; what cannot be printed becomes a question mark.
pub(super) fn text(bytes: &[u8]) -> String {
    let shown = bytes.iter().take_while(|byte| **byte != 0);
    shown.map(|byte| if (0x20..0x7F).contains(byte) { char::from(*byte) } else { '?' }).collect()
}

fn put(place: &mut [u8], text: &str) {
    for (place, byte) in place.iter_mut().zip(text.bytes()) {
        *place = byte;
    }
}
