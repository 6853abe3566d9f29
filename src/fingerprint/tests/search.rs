//! Searches against the comparison of everybody.

use core::cmp::Ordering;

use proptest::prelude::*;

use super::synthetic::{finger, impression, turned};
use crate::fingerprint::{
    Comparer, FINGER_BLOCK_ROWS, FingerIndex, FingerProbe, FingerScratch, FingerTemplate,
    FingerView, Minutia,
};
use crate::gallery::{Candidate, SearchParams, TopK};
use crate::kernels::{Kernels, Tier};

fn template(minutiae: &[Minutia]) -> FingerTemplate {
    FingerTemplate::new(minutiae).unwrap()
}

/// Members in an order that is not that of their numbers.
fn tie(a: u32, b: u32) -> Ordering {
    let key = |owner: u32| owner.wrapping_mul(0x9E37_79B1);
    key(a).cmp(&key(b))
}

/// A quick stand-in for the comparison: any number that depends on both, with many equal.
fn quick(probe: FingerView<'_>, candidate: FingerView<'_>) -> i32 {
    let bits = |view: FingerView<'_>| view.ones.iter().map(|&ones| i32::from(ones)).sum::<i32>();
    let places = |view: FingerView<'_>| view.points.iter().map(|p| i32::from(p.x)).sum::<i32>();
    (bits(probe) * 31 + places(candidate) * 7 + bits(candidate)).rem_euclid(23)
}

/// The best members of a list, by comparing the probe's views with everybody.
fn exhaustive(
    views: &[FingerTemplate],
    rows: &[(u32, u8, &FingerTemplate)],
    params: SearchParams,
    mut score: impl FnMut(FingerView<'_>, FingerView<'_>) -> i32,
) -> Vec<Candidate> {
    let mut best: Vec<Candidate> = Vec::new();
    for &(owner, slot, template) in rows {
        let scores = views.iter().map(|view| score(view.view(), template.view()));
        let candidate = Candidate { owner, score: scores.max().unwrap(), slot };
        match best.iter_mut().find(|c| c.owner == owner) {
            None => best.push(candidate),
            Some(c) if candidate.score > c.score => *c = candidate,
            Some(c) if candidate.score == c.score => c.slot = c.slot.min(slot),
            Some(_) => {}
        }
    }
    best.retain(|c| c.score >= params.floor);
    best.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| tie(a.owner, b.owner)));
    best.truncate(params.k);
    best
}

fn build<'a>(rows: impl IntoIterator<Item = &'a (u32, u8, &'a FingerTemplate)>) -> FingerIndex {
    let mut index = FingerIndex::new();
    for &(owner, slot, template) in rows {
        index.insert(owner, slot, template).unwrap();
    }
    index
}

fn search(index: &FingerIndex, probe: &FingerProbe, params: SearchParams) -> Vec<Candidate> {
    let (mut scratch, mut top) = (FingerScratch::new(), TopK::new());
    index.search(probe, params, &mut quick, tie, &mut scratch, &mut top);
    top.as_slice().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Where everybody goes on, a search is the comparison of everybody, on every tier.
    #[test]
    fn small_galleries_are_compared_as_a_whole(
        rows in prop::collection::vec((0u32..12, 0u8..4, 0usize..8), 0..=32),
        views in prop::collection::vec(0usize..8, 1..=2),
        k in 1usize..=8,
        floor in -2i32..20,
    ) {
        let pool: Vec<FingerTemplate> =
            (0..8).map(|seed| template(&finger(seed, 6 * usize::try_from(seed).unwrap()))).collect();
        let rows: Vec<_> = rows.iter().map(|&(owner, slot, at)| (owner, slot, &pool[at])).collect();
        let views: Vec<_> = views.iter().map(|&at| pool[at].clone()).collect();
        let params = SearchParams { k, floor };
        let right = exhaustive(&views, &rows, params, quick);
        for tier in Tier::available() {
            let probe = FingerProbe::new(views.clone()).with_kernels(Kernels::force(tier).unwrap());
            prop_assert_eq!(&search(&build(&rows), &probe, params), &right, "tier {}", tier);
            prop_assert_eq!(&search(&build(rows.iter().rev()), &probe, params), &right);
        }
    }
}

/// 400 fingers, and what each tier and any order of insertion finds among them: the same, and
/// the mate first, as the comparison of everybody says, at a fraction of its work.
#[test]
fn a_large_gallery_gives_the_mate_whatever_the_tier_the_order_and_the_threads() {
    let fingers: Vec<_> = (0..400).map(|seed| finger(seed, 50)).collect();
    let templates: Vec<_> = fingers.iter().map(|minutiae| template(minutiae)).collect();
    let rows: Vec<_> = (0u32..).zip(&templates).map(|(owner, t)| (owner, 2, t)).collect();
    let (forward, backward) = (build(&rows), build(rows.iter().rev()));
    let params = SearchParams { k: 3, floor: i32::MIN };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let mut large = FingerIndex::new();
    for at in 0..20 * FINGER_BLOCK_ROWS {
        let (owner, slot, template) = rows[at % rows.len()];
        large.insert(owner, slot, template).unwrap();
    }
    assert!(large.is_worth_threads() && !forward.is_worth_threads());
    let (mut scratch, mut top) = (FingerScratch::new(), TopK::new());
    let mut comparer = Comparer::new();
    for mate in [0u32, 77, 399] {
        let other = impression(&fingers[mate as usize], 1000 + u64::from(mate));
        let view = template(&turned(&other, 4000));
        let all = exhaustive(std::slice::from_ref(&view), &rows, params, |a, b| {
            comparer.compare(a, b).score()
        });
        assert_eq!(all[0].owner, mate);
        let probe = FingerProbe::new([view.clone()]);
        forward.search(&probe, params, &mut comparer, tie, &mut scratch, &mut top);
        assert_eq!(top.best(), Some(all[0]));
        assert!(scratch.compared() < 300, "{} of 400", scratch.compared());
        let found = top.as_slice().to_vec();
        for tier in Tier::available() {
            let probe =
                FingerProbe::new([view.clone()]).with_kernels(Kernels::force(tier).unwrap());
            for index in [&forward, &backward] {
                index.search(&probe, params, &mut comparer, tie, &mut scratch, &mut top);
                assert_eq!(top.as_slice(), found, "tier {tier}");
            }
        }
        large.search(&probe, params, &mut comparer, tie, &mut scratch, &mut top);
        let single = top.as_slice().to_vec();
        pool.install(|| {
            large.search_threaded(&probe, params, Comparer::new, tie, &mut scratch, &mut top);
        });
        assert_eq!(top.as_slice(), single);
        assert_eq!(top.best(), Some(all[0]));
    }
}

#[test]
fn a_snapshot_is_searched_as_it_was() {
    let templates: Vec<_> = (0..100).map(|seed| template(&finger(seed, 40))).collect();
    let mut index = FingerIndex::new();
    let handles: Vec<_> =
        (0..).zip(&templates).map(|(at, t)| index.insert(at, 0, t).unwrap()).collect();
    let probe = FingerProbe::new([templates[5].clone()]);
    let params = SearchParams { k: 10, floor: i32::MIN };
    let (snapshot, before) = (index.clone(), search(&index, &probe, params));
    for &handle in &handles[..60] {
        index.remove(handle).unwrap();
    }
    assert_eq!(search(&snapshot, &probe, params), before);
    assert_ne!(search(&index, &probe, params), before);
}

#[test]
fn verify_takes_the_best_slot_and_refuses_what_is_gone() {
    let templates: Vec<_> = (0..4).map(|seed| template(&finger(seed, 40))).collect();
    let mut index = FingerIndex::new();
    let handles: Vec<_> = [(0, 9), (1, 7), (1, 3), (3, 0)]
        .map(|(at, slot): (usize, u8)| index.insert(7, slot, &templates[at]).unwrap())
        .to_vec();
    let probe = FingerProbe::new([templates[1].clone()]);
    let mut comparer = Comparer::new();
    let best = index.verify(&probe, &handles, &mut comparer).unwrap().unwrap();
    assert_eq!((best.owner, best.slot), (7, 3));
    assert_eq!(best.score, comparer.compare(templates[1].view(), templates[1].view()).score());
    assert_eq!(index.verify(&probe, &[], &mut comparer), Ok(None));
    index.remove(handles[2]).unwrap();
    assert!(index.verify(&probe, &handles, &mut comparer).is_err());
}

/// Templates without codes, probes without views, and nothing at all.
#[test]
fn empty_templates_probes_and_galleries_find_nothing_and_break_nothing() {
    let empty = template(&[]);
    let full = template(&finger(1, 48));
    let mut index = FingerIndex::new();
    let params = SearchParams { k: 5, floor: 0 };
    assert_eq!(search(&index, &FingerProbe::new([full.clone()]), params), []);
    for owner in 0..200 {
        index.insert(owner, 0, if owner % 2 == 0 { &empty } else { &full }).unwrap();
    }
    for view in [&empty, &full] {
        for tier in Tier::available() {
            let probe =
                FingerProbe::new([view.clone()]).with_kernels(Kernels::force(tier).unwrap());
            let found = search(&index, &probe, params);
            assert!(found.iter().all(|c| c.owner % 2 == 1));
            assert_eq!(found.is_empty(), view.codes().is_empty());
        }
    }
    assert_eq!(search(&index, &FingerProbe::new([]), params), []);
    let none = SearchParams { k: 0, floor: 0 };
    assert_eq!(search(&index, &FingerProbe::new([full]), none), []);
}
