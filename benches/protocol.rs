//! Reading an answer, against the floor: serde's derive into a plain struct of
//! `&str`, which checks nothing and fails as a whole. Same bytes, same group,
//! one after the other, so that both meet the same machine.

// `criterion_group!` makes a public function without documentation.
#![allow(missing_docs)]

mod answer;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kaimen::protocol::{TemplateData, read_answer};

use answer::{FACES, Floor, MEMBERS};

/// Both must have read the same before either is timed.
fn assert_equal(json: &[u8]) {
    let floor: Floor<&str> = serde_json::from_slice(json).expect("the floor reads the answer");
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
    let json = answer::answer(1);
    assert_equal(json.as_bytes());
    let mut group = criterion.benchmark_group("protocol");
    group.throughput(Throughput::Bytes(json.len() as u64));
    // Each twice and in turn: if the two rounds of one differ, the machine was
    // busy and the comparison says nothing.
    for round in 1..=2 {
        group.bench_with_input(BenchmarkId::new("floor", round), json.as_bytes(), |b, json| {
            b.iter(|| serde_json::from_slice::<Floor<&str>>(black_box(json)).expect("an answer"));
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
