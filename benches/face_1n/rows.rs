//! Engines that compare pair by pair: one dot product for each row, the best kept.

use std::ops::Range;

use crate::engine::{Best, Engine, Kind, Timed, timed};
use crate::gallery::{Gallery, Row};
use crate::people::DIMENSION;

/// The dot product of a pair is all that differs.
pub(crate) struct Rows<F> {
    pub(crate) name: &'static str,
    pub(crate) dot: F,
}

impl<F: Fn(&Row, &Row) -> i32> Rows<F> {
    fn best(&self, gallery: &Gallery, probe: &Row) -> Best {
        let mut best = (f32::NEG_INFINITY, 0);
        let rows = gallery.rows.iter().zip(&gallery.inverse_norms).enumerate();
        for (at, (row, inverse_norm)) in rows {
            let score = (self.dot)(probe, row) as f32 * inverse_norm;
            if score > best.0 {
                best = (score, at);
            }
        }
        Some(best.1)
    }

    /// All probes for each row, so that the gallery is read once.
    fn best_of_each(&self, gallery: &Gallery, probes: Range<usize>) -> Vec<Best> {
        let probes = &gallery.probes[probes];
        let mut best = vec![(f32::NEG_INFINITY, 0); probes.len()];
        let rows = gallery.rows.iter().zip(&gallery.inverse_norms).enumerate();
        for (at, (row, inverse_norm)) in rows {
            for (best, probe) in best.iter_mut().zip(probes) {
                let score = (self.dot)(&probe.codes, row) as f32 * inverse_norm;
                if score > best.0 {
                    *best = (score, at);
                }
            }
        }
        best.into_iter().map(|(_, at)| Some(at)).collect()
    }
}

impl<F: Fn(&Row, &Row) -> i32> Engine for Rows<F> {
    fn name(&self) -> &str {
        self.name
    }

    fn kind(&self) -> Kind {
        Kind::Exact { floor: None }
    }

    fn bytes(&self) -> usize {
        DIMENSION + size_of::<f32>()
    }

    fn one(&mut self, gallery: &Gallery, probe: usize) -> Timed<Best> {
        timed(|| self.best(gallery, &gallery.probes[probe].codes))
    }

    fn batch(&mut self, gallery: &Gallery, probes: Range<usize>) -> Timed<Vec<Best>> {
        timed(|| self.best_of_each(gallery, probes))
    }
}

/// What the compiler makes of the plain loop, for the target that it builds for.
pub(crate) fn plain() -> Box<dyn Engine> {
    let dot = |a: &Row, b: &Row| {
        a.0.iter().zip(&b.0).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum::<i32>()
    };
    Box::new(Rows { name: "plain", dot })
}

pub(crate) fn simsimd() -> Box<dyn Engine> {
    use simsimd::SpatialSimilarity;
    let dot = |a: &Row, b: &Row| {
        let dot = <i8 as SpatialSimilarity>::dot(&a.0, &b.0).expect("equal lengths");
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^31")]
        let dot = dot as i32;
        dot
    };
    Box::new(Rows { name: "simsimd", dot })
}
