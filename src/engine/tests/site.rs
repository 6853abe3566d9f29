//! Answers and probes in the shortest form that a test can read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::engine::{
    AlgorithmConfig, Config, Decision, Engine, Item, ItemKind, Limits, Probe, Report,
};
use crate::index::SearchMode;
use crate::protocol::UserType;
use crate::template::{Algorithm, Element, Modality, VectorFormat};

/// Dimension of the test's vectors.
pub(super) const DIMENSION: usize = 64;
/// Monday 2026-11-23 09:30:00 in Shanghai.
pub(super) const MONDAY: i64 = 1_795_397_400;

/// A direction of its own for each number; two numbers are nearly orthogonal.
pub(super) fn face(number: u32) -> Vec<f32> {
    let mut state = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u32 << 24) as f32 - 0.5
    };
    for _ in 0..8 {
        next();
    }
    (0..DIMENSION).map(|_| next()).collect()
}

/// `a` with a share of `b` mixed in.
pub(super) fn mix(a: &[f32], b: &[f32], share: f32) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a * (1.0 - share) + b * share).collect()
}

pub(super) fn base64_of(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

/// An entry of `fa_list`.
pub(super) fn slot(id: u32, vector: &[f32]) -> Value {
    json!({"id": id, "data": base64_of(vector)})
}

/// A member of the staff with one face, open around the clock.
pub(super) fn member(userid: &str, number: u32) -> Value {
    json!({
        "userid": userid, "user_type": 0, "fa_ver": 1, "name": userid,
        "openvid": 9_007_199_254_740_993u64,
        "pass_rule_list": [{"id": 1, "rule": "0:00-23:59 * * * *"}],
        "fa_list": [slot(0, &face(number))],
    })
}

/// `member` with some fields set to other values; `null` takes one out.
pub(super) fn with(mut member: Value, fields: Value) -> Value {
    for (key, value) in fields.as_object().unwrap() {
        if value.is_null() {
            member.as_object_mut().unwrap().remove(key);
        } else {
            member[key] = value.clone();
        }
    }
    member
}

pub(super) fn answer(members: &[Value]) -> Vec<u8> {
    answer_to("r", members)
}

pub(super) fn answer_to(req_id: &str, members: &[Value]) -> Vec<u8> {
    json!({"headers": {"req_id": req_id}, "body": {"userinfo": members}, "errcode": 0})
        .to_string()
        .into_bytes()
}

pub(super) fn algorithm(name: &str) -> AlgorithmConfig {
    let format = VectorFormat::bare(Element::F32, DIMENSION).into();
    let algorithm = Algorithm { name: name.to_owned(), modality: Modality::Face, format };
    AlgorithmConfig {
        algorithm,
        threshold: 600_000,
        margin: 50_000,
        floor: -1_000_000,
        search: SearchMode::Fast,
        matcher: None,
    }
}

pub(super) fn config() -> Config {
    Config {
        algorithms: vec![algorithm("default"), algorithm("other")],
        limits: Limits { members: 1000, face_templates: 2000, ..Limits::default() },
        ..Config::default()
    }
}

pub(super) fn engine() -> Engine {
    Engine::open(&config()).unwrap()
}

/// An engine with `alice` (face 1) and `bob` (face 2).
pub(super) fn alice_and_bob() -> Engine {
    let engine = engine();
    engine.sync(&answer(&[member("alice", 1), member("bob", 2)]), None).unwrap();
    engine
}

pub(super) fn identify(engine: &Engine, vector: &[f32]) -> Decision {
    engine.identify_face(&Probe::from_f32(vector, None), MONDAY).unwrap()
}

/// Who is found for a face number; `None` if unknown.
pub(super) fn who(engine: &Engine, number: u32) -> Option<String> {
    identify(engine, &face(number)).member.map(|id| id.userid().to_owned())
}

/// Applies an answer of these members, which must succeed.
pub(super) fn sync(engine: &Engine, members: &[Value]) -> Report {
    engine.sync(&answer(members), None).unwrap()
}

/// The lines of one kind.
pub(super) fn lines(report: &Report, kind: ItemKind) -> Vec<&Item> {
    report.items().iter().filter(|item| item.kind == kind).collect()
}

pub(super) fn staff(engine: &Engine, userid: &str) -> crate::engine::MemberInfo {
    engine.member(userid, UserType::Staff).unwrap()
}

/// The kinds of all lines, in order.
pub(super) fn kinds(report: &Report) -> Vec<ItemKind> {
    report.items().iter().map(|item| item.kind).collect()
}
