//! NumPy's `.npy`: matrices of little-endian `f32` or `f64` in C order.

use std::io::{self, Write};
use std::path::Path;

use ndarray::Array2;

use crate::{EvalError, number};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads a matrix of versions 1 to 3. `f64` is rounded to `f32`; not-a-numbers stay.
///
/// # Errors
///
/// [`EvalError::Data`] for any other contents, or a length that is not what the shape says.
pub fn parse(file: &Path, bytes: &[u8]) -> Result<Array2<f32>, EvalError> {
    matrix(bytes).map_err(|reason| EvalError::data(file, reason))
}

fn matrix(bytes: &[u8]) -> Result<Array2<f32>, &'static str> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("not a .npy file")?;
    let (header, data) = header(rest).ok_or("cut in the header")?;
    let header = std::str::from_utf8(header).map_err(|_| "the header is not text")?;
    let width = match value(header, "descr").and_then(|text| text.split('\'').nth(1)) {
        Some("<f4") => 4,
        Some("<f8") => 8,
        _ => return Err("not little-endian f32 or f64"),
    };
    if !value(header, "fortran_order").is_some_and(|text| text.starts_with("False")) {
        return Err("not in C order");
    }
    let (rows, columns) = shape(header).ok_or("not a matrix")?;
    let length = rows.checked_mul(columns).and_then(|cells| cells.checked_mul(width));
    if length != Some(data.len()) {
        return Err("the data is not as long as the shape says");
    }
    let cells = match width {
        4 => data.as_chunks().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect(),
        _ => data.as_chunks().0.iter().map(|raw| narrow(f64::from_le_bytes(*raw))).collect(),
    };
    Array2::from_shape_vec((rows, columns), cells).map_err(|_| "not a matrix")
}

fn narrow(value: f64) -> f32 {
    if value.is_nan() { f32::NAN } else { number::score(value) }
}

/// The header's text and what is behind it; its length has two or four bytes.
fn header(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (version, rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = match version[0] {
        1 => {
            rest.split_first_chunk().map(|(raw, rest)| (u32::from(u16::from_le_bytes(*raw)), rest))
        }
        2 | 3 => rest.split_first_chunk().map(|(raw, rest)| (u32::from_le_bytes(*raw), rest)),
        _ => None,
    }?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// What stands behind a key of the header.
fn value<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = header.split_once(&format!("'{key}':"))?;
    Some(after.trim_start())
}

/// The two numbers of `'shape': (rows, columns)`.
fn shape(header: &str) -> Option<(usize, usize)> {
    let (inside, _) = value(header, "shape")?.strip_prefix('(')?.split_once(')')?;
    let (rows, columns) = inside.split_once(',')?;
    Some((rows.trim().parse().ok()?, columns.trim().parse().ok()?))
}

/// Writes a matrix as version 1, `<f4`.
///
/// # Errors
///
/// Those of the writer.
pub fn write(mut out: impl Write, matrix: &Array2<f32>) -> io::Result<()> {
    let (rows, columns) = matrix.dim();
    let mut header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // Magic, version, length and header end at a multiple of 64 with a line break.
    let unpadded = MAGIC.len() + 4 + header.len() + 1;
    header.push_str(&" ".repeat(unpadded.next_multiple_of(64) - unpadded));
    header.push('\n');
    let length = u16::try_from(header.len()).map_err(io::Error::other)?;
    out.write_all(MAGIC)?;
    out.write_all(&[1, 0])?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    for value in matrix {
        out.write_all(&value.to_le_bytes())?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(header.len()).unwrap().to_le_bytes();
        let length = if version == 1 { &length[..2] } else { &length[..] };
        [MAGIC, &[version, 0], length, header.as_bytes(), data].concat()
    }

    #[test]
    fn f64_and_long_headers_are_read_and_everything_else_is_refused() {
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n";
        let data = [0.5_f64.to_le_bytes(), (-0.0_f64).to_le_bytes()].concat();
        for version in 1..=3 {
            let parsed = matrix(&file(version, header, &data)).unwrap();
            assert_eq!(parsed, ndarray::array![[0.5, 0.0]]);
        }
        assert!(matrix(&file(4, header, &data)).is_err());
        for (from, to) in [
            ("<f8", ">f8"),
            ("<f8", "<i8"),
            ("False", "True"),
            ("(1, 2)", "(2,)"),
            ("(1, 2)", "(1, 3)"),
            ("(1, 2)", "(99999999999999999, 99999999999999999)"),
        ] {
            assert!(matrix(&file(1, &header.replace(from, to), &data)).is_err(), "{to}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(rows in 0usize..5, columns in 0usize..5, seed in any::<u32>()) {
            let cell = |(row, column)| seed as f32 / (1.0 + row as f32 + 7.0 * column as f32);
            let given = Array2::from_shape_fn((rows, columns), cell);
            let mut bytes = Vec::new();
            write(&mut bytes, &given).unwrap();
            prop_assert_eq!((bytes.len() - 4 * given.len()) % 64, 0);
            prop_assert_eq!(matrix(&bytes).unwrap(), given);
            for end in 0..bytes.len() {
                prop_assert!(matrix(&bytes[..end]).is_err());
            }
        }
    }
}
