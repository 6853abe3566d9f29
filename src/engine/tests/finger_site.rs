//! Members with made-up fingers, and records of them.

use serde_json::{Value, json};

use super::site::{MONDAY, answer, member, with};
use crate::engine::{AlgorithmConfig, Config, Decision, Engine, Limits, Probe, Report};
use crate::fingerprint::{Minutia, MinutiaKind};
use crate::index::SearchMode;
use crate::template::minutiae::{self as record, MinutiaeFormat, Record, View};
use crate::template::{Algorithm, Modality, TemplateFormat};

pub(super) use crate::fingerprint::tests::synthetic::{impression, turned};

/// What 1 of 100,000 comparisons of different fingers reaches.
pub(super) const THRESHOLD: i32 = 50_000;

/// 45 minutiae of a finger that nobody has, another one for each number.
pub(super) fn finger(number: u64) -> Vec<Minutia> {
    crate::fingerprint::tests::synthetic::finger(number, 45)
}

/// Minutiae in whole pixels of a resolution, moved so that the lowest coordinates are 0.
pub(super) fn view_at(minutiae: &[Minutia], resolution: u16) -> View {
    let low = |of: fn(&Minutia) -> f32| minutiae.iter().map(of).fold(f32::MAX, f32::min);
    let (left, top) = (low(|m| m.x), low(|m| m.y));
    let scale = f32::from(resolution) / f32::from(record::STANDARD_RESOLUTION);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    let pixels = |far: f32| (far * scale).round() as u16;
    let minutia = |m: &Minutia| record::Minutia {
        x: pixels(m.x - left),
        y: pixels(m.y - top),
        angle: m.angle,
        kind: match m.kind {
            MinutiaKind::Ending => record::MinutiaKind::Ending,
            MinutiaKind::Bifurcation => record::MinutiaKind::Bifurcation,
            MinutiaKind::Other => record::MinutiaKind::Other,
        },
        quality: m.quality,
    };
    View::of(resolution, minutiae.iter().map(minutia).collect::<Vec<_>>().into())
}

/// A record of some views at 500 dpi.
pub(super) fn record_as(format: MinutiaeFormat, views: &[&[Minutia]]) -> Vec<u8> {
    let views = views.iter().map(|view| view_at(view, record::STANDARD_RESOLUTION));
    record::write(&Record { product: 0, views: views.collect() }, format).unwrap()
}

/// The same, in the format that most readers give.
pub(super) fn record_of(views: &[&[Minutia]]) -> Vec<u8> {
    record_as(MinutiaeFormat::Iso2005, views)
}

/// An entry of `fp`.
pub(super) fn fp_slot(id: u32, bytes: &[u8]) -> Value {
    use base64::Engine as _;
    json!({"id": id, "data": base64::engine::general_purpose::STANDARD.encode(bytes)})
}

/// A member of the staff without a face, open around the clock, with these fingers.
pub(super) fn fp_member(userid: &str, slots: &[Value]) -> Value {
    with(member(userid, 0), json!({"fa_ver": null, "fa_list": null, "fp_ver": 1, "fp": slots}))
}

/// The same with one finger, in slot 3.
pub(super) fn fp_simple(userid: &str, number: u64) -> Value {
    fp_member(userid, &[fp_slot(3, &record_of(&[&finger(number)]))])
}

pub(super) fn fp_algorithm(name: &str, format: Option<MinutiaeFormat>) -> AlgorithmConfig {
    let format = TemplateFormat::Minutiae(format);
    let algorithm = Algorithm { name: name.to_owned(), modality: Modality::Finger, format };
    let search = SearchMode::default();
    AlgorithmConfig {
        algorithm,
        threshold: THRESHOLD,
        margin: 1_000,
        floor: 0,
        search,
        matcher: None,
    }
}

pub(super) fn fp_config() -> Config {
    let limits =
        Limits { members: 200, face_templates: 10, finger_templates: 300, ..Limits::default() };
    let algorithms = vec![
        super::site::algorithm("default"),
        fp_algorithm("minutiae", None),
        fp_algorithm("other", None),
    ];
    Config { algorithms, limits, ..Config::default() }
}

pub(super) fn fp_engine() -> Engine {
    Engine::open(&fp_config()).unwrap()
}

/// An engine with `alice` (finger 1) and `bob` (finger 2).
pub(super) fn alice_and_bob() -> Engine {
    let engine = fp_engine();
    sync(&engine, &[fp_simple("alice", 1), fp_simple("bob", 2)]);
    engine
}

pub(super) fn sync(engine: &Engine, members: &[Value]) -> Report {
    engine.sync(&answer(members), None).unwrap()
}

/// The decision about a record, by the first algorithm of fingers.
pub(super) fn identify(engine: &Engine, bytes: &[u8]) -> Decision {
    engine.identify_finger(&Probe::from_template(bytes, None), MONDAY).unwrap()
}

/// A finger at the door: another impression of it, turned by a tenth of a turn.
pub(super) fn at_the_door(number: u64) -> Vec<Minutia> {
    turned(&impression(&finger(number), number ^ 0xD00F), 1152)
}

/// Who is found for a finger number; `None` if unknown.
pub(super) fn who(engine: &Engine, number: u64) -> Option<String> {
    let bytes = record_of(&[&at_the_door(number)]);
    identify(engine, &bytes).member.map(|id| id.userid().to_owned())
}

/// The members and scores of a search for everybody who is the least alike, best first.
pub(super) fn candidates(engine: &Engine, bytes: &[u8], most: usize) -> Vec<(String, i32, u8)> {
    let mut found = Vec::new();
    let take = |c: crate::engine::Candidate| {
        found.push((c.member.userid().to_owned(), c.score, c.slot));
    };
    engine.search_finger(&Probe::from_template(bytes, None), 0, most, take).unwrap();
    found
}
