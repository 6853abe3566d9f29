//! The convex hull of a template's minutiae.

use super::point::Point;

/// A half plane: what lies on or below `(x, y) . normal = offset`.
struct Side {
    normal: [f32; 2],
    offset: f32,
}

/// A convex polygon in eighths of a pixel, as an intersection of half planes.
pub(super) struct Hull {
    sides: Vec<Side>,
}

impl Hull {
    /// The hull of points; everything lies inside that of fewer than two.
    pub(super) fn of(points: &[Point]) -> Hull {
        let mut spots: Vec<(i32, i32)> =
            points.iter().map(|p| (i32::from(p.x), i32::from(p.y))).collect();
        spots.sort_unstable();
        spots.dedup();
        let mut corners = chain(spots.iter().copied());
        corners.pop();
        let back = chain(spots.iter().rev().copied());
        corners.extend(&back[..back.len().saturating_sub(1)]);
        let next = corners.iter().cycle().skip(1);
        Hull { sides: corners.iter().zip(next).map(|(&a, &b)| side(a, b)).collect() }
    }

    /// How far outside a place lies; negative inside: the distance to the nearest side.
    pub(super) fn outside(&self, x: f32, y: f32) -> f32 {
        let beyond = |side: &Side| side.normal[0] * x + side.normal[1] * y - side.offset;
        self.sides.iter().map(beyond).fold(f32::MIN, f32::max)
    }
}

/// Half of a hull by Andrew's monotone chain: counter-clockwise, no three in a line.
fn chain(spots: impl Iterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut corners: Vec<(i32, i32)> = Vec::new();
    for spot in spots {
        while let [.., a, b] = corners[..]
            && !left_turn(a, b, spot)
        {
            corners.pop();
        }
        corners.push(spot);
    }
    corners
}

/// Whether the way from `a` over `b` to `c` turns to the left.
fn left_turn(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> bool {
    let [abx, aby, acx, acy] = [b.0 - a.0, b.1 - a.1, c.0 - a.0, c.1 - a.1].map(i64::from);
    abx * acy > aby * acx
}

/// What lies left of the way from `a` to `b`.
fn side(a: (i32, i32), b: (i32, i32)) -> Side {
    #[expect(clippy::cast_precision_loss, reason = "at most 2^17")]
    let [x, y, along, up] = [a.0, a.1, b.0 - a.0, b.1 - a.1].map(|v| v as f32);
    let length = (along * along + up * up).sqrt();
    let normal = [up / length, -along / length];
    Side { normal, offset: normal[0] * x + normal[1] * y }
}
