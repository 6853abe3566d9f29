//! A picture as a network wants it: one plane a colour, scaled.

use image::RgbImage;
use image::imageops::{FilterType, resize};

use super::description::Order;
use crate::camera::Picture;

/// The planes of a picture.
pub(super) fn planes(picture: &Picture, order: Order, mean: [f32; 3], std: [f32; 3]) -> Vec<f32> {
    let colours = match order {
        Order::Rgb => [0, 1, 2],
        Order::Bgr => [2, 1, 0],
    };
    let plane = |(place, colour): (usize, usize)| {
        let pixels = picture.rgb().iter().skip(colour).step_by(3);
        pixels.map(move |&pixel| (f32::from(pixel) - mean[place]) / std[place])
    };
    colours.into_iter().enumerate().flat_map(plane).collect()
}

/// The picture scaled to fit a square, at its top left, and the scale; the rest is black.
pub(super) fn fit(picture: &Picture, side: u32) -> Option<(Picture, f32)> {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(side) + u64::from(longest / 2);
        u32::try_from(length / u64::from(longest)).unwrap_or(side).clamp(1, side)
    };
    let whole = RgbImage::from_raw(width, height, picture.rgb().to_vec())?;
    let small = resize(&whole, scaled(width), scaled(height), FilterType::Triangle);
    let line = small.width() as usize * 3;
    let row = side as usize * 3;
    let mut rgb = vec![0; row * side as usize];
    for (to, from) in rgb.chunks_exact_mut(row).zip(small.as_raw().chunks_exact(line)) {
        to.get_mut(..line)?.copy_from_slice(from);
    }
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are far below 2^24")]
    let scale = side as f32 / longest as f32;
    Some((Picture::new(side, side, rgb)?, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_in_order_and_scaled() {
        let picture = Picture::new(2, 1, vec![10, 20, 30, 40, 50, 60]).expect("two pixels");
        let (mean, std) = ([10.0, 20.0, 30.0], [2.0, 1.0, 5.0]);
        assert_eq!(planes(&picture, Order::Rgb, mean, std), [0.0, 15.0, 0.0, 30.0, 0.0, 6.0]);
        assert_eq!(planes(&picture, Order::Bgr, mean, std), [10.0, 25.0, 0.0, 30.0, -4.0, 2.0]);
    }

    #[test]
    fn a_picture_lies_at_the_top_left() {
        let picture = Picture::new(4, 2, vec![200; 24]).expect("a picture");
        let (fitted, scale) = fit(&picture, 8).expect("a picture");
        assert!((scale - 2.0).abs() < 1e-6);
        assert_eq!(fitted.pixel(7, 3), Some([200; 3]));
        assert_eq!(fitted.pixel(0, 4), Some([0; 3]));
    }
}
