//! A face turned, scaled and shifted so that its five points are where the embedder wants
//! them: the similarity with the least squared error, without a mirror.

use super::error::FaceError;
use crate::camera::Picture;

/// A place in a picture, in pixels from the middle of the top left one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    pub(super) fn is_finite(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// From the aligned picture to the one it is taken from: x = a u - b v + c, y = b u + a v + d.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Similarity {
    a: f32,
    b: f32,
    c: f32,
    d: f32,
}

impl Similarity {
    /// The one that brings `from` nearest to `to`, backwards.
    pub(super) fn between(from: &[Point; 5], to: &[[f32; 2]; 5]) -> Result<Self, FaceError> {
        let mean = |values: [f32; 5]| values.iter().sum::<f32>() / 5.0;
        let (fx, fy) = (mean(from.map(|point| point.x)), mean(from.map(|point| point.y)));
        let (tx, ty) = (mean(to.map(|point| point[0])), mean(to.map(|point| point[1])));
        let (mut along, mut across, mut spread) = (0.0, 0.0, 0.0);
        for (from, to) in from.iter().zip(to) {
            let (x, y) = (from.x - fx, from.y - fy);
            let (u, v) = (to[0] - tx, to[1] - ty);
            along += x * u + y * v;
            across += x * v - y * u;
            spread += x * x + y * y;
        }
        // Forwards u = p x - q y, v = q x + p y.
        let (p, q) = (along / spread, across / spread);
        let square = p * p + q * q;
        if !square.is_normal() {
            return Err(FaceError::Points(format!("{from:?}")));
        }
        let (a, b) = (p / square, -q / square);
        Ok(Self { a, b, c: fx - a * tx + b * ty, d: fy - b * tx - a * ty })
    }

    fn apply(&self, u: f32, v: f32) -> Point {
        Point { x: self.a * u - self.b * v + self.c, y: self.b * u + self.a * v + self.d }
    }
}

/// The aligned picture, between pixels in proportion, black outside.
pub(super) fn warp(picture: &Picture, by: &Similarity, width: u32, height: u32) -> Option<Picture> {
    let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
    for v in 0..height {
        for u in 0..width {
            #[expect(clippy::cast_precision_loss, reason = "sides of pictures are far below 2^24")]
            let place = by.apply(u as f32, v as f32);
            rgb.extend(sample(picture, place));
        }
    }
    Picture::new(width, height, rgb)
}

fn sample(picture: &Picture, place: Point) -> [u8; 3] {
    let (x, y) = (place.x.floor(), place.y.floor());
    let (right, down) = (place.x - x, place.y - y);
    let mut sums = [0.0; 3];
    for (dx, dy, weight) in [
        (0.0, 0.0, (1.0 - right) * (1.0 - down)),
        (1.0, 0.0, right * (1.0 - down)),
        (0.0, 1.0, (1.0 - right) * down),
        (1.0, 1.0, right * down),
    ] {
        let pixel = pixel(picture, x + dx, y + dy);
        for (sum, part) in sums.iter_mut().zip(pixel) {
            *sum += weight * f32::from(part);
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest value of a u8"
    )]
    sums.map(|sum| sum.round() as u8)
}

/// Black outside.
fn pixel(picture: &Picture, x: f32, y: f32) -> [u8; 3] {
    let inside = |value: f32| (0.0..1e6).contains(&value);
    if !inside(x) || !inside(y) {
        return [0; 3];
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 0 to a million"
    )]
    picture.pixel(x as u32, y as u32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO: [[f32; 2]; 5] = [[3.0, 4.0], [9.0, 4.0], [6.0, 7.0], [4.0, 10.0], [8.0, 10.0]];

    #[test]
    fn a_turned_and_scaled_face_comes_back() {
        // By 90 degrees, twice as large, shifted: u, v is at 50 - 2 v, 20 + 2 u.
        let from = TO.map(|[u, v]| Point { x: 50.0 - 2.0 * v, y: 20.0 + 2.0 * u });
        let by = Similarity::between(&from, &TO).expect("a face");
        for (point, [u, v]) in from.iter().zip(TO) {
            let back = by.apply(u, v);
            assert!((back.x - point.x).abs() < 1e-3 && (back.y - point.y).abs() < 1e-3);
        }
    }

    #[test]
    fn points_on_one_another_are_no_face() {
        let same = [Point { x: 5.0, y: 5.0 }; 5];
        assert!(matches!(Similarity::between(&same, &TO), Err(FaceError::Points(_))));
        let none = [Point { x: f32::NAN, y: 5.0 }; 5];
        assert!(Similarity::between(&none, &TO).is_err());
    }

    #[test]
    fn between_pixels_in_proportion_and_black_outside() {
        let picture = Picture::new(2, 1, vec![0, 0, 0, 100, 200, 40]).expect("two pixels");
        let by = Similarity { a: 0.5, b: 0.0, c: 0.0, d: 0.0 };
        let warped = warp(&picture, &by, 5, 1).expect("a picture");
        let red: Vec<_> = warped.rgb().iter().step_by(3).copied().collect();
        assert_eq!(red, [0, 50, 100, 50, 0]);
    }
}
