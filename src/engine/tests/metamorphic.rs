//! What must not change a score, and what may only change it a little, all the way from the bytes of
//! two records to the score of a verification. The list is that of the notes on
//! fingerprints; on minutiae alone, without records, the same stands in
//! `fingerprint/tests/comparisons.rs`.

use proptest::prelude::*;

use super::finger_site::*;
use super::site::MONDAY;
use crate::engine::{Config, Engine, Probe};
use crate::fingerprint::{ANGLE_UNITS, Minutia, MinutiaKind};
use crate::protocol::UserType;
use crate::template::minutiae::{self as record, Assumed, MinutiaeFormat, Record, convert};

/// The score of a probe against the only member, who is enrolled by a record. Both may be
/// in a format that has to be told.
fn score_as(formats: [Option<MinutiaeFormat>; 2], enrolled: &[u8], probe: &[u8]) -> i32 {
    let card = |format: Option<MinutiaeFormat>| format.filter(|format| format.is_card());
    let algorithms = vec![fp_algorithm("minutiae", card(formats[0]).or(card(formats[1])))];
    let engine = Engine::open(&Config { algorithms, ..fp_config() }).unwrap();
    sync(&engine, &[fp_member("alice", &[fp_slot(0, enrolled)])]);
    let probe = Probe::from_template(probe, None);
    let decision = engine.verify_finger(&probe, "alice", UserType::Staff, MONDAY).unwrap();
    decision.score.unwrap()
}

fn score(enrolled: &[u8], probe: &[u8]) -> i32 {
    score_as([None; 2], enrolled, probe)
}

/// Within a tenth and one level.
fn near(a: i32, b: i32) -> bool {
    (a - b).abs() <= a.max(b) / 10 + 1_000
}

/// A finger, and another impression of it.
fn pair(seed: u64) -> [Vec<Minutia>; 2] {
    let finger = finger(seed);
    let other = impression(&finger, seed);
    [finger, other]
}

/// A record of one view whose coordinates and resolution are multiplied.
fn scaled(minutiae: &[Minutia], resolution: u16, by: u16) -> Vec<u8> {
    let mut view = view_at(minutiae, resolution);
    (view.resolution_x, view.resolution_y) = (resolution * by, resolution * by);
    for minutia in view.minutiae.iter_mut() {
        (minutia.x, minutia.y) = (minutia.x * by, minutia.y * by);
    }
    let record = Record { product: 0, views: vec![view] };
    record::write(&record, MinutiaeFormat::Iso2005).unwrap()
}

/// The same record with all coordinates moved.
fn moved(bytes: &[u8], x: u16, y: u16) -> Vec<u8> {
    let mut record = record::read(bytes).unwrap();
    for minutia in record.views[0].minutiae.iter_mut() {
        (minutia.x, minutia.y) = (minutia.x + x, minutia.y + y);
    }
    // The image grows with them.
    (record.views[0].width, record.views[0].height) = (0, 0);
    record::write(&record, MinutiaeFormat::Iso2005).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_probe_that_lies_turned_and_moved_scores_the_same(
        seed: u64, units in 0..ANGLE_UNITS, x in 0..500u16, y in 0..500u16,
    ) {
        let [finger, other] = pair(seed);
        let enrolled = record_of(&[&finger]);
        let straight = record_of(&[&other]);
        // Moving alone by whole pixels moves nothing: places are taken from their middle, which may be
        // rounded otherwise.
        let shifted = score(&enrolled, &moved(&straight, x, y));
        let straight = score(&enrolled, &straight);
        prop_assert!((straight - shifted).abs() <= 1_000, "{straight} {shifted}");
        let turned = score(&enrolled, &moved(&record_of(&[&turned(&other, units)]), x, y));
        prop_assert!(near(straight, turned), "{straight} {turned}");
    }

    #[test]
    fn coordinates_and_resolution_are_scaled_together(
        seed: u64, resolution in 99..=200u16, by in 2..=5u16,
    ) {
        let [finger, other] = pair(seed);
        let enrolled = record_of(&[&finger]);
        let plain = scaled(&other, resolution, 1);
        let larger = scaled(&other, resolution, by);
        prop_assert_ne!(&plain, &larger);
        prop_assert_eq!(score(&enrolled, &plain), score(&enrolled, &larger));
        prop_assert_eq!(score(&plain, &enrolled), score(&larger, &enrolled));
    }

    #[test]
    fn probe_and_candidate_may_be_swapped(seed: u64) {
        let [one, other] = pair(seed).map(|minutiae| record_of(&[&minutiae]));
        let (there, back) = (score(&one, &other), score(&other, &one));
        prop_assert!(near(there, back), "{there} {back}");
    }

    #[test]
    fn the_order_of_minutiae_changes_nothing(seed: u64, by in 0..40usize) {
        let [finger, other] = pair(seed);
        let (enrolled, mut mixed) = (record_of(&[&finger]), other.clone());
        let middle = by % mixed.len();
        mixed.rotate_left(middle);
        mixed.reverse();
        let (plain, mixed) = (record_of(&[&other]), record_of(&[&mixed]));
        prop_assert_eq!(score(&enrolled, &plain), score(&enrolled, &mixed));
        prop_assert_eq!(score(&plain, &enrolled), score(&mixed, &enrolled));
    }

    #[test]
    fn kinds_change_a_score_little(seed: u64) {
        let [finger, mut other] = pair(seed);
        let enrolled = record_of(&[&finger]);
        let before = score(&enrolled, &record_of(&[&other]));
        for minutia in &mut other {
            minutia.kind = match minutia.kind {
                MinutiaKind::Ending => MinutiaKind::Bifurcation,
                _ => MinutiaKind::Ending,
            };
        }
        let after = score(&enrolled, &record_of(&[&other]));
        prop_assert!(after > 40_000 && (0..20_000).contains(&(before - after)), "{before} {after}");
    }

    #[test]
    fn a_record_of_several_views_scores_as_its_best(seed: u64, at in 0..3usize) {
        let [finger, other] = pair(seed);
        let strangers = [1, 2].map(|n| super::finger_site::finger(seed ^ n));
        let mut views = vec![&strangers[0][..], &strangers[1][..]];
        views.insert(at, &other);
        let (several, enrolled) = (record_of(&views), record_of(&[&finger]));
        for pair in [[&enrolled, &several], [&several, &enrolled]] {
            let singles = views.iter().map(|view| {
                let single = record_of(&[view]);
                let pair = pair.map(|bytes| if *bytes == several { &single } else { bytes });
                score(pair[0], pair[1])
            });
            prop_assert_eq!(Some(score(pair[0], pair[1])), singles.max());
        }
    }

    /// From any format into any other, on either side: the same up to rounding.
    #[test]
    fn a_finger_is_the_same_in_every_format(seed: u64) {
        let [finger, other] = pair(seed);
        let (enrolled, probe) = (record_of(&[&finger]), record_of(&[&other]));
        let plain = score(&enrolled, &probe);
        for format in MinutiaeFormat::ALL {
            let encoded = convert(None, &probe, format, &Assumed::default()).unwrap();
            let told = format.is_card().then_some(format);
            // An algorithm whose records are cards has cards on both sides.
            let candidate = match told {
                Some(card) => convert(None, &enrolled, card, &Assumed::default()).unwrap(),
                None => enrolled.clone(),
            };
            let directly = score_as([told, told], &candidate, &encoded);
            let back = convert(told, &encoded, MinutiaeFormat::Iso2005, &Assumed::default());
            let by_way = score(&enrolled, &back.unwrap());
            for found in [directly, by_way] {
                prop_assert!(is_rounded(format, plain, found), "{format}: {plain} {found}");
            }
        }
    }
}

/// Whether a score is what the rounding of a format may have made of another: a compact card has steps of
/// 2 pixels and 5.6 degrees and no qualities, an xyt text no kinds.
fn is_rounded(format: MinutiaeFormat, plain: i32, found: i32) -> bool {
    match format {
        MinutiaeFormat::IsoCompactCard | MinutiaeFormat::Xyt => {
            found > THRESHOLD && (plain - found).abs() < 25_000
        }
        MinutiaeFormat::IsoNormalCard => (plain - found).abs() <= plain / 6 + 1_000,
        _ => near(plain, found),
    }
}
