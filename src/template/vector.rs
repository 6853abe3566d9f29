//! A decoded vector, lent by its decoder.

/// A decoded vector: finite, not zero, of the format's dimension.
///
/// Its `Debug` shows the dimension and no element.
#[derive(Clone, Copy, PartialEq)]
pub enum Vector<'a> {
    /// Values as the vendor wrote them, finite, not scaled.
    F32(&'a [f32]),
    /// Codes as the vendor wrote them, -128 included.
    I8(&'a [i8]),
}

impl Vector<'_> {
    /// Number of elements.
    #[must_use]
    pub fn dimension(&self) -> usize {
        match self {
            Vector::F32(values) => values.len(),
            Vector::I8(codes) => codes.len(),
        }
    }
}

impl std::fmt::Debug for Vector<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let element = match self {
            Vector::F32(_) => "F32",
            Vector::I8(_) => "I8",
        };
        write!(f, "{element}(dimension {})", self.dimension())
    }
}
