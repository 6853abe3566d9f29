//! From probe to decision.

use serde_json::json;

use super::site::*;
use crate::Error;
use crate::engine::{Config, Engine, Probe, Reason, Verdict};
use crate::index::SCORE_ONE;
use crate::protocol::UserType;
use crate::rules::PassReason;
use crate::status::*;

#[test]
fn a_decision_says_who_why_and_how_sure() {
    let engine = alice_and_bob();
    let decision = identify(&engine, &face(1));
    assert_eq!(decision.reason, Reason::Pass(PassReason::Rule(1)));
    assert_eq!(decision.verdict(), Verdict::Pass);
    assert_eq!(decision.member.unwrap().userid(), "alice");
    assert_eq!((decision.score, decision.slot), (Some(SCORE_ONE), Some(0)));
    assert!(decision.margin.unwrap() > 500_000);
    assert_eq!((decision.time, decision.generation), (MONDAY, 1));
    assert_eq!(decision.threshold, 600_000);
}

#[test]
fn below_the_threshold_is_unknown_and_names_nobody() {
    let engine = alice_and_bob();
    let decision = identify(&engine, &face(99));
    assert_eq!(decision.reason, Reason::BelowThreshold);
    assert_eq!((decision.member, decision.slot), (None, None));
    assert!(decision.score.unwrap() < 600_000);
    assert_eq!(identify(&super::site::engine(), &face(1)).reason, Reason::EmptyGallery);
}

#[test]
fn a_margin_below_the_configured_one_is_ambiguous() {
    let engine = engine();
    let twin = mix(&face(1), &face(2), 0.1);
    sync(
        &engine,
        &[member("alice", 1), with(member("zoe", 1), json!({"fa_list": [slot(0, &twin)]}))],
    );
    let decision = identify(&engine, &face(1));
    assert_eq!((decision.reason, decision.verdict()), (Reason::Ambiguous, Verdict::Deny));
    assert!(decision.margin.unwrap() < 50_000);
}

#[test]
fn equal_scores_are_ambiguous_even_without_a_margin() {
    let mut config = config();
    config.algorithms[0].margin = 0;
    let engine = Engine::open(&config).unwrap();
    sync(&engine, &[member("alice", 1), member("zoe", 1)]);
    let decision = identify(&engine, &face(1));
    assert_eq!((decision.reason, decision.margin), (Reason::Ambiguous, Some(0)));
}

#[test]
fn two_slots_of_one_member_are_not_ambiguous() {
    let engine = engine();
    let two = json!({"fa_list": [slot(3, &face(1)), slot(1, &face(1))]});
    sync(&engine, &[with(member("alice", 1), two), member("bob", 2)]);
    let decision = identify(&engine, &face(1));
    assert_eq!(decision.verdict(), Verdict::Pass);
    assert_eq!(decision.slot, Some(1), "of equal slots the lower one");
}

#[test]
fn a_current_slot_stands_in_for_a_stale_one() {
    let engine = engine();
    let near = mix(&face(1), &face(2), 0.1);
    let two = json!({"fa_list": [slot(0, &face(1)), slot(1, &near)]});
    sync(&engine, &[with(member("alice", 1), two)]);
    // Slot 0 gets rubbish together with a new version: stale. Slot 1 is fine.
    let newer = json!({"fa_ver": 2, "fa_list": [{"id": 0, "data": "AAAA"}, slot(1, &near)]});
    sync(&engine, &[with(member("alice", 1), newer)]);
    let decision = identify(&engine, &face(1));
    assert_eq!((decision.verdict(), decision.slot), (Verdict::Pass, Some(1)));
    assert_eq!(staff(&engine, "alice").stale_templates, 1);
}

#[test]
fn the_score_of_a_decision_is_that_of_its_slot() {
    let engine = engine();
    let near = mix(&face(1), &face(2), 0.1);
    let two = json!({"fa_list": [slot(0, &face(1)), slot(1, &near)]});
    sync(&engine, &[with(member("alice", 1), two), member("bob", 9)]);
    let all = identify(&engine, &face(1));
    let newer = json!({"fa_ver": 2, "fa_list": [{"id": 0, "data": "AAAA"}, slot(1, &near)]});
    sync(&engine, &[with(member("alice", 1), newer)]);
    let current = identify(&engine, &face(1));
    let (score, margin) = (current.score.unwrap(), current.margin.unwrap());
    assert_eq!(current.slot, Some(1));
    assert!(score < SCORE_ONE, "slot 0 is the one that is equal");
    assert_eq!(all.margin.unwrap() - margin, SCORE_ONE - score, "bob is where he was");
}

#[test]
fn a_stale_template_does_not_outweigh_another_member() {
    let engine = engine();
    // Bob's face was enrolled as alice's slot 0 by mistake; her own face, in
    // slot 1, is a little like his.
    let (hers, his) = (mix(&face(1), &face(2), 0.55), mix(&face(2), &face(3), 0.3));
    let two = json!({"fa_list": [slot(0, &face(2)), slot(1, &hers)]});
    let bob = with(member("bob", 2), json!({"fa_list": [slot(0, &his)]}));
    sync(&engine, &[with(member("alice", 1), two), bob]);
    // The cloud replaced it, and the new one did not arrive.
    let newer = json!({"fa_ver": 2, "fa_list": [{"id": 0}, slot(1, &hers)]});
    sync(&engine, &[with(member("alice", 1), newer)]);
    let current_score = |userid| {
        let probe = face(2);
        let probe = Probe::from_f32(&probe, None);
        engine.verify_face(&probe, userid, UserType::Staff, MONDAY).unwrap().score.unwrap()
    };
    assert!((600_000..900_000).contains(&current_score("alice")), "her slot 1 alone would do");
    assert!(current_score("bob") > current_score("alice"));
    let decision = identify(&engine, &face(2));
    assert_eq!((decision.reason, decision.verdict()), (Reason::Stale, Verdict::Deny));
}

#[test]
fn candidates_come_best_first_and_equal_ones_by_userid() {
    let engine = engine();
    let near = mix(&face(1), &face(2), 0.2);
    sync(
        &engine,
        &[
            member("zoe", 1),
            with(member("mid", 1), json!({"fa_list": [slot(0, &near)]})),
            member("alice", 1),
            member("far", 7),
        ],
    );
    let probe = face(1);
    let mut found = Vec::new();
    engine
        .search_face(&Probe::from_f32(&probe, None), 500_000, 64, |c| {
            found.push((c.member.userid().to_owned(), c.score));
        })
        .unwrap();
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["alice", "zoe", "mid"]);
    assert!(found[1].1 > found[2].1);
    let mut only = Vec::new();
    let probe = Probe::from_f32(&probe, None);
    engine.search_face(&probe, -SCORE_ONE, 1, |c| only.push(c.member)).unwrap();
    assert_eq!(only[0].userid(), "alice");
    for most in [0, 65] {
        assert!(matches!(engine.search_face(&probe, 0, most, |_| ()), Err(Error::Argument { .. })));
    }
}

#[test]
fn verify_compares_with_one_member_only() {
    let engine = alice_and_bob();
    let (one, two) = (face(1), face(2));
    let verify = |vector: &[f32], userid: &str| {
        engine.verify_face(&Probe::from_f32(vector, None), userid, UserType::Staff, MONDAY)
    };
    assert_eq!(verify(&one, "alice").unwrap().verdict(), Verdict::Pass);
    let decision = verify(&two, "alice").unwrap();
    assert_eq!((decision.reason, decision.member), (Reason::BelowThreshold, None));
    assert_eq!(verify(&one, "nobody").unwrap_err(), Error::UnknownMember);
    sync(&engine, &[with(member("alice", 1), json!({"fa_list": []}))]);
    assert_eq!(verify(&one, "alice").unwrap_err(), Error::NoTemplate);
}

#[test]
fn a_probe_comes_as_floats_as_bytes_or_as_a_template() {
    let engine = alice_and_bob();
    let vector = face(1);
    let expected = identify(&engine, &vector);
    let mut bytes = vec![0];
    bytes.extend(vector.iter().flat_map(|value| value.to_ne_bytes()));
    let unaligned = Probe::from_f32_bytes(&bytes[1..], None);
    assert_eq!(engine.identify_face(&unaligned, MONDAY).unwrap(), expected);
    let template: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    let template = Probe::from_template(&template, Some("default"));
    assert_eq!(engine.identify_face(&template, MONDAY).unwrap(), expected);
}

#[test]
fn a_probe_that_cannot_be_used_is_an_error_and_not_a_decision() {
    let engine = alice_and_bob();
    let status = |probe: Probe<'_>| engine.identify_face(&probe, MONDAY).unwrap_err().status();
    let (good, mut nan) = (face(1), face(1));
    nan[5] = f32::INFINITY;
    assert_eq!(status(Probe::from_f32(&good[1..], None)), KAIMEN_ERR_LENGTH);
    assert_eq!(status(Probe::from_f32(&[], None)), KAIMEN_ERR_LENGTH);
    assert_eq!(status(Probe::from_f32(&nan, None)), KAIMEN_ERR_NOT_FINITE);
    assert_eq!(status(Probe::from_f32(&[0.0; DIMENSION], None)), KAIMEN_ERR_ZERO_NORM);
    assert_eq!(status(Probe::from_f32(&good, Some("unheard"))), KAIMEN_ERR_ALGORITHM);
    assert_eq!(status(Probe::from_f32_bytes(&[0; 255], None)), KAIMEN_ERR_ARGUMENT);
    assert_eq!(status(Probe::from_template(&[0; 255], None)), KAIMEN_ERR_LENGTH);
}

#[test]
fn access_tells_until_when() {
    let engine = engine();
    let office = json!({"pass_rule_list": [{"id": 3, "rule": "9:00-18:00 * * 1-5 *"}]});
    sync(&engine, &[with(member("alice", 1), office)]);
    let access = engine.access("alice", UserType::Staff, MONDAY).unwrap();
    assert_eq!(access.reason, Reason::Pass(PassReason::Rule(3)));
    // 18:01:00 of the same day.
    assert_eq!(access.next_change, Some(MONDAY + 8 * 3600 + 31 * 60));
    assert!(engine.access("bob", UserType::Staff, MONDAY).is_err());
}

#[test]
fn a_clock_outside_the_calendar_keeps_the_door_shut() {
    let engine = engine();
    sync(&engine, &[with(member("alice", 1), json!({"pass_rule_list": []}))]);
    for now in [i64::MIN, i64::MAX] {
        let probe = face(1);
        let decision = engine.identify_face(&Probe::from_f32(&probe, None), now).unwrap();
        assert_eq!(decision.verdict(), Verdict::Deny);
    }
}

#[test]
fn configurations_that_cannot_be_right_are_refused() {
    let refused = |change: &dyn Fn(&mut Config)| {
        let mut config = config();
        change(&mut config);
        (Engine::open(&config).err().unwrap(), config.required_bytes().is_err())
    };
    type Case<'a> = (&'a dyn Fn(&mut Config), &'a str);
    let cases: [Case<'_>; 9] = [
        (&|c| c.zone = "Mars/Olympus".into(), "zone"),
        (&|c| c.algorithms.clear(), "algorithms"),
        (&|c| c.algorithms[0].threshold = 0, "threshold"),
        (&|c| c.algorithms[0].threshold = SCORE_ONE + 1, "threshold"),
        (&|c| c.algorithms[0].margin = -1, "margin"),
        (&|c| c.algorithms[1].algorithm.name = "default".into(), "algorithms"),
        (&|c| c.limits.members = 0, "max_members"),
        (&|c| c.limits.template_bytes = 4 * DIMENSION - 1, "max_template_bytes"),
        (&|c| c.limits.json_bytes = usize::MAX, "max_json_bytes"),
    ];
    for (change, field) in cases {
        let (error, also) = refused(change);
        assert_eq!((error.field(), also), (field, true), "{error}");
    }
}
