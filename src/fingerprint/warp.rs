//! Takes out the distortion of the skin: points move with their neighbours that met.

use super::overlay::{Overlay, Places};
use crate::limits::FINGER_POINTS;

/// How far a point that met drags others, in eighths of a pixel: 110 pixels.
const REACH: f32 = 110.0 * 8.0;
/// What holds a point where it is.
const INERTIA: f32 = 1.0;

/// Moves the probe's places by what is left between the points that met, each point by
/// that of the others: a point never speaks for itself.
pub(super) fn warp(places: &mut Places, candidate: &Places, overlay: &Overlay) {
    let none = [0.0f32; FINGER_POINTS];
    let (mut weights, mut xs, mut ys) = ([INERTIA; FINGER_POINTS], none, none);
    for meeting in overlay.meetings() {
        let (from, to) = (usize::from(meeting.probe), usize::from(meeting.candidate));
        let (x, y) = (places.x[from], places.y[from]);
        let (move_x, move_y) = (candidate.x[to] - x, candidate.y[to] - y);
        let own = (weights[from], xs[from], ys[from]);
        for at in 0..FINGER_POINTS {
            let (dx, dy) = (places.x[at] - x, places.y[at] - y);
            let part = 1.0 - (dx * dx + dy * dy) * (1.0 / (REACH * REACH));
            let part = if part < 0.0 { 0.0 } else { part };
            let weight = part * part * part;
            weights[at] += weight;
            xs[at] += weight * move_x;
            ys[at] += weight * move_y;
        }
        (weights[from], xs[from], ys[from]) = own;
    }
    for at in 0..FINGER_POINTS {
        places.x[at] += xs[at] / weights[at];
        places.y[at] += ys[at] / weights[at];
    }
}
