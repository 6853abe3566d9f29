//! kaimen. Everything that calls its index is in this file.

use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use kaimen::index::{
    Answer, Codes, PreparedQuery, SCORE_ONE, SearchMode, SearchParams, TopK, VectorIndex,
};
use kaimen::kernels::{Kernels, Tier};

use crate::engine::{Best, Engine, Kind, Timed, timed};
use crate::gallery::{Gallery, Row};
use crate::people::{DIMENSION, TEMPLATES};

struct Ours {
    name: &'static str,
    index: Rc<VectorIndex>,
    kernels: Kernels,
    params: SearchParams,
    answers: Vec<Answer>,
}

/// The ways in which our index is asked: mode, kernels, members asked for, and
/// whether there is a threshold. `wanted` tells by the name.
pub(crate) fn engines(gallery: &Gallery, wanted: impl Fn(&str) -> bool) -> Vec<Box<dyn Engine>> {
    let detected = Kernels::detect();
    let portable = Kernels::force(Tier::Portable).expect("it runs everywhere");
    let door = SearchParams { k: 1, floor: gallery.floor };
    let all = SearchParams { k: 5, floor: -SCORE_ONE };
    let (fast, proven) = (SearchMode::Fast, SearchMode::Proven);
    let ways = [
        ("ours-fast-floor", fast, detected, door),
        ("ours-proven-floor", proven, detected, door),
        ("ours-proven-k5", proven, detected, all),
        ("ours-portable-fast-floor", fast, portable, door),
        ("ours-portable-proven-floor", proven, portable, door),
    ];
    let ways: Vec<_> = ways.into_iter().filter(|(name, ..)| wanted(name)).collect();
    let enrolled = |mode| {
        let is_asked = ways.iter().any(|(_, wanted, ..)| *wanted == mode);
        is_asked.then(|| Rc::new(enrol(gallery, mode)))
    };
    let (fast_index, proven_index) = (enrolled(fast), enrolled(proven));
    ways.into_iter()
        .filter_map(|(name, mode, kernels, params)| {
            let index = if mode == fast { &fast_index } else { &proven_index };
            let index = index.clone()?;
            Some(Ours { name, index, kernels, params, answers: Vec::new() })
        })
        .map(|ours| Box::new(ours) as Box<dyn Engine>)
        .collect()
}

fn enrol(gallery: &Gallery, mode: SearchMode) -> VectorIndex {
    let mut index = VectorIndex::new(DIMENSION, mode).expect("a dimension");
    for (i, Row(codes)) in gallery.rows.iter().enumerate() {
        let codes = Codes::from_i8(codes).expect("codes");
        let owner = u32::try_from(i / TEMPLATES).expect("a small number");
        let slot = u8::try_from(i % TEMPLATES).expect("a small number");
        index.insert(owner, slot, &codes).expect("there is room");
    }
    index
}

fn by_number(a: u32, b: u32) -> Ordering {
    a.cmp(&b)
}

impl Ours {
    fn prepare(&self, codes: &Row) -> PreparedQuery {
        PreparedQuery::from_i8(&codes.0).expect("a probe").with_kernels(self.kernels)
    }

    /// A search as the engine makes it, with the probe's preparation.
    fn search(&self, codes: &Row) -> Best {
        let mut top = TopK::new();
        let query = self.prepare(codes);
        self.index.search(&query, self.params, by_number, &mut top).expect("a search");
        best_row(&top)
    }

    /// The same for several probes at once.
    fn search_batch<'p>(&mut self, probes: impl Iterator<Item = &'p Row>) -> Vec<Best> {
        let mut answers = core::mem::take(&mut self.answers);
        answers.clear();
        answers.extend(probes.map(|codes| (self.prepare(codes), TopK::new())));
        self.index.search_batch(&mut answers, self.params, by_number).expect("a search");
        self.answers = answers;
        self.answers.iter().map(|(_, top)| best_row(top)).collect()
    }
}

fn best_row(top: &TopK) -> Best {
    let best = top.best()?;
    Some(best.owner as usize * TEMPLATES + usize::from(best.slot))
}

impl Engine for Ours {
    fn name(&self) -> &str {
        self.name
    }

    fn kind(&self) -> Kind {
        let floor = self.params.floor;
        Kind::Exact { floor: (floor > -SCORE_ONE).then_some(floor) }
    }

    fn bytes(&self) -> usize {
        self.index.bytes_per_template()
    }

    fn one(&mut self, gallery: &Gallery, probe: usize) -> Timed<Best> {
        timed(|| self.search(&gallery.probes[probe].codes))
    }

    fn batch(&mut self, gallery: &Gallery, probes: Range<usize>) -> Timed<Vec<Best>> {
        let probes = &gallery.probes[probes];
        timed(|| self.search_batch(probes.iter().map(|probe| &probe.codes)))
    }
}
