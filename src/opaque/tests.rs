//! Tests of the opaque gallery: the templates are text, and letters in common are the score.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::gallery::{Candidate, SearchParams, TemplateHandle, TopK};

/// Places at which two texts have the same letter.
fn likeness(a: &[u8], b: &[u8]) -> i32 {
    i32::try_from(a.iter().zip(b).filter(|(a, b)| a == b).count()).unwrap()
}

fn matcher() -> Matcher {
    Matcher::new(|probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
        assert!((1..=OPAQUE_BLOCK_ROWS).contains(&templates.len()));
        assert!(scores.iter().all(|score| *score == NOT_COMPARED));
        for (score, template) in scores.iter_mut().zip(templates) {
            *score = likeness(probe, template);
        }
        Ok(())
    })
}

/// A text of its own for each number, with some letters in common with others.
fn text(number: u32) -> Vec<u8> {
    let digits = (0..12).map(|place| number.wrapping_mul(2_654_435_761) >> (2 * place) & 3);
    digits.map(|digit| b"abcd"[digit as usize]).collect()
}

fn filled(templates: u32) -> OpaqueIndex {
    let mut index = OpaqueIndex::new();
    for number in 0..templates {
        index.insert(number / 2, u8::from(number % 2 == 1), &text(number)).unwrap();
    }
    index
}

fn search(index: &OpaqueIndex, matcher: &Matcher, probe: &[u8], k: usize) -> Vec<Candidate> {
    let mut top = TopK::new();
    let params = SearchParams { k, floor: 1 };
    let comparison = Comparison::new(matcher, probe);
    index.search(&comparison, params, |a, b| a.cmp(&b), &mut top).unwrap();
    top.as_slice().to_vec()
}

/// What a search must answer, the slow way.
fn best(rows: &[(u32, u8, Vec<u8>)], probe: &[u8], k: usize) -> Vec<Candidate> {
    let mut of = BTreeMap::<u32, Candidate>::new();
    for (owner, slot, bytes) in rows {
        let row = Candidate { owner: *owner, score: likeness(probe, bytes), slot: *slot };
        let best = of.entry(*owner).or_insert(row);
        if (row.score, best.slot) > (best.score, row.slot) {
            *best = row;
        }
    }
    let mut all: Vec<_> = of.into_values().filter(|row| row.score >= 1).collect();
    all.sort_by_key(|row| (-row.score, row.owner));
    all.truncate(k);
    all
}

fn rows(index: &OpaqueIndex) -> Vec<(u32, u8, Vec<u8>)> {
    let rows = index.rows.blocks.iter().flat_map(|block| &block.rows);
    rows.map(|row| (row.owner, row.slot, row.bytes().to_vec())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Any changes, beside a plain table of what is there; a clone taken on the way stays as it was.
    #[test]
    fn the_index_is_a_table(steps in prop::collection::vec((0..5_u8, any::<u16>()), 0..900)) {
        let mut index = OpaqueIndex::new();
        let mut table = Vec::<(TemplateHandle, u32, u8, Vec<u8>)>::new();
        let mut kept = (index.clone(), Vec::new());
        for (step, value) in steps {
            let at = usize::from(value) % table.len().max(1);
            let bytes = text(value.into())[..1 + usize::from(value) % 12].to_vec();
            match step {
                0..=2 => {
                    let (owner, slot) = (u32::from(value) % 40, value.to_le_bytes()[1] % 12);
                    let handle = index.insert(owner, slot, &bytes).unwrap();
                    prop_assert!(table.iter().all(|row| row.0 != handle));
                    table.push((handle, owner, slot, bytes));
                }
                3 if !table.is_empty() => {
                    index.replace(table[at].0, &bytes).unwrap();
                    prop_assert!(index.holds(table[at].0, &bytes));
                    table[at].3 = bytes;
                }
                4 if value % 8 == 0 => kept = (index.clone(), rows(&index)),
                4 if !table.is_empty() => {
                    let (handle, ..) = table.swap_remove(at);
                    index.remove(handle).unwrap();
                    prop_assert_eq!(index.bytes(handle), None);
                    prop_assert!(index.remove(handle).is_err());
                    prop_assert!(index.replace(handle, b"x").is_err());
                }
                _ => {}
            }
        }
        prop_assert_eq!(index.len(), table.len());
        prop_assert_eq!(index.rows.blocks.len(), table.len().div_ceil(OPAQUE_BLOCK_ROWS));
        let bytes: usize = table.iter().map(|row| row.3.len()).sum();
        prop_assert_eq!(index.template_bytes(), bytes);
        prop_assert!(index.memory_bytes() <= OpaqueIndex::required_bytes(900) + bytes);
        for (handle, owner, slot, bytes) in &table {
            prop_assert_eq!(index.get(*handle), Some((*owner, *slot)));
            prop_assert_eq!(index.bytes(*handle), Some(&bytes[..]));
        }
        prop_assert_eq!(rows(&kept.0), kept.1);
        let probe = text(7);
        let plain: Vec<_> = table.into_iter().map(|(_, owner, slot, bytes)| (owner, slot, bytes)).collect();
        for k in [1, 2, 64] {
            prop_assert_eq!(search(&index, &matcher(), &probe, k), best(&plain, &probe, k));
        }
    }
}

#[test]
fn threads_find_the_same() {
    let index = filled(1500);
    assert!(index.is_worth_threads() && !filled(256).is_worth_threads());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    for number in 0..20 {
        let (probe, matcher) = (text(number * 71), matcher());
        let params = SearchParams { k: 5, floor: 1 };
        let mut top = TopK::new();
        let comparison = Comparison::new(&matcher, &probe);
        let searched =
            pool.install(|| index.search_threaded(&comparison, params, |a, b| a.cmp(&b), &mut top));
        searched.unwrap();
        assert_eq!(top.as_slice(), search(&index, &matcher, &probe, 5));
        assert_eq!(top.as_slice(), best(&rows(&index), &probe, 5));
    }
}

#[test]
fn what_is_not_compared_is_not_found() {
    let mut index = OpaqueIndex::new();
    let handles = [b"abc", b"abd", b"xyz"].map(|bytes| index.insert(1, 0, bytes).unwrap());
    let only_x = Matcher::new(|_: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
        for (score, _) in scores.iter_mut().zip(templates).filter(|(_, t)| t[0] == b'x') {
            *score = -5;
        }
        Ok(())
    });
    let comparison = Comparison::new(&only_x, b"abc");
    let mut top = TopK::new();
    let params = SearchParams { k: 3, floor: i32::MIN };
    index.search(&comparison, params, |a, b| a.cmp(&b), &mut top).unwrap();
    assert_eq!(top.as_slice(), [Candidate { owner: 1, score: -5, slot: 0 }]);
    let found = index.verify(&comparison, handles.into_iter()).unwrap();
    assert_eq!(found.map(|found| found.score), Some(-5));
    assert_eq!(index.verify(&comparison, handles[..2].iter().copied()), Ok(None));
    assert_eq!(index.verify(&comparison, [].into_iter()), Ok(None));
}

/// A matcher that fails, or lets time pass, in the call of that number.
fn failing(at: usize, calls: &Arc<AtomicUsize>) -> Matcher {
    let calls = Arc::clone(calls);
    Matcher::new(move |_: &[u8], _: &[&[u8]], scores: &mut [i32]| {
        scores.fill(1000);
        if calls.fetch_add(1, Relaxed) == at { Err(-7) } else { Ok(()) }
    })
}

#[test]
fn a_failing_comparison_leaves_nothing() {
    let index = filled(1000);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    for at in 0..4 {
        let calls = Arc::new(AtomicUsize::new(0));
        let params = SearchParams { k: 2, floor: 1 };
        let mut top = TopK::new();
        let matcher = failing(at, &calls);
        let comparison = Comparison::new(&matcher, b"a");
        let searched = index.search(&comparison, params, |a, b| a.cmp(&b), &mut top);
        assert_eq!(searched, Err(CompareError::Matcher(-7)));
        assert_eq!((top.as_slice().len(), calls.load(Relaxed)), (0, at + 1));
        let matcher = failing(at, &Arc::default());
        let comparison = Comparison::new(&matcher, b"a");
        let searched =
            pool.install(|| index.search_threaded(&comparison, params, |a, b| a.cmp(&b), &mut top));
        assert_eq!(searched, Err(CompareError::Matcher(-7)));
        assert!(top.as_slice().is_empty());
    }
}

/// A matcher each of whose calls takes 10 ms of a made-up time.
fn slow(budget: u64) -> (Matcher, Arc<AtomicU64>) {
    let time = Arc::new(AtomicU64::new(5));
    let (passes, reads) = (Arc::clone(&time), Arc::clone(&time));
    let matcher = Matcher::new(move |_: &[u8], _: &[&[u8]], scores: &mut [i32]| {
        scores.fill(9);
        passes.fetch_add(10, Relaxed);
        Ok(())
    });
    let matcher = matcher.with_budget(Duration::from_millis(budget));
    (matcher.with_clock(move || Duration::from_millis(reads.load(Relaxed))), time)
}

#[test]
fn a_deadline_is_looked_at_before_each_batch() {
    let index = filled(1000);
    let params = SearchParams { k: 2, floor: 1 };
    for budget in 0..60 {
        let (matcher, time) = slow(budget);
        let mut top = TopK::new();
        let comparison = Comparison::new(&matcher, b"a");
        let searched = index.search(&comparison, params, |a, b| a.cmp(&b), &mut top);
        // Four batches: the last one begins after 30 ms.
        let expected = if budget > 30 { Ok(()) } else { Err(CompareError::Deadline) };
        assert_eq!(searched, expected, "{budget}");
        assert_eq!(top.as_slice().is_empty(), budget <= 30);
        assert_eq!(time.load(Relaxed), 5 + 10 * budget.div_ceil(10).min(4));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let (matcher, _) = slow(10);
    let (mut top, comparison) = (TopK::new(), Comparison::new(&matcher, b"a"));
    let searched =
        pool.install(|| index.search_threaded(&comparison, params, |a, b| a.cmp(&b), &mut top));
    assert_eq!(searched, Err(CompareError::Deadline));
    assert!(top.as_slice().is_empty());
}

#[test]
fn pairs_are_all_pairs_of_different_members() {
    let index = filled(600);
    let rows = rows(&index);
    let mut expected = Vec::new();
    for (at, one) in rows.iter().enumerate() {
        for other in &rows[at + 1..] {
            let score = likeness(&one.2, &other.2);
            if one.0 != other.0 && score >= 8 {
                expected.push(((one.0, one.1), (other.0, other.1), score));
            }
        }
    }
    let (mut found, mut heard) = (Vec::new(), 0);
    let end = index.pairs(&matcher(), 8, |event| {
        match event {
            OpaqueEvent::Pair(one, other) => {
                assert_eq!(one.score, other.score);
                found.push(((one.owner, one.slot), (other.owner, other.slot), one.score));
            }
            OpaqueEvent::Progress { done, total } => {
                heard += 1;
                assert_eq!((done, total), (heard, 600));
            }
        }
        ControlFlow::Continue(())
    });
    assert_eq!(end, Ok(ControlFlow::Continue(())));
    assert!(expected.len() > 100);
    assert_eq!((found, heard), (expected, 600));
}

#[test]
fn a_search_for_pairs_ends_when_it_is_told_to_or_fails() {
    let index = filled(600);
    for most in 1..40 {
        let mut events = 0;
        let end = index.pairs(&matcher(), 5, |_| {
            events += 1;
            if events == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((end, events), (Ok(ControlFlow::Break(())), most));
    }
    let failed = index.pairs(&failing(3, &Arc::default()), 5, |_| ControlFlow::Continue(()));
    assert_eq!(failed, Err(CompareError::Matcher(-7)));
}
