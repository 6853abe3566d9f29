//! Reading an answer, against the floor: serde's derive into a plain struct of
//! `&str`, which checks nothing and fails as a whole. Same bytes, same group,
//! one after the other, so that both meet the same machine.

// `criterion_group!` makes a public function without documentation.
#![allow(missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kaimen::protocol::{TemplateData, read_answer};
use serde::Deserialize;

const MEMBERS: usize = 200;
const FACES: usize = 2;
const DATA: usize = 1432;

#[derive(Deserialize)]
struct Floor<'a> {
    #[serde(borrow)]
    headers: Headers<'a>,
    body: Body<'a>,
    errcode: i64,
    errmsg: &'a str,
}

#[derive(Deserialize)]
struct Headers<'a> {
    req_id: &'a str,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    userinfo: Vec<Member<'a>>,
}

#[derive(Deserialize)]
struct Member<'a> {
    userid: &'a str,
    openvid: u64,
    user_type: u32,
    fp_ver: u64,
    fa_ver: u64,
    public_key: &'a str,
    #[serde(borrow)]
    pass_rule_list: Vec<Rule<'a>>,
    name: &'a str,
    fp_alogrithm: &'a str,
    fa_list: Vec<Template<'a>>,
}

#[derive(Deserialize)]
struct Rule<'a> {
    id: u32,
    rule: &'a str,
    effect_time: i64,
}

#[derive(Deserialize)]
struct Template<'a> {
    id: u32,
    data: &'a str,
}

/// An answer like the page's, with faces as vendor firmware sends them.
fn answer() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 1u64;
    let mut data = || -> String {
        (0..DATA)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(ALPHABET[usize::from(state.to_be_bytes()[0] & 63)])
            })
            .collect()
    };
    let mut text = String::from(r#"{"headers":{"req_id":"bench-1"},"body":{"userinfo":["#);
    for member in 0..MEMBERS {
        let comma = if member > 0 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"userid":"member{member}","openvid":{},"user_type":0,"fp_ver":1,"fa_ver":1,"public_key":"AmOVOOcprQJXEi94HPv9S","pass_rule_list":[{{"id":0,"rule":"9:00-10:00 * * 1-5 *","effect_time":1542874137}},{{"id":1,"rule":"9:30-10:00 * * 6 *","effect_time":1542874137}}],"name":"张三","fp_alogrithm":"aaa","fa_list":["#,
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

/// Both must have read the same before either is timed.
fn assert_equal(json: &[u8]) {
    let floor: Floor<'_> = serde_json::from_slice(json).expect("the floor reads the answer");
    let ours = read_answer(json).expect("an answer");
    assert_eq!((floor.errcode, floor.errmsg), (0, "ok"));
    assert_eq!(ours.req_id.as_deref(), Some(floor.headers.req_id));
    assert_eq!((ours.userinfo.len(), floor.body.userinfo.len()), (MEMBERS, MEMBERS));
    for (ours, floor) in ours.userinfo.iter().zip(&floor.body.userinfo) {
        let ours = ours.as_ref().expect("a record");
        let faces = ours.fa_list.as_ref().expect("faces");
        let fingers = ours.fp.as_ref().expect("fingerprints");
        assert_eq!(ours.userid, floor.userid);
        assert_eq!(ours.openvid, Some(floor.openvid));
        assert_eq!(u32::from(ours.user_type.number()), floor.user_type);
        assert_eq!((ours.fp_ver, ours.fa_ver), (Some(floor.fp_ver), Some(floor.fa_ver)));
        assert_eq!(ours.public_key.as_deref(), Some(floor.public_key));
        assert_eq!(ours.name.as_deref(), Some(floor.name));
        assert_eq!(fingers.algorithm.as_deref(), Some(floor.fp_alogrithm));
        let rules = ours.pass_rule_list.as_ref().expect("rules");
        assert!(rules.iter().zip(&floor.pass_rule_list).all(|(ours, floor)| {
            let ours = ours.as_ref().expect("a rule");
            (ours.id, &*ours.rule, ours.effect_time) == (floor.id, floor.rule, floor.effect_time)
        }));
        let entries = faces.entries.as_ref().expect("a list");
        assert_eq!((entries.len(), floor.fa_list.len()), (FACES, FACES));
        assert!(entries.iter().zip(&floor.fa_list).all(|(ours, floor)| {
            let ours = ours.as_ref().expect("a template");
            ours.id == floor.id
                && matches!(&ours.data, TemplateData::Base64(data) if data == floor.data)
        }));
    }
}

fn bench(criterion: &mut Criterion) {
    let json = answer();
    assert_equal(json.as_bytes());
    let mut group = criterion.benchmark_group("protocol");
    group.throughput(Throughput::Bytes(json.len() as u64));
    // Each twice and in turn: if the two rounds of one differ, the machine was
    // busy and the comparison says nothing.
    for round in 1..=2 {
        group.bench_with_input(BenchmarkId::new("floor", round), json.as_bytes(), |b, json| {
            b.iter(|| serde_json::from_slice::<Floor<'_>>(black_box(json)).expect("an answer"));
        });
        group.bench_with_input(
            BenchmarkId::new("read_answer", round),
            json.as_bytes(),
            |b, json| {
                b.iter(|| read_answer(black_box(json)).expect("an answer"));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
