//! Pictures as files.

use super::Stop;

/// A PNG file of 8 bits a channel.
pub(super) fn png(
    width: u32,
    height: u32,
    colour: png::ColorType,
    bytes: &[u8],
) -> Result<Vec<u8>, Stop> {
    let broken = |error: png::EncodingError| Stop::Error(format!("a picture: {error}"));
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(broken)?;
    writer.write_image_data(bytes).map_err(broken)?;
    writer.finish().map_err(broken)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_and_a_short_one_is_refused() {
        let bytes = png(2, 2, png::ColorType::Grayscale, &[0, 80, 160, 255]).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; 4];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, [0, 80, 160, 255]);
        assert!(png(2, 2, png::ColorType::Rgb, &[0, 1]).is_err());
    }
}
