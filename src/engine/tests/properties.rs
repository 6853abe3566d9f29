//! Random syncs against an obvious model.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::site::*;
use crate::engine::{Engine, MemberId};
use crate::protocol::{Form, RequestBuilder, UserType};

/// What one step does to one of a few members.
#[derive(Debug, Clone)]
enum Step {
    /// A record with these (slot, face) pairs.
    Put(u8, Vec<(u32, u32)>),
    /// A record that is rejected as a whole.
    Reject(u8),
    /// `delete_user`.
    Remove(u8),
    /// Asked for and left out.
    LeaveOut(u8),
    /// An answer that is rejected as a whole.
    Garbage,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0u8..12;
    let faces = prop::collection::btree_map(0u32..12, 0u32..40, 0..5);
    prop_oneof![
        6 => (who.clone(), faces).prop_map(|(who, faces)| Step::Put(who, faces.into_iter().collect())),
        1 => who.clone().prop_map(Step::Reject),
        1 => who.clone().prop_map(Step::Remove),
        1 => who.prop_map(Step::LeaveOut),
        1 => Just(Step::Garbage),
    ]
}

type Model = BTreeMap<u8, Vec<(u32, u32)>>;

fn id(who: u8) -> String {
    format!("m{who:02}")
}

fn record(who: u8, faces: &[(u32, u32)]) -> Value {
    let list: Vec<_> = faces.iter().map(|(place, number)| slot(*place, &face(*number))).collect();
    with(member(&id(who), 0), json!({"fa_list": list}))
}

fn apply(engine: &Engine, model: &mut Model, step: &Step) {
    match step {
        Step::Put(who, faces) => {
            sync(engine, &[record(*who, faces)]);
            model.insert(*who, faces.clone());
        }
        Step::Reject(who) => {
            sync(engine, &[with(record(*who, &[]), json!({"openvid": "x"}))]);
        }
        Step::Remove(who) => {
            let removed = engine.remove(MemberId::new(&id(*who), UserType::Staff).unwrap());
            assert_eq!(removed.is_ok(), model.remove(who).is_some());
        }
        Step::LeaveOut(who) => {
            let request = RequestBuilder::new("q", Form::UserItems)
                .member(id(*who), UserType::Staff)
                .build()
                .unwrap();
            engine.sync(&answer_to("q-1", &[]), Some(&request.part(0).unwrap())).unwrap();
            model.remove(who);
        }
        Step::Garbage => {
            let json = answer(&[record(0, &[(0, 1)])]);
            engine.sync(&json[..json.len() - 2], None).unwrap_err();
        }
    }
}

/// Owners of a face, which decides who may be found for it.
fn owners(model: &Model, number: u32) -> Vec<String> {
    let has = |faces: &[(u32, u32)]| faces.iter().any(|(_, n)| *n == number);
    model.iter().filter(|(_, faces)| has(faces)).map(|(who, _)| id(*who)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_member_is_found_and_nobody_else(steps in prop::collection::vec(step(), 1..40)) {
        let engine = engine();
        let mut model = Model::new();
        for step in &steps {
            apply(&engine, &mut model, step);
            let stats = engine.stats();
            prop_assert_eq!(stats.members, model.len());
            prop_assert_eq!(stats.face_templates, model.values().map(Vec::len).sum::<usize>());
        }
        for number in 0..40 {
            let owners = owners(&model, number);
            let found = who(&engine, number);
            match owners.as_slice() {
                [] => prop_assert_eq!(found, None),
                // Several owners are ambiguous; the first by userid is named.
                [first, ..] => prop_assert_eq!(found.as_ref(), Some(first)),
            }
        }
        for who in model.keys() {
            engine.remove(MemberId::new(&id(*who), UserType::Staff).unwrap()).unwrap();
        }
        prop_assert_eq!(engine.stats().record_bytes, 0);
        prop_assert_eq!(engine.stats().face_templates, 0);
    }
}
