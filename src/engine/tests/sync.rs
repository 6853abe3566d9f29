//! Applying answers: what changes, what stays, what is reported.

use serde_json::json;

use super::site::*;
use crate::Error;
use crate::engine::{Config, Engine, ItemKind, Limits, MemberId, Probe};
use crate::protocol::{Form, RequestBuilder, UserType};
use crate::status::*;

#[test]
fn the_page_s_own_answer_is_applied() {
    let engine = engine();
    let json = include_bytes!("../../protocol/testdata/get_userinfo_by_ids.answer.json");
    let report = engine.sync(json, None).unwrap();
    assert_eq!(report.count(ItemKind::MemberAdded), 3);
    // "xxxx" is base64 of three bytes: no vector, but a fine fingerprint.
    assert_eq!(report.count(ItemKind::TemplateRejected), 2);
    assert_eq!(report.count(ItemKind::TemplateKept), 6);
    // x1's faces cannot be used, x2 and x3 have fa_ver 1 and no fa_list.
    assert_eq!(report.count(ItemKind::TemplatesWanted), 3);
    let malformed = lines(&report, ItemKind::RuleRejected);
    assert_eq!(malformed.len(), 3);
    assert!(malformed.iter().all(|line| line.id == Some(1) && line.status == KAIMEN_ERR_RULE));
    let member = staff(&engine, "x1");
    assert_eq!((member.name.as_str(), member.openvid), ("张三", Some(123_456)));
    assert_eq!((member.rules, member.rejected_rules), (1, 1));
}

#[test]
fn the_same_answer_again_changes_nothing() {
    let engine = alice_and_bob();
    let generation = engine.stats().generation;
    let report = sync(&engine, &[member("alice", 1), member("bob", 2)]);
    assert_eq!(report.count(ItemKind::MemberUnchanged), 2);
    assert_eq!(report.items(), []);
    assert_eq!(report.generation(), generation + 1);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
}

#[test]
fn a_template_is_replaced_and_the_old_face_forgotten() {
    let engine = alice_and_bob();
    let report = sync(&engine, &[with(member("alice", 3), json!({"fa_ver": 2}))]);
    assert_eq!(report.count(ItemKind::TemplateReplaced), 1);
    assert_eq!(report.count(ItemKind::MemberChanged), 1);
    assert_eq!(who(&engine, 3).as_deref(), Some("alice"));
    assert_eq!(who(&engine, 1), None);
    assert_eq!(engine.stats().face_templates, 2);
    assert_eq!(staff(&engine, "alice").fa_ver, Some(2));
}

#[test]
fn a_whole_answer_that_cannot_be_used_changes_nothing() {
    let engine = alice_and_bob();
    let before = engine.stats();
    let good = answer(&[member("carol", 3)]);
    let cases: [(&[u8], i32); 6] = [
        (&good[..good.len() - 1], KAIMEN_ERR_JSON_SYNTAX),
        (b"", KAIMEN_ERR_JSON_SYNTAX),
        (b"[]", KAIMEN_ERR_JSON_SHAPE),
        (br#"{"errcode":40001,"errmsg":"no","body":{"userinfo":[]}}"#, KAIMEN_ERR_CLOUD),
        (b"{\"body\":{\"userinfo\":[\"\xff\"]}}", KAIMEN_ERR_JSON_SYNTAX),
        (&[b'['; 1000], KAIMEN_ERR_JSON_DEPTH),
    ];
    for (json, status) in cases {
        assert_eq!(engine.sync(json, None).unwrap_err().status(), status);
        assert_eq!(engine.stats(), before);
        assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    }
    let long = vec![b' '; 16 << 20];
    let error = engine.sync(&[&long[..], &good[..]].concat(), None).unwrap_err();
    assert_eq!(error.status(), KAIMEN_ERR_JSON_SIZE);
    assert_eq!(engine.stats(), before);
}

#[test]
fn one_bad_member_costs_nobody_else() {
    let engine = alice_and_bob();
    let report = sync(
        &engine,
        &[
            with(member("alice", 3), json!({"name": 5})),
            json!(7),
            member("carol", 4),
            with(member("dave", 5), json!({"user_type": 9})),
        ],
    );
    assert_eq!(report.count(ItemKind::MemberRejected), 3);
    let rejected = lines(&report, ItemKind::MemberRejected);
    assert_eq!((&*rejected[0].userid, rejected[0].field), ("alice", "name"));
    assert_eq!(rejected[0].status, KAIMEN_ERR_FIELD);
    assert_eq!(rejected[1].position, Some(1));
    assert_eq!(rejected[2].field, "user_type");
    // What was stored of alice is still found, and carol is new.
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(who(&engine, 4).as_deref(), Some("carol"));
    assert_eq!(who(&engine, 3), None);
}

#[test]
fn one_bad_template_costs_only_its_slot() {
    let engine = engine();
    let zero = vec![0.0; DIMENSION];
    let mut nan = face(9);
    nan[3] = f32::NAN;
    let slots = json!([
        slot(0, &face(1)),
        {"id": 1, "data": "***"},
        {"id": 2, "data": "AAAA"},
        slot(3, &nan),
        slot(4, &zero),
        slot(12, &face(2)),
        slot(0, &face(3)),
        slot(5, &face(4)),
        {"data": "AAAA"},
        {"id": 6, "data": 7},
    ]);
    let report = sync(&engine, &[with(member("alice", 1), json!({"fa_list": slots}))]);
    let refused: Vec<_> = lines(&report, ItemKind::TemplateRejected)
        .iter()
        .map(|line| (line.id, line.status))
        .collect();
    let expected = [
        (Some(1), KAIMEN_ERR_BASE64),
        (Some(2), KAIMEN_ERR_LENGTH),
        (Some(3), KAIMEN_ERR_NOT_FINITE),
        (Some(4), KAIMEN_ERR_ZERO_NORM),
        (Some(12), KAIMEN_ERR_SLOT),
        (Some(0), KAIMEN_ERR_SLOT_TWICE),
        (None, KAIMEN_ERR_FIELD),
        (Some(6), KAIMEN_ERR_FIELD),
    ];
    assert_eq!(refused, expected);
    assert!(lines(&report, ItemKind::TemplateRejected).iter().all(|l| &*l.userid == "alice"));
    assert_eq!(staff(&engine, "alice").face_templates, 2);
    assert_eq!(identify(&engine, &face(4)).slot, Some(5));
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(who(&engine, 3), None);
}

#[test]
fn a_bad_template_leaves_the_stored_one_and_is_asked_for_again() {
    let engine = alice_and_bob();
    let bad = json!({"fa_list": [{"id": 0, "data": "AAAA"}]});
    let report = sync(&engine, &[with(member("alice", 1), bad.clone())]);
    assert_eq!(report.count(ItemKind::TemplateRejected), 1);
    assert_eq!(report.count(ItemKind::TemplatesWanted), 1);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(staff(&engine, "alice").stale_templates, 0, "the version is the same");
    let newer = with(with(member("alice", 1), bad), json!({"fa_ver": 2}));
    sync(&engine, &[newer]);
    assert_eq!(staff(&engine, "alice").stale_templates, 1, "the version moved on");
}

#[test]
fn a_stale_template_is_asked_for_until_it_comes() {
    let engine = alice_and_bob();
    let moved = json!({"fa_ver": 2, "fa_list": [{"id": 0}]});
    let silent = json!({"fa_ver": 2, "fa_list": null});
    for fields in [moved.clone(), moved, silent] {
        let report = sync(&engine, &[with(member("alice", 1), fields)]);
        assert_eq!(report.count(ItemKind::TemplatesWanted), 1);
        assert_eq!(staff(&engine, "alice").stale_templates, 1);
    }
    let report = sync(&engine, &[with(member("alice", 1), json!({"fa_ver": 2}))]);
    assert_eq!(report.count(ItemKind::TemplatesWanted), 0);
    assert_eq!(staff(&engine, "alice").stale_templates, 0);
}

#[test]
fn a_member_twice_in_one_answer_counts_once() {
    let engine = engine();
    let twice =
        [member("alice", 1), member("alice", 2), with(member("alice", 3), json!({"user_type": 1}))];
    let report = sync(&engine, &twice);
    assert_eq!(report.count(ItemKind::MemberAdded), 2, "a visitor of the same id is another");
    let rejected = lines(&report, ItemKind::MemberRejected);
    assert_eq!(rejected.len(), 1);
    assert_eq!((rejected[0].position, rejected[0].status), (Some(1), KAIMEN_ERR_MEMBER_TWICE));
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(who(&engine, 2), None);
}

#[test]
fn limits_reject_the_surplus_and_nothing_else() {
    let limits = Limits { members: 2, face_templates: 3, ..config().limits };
    let engine = Engine::open(&Config { limits, ..config() }).unwrap();
    let two = json!({"fa_list": [slot(0, &face(1)), slot(1, &face(2))]});
    let report = sync(&engine, &[with(member("alice", 1), two)]);
    assert_eq!(report.count(ItemKind::TemplateAdded), 2);
    let two = json!({"fa_list": [slot(0, &face(3)), slot(1, &face(4))]});
    let report = sync(&engine, &[with(member("bob", 3), two)]);
    assert_eq!(lines(&report, ItemKind::TemplateRejected)[0].status, KAIMEN_ERR_TEMPLATES_FULL);
    let report = sync(&engine, &[member("carol", 5)]);
    assert_eq!(lines(&report, ItemKind::MemberRejected)[0].status, KAIMEN_ERR_MEMBERS_FULL);
    for (number, userid) in [(1, "alice"), (2, "alice"), (3, "bob")] {
        assert_eq!(who(&engine, number).as_deref(), Some(userid));
    }
    // Replacing needs no room.
    let report = sync(&engine, &[member("bob", 6)]);
    assert_eq!(report.count(ItemKind::TemplateReplaced), 1);
    assert_eq!(who(&engine, 6).as_deref(), Some("bob"));
}

#[test]
fn record_bytes_are_bounded_and_balanced() {
    let limits = Limits { record_bytes: 4096, ..config().limits };
    let engine = Engine::open(&Config { limits, ..config() }).unwrap();
    let fp = json!({"fp": [{"id": 0, "data": "A".repeat(8000)}]});
    let report = sync(&engine, &[member("alice", 1), with(member("bob", 2), fp)]);
    let rejected = lines(&report, ItemKind::MemberRejected);
    assert_eq!((&*rejected[0].userid, rejected[0].status), ("bob", KAIMEN_ERR_RECORDS_FULL));
    assert_eq!(report.count(ItemKind::TemplateKept), 0, "nothing of bob is reported as done");
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(engine.stats().face_templates, 1);
    engine.remove(MemberId::new("alice", UserType::Staff).unwrap()).unwrap();
    assert_eq!(engine.stats().record_bytes, 0);
}

#[test]
fn a_template_changes_its_slot_or_algorithm_in_a_full_gallery() {
    let limits = Limits { face_templates: 1, ..config().limits };
    let engine = Engine::open(&Config { limits, ..config() }).unwrap();
    sync(&engine, &[member("alice", 1)]);
    let elsewhere = json!({"fa_list": [slot(7, &face(2))]});
    let report = sync(&engine, &[with(member("alice", 1), elsewhere)]);
    assert_eq!(report.count(ItemKind::TemplateRejected), 0);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 1);
    assert_eq!(identify(&engine, &face(2)).slot, Some(7));
    assert_eq!(who(&engine, 1), None);
    let swapped = json!({"fa_list": [{"id": 7, "data": ""}, slot(8, &face(3))]});
    sync(&engine, &[with(member("alice", 1), swapped)]);
    assert_eq!(identify(&engine, &face(3)).slot, Some(8));
    let other = json!({"fa_algorithm": "other", "fa_list": [slot(8, &face(4))]});
    let report = sync(&engine, &[with(member("alice", 1), other)]);
    assert_eq!(report.count(ItemKind::TemplateRejected), 0);
    let vector = face(4);
    let probe = Probe::from_f32(&vector, Some("other"));
    assert_eq!(engine.identify_face(&probe, MONDAY).unwrap().slot, Some(8));
    assert_eq!((engine.stats().face_templates, staff(&engine, "alice").face_templates), (1, 1));
}

#[test]
fn a_record_that_does_not_grow_is_never_refused() {
    let engine = engine();
    let wide = with(
        member("alice", 1),
        json!({"pass_rule_list": [
        {"id": 1, "rule": "0:00-23:59 * * * *"}, {"id": 2, "rule": "9:00-10:00 * * * *"}]}),
    );
    sync(&engine, std::slice::from_ref(&wide));
    let limits = Limits { record_bytes: engine.stats().record_bytes, ..config().limits };
    let engine = Engine::open(&Config { limits, ..config() }).unwrap();
    let report = sync(&engine, std::slice::from_ref(&wide));
    assert_eq!(report.count(ItemKind::MemberAdded), 1, "exactly the limit");
    let report = sync(&engine, std::slice::from_ref(&wide));
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1);
    // Fewer rules must arrive, or the door stays open around the clock.
    let narrow = json!({"pass_rule_list": [{"id": 2, "rule": "9:00-10:00 * * * *"}]});
    sync(&engine, &[with(wide.clone(), narrow)]);
    assert_eq!(staff(&engine, "alice").rules, 1);
    sync(&engine, &[with(wide, json!({"fa_list": []}))]);
    assert_eq!(who(&engine, 1), None);
}

#[test]
fn no_name_and_default_are_the_same_algorithm_of_kept_templates() {
    let engine = engine();
    let fp = json!({"fp": [{"id": 0, "data": "AAAA"}]});
    sync(&engine, &[with(member("alice", 1), fp)]);
    let named = json!({"fp_algorithm": "default", "fp": [{"id": 0}]});
    let report = sync(&engine, &[with(member("alice", 1), named)]);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 0);
    assert_eq!(staff(&engine, "alice").kept_templates, 1);
}

#[test]
fn a_part_removes_who_is_missing_and_nobody_else() {
    let engine = engine();
    sync(&engine, &[member("alice", 1), member("bob", 2), member("carol", 3), member("dave", 4)]);
    let request = RequestBuilder::new("q", Form::UserItems)
        .members(["alice", "bob", "carol"].map(|id| (id, UserType::Staff)))
        .build()
        .unwrap();
    let part = request.part(0).unwrap();
    let wrong = answer_to("q-2", &[member("alice", 1)]);
    assert_eq!(engine.sync(&wrong, Some(&part)).unwrap_err(), Error::ReqId);
    // carol's record is unreadable: she is not missing.
    let members = [member("alice", 1), with(member("carol", 3), json!({"fp": 1}))];
    let report = engine.sync(&answer_to("q-1", &members), Some(&part)).unwrap();
    let removed = lines(&report, ItemKind::MemberRemoved);
    assert_eq!(removed.iter().map(|line| &*line.userid).collect::<Vec<_>>(), ["bob"]);
    assert_eq!(who(&engine, 2), None);
    for (number, userid) in [(1, "alice"), (3, "carol"), (4, "dave")] {
        assert_eq!(who(&engine, number).as_deref(), Some(userid));
    }
    assert_eq!(engine.stats().face_templates, 3);
}

#[test]
fn who_leaves_makes_room_for_who_comes() {
    let roomy = alice_and_bob().stats().record_bytes;
    let limits = Limits { members: 2, face_templates: 2, record_bytes: roomy, ..config().limits };
    for limits in [
        Limits { members: 2, ..config().limits },
        Limits { face_templates: 2, ..config().limits },
        Limits { record_bytes: roomy, ..config().limits },
        limits,
    ] {
        let engine = Engine::open(&Config { limits, ..config() }).unwrap();
        sync(&engine, &[member("alice", 1), member("bob", 2)]);
        let request = RequestBuilder::new("q", Form::UserItems)
            .members(["dan", "bob", "alice"].map(|id| (id, UserType::Staff)))
            .build()
            .unwrap();
        let part = request.part(0).unwrap();
        let json = answer_to("q-1", &[member("dan", 4), member("bob", 3)]);
        let report = engine.sync(&json, Some(&part)).unwrap();
        let kinds: Vec<_> = report.items().iter().map(|item| item.kind).collect();
        assert_eq!(
            kinds,
            [
                ItemKind::TemplateAdded,
                ItemKind::MemberAdded,
                ItemKind::TemplateReplaced,
                ItemKind::MemberChanged,
                ItemKind::MemberRemoved
            ]
        );
        assert_eq!(&*report.items()[4].userid, "alice");
        assert_eq!((who(&engine, 1), who(&engine, 2)), (None, None));
        assert_eq!(who(&engine, 4).as_deref(), Some("dan"));
        assert_eq!(who(&engine, 3).as_deref(), Some("bob"));
        assert_eq!((engine.stats().generation, engine.stats().face_templates), (2, 2));
    }
}

#[test]
fn an_unreadable_userid_may_be_anybody_so_nobody_is_removed() {
    let engine = alice_and_bob();
    let request =
        RequestBuilder::new("q", Form::UserIds).member("bob", UserType::Staff).build().unwrap();
    let members = [with(member("bob", 2), json!({"userid": 3}))];
    let answer = answer_to("q-1", &members);
    let report = engine.sync(&answer, Some(&request.part(0).unwrap())).unwrap();
    assert_eq!(report.count(ItemKind::MemberRejected), 1);
    assert_eq!(report.count(ItemKind::MemberRemoved), 0);
    assert_eq!(who(&engine, 2).as_deref(), Some("bob"));
}

#[test]
fn removing_one_never_hides_another() {
    let engine = engine();
    let members: Vec<_> = (0..300).map(|i| member(&format!("m{i}"), i + 1)).collect();
    sync(&engine, &members);
    for gone in [0, 299, 150, 1, 256, 255] {
        engine.remove(MemberId::new(&format!("m{gone}"), UserType::Staff).unwrap()).unwrap();
        assert_eq!(who(&engine, gone + 1), None);
    }
    for i in (0..300).filter(|i| ![0, 299, 150, 1, 256, 255].contains(i)) {
        assert_eq!(who(&engine, i + 1), Some(format!("m{i}")));
    }
    let missing = engine.remove(MemberId::new("m0", UserType::Staff).unwrap());
    assert_eq!(missing.unwrap_err(), Error::UnknownMember);
}

#[test]
fn clear_forgets_everything_and_goes_on() {
    let engine = alice_and_bob();
    engine.clear().unwrap();
    let stats = engine.stats();
    assert_eq!((stats.members, stats.face_templates, stats.record_bytes), (0, 0, 0));
    assert_eq!(who(&engine, 1), None);
    sync(&engine, &[member("carol", 3)]);
    assert_eq!(who(&engine, 3).as_deref(), Some("carol"));
}

#[test]
fn a_name_that_cannot_be_shown_costs_only_the_name() {
    let engine = engine();
    let text = String::from_utf8(answer(&[member("alice", 1)])).unwrap();
    let bad = text.replace(r#""name":"alice""#, r#""name":"\ud800""#);
    let report = engine.sync(bad.as_bytes(), None).unwrap();
    assert_eq!(lines(&report, ItemKind::FieldRejected)[0].field, "name");
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(staff(&engine, "alice").name, "");
}
