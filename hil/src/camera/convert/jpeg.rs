//! A compressed frame: one JPEG, whole, of the size that was agreed on.

use std::io::Cursor;

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::super::error::CameraError;
use super::super::format::{MAX_SIDE, Mode};
use super::super::picture::Picture;

pub(super) fn decode(mode: &Mode, bytes: &[u8]) -> Result<Picture, CameraError> {
    let failed = |reason: &dyn std::fmt::Display| CameraError::Jpeg(reason.to_string());
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return Err(failed(&"does not begin with the marker of a JPEG (FF D8)"));
    }
    if !ends(bytes) {
        return Err(failed(&format!(
            "{} bytes without the marker of its end (FF D9)",
            bytes.len()
        )));
    }
    let side = MAX_SIDE as usize;
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    // The size first: nothing is decoded, and no memory taken, for another one.
    decoder.decode_headers().map_err(|error| failed(&error))?;
    let agreed = (mode.width as usize, mode.height as usize);
    match decoder.dimensions() {
        Some(size) if size == agreed => {}
        size => {
            let (width, height) = size.unwrap_or_default();
            let reason = format!("is {width} x {height}, the camera agreed on {mode}");
            return Err(failed(&reason));
        }
    }
    let rgb = decoder.decode().map_err(|error| failed(&error))?;
    Picture::new(mode.width, mode.height, rgb)
        .ok_or_else(|| failed(&"does not decode to three bytes a pixel"))
}

/// Whether the end is there; cameras pad what follows with zeroes, or with FF.
fn ends(bytes: &[u8]) -> bool {
    let padding = bytes.iter().rev().take_while(|&&byte| byte == 0 || byte == 0xff).count();
    bytes[..bytes.len() - padding].ends_with(&[0xff, 0xd9])
}
