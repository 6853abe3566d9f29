//! What a comparison finds, as numbers that a person can read.

use super::overlay::{Overlay, Places};
use super::point::Point;

/// What speaks for and against two templates being of one finger.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// Mean similarity of the best pairs of cylinders after relaxation, 0 to 1.
    pub relaxed: f32,
    /// Points that meet after rotation, translation and distortion, each by how well: 0 to 48.
    pub weight: f32,
    /// [`weight`](Evidence::weight) in relation to the points in the common area, 0 to 1.
    pub share: f32,
    /// How many points meet.
    pub meetings: f32,
    /// How many of them are of the same kind.
    pub same_kind: f32,
    /// Mean distance between points that meet, in pixels.
    pub distance: f32,
    /// Minutiae kept in the smaller template.
    pub points: f32,
}

impl Evidence {
    /// Adds what the overlay found.
    pub(super) fn set_overlay(
        &mut self,
        overlay: &Overlay,
        moved: &Places,
        places: &Places,
        points: [&[Point]; 2],
    ) {
        let (mut same, mut distance) = (0u8, 0.0);
        for meeting in overlay.meetings() {
            let (from, to) = (usize::from(meeting.probe), usize::from(meeting.candidate));
            let (dx, dy) = (moved.x[from] - places.x[to], moved.y[from] - places.y[to]);
            distance += (dx * dx + dy * dy).sqrt();
            same += u8::from(points[0][from].kind == points[1][to].kind);
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 48")]
        let meetings = overlay.len as f32;
        self.weight = overlay.weight;
        self.share = overlay.share();
        self.meetings = meetings;
        self.same_kind = f32::from(same);
        self.distance = distance / (8.0 * meetings.max(1.0));
    }
}
