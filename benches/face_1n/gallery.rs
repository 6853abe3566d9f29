//! A gallery of one set and size, its probes, and the right answers.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use kaimen::index::Codes;

use crate::cores;
use crate::floor;
use crate::people::{DIMENSION, People, Set, TEMPLATES, Vector};

/// Queries of one batch.
pub(crate) const BATCH: usize = 16;
/// Probes: two batches, every second probe has a mate in the gallery.
pub(crate) const PROBES: usize = 2 * BATCH;
/// Rows made at a time, so that the f32 vectors need not be held.
const CHUNK: usize = 16_384;

/// The int8 codes of one template, as `Codes` rounds them.
#[derive(Clone)]
#[repr(C, align(64))]
pub(crate) struct Row(pub(crate) [i8; DIMENSION]);

pub(crate) struct Probe {
    pub(crate) vector: Vector,
    pub(crate) codes: Row,
    /// The row with the highest cosine of the codes, and that cosine.
    pub(crate) best: (usize, f64),
}

/// Templates as plain rows for the peers; row `r` is template `r % 4` of person
/// `r / 4`.
pub(crate) struct Gallery {
    pub(crate) set: Set,
    pub(crate) rows: Vec<Row>,
    /// One over the length of each row's codes.
    pub(crate) inverse_norms: Vec<f32>,
    pub(crate) probes: Vec<Probe>,
    /// The threshold of the searches that have one, in millionths.
    pub(crate) floor: i32,
}

impl Gallery {
    /// Makes the people, and gives the templates as f32 to `keep`.
    pub(crate) fn new(set: Set, size: usize, keep: &mut dyn Write) -> io::Result<Gallery> {
        let people = People::new(set);
        let mut rows = Vec::with_capacity(size);
        while rows.len() < size {
            let first = rows.len();
            let (vectors, codes) = make(&people, first..size.min(first + CHUNK));
            vectors.iter().try_for_each(|vector| write_f32(keep, vector))?;
            rows.extend(codes);
        }
        let inverse_norms: Vec<f32> = rows.iter().map(inverse_norm).collect();
        let mut gallery = Gallery { set, rows, inverse_norms, probes: Vec::new(), floor: 0 };
        gallery.probes = cores::map(0..PROBES, |i| gallery.probe(&people, i));
        gallery.floor = floor::estimate(&gallery);
        Ok(gallery)
    }

    pub(crate) fn is_mated(probe: usize) -> bool {
        probe.is_multiple_of(2)
    }

    /// The cosine of the codes of a probe and a row.
    pub(crate) fn score(&self, probe: usize, row: usize) -> f64 {
        let codes = &self.probes[probe].codes;
        let norms = f64::from(self.inverse_norms[row]) * f64::from(inverse_norm(codes));
        f64::from(dot(codes, &self.rows[row])) * norms
    }

    /// Writes the probes as f32, one behind the other.
    pub(crate) fn write_probes(&self, path: &Path) -> io::Result<()> {
        let mut file = io::BufWriter::new(File::create(path)?);
        self.probes.iter().try_for_each(|probe| write_f32(&mut file, &probe.vector))?;
        file.flush()
    }

    fn probe(&self, people: &People, i: usize) -> Probe {
        let persons = self.rows.len().div_ceil(TEMPLATES);
        let person = if Gallery::is_mated(i) { i * (persons - 1) / PROBES } else { persons + i };
        let vector = people.template(person, TEMPLATES);
        let codes = quantise(&vector);
        let best = self.best(&codes);
        Probe { vector, codes, best }
    }

    /// The right answer, by a loop of its own.
    fn best(&self, codes: &Row) -> (usize, f64) {
        let rows = self.rows.iter().zip(&self.inverse_norms);
        let scores = rows.map(|(row, &norm)| f64::from(dot(codes, row)) * f64::from(norm));
        let best = scores.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let (row, score) = best.expect("a gallery is not empty");
        (row, score * f64::from(inverse_norm(codes)))
    }
}

/// Some rows: as f32, and as codes.
fn make(people: &People, rows: Range<usize>) -> (Vec<Vector>, Vec<Row>) {
    let one = |row: usize| {
        let vector = people.template(row / TEMPLATES, row % TEMPLATES);
        (vector, quantise(&vector))
    };
    cores::map(rows, one).into_iter().unzip()
}

fn quantise(vector: &Vector) -> Row {
    let codes = Codes::quantise(vector).expect("a direction");
    Row(codes.as_i8().try_into().expect("the dimension"))
}

/// The dot product that judges the others.
fn dot(a: &Row, b: &Row) -> i32 {
    a.0.iter().zip(&b.0).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum()
}

fn inverse_norm(row: &Row) -> f32 {
    (dot(row, row) as f32).sqrt().recip()
}

fn write_f32(out: &mut dyn Write, vector: &Vector) -> io::Result<()> {
    let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
    out.write_all(&bytes)
}
