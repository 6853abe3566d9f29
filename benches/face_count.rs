//! Searches for an instruction counter: how often, on which tier, in which mode.
//!
//! `face_count TIER MODE ROWS SEARCHES`; `scripts/count.sh` runs it under callgrind
//! and prints instructions a row. With other arguments (`cargo test --benches`) it
//! searches a small gallery once on every tier and mode.
#![allow(missing_docs)]

use kaimen::index::{Codes, PreparedQuery, SearchMode, SearchParams, TopK, VectorIndex};
use kaimen::kernels::{Kernels, Tier};

const DIMENSION: usize = 512;
const MODES: [(&str, SearchMode); 2] = [("proven", SearchMode::Proven), ("fast", SearchMode::Fast)];

/// Knuth's MMIX linear congruence, in the shape of a bell.
fn vector(state: &mut u64) -> Vec<i8> {
    let mut next = || {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [a, b, ..] = state.to_be_bytes();
        a.cast_signed() / 2 + b.cast_signed() / 2
    };
    (0..DIMENSION).map(|_| next()).collect()
}

/// A stranger's probe, searched so often with the threshold of 0.3.
fn run(kernels: Kernels, mode: SearchMode, rows: u32, searches: usize) {
    let mut state = 1;
    let mut index = VectorIndex::new(DIMENSION, mode).unwrap();
    for owner in 0..rows {
        index.insert(owner, 0, &Codes::from_i8(&vector(&mut state)).unwrap()).unwrap();
    }
    let query = PreparedQuery::from_i8(&vector(&mut state)).unwrap().with_kernels(kernels);
    for _ in 0..searches {
        let mut top = TopK::new();
        let params = SearchParams { k: 2, floor: 300_000 };
        index.search(&query, params, |a, b| a.cmp(&b), &mut top).unwrap();
        assert_eq!(top.best(), None);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tier = |name: &String| Tier::available().find(|tier| tier.name() == name);
    let mode = |name: &String| MODES.into_iter().find(|mode| mode.0 == name);
    if let [first, second, rows, searches] = &arguments[..]
        && let (Some(tier), Some((_, mode))) = (tier(first), mode(second))
    {
        let searches = searches.parse().expect("a number of searches");
        let kernels = Kernels::force(tier).expect("an available tier");
        return run(kernels, mode, rows.parse().expect("a number of rows"), searches);
    }
    for tier in Tier::available() {
        for (_, mode) in MODES {
            run(Kernels::force(tier).unwrap(), mode, 1500, 1);
        }
    }
}
