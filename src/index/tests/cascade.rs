//! Every way through the cascade against a scan that compares everything.

use core::cmp::Ordering;
use core::ops::ControlFlow;

use proptest::prelude::*;

use super::*;

const MODES: [SearchMode; 2] = [SearchMode::Proven, SearchMode::Fast];

fn by_number(a: u32, b: u32) -> Ordering {
    a.cmp(&b)
}

/// A vector near another one: `share` of 256 parts are its own.
fn near(random: &mut Random, centre: &[i8], share: i32) -> Vec<i8> {
    let noise = random.vector(centre.len());
    let mix = |(&own, &other): (&i8, &i8)| {
        let sum = i32::from(own) * share + i32::from(other) * (256 - share);
        i8::try_from(sum / 256).unwrap()
    };
    centre.iter().zip(&noise).map(mix).collect()
}

/// Persons of four templates each, and one more picture of each.
fn people(dimension: usize, persons: usize) -> (Vec<Vec<i8>>, Vec<Vec<i8>>) {
    let mut random = Random(dimension as u64);
    let (mut rows, mut probes) = (Vec::new(), Vec::new());
    for _ in 0..persons {
        let centre = random.vector(dimension);
        for _ in 0..4 {
            let share = 100 + i32::try_from(random.below(120)).unwrap();
            rows.push(near(&mut random, &centre, share));
        }
        probes.push(near(&mut random, &centre, 150));
    }
    (rows, probes)
}

fn enrol(rows: &[Vec<i8>], mode: SearchMode) -> VectorIndex {
    let mut index = VectorIndex::new(rows[0].len(), mode).unwrap();
    for (i, row) in rows.iter().enumerate() {
        let owner = u32::try_from(i / 4).unwrap();
        let slot = u8::try_from(i % 4).unwrap();
        index.insert(owner, slot, &Codes::from_i8(row).unwrap()).unwrap();
    }
    index
}

fn best(rows: &[Vec<i8>], probe: &[i8], params: SearchParams) -> Vec<Candidate> {
    let codes = Codes::from_i8(probe).unwrap();
    let mut top = TopK::new();
    top.reset(params.k, params.floor);
    for (i, row) in rows.iter().enumerate() {
        let row = Codes::from_i8(row).unwrap();
        let score = naive_score(codes.as_i8(), row.as_i8());
        let owner = u32::try_from(i / 4).unwrap();
        top.offer(Candidate { owner, score, slot: u8::try_from(i % 4).unwrap() }, &by_number);
    }
    top.as_slice().to_vec()
}

/// One probe, several probes and several threads find the same, at every floor,
/// on every tier.
#[test]
fn every_way_of_searching_finds_what_comparing_everything_finds() {
    for (dimension, persons) in [(128, 520), (192, 270), (512, 300), (100, 260), (1024, 260)] {
        let (rows, probes) = people(dimension, persons);
        let indexes = MODES.map(|mode| enrol(&rows, mode));
        for (k, floor) in [(1, 300_000), (2, 450_000), (5, -SCORE_ONE), (64, 100_000)] {
            let params = SearchParams { k, floor };
            let probes = probes.iter().step_by(persons / 5);
            let right: Vec<_> = probes.clone().map(|p| best(&rows, p, params)).collect();
            for index in &indexes {
                check_ways(index, probes.clone(), params, &right);
            }
        }
    }
}

fn check_ways<'p>(
    index: &VectorIndex,
    probes: impl Iterator<Item = &'p Vec<i8>>,
    params: SearchParams,
    right: &[Vec<Candidate>],
) {
    let queries: Vec<_> = probes.map(|probe| PreparedQuery::from_i8(probe).unwrap()).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    // In two readings, the first of as many probes as the tiers with tiles take together.
    let in_batch = queries.iter().cycle().take(BATCH + queries.len());
    let mut answers: Vec<Answer> = in_batch.map(|q| (q.clone(), TopK::new())).collect();
    index.search_batch(&mut answers, params, by_number).unwrap();
    for (answer, right) in answers.iter().zip(right.iter().cycle()) {
        assert_eq!(answer.1.as_slice(), right, "{:?}, batch", index.mode());
    }
    for (query, right) in queries.iter().zip(right) {
        let mut top = TopK::new();
        for tier in Tier::available() {
            let query = query.clone().with_kernels(Kernels::force(tier).unwrap());
            index.search(&query, params, by_number, &mut top).unwrap();
            assert_eq!(top.as_slice(), right, "{:?}, {tier}, {params:?}", index.mode());
        }
        pool.install(|| index.search_threaded(query, params, by_number, &mut top)).unwrap();
        assert_eq!(top.as_slice(), right, "{:?}, threads", index.mode());
    }
}

/// Of narrow rows in more blocks than are tested by both bits before it is asked again, where signs let many
/// through and few in turn: probes in the first blocks find what those in the last ones do.
#[test]
fn narrow_rows_are_found_whether_signs_or_both_bits_say_so() {
    let mut random = Random(64);
    let row = |random: &mut Random, alike: bool| {
        let mut vector = random.vector(64);
        // What all share: a cosine of 0.6 to one another.
        vector.iter_mut().for_each(|v| *v = *v / 2 + if alike { 40 } else { 0 });
        vector
    };
    let rows: Vec<_> =
        (0..70 * BLOCK_ROWS).map(|at| row(&mut random, (at / BLOCK_ROWS) % 30 < 12)).collect();
    let indexes = MODES.map(|mode| {
        let mut index = VectorIndex::new(64, mode).unwrap();
        for (owner, row) in (0..).zip(&rows) {
            index.insert(owner, 0, &Codes::from_i8(row).unwrap()).unwrap();
        }
        index
    });
    for at in [5, 13 * BLOCK_ROWS, 35 * BLOCK_ROWS + 1, rows.len() - 1] {
        let query = PreparedQuery::from_i8(&rows[at]).unwrap();
        for floor in [200_000, 500_000, 700_000, 900_000] {
            let params = SearchParams { k: 64, floor };
            let found = indexes.each_ref().map(|index| {
                let mut top = TopK::new();
                index.search(&query, params, by_number, &mut top).unwrap();
                top.as_slice().to_vec()
            });
            assert_eq!(found[0], found[1], "{at}, {floor}");
            assert!(!found[0].is_empty(), "the row itself");
        }
    }
}

/// Threads share a bar: with enough blocks for each.
#[test]
fn threads_find_what_one_finds() {
    let (rows, probes) = people(32, 8 * BLOCK_ROWS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    for index in MODES.map(|mode| enrol(&rows, mode)) {
        for probe in probes.iter().step_by(probes.len() / 10) {
            let query = PreparedQuery::from_i8(probe).unwrap();
            for params in [SearchParams { k: 5, floor: 0 }, SearchParams { k: 2, floor: 600_000 }] {
                let (mut one, mut many) = (TopK::new(), TopK::new());
                index.search(&query, params, by_number, &mut one).unwrap();
                pool.install(|| index.search_threaded(&query, params, by_number, &mut many))
                    .unwrap();
                assert_eq!(one.as_slice(), many.as_slice());
                assert!(!one.as_slice().is_empty() || params.floor > 0);
            }
        }
    }
}

#[test]
fn pairs_are_found_once_and_none_of_one_member() {
    let (mut rows, _) = people(128, 300);
    // A member who is enrolled twice, and one template that is the very same.
    rows[4 * 250] = rows[4 * 17].clone();
    rows[4 * 299 + 3] = rows[2].clone();
    let floor = 400_000;
    let codes: Vec<_> = rows.iter().map(|row| Codes::from_i8(row).unwrap()).collect();
    let mut right = Vec::new();
    for a in 0..rows.len() {
        for b in (a + 1..rows.len()).filter(|b| b / 4 != a / 4) {
            let score = naive_score(codes[a].as_i8(), codes[b].as_i8());
            if score >= floor {
                right.push((a, b, score));
            }
        }
    }
    assert!(right.len() >= 2);
    for index in MODES.map(|mode| enrol(&rows, mode)) {
        let (mut found, mut last) = (Vec::new(), 0);
        let end = index.pairs(floor, |event| {
            match event {
                PairEvent::Pair(pair) => {
                    let row = |owner: u32, slot: u8| owner as usize * 4 + usize::from(slot);
                    let (a, b) = (row(pair.owner, pair.slot), row(pair.other, pair.other_slot));
                    found.push((a, b, pair.score));
                }
                PairEvent::Progress { done, total } => {
                    assert!(last < done && done <= total && total == rows.len());
                    last = done;
                }
            }
            ControlFlow::Continue(())
        });
        found.sort_unstable();
        assert_eq!((end, last), (ControlFlow::Continue(()), rows.len()));
        assert_eq!(found, right, "{:?}", index.mode());
        let mut events = 0;
        let end = index.pairs(floor, |_| {
            events += 1;
            ControlFlow::Break(())
        });
        assert_eq!((end, events), (ControlFlow::Break(()), 1));
    }
}

/// A row whose low halves all pull the same way as the probe: the high halves are as
/// wrong about it as they can be, and the bound of Cauchy and Schwarz is an equality.
#[test]
fn a_row_on_the_very_edge_of_the_bound_is_found() {
    for dimension in [32, 100, 512] {
        for sign in [1i32, -1] {
            // Low halves of 15 and 0 are residuals of 15 and -15, along the probe.
            let high = |i: usize| i32::try_from(i * 7 % 13).unwrap() - 6;
            let row: Vec<i8> = (0..dimension)
                .map(|i| {
                    let up = (i % 2 == 0) == (sign > 0);
                    i8::try_from(16 * high(i) + if up { 15 } else { 0 }).unwrap()
                })
                .collect();
            let probe: Vec<i8> =
                (0..dimension).map(|i| if i % 2 == 0 { 127 } else { -127 }).collect();
            let (row_codes, probe_codes) =
                (Codes::from_i8(&row).unwrap(), Codes::from_i8(&probe).unwrap());
            let score = naive_score(probe_codes.as_i8(), row_codes.as_i8());
            let mut index = VectorIndex::new(dimension, SearchMode::Proven).unwrap();
            for owner in 0..3 {
                index.insert(owner, 0, &row_codes).unwrap();
            }
            let query = PreparedQuery::from_codes(probe_codes);
            let mut top = TopK::new();
            for (floor, count) in [(score, 3), (score + 1, 0)] {
                let params = SearchParams { k: 9, floor };
                index.search(&query, params, by_number, &mut top).unwrap();
                assert_eq!(top.as_slice().len(), count, "{dimension}, {sign}, {floor}");
            }
        }
    }
}

/// Where nothing can be dropped, the cascade still finds what comparing finds: all rows
/// the same, all rows zero but for one code, rows of two values only.
#[test]
fn galleries_in_which_nothing_can_be_dropped() {
    let dimension = 128;
    let mut random = Random(5);
    let same = random.vector(dimension);
    let single = |i: usize| {
        let mut row = vec![0i8; dimension];
        row[i % dimension] = 127;
        row
    };
    let binary = |random: &mut Random| -> Vec<i8> {
        (0..dimension).map(|_| if random.next() & 1 == 0 { -128 } else { 127 }).collect()
    };
    let count = 3 * BLOCK_ROWS + 5;
    let galleries: [Vec<Vec<i8>>; 3] = [
        (0..count).map(|_| same.clone()).collect(),
        (0..count).map(single).collect(),
        (0..count).map(|_| binary(&mut random)).collect(),
    ];
    for rows in &galleries {
        for index in MODES.map(|mode| enrol(rows, mode)) {
            for (k, floor) in [(3, -SCORE_ONE), (3, 1), (3, 80_000)] {
                let params = SearchParams { k, floor };
                let probe = &rows[count / 2];
                let query = PreparedQuery::from_i8(probe).unwrap();
                let mut top = TopK::new();
                index.search(&query, params, by_number, &mut top).unwrap();
                assert_eq!(top.as_slice(), best(rows, probe, params), "{:?}", index.mode());
            }
        }
    }
}

/// Rows that passed all but the last step still wait for it when signs are of no use in the next
/// block, whose rows then wait with them.
#[test]
fn rows_that_wait_leave_room_for_those_of_a_block_without_signs() {
    let dimension = 512;
    let mut random = Random(11);
    let probe = random.vector(dimension);
    // Scores of about 0.5, 0.15, which pass the signs and nothing else, and 0.
    let (high, middling, low) = (94, 34, 0);
    // The fifth block is the one that finds most waiting.
    for period in [5, 7] {
        let mut rows = Vec::new();
        for at in 1..=2 * period {
            let others = if at % period == 0 { middling } else { low };
            let shares = (0..BLOCK_ROWS).map(|row| if row < 160 { high } else { others });
            rows.extend(shares.map(|share| near(&mut random, &probe, share)));
        }
        // All of one member: the bar stays at the floor, and no row is dropped for it.
        let mut index = VectorIndex::new(dimension, SearchMode::Fast).unwrap();
        for row in &rows {
            index.insert(0, 0, &Codes::from_i8(row).unwrap()).unwrap();
        }
        let query = PreparedQuery::from_i8(&probe).unwrap();
        let mut top = TopK::new();
        let params = SearchParams { k: 2, floor: 300_000 };
        index.search(&query, params, by_number, &mut top).unwrap();
        let codes = Codes::from_i8(&probe).unwrap();
        let score =
            |row: &Vec<i8>| naive_score(codes.as_i8(), Codes::from_i8(row).unwrap().as_i8());
        assert_eq!(top.best().map(|best| best.score), rows.iter().map(score).max());
    }
}

/// A probe that is a template is where nothing is random: what it is rounded to follows from the
/// very bits that it meets.
#[test]
fn a_template_finds_itself_at_a_floor_of_its_own_score() {
    let mut random = Random(23);
    for dimension in [32, 64, 100, 128, 192, 512, 1024, 2048] {
        let mut rows: Vec<Vec<i8>> = (0..60).map(|_| random.vector(dimension)).collect();
        // A few components alone, one value, two values, and one that outdoes the others.
        for at in 0..40 {
            let mut few = vec![0; dimension];
            (0..=at % 5).for_each(|more| few[(at * 7 + more * 11) % dimension] = 127);
            let mut step = vec![i8::try_from(at).unwrap() + 1; dimension];
            rows.push(step.clone());
            step[at % dimension] = -128;
            rows.extend([few, step]);
            let pick = |_| if random.next() & 1 == 0 { -128 } else { 127 };
            rows.push((0..dimension).map(pick).collect());
        }
        let index = enrol(&rows, SearchMode::Fast);
        for row in &rows {
            for tier in Tier::available() {
                let query = PreparedQuery::from_i8(row).unwrap();
                let query = query.with_kernels(Kernels::force(tier).unwrap());
                let codes = Codes::from_i8(row).unwrap();
                let score = naive_score(codes.as_i8(), codes.as_i8());
                let params = SearchParams { k: 1, floor: score };
                let mut top = TopK::new();
                index.search(&query, params, by_number, &mut top).unwrap();
                assert_eq!(top.best().map(|best| best.score), Some(score), "{dimension}, {tier}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Floors at, just below and just above the score of a row: a row at the floor is
    /// never dropped by proof.
    #[test]
    fn a_floor_at_a_score_keeps_its_row(
        dimension in prop::sample::select(vec![32usize, 128, 192, 257]),
        seed in any::<u64>(),
        spread in 1i32..=256,
    ) {
        let mut random = Random(seed);
        let centre = random.vector(dimension);
        let rows: Vec<_> = (0..90).map(|_| near(&mut random, &centre, 256 - spread)).collect();
        prop_assume!(rows.iter().chain([&centre]).all(|row| row.iter().any(|&c| c != 0)));
        let index = enrol(&rows, SearchMode::Proven);
        let query = PreparedQuery::from_i8(&centre).unwrap();
        let codes = Codes::from_i8(&centre).unwrap();
        for row in rows.iter().step_by(7) {
            let row = Codes::from_i8(row).unwrap();
            let score = naive_score(codes.as_i8(), row.as_i8());
            for floor in [score - 1, score, score + 1] {
                let params = SearchParams { k: 64, floor };
                let mut top = TopK::new();
                index.search(&query, params, by_number, &mut top).unwrap();
                prop_assert_eq!(top.as_slice(), best(&rows, &centre, params));
            }
        }
    }
}
