//! The index against a naive model.

mod cascade;
mod error_law;

use core::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::gallery::{GalleryError, RowBlock as _};
use crate::kernels::{Kernels, Tier};
use crate::limits::CANDIDATES;

/// Knuth's MMIX linear congruence: enough for codes, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [a, b, c, d, ..] = self.0.to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    fn vector(&mut self, dimension: usize) -> Vec<i8> {
        (0..dimension).map(|_| self.next().to_be_bytes()[0].cast_signed()).collect()
    }
}

/// One of a few vectors, so that equal scores are common.
fn codes_of(seed: u32, dimension: usize) -> Vec<i8> {
    Random(u64::from(seed)).vector(dimension)
}

/// Members in an order that is not that of their numbers.
fn tie(a: u32, b: u32) -> Ordering {
    let key = |owner: u32| owner.wrapping_mul(0x9E37_79B1);
    key(a).cmp(&key(b))
}

struct Row {
    handle: TemplateHandle,
    owner: u32,
    slot: u8,
    codes: Vec<i8>,
}

/// What the index should be: a list, and a search that sorts all of it.
#[derive(Default)]
struct Model(Vec<Row>);

impl Model {
    fn search(&self, probe: &[i8], params: SearchParams) -> Vec<Candidate> {
        let mut best: Vec<Candidate> = Vec::new();
        for row in &self.0 {
            let candidate = Candidate {
                owner: row.owner,
                score: naive_score(probe, &row.codes),
                slot: row.slot,
            };
            match best.iter_mut().find(|c| c.owner == row.owner) {
                None => best.push(candidate),
                Some(c) if candidate.score > c.score => *c = candidate,
                Some(c) if candidate.score == c.score => c.slot = c.slot.min(row.slot),
                Some(_) => {}
            }
        }
        best.retain(|c| c.score >= params.floor);
        best.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| tie(a.owner, b.owner)));
        best.truncate(params.k.min(CANDIDATES));
        best
    }
}

fn dot(a: &[i8], b: &[i8]) -> i64 {
    a.iter().zip(b).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum()
}

/// The integer score, checked against the cosine of the codes in `f64`.
fn naive_score(a: &[i8], b: &[i8]) -> i32 {
    let squares = |v| u32::try_from(dot(v, v)).unwrap();
    let weight = |v| score::weight(squares(v));
    let product = i32::try_from(dot(a, b)).unwrap();
    let got = score::score(product, weight(a), weight(b));
    let cosine = f64::from(product) / (f64::from(squares(a)) * f64::from(squares(b))).sqrt();
    assert!((f64::from(got) - cosine * f64::from(SCORE_ONE)).abs() <= 0.55);
    got
}

fn search(index: &VectorIndex, query: &PreparedQuery, params: SearchParams) -> Vec<Candidate> {
    let mut top = TopK::new();
    index.search(query, params, tie, &mut top).unwrap();
    top.as_slice().to_vec()
}

/// Checks searches and every template against the model, on every tier.
fn check(index: &VectorIndex, model: &Model, probe: &[i8], params: SearchParams) {
    assert_eq!(index.len(), model.0.len());
    assert_eq!(index.block_count(), model.0.len().div_ceil(BLOCK_ROWS));
    let right = model.search(probe, params);
    let query = PreparedQuery::from_i8(probe).unwrap();
    for tier in Tier::available() {
        let query = query.clone().with_kernels(Kernels::force(tier).unwrap());
        assert_eq!(search(index, &query, params), right, "tier {tier}");
    }
    for row in &model.0 {
        assert_eq!(index.get(row.handle), Some((row.owner, row.slot)));
        let found = index.verify(&query, &[row.handle]).unwrap().unwrap();
        assert_eq!((found.owner, found.slot), (row.owner, row.slot));
        assert_eq!(found.score, naive_score(probe, &row.codes));
    }
}

#[derive(Clone, Debug)]
enum Change {
    Insert { owner: u32, slot: u8, seed: u32 },
    Replace { pick: usize, seed: u32 },
    Remove { pick: usize },
}

fn apply(index: &mut VectorIndex, model: &mut Model, change: &Change) {
    let dimension = index.dimension();
    match *change {
        Change::Insert { owner, slot, seed } => {
            let codes = codes_of(seed, dimension);
            let stored = Codes::from_i8(&codes).unwrap();
            let handle = index.insert(owner, slot, &stored).unwrap();
            assert!(model.0.iter().all(|row| row.handle != handle));
            model.0.push(Row { handle, owner, slot, codes });
        }
        Change::Replace { pick, seed } => {
            let count = model.0.len();
            let Some(row) = model.0.get_mut(pick % count.max(1)) else {
                return;
            };
            row.codes = codes_of(seed, dimension);
            let stored = Codes::from_i8(&row.codes).unwrap();
            index.replace(row.handle, &stored).unwrap();
        }
        Change::Remove { pick } => {
            if model.0.is_empty() {
                return;
            }
            let row = model.0.swap_remove(pick % model.0.len());
            index.remove(row.handle).unwrap();
            assert_eq!(index.get(row.handle), None);
            let again = index.remove(row.handle);
            assert_eq!(again, Err(GalleryError::UnknownHandle(row.handle).into()));
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (0u32..40, 0u8..12, 0u32..60)
            .prop_map(|(owner, slot, seed)| Change::Insert { owner, slot, seed }),
        1 => (any::<usize>(), 0u32..60).prop_map(|(pick, seed)| Change::Replace { pick, seed }),
        2 => any::<usize>().prop_map(|pick| Change::Remove { pick }),
    ]
}

fn mode() -> impl Strategy<Value = SearchMode> {
    prop_oneof![Just(SearchMode::Proven), Just(SearchMode::Fast)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_changes_give_what_the_model_gives(
        dimension in prop::sample::select(vec![32usize, 33, 64, 100, 192]),
        mode in mode(),
        filled in prop::sample::select(vec![
            0usize, 1, 200, 256, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 70,
        ]),
        changes in prop::collection::vec(change(), 0..80),
        probe in 0u32..70,
        k in 1usize..=CANDIDATES,
        floor in prop_oneof![
            Just(-SCORE_ONE), -300_000i32..300_000, Just(SCORE_ONE), Just(i32::MIN), Just(i32::MAX)
        ],
    ) {
        let mut index = VectorIndex::new(dimension, mode).unwrap();
        let mut model = Model::default();
        let mut random = Random(filled as u64);
        for _ in 0..filled {
            let insert = Change::Insert {
                owner: random.next() % 40,
                slot: u8::try_from(random.below(12)).unwrap(),
                seed: random.next() % 60,
            };
            apply(&mut index, &mut model, &insert);
        }
        let probe = codes_of(probe, dimension);
        let params = SearchParams { k, floor };
        check(&index, &model, &probe, params);

        let snapshot = index.clone();
        let query = PreparedQuery::from_i8(&probe).unwrap();
        let everything = SearchParams { k: CANDIDATES, floor: -SCORE_ONE };
        let before = search(&snapshot, &query, everything);
        for change in &changes {
            apply(&mut index, &mut model, change);
        }
        check(&index, &model, &probe, params);
        prop_assert_eq!(search(&snapshot, &query, everything), before);
        prop_assert_eq!(snapshot.len(), filled);
    }

    #[test]
    fn results_do_not_depend_on_the_order_of_insertion(
        rows in prop::collection::vec((0u32..30, 0u8..12, 0u32..20), 1..300),
        k in 1usize..=8,
        mode in mode(),
    ) {
        let build = |rows: &mut dyn Iterator<Item = &(u32, u8, u32)>| {
            let mut index = VectorIndex::new(32, mode).unwrap();
            for &(owner, slot, seed) in rows {
                let codes = Codes::from_i8(&codes_of(seed, 32)).unwrap();
                index.insert(owner, slot, &codes).unwrap();
            }
            index
        };
        let query = PreparedQuery::from_i8(&codes_of(3, 32)).unwrap();
        let params = SearchParams { k, floor: -SCORE_ONE };
        let forward = search(&build(&mut rows.iter()), &query, params);
        let backward = search(&build(&mut rows.iter().rev()), &query, params);
        prop_assert_eq!(forward, backward);
    }
}

#[test]
fn a_hundred_thousand_changes_leave_the_index_dense() {
    let mut random = Random(2026);
    let mut index = VectorIndex::new(32, SearchMode::Fast).unwrap();
    let pool: Vec<Codes> =
        (0..64).map(|seed| Codes::from_i8(&codes_of(seed, 32)).unwrap()).collect();
    let mut rows: Vec<(TemplateHandle, u32)> = Vec::new();
    let mut most = 0;
    for step in 0..100_000u32 {
        let codes = &pool[random.below(pool.len())];
        // Mostly insertions at first, mostly removals in the end.
        let insert = random.below(100_000) >= 20_000 + step as usize / 2;
        if insert || rows.is_empty() {
            rows.push((index.insert(step, 1, codes).unwrap(), step));
            most = most.max(rows.len());
        } else if random.below(4) == 0 {
            let at = random.below(rows.len());
            index.replace(rows[at].0, codes).unwrap();
        } else {
            let at = random.below(rows.len());
            index.remove(rows.swap_remove(at).0).unwrap();
        }
        assert_eq!(index.block_count(), rows.len().div_ceil(BLOCK_ROWS));
    }
    assert!(rows.len() > BLOCK_ROWS, "the test keeps several blocks");
    assert_eq!(index.len(), rows.len());
    for (handle, owner) in rows {
        assert_eq!(index.get(handle), Some((owner, 1)));
    }
    assert!(
        index.memory_bytes() <= VectorIndex::required_bytes(32, SearchMode::Fast, most).unwrap()
    );
}

#[test]
fn the_memory_stays_within_the_bound() {
    let modes = [SearchMode::Proven, SearchMode::Fast];
    for (dimension, mode) in [32, 512, 2048].into_iter().flat_map(|d| modes.map(|m| (d, m))) {
        let mut index = VectorIndex::new(dimension, mode).unwrap();
        let codes = Codes::from_i8(&vec![1; dimension]).unwrap();
        for count in 0..2500 {
            let bound = VectorIndex::required_bytes(dimension, mode, count).unwrap();
            assert!(index.memory_bytes() <= bound, "{dimension}, {count}");
            index.insert(0, 0, &codes).unwrap();
        }
    }
    let bytes = |mode| VectorIndex::new(512, mode).unwrap().bytes_per_template();
    assert_eq!(modes.map(bytes), [532, 666]);
}

#[test]
fn a_clone_shares_blocks_until_they_change() {
    let mut index = VectorIndex::new(64, SearchMode::Fast).unwrap();
    let codes = Codes::from_i8(&[3; 64]).unwrap();
    let count = 2 * BLOCK_ROWS + 200;
    let handles: Vec<_> = (0..count).map(|_| index.insert(0, 0, &codes).unwrap()).collect();
    let shared = |a: &VectorIndex, b: &VectorIndex| -> Vec<bool> {
        let pairs = a.rows.blocks.iter().zip(&b.rows.blocks);
        pairs.map(|(a, b)| std::sync::Arc::ptr_eq(a, b)).collect()
    };
    let snapshot = index.clone();
    index.replace(handles[BLOCK_ROWS + 50], &codes).unwrap();
    assert_eq!(shared(&index, &snapshot), [true, false, true]);
    index.remove(handles[0]).unwrap();
    assert_eq!(shared(&index, &snapshot), [false, false, false]);
    assert_eq!(snapshot.get(handles[0]), Some((0, 0)));
}

#[test]
fn removed_codes_are_erased_at_once() {
    let mut index = VectorIndex::new(64, SearchMode::Fast).unwrap();
    let codes = Codes::from_i8(&[99; 64]).unwrap();
    let handles: Vec<_> = (0..3).map(|owner| index.insert(owner, 0, &codes).unwrap()).collect();
    index.remove(handles[0]).unwrap();
    let block = &index.rows.blocks[0];
    for row in 2..BLOCK_ROWS {
        assert!(block.high().row(row).iter().all(|&byte| byte == 0));
        assert!(block.low().row(row).iter().all(|&byte| byte == 0));
    }
    let (plane, alignments) = block.signs().unwrap();
    assert!(plane.iter().all(|lane| lane.0[2..].iter().all(|&signs| signs == 0)));
    assert!(alignments[2..].iter().all(|&alignment| alignment == 0));
    assert_eq!(block.codes(64, 1).as_i8(), [99; 64]);
}

#[test]
fn another_dimension_is_refused_and_leaves_nothing() {
    let mut index = VectorIndex::new(64, SearchMode::Fast).unwrap();
    let right = Codes::from_i8(&[1; 64]).unwrap();
    let wrong = Codes::from_i8(&[1; 65]).unwrap();
    let handle = index.insert(1, 0, &right).unwrap();
    let error = IndexError::Dimension { expected: 64, found: 65 };
    assert_eq!(index.insert(2, 0, &wrong), Err(error));
    assert_eq!(index.replace(handle, &wrong), Err(error));
    let mut top = TopK::new();
    let params = SearchParams::default();
    index.search(&PreparedQuery::from_codes(right.clone()), params, tie, &mut top).unwrap();
    assert_eq!(top.best().map(|c| (c.owner, c.score)), Some((1, SCORE_ONE)));
    let query = PreparedQuery::from_codes(wrong.clone());
    assert_eq!(index.search(&query, params, tie, &mut top), Err(error));
    assert_eq!(top.as_slice(), []);
    assert_eq!(index.verify(&query, &[handle]), Err(error));
    assert_eq!(VectorIndex::new(31, SearchMode::Fast).err(), Some(VectorError::Dimension(31)));
}

#[test]
fn verify_takes_the_best_slot_and_the_lower_of_equals() {
    let mut index = VectorIndex::new(32, SearchMode::Fast).unwrap();
    let probe = codes_of(1, 32);
    let query = PreparedQuery::from_i8(&probe).unwrap();
    let mut add = |slot, seed| {
        let codes = Codes::from_i8(&codes_of(seed, 32)).unwrap();
        index.insert(7, slot, &codes).unwrap()
    };
    let handles = [add(4, 2), add(9, 1), add(3, 1), add(0, 5)];
    let best = index.verify(&query, &handles).unwrap().unwrap();
    assert_eq!(best, Candidate { owner: 7, score: SCORE_ONE, slot: 3 });
    assert_eq!(index.verify(&query, &[]), Ok(None));
}

/// The largest dimension with the largest codes: nothing overflows (the tests
/// run with overflow checks).
#[test]
fn extremes_do_not_overflow() {
    let mut index = VectorIndex::new(2048, SearchMode::Fast).unwrap();
    let low = Codes::from_i8(&[-128; 2048]).unwrap();
    let high = Codes::from_i8(&[127; 2048]).unwrap();
    index.insert(1, 0, &low).unwrap();
    index.insert(2, 0, &high).unwrap();
    let params = SearchParams { k: 2, floor: -SCORE_ONE };
    let found = search(&index, &PreparedQuery::from_codes(low.clone()), params);
    let scores: Vec<_> = found.iter().map(|c| (c.owner, c.score)).collect();
    assert_eq!(scores, [(1, SCORE_ONE), (2, -SCORE_ONE)]);
}
