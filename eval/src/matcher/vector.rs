//! Vectors as the bytes of a template: little-endian `f32`, all of one dimension.

use std::sync::OnceLock;

/// The dimension of the first vector holds for all.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    dimension: OnceLock<usize>,
}

impl Vectors {
    /// The components; they are finite.
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Vec<f32>, String> {
        let (values, rest) = bytes.as_chunks();
        if values.is_empty() || !rest.is_empty() {
            return Err(format!("{} bytes are not a vector of f32", bytes.len()));
        }
        let vector: Vec<f32> = values.iter().map(|raw| f32::from_le_bytes(*raw)).collect();
        if !vector.iter().all(|value| value.is_finite()) {
            return Err("a component is not finite".to_owned());
        }
        let expected = *self.dimension.get_or_init(|| vector.len());
        if vector.len() != expected {
            return Err(format!("dimension {} instead of {expected}", vector.len()));
        }
        Ok(vector)
    }
}
