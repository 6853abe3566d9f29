//! Which minutiae are kept: the best ones, and always the same ones whatever order they
//! came in.

use super::hull::Hull;
use super::point::Point;

/// Keeps the `most` best points and puts the better ones first.
///
/// Better is a higher quality; where it is equal or not reported, what lies deeper in
/// the print: extractors invent minutiae along its border.
pub(super) fn select(points: &mut Vec<Point>, most: usize) {
    points.sort_unstable_by_key(Point::order);
    points.dedup_by_key(|p| (p.angle, p.x, p.y));
    let hull = Hull::of(points);
    let mut ranked: Vec<(u8, i32, Point)> =
        points.iter().map(|p| (p.trust, depth(&hull, p), *p)).collect();
    ranked.sort_by_key(|&(quality, depth, _)| core::cmp::Reverse((quality, depth)));
    points.clear();
    let kept = ranked.into_iter().take(most).zip(0..);
    points.extend(kept.map(|((_, _, point), rank)| Point { trust: trust(rank), ..point }));
}

/// How much the point of a rank is trusted, of 255. Ranks mean the same for every extractor, the
/// numbers of its qualities do not.
fn trust(rank: u8) -> u8 {
    255 - rank * 5
}

/// How deep a point lies in the hull, in eighths of a pixel.
fn depth(hull: &Hull, point: &Point) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 2^17")]
    let depth = -hull.outside(f32::from(point.x), f32::from(point.y)) as i32;
    depth
}
