//! Made-up members with vectors for faces, as the cloud's answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

/// Elements of the made-up vectors.
pub const DIMENSION: u32 = 128;

/// A made-up face: components drawn between -1 and 1, the same for a number every time. Two of
/// them are nearly at right angles: a cosine beyond 0.5 does not occur in this life.
#[must_use]
pub fn face(number: u64) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(number);
    (0..DIMENSION).map(|_| component(&mut random)).collect()
}

/// The same face as a camera sees it: each component is moved by at most `noise`.
#[must_use]
pub fn seen(number: u64, noise: f32, look: u64) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ look);
    face(number).into_iter().map(|value| value + noise * component(&mut random)).collect()
}

/// Uniform between -1 and 1, in 24 bits.
fn component(random: &mut ChaCha8Rng) -> f32 {
    let bits = random.next_u32() >> 8;
    bits as f32 / 8_388_608.0 - 1.0
}

/// A template in the layout of the protocol: little-endian f32, base64.
#[must_use]
pub fn template(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

/// One member of an answer.
#[derive(Clone, Debug)]
pub struct Member {
    value: Value,
}

impl Member {
    /// A member of staff with a version of faces.
    #[must_use]
    pub fn staff(userid: &str) -> Member {
        Member::of(userid, 0)
    }

    /// A member of a type (`KAIMEN_USER_…`).
    #[must_use]
    pub fn of(userid: &str, user_type: u32) -> Member {
        let value = json!({ "userid": userid, "user_type": user_type, "name": userid });
        Member { value }
    }

    /// With this face in the first slot.
    #[must_use]
    pub fn face(mut self, version: u64, vector: &[f32]) -> Member {
        self.value["fa_ver"] = version.into();
        self.value["fa_list"] = json!([{ "id": 0, "data": template(vector) }]);
        self
    }

    /// With these minutiae records of fingers, a slot each.
    #[must_use]
    pub fn finger(mut self, version: u64, records: &[&[u8]]) -> Member {
        let entry = |(slot, record)| json!({ "id": slot, "data": STANDARD.encode(record) });
        self.value["fp_ver"] = version.into();
        self.value["fp"] = (0_u32..).zip(records).map(entry).collect();
        self
    }

    /// With one more pass rule.
    #[must_use]
    pub fn rule(mut self, id: i64, rule: &str, effect_time: i64) -> Member {
        let entry = json!({ "id": id, "rule": rule, "effect_time": effect_time });
        match self.value["pass_rule_list"].as_array_mut() {
            Some(rules) => rules.push(entry),
            None => self.value["pass_rule_list"] = json!([entry]),
        }
        self
    }
}

/// The cloud's answer with these members.
#[must_use]
pub fn answer(members: impl IntoIterator<Item = Member>) -> Vec<u8> {
    let members: Vec<Value> = members.into_iter().map(|member| member.value).collect();
    let answer = json!({
        "headers": { "req_id": "rig" },
        "body": { "userinfo": members },
        "errcode": 0,
        "errmsg": "ok",
    });
    answer.to_string().into_bytes()
}

/// An answer with one member more, who takes the place of an earlier one of the same name and
/// type. Without an answer before it, with that member alone.
///
/// # Errors
///
/// What was before is no answer with members.
pub fn with_member(before: Option<&[u8]>, member: Member) -> Result<Vec<u8>, serde_json::Error> {
    let Some(before) = before else { return Ok(answer([member])) };
    let mut whole: Value = serde_json::from_slice(before)?;
    let members = whole.pointer_mut("/body/userinfo").and_then(Value::as_array_mut);
    let Some(members) = members else {
        return Err(serde::de::Error::custom("no list body.userinfo"));
    };
    let who = |value: &Value| (value.get("userid").cloned(), value.get("user_type").cloned());
    members.retain(|other| who(other) != who(&member.value));
    members.push(member.value);
    Ok(whole.to_string().into_bytes())
}

/// Members `from..to` of staff, each with the face of its number.
#[must_use]
pub fn page(from: u64, to: u64) -> Vec<u8> {
    answer((from..to).map(|number| Member::staff(&userid(number)).face(1, &face(number))))
}

/// Name of a numbered member.
#[must_use]
pub fn userid(number: u64) -> String {
    format!("member-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }

    #[test]
    fn a_face_is_itself_with_noise_and_nobody_else() {
        for number in 0..50 {
            assert!(cosine(&face(number), &seen(number, 0.3, 7)) > 0.9, "{number}");
            assert!(cosine(&face(number), &face(number + 1)).abs() < 0.45, "{number}");
        }
        assert_eq!(face(3), face(3));
    }

    #[test]
    fn a_member_takes_the_place_of_their_earlier_self() {
        let mut bytes = with_member(None, Member::staff("a").face(1, &face(1))).unwrap();
        for member in [Member::staff("b").face(1, &face(2)), Member::staff("a").face(2, &face(3))] {
            bytes = with_member(Some(&bytes), member).unwrap();
        }
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let members = value["body"]["userinfo"].as_array().unwrap();
        let named: Vec<_> = members.iter().map(|one| (&one["userid"], &one["fa_ver"])).collect();
        assert_eq!(named, [(&json!("b"), &json!(1)), (&json!("a"), &json!(2))]);
        for wrong in ["{}", "[1]", "no JSON", "{\"body\":{\"userinfo\":5}}"] {
            assert!(with_member(Some(wrong.as_bytes()), Member::staff("a")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_reads_as_json() {
        let member = Member::staff("a").face(1, &face(1)).rule(1, "9:00-10:00 * * * *", 0);
        let value: Value = serde_json::from_slice(&answer([member.rule(2, "x", 5)])).unwrap();
        assert_eq!(value["body"]["userinfo"][0]["pass_rule_list"][1]["effect_time"], 5);
    }
}
