//! Opaque templates and a vendor's own comparison.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::site::*;
use crate::Error;
use crate::engine::{
    AlgorithmConfig, Config, Decision, Duplicate, Engine, ItemKind, Limits, Probe, Reason, Verdict,
};
use crate::index::{Codes, PreparedQuery, SearchMode, VectorIndex};
use crate::opaque::{CompareError, Matcher, NOT_COMPARED};
use crate::protocol::UserType;
use crate::status::*;
use crate::template::{Algorithm, Element, Modality, TemplateFormat, VectorFormat};

/// The vendor's comparison: a template is a text, and what it has in common with the probe from
/// its start is the score, a hundred a letter.
fn prefix(probe: &[u8], template: &[u8]) -> i32 {
    let common = probe.iter().zip(template).take_while(|(a, b)| a == b).count();
    100 * i32::try_from(common).unwrap()
}

fn matcher() -> Matcher {
    Matcher::new(|probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
        for (score, template) in scores.iter_mut().zip(templates) {
            *score = prefix(probe, template);
        }
        Ok(())
    })
}

fn opaque(name: &str, modality: Modality, matcher: Matcher) -> AlgorithmConfig {
    let algorithm = Algorithm { name: name.into(), modality, format: TemplateFormat::Opaque };
    AlgorithmConfig {
        algorithm,
        threshold: 400,
        margin: 200,
        floor: i32::MIN,
        search: SearchMode::Proven,
        matcher: Some(matcher),
    }
}

fn config_of(matcher: Matcher) -> Config {
    let finger = opaque("vendor", Modality::Finger, matcher.clone());
    let face = opaque("vendor", Modality::Face, matcher);
    Config { algorithms: vec![finger, face, algorithm("open")], ..config() }
}

fn engine_of(matcher: Matcher) -> Engine {
    Engine::open(&config_of(matcher)).unwrap()
}

fn finger(id: u32, text: &str) -> Value {
    json!({"id": id, "data": base64_text(text)})
}

fn base64_text(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// A member of the staff with fingers in slots 0, 1, …, and no face.
fn person(userid: &str, fingers: &[&str]) -> Value {
    let fp: Vec<_> = (0..).zip(fingers).map(|(id, text)| finger(id, text)).collect();
    with(member(userid, 0), json!({"fa_list": null, "fa_ver": null, "fp_ver": 1, "fp": fp}))
}

fn probe(text: &str) -> Probe<'_> {
    Probe::from_template(text.as_bytes(), None)
}

fn touch(engine: &Engine, text: &str) -> Decision {
    engine.identify_finger(&probe(text), MONDAY).unwrap()
}

/// Reason, score, margin and slot.
fn told(decision: &Decision) -> (Reason, Option<i32>, Option<i32>, Option<u8>) {
    (decision.reason, decision.score, decision.margin, decision.slot)
}

fn found(decision: &Decision) -> &str {
    decision.member.as_ref().map_or("", |member| member.userid())
}

#[test]
fn a_member_is_found_by_the_best_slot_and_passes() {
    let engine = engine_of(matcher());
    assert_eq!(touch(&engine, "hello").reason, Reason::EmptyGallery);
    sync(&engine, &[person("alice", &["xyz", "hello"]), person("bob", &["help"])]);
    let decision = touch(&engine, "hello");
    assert_eq!((decision.verdict(), found(&decision)), (Verdict::Pass, "alice"));
    assert_eq!((decision.score, decision.margin, decision.slot), (Some(500), Some(200), Some(1)));
    assert_eq!(decision.threshold, 400);
    let near = touch(&engine, "hellx");
    assert_eq!((near.reason, near.margin), (Reason::Ambiguous, Some(100)));
    assert_eq!(told(&touch(&engine, "her")).0, Reason::BelowThreshold);
    let stats = engine.stats();
    assert_eq!((stats.finger_templates, stats.face_templates), (3, 0));
    assert_eq!(stats.opaque_bytes, "xyzhellohelp".len());
    assert!(stats.index_bytes > stats.opaque_bytes);
}

#[test]
fn rules_gate_an_opaque_finger_like_any_other() {
    let engine = engine_of(matcher());
    let shut = json!({"pass_rule_list": [{"id": 1, "rule": "20:00-21:00 * * * *"}]});
    sync(&engine, &[with(person("alice", &["hello"]), shut)]);
    let decision = touch(&engine, "hello");
    assert_eq!((decision.verdict(), found(&decision)), (Verdict::Deny, "alice"));
    let verified = engine.verify_finger(&probe("hello"), "alice", UserType::Staff, MONDAY);
    assert_eq!(verified.unwrap().verdict(), Verdict::Deny);
}

#[test]
fn verification_compares_one_member_only() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let engine =
        engine_of(Matcher::new(move |probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
            log.lock().unwrap().push(templates.iter().map(|t| t.to_vec()).collect::<Vec<_>>());
            scores.iter_mut().zip(templates).for_each(|(s, t)| *s = prefix(probe, t));
            Ok(())
        }));
    sync(&engine, &[person("alice", &["hello", "hello", "h"]), person("bob", &["hello"])]);
    let verify = |text, userid| engine.verify_finger(&probe(text), userid, UserType::Staff, MONDAY);
    let decision = verify("hello", "alice").unwrap();
    assert_eq!((decision.verdict(), decision.slot), (Verdict::Pass, Some(0)));
    assert_eq!(*seen.lock().unwrap(), [[&b"hello"[..], b"hello", b"h"]]);
    assert_eq!(
        told(&verify("hex", "bob").unwrap()),
        (Reason::BelowThreshold, Some(200), None, None)
    );
    assert_eq!(verify("hello", "nobody"), Err(Error::UnknownMember));
    sync(&engine, &[person("carol", &[])]);
    assert_eq!(verify("hello", "carol"), Err(Error::NoTemplate));
}

#[test]
fn slots_are_replaced_left_emptied_and_removed() {
    let engine = engine_of(matcher());
    sync(&engine, &[person("alice", &["one", "two"]), person("bob", &["seven"])]);
    let report = sync(&engine, &[person("alice", &["one", "twelve"])]);
    assert_eq!(report.count(ItemKind::TemplateReplaced), 1);
    assert_eq!(engine.stats().opaque_bytes, "onetwelveseven".len());
    assert_eq!(found(&touch(&engine, "twelve")), "alice");
    let report = sync(&engine, &[person("alice", &["one", "twelve"])]);
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1);
    let emptied = json!({"fp": [{"id": 0, "data": ""}, {"id": 1}]});
    let report = sync(&engine, &[with(person("alice", &[]), emptied)]);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 1);
    assert_eq!(found(&touch(&engine, "twelve")), "alice");
    engine.remove(crate::engine::MemberId::new("alice", UserType::Staff).unwrap()).unwrap();
    assert_eq!(touch(&engine, "twelve").reason, Reason::BelowThreshold);
    assert_eq!(found(&touch(&engine, "seven")), "bob");
    assert_eq!(engine.stats().opaque_bytes, "seven".len());
    engine.clear().unwrap();
    assert_eq!((engine.stats().opaque_bytes, engine.stats().finger_templates), (0, 0));
}

#[test]
fn a_stale_template_finds_its_member_and_opens_nothing() {
    let engine = engine_of(matcher());
    sync(&engine, &[person("alice", &["hello", "world"])]);
    let newer = json!({"fp_ver": 2, "fp": [{"id": 0}, finger(1, "world")]});
    sync(&engine, &[with(person("alice", &[]), newer)]);
    let decision = touch(&engine, "hello");
    assert_eq!((decision.reason, found(&decision)), (Reason::Stale, "alice"));
    assert_eq!(touch(&engine, "world").verdict(), Verdict::Pass);
    // A current slot that is good enough by itself opens.
    let current = json!({"fp_ver": 3, "fp": [{"id": 0}, finger(1, "hell")]});
    sync(&engine, &[with(person("alice", &[]), current)]);
    let decision = touch(&engine, "hello");
    assert_eq!((decision.verdict(), decision.slot), (Verdict::Pass, Some(1)));
    assert_eq!(decision.score, Some(400));
}

#[test]
fn equal_scores_are_ambiguous_and_ordered_by_userid() {
    let mut config = config_of(matcher());
    config.algorithms[0].margin = 0;
    for order in [["bob", "alice", "carol"], ["carol", "bob", "alice"]] {
        let engine = Engine::open(&config).unwrap();
        sync(&engine, &order.map(|userid| person(userid, &["same"])));
        let decision = touch(&engine, "same");
        assert_eq!((decision.reason, decision.margin), (Reason::Ambiguous, Some(0)));
        assert_eq!(found(&decision), "alice");
        let mut list = Vec::new();
        let take = |candidate: crate::engine::Candidate| {
            list.push((candidate.member.userid().to_owned(), candidate.score));
        };
        engine.search_finger(&probe("same"), i32::MIN, 2, take).unwrap();
        assert_eq!(list, [("alice".to_owned(), 400), ("bob".to_owned(), 400)]);
    }
}

#[test]
fn the_floor_changes_no_decision() {
    let texts = ["hello", "help", "held", "he", "x", "hellhound"];
    let site = |floor| {
        let mut config = config_of(matcher());
        config.algorithms[0].floor = floor;
        let engine = Engine::open(&config).unwrap();
        let people: Vec<_> = texts.iter().map(|text| person(text, &[text])).collect();
        sync(&engine, &people);
        engine
    };
    let (all, high) = (site(i32::MIN), site(i32::MAX));
    for text in texts.into_iter().chain(["hellhole", "nobody", "helium"]) {
        let (told, bare) = (touch(&all, text), touch(&high, text));
        assert_eq!((told.reason, told.member), (bare.reason, bare.member), "{text}");
        // Threshold 400 less margin 200.
        assert_eq!(bare.score, told.score.filter(|&score| score >= 200));
    }
    assert_eq!(touch(&high, "nobody").score, None);
    assert_eq!(touch(&all, "nobody").score, Some(0));
}

/// On a scale as wide as an `i32`, and with a threshold below zero (a distance, negated).
#[test]
fn any_scale_of_the_vendor_will_do() {
    let scores = Arc::new([AtomicI32::new(0), AtomicI32::new(0)]);
    let given = Arc::clone(&scores);
    let matcher = Matcher::new(move |_: &[u8], templates: &[&[u8]], out: &mut [i32]| {
        for (score, template) in out.iter_mut().zip(templates) {
            *score = given[usize::from(template[0] - b'0')].load(Relaxed);
        }
        Ok(())
    });
    let mut config = config_of(matcher);
    (config.algorithms[0].threshold, config.algorithms[0].margin) = (-40, 10);
    let engine = Engine::open(&config).unwrap();
    sync(&engine, &[person("alice", &["0"]), person("bob", &["1"])]);
    let decide = |alice, bob| {
        scores[0].store(alice, Relaxed);
        scores[1].store(bob, Relaxed);
        let decision = touch(&engine, "p");
        (decision.verdict(), decision.score, decision.margin)
    };
    assert_eq!(decide(-40, -50), (Verdict::Pass, Some(-40), Some(10)));
    assert_eq!(decide(-40, -49).0, Verdict::Deny);
    assert_eq!(decide(-41, -500), (Verdict::Unknown, Some(-41), Some(459)));
    assert_eq!(decide(i32::MAX, i32::MIN + 1), (Verdict::Pass, Some(i32::MAX), Some(i32::MAX)));
    assert_eq!(decide(0, NOT_COMPARED), (Verdict::Pass, Some(0), None));
    assert_eq!(decide(NOT_COMPARED, NOT_COMPARED), (Verdict::Unknown, None, None));
    assert_eq!(touch(&engine, "p").reason, Reason::BelowThreshold);
    let verified = engine.verify_finger(&probe("p"), "alice", UserType::Staff, MONDAY).unwrap();
    assert_eq!(told(&verified), (Reason::BelowThreshold, None, None, None));
}

#[test]
fn a_failing_comparison_fails_the_call_with_the_vendors_number() {
    let fails = Arc::new(AtomicI32::new(0));
    let number = Arc::clone(&fails);
    let engine =
        engine_of(Matcher::new(move |_: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
            scores.fill(1000);
            // Only where a stale slot is left out, that is the second time, for the number 2.
            match number.load(Relaxed) {
                0 => Ok(()),
                2 if templates.len() > 1 => Ok(()),
                number => Err(number),
            }
        }));
    sync(&engine, &[person("alice", &["a", "b"])]);
    let stale = json!({"fp_ver": 2, "fp": [{"id": 0}, finger(1, "b")]});
    sync(&engine, &[with(person("alice", &[]), stale)]);
    assert_eq!(touch(&engine, "p").verdict(), Verdict::Pass);
    for number in [2, -7, i32::MIN] {
        fails.store(number, Relaxed);
        let error = Error::Compare(CompareError::Matcher(number));
        assert_eq!((error.status(), error.matcher_status()), (KAIMEN_ERR_MATCHER, Some(number)));
        assert_eq!(engine.identify_finger(&probe("p"), MONDAY), Err(error.clone()));
        let verified = engine.verify_finger(&probe("p"), "alice", UserType::Staff, MONDAY);
        assert_eq!(verified, Err(error));
    }
    let listed = engine.search_finger(&probe("p"), 0, 2, |_| panic!("nobody is found"));
    assert_eq!(listed.unwrap_err().status(), KAIMEN_ERR_MATCHER);
}

/// Each call of the comparison takes 10 ms of a made-up time.
#[test]
fn a_deadline_is_an_error_and_never_half_a_gallery() {
    let time = Arc::new(AtomicU64::new(0));
    let calls = Arc::new(AtomicUsize::new(0));
    let (passes, reads, counts) = (Arc::clone(&time), Arc::clone(&time), Arc::clone(&calls));
    let matcher = Matcher::new(move |probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
        passes.fetch_add(10, Relaxed);
        counts.fetch_add(1, Relaxed);
        scores.iter_mut().zip(templates).for_each(|(s, t)| *s = prefix(probe, t));
        Ok(())
    });
    let matcher = matcher.with_budget(Duration::from_millis(25));
    let matcher = matcher.with_clock(move || Duration::from_millis(reads.load(Relaxed)));
    for threads in [1, 2] {
        let engine = Engine::open(&Config { threads, ..config_of(matcher.clone()) }).unwrap();
        let people = |second: &str| -> Vec<_> {
            let fingers = |i| [format!("{i:05}"), format!("{second}{i:05}")];
            let slots = if second.is_empty() { 1 } else { 2 };
            let person = |i: u32| {
                let fingers = fingers(i);
                let fingers: Vec<_> = fingers[..slots].iter().map(String::as_str).collect();
                person(&format!("m{i}"), &fingers)
            };
            (0..700).map(person).collect()
        };
        sync(&engine, &people(""));
        // Three batches: the third one begins after 20 ms at most, and is finished.
        assert_eq!(found(&touch(&engine, "00699")), "m699");
        // Six: the last one would begin after 40 ms at least, with two threads.
        sync(&engine, &people("x"));
        let late = engine.identify_finger(&probe("00001"), MONDAY).unwrap_err();
        assert_eq!(late.status(), KAIMEN_ERR_DEADLINE);
        // The best member was met in the first batch; that helps nobody.
        let verified = engine.verify_finger(&probe("00001"), "m1", UserType::Staff, MONDAY);
        assert_eq!(verified.unwrap().verdict(), Verdict::Pass);
    }
    assert!(calls.load(Relaxed) >= 14);
}

#[test]
fn threads_change_no_decision() {
    let alone = engine_of(matcher());
    let together = Engine::open(&Config { threads: 3, ..config_of(matcher()) }).unwrap();
    let text = |i: u32| format!("{:06}", i.wrapping_mul(7919) % 1_000_000);
    let people: Vec<_> =
        (0..900).map(|i| person(&format!("m{i}"), &[&text(i), &text(i + 5000)])).collect();
    for engine in [&alone, &together] {
        sync(engine, &people);
    }
    let mut reasons = BTreeSet::new();
    for i in (0..900).step_by(17).map(text).chain((0..20).map(|i| format!("{i:02}9999"))) {
        let decision = touch(&alone, &i);
        assert_eq!(decision, touch(&together, &i));
        reasons.insert(format!("{:?}", decision.reason));
    }
    assert!(reasons.len() > 1, "{reasons:?}");
}

#[test]
fn faces_may_be_opaque_too_alone_and_together() {
    let engine = engine_of(matcher());
    let face = |userid: &str, text: &str| {
        with(member(userid, 0), json!({"fa_list": [finger(11, text)], "fa_algorithm": "vendor"}))
    };
    let open = with(member("olga", 3), json!({"fa_algorithm": "open"}));
    sync(&engine, &[face("alice", "hello"), face("bob", "world"), open]);
    let vector = super::site::face(3);
    let probes = [
        probe("hello"),
        Probe::from_f32(&vector, Some("open")),
        probe("world"),
        probe("nobody"),
        Probe::from_f32(&vector, Some("open")),
    ];
    let alone: Vec<_> =
        probes.iter().map(|probe| engine.identify_face(probe, MONDAY).unwrap()).collect();
    assert_eq!(engine.identify_faces(&probes, MONDAY).unwrap(), alone);
    let names: Vec<_> = alone.iter().map(found).collect();
    assert_eq!(names, ["alice", "olga", "bob", "", "olga"]);
    // One that cannot be used is named, and nothing is decided.
    let wrong = [probe("hello"), Probe::from_f32(&vector, None)];
    let error = engine.identify_faces(&wrong, MONDAY).unwrap_err();
    assert_eq!((error.position(), error.status()), (Some(1), KAIMEN_ERR_ARGUMENT));
}

#[test]
fn together_a_failing_comparison_names_its_probe() {
    let engine = engine_of(Matcher::new(|probe: &[u8], _: &[&[u8]], scores: &mut [i32]| {
        scores.fill(1000);
        if probe == b"bad" { Err(5) } else { Ok(()) }
    }));
    let face = json!({"fa_list": [finger(0, "hello")], "fa_algorithm": "vendor"});
    sync(&engine, &[with(member("alice", 0), face)]);
    let error = engine.identify_faces(&[probe("a"), probe("bad"), probe("b")], MONDAY).unwrap_err();
    assert_eq!((error.position(), error.matcher_status()), (Some(1), Some(5)));
    assert_eq!(error.status(), KAIMEN_ERR_MATCHER);
}

#[test]
fn duplicates_are_found_by_the_vendors_comparison() {
    let engine = engine_of(matcher());
    let face = |userid: &str, text: &str| {
        with(member(userid, 0), json!({"fa_list": [finger(2, text)], "fa_algorithm": "vendor"}))
    };
    sync(&engine, &[face("carol", "hello"), face("bob", "world"), face("alice", "hellas")]);
    let (mut pairs, mut heard) = (Vec::new(), 0);
    let take = |pair: &Duplicate| {
        let names = [pair.member.userid(), pair.other.userid()].map(str::to_owned);
        pairs.push((names, pair.slot, pair.other_slot, pair.score));
        ControlFlow::Continue(())
    };
    let hear = |_| {
        heard += 1;
        ControlFlow::Continue(())
    };
    engine.duplicates(None, 400, take, hear).unwrap();
    assert_eq!(pairs, [(["alice".to_owned(), "carol".to_owned()], 2, 2, 400)]);
    assert_eq!(heard, 3);
    let stop = |_: &Duplicate| ControlFlow::Break(());
    let go_on = |_| ControlFlow::Continue(());
    assert_eq!(engine.duplicates(None, i32::MIN + 1, stop, go_on), Err(Error::Cancelled));
    let none = engine.duplicates(None, NOT_COMPARED, stop, go_on).unwrap_err();
    assert_eq!(none.status(), KAIMEN_ERR_ARGUMENT);
}

#[test]
fn templates_that_cannot_be_used_cost_nobody_else() {
    let config = config_of(matcher());
    let limits = Limits { template_bytes: 256, ..config.limits };
    let engine = Engine::open(&Config { limits, ..config }).unwrap();
    let long = "x".repeat(257);
    let fp = json!([
        {"id": 0, "data": "!!"}, finger(1, &long), {"id": 2, "data": " "}, {"id": 3, "data": "aGVs\nbG8"},
        {"id": 4, "data": "_-8"}, finger(5, &long[1..]),
    ]);
    let report = sync(&engine, &[with(person("alice", &[]), json!({"fp": fp}))]);
    let refused: Vec<_> = lines(&report, ItemKind::TemplateRejected)
        .iter()
        .map(|line| (line.id.unwrap(), line.status))
        .collect();
    let expected = [(0, KAIMEN_ERR_BASE64), (1, KAIMEN_ERR_TEMPLATE_SIZE), (2, KAIMEN_ERR_LENGTH)];
    assert_eq!(refused, expected);
    assert_eq!(found(&touch(&engine, "hello")), "alice");
    assert_eq!(engine.stats().opaque_bytes, 5 + 2 + 256);
}

#[test]
fn the_byte_limit_holds_and_what_leaves_makes_room() {
    let config = config_of(matcher());
    let limits = Limits { opaque_bytes: 10, ..config.limits };
    let engine = Engine::open(&Config { limits, ..config }).unwrap();
    let report = sync(&engine, &[person("alice", &["hello", "world!"]), person("bob", &["bobby"])]);
    let refused = lines(&report, ItemKind::TemplateRejected);
    assert_eq!((refused.len(), refused[0].status), (1, KAIMEN_ERR_TEMPLATES_FULL));
    assert_eq!((refused[0].id, engine.stats().opaque_bytes), (Some(1), 10));
    // Full, and nobody grows: all is well.
    let report = sync(&engine, &[person("alice", &["HELLO"]), person("bob", &["BOB"])]);
    assert_eq!(report.count(ItemKind::TemplateReplaced), 2);
    let report = sync(&engine, &[person("bob", &["robert"])]);
    assert_eq!(report.count(ItemKind::TemplateRejected), 1);
    assert_eq!(found(&touch(&engine, "HELLO")), "alice");
    // What the record itself empties makes room for what it brings.
    let moved = json!({"fp": [finger(4, "0123456")]});
    sync(&engine, &[with(person("alice", &[]), moved)]);
    assert_eq!((engine.stats().opaque_bytes, found(&touch(&engine, "0123"))), (10, "alice"));
}

#[test]
fn probes_that_cannot_be_used_are_refused() {
    let engine = engine_of(matcher());
    let status = |probe: &Probe<'_>| engine.identify_finger(probe, MONDAY).unwrap_err().status();
    assert_eq!(status(&probe("")), KAIMEN_ERR_LENGTH);
    let long = vec![0; crate::limits::TEMPLATE_BYTES + 1];
    assert_eq!(status(&Probe::from_template(&long, None)), KAIMEN_ERR_TEMPLATE_SIZE);
    assert_eq!(status(&Probe::from_f32(&[1.0; 64], None)), KAIMEN_ERR_ARGUMENT);
    let other = Probe::from_template(b"x", Some("other"));
    assert_eq!(status(&other), KAIMEN_ERR_ALGORITHM);
}

#[test]
fn configurations_that_cannot_be_right_are_refused() {
    let refused = |change: fn(&mut AlgorithmConfig)| {
        let mut config = config_of(matcher());
        change(&mut config.algorithms[0]);
        Engine::open(&config).err().map(|error| error.field())
    };
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|a| a.matcher = None), Some("compare"));
    assert_eq!(refused(|a| a.algorithm.format = TemplateFormat::Minutiae(None)), Some("compare"));
    assert_eq!(refused(|a| a.threshold = NOT_COMPARED), Some("threshold"));
    assert_eq!(refused(|a| a.threshold = i32::MAX), None);
    assert_eq!(refused(|a| a.threshold = NOT_COMPARED + 1), None);
    assert_eq!(refused(|a| a.margin = -1), Some("margin"));
    assert_eq!(refused(|a| a.margin = i32::MAX), None);
    let none = Limits { opaque_bytes: 0, ..config().limits };
    let error = Engine::open(&Config { limits: none, ..config() }).err().unwrap();
    assert_eq!(error.field(), "max_opaque_bytes");
}

#[test]
fn opaque_templates_are_counted_in_the_stated_need() {
    let with_bytes = |opaque_bytes| {
        let config = config_of(matcher());
        let limits = Limits { opaque_bytes, ..config.limits };
        Config { limits, ..config }.required_bytes().unwrap()
    };
    assert_eq!(with_bytes(3 << 20) - with_bytes(1 << 20), 2 * (2 << 20));
    let none = |opaque_bytes| {
        let limits = Limits { opaque_bytes, ..config().limits };
        Config { limits, ..config() }.required_bytes().unwrap()
    };
    assert_eq!(none(1), none(1 << 30));
}

/// The cosine of int8 codes, as the vector index computes it, one template at a time.
fn cosine(probe: &[u8], template: &[u8]) -> i32 {
    let codes = |bytes: &[u8]| bytes.iter().map(|byte| byte.cast_signed()).collect::<Vec<_>>();
    let mut stored = Codes::blank();
    stored.set_i8(&codes(template)).unwrap();
    let mut index = VectorIndex::new(template.len(), SearchMode::Proven).unwrap();
    let handle = index.insert(0, 0, &stored).unwrap();
    let query = PreparedQuery::from_i8(&codes(probe)).unwrap();
    index.verify(&query, &[handle]).unwrap().unwrap().score
}

/// Int8 codes near a face.
fn codes(number: u32, other: u32, share: f32) -> Vec<u8> {
    let mixed = mix(&face(number), &face(other), share);
    #[expect(clippy::cast_possible_truncation, reason = "within -127 to 127")]
    mixed.iter().map(|value| ((value * 240.0).round() as i8).cast_unsigned()).collect()
}

/// Metamorphic: a vendor whose comparison is ours decides as ours.
#[test]
fn an_opaque_gallery_of_our_own_codes_decides_as_the_vector_index() {
    let ours = Matcher::new(|probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
        scores.iter_mut().zip(templates).for_each(|(s, t)| *s = cosine(probe, t));
        Ok(())
    });
    let vector = VectorFormat::bare(Element::I8, DIMENSION).into();
    let both = [(vector, None), (TemplateFormat::Opaque, Some(ours))].map(|(format, matcher)| {
        let mut algorithm = algorithm("default");
        (algorithm.algorithm.format, algorithm.matcher) = (format, matcher);
        let engine = Engine::open(&Config { algorithms: vec![algorithm], ..config() }).unwrap();
        let faces = |n: u32| -> Vec<Value> {
            use base64::Engine as _;
            let standard = base64::engine::general_purpose::STANDARD;
            let data = |slot| standard.encode(codes(n, n + 100, slot as f32 * 0.2));
            (0..1 + n % 3).map(|slot| json!({"id": slot, "data": data(slot)})).collect()
        };
        let people: Vec<_> = (0..150)
            .map(|n| with(member(&format!("m{n}"), n), json!({"fa_list": faces(n)})))
            .collect();
        sync(&engine, &people);
        // Some are stale, some are gone, one has a twin.
        let stale = json!({"fa_ver": 2, "fa_list": null});
        sync(&engine, &[with(member("m5", 5), stale.clone()), with(member("m8", 8), stale)]);
        sync(&engine, &[with(member("m9", 9), json!({"fa_list": []}))]);
        sync(&engine, &[with(member("twin", 7), json!({"fa_list": faces(7)}))]);
        engine
    });
    let mut reasons = BTreeSet::new();
    for n in 0..60 {
        for share in [0.0, 0.3, 0.5] {
            let bytes = codes(n, n + 1, share);
            let probe = Probe::from_template(&bytes, None);
            let [one, other] = both.each_ref().map(|e| e.identify_face(&probe, MONDAY).unwrap());
            assert_eq!(one, other);
            reasons.insert(format!("{:?}", one.reason));
            let [one, other] = both.each_ref().map(|engine| {
                let mut list = Vec::new();
                engine.search_face(&probe, -1_000_000, 7, |c| list.push(c)).unwrap();
                list
            });
            assert_eq!(one, other);
            let [one, other] = both.each_ref().map(|engine| {
                engine.verify_face(&probe, &format!("m{n}"), UserType::Staff, MONDAY)
            });
            assert_eq!(one, other);
        }
    }
    assert!(reasons.len() >= 4, "{reasons:?}");
    let [one, other] = both.map(|engine| {
        let mut pairs = BTreeSet::new();
        let take = |pair: &Duplicate| {
            pairs.insert(format!("{pair:?}"));
            ControlFlow::Continue(())
        };
        engine.duplicates(None, 800_000, take, |_| ControlFlow::Continue(())).unwrap();
        pairs
    });
    assert!(!one.is_empty());
    assert_eq!(one, other);
}
