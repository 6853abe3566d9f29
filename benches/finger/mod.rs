//! Fingers for the bench of the 1:N search: invented ones in any number, real ones where they are.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "invented numbers, within their ranges"
)]

use std::f64::consts::TAU;

use kaimen::fingerprint::{ANGLE_UNITS, FingerTemplate, Minutia, MinutiaKind};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    pub(crate) fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal with a deviation of 1: the sum of twelve parts.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.part()).sum::<f64>() - 6.0
    }
}

/// A finger that nobody has.
///
/// Ridges flow as in the zero-pole model (Sherlock, Monro 1993), around a loop's core and delta, or
/// a whorl's two of each, or none. Minutiae lie in an ellipse of 260 x 340 pixels, no two within
/// 9 pixels; their directions are those of the flow, one way or the other, within some 9
/// degrees. About 53 are seen.
pub(crate) fn finger(random: &mut Random) -> Vec<Minutia> {
    let mut spot = |x: f64, y: f64| (x + 15.0 * random.normal(), y + 15.0 * random.normal());
    let singular = [spot(0.0, -40.0), spot(90.0, 110.0), spot(0.0, 30.0), spot(-90.0, 110.0)];
    let kind = (random.part() * 10.0) as usize;
    // Loops of either side 6 of 10, whorls 3, arches 1.
    let used = match kind {
        0..3 => vec![0, 1],
        3..6 => vec![0, 3],
        6..9 => vec![0, 1, 2, 3],
        _ => vec![],
    };
    let mut minutiae: Vec<Minutia> = Vec::new();
    let wanted = (53.0 + 8.0 * random.normal()).clamp(20.0, 90.0) as usize;
    while minutiae.len() < wanted {
        let (x, y) = (260.0 * (random.part() - 0.5), 340.0 * (random.part() - 0.5));
        let inside = (x / 130.0).powi(2) + (y / 170.0).powi(2) <= 1.0;
        let near = |m: &Minutia| (f64::from(m.x) - x).hypot(f64::from(m.y) - y) < 9.0;
        if !inside || minutiae.iter().any(near) {
            continue;
        }
        // y grows downwards, angles turn the other way.
        let angle = |&at: &usize| (-(y - singular[at].1)).atan2(x - singular[at].0);
        let turns = used.iter().map(|at| if at % 2 == 0 { angle(at) } else { -angle(at) });
        let flow = turns.sum::<f64>() / 2.0 + 0.15 * random.normal();
        let way = if random.part() < 0.5 { flow } else { flow + TAU / 2.0 };
        minutiae.push(minutia(x, y, way, random));
    }
    minutiae
}

fn minutia(x: f64, y: f64, angle: f64, random: &mut Random) -> Minutia {
    let units = (angle / TAU).rem_euclid(1.0) * f64::from(ANGLE_UNITS);
    let kind = if random.part() < 0.6 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
    Minutia {
        x: x as f32,
        y: y as f32,
        angle: units as u16 % ANGLE_UNITS,
        kind,
        quality: (1.0 + 99.0 * random.part()) as u8,
    }
}

/// The finger, laid on once more: turned by some 10 degrees, moved by some 30 pixels, what leaves the
/// sensor lost, and so is every sixth; places within some 2.5 pixels, directions within
/// some 6 degrees, and a sixth of the minutiae invented.
pub(crate) fn impression(finger: &[Minutia], random: &mut Random) -> Vec<Minutia> {
    let turn = 0.17 * random.normal();
    let (dx, dy) = (30.0 * random.normal(), 30.0 * random.normal());
    let (sine, cosine) = turn.sin_cos();
    let mut seen = Vec::new();
    for own in finger {
        let (x, y) = (f64::from(own.x), f64::from(own.y));
        let x_now = cosine * x + sine * y + dx + 2.5 * random.normal();
        let y_now = cosine * y - sine * x + dy + 2.5 * random.normal();
        let angle = f64::from(own.angle) / f64::from(ANGLE_UNITS) * TAU;
        let again = minutia(x_now, y_now, angle + turn + 0.1 * random.normal(), random);
        let inside = (x_now / 130.0).powi(2) + (y_now / 170.0).powi(2) <= 1.0;
        if inside && random.part() > 1.0 / 6.0 {
            seen.push(Minutia { quality: own.quality, kind: own.kind, ..again });
        }
    }
    for _ in 0..finger.len() / 6 {
        let (x, y) = (260.0 * (random.part() - 0.5), 340.0 * (random.part() - 0.5));
        let angle = TAU * random.part();
        seen.push(minutia(x, y, angle, random));
    }
    seen
}

/// One impression of the shared data.
pub(crate) struct Real {
    pub(crate) finger: u32,
    pub(crate) number: u32,
    pub(crate) template: FingerTemplate,
}

/// All impressions of all eight databases by one extractor, where they are.
pub(crate) fn real(extractor: &str) -> Option<Vec<Real>> {
    const SETS: [&str; 8] = [
        "fvc2002-setb/db1",
        "fvc2002-setb/db2",
        "fvc2002-setb/db3",
        "fvc2002-setb/db4",
        "fvc2004-setb/db1",
        "fvc2004-setb/db3",
        "fvc2004-setb/db4",
        "uareu",
    ];
    let (mut all, mut fingers) = (Vec::new(), 0);
    for set in SETS {
        let folder = format!("../shared/data/fingerprints/{set}/templates/{extractor}");
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).ok()?.flatten().map(|e| e.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "fmr"));
        paths.sort();
        let mut last = String::new();
        for path in paths {
            let stem = path.file_stem()?.to_str()?;
            let (finger, number) = stem.rsplit_once('_')?;
            if finger != last {
                (last, fingers) = (finger.into(), fingers + 1);
            }
            let template = FingerTemplate::new(&minutiae(&std::fs::read(&path).ok()?)?).ok()?;
            all.push(Real { finger: fingers, number: number.parse().ok()?, template });
        }
    }
    Some(all)
}

/// Minutiae of an ISO 19794-2:2005 record, of this data only.
fn minutiae(record: &[u8]) -> Option<Vec<Minutia>> {
    let two = |at: usize| Some(u16::from_be_bytes([*record.get(at)?, *record.get(at + 1)?]));
    let scale = |native: u16, resolution: u16| {
        f32::from(native & 0x3FFF) / f32::from(resolution) * (500.0 / 2.54)
    };
    let (across, down, count) = (two(18)?, two(20)?, usize::from(*record.get(27)?));
    let minutia = |at: usize| {
        let kind = match record.get(at)? >> 6 {
            1 => MinutiaKind::Ending,
            2 => MinutiaKind::Bifurcation,
            _ => MinutiaKind::Other,
        };
        let (x, y) = (scale(two(at)?, across), scale(two(at + 2)?, down));
        let angle = u16::from(*record.get(at + 4)?) * 45;
        Some(Minutia { x, y, angle, kind, quality: *record.get(at + 5)? })
    };
    (0..count).map(|n| minutia(28 + 6 * n)).collect()
}
