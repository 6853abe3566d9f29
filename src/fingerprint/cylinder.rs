//! Minutia Cylinder-Code: the neighbourhood of a minutia in 320 bits.
//!
//! R. Cappelli, M. Ferrara, D. Maltoni: *Minutia Cylinder-Code: A New Representation and
//! Matching Technique for Fingerprint Recognition*, IEEE PAMI 32(12), 2010. Around each
//! minutia stands a cylinder, turned to its direction: the base is where its neighbours
//! are, the height their direction against its own. It is cut into 8 x 8 x 6 cells, of which
//! 52 x 6 lie inside; a bit tells whether neighbours reach a cell. Cells outside the
//! print are 0, and no mask tells them from empty ones, which halves a code; a trial with masks
//! before this module was written differed by at most 0.3 points of EER. Other than in the paper, a neighbour that is trusted less adds less.

use super::hull::Hull;
use super::point::{Point, UNITS_PER_PIXEL};
use super::turn;

/// Words of a code.
pub const CODE_WORDS: usize = 5;
/// Bits of a code that are used; the rest are 0.
pub const CODE_BITS: usize = CELLS * SECTIONS;

/// The bits of one cylinder: bit `cell * 6 + section`, the lowest of the first word first.
pub type Code = [u64; CODE_WORDS];

/// Cells across the base.
const ACROSS: usize = 8;
/// Cells of the base inside the circle.
const CELLS: usize = 52;
/// Sections of the direction.
const SECTIONS: usize = 6;

const UNIT: f32 = UNITS_PER_PIXEL as f32;
/// Radius of a cylinder: 70 pixels.
const RADIUS: f32 = 70.0 * UNIT;
/// Standard deviation of a neighbour's place, in pixels.
const SPREAD: f64 = 28.0 / 3.0;
/// Standard deviation of a neighbour's direction, in turns: 40 degrees.
const SPREAD_TURN: f64 = 1.0 / 9.0;
/// How far from a cell a neighbour still counts: three standard deviations, in pixels.
const REACH: f32 = 28.0;
/// Squares of distances within [`REACH`].
const SQUARES: usize = 28 * 28 + 1;
/// What has to reach a cell for its bit to be set.
const ENOUGH: f32 = 0.005;
/// How far outside the hull the print is thought to go on: 50 pixels.
const MARGIN: f32 = 50.0 * UNIT;
/// How many cells have to lie on the print: three quarters.
const CELLS_ON_PRINT: usize = CELLS * 3 / 4;
/// How many neighbours a cylinder must have.
const NEIGHBOURS: usize = 2;

/// Middles of the cells inside the circle, for a minutia that points to the right.
static BASE: [[f32; 2]; CELLS] = {
    let mut base = [[0.0; 2]; CELLS];
    let (mut cell, mut at) = (0, 0);
    while at < ACROSS * ACROSS {
        let side = 2.0 * RADIUS / ACROSS as f32;
        let x = ((at % ACROSS) as f32 - 3.5) * side;
        let y = ((at / ACROSS) as f32 - 3.5) * side;
        if x * x + y * y <= RADIUS * RADIUS {
            base[cell] = [x, y];
            cell += 1;
        }
        at += 1;
    }
    assert!(cell == CELLS);
    base
};

/// What a neighbour adds to a cell by the square of its distance in pixels.
static NEAR: [f32; SQUARES] = {
    let mut table = [0.0; SQUARES];
    let mut i = 0;
    while i < table.len() {
        #[expect(clippy::cast_possible_truncation, reason = "rounded once")]
        let weight = normal(i as f64, SPREAD) as f32;
        table[i] = weight;
        i += 1;
    }
    table
};

/// Steps of a turn in [`ALIKE`].
const STEPS: usize = 1024;

/// What a neighbour adds to a section by how far its direction is from the middle of
/// the section: the normal distribution over the width of the section.
static ALIKE: [f32; STEPS] = {
    const PARTS: usize = 32;
    let mut table = [0.0; STEPS];
    let mut i = 0;
    while i < STEPS {
        let turn = (if i < STEPS / 2 { i } else { STEPS - i }) as f64 / STEPS as f64;
        let width = 1.0 / (SECTIONS * PARTS) as f64;
        let (mut sum, mut part) = (0.0, 0);
        while part < PARTS {
            let at = turn + (part as f64 - (PARTS as f64 - 1.0) / 2.0) * width;
            sum += normal(at * at, SPREAD_TURN) * width;
            part += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "rounded once")]
        let weight = sum as f32;
        table[i] = weight;
        i += 1;
    }
    table
};

/// The normal density of the square of a distance.
const fn normal(square: f64, spread: f64) -> f64 {
    // exp(-x) = 1 / (series of exp(x / 64))^64: no term cancels another.
    let x = square / (2.0 * spread * spread) / 64.0;
    let (mut term, mut sum, mut n) = (1.0, 1.0, 1.0);
    while n < 20.0 {
        term *= x / n;
        sum += term;
        n += 1.0;
    }
    let mut squarings = 0;
    while squarings < 6 {
        sum *= sum;
        squarings += 1;
    }
    0.398_942_280_401_432_7 / (spread * sum)
}

/// The code of the cylinder around `points[middle]`, made of the other points; `None` if
/// too little of it lies on the print, or too few neighbours in it.
pub(super) fn encode(points: &[Point], middle: usize, hull: &Hull) -> Option<Code> {
    let me = points[middle];
    let (cosine, sine) = (turn::cosine(me.angle), turn::sine(me.angle));
    let (mut neighbours, mut count) = ([Neighbour::default(); crate::limits::MINUTIAE], 0);
    for (at, point) in points.iter().enumerate() {
        let (x, y) = offset(&me, point);
        let reach = RADIUS + REACH * UNIT;
        if at != middle && x * x + y * y <= reach * reach {
            neighbours[count] = Neighbour {
                x: (cosine * x + sine * y) / UNIT,
                y: (cosine * y - sine * x) / UNIT,
                turned: me.angle.wrapping_sub(point.angle),
                weight: 0.5 + f32::from(point.trust) / 510.0,
            };
            count += 1;
        }
    }
    let neighbours = &neighbours[..count];
    let (mut code, mut on_print) = ([0; CODE_WORDS], 0);
    let mut used = [false; crate::limits::MINUTIAE];
    for (cell, &[x, y]) in BASE.iter().enumerate() {
        let (east, north) = (cosine * x - sine * y, sine * x + cosine * y);
        if hull.outside(f32::from(me.x) + east, f32::from(me.y) + north) > MARGIN {
            continue;
        }
        on_print += 1;
        let bits = sections(neighbours, &mut used, x / UNIT, y / UNIT);
        let at = cell * SECTIONS;
        code[at / 64] |= bits << (at % 64);
        if at % 64 > 64 - SECTIONS {
            code[at / 64 + 1] |= bits >> (64 - at % 64);
        }
    }
    let used = used.iter().filter(|&&used| used).count();
    (on_print >= CELLS_ON_PRINT && used >= NEIGHBOURS && code != [0; CODE_WORDS]).then_some(code)
}

/// Another minutia as a cylinder's own one sees it: pixels, and a turn.
#[derive(Clone, Copy, Default)]
struct Neighbour {
    x: f32,
    y: f32,
    turned: u16,
    /// How much it counts: a half to one, by its trust.
    weight: f32,
}

/// From one point to another, in eighths of a pixel.
fn offset(from: &Point, to: &Point) -> (f32, f32) {
    (f32::from(to.x) - f32::from(from.x), f32::from(to.y) - f32::from(from.y))
}

/// The bits of the six sections over one cell of the base.
fn sections(neighbours: &[Neighbour], used: &mut [bool], x: f32, y: f32) -> u64 {
    let mut sums = [0.0f32; SECTIONS];
    for (neighbour, used) in neighbours.iter().zip(used) {
        let (x, y) = (neighbour.x - x, neighbour.y - y);
        let square = x * x + y * y;
        if square <= REACH * REACH {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most 784"
            )]
            let near = NEAR[square as usize] * neighbour.weight;
            *used = true;
            for (section, sum) in sums.iter_mut().enumerate() {
                *sum += near * ALIKE[step(neighbour.turned, section)];
            }
        }
    }
    let bit = |(section, &sum): (usize, &f32)| u64::from(sum >= ENOUGH) << section;
    sums.iter().enumerate().map(bit).sum()
}

/// The entry of [`ALIKE`] for a turn and a section, whose middle is at
/// `(section + 1/2) / 6 - 1/2` of a turn.
fn step(turned: u16, section: usize) -> usize {
    const MIDDLES: [u16; SECTIONS] = {
        let mut middles = [0; SECTIONS];
        let mut i = 0;
        while i < SECTIONS {
            #[expect(clippy::cast_possible_truncation, reason = "below 2^16")]
            let middle = ((2 * i + 1) * 65_536 / (2 * SECTIONS)) as u16;
            middles[i] = middle.wrapping_sub(0x8000);
            i += 1;
        }
        middles
    };
    usize::from(turned.wrapping_sub(MIDDLES[section])) * STEPS / 65_536
}
