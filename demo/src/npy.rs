//! Reads NumPy's `.npy`, version 1, of little-endian f32 in C order.

/// A matrix of f32.
#[derive(Debug)]
pub(crate) struct Matrix {
    columns: usize,
    /// The rows one after another, still as bytes.
    data: Vec<u8>,
}

impl Matrix {
    /// Parses a whole file.
    pub(crate) fn parse(file: &[u8]) -> Result<Matrix, &'static str> {
        let rest = file.strip_prefix(b"\x93NUMPY\x01\x00").ok_or("not a version 1 .npy file")?;
        let (length, rest) = rest.split_first_chunk().ok_or("cut in the header")?;
        let length = usize::from(u16::from_le_bytes(*length));
        let (header, data) = rest.split_at_checked(length).ok_or("cut in the header")?;
        let header = std::str::from_utf8(header).map_err(|_| "the header is not text")?;
        if !header.contains("'descr': '<f4'") || !header.contains("'fortran_order': False") {
            return Err("not little-endian f32 in C order");
        }
        let (rows, columns) = shape(header).ok_or("not a matrix")?;
        let bytes = rows.checked_mul(columns).and_then(|n| n.checked_mul(4));
        if bytes != Some(data.len()) {
            return Err("the data is not as long as the shape says");
        }
        Ok(Matrix { columns, data: data.to_vec() })
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// The little-endian bytes of a row.
    pub(crate) fn row(&self, index: usize) -> Option<&[u8]> {
        self.data.chunks_exact(4 * self.columns.max(1)).nth(index)
    }
}

/// The two numbers of `'shape': (rows, columns)`.
fn shape(header: &str) -> Option<(usize, usize)> {
    let (_, after) = header.split_once("'shape': (")?;
    let (inside, _) = after.split_once(')')?;
    let (rows, columns) = inside.split_once(',')?;
    Some((rows.trim().parse().ok()?, columns.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(header.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
    }

    #[test]
    fn a_matrix_is_read_and_everything_else_refused() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n";
        let data: Vec<u8> = (0..24).collect();
        let good = file(header, &data);
        let matrix = Matrix::parse(&good).unwrap();
        assert_eq!((matrix.columns(), matrix.row(1), matrix.row(2)), (3, Some(&data[12..]), None));
        for end in 0..good.len() {
            assert!(Matrix::parse(&good[..end]).is_err(), "{end}");
        }
        for (from, to) in [
            ("<f4", "<f8"),
            ("<f4", ">f4"),
            ("False", "True"),
            ("(2, 3)", "(6,)"),
            ("(2, 3)", "(2, 4)"),
            ("(2, 3)", "(99999999999999999, 99999999999999999)"),
        ] {
            assert!(Matrix::parse(&file(&header.replace(from, to), &data)).is_err(), "{to}");
        }
    }
}
