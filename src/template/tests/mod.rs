//! What is refused, and that everything else comes back as it was written.

mod lenient;
mod properties;
mod refusals;
mod registry;

use super::*;
use ::base64::prelude::{BASE64_STANDARD, Engine as _};

/// A format that holds, small enough to read.
const SMALL: VectorFormat = VectorFormat {
    element: Element::F32,
    dimension: 32,
    header_bytes: 4,
    expected_bytes: 4 + 128 + 6,
    scale: 0.5,
};

fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn f32_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
