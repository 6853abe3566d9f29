//! Points of the probe laid over those of the candidate: which ones meet.
//!
//! Places are in halves of a pixel and angles in 512ths of a turn here, so that squares of
//! what matters fit 16 bits and eight points and more are compared at a time.

use super::point::Point;
use crate::limits::FINGER_POINTS;
use zeroize::Zeroize;

/// Points side by side: eighths of a pixel, and turns.
pub(super) struct Places {
    pub(super) len: usize,
    pub(super) x: [f32; FINGER_POINTS],
    pub(super) y: [f32; FINGER_POINTS],
    pub(super) angle: [u16; FINGER_POINTS],
    /// How much a point counts, 0 to 1.
    pub(super) trust: [f32; FINGER_POINTS],
}

impl Places {
    pub(super) const fn new() -> Places {
        let (none, angle) = ([0.0; FINGER_POINTS], [0; FINGER_POINTS]);
        Places { len: 0, x: none, y: none, angle, trust: none }
    }

    pub(super) fn set(&mut self, points: &[Point]) {
        self.len = points.len().min(FINGER_POINTS);
        for (at, point) in points.iter().enumerate().take(self.len) {
            (self.x[at], self.y[at]) = (f32::from(point.x), f32::from(point.y));
            self.angle[at] = point.angle;
            self.trust[at] = f32::from(point.trust) / 255.0;
        }
    }
}

impl Zeroize for Places {
    fn zeroize(&mut self) {
        self.len = 0;
        self.x.zeroize();
        self.y.zeroize();
        self.angle.zeroize();
        self.trust.zeroize();
    }
}

#[cfg(test)]
impl Places {
    pub(super) fn is_erased(&self) -> bool {
        let mut floats = self.x.iter().chain(&self.y).chain(&self.trust);
        self.len == 0 && self.angle == [0; FINGER_POINTS] && floats.all(|&value| value == 0.0)
    }
}

/// How near points have to be to meet.
#[derive(Clone, Copy)]
pub(super) struct Gate {
    /// Square of the largest distance, in halves of a pixel.
    square: i16,
    /// How much a distance counts against an angle: 1 or 2.
    factor: i16,
}

/// Before distortion is taken out: 18 pixels.
pub(super) const WIDE: Gate = Gate { square: 36 * 36, factor: 1 };
/// After it: 13 pixels.
pub(super) const NARROW: Gate = Gate { square: 26 * 26, factor: 2 };
/// Square of the largest angle in 512ths of a turn: 25 degrees, as much as 18 pixels.
const ANGLE_SQUARE: i16 = 36 * 36;
/// The largest cost is twice this.
const COST: f32 = 1296.0;
/// Square of how near a point of the other finger must be for a place to lie in both
/// prints, in halves of a pixel: 45 pixels.
const COMMON: i16 = 90 * 90;

/// Two points that meet.
#[derive(Clone, Copy, Default)]
pub(super) struct Meeting {
    pub(super) probe: u8,
    pub(super) candidate: u8,
    /// 1 where they fall together, 0 at the gates.
    pub(super) weight: f32,
}

/// What met.
pub(super) struct Overlay {
    pub(super) len: usize,
    pub(super) meetings: [Meeting; FINGER_POINTS],
    /// The sum of the weights.
    pub(super) weight: f32,
    /// The trust in the points of the probe, and of the candidate, that lie in both prints.
    pub(super) common: [f32; 2],
}

impl Overlay {
    pub(super) const fn new() -> Overlay {
        let none = Meeting { probe: 0, candidate: 0, weight: 0.0 };
        Overlay { len: 0, meetings: [none; FINGER_POINTS], weight: 0.0, common: [0.0; 2] }
    }

    /// The weight in relation to the points that could have met.
    pub(super) fn share(&self) -> f32 {
        let [probe, candidate] = self.common.map(|trust| trust + 6.0);
        self.weight / (probe * candidate).sqrt()
    }

    pub(super) fn meetings(&self) -> &[Meeting] {
        &self.meetings[..self.len]
    }
}

impl Zeroize for Meeting {
    fn zeroize(&mut self) {
        self.probe.zeroize();
        self.candidate.zeroize();
        self.weight.zeroize();
    }
}

impl Zeroize for Overlay {
    fn zeroize(&mut self) {
        self.len = 0;
        self.meetings.zeroize();
        self.weight.zeroize();
        self.common.zeroize();
    }
}

#[cfg(test)]
impl Overlay {
    pub(super) fn is_erased(&self) -> bool {
        let is_none = |m: &Meeting| (m.probe, m.candidate) == (0, 0) && m.weight == 0.0;
        self.len == 0
            && self.meetings.iter().all(is_none)
            && [self.weight, self.common[0], self.common[1]] == [0.0; 3]
    }
}

/// 16-bit rows of one side, as many as there are points, and those far away.
struct Row {
    x: [i16; FINGER_POINTS],
    y: [i16; FINGER_POINTS],
    angle: [i16; FINGER_POINTS],
}

impl Row {
    #[inline(always)]
    fn of(places: &Places) -> Row {
        let mut row =
            Row { x: [0; FINGER_POINTS], y: [0; FINGER_POINTS], angle: [0; FINGER_POINTS] };
        for at in 0..FINGER_POINTS {
            row.x[at] = half(places.x[at]);
            row.y[at] = half(places.y[at]);
            row.angle[at] = places.angle[at].cast_signed();
        }
        row
    }
}

/// Eighths of a pixel to halves, within what 14 bits hold.
#[inline(always)]
fn half(eighths: f32) -> i16 {
    const ONES: f32 = 12_582_912.0;
    const MOST: f32 = 16_000.0;
    let halves = eighths * 0.25;
    let halves = if halves > MOST { MOST } else { halves };
    let halves = if halves < -MOST { -MOST } else { halves };
    #[expect(clippy::cast_possible_truncation, reason = "within 16,000")]
    let halves = (halves + ONES).to_bits() as i16;
    halves
}

/// Finds the points that are each other's nearest, within the gate.
pub(super) fn lay(probe: &Places, candidate: &Places, gate: Gate, overlay: &mut Overlay) {
    let (rows, columns) = (Row::of(probe), Row::of(candidate));
    let mut row_best = [i16::MAX; FINGER_POINTS];
    let mut column_best = [i16::MAX; FINGER_POINTS];
    let mut column_near = [i16::MAX; FINGER_POINTS];
    overlay.common = [0.0; 2];
    let mut exists = [i16::MAX; FINGER_POINTS];
    exists[..candidate.len].fill(0);
    for (at, row_best) in row_best.iter_mut().enumerate().take(probe.len) {
        let (x, y, angle) = (rows.x[at], rows.y[at], rows.angle[at]);
        let (mut best, mut near) = (i16::MAX, i16::MAX);
        for column in 0..FINGER_POINTS {
            let [dx, dy] = [columns.x[column] - x, columns.y[column] - y].map(clamped);
            let square = (dx * dx + dy * dy) | exists[column];
            let turned = angle.wrapping_sub(columns.angle[column]).saturating_abs() >> 7;
            let turned = turned.min(63);
            let turned = turned * turned;
            let cost = (square.min(gate.square) * gate.factor + turned) >> 2;
            let out = (square > gate.square) | (turned > ANGLE_SQUARE);
            let cost = if out { 1023 } else { cost };
            // 1023 << 6 would not fit: the keys begin at the lowest number.
            let key = (cost - 512) << 6;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_possible_wrap,
                reason = "0 to 47"
            )]
            let (row_key, column_key) = (key | column as i16, key | at as i16);
            best = best.min(row_key);
            near = near.min(square);
            column_best[column] = column_best[column].min(column_key);
            column_near[column] = column_near[column].min(square);
        }
        *row_best = best;
        overlay.common[0] += if near <= COMMON { probe.trust[at] } else { 0.0 };
    }
    for (&near, trust) in column_near[..candidate.len].iter().zip(&candidate.trust) {
        overlay.common[1] += if near <= COMMON { *trust } else { 0.0 };
    }
    let trusts = [&probe.trust, &candidate.trust];
    collect(&row_best[..probe.len], &column_best, trusts, overlay);
}

/// A difference within 127, so that two squares fit 16 bits.
#[inline(always)]
fn clamped(difference: i16) -> i16 {
    difference.clamp(-127, 127)
}

/// Keeps the pairs whose best ones are each other.
fn collect(
    row_best: &[i16],
    column_best: &[i16; FINGER_POINTS],
    trusts: [&[f32; FINGER_POINTS]; 2],
    overlay: &mut Overlay,
) {
    (overlay.len, overlay.weight) = (0, 0.0);
    for (at, &key) in row_best.iter().enumerate() {
        let cost = (key >> 6) + 512;
        let column = usize::from((key & 63).unsigned_abs());
        if cost == 1023 || column >= FINGER_POINTS {
            continue;
        }
        if usize::from((column_best[column] & 63).unsigned_abs()) == at {
            let weight = (1.0 - f32::from(cost) * (4.0 / (2.0 * COST))).max(0.0);
            #[expect(clippy::cast_possible_truncation, reason = "0 to 47")]
            let meeting = Meeting { probe: at as u8, candidate: column as u8, weight };
            overlay.meetings[overlay.len] = meeting;
            overlay.len += 1;
            overlay.weight += weight * (trusts[0][at] * trusts[1][column]).sqrt();
        }
    }
}
