//! Members: their ids, numbers and texts.

use super::*;

fn userid(json: &str) -> Result<String, RecordError> {
    read_one(&format!(r#"{{"userid":{json}}}"#)).map(|record| record.userid.into_owned())
}

#[test]
fn a_userid_has_1_to_128_bytes() {
    let of_length = |length: usize| userid(&format!("\"{}\"", "u".repeat(length)));
    assert_eq!(of_length(1).unwrap().len(), 1);
    assert_eq!(of_length(128).unwrap().len(), 128);
    assert_eq!(of_length(0).unwrap_err().reason, Reason::Empty);
    let error = of_length(129).unwrap_err();
    assert_eq!(error.reason, Reason::TooLong { limit: 128, length: 129 });
    assert_eq!(error.userid, None, "what is too long is not echoed");
    let error = read_one("{}").unwrap_err();
    assert_eq!((error.field, error.reason), ("userid", Reason::Missing));
}

#[test]
fn a_userid_is_free_of_control_characters_and_half_characters() {
    for (json, reason) in [
        (r#""a\u0000b""#, Reason::ControlCharacter),
        (r#""a\n""#, Reason::ControlCharacter),
        ("\"a\u{7f}\"", Reason::ControlCharacter),
        ("\"a\u{85}\"", Reason::ControlCharacter),
        (r#""\ud800""#, Reason::NotUnicode),
        (r#""\udc00\ud800""#, Reason::NotUnicode),
    ] {
        let error = userid(json).unwrap_err();
        assert_eq!((error.field, error.reason, error.userid), ("userid", reason, None), "{json}");
    }
    assert_eq!(userid(r#""v1\/1000002""#).unwrap(), "v1/1000002", "a visitor's id");
    assert_eq!(userid(r#""\ud83d\ude00""#).unwrap(), "😀");
}

#[test]
fn a_user_type_is_0_1_or_2_and_absent_is_staff() {
    let user_type = |value: &str| record(&format!(r#""user_type":{value}"#)).user_type;
    assert_eq!(record("").user_type, UserType::Staff);
    assert_eq!(user_type("0"), UserType::Staff);
    assert_eq!(user_type("1"), UserType::Visitor);
    assert_eq!(user_type("2"), UserType::Student);
    for bad in ["3", "-1", "1.0", "2e0", "18446744073709551616"] {
        let error = read_one(&member(&format!(r#""user_type":{bad}"#))).unwrap_err();
        assert_eq!(error.field, "user_type");
        assert_eq!(error.reason, Reason::Range { expected: "0, 1 or 2" });
        assert_eq!(error.user_type, None);
        assert_eq!(error.userid.as_deref(), Some("x1"));
    }
    for user_type in [UserType::Staff, UserType::Visitor, UserType::Student] {
        assert_eq!(UserType::from_number(user_type.number().into()), Some(user_type));
    }
}

#[test]
fn sixty_four_bits_survive() {
    for field in ["openvid", "fp_ver", "fa_ver"] {
        let read = |value: &str| {
            let member = read_one(&member(&format!(r#""{field}":{value}"#)))?;
            Ok::<_, RecordError>(match field {
                "openvid" => member.openvid,
                "fp_ver" => member.fp_ver,
                _ => member.fa_ver,
            })
        };
        for value in [0, 9_007_199_254_740_993, u64::MAX] {
            assert_eq!(read(&value.to_string()).unwrap(), Some(value));
        }
        for bad in ["1.0", "1e3", "-1", "18446744073709551616", "1e999"] {
            let error = read(bad).unwrap_err();
            assert_eq!(error.field, field);
            assert!(matches!(error.reason, Reason::Range { .. }), "{error}");
        }
    }
}

#[test]
fn a_key_given_twice_rejects_the_member() {
    for (field, value) in [
        ("user_type", "0"),
        ("openvid", "1"),
        ("fp_ver", "1"),
        ("fa_ver", "1"),
        ("name", "\"n\""),
        ("public_key", "\"k\""),
        ("fp_alogrithm", "\"a\""),
        ("fp_algorithm", "\"a\""),
        ("fa_algorithm", "\"a\""),
        ("pass_rule_list", "[]"),
        ("fp", "[]"),
        ("fa_list", "[]"),
    ] {
        let twice = format!(r#""{field}":{value},"{field}":{value}"#);
        assert_eq!(refusal(&twice), (field, Reason::Repeated));
    }
    let error = read_one(&member(r#""useri\u0064":"x2""#)).unwrap_err();
    assert_eq!((error.field, error.reason), ("userid", Reason::Repeated));
    assert_eq!(error.userid, None, "neither of the two names a member");
    let error = read_one(r#"{"name":1,"userid":"x1","userid":"x2"}"#).unwrap_err();
    assert_eq!((error.field, error.userid), ("name", None));
}

#[test]
fn an_unfit_name_is_dropped_and_reported_and_the_member_stays() {
    let fits = "n".repeat(256);
    assert_eq!(record(&format!(r#""name":"{fits}""#)).name.unwrap(), fits);
    for (name, reason) in [
        (r"\ud800".to_owned(), Reason::NotUnicode),
        (r"a\u0000b".to_owned(), Reason::ControlCharacter),
        ("名".repeat(86), Reason::TooLong { limit: 256, length: 258 }),
    ] {
        let member = record(&format!(r#""name":"{name}","openvid":5"#));
        assert_eq!((member.name, member.openvid), (None, Some(5)));
        assert_eq!(member.notes, [FieldError { field: "name", reason }]);
    }
}

#[test]
fn an_unfit_public_key_is_dropped_and_reported() {
    let member = record(&format!(r#""public_key":"{}""#, "k".repeat(257)));
    let reason = Reason::TooLong { limit: 256, length: 257 };
    assert_eq!(member.public_key, None);
    assert_eq!(member.notes, [FieldError { field: "public_key", reason }]);
    assert_eq!(member.notes[0].to_string(), "`public_key` has 257 bytes, the limit is 256");
}

#[test]
fn an_unfit_algorithm_name_rejects_that_modality_only() {
    for (name, reason) in [
        ("a".repeat(65), Reason::TooLong { limit: 64, length: 65 }),
        (r"\ud800".to_owned(), Reason::NotUnicode),
        (r"a\u0000".to_owned(), Reason::ControlCharacter),
    ] {
        for field in ["fp_alogrithm", "fp_algorithm", "fa_algorithm"] {
            let lists = r#""fp":[{"id":1}],"fa_list":[{"id":2}]"#;
            let member = record(&format!(r#"{lists},"{field}":"{name}""#));
            let (bad, good) = if field == "fa_algorithm" {
                (member.fa_list, member.fp)
            } else {
                (member.fp, member.fa_list)
            };
            assert_eq!(bad, Err(FieldError { field, reason }));
            assert_eq!(good.unwrap().entries.unwrap().len(), 1);
        }
    }
    let member = record(r#""fa_algorithm":"v2","fa_list":[]"#);
    assert_eq!(member.fa_list.unwrap().algorithm.as_deref(), Some("v2"));
}

#[test]
fn an_element_that_is_no_object_is_one_rejected_member() {
    for element in ["1", "[]", "null", "\"\\ud800\"", "1e999", "true"] {
        let error = read_one(element).unwrap_err();
        assert_eq!((error.index, error.field), (0, RecordError::RECORD));
        assert_eq!((error.userid, error.user_type), (None, None));
    }
}

#[test]
fn the_error_names_the_member_even_if_its_id_comes_last() {
    let error = read_one(r#"{"name":5,"fp":[{"id":[]}],"userid":"x9","user_type":1}"#).unwrap_err();
    assert_eq!(error.userid.as_deref(), Some("x9"));
    assert_eq!(error.user_type, Some(UserType::Visitor));
    assert_eq!(
        error.to_string(),
        "userinfo[0] (userid \"x9\") is rejected: `name` must be a string, not a number"
    );
}
