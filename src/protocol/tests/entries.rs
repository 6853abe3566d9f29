//! Entries of lists: a bad one costs itself only.

use super::*;

fn templates(list: &str) -> Entries<TemplateEntry<'static>> {
    record(&format!(r#""fa_list":[{list}]"#)).fa_list.unwrap().entries.unwrap()
}

fn rules(list: &str) -> Entries<RuleEntry<'static>> {
    record(&format!(r#""pass_rule_list":[{list}]"#)).pass_rule_list.unwrap()
}

#[test]
fn an_id_is_a_number_or_a_decimal_string() {
    for (id, value) in [("0", 0), ("11", 11), (r#""7""#, 7), ("4294967295", u32::MAX)] {
        assert_eq!(templates(&format!(r#"{{"id":{id}}}"#))[0].as_ref().unwrap().id, value);
        let rule = rules(&format!(r#"{{"id":{id},"rule":""}}"#));
        assert_eq!(rule[0].as_ref().unwrap().id, value);
        let fp = record(&format!(r#""fp":[{{"id":{id}}}]"#)).fp.unwrap().entries.unwrap();
        assert_eq!(fp[0].as_ref().unwrap().id, value);
    }
    for id in [
        "-1",
        "1.0",
        "1e0",
        "4294967296",
        "null",
        "[]",
        "{}",
        "true",
        r#""""#,
        r#""+1""#,
        r#""-1""#,
        r#""01""#,
        r#"" 1""#,
        r#""1.0""#,
        r#""4294967296""#,
        r#""\ud800""#,
    ] {
        for entry in [
            templates(&format!(r#"{{"id":{id}}}"#))[0].clone().unwrap_err(),
            rules(&format!(r#"{{"id":{id},"rule":""}}"#))[0].clone().unwrap_err(),
        ] {
            assert_eq!((entry.field, entry.id), ("id", None), "{id}");
        }
    }
}

#[test]
fn a_bad_entry_leaves_its_neighbours() {
    let good = r#"{"id":1,"data":"eA=="}"#;
    for bad in [
        "5",
        "null",
        "[]",
        "\"x\"",
        "{}",
        r#"{"data":"x"}"#,
        r#"{"id":2,"data":5}"#,
        r#"{"id":2,"data":null}"#,
        r#"{"id":2,"data":"\ud800"}"#,
        r#"{"id":2,"id":2}"#,
        r#"{"id":2,"data":"x","data":"x"}"#,
    ] {
        let list = templates(&format!("{good},{bad},{good}"));
        assert!(list[0].is_ok() && list[2].is_ok());
        let error = list[1].as_ref().unwrap_err();
        assert_eq!((error.list, error.position), ("fa_list", 1), "{bad}");
        assert_eq!(error.id, bad.contains(r#""id":2"#).then_some(2), "{bad}");
    }
    let good = r#"{"id":1,"rule":"r"}"#;
    for bad in ["5", "{}", r#"{"id":2}"#, r#"{"id":2,"rule":5}"#, r#"{"id":2,"rule":"\udc00"}"#] {
        let list = rules(&format!("{good},{bad},{good}"));
        assert!(list[0].is_ok() && list[2].is_ok() && list[1].is_err(), "{bad}");
    }
}

#[test]
fn escaped_base64_is_unescaped() {
    let list = templates(r#"{"id":1,"data":"ab\/c\u002Bd"}"#);
    let TemplateData::Base64(data) = &list[0].as_ref().unwrap().data else { panic!() };
    assert_eq!(data, "ab/c+d");
}

#[test]
fn an_entry_error_is_a_sentence_without_data() {
    let list = rules(r#"{"id":7,"rule":"secret","effect_time":"secret"}"#);
    assert_eq!(
        list[0].as_ref().unwrap_err().to_string(),
        "pass_rule_list[0] (id 7) is rejected: `effect_time` must be an integer of 64 bits, \
         not a string"
    );
}

#[test]
fn a_list_of_rubbish_ends_in_one_error_for_the_rest() {
    let rubbish = vec!["0"; 100_000].join(",");
    for count in [templates(&rubbish).len(), rules(&rubbish).len()] {
        assert_eq!(count, LIST_ENTRIES + 1);
    }
    let last = *templates(&rubbish)[LIST_ENTRIES].as_ref().unwrap_err();
    assert_eq!((last.position, last.field), (LIST_ENTRIES, EntryError::ENTRY));
    assert_eq!(last.reason, Reason::TooMany { limit: LIST_ENTRIES });
}
