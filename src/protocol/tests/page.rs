//! The page's own example, every field of it.

use super::*;

const PAGE: &str = include_str!("../testdata/get_userinfo_by_ids.answer.json");

#[test]
fn the_pages_answer_is_read_whole() {
    let answer = read_answer(PAGE.as_bytes()).unwrap();
    assert_eq!(answer.req_id.as_deref(), Some("xxxx"));
    let members: Vec<_> = answer.userinfo.into_iter().map(Result::unwrap).collect();
    assert_eq!(members.len(), 3);
    let expected = [("x1", 123_456, "张三"), ("x2", 1_234_567, "李四"), ("x3", 12_345_678, "王五")];
    for (index, (member, (userid, openvid, name))) in members.iter().zip(expected).enumerate() {
        assert_eq!(member.index, index);
        assert_eq!(member.userid, userid);
        assert_eq!(member.user_type, UserType::Staff);
        assert_eq!(member.openvid, Some(openvid));
        assert_eq!((member.fp_ver, member.fa_ver), (Some(1), Some(1)));
        assert_eq!(member.public_key.as_deref(), Some("AmOVOOcprQJXEi94HPv9S"));
        assert_eq!(member.name.as_deref(), Some(name));
        assert_eq!(member.notes, []);
        let rule = |id, rule: &'static str| {
            Ok(RuleEntry { id, rule: rule.into(), effect_time: 1_542_874_137 })
        };
        assert_eq!(
            member.pass_rule_list,
            Some(vec![rule(0, "9:00-10:00 * * 1-5 *"), rule(1, "9:300-10:00 * * 6 *")])
        );
        let template = |id| Ok(TemplateEntry { id, data: TemplateData::Base64("xxxx".into()) });
        let fp = member.fp.as_ref().unwrap();
        assert_eq!(fp.algorithm.as_deref(), Some("aaa"));
        assert_eq!(fp.entries, Some(vec![template(0), template(1)]));
        let faces = member.fa_list.as_ref().unwrap();
        assert_eq!(faces.algorithm, None);
        let listed = (index == 0).then(|| vec![template(0), template(1)]);
        assert_eq!(faces.entries, listed, "only x1 has the key fa_list");
    }
}

#[test]
fn nothing_of_the_pages_answer_is_copied() {
    let answer = read_answer(PAGE.as_bytes()).unwrap();
    let inside = PAGE.as_bytes().as_ptr_range();
    for member in answer.userinfo.iter().map(|member| member.as_ref().unwrap()) {
        assert!(inside.contains(&member.userid.as_ptr()));
        assert!(inside.contains(&member.name.as_ref().unwrap().as_ptr()));
        for entry in member.fp.as_ref().unwrap().entries.iter().flatten().flatten() {
            assert!(matches!(&entry.data, TemplateData::Base64(data)
                if inside.contains(&data.as_ptr())));
        }
    }
}

#[test]
fn every_cut_of_the_pages_answer_is_refused() {
    let whole = PAGE.trim_end().as_bytes();
    for cut in 0..whole.len() {
        let error = read_answer(&whole[..cut]).unwrap_err();
        match error {
            AnswerError::Syntax { offset, .. } => assert!(offset <= cut),
            AnswerError::Utf8 { offset } => assert!(offset < cut),
            other => panic!("cut at {cut}: {other}"),
        }
    }
}

#[test]
fn flipped_bytes_of_the_pages_answer_give_an_error_or_a_bounded_answer() {
    let mut bytes = PAGE.as_bytes().to_vec();
    for place in 0..bytes.len() {
        let old = bytes[place];
        for new in [old ^ 1, old ^ 0x20, old ^ 0x80, b'"', b'\\', b'{', b']', b'0', 0] {
            bytes[place] = new;
            if let Ok(answer) = read_answer(&bytes) {
                assert!(answer.userinfo.len() <= 3);
            }
        }
        bytes[place] = old;
    }
}

#[test]
fn debug_output_shows_no_personal_data() {
    let secret = "c2VjcmV0";
    let text = answer_of(&member(&format!(
        r#""name":"{secret}","public_key":"{secret}","openvid":77123,"fp":[{{"id":0,"data":"{secret}"}}]"#
    )));
    let answer = read_answer(text.as_bytes()).unwrap();
    let shown = format!("{answer:?}");
    assert!(!shown.contains(secret) && !shown.contains("77123"), "{shown}");
    assert!(shown.contains("Base64(8 characters)"), "{shown}");
}
