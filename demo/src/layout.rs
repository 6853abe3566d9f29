//! Embeddings to the bytes of a template.

use base64::prelude::{BASE64_STANDARD, Engine as _};

/// Bytes of a template in the 1072-byte layout.
pub(crate) const TEMPLATE_BYTES: usize = 1072;

/// Five points in a face crop of 112 x 112: eyes, nose, corners of the mouth.
const LANDMARKS: [f32; 10] = [38.3, 51.7, 73.5, 51.5, 56.0, 71.7, 41.5, 92.4, 70.7, 92.2];

/// 512 int8 at 1/128, 512 zero bytes (no embedding of the masked face), the
/// landmarks, the norms of both halves.
pub(crate) fn template(embedding: &[f64]) -> Vec<u8> {
    let codes: Vec<i8> = embedding.iter().map(|value| code(*value)).collect();
    let squared: i32 = codes.iter().map(|code| i32::from(*code) * i32::from(*code)).sum();
    let norm = single(f64::sqrt(f64::from(squared)) / 128.0);
    let mut bytes = Vec::with_capacity(TEMPLATE_BYTES);
    bytes.extend(codes.iter().map(|code| code.cast_unsigned()));
    bytes.resize(2 * codes.len(), 0);
    for value in LANDMARKS.into_iter().chain([norm, 0.0]) {
        bytes.extend(value.to_le_bytes());
    }
    bytes
}

/// Base64 as the protocol's `data` has it.
pub(crate) fn text(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i8")]
fn code(value: f64) -> i8 {
    (value * 128.0).round().clamp(-127.0, 127.0) as i8
}

#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
fn single(value: f64) -> f32 {
    value as f32
}
