//! The decisions of section 9 of the protocol facts that are the engine's,
//! each with a test of its name.

use serde_json::json;

use super::site::*;
use crate::engine::{ItemKind, Reason, Verdict};
use crate::protocol::UserType;
use crate::rules::{DenyReason, PassReason};
use crate::status::*;

#[test]
fn key_absent_keeps_what_is_stored_while_the_version_is_the_same() {
    let engine = alice_and_bob();
    let report = sync(&engine, &[with(member("alice", 1), json!({"fa_list": null}))]);
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1);
    assert_eq!(identify(&engine, &face(1)).verdict(), Verdict::Pass);
}

#[test]
fn key_absent_with_another_version_is_stale_and_asked_for_again() {
    let engine = alice_and_bob();
    let later = json!({"fa_list": null, "fa_ver": 2});
    let report = sync(&engine, &[with(member("alice", 1), later)]);
    assert_eq!(lines(&report, ItemKind::TemplatesWanted)[0].field, "fa_list");
    let decision = identify(&engine, &face(1));
    assert_eq!((decision.verdict(), decision.reason), (Verdict::Deny, Reason::Stale));
    assert_eq!(decision.member.unwrap().userid(), "alice");
    // Sent at last, unchanged or not, it is current again.
    sync(&engine, &[with(member("alice", 1), json!({"fa_ver": 2}))]);
    assert_eq!(identify(&engine, &face(1)).verdict(), Verdict::Pass);
    assert_eq!(staff(&engine, "alice").stale_templates, 0);
}

#[test]
fn an_empty_list_means_that_the_member_has_none_now() {
    let engine = alice_and_bob();
    let report = sync(&engine, &[with(member("alice", 1), json!({"fa_list": []}))]);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 1);
    assert_eq!(who(&engine, 1), None);
    assert_eq!(staff(&engine, "alice").face_templates, 0);
}

#[test]
fn empty_data_deletes_that_slot() {
    let engine = engine();
    let two = json!({"fa_list": [slot(0, &face(1)), slot(1, &face(3))]});
    sync(&engine, &[with(member("alice", 1), two)]);
    let one = json!({"fa_list": [{"id": 0, "data": ""}, slot(1, &face(3))]});
    let report = sync(&engine, &[with(member("alice", 1), one)]);
    assert_eq!(lines(&report, ItemKind::TemplateRemoved)[0].id, Some(0));
    assert_eq!(who(&engine, 1), None);
    assert_eq!(who(&engine, 3).as_deref(), Some("alice"));
}

#[test]
fn absent_data_leaves_the_slot_as_it_was() {
    let engine = alice_and_bob();
    let report = sync(&engine, &[with(member("alice", 1), json!({"fa_list": [{"id": 0}]}))]);
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
}

#[test]
fn absent_rules_keep_the_stored_ones_and_an_empty_list_takes_them_away() {
    let engine = engine();
    let shut = json!({"pass_rule_list": [{"id": 4, "rule": "20:00-21:00 * * * *"}]});
    sync(&engine, &[with(member("alice", 1), shut)]);
    sync(&engine, &[with(member("alice", 1), json!({"pass_rule_list": null}))]);
    let decision = identify(&engine, &face(1));
    assert_eq!(decision.reason, Reason::Deny(DenyReason::OutsideRules), "nothing is widened");
    sync(&engine, &[with(member("alice", 1), json!({"pass_rule_list": []}))]);
    assert_eq!(identify(&engine, &face(1)).reason, Reason::Pass(PassReason::NoRulesStaff));
}

#[test]
fn no_rules_at_all_staff_passes_visitor_and_student_do_not() {
    let engine = engine();
    let of_type = |id: &str, number, kind: u32| {
        with(member(id, number), json!({"user_type": kind, "pass_rule_list": []}))
    };
    sync(&engine, &[of_type("s", 1, 0), of_type("v", 2, 1), of_type("p", 3, 2)]);
    assert_eq!(identify(&engine, &face(1)).reason, Reason::Pass(PassReason::NoRulesStaff));
    assert_eq!(identify(&engine, &face(2)).reason, Reason::Deny(DenyReason::NoRulesVisitor));
    assert_eq!(identify(&engine, &face(3)).reason, Reason::Deny(DenyReason::NoRulesStudent));
}

#[test]
fn rules_given_but_none_usable_deny() {
    let engine = engine();
    let malformed = json!({"pass_rule_list": [{"id": 1, "rule": "9:300-10:00 * * 6 *"}]});
    let unreadable = json!({"pass_rule_list": [{"id": 1, "rule": 5}]});
    let later = json!({"pass_rule_list":
        [{"id": 8, "rule": "0:00-23:59 * * * *", "effect_time": MONDAY + 1}]});
    sync(
        &engine,
        &[
            with(member("a", 1), malformed),
            with(member("b", 2), unreadable),
            with(member("c", 3), later),
        ],
    );
    for number in [1, 2] {
        let reason = identify(&engine, &face(number)).reason;
        assert_eq!(reason, Reason::Deny(DenyReason::AllMalformed));
    }
    let decision = identify(&engine, &face(3));
    assert_eq!(decision.reason, Reason::Deny(DenyReason::NoneInEffectYet(8)));
    assert_eq!(decision.reason.rule_id(), Some(8));
}

#[test]
fn unknown_algorithm_keeps_the_member_and_the_template_but_not_searchable() {
    let engine = engine();
    let foreign = json!({"fa_algorithm": "nobody-knows"});
    let report = sync(&engine, &[with(member("alice", 1), foreign)]);
    let kept = lines(&report, ItemKind::TemplateKept);
    assert_eq!((kept[0].status, kept[0].id), (KAIMEN_ERR_ALGORITHM, Some(0)));
    assert_eq!(who(&engine, 1), None);
    let info = staff(&engine, "alice");
    assert_eq!((info.face_templates, info.kept_templates), (0, 1));
    // The cloud changes its mind: nothing of the other algorithm stays.
    let report = sync(&engine, &[member("alice", 1)]);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 1);
    let info = staff(&engine, "alice");
    assert_eq!((info.face_templates, info.kept_templates), (1, 0));
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
}

#[test]
fn scores_never_cross_algorithm_names() {
    let engine = engine();
    sync(&engine, &[with(member("alice", 1), json!({"fa_algorithm": "other"}))]);
    assert_eq!(identify(&engine, &face(1)).reason, Reason::EmptyGallery);
    let probe = face(1);
    let probe = crate::engine::Probe::from_f32(&probe, Some("other"));
    let decision = engine.identify_face(&probe, MONDAY).unwrap();
    assert_eq!(decision.member.unwrap().userid(), "alice");
}

#[test]
fn two_spellings_that_differ_cost_the_fingerprints_only() {
    let engine = engine();
    let both = json!({
        "fp_algorithm": "a", "fp_alogrithm": "b", "fp": [{"id": 0, "data": "AAAA"}],
    });
    let report = sync(&engine, &[with(member("alice", 1), both)]);
    let refused = lines(&report, ItemKind::TemplateRejected);
    assert_eq!((refused[0].field, refused[0].status), ("fp", KAIMEN_ERR_ALGORITHM_NAME));
    assert_eq!(staff(&engine, "alice").kept_templates, 0);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
}

#[test]
fn fingerprints_are_kept_and_counted() {
    let engine = engine();
    let fp = |list| with(member("alice", 1), json!({"fp_alogrithm": "aaa", "fp": list}));
    let three = json!([{"id": 0, "data": "AAAA"}, {"id": "1", "data": "BBBB"},
        {"id": 10, "data": "CCCC"}]);
    let report = sync(&engine, &[fp(three)]);
    assert_eq!(report.count(ItemKind::TemplateKept), 2);
    assert_eq!(lines(&report, ItemKind::TemplateRejected)[0].status, KAIMEN_ERR_SLOT);
    assert_eq!(engine.stats().kept_templates, 2);
    let report = sync(&engine, &[fp(json!([]))]);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 2);
    assert_eq!(engine.stats().kept_templates, 0);
}

#[test]
fn who_is_identified_is_decided_before_the_rules_are_asked() {
    // bob may pass, his look-alike alice may not: alice's face must never
    // open the door in bob's name.
    let engine = engine();
    let near = mix(&face(1), &face(2), 0.2);
    let shut = json!({"pass_rule_list": [{"id": 1, "rule": "20:00-21:00 * * * *"}]});
    sync(
        &engine,
        &[
            with(member("alice", 1), shut),
            with(member("bob", 2), json!({"fa_list": [slot(0, &near)]})),
        ],
    );
    let decision = identify(&engine, &face(1));
    assert_ne!(decision.verdict(), Verdict::Pass);
    assert_eq!(decision.member.unwrap().userid(), "alice");
}

#[test]
fn a_visitor_and_a_staff_member_of_the_same_userid_are_two() {
    let engine = engine();
    sync(&engine, &[member("x", 1), with(member("x", 2), json!({"user_type": 1}))]);
    assert_eq!(identify(&engine, &face(1)).member.unwrap().user_type(), UserType::Staff);
    assert_eq!(identify(&engine, &face(2)).member.unwrap().user_type(), UserType::Visitor);
}
