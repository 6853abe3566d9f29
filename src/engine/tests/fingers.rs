//! Fingers through the whole engine: what an answer does to them, what is found.

use serde_json::json;

use super::finger_site::*;
use super::site::{MONDAY, algorithm, face, lines, member, mix, slot, staff, with};
use crate::Error;
use crate::engine::{Config, Engine, ItemKind, Limits, Probe, Reason, Verdict};
use crate::fingerprint::{Comparer, FingerTemplate};
use crate::protocol::UserType;
use crate::rules::{DenyReason, PassReason};
use crate::status::*;
use crate::template::Modality;
use crate::template::minutiae::MinutiaeFormat;

#[test]
fn each_format_is_synced_and_found_as_its_algorithm_says() {
    for format in MinutiaeFormat::ALL {
        let told = fp_algorithm("told", Some(format));
        // Cards do not say what they are.
        let by_itself = fp_algorithm("by-itself", None);
        let algorithms = if format.is_card() { vec![told] } else { vec![told, by_itself] };
        for algorithm in algorithms {
            let engine = Engine::open(&Config { algorithms: vec![algorithm], ..fp_config() });
            let engine = engine.unwrap();
            let enrolled = |number| record_as(format, &[&finger(number)]);
            let members = [
                fp_member("alice", &[fp_slot(3, &enrolled(1))]),
                fp_member("bob", &[fp_slot(9, &enrolled(2))]),
            ];
            let report = sync(&engine, &members);
            assert_eq!(report.count(ItemKind::TemplateAdded), 2, "{format}");
            let decision = identify(&engine, &record_as(format, &[&at_the_door(2)]));
            assert_eq!(decision.verdict(), Verdict::Pass, "{format}");
            assert_eq!(decision.member.unwrap().userid(), "bob", "{format}");
            assert_eq!(decision.slot, Some(9), "{format}");
        }
    }
}

#[test]
fn a_record_of_another_format_than_the_configured_one_is_refused() {
    let algorithms = vec![fp_algorithm("iso", Some(MinutiaeFormat::Iso2005))];
    let engine = Engine::open(&Config { algorithms, ..fp_config() }).unwrap();
    let ansi = record_as(MinutiaeFormat::Ansi2004, &[&finger(1)]);
    let report = sync(&engine, &[fp_member("alice", &[fp_slot(0, &ansi)])]);
    let refused = lines(&report, ItemKind::TemplateRejected);
    assert_eq!((refused[0].status, refused[0].id), (KAIMEN_ERR_MINUTIAE, Some(0)));
    let error = engine.identify_finger(&Probe::from_template(&ansi, None), MONDAY).unwrap_err();
    assert_eq!(error.status(), KAIMEN_ERR_MINUTIAE);
}

#[test]
fn the_best_view_of_the_best_slot_counts() {
    let engine = fp_engine();
    let two = record_of(&[&finger(10), &finger(11)]);
    let alice = [fp_slot(0, &record_of(&[&finger(12)])), fp_slot(7, &two)];
    let report = sync(&engine, &[fp_member("alice", &alice), fp_simple("bob", 2)]);
    assert_eq!(report.count(ItemKind::TemplateAdded), 3);
    assert_eq!(engine.stats().finger_templates, 4, "each view is counted");
    assert_eq!(staff(&engine, "alice").finger_templates, 2, "slots are counted");
    for (number, slot) in [(10, 7), (11, 7), (12, 0)] {
        let single = record_of(&[&at_the_door(number)]);
        let decision = identify(&engine, &single);
        assert_eq!(decision.verdict(), Verdict::Pass);
        assert_eq!((decision.member.unwrap().userid(), decision.slot), ("alice", Some(slot)));
        // A view of somebody unknown beside it changes nothing, wherever it stands.
        for views in [[at_the_door(number), finger(99)], [finger(99), at_the_door(number)]] {
            let both = identify(&engine, &record_of(&[&views[0], &views[1]]));
            assert_eq!((both.member, both.slot), (decision.member, decision.slot));
            assert_eq!(both.score, decision.score, "as its best view");
        }
        let names: Vec<_> = candidates(&engine, &single, 64).into_iter().map(|c| c.0).collect();
        assert_eq!(names, ["alice", "bob"], "each member once");
    }
}

#[test]
fn views_without_minutiae_are_left_out_of_a_record() {
    let engine = fp_engine();
    let mixed = record_of(&[&[], &finger(1), &[]]);
    sync(&engine, &[fp_member("alice", &[fp_slot(0, &mixed)])]);
    assert_eq!(engine.stats().finger_templates, 1);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    let empty = record_of(&[&[], &[]]);
    let report = sync(&engine, &[fp_member("bob", &[fp_slot(0, &empty)])]);
    let refused = lines(&report, ItemKind::TemplateRejected);
    assert_eq!(refused[0].status, KAIMEN_ERR_MINUTIAE);
    assert_eq!(&*refused[0].message, "the record has no minutiae");
}

#[test]
fn a_finger_is_replaced_and_the_old_one_forgotten() {
    let engine = alice_and_bob();
    let newer = |number| with(fp_simple("alice", number), json!({"fp_ver": 2}));
    let report = sync(&engine, &[newer(4)]);
    assert_eq!(report.count(ItemKind::TemplateReplaced), 1);
    assert_eq!((who(&engine, 4).as_deref(), who(&engine, 1)), (Some("alice"), None));
    assert_eq!((engine.stats().finger_templates, staff(&engine, "alice").fp_ver), (2, Some(2)));
    let report = sync(&engine, &[newer(4)]);
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1);
    assert_eq!(report.items(), []);
}

/// The same views in another order are another record, and no view stays behind.
#[test]
fn the_number_of_views_may_change() {
    let engine = fp_engine();
    let slots = |numbers: &[u64]| {
        let views: Vec<_> = numbers.iter().map(|number| finger(*number)).collect();
        let views: Vec<_> = views.iter().map(Vec::as_slice).collect();
        fp_member("alice", &[fp_slot(3, &record_of(&views))])
    };
    for (numbers, kind) in [
        (&[1, 2, 3][..], ItemKind::TemplateAdded),
        (&[2, 1], ItemKind::TemplateReplaced),
        (&[2, 1, 5, 6], ItemKind::TemplateReplaced),
        (&[6], ItemKind::TemplateReplaced),
    ] {
        let report = sync(&engine, &[slots(numbers)]);
        assert_eq!(report.count(kind), 1);
        assert_eq!(engine.stats().finger_templates, numbers.len());
        for number in 1..=6 {
            assert_eq!(who(&engine, number).is_some(), numbers.contains(&number), "{number}");
        }
    }
}

#[test]
fn empty_data_an_empty_list_and_removal_forget_fingers() {
    let engine = fp_engine();
    let slots = |first| [first, fp_slot(1, &record_of(&[&finger(2)]))];
    sync(&engine, &[fp_member("alice", &slots(fp_slot(0, &record_of(&[&finger(1)]))))]);
    let report = sync(&engine, &[fp_member("alice", &slots(json!({"id": 0, "data": ""})))]);
    assert_eq!(lines(&report, ItemKind::TemplateRemoved)[0].id, Some(0));
    assert_eq!((who(&engine, 1), who(&engine, 2).as_deref()), (None, Some("alice")));
    let report = sync(&engine, &[fp_member("alice", &[])]);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 1);
    assert_eq!((who(&engine, 2), engine.stats().finger_templates), (None, 0));
    sync(&engine, &[fp_simple("bob", 2)]);
    engine.remove(crate::engine::MemberId::new("bob", UserType::Staff).unwrap()).unwrap();
    let decision = identify(&engine, &record_of(&[&finger(2)]));
    assert_eq!(decision.reason, Reason::EmptyGallery);
}

#[test]
fn a_list_that_is_absent_with_a_newer_version_makes_fingers_stale() {
    let engine = alice_and_bob();
    let same = with(fp_simple("alice", 1), json!({"fp": null}));
    let report = sync(&engine, std::slice::from_ref(&same));
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    let report = sync(&engine, &[with(same, json!({"fp_ver": 2}))]);
    let wanted = lines(&report, ItemKind::TemplatesWanted);
    assert_eq!((wanted[0].field, wanted[0].modality), ("fp", Some(Modality::Finger)));
    let decision = identify(&engine, &record_of(&[&at_the_door(1)]));
    assert_eq!((decision.verdict(), decision.reason), (Verdict::Deny, Reason::Stale));
    assert_eq!(decision.member.unwrap().userid(), "alice");
    assert_eq!(staff(&engine, "alice").stale_templates, 1);
    assert_eq!(who(&engine, 2).as_deref(), Some("bob"));
    let bytes = record_of(&[&at_the_door(1)]);
    let probe = Probe::from_template(&bytes, None);
    let decision = engine.verify_finger(&probe, "alice", UserType::Staff, MONDAY).unwrap();
    assert_eq!(decision.reason, Reason::Stale);
    // Sent at last, unchanged or not, it is current again.
    sync(&engine, &[with(fp_simple("alice", 1), json!({"fp_ver": 2}))]);
    assert_eq!(identify(&engine, &bytes).verdict(), Verdict::Pass);
}

#[test]
fn a_current_slot_stands_in_for_a_stale_one() {
    let engine = fp_engine();
    let other = fp_slot(1, &record_of(&[&impression(&finger(1), 5)]));
    let two = [fp_slot(0, &record_of(&[&finger(1)])), other.clone()];
    sync(&engine, &[fp_member("alice", &two)]);
    let newer = json!({"fp_ver": 2, "fp": [{"id": 0, "data": "AAAA"}, other]});
    sync(&engine, &[with(fp_member("alice", &two), newer)]);
    let bytes = record_of(&[&finger(1)]);
    let decision = identify(&engine, &bytes);
    assert_eq!((decision.verdict(), decision.slot), (Verdict::Pass, Some(1)));
    let exact = Comparer::new().compare(template(&bytes).view(), template(&bytes).view()).score();
    assert!(decision.score.unwrap() < exact, "slot 0 is the one that is equal");
}

#[test]
fn weak_fingers_are_reported_once_per_change_with_their_count() {
    let engine = fp_engine();
    let weak = |count: usize, version: u32| {
        let record = record_of(&[&finger(1)[..count]]);
        with(fp_member("alice", &[fp_slot(2, &record)]), json!({"fp_ver": version}))
    };
    let report = sync(&engine, &[weak(6, 1)]);
    let said = lines(&report, ItemKind::TemplateWeak);
    assert_eq!((said.len(), report.count(ItemKind::TemplateAdded)), (1, 1));
    assert_eq!((&*said[0].userid, said[0].id, said[0].field), ("alice", Some(2), "fp"));
    assert_eq!((said[0].status, said[0].modality), (KAIMEN_OK, Some(Modality::Finger)));
    assert_eq!(&*said[0].message, "only 6 minutiae: hardly told from other fingers");
    // The same again is no change, also not when only its version is told.
    for version in [1, 2, 2] {
        assert_eq!(sync(&engine, &[weak(6, version)]).count(ItemKind::TemplateWeak), 0);
    }
    let report = sync(&engine, &[weak(7, 3)]);
    assert_eq!(report.count(ItemKind::TemplateWeak), 1);
    assert!(lines(&report, ItemKind::TemplateWeak)[0].message.starts_with("only 7 minutiae"));
    assert_eq!(sync(&engine, &[weak(45, 4)]).count(ItemKind::TemplateWeak), 0);
    // One good view is enough.
    let mixed = record_of(&[&finger(1)[..6], &finger(1)]);
    let report = sync(&engine, &[fp_member("bob", &[fp_slot(2, &mixed)])]);
    assert_eq!(report.count(ItemKind::TemplateWeak), 0);
}

#[test]
fn another_algorithm_takes_a_finger_out_of_the_gallery_and_back() {
    let engine = alice_and_bob();
    let named = |name: &str| with(fp_simple("alice", 1), json!({"fp_algorithm": name}));
    let counts = |engine: &Engine| {
        let info = staff(engine, "alice");
        (info.finger_templates, info.kept_templates)
    };
    // Not configured here: kept, not searched.
    let report = sync(&engine, &[named("vendor-x")]);
    assert_eq!(lines(&report, ItemKind::TemplateKept)[0].status, KAIMEN_ERR_ALGORITHM);
    assert_eq!(report.count(ItemKind::TemplateRemoved), 1);
    assert_eq!((counts(&engine), engine.stats().finger_templates), ((0, 1), 1));
    assert_eq!(who(&engine, 1), None);
    // Configured: indexed, in a gallery of its own.
    let report = sync(&engine, &[named("other")]);
    assert_eq!(report.count(ItemKind::TemplateAdded), 1);
    assert_eq!((counts(&engine), engine.stats().finger_templates), ((1, 0), 2));
    assert_eq!(who(&engine, 1), None, "scores never cross names");
    let bytes = record_of(&[&at_the_door(1)]);
    let probe = Probe::from_template(&bytes, Some("other"));
    let decision = engine.identify_finger(&probe, MONDAY).unwrap();
    assert_eq!(decision.member.unwrap().userid(), "alice");
    // And the first of its modality again, under its own name and the default's.
    for name in ["minutiae", "default"] {
        sync(&engine, &[named(name)]);
        assert_eq!((counts(&engine), who(&engine, 1).as_deref()), ((1, 0), Some("alice")));
    }
}

#[test]
fn a_full_gallery_refuses_the_surplus_and_nothing_else() {
    let limits = Limits { finger_templates: 3, ..fp_config().limits };
    let engine = Engine::open(&Config { limits, ..fp_config() }).unwrap();
    let two = record_of(&[&finger(3), &finger(4)]);
    // The views of a record are admitted together or not at all.
    let members = [
        fp_simple("alice", 1),
        fp_simple("bob", 2),
        fp_member("carol", &[fp_slot(5, &two)]),
        fp_simple("dave", 5),
        fp_simple("eve", 6),
    ];
    let report = sync(&engine, &members);
    assert_eq!(report.count(ItemKind::TemplateAdded), 3);
    let refused = lines(&report, ItemKind::TemplateRejected);
    let said: Vec<_> = refused.iter().map(|l| (&*l.userid, l.id, l.field, l.status)).collect();
    let full = KAIMEN_ERR_TEMPLATES_FULL;
    assert_eq!(said, [("carol", Some(5), "fp", full), ("eve", Some(3), "fp", full)]);
    let message = "the gallery holds as many templates as its configuration allows";
    assert!(refused.iter().all(|line| &*line.message == message));
    assert_eq!(engine.stats().finger_templates, 3);
    let found = [1, 2, 3, 4, 5, 6].map(|number| who(&engine, number));
    let found: Vec<_> = found.iter().map(Option::as_deref).collect();
    assert_eq!(found, [Some("alice"), Some("bob"), None, None, Some("dave"), None]);
    assert_eq!(report.count(ItemKind::MemberAdded), 5, "they are members all the same");
    // Replacing needs no room; one view for two does.
    let report = sync(&engine, &[fp_simple("bob", 7)]);
    assert_eq!(report.count(ItemKind::TemplateReplaced), 1);
    let report = sync(&engine, &[fp_member("bob", &[fp_slot(3, &two)])]);
    assert_eq!(lines(&report, ItemKind::TemplateRejected)[0].status, full);
    assert_eq!(who(&engine, 7).as_deref(), Some("bob"));
    // What leaves makes room for what comes in the same answer.
    let report = sync(&engine, &[fp_member("alice", &[]), fp_member("bob", &[fp_slot(3, &two)])]);
    assert_eq!(
        (report.count(ItemKind::TemplateRejected), who(&engine, 4).as_deref()),
        (0, Some("bob"))
    );
    assert_eq!(engine.stats().finger_templates, 3);
}

/// The bytes of records are held to their limit whatever the number of views, and a record
/// that does not grow is not refused.
#[test]
fn views_do_not_cost_a_member_its_record() {
    let one = fp_simple("alice", 1);
    let engine = fp_engine();
    sync(&engine, std::slice::from_ref(&one));
    let needed = engine.stats().record_bytes;
    let limits = Limits { record_bytes: needed, ..fp_config().limits };
    let engine = Engine::open(&Config { limits, ..fp_config() }).unwrap();
    sync(&engine, &[one]);
    let views: Vec<_> = (0..12).map(finger).collect();
    let views: Vec<_> = views.iter().map(Vec::as_slice).collect();
    let many = fp_member("alice", &[fp_slot(3, &record_of(&views))]);
    let report = sync(&engine, std::slice::from_ref(&many));
    assert_eq!(report.count(ItemKind::TemplateReplaced), 1);
    assert!(engine.stats().record_bytes <= needed, "{} of {needed}", engine.stats().record_bytes);
    let report = sync(&engine, &[many]);
    assert_eq!(report.count(ItemKind::MemberUnchanged), 1, "{:?}", report.items());
}

#[test]
fn a_malformed_record_is_reported_and_costs_only_its_slot() {
    let engine = fp_engine();
    let good = record_of(&[&finger(1)]);
    let card = record_as(MinutiaeFormat::IsoCompactCard, &[&finger(2)]);
    let mut wild = good.clone();
    wild[27] = 255;
    let slots = [
        fp_slot(0, &good),
        fp_slot(1, &good[..good.len() - 7]),
        fp_slot(2, b"no minutiae"),
        fp_slot(3, &card),
        fp_slot(4, &wild),
        json!({"id": 5, "data": "***"}),
        fp_slot(10, &good),
        json!({"id": 0, "data": "AAAA"}),
    ];
    let report = sync(&engine, &[fp_simple("bob", 9), fp_member("alice", &slots)]);
    let refused = lines(&report, ItemKind::TemplateRejected);
    let said: Vec<_> = refused.iter().map(|line| (line.id, line.status)).collect();
    let expected = [
        (Some(1), KAIMEN_ERR_MINUTIAE),
        (Some(2), KAIMEN_ERR_MINUTIAE),
        (Some(3), KAIMEN_ERR_MINUTIAE),
        (Some(4), KAIMEN_ERR_MINUTIAE),
        (Some(5), KAIMEN_ERR_BASE64),
        (Some(10), KAIMEN_ERR_SLOT),
        (Some(0), KAIMEN_ERR_SLOT_TWICE),
    ];
    assert_eq!(said, expected);
    for line in refused {
        assert_eq!((&*line.userid, line.field, line.position), ("alice", "fp", Some(1)));
        assert_eq!(line.modality, Some(Modality::Finger));
        assert!(!line.message.is_empty());
    }
    assert_eq!(
        (who(&engine, 1).as_deref(), who(&engine, 9).as_deref()),
        (Some("alice"), Some("bob"))
    );
    assert_eq!(engine.stats().finger_templates, 2);
}

#[test]
fn a_malformed_record_leaves_the_stored_finger_and_is_asked_for_again() {
    let engine = alice_and_bob();
    let bad = with(fp_simple("alice", 1), json!({"fp": [fp_slot(3, b"rubbish")]}));
    let report = sync(&engine, std::slice::from_ref(&bad));
    assert_eq!(report.count(ItemKind::TemplatesWanted), 1);
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    sync(&engine, &[with(bad, json!({"fp_ver": 2}))]);
    let decision = identify(&engine, &record_of(&[&at_the_door(1)]));
    assert_eq!(decision.reason, Reason::Stale, "the version moved on");
}

#[test]
fn the_rules_gate_a_finger_as_they_gate_a_face() {
    let engine = fp_engine();
    let rule = |rule: &str| json!({"pass_rule_list": [{"id": 8, "rule": rule}]});
    let members = [
        with(fp_simple("alice", 1), rule("9:00-18:00 * * 1-5 *")),
        with(fp_simple("bob", 2), rule("20:00-21:00 * * * *")),
        with(fp_simple("carol", 3), json!({"pass_rule_list": [], "user_type": 1})),
    ];
    sync(&engine, &members);
    let reason = |number, now| {
        let bytes = record_of(&[&at_the_door(number)]);
        engine.identify_finger(&Probe::from_template(&bytes, None), now).unwrap().reason
    };
    assert_eq!(reason(1, MONDAY), Reason::Pass(PassReason::Rule(8)));
    assert_eq!(reason(1, MONDAY + 10 * 3600), Reason::Deny(DenyReason::OutsideRules));
    assert_eq!(reason(2, MONDAY), Reason::Deny(DenyReason::OutsideRules));
    assert_eq!(reason(3, MONDAY), Reason::Deny(DenyReason::NoRulesVisitor));
    assert_eq!(reason(4, MONDAY), Reason::BelowThreshold);
    for (number, userid) in [(1, "alice"), (2, "bob")] {
        let bytes = record_of(&[&at_the_door(number)]);
        let probe = Probe::from_template(&bytes, None);
        let verified = engine.verify_finger(&probe, userid, UserType::Staff, MONDAY).unwrap();
        assert_eq!(verified.reason, reason(number, MONDAY));
    }
}

#[test]
fn two_members_of_one_finger_are_ambiguous() {
    let engine = fp_engine();
    sync(&engine, &[fp_simple("alice", 1), fp_simple("zoe", 1)]);
    let decision = identify(&engine, &record_of(&[&at_the_door(1)]));
    assert_eq!((decision.verdict(), decision.reason), (Verdict::Deny, Reason::Ambiguous));
    assert_eq!(decision.margin, Some(0));
}

/// Fingers and faces of the same member have nothing to do with each other.
#[test]
fn a_finger_is_no_face() {
    let engine = fp_engine();
    let both = with(member("alice", 1), json!({"fp_ver": 1, "fp": fp_simple("alice", 1)["fp"]}));
    sync(&engine, &[both, member("bob", 2)]);
    let info = staff(&engine, "alice");
    assert_eq!((info.face_templates, info.finger_templates), (1, 1));
    assert_eq!(super::site::who(&engine, 1).as_deref(), Some("alice"));
    assert_eq!(who(&engine, 1).as_deref(), Some("alice"));
    sync(&engine, &[with(member("alice", 1), json!({"fp_ver": 1, "fp": []}))]);
    assert_eq!((super::site::who(&engine, 1).as_deref(), who(&engine, 1)), (Some("alice"), None));
    let (vector, bytes) = (face(1), record_of(&[&finger(1)]));
    let error = engine.identify_finger(&Probe::from_f32(&vector, None), MONDAY).unwrap_err();
    assert_eq!(error.status(), KAIMEN_ERR_ARGUMENT);
    let error = engine.identify_face(&Probe::from_template(&bytes, None), MONDAY).unwrap_err();
    assert_eq!(error.status(), KAIMEN_ERR_LENGTH);
}

/// The template that the engine makes of a record of one view.
fn template(bytes: &[u8]) -> FingerTemplate {
    crate::engine::finger_templates(None, bytes).unwrap().swap_remove(0)
}

/// Each of several slots, compared one by one: what every way of asking must say.
#[test]
fn identify_verify_and_search_agree_with_a_comparison_of_everybody() {
    let engine = fp_engine();
    let (mut members, mut rows) = (Vec::new(), Vec::new());
    for number in 0..20u64 {
        let userid = format!("m{number:02}");
        let slots = [0u8, 4, 9].map(|slot| {
            // The third slot is the first finger again, a little otherwise.
            let first = finger(number * 10);
            let minutiae = match slot {
                0 => first,
                4 => finger(number * 10 + 1),
                _ => impression(&first, number),
            };
            let bytes = record_of(&[&minutiae]);
            rows.push((userid.clone(), slot, template(&bytes)));
            fp_slot(u32::from(slot), &bytes)
        });
        members.push(fp_member(&userid, &slots));
    }
    sync(&engine, &members);
    let mut comparer = Comparer::new();
    for number in [0u64, 31, 70, 191, 555] {
        let bytes = record_of(&[&at_the_door(number)]);
        let probe = template(&bytes);
        let mut best: Vec<(String, i32, u8)> = Vec::new();
        for (userid, slot, template) in &rows {
            let score = comparer.compare(probe.view(), template.view()).score();
            match best.iter_mut().find(|other| other.0 == *userid) {
                Some(other) if score > other.1 => *other = (userid.clone(), score, *slot),
                Some(_) => {}
                None => best.push((userid.clone(), score, *slot)),
            }
        }
        for (userid, score, slot) in &best {
            let probe = Probe::from_template(&bytes, None);
            let verified = engine.verify_finger(&probe, userid, UserType::Staff, MONDAY).unwrap();
            assert_eq!(verified.score, Some(*score));
            let expected = (*score >= THRESHOLD).then_some(*slot);
            assert_eq!(verified.slot, expected);
        }
        best.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let found = candidates(&engine, &bytes, 64);
        assert_eq!(found[0], best[0]);
        // The vote may leave out who is far away, but what it lets through is scored the same.
        assert!(found.iter().all(|candidate| best.contains(candidate)));
        assert!(found.windows(2).all(|pair| (pair[1].1, &pair[0].0) <= (pair[0].1, &pair[1].0)));
        let decision = identify(&engine, &bytes);
        assert_eq!(decision.score, Some(best[0].1));
        let named = decision.member.map(|id| (id.userid().to_owned(), decision.slot.unwrap()));
        let expected = (best[0].1 >= THRESHOLD).then(|| (best[0].0.clone(), best[0].2));
        assert_eq!(named, expected);
        assert_eq!(number == 555, named.is_none(), "nobody has that finger");
    }
}

#[test]
fn probes_that_cannot_be_used_are_errors_and_not_decisions() {
    let engine = alice_and_bob();
    let status = |bytes: &[u8], name| {
        engine.identify_finger(&Probe::from_template(bytes, name), MONDAY).unwrap_err().status()
    };
    let good = record_of(&[&finger(1)]);
    for end in 0..good.len() {
        assert_eq!(status(&good[..end], None), KAIMEN_ERR_MINUTIAE, "cut at {end}");
    }
    assert_eq!(status(&record_of(&[&[]]), None), KAIMEN_ERR_MINUTIAE);
    assert_eq!(status(&good, Some("unheard")), KAIMEN_ERR_ALGORITHM);
    let long = vec![0; crate::limits::TEMPLATE_BYTES + 1];
    assert_eq!(status(&long, None), KAIMEN_ERR_ARGUMENT);
    let probe = Probe::from_template(&good, None);
    let verify = |userid| engine.verify_finger(&probe, userid, UserType::Staff, MONDAY);
    assert_eq!(verify("nobody").unwrap_err(), Error::UnknownMember);
    sync(&engine, &[member("carol", 1)]);
    assert_eq!(verify("carol").unwrap_err(), Error::NoTemplate);
    for most in [0, 65] {
        let search = engine.search_finger(&probe, 0, most, |_| ());
        assert!(matches!(search, Err(Error::Argument { .. })));
    }
}

/// Fixed-length vectors of fingers: another modality, another threshold, the same index.
#[test]
fn vectors_of_fingers_are_searched_on_a_scale_of_their_own() {
    let faces = algorithm("default");
    let mut fingers = algorithm("deepprint");
    fingers.algorithm.modality = Modality::Finger;
    fingers.threshold = 300_000;
    let engine = Engine::open(&Config { algorithms: vec![faces, fingers], ..fp_config() }).unwrap();
    let of = |userid: &str, number: u32| {
        let one =
            json!({"fp_algorithm": "deepprint", "fp_ver": 1, "fp": [slot(4, &face(100 + number))]});
        with(member(userid, number), one)
    };
    let report = sync(&engine, &[of("alice", 1), of("bob", 2)]);
    assert_eq!(report.count(ItemKind::TemplateAdded), 4, "{:?}", report.items());
    let stats = engine.stats();
    assert_eq!((stats.face_templates, stats.finger_templates), (2, 2));

    // Alike enough for a finger, by far not for a face.
    let at_the_door = |number: u32| mix(&face(number), &face(77), 0.68);
    let (finger, other) = (at_the_door(102), at_the_door(2));
    let decision = engine.identify_finger(&Probe::from_f32(&finger, None), MONDAY).unwrap();
    assert_eq!(decision.member.unwrap().userid(), "bob");
    assert_eq!((decision.verdict(), decision.slot), (Verdict::Pass, Some(4)));
    let score = decision.score.unwrap();
    assert!((300_000..600_000).contains(&score), "{score}");
    let decision = engine.identify_face(&Probe::from_f32(&other, None), MONDAY).unwrap();
    assert_eq!(decision.reason, Reason::BelowThreshold);
    // Nobody's finger is looked for among faces, nor the reverse.
    let face_of_bob = face(2);
    let decision = engine.identify_finger(&Probe::from_f32(&face_of_bob, None), MONDAY).unwrap();
    assert_eq!(decision.reason, Reason::BelowThreshold);
    let verified = engine.verify_finger(
        &Probe::from_f32(&finger, Some("deepprint")),
        "bob",
        UserType::Staff,
        MONDAY,
    );
    assert_eq!(verified.unwrap().score, Some(score));
}
