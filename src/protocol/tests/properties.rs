//! What holds for any input.

use std::borrow::Cow;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const PAGE: &str = include_str!("../testdata/get_userinfo_by_ids.answer.json");

/// Every known key of a member, and a value of its own type.
const FIELDS: [(&str, &str); 13] = [
    ("userid", "\"x2\""),
    ("user_type", "1"),
    ("openvid", "7"),
    ("fp_ver", "1"),
    ("fa_ver", "1"),
    ("public_key", "\"k\""),
    ("name", "\"n\""),
    ("pass_rule_list", r#"[{"id":0,"rule":"r","effect_time":1}]"#),
    ("fp_alogrithm", "\"a\""),
    ("fp_algorithm", "\"a\""),
    ("fp", r#"[{"id":0,"data":"eA=="}]"#),
    ("fa_algorithm", "\"a\""),
    ("fa_list", r#"[{"id":0,"data":"eA=="}]"#),
];

/// Any JSON text at most four deep, with what trips other parsers: half
/// surrogates, numbers beyond every type, keys that mean something elsewhere.
fn any_json() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "null",
        "true",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "1e999",
        "-0",
        "1.0",
        "[]",
        "{}",
        "18446744073709551616",
        "\"]}\"",
        "\"\\\"}\\\\\"",
    ]);
    let leaf = prop_oneof![
        odd.prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| Value::from(number).to_string()),
        any::<String>().prop_map(|text| Value::from(text).to_string()),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec!["id", "data", "rule", "effect_time", "userid", "userinfo"])
                .prop_map(str::to_owned),
            any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((key, inner), 0..5).prop_map(|items| {
                let items: Vec<_> =
                    items.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
                format!("{{{}}}", items.join(","))
            }),
        ]
    })
}

/// A valid member: its JSON and the record it must become.
fn any_member() -> impl Strategy<Value = (Value, Record<'static>)> {
    let text = |limit: usize| {
        any::<String>().prop_map(move |text| {
            let kept = text.chars().filter(|c| !c.is_control());
            kept.scan(0, |length, c| {
                *length += c.len_utf8();
                (*length <= limit).then_some(c)
            })
            .collect::<String>()
        })
    };
    let option = prop::option::of::<BoxedStrategy<String>>;
    let data =
        prop_oneof![Just(None), Just(Some(String::new())), "[A-Za-z0-9+/]{1,80}".prop_map(Some)];
    let templates =
        prop::option::of(prop::collection::vec((any::<u32>(), data.boxed()), 0..14)).boxed();
    let rules =
        prop::collection::vec((any::<u32>(), text(256), prop::option::of(any::<i64>())), 0..5);
    (
        text(127).prop_map(|userid| format!("u{userid}")),
        prop::option::of(0u64..3),
        prop::array::uniform3(prop::option::of(any::<u64>())),
        (option(text(256).boxed()), option(text(256).boxed())),
        prop::option::of(rules),
        (option(text(64).boxed()), templates.clone()),
        (option(text(64).boxed()), templates),
    )
        .prop_map(|(userid, user_type, numbers, texts, rules, fp, faces)| {
            let mut json = json!({"userid": userid});
            let mut put = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    json[key] = value;
                }
            };
            put("user_type", user_type.map(Value::from));
            put("openvid", numbers[0].map(Value::from));
            put("fp_ver", numbers[1].map(Value::from));
            put("fa_ver", numbers[2].map(Value::from));
            put("name", texts.0.clone().map(Value::from));
            put("public_key", texts.1.clone().map(Value::from));
            put("fp_alogrithm", fp.0.clone().map(Value::from));
            put("fa_algorithm", faces.0.clone().map(Value::from));
            put("fp", fp.1.as_deref().map(templates_json));
            put("fa_list", faces.1.as_deref().map(templates_json));
            put("pass_rule_list", rules.as_deref().map(rules_json));
            let record = Record {
                index: 0,
                userid: Cow::Owned(userid),
                user_type: user_type.map_or(UserType::Staff, |n| UserType::from_number(n).unwrap()),
                openvid: numbers[0],
                fp_ver: numbers[1],
                fa_ver: numbers[2],
                name: texts.0.map(Cow::Owned),
                public_key: texts.1.map(Cow::Owned),
                pass_rule_list: rules.map(|rules| {
                    rules
                        .into_iter()
                        .map(|(id, rule, time)| {
                            let effect_time = time.unwrap_or(0);
                            Ok(RuleEntry { id, rule: Cow::Owned(rule), effect_time })
                        })
                        .collect()
                }),
                fp: Ok(templates_of(fp)),
                fa_list: Ok(templates_of(faces)),
                notes: vec![],
            };
            (json, record)
        })
}

type Drawn = (u32, Option<String>);

fn templates_json(entries: &[Drawn]) -> Value {
    let entry = |(id, data): &Drawn| match data {
        // Both forms of an id.
        None if id % 2 == 0 => json!({"id": id.to_string()}),
        None => json!({"id": id}),
        Some(data) => json!({"id": id, "data": data}),
    };
    entries.iter().map(entry).collect()
}

fn rules_json(rules: &[(u32, String, Option<i64>)]) -> Value {
    let entry = |(id, rule, time): &(u32, String, Option<i64>)| match time {
        None => json!({"id": id, "rule": rule}),
        Some(time) => json!({"id": id, "rule": rule, "effect_time": time}),
    };
    rules.iter().map(entry).collect()
}

fn templates_of((algorithm, entries): (Option<String>, Option<Vec<Drawn>>)) -> Templates<'static> {
    let data = |data: Option<String>| match data {
        None => TemplateData::Absent,
        Some(data) if data.is_empty() => TemplateData::Delete,
        Some(data) => TemplateData::Base64(Cow::Owned(data)),
    };
    let entry = |(id, text)| Ok(TemplateEntry { id, data: data(text) });
    Templates {
        algorithm: algorithm.map(Cow::Owned),
        entries: entries.map(|entries| entries.into_iter().map(entry).collect()),
    }
}

/// The members beside the changed one must be as they are without it.
fn neighbours_are_intact(changed: &str) -> Result<(), TestCaseError> {
    let neighbour = member(&FIELDS.map(|(key, value)| format!("\"{key}\":{value}"))[1..].join(","));
    let text = answer_of(&[&*neighbour, changed, &*neighbour].join(","));
    let answer = match read_answer(text.as_bytes()) {
        Ok(answer) => answer,
        Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}"))),
    };
    let alone = answer_of(&neighbour);
    let alone = read_answer(alone.as_bytes()).unwrap().userinfo.remove(0).unwrap();
    prop_assert_eq!(answer.userinfo.len(), 3);
    for index in [0, 2] {
        let expected = Record { index, ..alone.clone() };
        prop_assert_eq!(answer.userinfo[index].as_ref(), Ok(&expected));
    }
    if let Err(error) = &answer.userinfo[1] {
        prop_assert_eq!(error.index, 1);
        prop_assert!(error.to_string().len() < 512);
    }
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = read_answer(&bytes);
    }

    #[test]
    fn mutations_of_the_pages_answer_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = PAGE.as_bytes().to_vec();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let _ = read_answer(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read_answer(&bytes);
    }

    #[test]
    fn valid_members_are_read_back_equal(
        members in prop::collection::vec(any_member(), 0..5),
        pretty in any::<bool>(),
    ) {
        let (json, expected): (Vec<_>, Vec<_>) = members.into_iter().unzip();
        let json = json!({"headers": {"req_id": "r"}, "errcode": 0, "errmsg": "ok",
            "body": {"userinfo": json}});
        let text = if pretty { format!("{json:#}") } else { json.to_string() };
        let answer = read_answer(text.as_bytes()).unwrap();
        prop_assert_eq!(answer.req_id.as_deref(), Some("r"));
        prop_assert_eq!(answer.userinfo.len(), expected.len());
        for (index, (read, expected)) in answer.userinfo.into_iter().zip(expected).enumerate() {
            prop_assert_eq!(read, Ok(Record { index, ..expected }));
        }
    }

    #[test]
    fn any_json_in_any_field_of_one_member_leaves_the_neighbours_intact(
        field in 0..FIELDS.len(),
        value in any_json(),
    ) {
        let fields: Vec<_> = FIELDS
            .iter()
            .enumerate()
            .map(|(place, (key, usual))| {
                format!("\"{key}\":{}", if place == field { &*value } else { usual })
            })
            .collect();
        neighbours_are_intact(&format!("{{{}}}", fields.join(",")))?;
    }

    #[test]
    fn any_json_in_the_place_of_a_member_leaves_the_neighbours_intact(value in any_json()) {
        neighbours_are_intact(&value)?;
    }

    #[test]
    fn any_json_in_the_place_of_an_entry_leaves_the_neighbours_intact(
        list in prop::sample::select(vec!["pass_rule_list", "fp", "fa_list"]),
        key in prop::sample::select(vec!["", "id", "rule", "effect_time", "data"]),
        value in any_json(),
    ) {
        let good = r#"{"id":1,"rule":"r","effect_time":5,"data":"eA=="}"#;
        let entry = if key.is_empty() {
            value
        } else {
            let others = [("id", "1"), ("rule", "\"r\""), ("effect_time", "5"), ("data", "\"x\"")];
            let others = others.iter().filter(|(other, _)| *other != key);
            let others: String = others.map(|(key, value)| format!(",\"{key}\":{value}")).collect();
            format!("{{\"{key}\":{value}{others}}}")
        };
        let text = answer_of(&member(&format!("\"{list}\":[{good},{entry},{good}]")));
        let answer = read_answer(text.as_bytes()).unwrap();
        let member = answer.userinfo[0].as_ref().unwrap();
        let fine: Vec<bool> = match list {
            "pass_rule_list" => {
                member.pass_rule_list.iter().flatten().map(Result::is_ok).collect()
            }
            "fp" => member.fp.iter().flat_map(|fp| &fp.entries).flatten().map(Result::is_ok).collect(),
            _ => member.fa_list.iter().flat_map(|fa| &fa.entries).flatten().map(Result::is_ok).collect(),
        };
        prop_assert_eq!(fine.len(), 3);
        prop_assert!(fine[0] && fine[2]);
    }

    #[test]
    fn requests_are_read_back_equal(
        members in prop::collection::vec(("[^\\p{Cc}]{1,30}", 0u64..3), 1..450),
        flags in any::<[bool; 3]>(),
    ) {
        let members = members.into_iter().map(|(id, number)| {
            (id, UserType::from_number(number).unwrap())
        });
        let request = RequestBuilder::new("p", Form::UserItems)
            .fingerprints(flags[0]).faces(flags[1]).public_keys(flags[2])
            .members(members).build().unwrap();
        for part in request.parts() {
            let json: Value = serde_json::from_str(&part.to_json()).unwrap();
            let expected: Vec<_> = part.members().iter().map(|member| {
                json!({"userid": member.userid, "user_type": member.user_type.number()})
            }).collect();
            prop_assert_eq!(json, json!({
                "cmd": "get_userinfo_by_ids",
                "headers": {"req_id": part.req_id()},
                "body": {
                    "user_item": expected,
                    "is_req_fp_info": u8::from(flags[0]),
                    "is_req_fa_info": u8::from(flags[1]),
                    "is_req_public_key": u8::from(flags[2]),
                },
            }));
        }
    }
}
