//! Requests, read back with `serde_json`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::*;

fn numbered(count: usize) -> impl Iterator<Item = (String, UserType)> {
    (0..count).map(|number| (format!("m{number}"), UserType::Staff))
}

fn builder(form: Form) -> RequestBuilder {
    RequestBuilder::new("sync", form)
}

/// The page prints both forms in one body, with comments.
fn page() -> Value {
    let text = include_str!("../testdata/get_userinfo_by_ids.request.jsonc");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    serde_json::from_str(&lines.collect::<String>()).unwrap()
}

#[test]
fn a_part_is_what_the_page_prints() {
    let mut new = page();
    new["headers"]["req_id"] = json!("sync-1");
    let mut old = new.clone();
    new["body"].as_object_mut().unwrap().remove("userids");
    old["body"].as_object_mut().unwrap().remove("user_item");

    let request = builder(Form::UserItems)
        .public_keys(true)
        .member("zhangsan", UserType::Staff)
        .member("lisi", UserType::Student)
        .build()
        .unwrap();
    let part = request.part(0).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&part.to_json()).unwrap(), new);
    assert!(part.to_json().starts_with(r#"{"cmd":"get_userinfo_by_ids","headers":{"#));

    let staff = ["x1", "x2", "x3"].map(|userid| (userid, UserType::Staff));
    let request = builder(Form::UserIds).public_keys(true).members(staff).build().unwrap();
    let part = request.part(0).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&part.to_json()).unwrap(), old);
}

#[test]
fn the_flags_are_the_pages_defaults_unless_set() {
    let body = |builder: RequestBuilder| {
        let request = builder.member("x", UserType::Staff).build().unwrap();
        let json: Value = serde_json::from_str(&request.part(0).unwrap().to_json()).unwrap();
        ["is_req_fp_info", "is_req_fa_info", "is_req_public_key"]
            .map(|flag| json["body"][flag].as_u64().unwrap())
    };
    assert_eq!(body(builder(Form::UserIds)), [1, 1, 0]);
    assert_eq!(body(builder(Form::UserIds).fingerprints(false)), [0, 1, 0]);
    assert_eq!(body(builder(Form::UserIds).faces(false)), [1, 0, 0]);
    assert_eq!(body(builder(Form::UserIds).public_keys(true)), [1, 1, 1]);
}

#[test]
fn long_lists_are_cut_into_parts_of_200_with_an_id_each() {
    for (count, sizes) in [
        (1, vec![1]),
        (200, vec![200]),
        (201, vec![200, 1]),
        (400, vec![200, 200]),
        (1001, vec![200, 200, 200, 200, 200, 1]),
    ] {
        let request = builder(Form::UserItems).members(numbered(count)).build().unwrap();
        let parts: Vec<_> = request.parts().collect();
        assert_eq!(request.len(), sizes.len());
        assert_eq!(parts.iter().map(|part| part.members().len()).collect::<Vec<_>>(), sizes);
        let asked: Vec<_> = parts.iter().flat_map(|part| part.members()).collect();
        assert!(
            asked
                .iter()
                .map(|member| &member.userid)
                .eq(&numbered(count).map(|(userid, _)| userid).collect::<Vec<_>>())
        );
        let ids: HashSet<_> = parts.iter().map(RequestPart::req_id).collect();
        assert_eq!(ids.len(), parts.len());
        assert_eq!(parts[0].req_id(), "sync-1");
        assert!(request.part(sizes.len()).is_none());
    }
}

#[test]
fn members_asked_for_twice_are_asked_for_once() {
    let request = builder(Form::UserItems)
        .member("a", UserType::Staff)
        .member("b", UserType::Staff)
        .member("a", UserType::Staff)
        .member("a", UserType::Visitor)
        .build()
        .unwrap();
    let part = request.part(0).unwrap();
    let asked: Vec<_> =
        part.members().iter().map(|member| (&*member.userid, member.user_type)).collect();
    assert_eq!(asked, [("a", UserType::Staff), ("b", UserType::Staff), ("a", UserType::Visitor)]);
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    assert_eq!(builder(Form::UserIds).build().unwrap_err(), RequestError::Empty);
    for (userid, reason) in [
        (String::new(), Reason::Empty),
        ("u".repeat(129), Reason::TooLong { limit: 128, length: 129 }),
        ("a\0".to_owned(), Reason::ControlCharacter),
    ] {
        let error = builder(Form::UserItems)
            .member("fine", UserType::Staff)
            .member(userid, UserType::Staff)
            .build()
            .unwrap_err();
        assert_eq!(error, RequestError::Userid { position: 1, reason });
    }
    let error = builder(Form::UserIds).member("v", UserType::Visitor).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "requested member 0 is a visitor, which the old form `userids` cannot say"
    );
}

#[test]
fn the_prefix_leaves_room_for_the_part() {
    let build = |prefix: String, count| {
        RequestBuilder::new(prefix, Form::UserIds).members(numbered(count)).build()
    };
    assert!(build("p".repeat(126), 200).is_ok());
    let too_long = |length| RequestError::ReqId { reason: Reason::TooLong { limit: 128, length } };
    assert_eq!(build("p".repeat(127), 1).unwrap_err(), too_long(129));
    assert_eq!(build("p".repeat(126), 2000).unwrap_err(), too_long(129));
    let reason = Reason::Empty;
    assert_eq!(build(String::new(), 1).unwrap_err(), RequestError::ReqId { reason });
    let reason = Reason::ControlCharacter;
    assert_eq!(build("a\nb".to_owned(), 1).unwrap_err(), RequestError::ReqId { reason });
}

#[test]
fn text_is_escaped_as_json() {
    let odd = "v\"1\\/张三😀\u{2028}";
    let request = RequestBuilder::new("r\"\\", Form::UserItems)
        .member(odd, UserType::Visitor)
        .build()
        .unwrap();
    let json: Value = serde_json::from_str(&request.part(0).unwrap().to_json()).unwrap();
    assert_eq!(json["headers"]["req_id"], "r\"\\-1");
    assert_eq!(json["body"]["user_item"], json!([{"userid": odd, "user_type": 1}]));
}

#[test]
fn requested_id_missing_from_the_answer() {
    let request = builder(Form::UserItems)
        .member("x1", UserType::Staff)
        .member("x1", UserType::Visitor)
        .member("x2", UserType::Staff)
        .build()
        .unwrap();
    let text = answer_of(&[member(""), r#"{"userid":"x2","name":5}"#.to_owned()].join(","));
    let answer = read_answer(text.as_bytes()).unwrap();
    let part = request.part(0).unwrap();
    let missing: Vec<_> = part
        .missing(|userid, user_type| {
            answer.userinfo.iter().any(|member| match member {
                Ok(record) => record.userid == userid && record.user_type == user_type,
                Err(error) => {
                    error.userid.as_deref() == Some(userid) && error.user_type == Some(user_type)
                }
            })
        })
        .collect();
    assert_eq!(missing.len(), 1);
    assert_eq!((&*missing[0].userid, missing[0].user_type), ("x1", UserType::Visitor));
}
