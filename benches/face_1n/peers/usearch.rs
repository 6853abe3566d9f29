//! USearch, asked for exact results on int8.

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

use crate::engine::{Best, Engine, Kind, Timed, timed};
use crate::gallery::Gallery;
use crate::people::DIMENSION;

struct Exact(Index);

/// The crate searches only an index. Exact search does not look at the graph, so
/// that is made as small and as quickly as it can be.
pub(super) fn exact(gallery: &Gallery) -> Result<Box<dyn Engine>, String> {
    let options = IndexOptions {
        dimensions: DIMENSION,
        metric: MetricKind::Cos,
        quantization: ScalarKind::I8,
        connectivity: 2,
        expansion_add: 1,
        expansion_search: 1,
        multi: false,
    };
    fn text(error: impl std::fmt::Display) -> String {
        error.to_string()
    }
    let index = Index::new(&options).map_err(text)?;
    index.reserve(gallery.rows.len()).map_err(text)?;
    for (key, row) in (0u64..).zip(&gallery.rows) {
        index.add(key, &row.0[..]).map_err(text)?;
    }
    Ok(Box::new(Exact(index)))
}

impl Engine for Exact {
    fn name(&self) -> &str {
        "usearch"
    }

    fn kind(&self) -> Kind {
        Kind::Rounded
    }

    fn bytes(&self) -> usize {
        self.0.memory_usage() / self.0.size().max(1)
    }

    fn one(&mut self, gallery: &Gallery, probe: usize) -> Timed<Best> {
        let codes = &gallery.probes[probe].codes.0[..];
        let found = timed(|| self.0.exact_search(codes, 1).expect("a search"));
        let row = found.answer.keys.first().map(|&key| usize::try_from(key).expect("a row"));
        Timed { seconds: found.seconds, answer: row }
    }
}
