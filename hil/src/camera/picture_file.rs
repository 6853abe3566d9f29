//! Pictures in files, and as a camera before them sees them.

use std::io;
use std::path::Path;

use image::imageops::{FilterType, resize};
use image::{ExtendedColorType, ImageReader, Limits, RgbImage};

use super::Picture;
use super::format::MAX_SIDE;

/// Most memory that a decoder takes: a picture of the largest side both ways would be 768 MiB.
const MAX_DECODER_BYTES: u64 = 256 << 20;

impl Picture {
    /// The picture in a JPEG, PNG or PNM file; what it is, is told by its first bytes.
    ///
    /// # Errors
    ///
    /// It cannot be read, is none of these, or is larger than pictures are.
    pub fn read(path: &Path) -> io::Result<Picture> {
        let mut reader = ImageReader::open(path)?.with_guessed_format()?;
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
        limits.max_alloc = Some(MAX_DECODER_BYTES);
        reader.limits(limits);
        let decoded = reader.decode().map_err(io::Error::other)?.into_rgb8();
        let (width, height) = decoded.dimensions();
        Picture::new(width, height, decoded.into_raw())
            .ok_or_else(|| io::Error::other("a picture without pixels"))
    }

    /// Writes it in the format that the file's name ends with.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let (width, height) = (self.width(), self.height());
        image::save_buffer(path, self.rgb(), width, height, ExtendedColorType::Rgb8)
            .map_err(io::Error::other)
    }

    /// Nothing to be seen; a side of 0 is one of 1.
    #[must_use]
    pub fn black(width: u32, height: u32) -> Picture {
        let (width, height) = (width.clamp(1, MAX_SIDE), height.clamp(1, MAX_SIDE));
        let rgb = vec![0; width as usize * height as usize * 3];
        Picture::new(width, height, rgb).unwrap_or_else(|| unreachable!("three bytes a pixel"))
    }

    /// As large as it can be in a frame of this size, in its middle, black around.
    #[must_use]
    pub fn staged(&self, width: u32, height: u32) -> Picture {
        if (self.width(), self.height()) == (width, height) {
            return self.clone();
        }
        let stage = Picture::black(width, height);
        let Some(whole) = RgbImage::from_raw(self.width(), self.height(), self.rgb().to_vec())
        else {
            return stage;
        };
        let (width, height) = (stage.width(), stage.height());
        // Both sides by the same factor: that of the side which fills the frame first.
        let wide = u64::from(self.width()) * u64::from(height);
        let high = u64::from(self.height()) * u64::from(width);
        let part =
            |side: u32, over: u64| u32::try_from(over / u64::from(side)).unwrap_or(u32::MAX).max(1);
        let (w, h) = if wide > high {
            (width, part(self.width(), high).min(height))
        } else {
            (part(self.height(), wide).min(width), height)
        };
        let scaled = resize(&whole, w, h, FilterType::Triangle);
        Picture::new(w, h, scaled.into_raw()).map_or(stage, |scaled| scaled.placed(width, height))
    }

    /// As large as it is in the middle of a frame, black around; a larger frame loses nothing, of
    /// a smaller one there is only black.
    #[must_use]
    pub fn placed(&self, width: u32, height: u32) -> Picture {
        let mut stage = Picture::black(width, height);
        let left = stage.width().saturating_sub(self.width()) as usize / 2 * 3;
        let top = stage.height().saturating_sub(self.height()) as usize / 2;
        let (line, own) = (stage.width() as usize * 3, self.width() as usize * 3);
        let lines = stage.rgb_mut().chunks_exact_mut(line).skip(top);
        for (to, pixels) in lines.zip(self.rgb().chunks_exact(own)) {
            if let Some(place) = to.get_mut(left..left + own) {
                place.copy_from_slice(pixels);
            }
        }
        stage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let rgb = (0..48).map(|part| part * 5).collect();
        let picture = Picture::new(4, 4, rgb).unwrap();
        for name in ["a.png", "a.ppm"] {
            let path = folder.path().join(name);
            picture.write(&path).unwrap();
            assert_eq!(Picture::read(&path).unwrap(), picture, "{name}");
        }
        // A name says nothing.
        std::fs::rename(folder.path().join("a.png"), folder.path().join("b.jpg")).unwrap();
        assert_eq!(Picture::read(&folder.path().join("b.jpg")).unwrap(), picture);
    }

    #[test]
    fn what_is_no_picture_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        assert!(Picture::read(&path).is_err());
        std::fs::write(&path, b"no picture").unwrap();
        assert!(Picture::read(&path).is_err());
        // A header of a picture of 4 thousand million pixels takes no memory.
        std::fs::write(&path, b"P6 65535 65535 255\n").unwrap();
        assert!(Picture::read(&path).is_err());
        let whole = Picture::black(9, 9);
        whole.write(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for length in 0..bytes.len() - 12 {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert!(Picture::read(&path).is_err(), "{length} bytes of {}", bytes.len());
        }
    }

    #[test]
    fn a_picture_stands_in_the_middle_of_its_stage() {
        let white = Picture::new(2, 4, vec![255; 24]).unwrap();
        let staged = white.staged(16, 8);
        assert_eq!((staged.width(), staged.height()), (16, 8));
        for (x, y, grey) in [(5, 4, 0), (6, 0, 255), (9, 7, 255), (10, 4, 0), (0, 0, 0)] {
            assert_eq!(staged.pixel(x, y), Some([grey; 3]), "{x}, {y}");
        }
        let flat = Picture::new(9, 1, vec![255; 27]).unwrap().staged(18, 6);
        assert_eq!((flat.pixel(0, 2), flat.pixel(17, 3)), (Some([255; 3]), Some([255; 3])));
        assert_eq!((flat.pixel(0, 1), flat.pixel(17, 4)), (Some([0; 3]), Some([0; 3])));
        assert_eq!(white.staged(2, 4), white);
    }
}
