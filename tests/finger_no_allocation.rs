//! What searching a gallery of fingers allocates: nothing once its room is as large as the gallery, and
//! through an engine what the header says.

mod common;

use allocation_counter::{AllocationInfo, measure};
use common::{MONDAY, answer, finger_config, finger_member, finger_record};
use kaimen::engine::{Engine, Limits, Probe, Verdict};
use kaimen::fingerprint::{
    Comparer, FingerIndex, FingerProbe, FingerScratch, FingerTemplate, Minutia, MinutiaKind,
};
use kaimen::gallery::{SearchParams, TopK};
use kaimen::protocol::UserType;

/// Minutiae of nobody, from a seed.
fn finger(seed: u32) -> FingerTemplate {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    let mut below = |bound: u16| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        u16::try_from(state >> 16).unwrap() % bound
    };
    let minutiae: Vec<Minutia> = (0..45)
        .map(|_| {
            let (x, y) = (f32::from(below(300)), f32::from(below(400)));
            Minutia { x, y, angle: below(11_520), kind: MinutiaKind::Ending, quality: 50 }
        })
        .collect();
    FingerTemplate::new(&minutiae).unwrap()
}

#[test]
fn searching_and_verifying_fingers_allocate_nothing() {
    let mut index = FingerIndex::new();
    let handles: Vec<_> = (0..300).map(|n| index.insert(n, 0, &finger(n)).unwrap()).collect();
    let probe = FingerProbe::new([finger(17)]);
    let (mut comparer, mut scratch, mut top) = (Comparer::new(), FingerScratch::new(), TopK::new());
    scratch.reserve(index.len());
    let params = SearchParams { k: 2, floor: 0 };
    let tie = |a: u32, b: u32| a.cmp(&b);
    let search = measure(|| {
        index.search(&probe, params, &mut comparer, tie, &mut scratch, &mut top);
        assert_eq!(top.best().unwrap().owner, 17);
    });
    let verify = measure(|| {
        let best = index.verify(&probe, &handles[..20], &mut comparer).unwrap().unwrap();
        assert_eq!(best.owner, 17);
    });
    let control = measure(|| drop(std::hint::black_box(vec![1u8; 100])));
    assert_eq!((search.count_total, verify.count_total), (0, 0));
    assert_eq!(control.count_total, 1);
}

/// What identifying, verifying and searching allocate in a gallery of so many fingers, by a probe of
/// some views.
fn allocated(members: u32, views: u32) -> [AllocationInfo; 3] {
    let engine = Engine::open(&finger_config(Limits::default())).unwrap();
    let members: Vec<_> =
        (0..members).map(|n| finger_member(n, 1, &finger_record(n, 1, 40))).collect();
    engine.sync(&answer(&members), None).unwrap();
    let record = finger_record(17, views, 40);
    let probe = Probe::from_template(&record, None);
    // The first call of a thread sets up that thread's place in the swap.
    engine.identify_finger(&probe, MONDAY).unwrap();
    let identify = measure(|| {
        let decision = engine.identify_finger(&probe, MONDAY).unwrap();
        assert_ne!(decision.verdict(), Verdict::Unknown);
    });
    let verify = measure(|| {
        let decision = engine.verify_finger(&probe, "member-17", UserType::Staff, MONDAY).unwrap();
        assert_eq!(decision.verdict(), Verdict::Pass);
    });
    let search = measure(|| {
        let mut found = 0;
        engine.search_finger(&probe, 0, 64, |_| found += 1).unwrap();
        assert!(found > 0);
    });
    [identify, verify, search]
}

/// The bound that the header names, on one thread. How often something is allocated does not depend
/// on the gallery, and nothing stays behind.
#[test]
fn an_engine_allocates_what_the_header_says() {
    let header = include_str!("../include/kaimen.h");
    let stated = "8 bytes a template, 20 KB a search thread and 5 KB a view of the probe";
    let header = header.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(header.contains(stated), "the header says otherwise");
    let (small, large) = (allocated(100, 1), allocated(1000, 1));
    for (members, infos) in [(100, small), (1000, large)] {
        println!("{members} templates: {infos:?}");
        for info in infos {
            assert!(info.bytes_max <= 8 * members + 25_000, "{members}: {info:?}");
            assert_eq!(info.bytes_current, 0, "{info:?}");
        }
    }
    for (small, large) in small.iter().zip(&large) {
        assert_eq!(small.count_total, large.count_total);
    }
    assert_eq!(small[1].bytes_max, large[1].bytes_max, "one member's fingers are no gallery");
    for info in allocated(100, 9) {
        assert!(info.bytes_max <= 8 * 100 + 20_000 + 9 * 5_000, "{info:?}");
    }
}
