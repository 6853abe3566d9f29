//! NumKong: its dot product row by row, and its packed matrix kernel.

use std::ops::Range;

use numkong::{Dot, PackedMatrix, Tensor};

use crate::engine::{Best, Engine, Kind, Timed, timed};
use crate::gallery::{BATCH, Gallery, Row};
use crate::people::DIMENSION;
use crate::rows::Rows;

pub(super) fn rows() -> Box<dyn Engine> {
    numkong::configure_thread();
    let dot = |a: &Row, b: &Row| i8::dot(&a.0, &b.0).expect("equal lengths");
    Box::new(Rows { name: "numkong", dot })
}

/// The gallery packed once; a query is a matrix of one row, a batch of 16.
pub(super) fn packed(gallery: &Gallery) -> Result<Box<dyn Engine>, String> {
    numkong::configure_thread();
    let size = gallery.rows.len();
    let text = |error| format!("{error:?}");
    let rows: Vec<i8> = gallery.rows.iter().flat_map(|row| row.0).collect();
    let rows = Tensor::<i8>::try_from_slice(&rows, &[size, DIMENSION]).map_err(text)?;
    let packed = PackedMatrix::try_pack(&rows).map_err(text)?;
    let one = Tensor::<i32>::try_full(&[1, size], 0).map_err(text)?;
    let many = Tensor::<i32>::try_full(&[BATCH, size], 0).map_err(text)?;
    Ok(Box::new(Packed { packed, one, many }))
}

struct Packed {
    packed: PackedMatrix<i8>,
    /// The products of one query, and of a batch.
    one: Tensor<i32>,
    many: Tensor<i32>,
}

impl Packed {
    fn search(&mut self, gallery: &Gallery, probes: Range<usize>) -> Vec<Best> {
        let products = if probes.len() == 1 { &mut self.one } else { &mut self.many };
        let codes: Vec<i8> =
            gallery.probes[probes.clone()].iter().flat_map(|p| p.codes.0).collect();
        let queries = Tensor::<i8>::try_from_slice(&codes, &[probes.len(), DIMENSION]);
        let queries = queries.expect("room for the probes");
        queries.try_dots_packed_into(&self.packed, products).expect("equal dimensions");
        products.as_slice().chunks_exact(gallery.rows.len()).map(|row| best(gallery, row)).collect()
    }
}

/// The row with the highest cosine, given the products with one probe.
fn best(gallery: &Gallery, products: &[i32]) -> Best {
    let mut best = (f32::NEG_INFINITY, 0);
    for (at, (&product, inverse_norm)) in products.iter().zip(&gallery.inverse_norms).enumerate() {
        let score = product as f32 * inverse_norm;
        if score > best.0 {
            best = (score, at);
        }
    }
    Some(best.1)
}

impl Engine for Packed {
    fn name(&self) -> &str {
        "numkong-packed"
    }

    fn kind(&self) -> Kind {
        Kind::Exact { floor: None }
    }

    fn bytes(&self) -> usize {
        self.packed.as_bytes().len() / self.packed.dims().0 + size_of::<f32>()
    }

    fn one(&mut self, gallery: &Gallery, probe: usize) -> Timed<Best> {
        let found = timed(|| self.search(gallery, probe..probe + 1));
        Timed { seconds: found.seconds, answer: found.answer[0] }
    }

    fn batch(&mut self, gallery: &Gallery, probes: Range<usize>) -> Timed<Vec<Best>> {
        timed(|| self.search(gallery, probes))
    }
}
