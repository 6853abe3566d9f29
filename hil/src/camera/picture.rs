//! A picture in memory.

/// Red, green and blue, eight bits each, line after line without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Picture {
    /// A picture of these bytes, if they are as many as its pixels need: three each.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let needed = (u64::from(width) * u64::from(height)).checked_mul(3)?;
        let whole = width > 0 && height > 0 && u64::try_from(rgb.len()).ok()? == needed;
        whole.then_some(Self { width, height, rgb })
    }

    /// Pixels in a line, at least one.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Lines, at least one.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The bytes: red, green, blue of the first pixel of the first line, and so on.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The pixels one after another, each of red, green and blue.
    pub fn pixels_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.rgb.chunks_exact_mut(3)
    }

    pub(super) fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }

    /// Red, green and blue of a pixel; none outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let inside = x < self.width && y < self.height;
        let at = (y as usize * self.width as usize + x as usize) * 3;
        self.rgb.get(at..at + 3).filter(|_| inside)?.try_into().ok()
    }

    /// The brightness of each pixel: 0.299 red, 0.587 green, 0.114 blue (BT.601), rounded.
    pub fn grey(&self) -> Vec<u8> {
        self.rgb
            .chunks_exact(3)
            .map(|pixel| match *pixel {
                [red, green, blue] => {
                    let sum = 19_595 * u32::from(red)
                        + 38_470 * u32::from(green)
                        + 7_471 * u32::from(blue);
                    u8::try_from((sum + 32_768) >> 16).unwrap_or(u8::MAX)
                }
                _ => 0,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_size_agree_or_there_is_no_picture() {
        assert!(Picture::new(2, 1, vec![0; 6]).is_some());
        assert!(Picture::new(2, 1, vec![0; 5]).is_none());
        assert!(Picture::new(0, 1, vec![]).is_none());
        assert!(Picture::new(u32::MAX, u32::MAX, vec![0; 3]).is_none());
    }

    #[test]
    fn pixels_and_their_brightness() {
        let bytes = vec![255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        let picture = Picture::new(2, 2, bytes).expect("four pixels");
        assert_eq!(picture.pixel(1, 0), Some([0, 255, 0]));
        assert_eq!(picture.pixel(0, 1), Some([0, 0, 255]));
        assert_eq!((picture.pixel(2, 0), picture.pixel(0, 2)), (None, None));
        // 76.245, 149.685, 29.07.
        assert_eq!(picture.grey(), [76, 150, 29, 255]);
    }
}
