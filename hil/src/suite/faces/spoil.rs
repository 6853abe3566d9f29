//! A picture made worse, step by step.

use image::RgbImage;
use image::imageops::fast_blur;

use crate::camera::Picture;
use crate::face::{Fault, Quality};

/// One way to spoil a picture.
pub(super) struct Ramp {
    pub(super) name: &'static str,
    /// From little to much.
    pub(super) steps: &'static [f32],
    /// What a refusal has to name, one of these.
    pub(super) faults: &'static [Fault],
    /// Whether it is as good if another fault is named first, or no face is seen any more.
    pub(super) any_end: bool,
    /// The measure that follows the steps.
    pub(super) measure: fn(&Quality) -> f32,
    pub(super) unit: &'static str,
    change: fn(&Picture, f32, f32) -> Picture,
}

pub(super) const RAMPS: [Ramp; 4] = [
    Ramp {
        name: "blurred",
        steps: &[0.01, 0.016, 0.022, 0.03, 0.036, 0.045, 0.055, 0.065, 0.08, 0.1, 0.15],
        faults: &[Fault::Blurred],
        any_end: false,
        measure: |quality| quality.sharpness,
        unit: "sharpness",
        change: |picture, step, eyes| blurred(picture, step * eyes),
    },
    Ramp {
        name: "darkened",
        steps: &[0.8, 0.64, 0.51, 0.41, 0.33, 0.26, 0.21, 0.17, 0.13, 0.1],
        faults: &[Fault::Dark, Fault::Clipped],
        any_end: false,
        measure: |quality| quality.brightness,
        unit: "grey",
        change: |picture, step, _| exposed(picture, step),
    },
    Ramp {
        name: "overexposed",
        steps: &[1.2, 1.4, 1.7, 2.1, 2.5, 3.0, 3.6],
        faults: &[Fault::Bright, Fault::Clipped],
        any_end: false,
        measure: |quality| quality.brightness,
        unit: "grey",
        change: |picture, step, _| exposed(picture, step),
    },
    Ramp {
        name: "far away",
        steps: &[0.8, 0.6, 0.45, 0.34, 0.25, 0.19, 0.14, 0.1, 0.07],
        faults: &[Fault::Small],
        any_end: true,
        measure: |quality| quality.eye_distance,
        unit: "pixels between the eyes",
        change: |picture, step, _| farther(picture, step),
    },
];

impl Ramp {
    /// The picture after a step. A blur is in distances of the eyes, so that it means the same
    /// for a large face and a small one.
    pub(super) fn spoilt(&self, picture: &Picture, step: f32, eye_distance: f32) -> Picture {
        (self.change)(picture, step, eye_distance)
    }
}

/// By so many pixels (sigma of a Gaussian).
fn blurred(picture: &Picture, sigma: f32) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let blurred = RgbImage::from_raw(width, height, picture.rgb().to_vec())
        .map(|image| fast_blur(&image, sigma.max(0.01)).into_raw());
    blurred.and_then(|rgb| Picture::new(width, height, rgb)).unwrap_or_else(|| picture.clone())
}

/// With so many times the light.
fn exposed(picture: &Picture, by: f32) -> Picture {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let rgb = picture.rgb().iter().map(|part| (f32::from(*part) * by).round() as u8).collect();
    Picture::new(picture.width(), picture.height(), rgb).unwrap_or_else(|| picture.clone())
}

/// So many times its size, black around.
fn farther(picture: &Picture, by: f32) -> Picture {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "sides of pictures are far below 2^24"
    )]
    let part = |side: u32| (side as f32 * by).round().max(1.0) as u32;
    let small = picture.staged(part(picture.width()), part(picture.height()));
    small.placed(picture.width(), picture.height())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uvc::test_picture;

    fn contrast(picture: &Picture) -> u64 {
        let grey = picture.grey();
        grey.windows(2).map(|pair| u64::from(pair[0].abs_diff(pair[1]))).sum()
    }

    fn mean(picture: &Picture) -> u64 {
        let grey = picture.grey();
        grey.iter().map(|grey| u64::from(*grey)).sum::<u64>() / grey.len() as u64
    }

    #[test]
    fn each_ramp_goes_one_way() {
        // Lines on a field of colours: every ramp takes something of them.
        let mut picture = test_picture(320, 240, 0x5a5a);
        picture.pixels_mut().step_by(11).for_each(|pixel| pixel.fill(230));
        for ramp in &RAMPS {
            let spoilt: Vec<_> =
                ramp.steps.iter().map(|step| ramp.spoilt(&picture, *step, 60.0)).collect();
            assert!(spoilt.iter().all(|one| (one.width(), one.height()) == (320, 240)));
            let value =
                |one: &Picture| if ramp.name == "blurred" { contrast(one) } else { mean(one) };
            let values: Vec<_> = spoilt.iter().map(value).collect();
            let upwards = ramp.name == "overexposed";
            let (first, last) = (values[0], values[values.len() - 1]);
            let (more, less) = if upwards { (last, first) } else { (first, last) };
            assert!(more * 10 > less * 13, "{}: {values:?}", ramp.name);
        }
    }

    #[test]
    fn light_saturates_and_distance_shrinks() {
        let picture = Picture::new(2, 1, vec![10, 100, 200, 1, 2, 3]).unwrap();
        assert_eq!(exposed(&picture, 2.0).rgb(), [20, 200, 255, 2, 4, 6]);
        let white = Picture::new(8, 8, vec![255; 192]).unwrap();
        let far = farther(&white, 0.5);
        assert_eq!((far.pixel(1, 4), far.pixel(2, 2)), (Some([0; 3]), Some([255; 3])));
        assert_eq!((far.pixel(5, 5), far.pixel(6, 6)), (Some([255; 3]), Some([0; 3])));
    }
}
