//! A member as the cloud sends it.

use crate::draw::Draw;
use crate::space::{Embedding, Space, quality};
use crate::{layout, names, rules};
use serde_json::{Value, json};

/// `user_type` of the protocol.
pub(crate) const STAFF: u8 = 0;
pub(crate) const VISITOR: u8 = 1;
pub(crate) const STUDENT: u8 = 2;

/// A member with its secret, the centre of its captures.
pub(crate) struct Member {
    pub(crate) userid: String,
    pub(crate) user_type: u8,
    pub(crate) centre: Embedding,
    /// The member's object in `userinfo`.
    pub(crate) record: Value,
}

impl Member {
    /// A member without rules, whose face slots hold captures of these
    /// qualities.
    pub(crate) fn new(
        draw: &mut Draw,
        space: &Space,
        (userid, user_type): (String, u8),
        centre: Embedding,
        qualities: &[f64],
    ) -> Member {
        let (name, _) = names::name(draw);
        let fa_list: Value = qualities
            .iter()
            .enumerate()
            .map(|(id, a)| slot(id, &layout::template(&space.sample(draw, &centre, *a))))
            .collect();
        let mut key = draw.bytes(33);
        key[0] = 2 + key[0] % 2;
        // One in four openvids does not survive a double.
        let openvid = draw.next_u64() >> if draw.chance(25) { 1 } else { 20 };
        let record = json!({
            "userid": userid,
            "openvid": openvid,
            "user_type": user_type,
            "name": name,
            "fa_ver": 1 + draw.below(5),
            "fp_ver": draw.below(3),
            "public_key": layout::text(&key),
            "fa_list": fa_list,
        });
        Member { userid, user_type, centre, record }
    }

    /// The `number`th of the crowd, with rules and slots as they fall.
    pub(crate) fn of_crowd(draw: &mut Draw, space: &Space, number: usize) -> Member {
        let (name, ascii) = names::name(draw);
        let identity = match draw.below(100) {
            0..8 => (format!("{number}{ascii}/{}", 1_000_002 + draw.below(3)), VISITOR),
            8..15 => (format!("stu{number:06}"), STUDENT),
            _ => (format!("{ascii}{number}"), STAFF),
        };
        let slots = match draw.below(100) {
            0..35 => 1,
            35..65 => 2,
            65..85 => 3,
            85..98 => 4,
            _ => 12,
        };
        let qualities: Vec<f64> = (0..slots).map(|_| quality(draw)).collect();
        let centre = space.centre(draw);
        let mut member = Member::new(draw, space, identity, centre, &qualities);
        member.record["name"] = name.into();
        if let Some(rules) = rules::any(draw) {
            member.record["pass_rule_list"] = rules;
        }
        if draw.chance(5) {
            member.record["fa_algorithm"] = "default".into();
        }
        if member.user_type == STAFF && draw.chance(10) {
            member.give_fingers(draw);
        }
        member
    }

    /// Fingerprints of a vendor that this site does not know.
    pub(crate) fn give_fingers(&mut self, draw: &mut Draw) {
        let mut fp = Vec::new();
        for id in 0..=draw.below(2) {
            let length = 200 + draw.below(300);
            fp.push(slot(id, &draw.bytes(length)));
        }
        self.record["fp"] = fp.into();
        self.record["fp_alogrithm"] = "aaa".into();
    }

    pub(crate) fn with_rules(mut self, rules: Value) -> Member {
        self.record["pass_rule_list"] = rules;
        self
    }
}

/// An entry of `fa_list` or `fp`.
pub(crate) fn slot(id: usize, bytes: &[u8]) -> Value {
    json!({"id": id, "data": layout::text(bytes)})
}
