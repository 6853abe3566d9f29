//! Galleries for the integration tests, made from a seed.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kaimen::engine::{AlgorithmConfig, Config, Limits};
use kaimen::index::SearchMode;
use kaimen::opaque::Matcher;
use kaimen::template::minutiae::{
    Minutia, MinutiaKind, MinutiaeFormat, Record, STANDARD_RESOLUTION, TURN, View, write,
};
use kaimen::template::{Algorithm, Element, Modality, TemplateFormat, VectorFormat};

/// Monday 2026-11-23 09:30:00 in Shanghai.
pub const MONDAY: i64 = 1_795_397_400;

/// A direction of its own for each number; two numbers are nearly orthogonal.
pub fn codes(number: u32, dimension: usize) -> Vec<i8> {
    let mut state = u64::from(number).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 56) as u8).cast_signed()
    };
    (0..8).for_each(|_| {
        next();
    });
    (0..dimension).map(|_| next()).collect()
}

pub fn bytes(codes: &[i8]) -> Vec<u8> {
    codes.iter().map(|code| code.cast_unsigned()).collect()
}

pub fn config(dimension: usize, limits: Limits) -> Config {
    let format = VectorFormat::bare(Element::I8, dimension).into();
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Face, format };
    let algorithms = vec![AlgorithmConfig {
        algorithm,
        threshold: 500_000,
        margin: 50_000,
        floor: -1_000_000,
        search: SearchMode::Fast,
        matcher: None,
    }];
    Config { algorithms, limits, ..Config::default() }
}

/// The same faces, as bytes that a vendor compares: a million for equal ones.
pub fn opaque_config(limits: Limits) -> Config {
    let matcher = Matcher::new(|probe: &[u8], templates: &[&[u8]], scores: &mut [i32]| {
        for (score, template) in scores.iter_mut().zip(templates) {
            let equal = probe.iter().zip(*template).filter(|(a, b)| a == b).count();
            *score = i32::try_from(1_000_000 * equal / probe.len()).unwrap();
        }
        Ok(())
    });
    let mut config = config(32, limits);
    config.algorithms[0].algorithm.format = TemplateFormat::Opaque;
    config.algorithms[0].matcher = Some(matcher);
    config
}

/// One member with faces `number * 100 + slot`, of any version.
pub fn member(number: u32, slots: u32, version: u32, dimension: usize) -> String {
    let faces: Vec<String> = (0..slots)
        .map(|slot| {
            let data = STANDARD.encode(bytes(&codes(number * 100 + slot + version, dimension)));
            format!(r#"{{"id":{slot},"data":"{data}"}}"#)
        })
        .collect();
    format!(
        r#"{{"userid":"member-{number}","openvid":{number},"fa_ver":{version},"name":"成员{number}",
        "pass_rule_list":[{{"id":1,"rule":"0:00-23:59 * * * *"}}],"fa_list":[{}]}}"#,
        faces.join(",")
    )
}

pub fn answer(members: &[String]) -> Vec<u8> {
    let members = members.join(",");
    format!(r#"{{"headers":{{"req_id":"r"}},"body":{{"userinfo":[{members}]}},"errcode":0}}"#)
        .into_bytes()
}

/// The same for fingers: minutiae in any format that says what it is.
pub fn finger_config(limits: Limits) -> Config {
    let format = TemplateFormat::Minutiae(None);
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Finger, format };
    let search = SearchMode::default();
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: 50_000,
        margin: 1_000,
        floor: 0,
        search,
        matcher: None,
    };
    Config { algorithms: vec![algorithm], limits, ..Config::default() }
}

/// Minutiae of a finger that nobody has, another one for each number.
fn view(number: u32, minutiae: usize) -> View {
    let mut state = number.wrapping_add(1).wrapping_mul(0x9E37_79B9) | 1;
    let mut below = |bound: u16| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        u16::try_from(state >> 16).unwrap() % bound
    };
    let minutiae = (0..minutiae).map(|_| {
        let (x, y, angle) = (below(300), below(400), below(256) * (TURN / 256));
        Minutia { x, y, angle, kind: MinutiaKind::Ending, quality: 50 }
    });
    View::of(STANDARD_RESOLUTION, minutiae.collect::<Vec<_>>().into())
}

/// A record of the fingers `first`, `first + 1` and so on, of so many minutiae each.
pub fn finger_record(first: u32, views: u32, minutiae: usize) -> Vec<u8> {
    let views = (first..first + views).map(|number| view(number, minutiae)).collect();
    write(&Record { product: 0, views }, MinutiaeFormat::Iso2005).unwrap()
}

/// One member whose slot 3 holds a record.
pub fn finger_member(number: u32, version: u32, record: &[u8]) -> String {
    let data = STANDARD.encode(record);
    format!(
        r#"{{"userid":"member-{number}","openvid":{number},"fp_ver":{version},"name":"成员{number}",
        "pass_rule_list":[{{"id":1,"rule":"0:00-23:59 * * * *"}}],"fp":[{{"id":3,"data":"{data}"}}]}}"#
    )
}
