//! How good a face is for a template: simple measures with units, not one verdict.

use super::detector::Face;
use crate::camera::Picture;

/// Measures of a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Pixels between the eyes.
    pub eye_distance: f32,
    /// The variance of the Laplacian in the middle of the aligned face, at a brightness of 128:
    /// low is blurred. It does not change with the exposure, but with the light's direction and
    /// the camera's noise; it compares pictures of one camera only.
    pub sharpness: f32,
    /// The mean brightness there, 0 to 255.
    pub brightness: f32,
    /// The share of pixels there that are black (below 8) or white (above 247), 0 to 1.
    pub clipped: f32,
    /// The head tilted to a shoulder, in degrees: the angle of the line through the eyes.
    pub roll: f32,
    /// The head turned aside: the nose's distance from the middle of the eyes, in distances
    /// of the eyes. 0 is straight, 0.5 is in profile.
    pub yaw: f32,
    /// The head up or down: how far the nose is from the eyes to the mouth, 0 to 1; about
    /// 0.6 in frontal pictures.
    pub pitch: f32,
}

impl Quality {
    /// Of a face, and of it aligned.
    pub(super) fn of(face: &Face, aligned: &Picture) -> Self {
        let [right, left, nose, right_mouth, left_mouth] = face.points;
        let (dx, dy) = (left.x - right.x, left.y - right.y);
        let eye_distance = dx.hypot(dy).max(f32::MIN_POSITIVE);
        // Along and across the line of the eyes, so that the tilt does not count.
        let along = |x: f32, y: f32| (x * dx + y * dy) / eye_distance;
        let across = |x: f32, y: f32| (y * dx - x * dy) / eye_distance;
        let (eyes_x, eyes_y) = (f32::midpoint(right.x, left.x), f32::midpoint(right.y, left.y));
        let (mouth_x, mouth_y) = (
            f32::midpoint(right_mouth.x, left_mouth.x),
            f32::midpoint(right_mouth.y, left_mouth.y),
        );
        let down = across(mouth_x - eyes_x, mouth_y - eyes_y);
        let (grey, width) = middle(aligned);
        let count = grey.len().max(1);
        let clipped = grey.iter().filter(|&&grey| !(8..=247).contains(&grey)).count();
        let brightness = share(grey.iter().map(|&grey| u64::from(grey)).sum(), count);
        Self {
            eye_distance,
            sharpness: sharpness(&grey, width) * (128.0 / brightness.max(1.0)).powi(2),
            brightness,
            clipped: share(clipped as u64, count),
            roll: dy.atan2(dx).to_degrees(),
            yaw: along(nose.x - eyes_x, nose.y - eyes_y) / eye_distance,
            pitch: across(nose.x - eyes_x, nose.y - eyes_y) / down,
        }
    }
}

/// The middle half of a picture each way, and its width: around it are hair, background, and what
/// lies outside of the picture that the face was taken from.
fn middle(aligned: &Picture) -> (Vec<u8>, usize) {
    let (width, height) = (aligned.width() as usize, aligned.height() as usize);
    let (left, top) = (width / 4, height / 4);
    let (wide, high) = (width - 2 * left, height - 2 * top);
    let grey = aligned.grey();
    let lines = grey.chunks_exact(width).skip(top).take(high);
    (lines.flat_map(|line| line.iter().skip(left).take(wide).copied()).collect(), wide)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a mean of bytes")]
fn share(sum: u64, count: usize) -> f32 {
    (sum as f64 / count as f64) as f32
}

/// The variance of 4 times a pixel less its four neighbours.
fn sharpness(grey: &[u8], width: usize) -> f32 {
    let at = |place: usize| f64::from(grey.get(place).copied().unwrap_or(0));
    let height = grey.len() / width.max(1);
    let inner = |length: usize| 1..length.saturating_sub(1);
    let places = inner(height).flat_map(|y| inner(width).map(move |x| y * width + x));
    let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
    for place in places {
        let around = at(place - 1) + at(place + 1) + at(place - width) + at(place + width);
        let value = 4.0 * at(place) - around;
        sum += value;
        squares += value * value;
        count += 1.0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a measure, not a count")]
    let variance = (squares / f64::max(count, 1.0) - (sum / f64::max(count, 1.0)).powi(2)) as f32;
    variance
}

#[cfg(test)]
mod tests {
    use super::super::align::Point;
    use super::*;

    fn face(points: [[f32; 2]; 5]) -> Face {
        let points = points.map(|[x, y]| Point { x, y });
        Face { score: 1.0, left: 0.0, top: 0.0, width: 1.0, height: 1.0, points }
    }

    fn flat(grey: u8) -> Picture {
        Picture::new(8, 8, vec![grey; 192]).expect("a picture")
    }

    #[test]
    fn poses_by_hand() {
        let straight = face([[30.0, 40.0], [70.0, 40.0], [50.0, 60.0], [35.0, 80.0], [65.0, 80.0]]);
        let quality = Quality::of(&straight, &flat(100));
        let near = |one: f32, other: f32| (one - other).abs() < 1e-3;
        assert!(near(quality.eye_distance, 40.0) && near(quality.roll, 0.0));
        assert!(near(quality.yaw, 0.0) && near(quality.pitch, 0.5));
        // Turned by 90 degrees as a whole: only the roll differs.
        let tilted = face([[60.0, 30.0], [60.0, 70.0], [40.0, 50.0], [20.0, 35.0], [20.0, 65.0]]);
        let quality = Quality::of(&tilted, &flat(100));
        assert!(near(quality.roll, 90.0) && near(quality.yaw, 0.0) && near(quality.pitch, 0.5));
        let turned = face([[30.0, 40.0], [70.0, 40.0], [60.0, 60.0], [35.0, 80.0], [65.0, 80.0]]);
        assert!(near(Quality::of(&turned, &flat(100)).yaw, 0.25));
    }

    #[test]
    fn brightness_and_sharpness() {
        let points = [[3.0, 4.0], [9.0, 4.0], [6.0, 7.0], [4.0, 10.0], [8.0, 10.0]];
        let of = |picture: &Picture| Quality::of(&face(points), picture);
        assert_eq!((of(&flat(100)).brightness, of(&flat(100)).sharpness), (100.0, 0.0));
        assert_eq!((of(&flat(100)).clipped, of(&flat(250)).clipped), (0.0, 1.0));
        let board = (0..64).flat_map(|at| [if (at + at / 8) % 2 == 0 { 0 } else { 255 }; 3]);
        let board = Picture::new(8, 8, board.collect()).expect("a picture");
        let soft = board.rgb().iter().map(|&part| part / 4 + 96).collect();
        let soft = Picture::new(8, 8, soft).expect("a picture");
        assert!(of(&board).sharpness > 10.0 * of(&soft).sharpness);
        // Half the light is no blur.
        let dark = board.rgb().iter().map(|&part| part / 2).collect();
        let dark = Picture::new(8, 8, dark).expect("a picture");
        assert!((of(&dark).sharpness / of(&board).sharpness - 1.0).abs() < 0.05);
    }

    #[test]
    fn what_lies_around_a_face_does_not_count() {
        // Black outside, white within: an edge that no blur takes away.
        let inside = |at: usize| (1..7).contains(&(at % 8)) && (1..7).contains(&(at / 8));
        let framed = (0..64).flat_map(|at| [if inside(at) { 255 } else { 0 }; 3]).collect();
        let framed = Picture::new(8, 8, framed).expect("a picture");
        let points = [[3.0, 4.0], [9.0, 4.0], [6.0, 7.0], [4.0, 10.0], [8.0, 10.0]];
        let quality = Quality::of(&face(points), &framed);
        assert_eq!((quality.brightness, quality.sharpness), (255.0, 0.0));
    }
}
