//! From a camera's bytes to red, green and blue.

mod bayer;
mod jpeg;
mod yuv;

use super::error::CameraError;
use super::format::{Mode, PixelFormat};
use super::picture::Picture;

/// The picture in a frame's bytes.
///
/// # Errors
///
/// [`CameraError::Short`], [`CameraError::Jpeg`], or [`CameraError::Nonsense`] for a mode
/// that cannot be.
pub fn to_picture(mode: &Mode, bytes: &[u8]) -> Result<Picture, CameraError> {
    let mode = mode.checked()?;
    let needed = mode.needed_bytes();
    if (bytes.len() as u64) < needed {
        let Mode { pixel: format, width, height, .. } = mode;
        return Err(CameraError::Short { format, width, height, needed, bytes: bytes.len() });
    }
    let rgb = match mode.pixel {
        PixelFormat::Mjpg => return jpeg::decode(&mode, bytes),
        PixelFormat::Yuyv => yuv::from_yuyv(&mode, bytes),
        PixelFormat::Nv12 => yuv::from_nv12(&mode, bytes),
        PixelFormat::Grey => from_grey(&mode, bytes),
        PixelFormat::Bggr8 => bayer::demosaic(&mode, bytes, [1, 1]),
        PixelFormat::Gbrg8 => bayer::demosaic(&mode, bytes, [0, 1]),
        PixelFormat::Grbg8 => bayer::demosaic(&mode, bytes, [1, 0]),
        PixelFormat::Rggb8 => bayer::demosaic(&mode, bytes, [0, 0]),
    };
    Picture::new(mode.width, mode.height, rgb)
        .ok_or_else(|| CameraError::Nonsense(format!("a frame of {mode} that is no picture")))
}

/// The lines of a plane without their padding.
fn lines(bytes: &[u8], stride: u32, line: usize) -> impl Iterator<Item = &[u8]> {
    bytes.chunks(stride as usize).filter_map(move |chunk| chunk.get(..line))
}

fn from_grey(mode: &Mode, bytes: &[u8]) -> Vec<u8> {
    lines(bytes, mode.stride, mode.width as usize)
        .take(mode.height as usize)
        .flat_map(|line| line.iter().flat_map(|&grey| [grey; 3]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_without_its_padding() {
        let mode = Mode {
            stride: 3,
            frame_bytes: 6,
            ..Mode::packed(PixelFormat::Grey, 2, 2).expect("a size")
        };
        let picture = to_picture(&mode, &[1, 2, 99, 3, 4]).expect("a whole frame");
        assert_eq!(picture.rgb(), [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    }

    #[test]
    fn a_short_frame_says_what_it_lacks() {
        for format in PixelFormat::ALL.into_iter().filter(|&format| format != PixelFormat::Mjpg) {
            let mode = Mode::packed(format, 4, 4).expect("a size");
            let needed = usize::try_from(mode.needed_bytes()).expect("few bytes");
            let bytes = vec![0; needed];
            assert!(to_picture(&mode, &bytes).is_ok());
            let error = to_picture(&mode, &bytes[1..]).expect_err("a byte is missing").to_string();
            assert_eq!(
                error,
                format!(
                    "a {format} frame of 4 x 4 needs {needed} bytes, this one has {}",
                    needed - 1
                )
            );
        }
    }
}
