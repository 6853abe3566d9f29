//! Y, Cb and Cr to red, green and blue, in integers: the same on every machine.

use super::super::format::{Mode, YuvEncoding, YuvRange};
use super::lines;

/// Factors in 65,536ths of what Y, Cb and Cr weigh.
struct Weights {
    black: i32,
    y: i32,
    red_cr: i32,
    green_cb: i32,
    green_cr: i32,
    blue_cb: i32,
}

/// From the definitions: with Kr and Kb of the encoding and Kg = 1 - Kr - Kb, red is
/// Y + 2 (1 - Kr) Cr, blue Y + 2 (1 - Kb) Cb, green Y - 2 (1 - Kb) Kb / Kg Cb - 2 (1 - Kr) Kr / Kg Cr;
/// limited range scales Y by 255 / 219 and the others by 255 / 224.
const fn weights(encoding: YuvEncoding, range: YuvRange) -> Weights {
    match (encoding, range) {
        (YuvEncoding::Bt601, YuvRange::Limited) => Weights {
            black: 16,
            y: 76_309,
            red_cr: 104_597,
            green_cb: -25_675,
            green_cr: -53_279,
            blue_cb: 132_201,
        },
        (YuvEncoding::Bt601, YuvRange::Full) => Weights {
            black: 0,
            y: 65_536,
            red_cr: 91_881,
            green_cb: -22_553,
            green_cr: -46_802,
            blue_cb: 116_130,
        },
        (YuvEncoding::Bt709, YuvRange::Limited) => Weights {
            black: 16,
            y: 76_309,
            red_cr: 117_489,
            green_cb: -13_975,
            green_cr: -34_925,
            blue_cb: 138_438,
        },
        (YuvEncoding::Bt709, YuvRange::Full) => Weights {
            black: 0,
            y: 65_536,
            red_cr: 103_206,
            green_cb: -12_276,
            green_cr: -30_679,
            blue_cb: 121_609,
        },
    }
}

impl Weights {
    fn of(mode: &Mode) -> Self {
        weights(mode.encoding, mode.range)
    }

    fn rgb(&self, y: u8, cb: u8, cr: u8) -> [u8; 3] {
        let y = (i32::from(y) - self.black) * self.y + 32_768;
        let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
        [y + self.red_cr * cr, y + self.green_cb * cb + self.green_cr * cr, y + self.blue_cb * cb]
            .map(|sum| u8::try_from((sum >> 16).clamp(0, 255)).unwrap_or(0))
    }
}

/// Two pixels share Cb and Cr.
pub(super) fn from_yuyv(mode: &Mode, bytes: &[u8]) -> Vec<u8> {
    let weights = Weights::of(mode);
    let (width, height) = (mode.width as usize, mode.height as usize);
    let mut rgb = Vec::with_capacity(width * height * 3);
    for line in lines(bytes, mode.stride, width * 2).take(height) {
        for pair in line.chunks_exact(4) {
            if let [first, cb, second, cr] = *pair {
                rgb.extend(weights.rgb(first, cb, cr));
                rgb.extend(weights.rgb(second, cb, cr));
            }
        }
    }
    rgb
}

/// Four pixels share Cb and Cr, which have a plane of their own.
pub(super) fn from_nv12(mode: &Mode, bytes: &[u8]) -> Vec<u8> {
    let weights = Weights::of(mode);
    let (width, height) = (mode.width as usize, mode.height as usize);
    let (brightness, chroma) = bytes.split_at(mode.stride as usize * height);
    let mut rgb = Vec::with_capacity(width * height * 3);
    let chroma = lines(chroma, mode.stride, width.next_multiple_of(2));
    let twice = chroma.flat_map(|line| [line, line]);
    for (line, chroma) in lines(brightness, mode.stride, width).zip(twice).take(height) {
        for (pair, shared) in line.chunks(2).zip(chroma.chunks_exact(2)) {
            if let [cb, cr] = *shared {
                rgb.extend(pair.iter().flat_map(|&y| weights.rgb(y, cb, cr)));
            }
        }
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::super::super::format::PixelFormat;
    use super::super::to_picture;
    use super::*;

    /// The factors, from the definitions in floating point.
    #[test]
    fn the_factors_are_the_standards() {
        let standards = [(YuvEncoding::Bt601, 0.299, 0.114), (YuvEncoding::Bt709, 0.2126, 0.0722)];
        for (encoding, kr, kb) in standards {
            for (range, y, c) in
                [(YuvRange::Full, 1.0, 1.0), (YuvRange::Limited, 255.0 / 219.0, 255.0 / 224.0)]
            {
                let kg: f64 = 1.0 - kr - kb;
                let got = weights(encoding, range);
                let (red, blue) = (2.0 * (1.0 - kr) * c, 2.0 * (1.0 - kb) * c);
                for (have, want) in [
                    (got.y, y),
                    (got.red_cr, red),
                    (got.blue_cb, blue),
                    (got.green_cb, -blue * kb / kg),
                    (got.green_cr, -red * kr / kg),
                ] {
                    let error: f64 = f64::from(have) - want * 65_536.0;
                    assert!(error.abs() <= 0.51, "{encoding:?} {range:?}: {have}, off by {error}");
                }
            }
        }
    }

    #[test]
    fn yuyv_by_hand() {
        let mode = Mode::packed(PixelFormat::Yuyv, 4, 1).expect("a size");
        // Black and white; then the colour bars' red: 81, 90, 240 is 254.4, -0.4, -0.3.
        let bytes = [16, 128, 235, 128, 81, 90, 81, 240];
        let picture = to_picture(&mode, &bytes).expect("a whole frame");
        assert_eq!(picture.rgb(), [0, 0, 0, 255, 255, 255, 254, 0, 0, 254, 0, 0]);
    }

    #[test]
    fn full_range_keeps_what_limited_range_cuts() {
        let limited = Mode::packed(PixelFormat::Yuyv, 2, 1).expect("a size");
        let full = Mode { range: YuvRange::Full, ..limited };
        let bytes = [10, 128, 250, 128];
        let rgb = |mode| to_picture(&mode, &bytes).expect("a whole frame").rgb().to_vec();
        assert_eq!(rgb(limited), [0, 0, 0, 255, 255, 255]);
        assert_eq!(rgb(full), [10, 10, 10, 250, 250, 250]);
    }

    #[test]
    fn nv12_by_hand_with_an_odd_size_and_padding() {
        // Three pixels by three lines, lines of five bytes; only the last pair of Cb and Cr
        // is not grey, so that only the last pixel is red.
        let mode = Mode {
            stride: 5,
            frame_bytes: 25,
            ..Mode::packed(PixelFormat::Nv12, 3, 3).expect("a size")
        };
        let mut bytes = vec![7; 25];
        for line in 0..3 {
            bytes[line * 5..line * 5 + 3].copy_from_slice(&[16, 126, 81]);
        }
        bytes[15..19].copy_from_slice(&[128; 4]);
        bytes[20..24].copy_from_slice(&[128, 128, 90, 240]);
        let picture = to_picture(&mode, &bytes).expect("a whole frame");
        // 110 steps of 255 / 219 are 128.08; 65 are 75.7.
        let (black, middle) = ([0; 3], [128; 3]);
        let line = |last: [u8; 3]| [black, middle, last].concat();
        assert_eq!(picture.rgb(), [line([76; 3]), line([76; 3]), line([254, 0, 0])].concat());
    }
}
