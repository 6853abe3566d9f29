//! Pixel formats, and the mode that a camera and its reader agreed on.

use std::fmt;

use super::error::CameraError;

/// The longest frame that is taken from a driver: 64 MiB, twice an RGB frame of 10 megapixels.
pub const MAX_FRAME_BYTES: u32 = 64 << 20;
/// The widest and highest frame that is taken from a driver, in pixels.
pub const MAX_SIDE: u32 = 16_384;

/// A way to put pixels into bytes that is understood here, by V4L2's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// Two pixels in four bytes: Y, Cb, Y, Cr.
    Yuyv,
    /// One JPEG a frame.
    Mjpg,
    /// A plane of Y, then one of Cb and Cr in turn at half the width and height.
    Nv12,
    /// One byte of brightness a pixel.
    Grey,
    /// Raw sensor bytes, first line blue, green; second green, red.
    Bggr8,
    /// First line green, blue; second red, green.
    Gbrg8,
    /// First line green, red; second blue, green.
    Grbg8,
    /// First line red, green; second green, blue.
    Rggb8,
}

impl PixelFormat {
    /// All of them, those first that cost the least to use.
    pub const ALL: [Self; 8] = [
        Self::Yuyv,
        Self::Mjpg,
        Self::Nv12,
        Self::Grey,
        Self::Bggr8,
        Self::Gbrg8,
        Self::Grbg8,
        Self::Rggb8,
    ];

    /// The four letters in V4L2's header.
    pub const fn letters(self) -> [u8; 4] {
        *match self {
            Self::Yuyv => b"YUYV",
            Self::Mjpg => b"MJPG",
            Self::Nv12 => b"NV12",
            Self::Grey => b"GREY",
            Self::Bggr8 => b"BA81",
            Self::Gbrg8 => b"GBRG",
            Self::Grbg8 => b"GRBG",
            Self::Rggb8 => b"RGGB",
        }
    }

    /// The number that a driver knows it by.
    pub const fn code(self) -> u32 {
        u32::from_le_bytes(self.letters())
    }

    /// The format of that number, if it is one of these. JPEG is how some drivers call MJPG.
    pub fn of_code(code: u32) -> Option<Self> {
        if code == u32::from_le_bytes(*b"JPEG") {
            return Some(Self::Mjpg);
        }
        Self::ALL.into_iter().find(|format| format.code() == code)
    }

    /// Bytes of a line without padding; none for a compressed format.
    fn line(self, width: u32) -> Option<u32> {
        match self {
            Self::Mjpg => None,
            Self::Yuyv => width.checked_mul(2),
            // A line of chroma has a whole pair for the last pixel.
            Self::Nv12 => width.checked_next_multiple_of(2),
            _ => Some(width),
        }
    }
}

/// The name of a format's number, for people: its letters, with `?` for what is no letter.
pub(super) fn name_of_code(code: u32) -> String {
    code.to_le_bytes()
        .iter()
        .map(|&byte| if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '?' })
        .collect()
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&name_of_code(self.code()))
    }
}

/// Which sums turn Y, Cb and Cr into red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YuvEncoding {
    /// ITU-R BT.601, what cameras use unless they say otherwise.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
}

/// The values that Y, Cb and Cr take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YuvRange {
    /// Y from 16 to 235, Cb and Cr from 16 to 240.
    Limited,
    /// 0 to 255.
    Full,
}

/// How a camera's frames are laid out: what the driver gave, which need not be what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// The pixels.
    pub pixel: PixelFormat,
    /// Pixels in a line.
    pub width: u32,
    /// Lines.
    pub height: u32,
    /// Bytes from one line to the next, of the first plane; 0 for a compressed format.
    pub stride: u32,
    /// Bytes of a frame at most.
    pub frame_bytes: u32,
    /// For formats with Y, Cb and Cr.
    pub encoding: YuvEncoding,
    /// For formats with Y, Cb and Cr.
    pub range: YuvRange,
}

impl Mode {
    /// A mode without padding, BT.601 of limited range.
    ///
    /// # Errors
    ///
    /// [`CameraError::Nonsense`] for a size outside the bounds.
    pub fn packed(pixel: PixelFormat, width: u32, height: u32) -> Result<Self, CameraError> {
        let stride = pixel.line(width).unwrap_or(0);
        let (encoding, range) = (YuvEncoding::Bt601, YuvRange::Limited);
        let mode = Self { pixel, width, height, stride, frame_bytes: 0, encoding, range };
        let bytes = match pixel {
            PixelFormat::Mjpg => u64::from(MAX_FRAME_BYTES),
            _ => mode.needed_bytes(),
        };
        let frame_bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { frame_bytes, ..mode }.checked()
    }

    /// Bytes that a whole frame has at least: 0 for a compressed format, which says it itself.
    pub fn needed_bytes(&self) -> u64 {
        let line = u64::from(self.pixel.line(self.width).unwrap_or(0));
        let (stride, height) = (u64::from(self.stride), u64::from(self.height));
        match self.pixel {
            PixelFormat::Mjpg => 0,
            PixelFormat::Nv12 => Self::span(stride, height + height.div_ceil(2), line),
            _ => Self::span(stride, height, line),
        }
    }

    /// From the first byte to the last: the last line has no padding.
    fn span(stride: u64, lines: u64, line: u64) -> u64 {
        stride.saturating_mul(lines.saturating_sub(1)).saturating_add(line)
    }

    /// Itself, if it can be: nothing that a driver says is taken on trust.
    pub(super) fn checked(self) -> Result<Self, CameraError> {
        let Self { pixel, width, height, stride, frame_bytes, .. } = self;
        let sides = 1..=MAX_SIDE;
        let line = pixel.line(width).unwrap_or(0);
        let odd = pixel == PixelFormat::Yuyv && width % 2 == 1;
        let fits = sides.contains(&width)
            && sides.contains(&height)
            && !odd
            && stride >= line
            && (1..=MAX_FRAME_BYTES).contains(&frame_bytes)
            && self.needed_bytes() <= u64::from(frame_bytes);
        if fits {
            return Ok(self);
        }
        Err(CameraError::Nonsense(format!(
            "{pixel} {width} x {height} with {stride} bytes a line and {frame_bytes} a frame"
        )))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} x {}", self.pixel, self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_header_s() {
        assert_eq!(PixelFormat::Yuyv.code(), 0x5659_5559);
        assert_eq!(PixelFormat::Bggr8.code(), 0x3138_4142);
        for format in PixelFormat::ALL {
            assert_eq!(PixelFormat::of_code(format.code()), Some(format));
        }
        assert_eq!(PixelFormat::of_code(u32::from_le_bytes(*b"JPEG")), Some(PixelFormat::Mjpg));
        assert_eq!(PixelFormat::of_code(0), None);
        assert_eq!(name_of_code(0x0059_5559), "YUY?");
    }

    #[test]
    fn a_driver_s_nonsense_is_refused() {
        let good = Mode::packed(PixelFormat::Yuyv, 640, 480).expect("a usual size");
        assert_eq!((good.stride, good.frame_bytes), (1280, 614_400));
        for bad in [
            Mode { width: 0, ..good },
            Mode { height: MAX_SIDE + 1, ..good },
            Mode { width: 639, ..good },
            Mode { stride: 1279, ..good },
            Mode { frame_bytes: 614_399, ..good },
            Mode { frame_bytes: u32::MAX, ..good },
            Mode { stride: u32::MAX, ..good },
            Mode { pixel: PixelFormat::Nv12, stride: u32::MAX, height: u32::MAX, ..good },
        ] {
            assert!(bad.checked().is_err(), "{bad:?}");
        }
        assert!(Mode::packed(PixelFormat::Nv12, u32::MAX, u32::MAX).is_err());
    }

    #[test]
    fn planes_are_counted_with_their_padding() {
        let mode = Mode::packed(PixelFormat::Nv12, 5, 3).expect("an odd size");
        // Three lines of brightness and two of chroma, each of three pairs.
        assert_eq!(mode.needed_bytes(), 5 * 6);
    }
}
