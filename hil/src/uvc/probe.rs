//! The block by which host and camera agree on a format: 34 bytes in UVC 1.1.

use super::descriptors::{MAX_PAYLOAD, MJPEG, Profile, YUY2, frame_bytes};

/// Bytes of the block.
pub(super) const LENGTH: usize = 34;

/// What is agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Probe {
    pub(super) format: u8,
    pub(super) size: u8,
}

impl Probe {
    pub(super) const DEFAULT: Self = Self { format: MJPEG, size: 1 };

    /// The nearest thing to the host's wish that the camera has.
    pub(super) fn of_wish(profile: &Profile, bytes: &[u8]) -> Self {
        let part = |at: usize| bytes.get(at).copied().unwrap_or(1);
        let format = if part(2) == YUY2 { YUY2 } else { MJPEG };
        Self { format, size: part(3).clamp(1, profile.count().max(1)) }
    }

    /// The block; the interval is the only one that the camera has.
    pub(super) fn encode(self, profile: &Profile) -> Vec<u8> {
        let (width, height) = profile.size(self.size).unwrap_or((0, 0));
        let mut bytes = vec![1, 0, self.format, self.size];
        bytes.extend(profile.interval().to_le_bytes());
        // Key frames, quality, window and delay are the camera's own business.
        bytes.extend([0; 10]);
        bytes.extend(frame_bytes(width, height).to_le_bytes());
        bytes.extend(MAX_PAYLOAD.to_le_bytes());
        bytes.resize(LENGTH, 0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_become_what_there_is() {
        let profile = Profile::new("CAM-1");
        let mut wish = [0; LENGTH];
        (wish[2], wish[3]) = (YUY2, 9);
        let probe = Probe::of_wish(&profile, &wish);
        assert_eq!(probe, Probe { format: YUY2, size: 2 });
        let bytes = probe.encode(&profile);
        assert_eq!(bytes.len(), LENGTH);
        assert_eq!(bytes[..8], [1, 0, YUY2, 2, 0x15, 0x16, 0x05, 0]);
        assert_eq!(bytes[18..26], [0, 0x58, 0x02, 0, 0, 0x40, 0, 0]);
        assert_eq!(Probe::of_wish(&profile, &[]), Probe::DEFAULT);
    }
}
