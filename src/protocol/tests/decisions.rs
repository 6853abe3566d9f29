//! The decisions of the protocol facts, section 9, as far as they are made
//! here; each test is named after one.

use super::*;

fn faces(extra: &str) -> Option<Entries<TemplateEntry<'static>>> {
    record(extra).fa_list.unwrap().entries
}

#[test]
fn key_absent_and_empty_list_and_empty_data_are_three_things() {
    assert_eq!(faces(""), None);
    assert_eq!(faces(r#""fa_list":[]"#), Some(vec![]));
    let entries = faces(r#""fa_list":[{"id":3,"data":""},{"id":4},{"id":5,"data":"eA=="}]"#);
    let entry = |id, data| Ok(TemplateEntry { id, data });
    assert_eq!(
        entries,
        Some(vec![
            entry(3, TemplateData::Delete),
            entry(4, TemplateData::Absent),
            entry(5, TemplateData::Base64("eA==".into())),
        ])
    );
    assert_eq!(record("").pass_rule_list, None);
    assert_eq!(record(r#""pass_rule_list":[]"#).pass_rule_list, Some(vec![]));
    assert_eq!(record("").name, None);
    assert_eq!(record(r#""name":"""#).name.as_deref(), Some(""));
}

#[test]
fn algorithm_name_in_both_spellings() {
    let name = |extra: &str| record(extra).fp.map(|fp| fp.algorithm);
    assert_eq!(name("").unwrap(), None);
    assert_eq!(name(r#""fp_algorithm":"aaa""#).unwrap().unwrap(), "aaa");
    assert_eq!(name(r#""fp_alogrithm":"aaa""#).unwrap().unwrap(), "aaa");
    assert_eq!(name(r#""fp_alogrithm":"aaa","fp_algorithm":"aa\u0061""#).unwrap().unwrap(), "aaa");
    let differing = record(
        r#""fp_alogrithm":"aaa","fp_algorithm":"bbb","fp":[{"id":0,"data":"eA=="}],"fa_list":[]"#,
    );
    assert_eq!(differing.fp, Err(FieldError { field: "fp_algorithm", reason: Reason::Conflict }));
    assert_eq!(differing.fa_list.unwrap().entries, Some(vec![]), "the faces stay");
}

#[test]
fn a_rule_longer_than_256_bytes_and_more_than_64_rules_are_rejected_and_reported() {
    let rule = |length| format!(r#"{{"id":1,"rule":"{}"}}"#, "9".repeat(length));
    let rules = record(&format!(r#""pass_rule_list":[{},{}]"#, rule(256), rule(257)));
    let rules = rules.pass_rule_list.unwrap();
    assert_eq!(rules[0].as_ref().unwrap().rule.len(), 256);
    let error = rules[1].as_ref().unwrap_err();
    assert_eq!((error.position, error.id, error.field), (1, Some(1), "rule"));
    assert_eq!(error.reason, Reason::TooLong { limit: 256, length: 257 });

    let many = vec![rule(3); 70].join(",");
    let rules = record(&format!(r#""pass_rule_list":[{many}]"#)).pass_rule_list.unwrap();
    assert_eq!(rules.len(), 70);
    assert!(rules[..64].iter().all(Result::is_ok));
    for (position, rule) in rules.iter().enumerate().skip(64) {
        let error = rule.as_ref().unwrap_err();
        assert_eq!((error.position, error.id), (position, Some(1)));
        assert_eq!(error.reason, Reason::TooMany { limit: 64 });
    }
}

#[test]
fn an_absent_effect_time_is_zero_and_an_unreadable_one_rejects_its_rule() {
    let rule = |effect_time: &str| {
        let list = format!(r#""pass_rule_list":[{{"id":1,"rule":"r"{effect_time}}}]"#);
        record(&list).pass_rule_list.unwrap().remove(0).map(|rule| rule.effect_time)
    };
    assert_eq!(rule("").unwrap(), 0);
    assert_eq!(rule(r#","effect_time":0"#).unwrap(), 0);
    assert_eq!(rule(r#","effect_time":-5"#).unwrap(), -5);
    assert_eq!(rule(r#","effect_time":9223372036854775807"#).unwrap(), i64::MAX);
    for bad in ["null", r#""1542874137""#, "1.5e9", "9223372036854775808", "true", "[]", "{}"] {
        let error = rule(&format!(r#","effect_time":{bad}"#)).unwrap_err();
        assert_eq!((error.field, error.id), ("effect_time", Some(1)), "{bad}");
    }
}

#[test]
fn unknown_keys_are_ignored() {
    let noise = r#""fa":"x","\ud800":1,"deep":[[{"a":[1e999,"\udead"]}]],"Userid":"y""#;
    let text = format!(
        r#"{{{noise},"headers":{{{noise},"req_id":"r"}},"body":{{{noise},"userinfo":[{{
            {noise},"userid":"x1","fp":[{{{noise},"id":1}}],"pass_rule_list":[{{{noise},"id":1,
            "rule":"r"}}]}}]}}}}"#
    );
    let answer = read_answer(text.as_bytes()).unwrap();
    let member = answer.userinfo[0].as_ref().unwrap();
    assert_eq!(answer.req_id.as_deref(), Some("r"));
    assert!(member.fp.as_ref().unwrap().entries.as_ref().unwrap()[0].is_ok());
    assert!(member.pass_rule_list.as_ref().unwrap()[0].is_ok());
}

#[test]
fn known_keys_of_the_wrong_type_reject_the_member_and_the_others_stay() {
    for (field, good) in [
        ("user_type", "number"),
        ("openvid", "number"),
        ("fp_ver", "number"),
        ("fa_ver", "number"),
        ("name", "string"),
        ("public_key", "string"),
        ("fp_alogrithm", "string"),
        ("fp_algorithm", "string"),
        ("fa_algorithm", "string"),
        ("pass_rule_list", "array"),
        ("fp", "array"),
        ("fa_list", "array"),
    ] {
        for (kind, value) in [
            ("number", "1"),
            ("string", "\"1\""),
            ("array", "[]"),
            ("object", "{}"),
            ("boolean", "true"),
            ("null", "null"),
        ] {
            let bad = member(&format!(r#""{field}":{value}"#));
            let text = answer_of(&[&member(""), &bad, &member("")].map(String::as_str).join(","));
            let answer = read_answer(text.as_bytes()).unwrap();
            assert!(answer.userinfo[0].is_ok() && answer.userinfo[2].is_ok());
            match &answer.userinfo[1] {
                Ok(_) => assert_eq!(kind, good, "{field}"),
                Err(error) => {
                    assert_ne!(kind, good, "{field}");
                    assert_eq!((error.index, error.field), (1, field));
                    assert_eq!(error.userid.as_deref(), Some("x1"));
                    assert!(matches!(error.reason, Reason::WrongType { .. }), "{error}");
                }
            }
        }
    }
}
