//! Faces from the maps of a detector of YuNet's kind.
//!
//! For stride s and the cell in row r and column c of a map: the score is the root of the
//! product of both probabilities; the centre (c + b0) s, (r + b1) s; the size exp(b2) s,
//! exp(b3) s; a point (c + k0) s, (r + k1) s.

use super::align::Point;
use super::description::DetectorDescription;
use super::error::FaceError;
use super::network::Network;
use super::prepare;
use crate::camera::Picture;

/// More faces than this in one picture are left out, the worst first.
const MAX_FACES: usize = 200;

/// A face in a picture, in the picture's pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// How sure the detector is, 0 to 1.
    pub score: f32,
    /// The left edge.
    pub left: f32,
    /// The upper edge.
    pub top: f32,
    /// The width.
    pub width: f32,
    /// The height.
    pub height: f32,
    /// The person's right eye, left eye, nose, right and left corner of the mouth.
    pub points: [Point; 5],
}

/// One stride's maps, line after line of cells.
#[derive(Debug, Clone, Copy)]
pub struct Maps<'a> {
    /// Pixels a cell.
    pub stride: u32,
    /// Cells in a row.
    pub columns: u32,
    /// One number a cell.
    pub class: &'a [f32],
    /// One number a cell.
    pub object: &'a [f32],
    /// Four numbers a cell.
    pub boxes: &'a [f32],
    /// Ten numbers a cell.
    pub points: &'a [f32],
}

pub(super) struct Detector {
    network: Network,
    description: DetectorDescription,
    /// For each stride, where class, object, box and points are among the outputs.
    outputs: Vec<[usize; 4]>,
}

impl Detector {
    pub(super) fn new(description: &DetectorDescription) -> Result<Self, FaceError> {
        let size = description.size;
        let network = Network::read(&description.model, size, size)?;
        Self::with(network, description)
    }

    pub(super) fn with(
        network: Network,
        description: &DetectorDescription,
    ) -> Result<Self, FaceError> {
        let DetectorDescription { class, object, boxes, points, .. } = description;
        let names = class.iter().zip(object).zip(boxes).zip(points);
        let outputs = names
            .map(|(((class, object), boxes), points)| {
                let at = |name: &str| network.output(name);
                Ok([at(class)?, at(object)?, at(boxes)?, at(points)?])
            })
            .collect::<Result<_, FaceError>>()?;
        Ok(Self { network, description: description.clone(), outputs })
    }

    /// The faces of a picture, the largest first.
    pub(super) fn faces(&self, picture: &Picture) -> Result<Vec<Face>, FaceError> {
        let DetectorDescription { size, order, mean, std, score, overlap, .. } = self.description;
        let fitted = prepare::fit(picture, size);
        let (fitted, scale) = fitted
            .ok_or_else(|| self.network.wrong("a picture that cannot be scaled".to_owned()))?;
        let results = self.network.run(&prepare::planes(&fitted, order, mean, std))?;
        let mut faces = Vec::new();
        for (&stride, outputs) in self.description.strides.iter().zip(&self.outputs) {
            let columns = size / stride;
            let cells = (columns * columns) as usize;
            let [class, object, boxes, points] =
                outputs.map(|at| results.get(at).map_or(&[][..], Vec::as_slice));
            for (name, map, each) in [
                ("class", class, 1),
                ("object", object, 1),
                ("box", boxes, 4),
                ("points", points, 10),
            ] {
                if map.len() != cells * each {
                    let reason = format!(
                        "{name} of stride {stride} has {} numbers, not {}",
                        map.len(),
                        cells * each
                    );
                    return Err(self.network.wrong(reason));
                }
            }
            decode(&Maps { stride, columns, class, object, boxes, points }, score, &mut faces);
        }
        let mut faces = best(faces, overlap);
        faces.iter_mut().for_each(|face| face.enlarge(1.0 / scale));
        faces.sort_by(|one, other| other.area().total_cmp(&one.area()));
        Ok(faces)
    }
}

impl Face {
    fn enlarge(&mut self, by: f32) {
        for value in [&mut self.left, &mut self.top, &mut self.width, &mut self.height] {
            *value *= by;
        }
        for point in &mut self.points {
            *point = Point { x: point.x * by, y: point.y * by };
        }
    }

    fn area(&self) -> f32 {
        self.width * self.height
    }

    /// Intersection over union.
    fn overlap(&self, other: &Self) -> f32 {
        let right = |face: &Self| face.left + face.width;
        let bottom = |face: &Self| face.top + face.height;
        let width = (right(self).min(right(other)) - self.left.max(other.left)).max(0.0);
        let height = (bottom(self).min(bottom(other)) - self.top.max(other.top)).max(0.0);
        let both = width * height;
        both / (self.area() + other.area() - both)
    }
}

/// Adds the faces of a stride that are sure enough.
fn decode(maps: &Maps<'_>, least: f32, faces: &mut Vec<Face>) {
    let probabilities = maps.class.iter().zip(maps.object);
    let places = maps.boxes.chunks_exact(4).zip(maps.points.chunks_exact(10));
    for (cell, ((class, object), (place, points))) in (0_u32..).zip(probabilities.zip(places)) {
        let score = (class.clamp(0.0, 1.0) * object.clamp(0.0, 1.0)).sqrt();
        // A score that is no number is none.
        if score.is_nan() || score < least {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "cells and strides are far below 2^24")]
        let (column, row, stride) =
            ((cell % maps.columns) as f32, (cell / maps.columns) as f32, maps.stride as f32);
        let [x, y, width, height] = *place else { continue };
        let (width, height) = (width.exp() * stride, height.exp() * stride);
        let point = |at: usize| Point {
            x: (column + points[2 * at]) * stride,
            y: (row + points[2 * at + 1]) * stride,
        };
        let face = Face {
            score,
            left: (column + x) * stride - width / 2.0,
            top: (row + y) * stride - height / 2.0,
            width,
            height,
            points: [0, 1, 2, 3, 4].map(point),
        };
        if face.area().is_finite() && face.points.iter().all(Point::is_finite) {
            faces.push(face);
        }
    }
}

/// Of faces that overlap, the surest.
fn best(mut faces: Vec<Face>, overlap: f32) -> Vec<Face> {
    faces.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.len() >= MAX_FACES {
            break;
        }
        if kept.iter().all(|better| better.overlap(&face) <= overlap) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_by_hand() {
        // Two by two cells of 8 pixels; only the last has a face.
        let (class, object) = ([0.0, 0.0, f32::NAN, 0.81], [1.0; 4]);
        let mut boxes = [0.0; 16];
        boxes[12..].copy_from_slice(&[0.5, -0.5, 2.0_f32.ln(), 0.0]);
        let mut points = [0.0; 40];
        points[30..32].copy_from_slice(&[0.25, 0.75]);
        let maps = Maps {
            stride: 8,
            columns: 2,
            class: &class,
            object: &object,
            boxes: &boxes,
            points: &points,
        };
        let mut faces = Vec::new();
        decode(&maps, 0.5, &mut faces);
        let [face] = &faces[..] else { panic!("{faces:?}") };
        // Centre 12, 4; 16 by 8 pixels.
        let near = |one: f32, other: f32| (one - other).abs() < 1e-4;
        assert!(near(face.score, 0.9) && near(face.left, 4.0) && near(face.top, 0.0));
        assert!(near(face.width, 16.0) && near(face.height, 8.0));
        assert!(near(face.points[0].x, 10.0) && near(face.points[0].y, 14.0));
    }

    #[test]
    fn of_two_that_overlap_the_surer_stays() {
        let face = |score, left| Face {
            score,
            left,
            top: 0.0,
            width: 10.0,
            height: 10.0,
            points: [Point { x: 0.0, y: 0.0 }; 5],
        };
        let kept = best(vec![face(0.6, 0.0), face(0.9, 2.0), face(0.7, 8.0)], 0.3);
        assert_eq!(kept.iter().map(|face| face.left).collect::<Vec<_>>(), [2.0, 8.0]);
    }
}
