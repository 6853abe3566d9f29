//! Identifying allocates nothing, whatever the decision.

mod common;

use allocation_counter::measure;
use common::{MONDAY, answer, bytes, codes, config, member, opaque_config};
use kaimen::engine::{Engine, Limits, Probe, Verdict};
use kaimen::protocol::UserType;

#[test]
fn identifying_verifying_and_searching_allocate_nothing() {
    const DIMENSION: usize = 512;
    let engine = Engine::open(&config(DIMENSION, Limits::default())).unwrap();
    let members: Vec<_> = (0..600).map(|i| member(i, 3, 1, DIMENSION)).collect();
    engine.sync(&answer(&members), None).unwrap();
    let mated = bytes(&codes(100 * 17 + 1, DIMENSION));
    let mated = Probe::from_template(&mated, None);
    let floats: Vec<f32> = codes(7_777_777, DIMENSION).iter().map(|c| f32::from(*c)).collect();
    let unmated = Probe::from_f32(&floats, None);
    // The first call of a thread sets up that thread's place in the swap.
    engine.identify_face(&mated, MONDAY).unwrap();

    // Each closure asserts its answer, so that it is the real path that is
    // counted; `control` shows that the counter counts.
    let identify = measure(|| {
        let decision = engine.identify_face(&mated, MONDAY).unwrap();
        assert_eq!(decision.member.unwrap().userid(), "member-17");
        assert_eq!(decision.verdict(), Verdict::Pass);
    });
    let unknown = measure(|| {
        let decision = engine.identify_face(&unmated, MONDAY).unwrap();
        assert_eq!(decision.verdict(), Verdict::Unknown);
    });
    let verify = measure(|| {
        let decision = engine.verify_face(&mated, "member-17", UserType::Staff, MONDAY).unwrap();
        assert_eq!(decision.verdict(), Verdict::Pass);
    });
    let search = measure(|| {
        let mut found = 0;
        engine.search_face(&mated, -1_000_000, 64, |_| found += 1).unwrap();
        assert_eq!(found, 64);
    });
    let access = measure(|| {
        assert!(engine.access("member-17", UserType::Staff, MONDAY).is_ok());
    });
    let refused = measure(|| {
        assert!(engine.identify_face(&Probe::from_f32(&floats[1..], None), MONDAY).is_err());
    });
    let control = measure(|| drop(std::hint::black_box(vec![1u8; 100])));
    let counts = [identify, unknown, verify, search, access, refused].map(|info| info.count_total);
    assert_eq!(counts, [0; 6]);
    assert_eq!(control.count_total, 1);
}

/// Beside what a vendor's comparison may allocate: this one does not.
#[test]
fn comparing_opaque_templates_allocates_nothing() {
    let engine = Engine::open(&opaque_config(Limits::default())).unwrap();
    let members: Vec<_> = (0..600).map(|i| member(i, 3, 1, 64)).collect();
    engine.sync(&answer(&members), None).unwrap();
    let mated = bytes(&codes(100 * 17 + 1, 64));
    let mated = Probe::from_template(&mated, None);
    engine.identify_face(&mated, MONDAY).unwrap();
    let info = measure(|| {
        let decision = engine.identify_face(&mated, MONDAY).unwrap();
        assert_eq!(decision.member.unwrap().userid(), "member-17");
        let verified = engine.verify_face(&mated, "member-17", UserType::Staff, MONDAY).unwrap();
        assert_eq!(verified.verdict(), Verdict::Pass);
        let mut found = 0;
        engine.search_face(&mated, -1_000_000, 64, |_| found += 1).unwrap();
        assert_eq!(found, 64);
        assert!(engine.identify_face(&Probe::from_template(&[], None), MONDAY).is_err());
    });
    assert_eq!(info.count_total, 0);
}
