//! What must not change a score, and what may only change it a little.

use super::synthetic;
use crate::fingerprint::*;
use crate::kernels::{Kernels, Tier};
use proptest::prelude::*;
use zeroize::Zeroize as _;

fn score(probe: &[Minutia], candidate: &[Minutia]) -> i32 {
    let [probe, candidate] =
        [probe, candidate].map(|minutiae| FingerTemplate::new(minutiae).expect("is a template"));
    Comparer::new().compare(probe.view(), candidate.view()).score()
}

/// Within a tenth and one level.
fn near(a: i32, b: i32) -> bool {
    (a - b).abs() <= a.max(b) / 10 + 1_000
}

fn kind_of_other(kind: MinutiaKind) -> MinutiaKind {
    match kind {
        MinutiaKind::Ending => MinutiaKind::Bifurcation,
        _ => MinutiaKind::Ending,
    }
}

#[test]
fn nothing_is_like_nothing() {
    let finger = synthetic::finger(1, 40);
    assert_eq!(score(&[], &[]), 0);
    assert!(score(&finger, &[]) < 1_000 && score(&[], &finger) < 1_000);
    assert!(score(&finger[..1], &finger[..1]) < 10_000);
}

#[test]
fn two_impressions_of_a_finger_are_told_from_others() {
    for seed in 0..40 {
        let finger = synthetic::finger(seed, 50);
        let same = score(&finger, &synthetic::impression(&finger, seed));
        let other = score(&finger, &synthetic::finger(seed + 1_000, 50));
        assert!(same > 40_000 && other < 30_000, "{seed}: {same} {other}");
    }
}

#[test]
fn known_distances_give_the_same_evidence() {
    let finger = synthetic::finger(5, 50);
    let [a, b] = [finger.clone(), synthetic::impression(&finger, 6)]
        .map(|minutiae| FingerTemplate::new(&minutiae).expect("is a template"));
    // What lies beyond the codes is anything.
    let mut distances = [[777; crate::limits::FINGER_POINTS]; crate::limits::FINGER_POINTS];
    for (row, a) in distances.iter_mut().zip(a.codes()) {
        for (distance, b) in row.iter_mut().zip(b.codes()) {
            let ones: u32 = a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
            *distance = u16::try_from(ones).expect("at most 320");
        }
    }
    let mut comparer = Comparer::new();
    let evidence = comparer.compare(a.view(), b.view());
    assert_eq!(comparer.compare_with(a.view(), b.view(), &distances), evidence);
    // Nothing stays behind from one comparison to the next.
    comparer.compare(b.view(), b.view());
    assert_eq!(comparer.compare(a.view(), b.view()), evidence);
}

#[test]
fn a_comparison_leaves_nothing_of_a_finger_behind() {
    let finger = synthetic::finger(5, 50);
    let [a, b] = [finger.clone(), synthetic::impression(&finger, 6)]
        .map(|minutiae| FingerTemplate::new(&minutiae).expect("is a template"));
    let mut comparer = Comparer::new();
    assert!(comparer.is_erased());
    let score = comparer.compare(a.view(), b.view()).score();
    assert!(!comparer.is_erased());
    comparer.zeroize();
    assert!(comparer.is_erased(), "this is what drop does");
    assert_eq!(comparer.compare(a.view(), b.view()).score(), score);
}

#[test]
fn every_tier_finds_the_same_evidence() {
    for seed in 0..20 {
        let finger = synthetic::finger(seed, 50);
        let [a, b] = [finger.clone(), synthetic::impression(&finger, 6)]
            .map(|minutiae| FingerTemplate::new(&minutiae).expect("is a template"));
        let right = Comparer::new().compare(a.view(), b.view());
        for tier in Tier::available() {
            let mut comparer = Comparer::new().with_kernels(Kernels::force(tier).expect("is here"));
            assert_eq!(comparer.compare(a.view(), b.view()), right, "tier {tier}");
        }
    }
}

proptest! {
    #[test]
    fn any_minutiae_are_compared(
        raw in prop::collection::vec((-99i16..99, -99i16..99, 0..ANGLE_UNITS, 0..3u8), 0..120),
        scale in prop::sample::select(vec![0.0f32, 0.1, 1.0, 3.0, 40.0]),
        split in 0..120usize,
    ) {
        let minutiae: Vec<Minutia> = raw.iter().map(|&(x, y, angle, quality)| Minutia {
            x: f32::from(x) * scale, y: f32::from(y) * scale, angle, kind: MinutiaKind::Other, quality,
        }).collect();
        let (a, b) = minutiae.split_at(split.min(minutiae.len()));
        prop_assert!((0..=244_000).contains(&score(a, b)));
        prop_assert!((0..=244_000).contains(&score(&minutiae, &minutiae)));
    }

    #[test]
    fn a_finger_that_is_turned_and_moved_scores_the_same(
        seed: u64, units in 0..ANGLE_UNITS, x in -200i16..200, y in -200i16..200,
    ) {
        let finger = synthetic::finger(seed, 50);
        let other = synthetic::impression(&finger, seed);
        let mut turned = synthetic::turned(&other, units);
        for minutia in &mut turned {
            minutia.x += f32::from(x);
            minutia.y += f32::from(y);
        }
        let (straight, turned) = (score(&finger, &other), score(&finger, &turned));
        prop_assert!(near(straight, turned), "{} {}", straight, turned);
    }

    #[test]
    fn probe_and_candidate_may_be_swapped(seed: u64) {
        let finger = synthetic::finger(seed, 50);
        let other = synthetic::impression(&finger, seed);
        let (there, back) = (score(&finger, &other), score(&other, &finger));
        prop_assert!(near(there, back), "{} {}", there, back);
    }

    #[test]
    fn the_order_of_minutiae_changes_no_score(seed: u64, by in 0..40usize) {
        let finger = synthetic::finger(seed, 60);
        let mut other = synthetic::impression(&finger, seed);
        let before = score(&finger, &other);
        other.rotate_left(by);
        other.reverse();
        prop_assert_eq!(before, score(&finger, &other));
    }

    #[test]
    fn kinds_change_a_score_little(seed: u64) {
        let finger = synthetic::finger(seed, 50);
        let mut other = synthetic::impression(&finger, seed);
        let before = score(&finger, &other);
        for minutia in &mut other {
            minutia.kind = kind_of_other(minutia.kind);
        }
        let after = score(&finger, &other);
        prop_assert!(after > 40_000 && before - after < 20_000, "{} {}", before, after);
    }

    #[test]
    fn resolution_is_divided_out(seed: u64, by in 2u8..5) {
        // As the engine does it: native coordinates by native resolution.
        let scaled = |by: f32| -> Vec<Minutia> {
            let pixels = |native: f32| native * by / (197.0 * by) * (500.0 / 2.54);
            synthetic::finger(seed, 50).into_iter()
                .map(|m| Minutia { x: pixels(m.x), y: pixels(m.y), ..m }).collect()
        };
        let other = synthetic::impression(&synthetic::finger(seed, 50), seed);
        prop_assert_eq!(score(&scaled(1.0), &other), score(&scaled(f32::from(by)), &other));
    }
}
