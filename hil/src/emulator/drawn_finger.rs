//! Fingers that are drawn: a smooth orientation field, ridges along it, and minutiae where
//! the phase of the ridges has a vortex. Nobody has them.
//!
//! The ridges are the cosine of a phase (the frequency-modulation model of Larkin and
//! Fletcher, "A coherent framework for fingerprint analysis", 2007): a continuous part, whose
//! gradient is the orientation field, and a turn of 360 degrees around each minutia.

use std::f64::consts::TAU;

use kaimen::template::minutiae::{Minutia, MinutiaKind, Record, STANDARD_RESOLUTION, TURN, View};

use crate::module::{Geometry, GreyImage};

/// Pixels an inch in which a finger is described.
const DPI: f64 = 500.0;
/// Half the size of a fingertip, in pixels of 500 dpi.
const HALF_WIDTH: f64 = 150.0;
const HALF_HEIGHT: f64 = 175.0;
/// No two minutiae are closer, and none is closer to the core.
const APART: f64 = 21.0;
/// How many minutiae are tried to be placed.
const MINUTIAE: usize = 70;

/// How a finger lies on the sensor: which finger, and the how-manieth time. The number decides
/// shift, rotation, pressure and noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Impression {
    /// Which finger.
    pub finger: u32,
    /// Which of its impressions.
    pub number: u32,
}

/// A drawn finger. Its number decides everything about it.
#[derive(Debug, Clone)]
pub struct DrawnFinger {
    number: u32,
    /// Ridges an inch of phase: radians a pixel.
    frequency: f64,
    /// Rotation and stretching of the core's ellipse.
    axis: f64,
    stretch: f64,
    flatness: f64,
    /// Waves that bend the orientation field: amplitude, wave vector, phase.
    waves: [[f64; 4]; 3],
    vortices: Vec<Vortex>,
}

#[derive(Debug, Clone, Copy)]
struct Vortex {
    x: f64,
    y: f64,
    sign: f64,
}

/// How an impression differs from the finger.
#[derive(Debug, Clone, Copy)]
struct Placement {
    shift: [f64; 2],
    sine: f64,
    cosine: f64,
    pressure: f64,
    noise: f64,
    seed: u64,
}

impl Impression {
    /// What a sensor of this geometry sees.
    #[must_use]
    pub fn image(self, geometry: Geometry, dpi: u16) -> GreyImage {
        DrawnFinger::new(self.finger).image(self.number, geometry, dpi)
    }
}

impl DrawnFinger {
    /// The finger with this number.
    #[must_use]
    pub fn new(number: u32) -> DrawnFinger {
        let mut random = fastrand::Rng::with_seed(0xF1_46E5 ^ u64::from(number) << 20);
        let mut between = |low: f64, high: f64| low + (high - low) * random.f64();
        let mut finger = DrawnFinger {
            number,
            frequency: TAU / between(8.6, 9.6),
            axis: between(-0.5, 0.5),
            stretch: between(0.75, 1.3),
            flatness: between(4.0, 26.0),
            waves: [(); 3].map(|()| {
                let (angle, length) = (between(0.0, TAU), between(90.0, 200.0));
                let [x, y] = [angle.cos() * TAU / length, angle.sin() * TAU / length];
                [between(2.0, 7.0), x, y, between(0.0, TAU)]
            }),
            vortices: Vec::new(),
        };
        for _ in 0..MINUTIAE * 3 {
            let x = between(-HALF_WIDTH, HALF_WIDTH);
            let y = between(-HALF_HEIGHT, HALF_HEIGHT);
            let sign = if between(-1.0, 1.0) < 0.0 { -1.0 } else { 1.0 };
            finger.add_vortex(Vortex { x, y, sign });
        }
        finger
    }

    /// What a sensor of this geometry sees of an impression.
    #[must_use]
    pub fn image(&self, impression: u32, geometry: Geometry, dpi: u16) -> GreyImage {
        let placement = self.placement(impression);
        let mut random = fastrand::Rng::with_seed(placement.seed);
        let scale = DPI / f64::from(dpi.max(1));
        GreyImage::drawn(geometry, |x, y| {
            let across = (f64::from(x) - f64::from(geometry.width) / 2.0) * scale;
            let down = (f64::from(y) - f64::from(geometry.height) / 2.0) * scale;
            let [u, v] = placement.to_finger(across, down);
            let noise = (random.f64() - 0.5) * placement.noise;
            self.grey(u, v, placement.pressure, noise)
        })
    }

    /// The record that a faultless extractor would make of an impression: the minutiae that
    /// were drawn, at 500 dpi.
    #[must_use]
    pub fn record(&self, impression: u32, geometry: Geometry, dpi: u16) -> Record {
        let placement = self.placement(impression);
        let scale = DPI / f64::from(dpi.max(1));
        let width = f64::from(geometry.width) * scale;
        let height = f64::from(geometry.height) * scale;
        let mut view = View::of(STANDARD_RESOLUTION, Vec::new().into());
        for vortex in &self.vortices {
            if edge(vortex.x, vortex.y) < 0.1 {
                continue;
            }
            let [x, y] = placement.on_sensor(vortex.x, vortex.y);
            let [x, y] = [x + width / 2.0, y + height / 2.0];
            if (4.0..width - 4.0).contains(&x) && (4.0..height - 4.0).contains(&y) {
                let [across, down] = self.gradient(vortex.x, vortex.y);
                // Along the ridge, to the side on which there is one more; y points upwards
                // in the angles of a record.
                let along = (vortex.sign * across).atan2(vortex.sign * down);
                // y points downwards in the image and upwards in an angle.
                let angle = along - placement.sine.atan2(placement.cosine);
                view.minutiae.push(minutia(x, y, angle));
            }
        }
        Record { product: 0, views: vec![view] }
    }

    /// The finger's number.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    fn add_vortex(&mut self, vortex: Vortex) {
        let far = |x: f64, y: f64| (vortex.x - x).hypot(vortex.y - y) >= APART;
        let alone = self.vortices.iter().all(|other| far(other.x, other.y));
        if self.vortices.len() < MINUTIAE
            && alone
            && far(0.0, 0.0)
            && edge(vortex.x, vortex.y) > 0.0
        {
            self.vortices.push(vortex);
        }
    }

    fn placement(&self, impression: u32) -> Placement {
        let seed = u64::from(self.number) << 32 | u64::from(impression);
        let mut random = fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut between = |low: f64, high: f64| low + (high - low) * random.f64();
        let turn = between(-0.2, 0.2);
        Placement {
            shift: [between(-12.0, 12.0), between(-12.0, 12.0)],
            sine: turn.sin(),
            cosine: turn.cos(),
            pressure: between(-0.25, 0.25),
            noise: between(0.1, 0.35),
            seed,
        }
    }

    fn grey(&self, x: f64, y: f64, pressure: f64, noise: f64) -> u8 {
        let inside = edge(x, y);
        if inside <= 0.0 {
            return level(0.97 + noise * 0.05);
        }
        let vortices = self.vortices.iter();
        let turns: f64 = vortices.map(|v| v.sign * (y - v.y).atan2(x - v.x)).sum();
        let wave = (self.smooth(x, y) + turns).cos() + pressure + noise;
        let ridge = 0.5 + 0.45 * (1.8 * wave).tanh();
        level(ridge * inside + 0.97 * (1.0 - inside))
    }

    /// The continuous part of the phase.
    fn smooth(&self, x: f64, y: f64) -> f64 {
        let (sine, cosine) = self.axis.sin_cos();
        let [u, v] = [(x * cosine + y * sine) * self.stretch, y * cosine - x * sine];
        let rings = (u * u + v * v + self.flatness * self.flatness).sqrt();
        let waves = self.waves.iter();
        let bend: f64 = waves.map(|[size, wx, wy, at]| size * (wx * x + wy * y + at).sin()).sum();
        self.frequency * (rings + bend)
    }

    fn gradient(&self, x: f64, y: f64) -> [f64; 2] {
        const STEP: f64 = 0.5;
        let across = self.smooth(x + STEP, y) - self.smooth(x - STEP, y);
        let down = self.smooth(x, y + STEP) - self.smooth(x, y - STEP);
        [across, down]
    }
}

impl Placement {
    fn to_finger(self, x: f64, y: f64) -> [f64; 2] {
        let [x, y] = [x - self.shift[0], y - self.shift[1]];
        [x * self.cosine + y * self.sine, y * self.cosine - x * self.sine]
    }

    fn on_sensor(self, x: f64, y: f64) -> [f64; 2] {
        let [u, v] = [x * self.cosine - y * self.sine, y * self.cosine + x * self.sine];
        [u + self.shift[0], v + self.shift[1]]
    }
}

/// 1 well inside the fingertip, 0 outside, soft in between.
fn edge(x: f64, y: f64) -> f64 {
    let from_centre = (x / HALF_WIDTH).hypot(y / HALF_HEIGHT);
    ((1.0 - from_centre) * 12.0).clamp(0.0, 1.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn level(grey: f64) -> u8 {
    (grey.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the image")]
fn minutia(x: f64, y: f64, angle: f64) -> Minutia {
    let turns = (angle / TAU).rem_euclid(1.0);
    let angle = (turns * f64::from(TURN)) as u16 % TURN;
    Minutia { x: x as u16, y: y as u16, angle, kind: MinutiaKind::Other, quality: 80 }
}
