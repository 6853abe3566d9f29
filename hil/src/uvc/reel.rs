//! What a simulated camera sees: pictures, one a frame, in the format that is asked for.

use std::collections::HashMap;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use super::error::UvcError;
use crate::camera::{Picture, PixelFormat};

/// The exposure at which a picture is as bright as it is, in units of 100 microseconds.
pub const DEFAULT_EXPOSURE: u32 = 156;
/// The longest exposure.
pub const MAX_EXPOSURE: u32 = 5000;
/// Frames that are kept once they are encoded.
const MAX_KEPT: usize = 64;
/// Of the JPEGs.
const QUALITY: u8 = 90;

/// The frame that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ask {
    /// [`PixelFormat::Mjpg`] or [`PixelFormat::Yuyv`].
    pub format: PixelFormat,
    /// Pixels in a line.
    pub width: u16,
    /// Lines.
    pub height: u16,
    /// Counts from 0 with each frame.
    pub number: u64,
    /// In units of 100 microseconds.
    pub exposure: u32,
}

/// Where frames come from.
pub trait Source: Send {
    /// The bytes of a frame.
    fn frame(&mut self, ask: &Ask) -> Vec<u8>;
}

/// Pictures, shown one after another and again from the first.
pub struct Reel {
    pictures: Vec<Picture>,
    kept: HashMap<Ask, Vec<u8>>,
}

impl Reel {
    /// A reel of these pictures.
    ///
    /// # Errors
    ///
    /// [`UvcError::Picture`] where there is none.
    pub fn new(pictures: Vec<Picture>) -> Result<Self, UvcError> {
        if pictures.is_empty() {
            return Err(UvcError::Picture("a reel without pictures".to_owned()));
        }
        Ok(Self { pictures, kept: HashMap::new() })
    }

    fn make(&self, ask: &Ask) -> Vec<u8> {
        let count = self.pictures.len() as u64;
        let at = usize::try_from(ask.number % count).unwrap_or(0);
        let Some(picture) = self.pictures.get(at) else { return Vec::new() };
        let picture = expose(&fit(picture, ask), ask.exposure);
        match ask.format {
            // A picture that cannot be encoded is a frame without bytes, which is seen.
            PixelFormat::Mjpg => jpeg(&picture, QUALITY).unwrap_or_default(),
            _ => yuyv(&picture),
        }
    }
}

impl Source for Reel {
    fn frame(&mut self, ask: &Ask) -> Vec<u8> {
        let key = Ask { number: ask.number % self.pictures.len() as u64, ..*ask };
        if let Some(kept) = self.kept.get(&key) {
            return kept.clone();
        }
        if self.kept.len() >= MAX_KEPT {
            self.kept.clear();
        }
        let bytes = self.make(&key);
        self.kept.insert(key, bytes.clone());
        bytes
    }
}

/// The picture at the size that was asked for: itself, or its nearest pixels.
fn fit(picture: &Picture, ask: &Ask) -> Picture {
    let (width, height) = (u32::from(ask.width), u32::from(ask.height));
    if (picture.width(), picture.height()) == (width, height) {
        return picture.clone();
    }
    draw(width, height, |x, y| {
        let (x, y) = (x * picture.width() / width, y * picture.height() / height);
        picture.pixel(x, y).unwrap_or_default()
    })
}

/// Brighter or darker with the exposure, in proportion.
fn expose(picture: &Picture, exposure: u32) -> Picture {
    if exposure == DEFAULT_EXPOSURE {
        return picture.clone();
    }
    let scaled = |&byte: &u8| {
        let value = u32::from(byte) * exposure / DEFAULT_EXPOSURE;
        u8::try_from(value).unwrap_or(u8::MAX)
    };
    let rgb = picture.rgb().iter().map(scaled).collect();
    Picture::new(picture.width(), picture.height(), rgb).unwrap_or_else(|| picture.clone())
}

/// A picture as a JPEG; 100 is the best quality.
///
/// # Errors
///
/// [`UvcError::Picture`].
pub fn jpeg(picture: &Picture, quality: u8) -> Result<Vec<u8>, UvcError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(picture.rgb(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(|error| UvcError::Picture(error.to_string()))?;
    Ok(bytes)
}

/// A picture as Y, Cb, Y, Cr: BT.601 of limited range; an odd last column is left out.
pub fn yuyv(picture: &Picture) -> Vec<u8> {
    let line = picture.width() as usize * 3;
    let lines = picture.rgb().chunks_exact(line);
    lines.flat_map(|line| line.chunks_exact(6).flat_map(pair)).collect()
}

/// Two pixels in four bytes, with the mean of their colours.
fn pair(pixels: &[u8]) -> [u8; 4] {
    let [r0, g0, b0, r1, g1, b1] = *pixels else { return [0; 4] };
    let mean = |one: u8, other: u8| one.midpoint(other);
    let (red, green, blue) = (mean(r0, r1), mean(g0, g1), mean(b0, b1));
    [
        weigh([16_829, 33_039, 6_416], [r0, g0, b0], 16),
        weigh([-9_714, -19_070, 28_784], [red, green, blue], 128),
        weigh([16_829, 33_039, 6_416], [r1, g1, b1], 16),
        weigh([28_784, -24_103, -4_681], [red, green, blue], 128),
    ]
}

/// Factors are 65,536ths.
fn weigh(factors: [i32; 3], colour: [u8; 3], zero: i32) -> u8 {
    let parts = factors.into_iter().zip(colour).map(|(factor, part)| factor * i32::from(part));
    let sum = (parts.sum::<i32>() + 32_768) >> 16;
    u8::try_from((sum + zero).clamp(0, 255)).unwrap_or(0)
}

/// A made-up picture that differs with its number: a field of colours under a grid of
/// sixteen squares, bright where the number has a one.
pub fn test_picture(width: u32, height: u32, number: u16) -> Picture {
    let (columns, rows) = (width.max(1), height.max(1));
    draw(columns, rows, |x, y| {
        let square = (y * 4 / rows) * 4 + x * 4 / columns;
        let bright = if number >> square & 1 == 1 { 96 } else { 0 };
        let part = |value: u32| u8::try_from(value.min(255)).unwrap_or(u8::MAX);
        [part(bright + x * 128 / columns), part(bright + y * 128 / rows), part(64 + bright)]
    })
}

fn draw(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let (columns, rows) = (width.max(1), height.max(1));
    let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| pixel(x, y)).collect();
    // As many bytes as there are places: never none.
    Picture::new(columns, rows, rgb).unwrap_or_else(|| unreachable!("three bytes a place"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::{Mode, to_picture};

    fn ask(format: PixelFormat, number: u64, exposure: u32) -> Ask {
        Ask { format, width: 64, height: 48, number, exposure }
    }

    fn reel() -> Reel {
        Reel::new((1..4).map(|number| test_picture(64, 48, number)).collect()).expect("pictures")
    }

    fn shown(reel: &mut Reel, ask: &Ask) -> Picture {
        let mode = Mode::packed(ask.format, 64, 48).expect("a mode");
        to_picture(&mode, &reel.frame(ask)).expect("a whole frame")
    }

    fn furthest(one: &Picture, other: &Picture) -> u8 {
        let pairs = one.rgb().iter().zip(other.rgb());
        pairs.map(|(one, other)| one.abs_diff(*other)).max().unwrap_or(0)
    }

    #[test]
    fn frames_are_the_pictures_and_begin_again() {
        let mut reel = reel();
        for number in 0..3_u16 {
            let picture = test_picture(64, 48, number + 1);
            let seen = shown(&mut reel, &ask(PixelFormat::Yuyv, number.into(), DEFAULT_EXPOSURE));
            // At the edges of squares two pixels share a colour.
            let near = seen.rgb().iter().zip(picture.rgb()).filter(|(a, b)| a.abs_diff(**b) <= 4);
            assert!(near.count() * 100 >= picture.rgb().len() * 95);
            let first = ask(PixelFormat::Mjpg, number.into(), DEFAULT_EXPOSURE);
            let again = Ask { number: first.number + 3, ..first };
            assert_eq!(reel.frame(&first), reel.frame(&again));
            assert!(furthest(&shown(&mut reel, &first), &picture) < 60);
        }
        let (first, second) = (ask(PixelFormat::Mjpg, 0, 156), ask(PixelFormat::Mjpg, 1, 156));
        assert_ne!(reel.frame(&first), reel.frame(&second));
    }

    #[test]
    fn a_longer_exposure_is_brighter() {
        let mut reel = reel();
        let mut mean = |exposure| {
            let grey = shown(&mut reel, &ask(PixelFormat::Yuyv, 0, exposure)).grey();
            grey.iter().map(|&grey| u32::from(grey)).sum::<u32>() / 3072
        };
        let means = [mean(39), mean(78), mean(156), mean(312)];
        assert!(means.is_sorted_by(|one, other| one * 3 < other * 2), "{means:?}");
    }

    #[test]
    fn another_size_is_the_nearest_pixels() {
        let small = fit(&test_picture(128, 96, 1), &ask(PixelFormat::Yuyv, 0, 156));
        assert_eq!((small.width(), small.height()), (64, 48));
        assert_eq!(small.pixel(10, 10), test_picture(128, 96, 1).pixel(20, 20));
    }

    #[test]
    fn a_reel_has_a_picture() {
        assert!(Reel::new(Vec::new()).is_err());
    }
}
