//! What a whole answer may be, and what refuses it.

use super::*;

fn refused(text: &str) -> AnswerError {
    read_answer(text.as_bytes()).unwrap_err()
}

fn shape(path: &'static str, expected: &'static str, found: &'static str) -> AnswerError {
    AnswerError::Shape { path, expected, found }
}

fn cloud(text: &str) -> (i64, String) {
    match refused(text) {
        AnswerError::Cloud { errcode, errmsg } => (errcode, errmsg),
        other => panic!("{text}: {other}"),
    }
}

fn syntax(text: &str) -> (usize, usize, usize, String) {
    match refused(text) {
        AnswerError::Syntax { line, column, offset, message } => (line, column, offset, message),
        other => panic!("{text}: {other}"),
    }
}

#[test]
fn an_absent_errcode_is_zero_where_there_are_members() {
    let answer = read_answer(br#"{"body":{"userinfo":[]}}"#).unwrap();
    assert_eq!((answer.req_id, answer.userinfo), (None, vec![]));
    assert_eq!(refused(r#"{"body":{}}"#), shape("body.userinfo", "an array", "absent"));
    assert_eq!(refused("{}"), shape("body", "an object", "absent"));
}

#[test]
fn an_errcode_may_stand_beside_the_body_or_in_it() {
    for text in [
        r#"{"errcode":0,"body":{"userinfo":[],"errcode":0,"errmsg":"ok"}}"#,
        r#"{"body":{"errcode":0,"errmsg":"ok","userinfo":[]}}"#,
    ] {
        assert!(read_answer(text.as_bytes()).is_ok(), "{text}");
    }
    let denied = (846_609, "no".to_owned());
    for text in [
        r#"{"errcode":846609,"errmsg":"no"}"#,
        r#"{"errcode":846609,"errmsg":"no","body":null}"#,
        r#"{"body":{"errcode":846609,"errmsg":"no"}}"#,
        r#"{"errcode":0,"body":{"errcode":846609,"errmsg":"no","userinfo":[]}}"#,
        r#"{"errcode":846609,"body":{"errcode":0,"errmsg":"no","userinfo":[]}}"#,
        r#"{"errcode":0,"errcode":846609,"errmsg":"no","body":{"userinfo":[]}}"#,
        r#"{"errcode":846609,"errcode":0,"errmsg":"no","body":{"userinfo":[]}}"#,
    ] {
        assert_eq!(cloud(text), denied, "{text}");
    }
    assert_eq!(cloud(r#"{"errcode":-1,"errmsg":7}"#), (-1, String::new()));
}

#[test]
fn an_errcode_of_a_wrong_type_is_no_success() {
    for (value, found) in [
        (r#""0""#, "a string"),
        ("null", "null"),
        ("false", "a boolean"),
        ("[]", "an array"),
        ("0.0", "another number"),
        ("0e0", "another number"),
    ] {
        let text = format!(r#"{{"errcode":{value},"body":{{"userinfo":[]}}}}"#);
        assert_eq!(refused(&text), shape("errcode", "an integer of 64 bits", found));
        let text = format!(r#"{{"body":{{"userinfo":[],"errcode":{value}}}}}"#);
        assert_eq!(refused(&text), shape("body.errcode", "an integer of 64 bits", found));
    }
}

#[test]
fn the_clouds_message_is_bounded_and_fit_for_a_log_line() {
    let long = format!(r#"{{"errcode":1,"errmsg":"{}"}}"#, "错".repeat(10_000));
    let (_, errmsg) = cloud(&long);
    assert!(errmsg.len() <= ERRMSG_BYTES && errmsg.ends_with("错…"), "{errmsg}");
    let (_, errmsg) = cloud(r#"{"errcode":1,"errmsg":"a\nb\u0000c\ud800"}"#);
    assert!(errmsg.starts_with("a\u{fffd}b\u{fffd}c\u{fffd}"), "{errmsg:?}");
}

#[test]
fn what_is_not_the_pages_shape_is_named_by_its_path() {
    for (text, path, expected, found) in [
        ("[]", "answer", "an object", "an array"),
        ("7", "answer", "an object", "a number"),
        (r#"{"body":[]}"#, "body", "an object", "an array"),
        (r#"{"body":null}"#, "body", "an object", "null"),
        (r#"{"body":"\ud800"}"#, "body", "an object", "a string"),
        (r#"{"body":{"userinfo":{}}}"#, "body.userinfo", "an array", "an object"),
        (r#"{"body":{"userinfo":null}}"#, "body.userinfo", "an array", "null"),
        (r#"{"headers":1,"body":{"userinfo":[]}}"#, "headers", "an object", "a number"),
        (
            r#"{"headers":{"req_id":1},"body":{"userinfo":[]}}"#,
            "headers.req_id",
            "a string",
            "a number",
        ),
        (
            r#"{"headers":{"req_id":"\udc00"},"body":{"userinfo":[]}}"#,
            "headers.req_id",
            "Unicode text",
            "half of a surrogate pair",
        ),
        (r#"{"body":{"userinfo":[]},"body":{}}"#, "body", "given once", "given twice"),
        (r#"{"body":{"userinfo":[],"userinfo":[]}}"#, "body.userinfo", "given once", "given twice"),
    ] {
        assert_eq!(refused(text), shape(path, expected, found), "{text}");
    }
}

#[test]
fn what_is_not_json_is_named_by_its_place() {
    assert_eq!(syntax("").2, 0);
    assert_eq!(syntax("  ").2, 2);
    let (line, column, offset, message) = syntax("{\n  \"body\": flase }");
    assert_eq!((line, column, offset), (2, 12, 13), "{message}");
    assert_eq!(syntax("{\"body\":1,}").3, "trailing comma");
    assert_eq!(syntax(r#"{"body":{"userinfo":[]}} x"#).3, "trailing characters");
    assert_eq!(syntax(r#"{"body":{"userinfo":[]}}{}"#).2, 24);
    assert_eq!(syntax(r#"{"body" 1}"#).3, "expected `:`");
    assert_eq!(syntax("{1:2}").3, "key must be a string");
    let (line, _, offset, message) = syntax("{\"a\":\"line\nbreak\"}");
    assert!(line <= 2 && (5..=10).contains(&offset), "{line} {offset}");
    assert!(message.contains("control character"), "{message}");
    let (.., message) = syntax(r#"{"a":"\x"}"#);
    assert!(message.contains("escape"), "{message}");
    for text in [r#"{"a":01}"#, r#"{"a":+1}"#, r#"{"a":.5}"#, r#"{"a":NaN}"#, "{'a':1}", "{,}"] {
        syntax(text);
    }
}

#[test]
fn an_answer_that_is_not_utf8_is_named_by_its_byte() {
    let mut text = answer_of(&member("")).into_bytes();
    text[12] = 0xff;
    assert_eq!(read_answer(&text).unwrap_err(), AnswerError::Utf8 { offset: 12 });
}

#[test]
fn a_byte_order_mark_is_named() {
    assert_eq!(refused("\u{feff}{}"), AnswerError::ByteOrderMark);
}

#[test]
fn nesting_is_bounded_everywhere() {
    // `{"x":` is one level itself.
    let nested = |levels: usize| {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"x":{deep},"body":{{"userinfo":[]}}}}"#)
    };
    assert!(read_answer(nested(63).as_bytes()).is_ok());
    assert_eq!(refused(&nested(64)), AnswerError::Depth { limit: 64, offset: 68 });
    for (before, levels) in [
        (r#"{"body":{"userinfo":["#, 61),
        (r#"{"body":{"userinfo":[{"name":"#, 60),
        (r#"{"body":{"userinfo":[{"fp":[{"data":"#, 58),
    ] {
        assert!(matches!(
            refused(&format!("{before}{}", "[".repeat(levels))),
            AnswerError::Syntax { .. }
        ));
        assert!(matches!(
            refused(&format!("{before}{}", "{\"k\":".repeat(levels + 1))),
            AnswerError::Depth { .. }
        ));
    }
}

#[test]
fn a_hundred_megabytes_of_brackets_are_refused_at_once() {
    let brackets = vec![b'['; 100 << 20];
    assert_eq!(read_answer(&brackets).unwrap_err(), AnswerError::Depth { limit: 64, offset: 64 });
}

#[test]
fn a_member_named_twice_stays_twice() {
    let text = answer_of(&[member(""), member("")].join(","));
    let answer = read_answer(text.as_bytes()).unwrap();
    assert_eq!(answer.userinfo.iter().flatten().filter(|member| member.userid == "x1").count(), 2);
}

#[test]
fn errors_are_sentences() {
    for (error, sentence) in [
        (refused("{}"), "`body` of the answer must be an object, not absent"),
        (refused(r#"{"errcode":9,"errmsg":"no"}"#), "the cloud answered with errcode 9: no"),
        (refused("{} 1"), "the answer is not JSON: trailing characters at line 1 column 4"),
        (refused("\u{feff}"), "the answer begins with a UTF-8 byte order mark, which JSON forbids"),
    ] {
        assert_eq!(error.to_string(), sentence);
    }
}
