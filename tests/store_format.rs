//! A store of every format that was ever released opens for ever, with all that was in it.
//!
//! `KAIMEN_BLESS=1 cargo test --test store_format` writes the fixture of the format that is
//! written now, if there is none yet; one that is there is never written again. Everybody in
//! them is invented. What this file makes of a number must not change.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kaimen::engine::{
    AlgorithmConfig, Config, Engine, Event, ItemKind, MemberId, PassMethod, PassType, Probe,
    Reason, Report, StoreConfig, Verdict, Versions,
};
use kaimen::index::SearchMode;
use kaimen::opaque::Matcher;
use kaimen::protocol::UserType;
use kaimen::rules::DenyReason;
use kaimen::store::{FORMAT, Options, StoreKey};
use kaimen::template::minutiae::{
    Minutia, MinutiaKind, MinutiaeFormat, Record, STANDARD_RESOLUTION, TURN, View, write,
};
use kaimen::template::{Algorithm, Element, Modality, TemplateFormat, VectorFormat};
use serde_json::{Value, json};

const DIMENSION: usize = 64;
/// Monday 2026-11-23 09:30:00 in Shanghai, and seven hours later.
const MORNING: i64 = 1_795_397_400;
const EVENING: i64 = MORNING + 10 * 3600;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(format: u64) -> PathBuf {
    folder().join(format!("store-{format}"))
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A direction of its own for each number.
fn face(number: u64) -> Vec<f32> {
    (0..DIMENSION as u64)
        .map(|at| (mix(number * 1000 + at) >> 40) as f32 / (1u32 << 24) as f32 - 0.5)
        .collect()
}

/// A record of a finger of its own for each number.
fn finger(number: u64) -> Vec<u8> {
    let minutia = |at: u64| {
        let below = |part: u64, bound: u64| {
            u16::try_from(mix(number * 1000 + at * 3 + part) % bound).unwrap()
        };
        let (x, y, angle) = (below(0, 300), below(1, 400), below(2, 256) * (TURN / 256));
        Minutia { x, y, angle, kind: MinutiaKind::Ending, quality: 50 }
    };
    let view = View::of(STANDARD_RESOLUTION, (0..40).map(minutia).collect::<Vec<_>>().into());
    write(&Record { product: 0, views: vec![view] }, MinutiaeFormat::Iso2005).unwrap()
}

/// A vendor's template of its own for each number.
fn opaque(number: u64) -> Vec<u8> {
    (0..12).flat_map(|at| mix(number * 1000 + at).to_le_bytes()).collect()
}

fn algorithm(name: &str, modality: Modality, format: TemplateFormat) -> AlgorithmConfig {
    let vector = matches!(format, TemplateFormat::Vector(_));
    let opaque = matches!(format, TemplateFormat::Opaque);
    AlgorithmConfig {
        algorithm: Algorithm { name: name.into(), modality, format },
        threshold: if vector { 900_000 } else { 50_000 },
        margin: 0,
        floor: 0,
        search: SearchMode::Proven,
        matcher: opaque.then(|| {
            Matcher::new(|probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
                for (score, template) in scores.iter_mut().zip(templates) {
                    *score = if probe == *template { 1_000_000 } else { 0 };
                }
                Ok(())
            })
        }),
    }
}

fn open(path: &Path) -> (Engine, Report) {
    let vector = |element| VectorFormat::bare(element, DIMENSION).into();
    let algorithms = vec![
        algorithm("default", Modality::Face, vector(Element::F32)),
        algorithm("vendor", Modality::Face, TemplateFormat::Opaque),
        algorithm("default", Modality::Finger, TemplateFormat::Minutiae(None)),
    ];
    let config = Config { algorithms, ..Config::default() };
    let options = Options { events: 4, ..Options::default() };
    let store = StoreConfig { path: path.to_owned(), key: StoreKey::new(&[0x5a; 32]), options };
    Engine::open_stored(&config, &store).expect("the store opens")
}

fn answer(members: &[Value]) -> Vec<u8> {
    json!({"headers": {"req_id": "r"}, "body": {"userinfo": members}, "errcode": 0})
        .to_string()
        .into_bytes()
}

fn entry(id: u32, bytes: &[u8]) -> Value {
    json!({"id": id, "data": STANDARD.encode(bytes)})
}

fn face_entry(id: u32, number: u64) -> Value {
    entry(id, &face(number).iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>())
}

/// One of everything that a store can hold.
fn members() -> [Value; 5] {
    [
        json!({"userid": "anna", "user_type": 0, "name": "安娜", "public_key": "a key",
            "openvid": 9_007_199_254_740_993u64, "fa_ver": 3, "fp_ver": 4,
            "fa_list": [face_entry(0, 1), face_entry(7, 2)], "fp": [entry(2, &finger(1))],
            "pass_rule_list": [{"id": 1, "rule": "9:00-18:00 * * 1-5 *", "effect_time": 77},
                               {"id": 2, "rule": "nonsense"}]}),
        json!({"userid": "ben", "user_type": 0, "fa_algorithm": "vendor", "fa_ver": 1,
            "fa_list": [entry(0, &opaque(2))], "pass_rule_list": []}),
        json!({"userid": "cleo", "user_type": 1, "fa_ver": 1, "fa_list": [face_entry(0, 3)]}),
        json!({"userid": "dan", "user_type": 2, "fp_algorithm": "elsewhere", "fp_ver": 9,
            "fp": [entry(1, &opaque(4))]}),
        json!({"userid": "eve", "user_type": 0, "fa_ver": 1, "fa_list": [face_entry(0, 5)]}),
    ]
}

fn event(time: i64) -> Event {
    Event {
        member: MemberId::new("anna", UserType::Staff),
        time,
        pass_type: PassType::Out,
        pass_method: PassMethod::Finger,
        verdict: 2,
        reason: 101,
        score: Some(-5),
        slot: Some(2),
    }
}

fn fill(path: &Path) {
    let (engine, _) = open(path);
    let report = engine.sync(&answer(&members()), None).unwrap();
    assert_eq!(report.count(ItemKind::MemberAdded), 5, "{:?}", report.items());
    // The cloud has newer faces of eve than the reader.
    let newer = json!({"userid": "eve", "user_type": 0, "fa_ver": 2});
    engine.sync(&answer(&[newer]), None).unwrap();
    engine.set_versions(Versions { perm: Some(41), visitor: Some(6) }).unwrap();
    for time in 1..=6 {
        engine.append_event(&event(time)).unwrap();
    }
    engine.acknowledge_events(3).unwrap();
}

fn check(path: &Path) {
    let (engine, report) = open(path);
    assert_eq!(report.items().len(), 1, "{:?}", report.items());
    assert_eq!(report.count(ItemKind::TemplatesWanted), 1, "of eve");
    let stats = engine.stats();
    let templates = (stats.face_templates, stats.finger_templates, stats.kept_templates);
    assert_eq!((stats.members, templates, stats.stale_templates), (5, (5, 1, 1), 1));
    assert_eq!(engine.versions(), Versions { perm: Some(41), visitor: Some(6) });
    check_members(&engine);
    check_decisions(&engine);
    check_events(&engine);
    // All of it was kept: what the cloud sends again is nothing new.
    let [anna, ben, cleo, dan, _] = members();
    let report = engine.sync(&answer(&[anna, ben, cleo, dan]), None).unwrap();
    assert_eq!(report.count(ItemKind::MemberUnchanged), 4, "{:?}", report.items());
}

fn check_members(engine: &Engine) {
    let anna = engine.member("anna", UserType::Staff).unwrap();
    assert_eq!((&*anna.name, anna.openvid), ("安娜", Some(9_007_199_254_740_993)));
    assert_eq!((anna.fa_ver, anna.fp_ver), (Some(3), Some(4)));
    assert_eq!((anna.rules, anna.rejected_rules), (1, 1));
    assert_eq!((anna.face_templates, anna.finger_templates), (2, 1));
    let dan = engine.member("dan", UserType::Student).unwrap();
    assert_eq!((dan.kept_templates, dan.fp_ver), (1, Some(9)));
}

fn check_decisions(engine: &Engine) {
    let of_face = |number, now| {
        let vector = face(number);
        engine.identify_face(&Probe::from_f32(&vector, None), now).unwrap()
    };
    let anna = MemberId::new("anna", UserType::Staff);
    for number in [1, 2] {
        let decision = of_face(number, MORNING);
        assert_eq!((decision.member, decision.verdict()), (anna, Verdict::Pass));
        assert_eq!(of_face(number, EVENING).reason, Reason::Deny(DenyReason::OutsideRules));
    }
    let cleo = of_face(3, MORNING);
    let expected = MemberId::new("cleo", UserType::Visitor);
    assert_eq!((cleo.member, cleo.reason), (expected, Reason::Deny(DenyReason::NoRulesVisitor)));
    assert_eq!(of_face(5, MORNING).reason, Reason::Stale);
    assert_eq!(of_face(6, MORNING).reason, Reason::BelowThreshold);
    let record = finger(1);
    let decision = engine.identify_finger(&Probe::from_template(&record, None), MORNING).unwrap();
    assert_eq!((decision.member, decision.slot), (anna, Some(2)));
    let template = opaque(2);
    let probe = Probe::from_template(&template, Some("vendor"));
    let decision = engine.identify_face(&probe, MORNING).unwrap();
    assert_eq!(decision.member, MemberId::new("ben", UserType::Staff));
}

fn check_events(engine: &Engine) {
    let mut found = Vec::new();
    engine
        .events(0, 10, |sequence, event| {
            let event = event.expect("not damaged");
            assert!(event == self::event(event.time));
            found.push((sequence, event.time));
        })
        .unwrap();
    assert_eq!(found, [(4, 4), (5, 5), (6, 6)]);
    let stats = engine.event_stats().unwrap();
    assert_eq!((stats.pending, stats.dropped, stats.next), (3, 2, 7));
}

#[test]
fn every_format_that_was_released_opens() {
    let newest = fixture(FORMAT);
    if std::env::var_os("KAIMEN_BLESS").is_some() && !newest.exists() {
        fs::create_dir_all(folder()).unwrap();
        fill(&newest);
    }
    for format in 1..=FORMAT {
        let path = fixture(format);
        assert!(path.exists(), "no fixture of format {format}; KAIMEN_BLESS=1 writes the newest");
        // Opening may write: it works on a copy.
        let copy = tempfile::NamedTempFile::new().unwrap();
        fs::copy(&path, copy.path()).unwrap();
        check(copy.path());
        check(copy.path());
    }
    let files = fs::read_dir(folder()).unwrap().count();
    assert_eq!(u64::try_from(files), Ok(FORMAT), "a fixture for each format, and nothing else");
}

/// What is written today is what the fixture says of this format.
#[test]
fn a_store_of_today_passes_the_same_check() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fill(&path);
    check(&path);
}
