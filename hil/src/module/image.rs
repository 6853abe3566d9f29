//! An image of a finger, as modules send it.

use super::profile::Geometry;

/// Why bytes are no image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// Another number of bytes than the geometry needs.
    #[error("an image of {width} x {height} has {expected} bytes, these are {found}")]
    Size {
        /// Pixels a line.
        width: u16,
        /// Lines.
        height: u16,
        /// Bytes that the image has.
        expected: usize,
        /// Bytes that there were.
        found: usize,
    },
}

/// A grey image, one byte a pixel, 0 black. Its `Debug` shows its size alone.
#[derive(Clone, PartialEq, Eq)]
pub struct GreyImage {
    geometry: Geometry,
    pixels: Vec<u8>,
}

impl GreyImage {
    /// An image of these pixels, line by line from the top.
    ///
    /// # Errors
    ///
    /// [`ImageError::Size`].
    pub fn new(geometry: Geometry, pixels: Vec<u8>) -> Result<GreyImage, ImageError> {
        let expected = usize::from(geometry.width) * usize::from(geometry.height);
        check(geometry, expected, pixels.len())?;
        Ok(GreyImage { geometry, pixels })
    }

    /// An image of which each pixel is asked for, line by line from the top.
    #[must_use]
    pub fn drawn(geometry: Geometry, mut pixel: impl FnMut(u16, u16) -> u8) -> GreyImage {
        let mut pixels = Vec::new();
        for y in 0..geometry.height {
            pixels.extend((0..geometry.width).map(|x| pixel(x, y)));
        }
        GreyImage { geometry, pixels }
    }

    /// An image as it comes over the line: four bits a pixel, the left one in the upper half.
    ///
    /// # Errors
    ///
    /// [`ImageError::Size`].
    pub fn from_line(geometry: Geometry, bytes: &[u8]) -> Result<GreyImage, ImageError> {
        check(geometry, geometry.line_bytes(), bytes.len())?;
        // Fifteen becomes 255, so that white is white.
        let pixels = bytes.iter().flat_map(|byte| [(byte >> 4) * 17, (byte & 0x0F) * 17]);
        let count = usize::from(geometry.width) * usize::from(geometry.height);
        Ok(GreyImage { geometry, pixels: pixels.take(count).collect() })
    }

    /// The image as it goes over the line; the lower half of each grey value is lost.
    #[must_use]
    pub fn line_bytes(&self) -> Vec<u8> {
        let pairs = self.pixels.chunks(2);
        pairs.map(|pair| (pair[0] & 0xF0) | (pair.get(1).unwrap_or(&0) >> 4)).collect()
    }

    /// Its size.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Its pixels, line by line from the top.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The image as a portable graymap, which every viewer and extractor reads.
    #[must_use]
    pub fn pgm(&self) -> Vec<u8> {
        let Geometry { width, height } = self.geometry;
        let mut bytes = format!("P5\n{width} {height}\n255\n").into_bytes();
        bytes.extend_from_slice(&self.pixels);
        bytes
    }
}

impl std::fmt::Debug for GreyImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GreyImage({} x {})", self.geometry.width, self.geometry.height)
    }
}

fn check(geometry: Geometry, expected: usize, found: usize) -> Result<(), ImageError> {
    let Geometry { width, height } = geometry;
    if expected == found {
        Ok(())
    } else {
        Err(ImageError::Size { width, height, expected, found })
    }
}
