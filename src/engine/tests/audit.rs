//! The floor, several probes at once, everybody against everybody, threads.

use std::ops::ControlFlow;

use super::site::*;
use crate::Error;
use crate::engine::{Config, Duplicate, Engine, Probe, Progress, Reason};
use crate::index::{SCORE_ONE, SearchMode};
use crate::status::*;

const MODES: [SearchMode; 2] = [SearchMode::Proven, SearchMode::Fast];

/// An engine of 40 members, with a twin of face 7, in a mode and with a floor.
fn site(search: SearchMode, floor: i32, threads: usize) -> Engine {
    let mut config = Config { threads, ..config() };
    for algorithm in &mut config.algorithms {
        (algorithm.search, algorithm.floor) = (search, floor);
    }
    let engine = Engine::open(&config).unwrap();
    let mut members: Vec<_> = (0..40).map(|i| member(&format!("m{i}"), i)).collect();
    members.push(member("twin", 7));
    sync(&engine, &members);
    engine
}

/// Faces as they are, in between two members, and of nobody.
fn probes() -> Vec<Vec<f32>> {
    let between = (0..12u8).map(|i| {
        let share = f32::from(i) / 12.0;
        mix(&face(u32::from(i)), &face(u32::from(i) + 1), share)
    });
    (0..42).map(face).chain(between).collect()
}

#[test]
fn the_floor_changes_no_decision_but_what_it_tells_of_others() {
    for mode in MODES {
        let all = site(mode, -SCORE_ONE, 1);
        let high = site(mode, SCORE_ONE, 1);
        let mut silent = 0;
        for probe in probes() {
            let (told, bare) = (identify(&all, &probe), identify(&high, &probe));
            assert_eq!((told.reason, told.member), (bare.reason, bare.member));
            assert_eq!(told.slot, bare.slot);
            // The floor is the threshold less the margin: 0.55.
            assert_eq!(bare.score, told.score.filter(|&score| score >= 550_000));
            let second = |score: i32| score - told.margin.unwrap();
            let near = bare.score.filter(|&score| second(score) >= 550_000);
            assert_eq!(bare.margin.is_some(), near.is_some());
            silent += usize::from(bare.score.is_none());
        }
        assert!(silent > 1, "strangers are among the probes");
    }
}

#[test]
fn an_empty_gallery_is_told_from_one_in_which_nobody_is_near() {
    let mut config = config();
    config.algorithms.iter_mut().for_each(|algorithm| algorithm.floor = SCORE_ONE);
    let engine = Engine::open(&config).unwrap();
    assert_eq!(identify(&engine, &face(1)).reason, Reason::EmptyGallery);
    sync(&engine, &[member("alice", 1)]);
    let decision = identify(&engine, &face(99));
    assert_eq!((decision.reason, decision.score), (Reason::BelowThreshold, None));
}

#[test]
fn probes_together_get_the_decisions_that_each_alone_gets() {
    for (mode, threads) in [(MODES[0], 1), (MODES[1], 1), (MODES[1], 3)] {
        let engine = site(mode, 0, threads);
        let vectors = probes();
        // Every fifth one asks another algorithm, which nobody has.
        let named = |i: usize| if i % 5 == 4 { Some("other") } else { None };
        let probes: Vec<_> =
            vectors.iter().enumerate().map(|(i, v)| Probe::from_f32(v, named(i))).collect();
        let together = engine.identify_faces(&probes, MONDAY).unwrap();
        assert_eq!(together.len(), probes.len());
        for (probe, decision) in probes.iter().zip(&together) {
            assert_eq!(*decision, engine.identify_face(probe, MONDAY).unwrap());
        }
        assert_eq!(engine.identify_faces(&[], MONDAY).unwrap(), []);
    }
}

#[test]
fn one_bad_probe_is_named_and_too_many_are_refused() {
    let engine = site(SearchMode::Fast, 0, 1);
    let (good, bad) = (face(1), vec![f32::NAN; DIMENSION]);
    let probes = [&good, &good, &bad].map(|vector| Probe::from_f32(vector, None));
    let error = engine.identify_faces(&probes, MONDAY).unwrap_err();
    assert_eq!((error.status(), error.position()), (KAIMEN_ERR_NOT_FINITE, Some(2)));
    let many = vec![probes[0]; crate::limits::PROBES + 1];
    assert!(matches!(engine.identify_faces(&many, MONDAY), Err(Error::Argument { .. })));
}

fn duplicates(engine: &Engine, threshold: i32) -> Result<Vec<Duplicate>, Error> {
    let mut found = Vec::new();
    let take = |duplicate: &Duplicate| {
        found.push(*duplicate);
        ControlFlow::Continue(())
    };
    engine.duplicates(None, threshold, take, |_| ControlFlow::Continue(())).map(|()| found)
}

#[test]
fn who_is_enrolled_twice_is_found() {
    for mode in MODES {
        let found = duplicates(&site(mode, 0, 1), 900_000).unwrap();
        let [pair] = found[..] else { panic!("{found:?}") };
        assert_eq!((pair.member.userid(), pair.other.userid()), ("m7", "twin"));
        assert_eq!((pair.score, pair.slot, pair.other_slot), (SCORE_ONE, 0, 0));
    }
}

#[test]
fn a_search_for_duplicates_can_be_ended_and_tells_how_far_it_is() {
    let engine = site(SearchMode::Fast, 0, 1);
    let mut heard = Vec::new();
    let end = engine.duplicates(
        None,
        900_000,
        |_| ControlFlow::Continue(()),
        |Progress { done, total }| {
            heard.push((done, total));
            if heard.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    assert!(matches!(end, Err(Error::Cancelled)));
    assert_eq!(end.unwrap_err().status(), KAIMEN_ERR_CANCELLED);
    assert_eq!(heard, [(16, 41), (32, 41)]);
    for threshold in [0, -1, SCORE_ONE + 1] {
        assert!(matches!(duplicates(&engine, threshold), Err(Error::Argument { .. })));
    }
    assert_eq!(duplicates(&self::engine(), 1).unwrap(), []);
}

#[test]
fn what_cannot_be_right_is_refused() {
    for threads in [0, crate::limits::THREADS + 1] {
        let config = Config { threads, ..config() };
        assert!(matches!(Engine::open(&config), Err(Error::Config { field: "threads", .. })));
    }
    for floor in [-SCORE_ONE - 1, SCORE_ONE + 1] {
        let mut config = config();
        config.algorithms[0].floor = floor;
        assert!(matches!(Engine::open(&config), Err(Error::Config { field: "floor", .. })));
    }
}

#[test]
fn the_need_follows_the_mode_and_the_threads() {
    let need = |search, threads| {
        let mut config = Config { threads, ..config() };
        config.algorithms.iter_mut().for_each(|algorithm| algorithm.search = search);
        config.required_bytes().unwrap()
    };
    assert!(need(SearchMode::Fast, 1) > need(SearchMode::Proven, 1));
    assert!(need(SearchMode::Fast, 2) > need(SearchMode::Fast, 1));
}

/// Enough templates for threads to be woken.
#[test]
fn threads_change_no_decision() {
    let limits = crate::engine::Limits {
        members: 4_000,
        face_templates: 50_000,
        json_bytes: 64 << 20,
        ..config().limits
    };
    let config = Config { limits, ..config() };
    let alone = Engine::open(&config).unwrap();
    let together = Engine::open(&Config { threads: 3, ..config }).unwrap();
    let faces = |n| (0..12).map(|i| slot(i, &face(n * 12 + i))).collect::<Vec<_>>();
    let members: Vec<_> = (0..3_500)
        .map(|n| with(member(&format!("m{n}"), n), serde_json::json!({"fa_list": faces(n)})))
        .collect();
    for engine in [&alone, &together] {
        sync(engine, &members);
        assert_eq!(engine.stats().face_templates, 42_000);
    }
    for number in [0, 7, 20_000, 41_999, 50_000, 60_000] {
        assert_eq!(identify(&alone, &face(number)), identify(&together, &face(number)));
    }
}
