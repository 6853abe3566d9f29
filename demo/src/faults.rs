//! Records with one odd thing each, for the import report; the userid says
//! what. Those that begin with `bad-` are wrong; `no-fa-list`,
//! `empty-fa-list`, `deleted-slot` and `slot-as-text` are legal.

use crate::cast::GOOD;
use crate::draw::Draw;
use crate::layout;
use crate::member::{Member, STAFF, slot};
use crate::rules;
use crate::space::Space;
use serde_json::{Value, json};

/// A change to a good record, given a good template and its base64.
type Fault = fn(&mut Value, Template, &mut Draw);

struct Template {
    bytes: Vec<u8>,
    text: String,
}

/// Each replaces or extends a record that is good otherwise.
const FAULTS: [(&str, Fault); 21] = [
    ("bad-wrong-length", |record, template, _| {
        record["fa_list"][0] = slot(0, &template.bytes[..1071]);
    }),
    ("bad-base64", |record, mut template, _| {
        template.text.replace_range(700..701, "*");
        record["fa_list"][0]["data"] = template.text.into();
    }),
    ("bad-base64-broken-line", |record, mut template, _| {
        template.text.insert(76, '\n');
        record["fa_list"][0]["data"] = template.text.into();
    }),
    ("bad-zero-vector", |record, mut template, _| {
        template.bytes[..512].fill(0);
        record["fa_list"][0] = slot(0, &template.bytes);
    }),
    ("bad-slot-12", |record, template, _| {
        record["fa_list"][1] = slot(12, &template.bytes);
    }),
    ("bad-slot-twice", |record, template, _| {
        record["fa_list"][1] = slot(0, &template.bytes);
    }),
    ("bad-photo", |record, _, draw| {
        let mut photo = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01".to_vec();
        photo.extend(draw.bytes(20_000));
        photo.extend(b"\xff\xd9");
        record["fa_list"] = json!([slot(0, &photo)]);
    }),
    ("bad-name", |record, _, _| record["name"] = json!(5)),
    ("bad-userid", |record, _, _| record["userid"] = "u".repeat(129).into()),
    ("bad-userid-empty", |record, _, _| record["userid"] = "".into()),
    ("bad-openvid", |record, _, _| record["openvid"] = json!(1e17)),
    ("bad-user-type", |record, _, _| record["user_type"] = json!(7)),
    ("bad-fp-algorithms", |record, _, draw| {
        record["fp"] = json!([slot(0, &draw.bytes(300))]);
        record["fp_algorithm"] = "aaa".into();
        record["fp_alogrithm"] = "bbb".into();
    }),
    ("bad-finger-10", |record, _, draw| {
        record["fp"] = json!([slot(10, &draw.bytes(300))]);
        record["fp_alogrithm"] = "aaa".into();
    }),
    ("unknown-algorithm", |record, _, _| record["fa_algorithm"] = "vendor-x-7".into()),
    ("no-fa-list", |record, _, _| {
        record.as_object_mut().expect("an object").remove("fa_list");
        record["fa_ver"] = json!(1);
    }),
    ("empty-fa-list", |record, _, _| record["fa_list"] = json!([])),
    ("deleted-slot", |record, _, _| record["fa_list"][1]["data"] = "".into()),
    ("slot-as-text", |record, _, _| record["fa_list"][1]["id"] = "1".into()),
    ("bad-rule-too-long", |record, _, _| {
        let long = format!("{}9:00-10:00 * * * *", "9:00-10:00,".repeat(23));
        record["pass_rule_list"] = rules::since(&[&long, rules::OFFICE]);
    }),
    ("bad-too-many-rules", |record, _, _| {
        record["pass_rule_list"] = rules::since(&[rules::OFFICE; 65]);
    }),
];

/// The faulty records, in groups that must stay in one answer.
pub(crate) fn groups(draw: &mut Draw, space: &Space) -> Vec<Vec<Value>> {
    let mut groups: Vec<Vec<Value>> = FAULTS
        .iter()
        .map(|(userid, fault)| {
            let mut record = good(draw, space, userid);
            let centre = space.centre(draw);
            let bytes = layout::template(&space.sample(draw, &centre, GOOD));
            let text = layout::text(&bytes);
            fault(&mut record, Template { bytes, text }, draw);
            vec![record]
        })
        .collect();
    groups.push((0..2).map(|_| good(draw, space, "twice-in-one-answer")).collect());
    groups
}

fn good(draw: &mut Draw, space: &Space, userid: &str) -> Value {
    let centre = space.centre(draw);
    Member::new(draw, space, (userid.to_owned(), STAFF), centre, &[GOOD, GOOD])
        .with_rules(rules::since(&[rules::OFFICE]))
        .record
}

#[cfg(test)]
mod tests {
    use super::*;
    use kaimen::template::{Decoder, TemplateError, VectorFormat};

    #[test]
    fn faulty_templates_are_refused_for_what_they_are() {
        let groups = groups(&mut Draw::new(1), &Space::new());
        let mut decoder = Decoder::new();
        let mut refusal = |userid: &str, slot: usize| {
            let record = groups.iter().flatten().find(|record| record["userid"] == userid);
            let data = record.expect("is there")["fa_list"][slot]["data"].as_str().expect("text");
            let format = VectorFormat::INT8_512_IN_1072;
            decoder.decode(&format, data, 4096).map(|_| ()).err()
        };
        let length = |found| Some(TemplateError::Length { expected: 1072, found });
        let base64 = |offset| Some(TemplateError::Base64 { offset });
        let photo = Some(TemplateError::TooLarge { found: 20_014, limit: 4096 });
        for (userid, expected) in [
            ("bad-wrong-length", length(1071)),
            ("bad-base64", base64(700)),
            ("bad-base64-broken-line", base64(76)),
            ("bad-zero-vector", Some(TemplateError::ZeroNorm)),
            ("bad-photo", photo),
            ("bad-slot-12", None),
        ] {
            assert_eq!(refusal(userid, 0), expected, "{userid}");
        }
        assert_eq!(refusal("bad-slot-12", 1), None);
    }
}
