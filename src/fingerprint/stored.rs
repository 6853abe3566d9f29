//! A template as bytes, for whoever keeps it.
//!
//! `points, codes` (one byte each), eight bytes a point, forty a code; little-endian. The
//! layout is a storage format: what it means changes only with `layout.rs`.

use zeroize::Zeroizing;

use super::cylinder::{CODE_WORDS, Code};
use super::finger_template::FingerTemplate;
use super::point::Point;
use crate::limits::FINGER_POINTS;

const POINT_BYTES: usize = 8;
const CODE_BYTES: usize = 8 * CODE_WORDS;

/// Bytes that are no template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a finger template")]
pub struct TemplateBytesError;

impl FingerTemplate {
    /// The template as bytes; erased on drop.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (points, codes) = (self.points(), self.codes());
        let size = 2 + POINT_BYTES * points.len() + CODE_BYTES * codes.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        // At most 48 of each.
        bytes.extend([points.len(), codes.len()].map(|count| count.to_le_bytes()[0]));
        for point in points {
            bytes.extend(point.x.to_le_bytes());
            bytes.extend(point.y.to_le_bytes());
            bytes.extend(point.angle.to_le_bytes());
            bytes.extend([point.trust, point.kind]);
        }
        for word in codes.as_flattened() {
            bytes.extend(word.to_le_bytes());
        }
        bytes
    }

    /// The template of [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    ///
    /// Not as many bytes as their counts say, or counts beyond [`FINGER_POINTS`].
    pub fn from_bytes(bytes: &[u8]) -> Result<FingerTemplate, TemplateBytesError> {
        let (counts, rest) = bytes.split_first_chunk::<2>().ok_or(TemplateBytesError)?;
        let [points, codes] = counts.map(usize::from);
        let size = POINT_BYTES * points + CODE_BYTES * codes;
        if points > FINGER_POINTS || codes > points || rest.len() != size {
            return Err(TemplateBytesError);
        }
        let (points, codes) = rest.split_at(POINT_BYTES * points);
        let points = points.as_chunks::<POINT_BYTES>().0.iter().map(point).collect();
        let codes = codes.as_chunks::<CODE_BYTES>().0.iter().map(code).collect();
        Ok(FingerTemplate::of(points, codes))
    }
}

fn point(bytes: &[u8; POINT_BYTES]) -> Point {
    let [x0, x1, y0, y1, a0, a1, trust, kind] = *bytes;
    Point {
        x: i16::from_le_bytes([x0, x1]),
        y: i16::from_le_bytes([y0, y1]),
        angle: u16::from_le_bytes([a0, a1]),
        trust,
        kind,
    }
}

fn code(bytes: &[u8; CODE_BYTES]) -> Code {
    let words = bytes.as_chunks::<8>().0;
    core::array::from_fn(|at| u64::from_le_bytes(words[at]))
}
