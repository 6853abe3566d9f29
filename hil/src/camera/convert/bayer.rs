//! Raw sensor bytes to red, green and blue: each missing colour is the mean of its
//! nearest neighbours (bilinear), at the edges of those that exist.

use super::super::format::Mode;

/// `red` is the place of the red pixel in each square of two by two: column, line.
pub(super) fn demosaic(mode: &Mode, bytes: &[u8], red: [usize; 2]) -> Vec<u8> {
    let sensor = Sensor {
        bytes,
        stride: mode.stride as usize,
        width: mode.width as usize,
        height: mode.height as usize,
    };
    let mut rgb = Vec::with_capacity(sensor.width * sensor.height * 3);
    for y in 0..sensor.height {
        for x in 0..sensor.width {
            let own = sensor.mean(x, y, &[(0, 0)]);
            let sides = || sensor.mean(x, y, &[(-1, 0), (1, 0)]);
            let above = || sensor.mean(x, y, &[(0, -1), (0, 1)]);
            let cross = || sensor.mean(x, y, &[(-1, 0), (1, 0), (0, -1), (0, 1)]);
            let corners = || sensor.mean(x, y, &[(-1, -1), (1, -1), (-1, 1), (1, 1)]);
            rgb.extend(match (x % 2 == red[0], y % 2 == red[1]) {
                (true, true) => [own, cross(), corners()],
                (false, true) => [sides(), own, above()],
                (true, false) => [above(), own, sides()],
                (false, false) => [corners(), cross(), own],
            });
        }
    }
    rgb
}

struct Sensor<'a> {
    bytes: &'a [u8],
    stride: usize,
    width: usize,
    height: usize,
}

impl Sensor<'_> {
    /// The rounded mean of the pixels that exist at these distances; 0 where none does.
    fn mean(&self, x: usize, y: usize, distances: &[(isize, isize)]) -> u8 {
        let (mut sum, mut count) = (0, 0);
        for &(dx, dy) in distances {
            let place = x.checked_add_signed(dx).zip(y.checked_add_signed(dy));
            let inside = place.filter(|&(x, y)| x < self.width && y < self.height);
            if let Some(&byte) = inside.and_then(|(x, y)| self.bytes.get(y * self.stride + x)) {
                sum += u32::from(byte);
                count += 1;
            }
        }
        u8::try_from((sum + count / 2).checked_div(count).unwrap_or(0)).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::format::PixelFormat;
    use super::super::to_picture;
    use super::*;

    /// A scene of one colour looks so in each of the four orders.
    #[test]
    fn one_colour_stays_that_colour() {
        let colour = [200, 100, 50];
        for (format, square) in [
            (PixelFormat::Bggr8, [2, 1, 1, 0]),
            (PixelFormat::Gbrg8, [1, 2, 0, 1]),
            (PixelFormat::Grbg8, [1, 0, 2, 1]),
            (PixelFormat::Rggb8, [0, 1, 1, 2]),
        ] {
            let mode = Mode::packed(format, 5, 4).expect("a size");
            let bytes: Vec<u8> = (0..20)
                .map(|at| {
                    let (x, y): (usize, usize) = (at % 5, at / 5);
                    colour[square[y % 2 * 2 + x % 2]]
                })
                .collect();
            let picture = to_picture(&mode, &bytes).expect("a whole frame");
            assert!(picture.rgb().chunks(3).all(|pixel| pixel == colour), "{format}");
        }
    }

    #[test]
    fn neighbours_by_hand() {
        let mode = Mode::packed(PixelFormat::Rggb8, 4, 4).expect("a size");
        #[rustfmt::skip]
        let bytes = [
            10, 20, 30, 40,
            50, 60, 70, 80,
            90, 100, 110, 120,
            130, 140, 150, 160,
        ];
        let picture = to_picture(&mode, &bytes).expect("a whole frame");
        // A corner: its green neighbours 20 and 50, its blue one 60.
        assert_eq!(picture.pixel(0, 0), Some([10, 35, 60]));
        // A blue pixel inside: reds 10, 30, 90, 110; greens 20, 50, 70, 100.
        assert_eq!(picture.pixel(1, 1), Some([60, 60, 60]));
        // Green in a line of blue: red above and below 30, 110; blue at the sides 60, 80.
        assert_eq!(picture.pixel(2, 1), Some([70, 70, 70]));
        // Green in a line of red, at the right edge: red 110 on one side; blue 80, 160.
        assert_eq!(picture.pixel(3, 2), Some([110, 120, 120]));
    }
}
