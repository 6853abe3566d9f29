//! What the camera says of itself when it is plugged in, after USB Device Class
//! Definition for Video Devices 1.1.

/// The interfaces' numbers.
pub(super) const CONTROL: u16 = 0;
pub(super) const STREAMING: u16 = 1;
/// The endpoint of the frames, without its direction.
pub(super) const FRAMES: u32 = 1;
/// The terminal that has the exposure.
pub(super) const CAMERA_TERMINAL: u16 = 1;
/// The formats' numbers in the descriptors and in a probe.
pub(super) const MJPEG: u8 = 1;
pub(super) const YUY2: u8 = 2;

/// Bytes of a payload, its header included: each request of the kernel's is one payload then.
pub(super) const MAX_PAYLOAD: u32 = 16_384;

/// A simulated camera as it appears to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name of the camera.
    pub name: String,
    /// Its USB serial number.
    pub serial: String,
    /// Sizes in pixels, the first of which is the default; from 1 to 16.
    pub sizes: Vec<(u16, u16)>,
    /// Frames a second.
    pub rate: u32,
}

impl Profile {
    /// A camera of 640 x 480 and 320 x 240 at 30 frames a second.
    pub fn new(serial: &str) -> Self {
        Self {
            name: "kaimen test camera".to_owned(),
            serial: serial.to_owned(),
            sizes: vec![(640, 480), (320, 240)],
            rate: 30,
        }
    }

    /// The time of a frame in units of 100 nanoseconds.
    pub(super) fn interval(&self) -> u32 {
        10_000_000 / self.rate.clamp(1, 1000)
    }

    /// The size with this number, which counts from 1.
    pub(super) fn size(&self, number: u8) -> Option<(u16, u16)> {
        self.sizes.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The number of sizes.
    pub(super) fn count(&self) -> u8 {
        u8::try_from(self.sizes.len().min(16)).unwrap_or(16)
    }

    /// The descriptor that was asked for: kind in the upper byte, number in the lower.
    pub(super) fn descriptor(&self, value: u16) -> Option<Vec<u8>> {
        match value.to_be_bytes() {
            [1, 0] => Some(DEVICE.to_vec()),
            [2, 0] => Some(self.configuration()),
            // English of the United States.
            [3, 0] => Some(vec![4, 3, 0x09, 0x04]),
            [3, 1] => Some(string("kaimen")),
            [3, 2] => Some(string(&self.name)),
            [3, 3] => Some(string(&self.serial)),
            // A qualifier would say that there is another speed.
            _ => None,
        }
    }

    fn configuration(&self) -> Vec<u8> {
        let control = control_interface();
        let mut bytes = vec![9, 2, 0, 0, 2, 1, 0, 0x80, 250];
        // Both interfaces are one function: video, a collection of interfaces.
        bytes.extend([8, 0x0b, 0, 2, 0x0e, 3, 0, 2]);
        bytes.extend(control);
        bytes.extend(self.streaming_interface());
        set_word(&mut bytes, 2);
        bytes
    }

    fn streaming_interface(&self) -> Vec<u8> {
        let mut class = vec![15, 0x24, 1, 2, 0, 0, 0x81, 0, 2, 0, 0, 0, 1, 0, 0];
        class.extend([11, 0x24, 6, MJPEG, self.count(), 1, 1, 0, 0, 0, 0]);
        self.frames(&mut class, 7);
        class.extend([27, 0x24, 4, YUY2, self.count()]);
        class.extend(*b"YUY2\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
        class.extend([16, 1, 0, 0, 0, 0]);
        self.frames(&mut class, 5);
        set_word(&mut class, 4);
        let mut bytes = vec![9, 4, 1, 0, 1, 0x0e, 2, 0, 0];
        bytes.extend(class);
        // Bulk, 512 bytes a packet.
        bytes.extend([7, 5, 0x81, 2, 0, 2, 0]);
        bytes
    }

    /// The sizes of a format, and its colours: BT.709 primaries, BT.601 luma.
    fn frames(&self, class: &mut Vec<u8>, kind: u8) {
        for (number, &(width, height)) in (1..=16).zip(&self.sizes) {
            let bytes = frame_bytes(width, height);
            let bits = bytes.saturating_mul(8).saturating_mul(self.rate);
            class.extend([30, 0x24, kind, number, 0]);
            class.extend(width.to_le_bytes());
            class.extend(height.to_le_bytes());
            for value in [bits, bits, bytes, self.interval()] {
                class.extend(value.to_le_bytes());
            }
            class.push(1);
            class.extend(self.interval().to_le_bytes());
        }
        class.extend([6, 0x24, 0x0d, 1, 1, 4]);
    }
}

/// USB 2.0, a device of several functions; vendor and product are pid.codes' for tests.
const DEVICE: [u8; 18] = [18, 1, 0, 2, 0xef, 2, 1, 64, 0x09, 0x12, 0x01, 0x00, 0, 1, 1, 2, 3, 1];

/// Bytes of a frame of two bytes a pixel, which a JPEG has to fit into as well.
pub(super) fn frame_bytes(width: u16, height: u16) -> u32 {
    u32::from(width) * u32::from(height) * 2
}

fn control_interface() -> Vec<u8> {
    let mut class = vec![13, 0x24, 1, 0x10, 1, 0, 0, 0, 0, 0, 0, 1, 1];
    // A camera with the mode and the time of exposure.
    class.extend([18, 0x24, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0x0a, 0, 0]);
    class.extend([9, 0x24, 3, 2, 1, 1, 0, 1, 0]);
    set_word(&mut class, 5);
    let mut bytes = vec![9, 4, 0, 0, 0, 0x0e, 1, 0, 2];
    bytes.extend(class);
    bytes
}

/// The total length, where a descriptor has it.
fn set_word(bytes: &mut [u8], at: usize) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// At most 126 characters of UTF-16.
fn string(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().take(126).flat_map(u16::to_le_bytes).collect();
    let mut bytes = vec![u8::try_from(units.len() + 2).unwrap_or(u8::MAX), 3];
    bytes.extend(units);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths inside lead from one descriptor to the next and end with the last byte.
    #[test]
    fn the_lengths_add_up() {
        let bytes = Profile::new("CAM-1").descriptor(0x0200).expect("a configuration");
        assert_eq!(usize::from(u16::from_le_bytes([bytes[2], bytes[3]])), bytes.len());
        let (mut rest, mut kinds) = (bytes.as_slice(), Vec::new());
        while let [length, kind, ..] = *rest {
            kinds.push(kind);
            rest = rest.get(usize::from(length)..).expect("a length inside");
        }
        assert!(rest.is_empty());
        // Configuration, association, control with 3 of its class, streaming with 9, endpoint.
        assert_eq!(kinds.len(), 2 + 1 + 3 + 1 + 9 + 1);
        // The class-specific parts name their own lengths.
        assert_eq!(bytes[26..35], [13, 0x24, 1, 0x10, 1, 40, 0, 0, 0]);
        let streaming = 17 + 9 + 40 + 9;
        let total = u16::from_le_bytes([bytes[streaming + 4], bytes[streaming + 5]]);
        assert_eq!(streaming + usize::from(total) + 7, bytes.len());
    }

    #[test]
    fn texts_and_what_there_is_not() {
        let profile = Profile::new("K1");
        assert_eq!(profile.descriptor(0x0303), Some(vec![6, 3, b'K', 0, b'1', 0]));
        assert_eq!(profile.descriptor(0x0600), None);
        assert_eq!(profile.descriptor(0x0100).map(|device| device.len()), Some(18));
        assert_eq!(
            (profile.size(0), profile.size(2), profile.size(3)),
            (None, Some((320, 240)), None)
        );
        assert_eq!(profile.interval(), 333_333);
    }
}
