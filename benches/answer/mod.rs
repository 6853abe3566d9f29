//! An answer like the page's, and the floor that reads it: serde's derive into
//! a plain struct, which checks nothing and fails as a whole. Its strings are of
//! a type `S`: borrowed ones (`&str`) are the lowest floor, owned ones
//! (`String`) what is usually written.
#![allow(dead_code, unreachable_pub, reason = "each bench uses its own part")]

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

pub const MEMBERS: usize = 200;
pub const FACES: usize = 2;
/// The 1072-byte layout of section 5.1 of the protocol facts.
pub const TEMPLATE_BYTES: usize = 1072;

#[derive(Deserialize)]
pub struct Floor<S> {
    pub headers: Headers<S>,
    pub body: Body<S>,
    pub errcode: i64,
    pub errmsg: S,
}

#[derive(Deserialize)]
pub struct Headers<S> {
    pub req_id: S,
}

#[derive(Deserialize)]
pub struct Body<S> {
    pub userinfo: Vec<Member<S>>,
}

#[derive(Deserialize)]
pub struct Member<S> {
    pub userid: S,
    pub openvid: u64,
    pub user_type: u32,
    pub fp_ver: u64,
    pub fa_ver: u64,
    pub public_key: S,
    pub pass_rule_list: Vec<Rule<S>>,
    pub name: S,
    pub fp_alogrithm: S,
    pub fa_list: Vec<Template<S>>,
}

#[derive(Deserialize)]
pub struct Rule<S> {
    pub id: u32,
    pub rule: S,
    pub effect_time: i64,
}

#[derive(Deserialize)]
pub struct Template<S> {
    pub id: u32,
    pub data: S,
}

/// An answer with faces as vendor firmware sends them; every `seed` gives other
/// members and other faces.
pub fn answer(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut data = || -> String {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        let bytes: Vec<u8> = (0..TEMPLATE_BYTES).map(|_| next()).collect();
        STANDARD.encode(bytes)
    };
    let mut text = String::from(r#"{"headers":{"req_id":"bench-1"},"body":{"userinfo":["#);
    for member in 0..MEMBERS {
        let comma = if member > 0 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"userid":"member{seed}-{member}","openvid":{},"user_type":0,"fp_ver":1,"fa_ver":1,"public_key":"AmOVOOcprQJXEi94HPv9S","pass_rule_list":[{{"id":0,"rule":"9:00-10:00 * * 1-5 *","effect_time":1542874137}},{{"id":1,"rule":"9:30-10:00 * * 6 *","effect_time":1542874137}}],"name":"张三","fp_alogrithm":"aaa","fa_list":["#,
            u64::MAX - member as u64,
        )
        .expect("a string takes any text");
        for face in 0..FACES {
            let comma = if face > 0 { "," } else { "" };
            write!(text, r#"{comma}{{"id":{face},"data":"{}"}}"#, data())
                .expect("a string takes any text");
        }
        text.push_str("]}");
    }
    text.push_str(r#"]},"errcode":0,"errmsg":"ok"}"#);
    text
}
