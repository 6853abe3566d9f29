//! Any bytes as a frame of any mode: a picture of the mode's size, or an error.
#![no_main]

use kaimen_hil::camera::{Mode, PixelFormat, YuvEncoding, YuvRange, to_picture};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&[pixel, width, height, stride, more, how], bytes)) = input.split_first_chunk::<6>()
    else {
        return;
    };
    let pixel = PixelFormat::ALL[usize::from(pixel) % PixelFormat::ALL.len()];
    let (width, height) = (u32::from(width), u32::from(height));
    let Ok(packed) = Mode::packed(pixel, width, height) else { return };
    let mode = Mode {
        stride: u32::from(stride) + u32::from(more) * 256,
        encoding: if how & 1 == 0 { YuvEncoding::Bt601 } else { YuvEncoding::Bt709 },
        range: if how & 2 == 0 { YuvRange::Limited } else { YuvRange::Full },
        ..packed
    };
    match to_picture(&mode, bytes) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(picture) => {
            // A JPEG says its size itself.
            let size = (picture.width(), picture.height());
            assert!(pixel == PixelFormat::Mjpg || size == (width, height));
        }
    }
});
