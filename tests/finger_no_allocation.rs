//! Searching a gallery of fingers allocates nothing once its room is as large as the gallery.

use allocation_counter::measure;
use kaimen::fingerprint::{
    Comparer, FingerIndex, FingerProbe, FingerScratch, FingerTemplate, Minutia, MinutiaKind,
};
use kaimen::gallery::{SearchParams, TopK};

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
