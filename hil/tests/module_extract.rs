//! From drawn impressions to the engine's decision: image, mindtct, ISO record, kaimen.

mod extractor;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use kaimen::engine::{AlgorithmConfig, Config, Engine, Limits, Probe, Verdict};
use kaimen::index::SearchMode;
use kaimen::template::minutiae::{self, MinutiaeFormat, Record};
use kaimen::template::{Algorithm, Modality, TemplateFormat};
use kaimen_hil::emulator::{DrawnFinger, Impression};
use kaimen_hil::extract::{ExtractError, Extractor, TextFault};
use kaimen_hil::module::{Geometry, GreyImage, Profile};

use extractor::extractor;

/// A Monday at noon in 2026, in Unix seconds.
const MONDAY: i64 = 1_795_406_400;
/// What 1 of 100,000 comparisons of different fingers reaches.
const THRESHOLD: i32 = 50_000;

fn engine_with(records: &[(String, Vec<u8>)]) -> Engine {
    let format = TemplateFormat::Minutiae(Some(MinutiaeFormat::Iso2005));
    let algorithm = Algorithm { name: String::from("mindtct"), modality: Modality::Finger, format };
    let search = SearchMode::default();
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: THRESHOLD,
        margin: 1_000,
        floor: 0,
        search,
        matcher: None,
    };
    let limits = Limits { members: 100, finger_templates: 200, ..Limits::default() };
    let config = Config { algorithms: vec![algorithm], limits, ..Config::default() };
    let engine = Engine::open(&config).unwrap();
    let members = records.iter().map(|(userid, record)| {
        let data = base64::engine::general_purpose::STANDARD.encode(record);
        format!(
            r#"{{"userid":"{userid}","user_type":0,"name":"{userid}","fp_ver":1,
            "pass_rule_list":[{{"id":1,"rule":"0:00-23:59 * * * *"}}],
            "fp":[{{"id":0,"data":"{data}"}}]}}"#
        )
    });
    let members = members.collect::<Vec<_>>().join(",");
    let answer =
        format!(r#"{{"headers":{{"req_id":"r"}},"body":{{"userinfo":[{members}]}},"errcode":0}}"#);
    engine.sync(answer.as_bytes(), None).unwrap();
    assert_eq!(engine.stats().finger_templates, records.len());
    engine
}

/// Who the engine says it is, with the score.
fn who(engine: &Engine, record: &[u8]) -> (Option<String>, i32) {
    let decision = engine.identify_finger(&Probe::from_template(record, None), MONDAY).unwrap();
    let member = decision.member.as_ref().map(|member| member.userid().to_owned());
    assert_eq!(member.is_some(), decision.verdict() == Verdict::Pass);
    (member, decision.score.unwrap_or_default())
}

fn name(finger: u32) -> String {
    format!("finger-{finger}")
}

fn image(finger: u32, number: u32, profile: &Profile) -> GreyImage {
    // As it comes over the line, with four bits a pixel.
    let image = Impression { finger, number }.image(profile.image, profile.dpi);
    GreyImage::from_line(profile.image, &image.line_bytes()).unwrap()
}

#[test]
fn drawn_impressions_are_identified_among_others_and_strangers_are_not() {
    let Some(extractor) = extractor() else { return };
    for profile in [&Profile::R305, &Profile::R503] {
        let record = |finger, number| {
            extractor.iso_record(&image(finger, number, profile), profile.dpi).unwrap()
        };
        let members = (1..=12).map(|finger| (name(finger), record(finger, 0)));
        let engine = engine_with(&members.collect::<Vec<_>>());
        for finger in 1..=12 {
            let (member, score) = who(&engine, &record(finger, 1));
            assert_eq!(member, Some(name(finger)), "{}, score {score}", profile.name);
        }
        for stranger in 101..=112 {
            let (member, score) = who(&engine, &record(stranger, 0));
            assert_eq!(member, None, "{}, {stranger}, score {score}", profile.name);
        }
    }
}

#[test]
fn the_extractor_finds_the_minutiae_that_were_drawn() {
    let Some(extractor) = extractor() else { return };
    let profile = &Profile::R305;
    for finger in 1..=4 {
        let drawn = DrawnFinger::new(finger).record(0, profile.image, profile.dpi);
        let found = extractor.record(&image(finger, 0, profile), profile.dpi).unwrap();
        let met = drawn.views[0].minutiae.iter().filter(|drawn| {
            found.views[0].minutiae.iter().any(|found| {
                let apart = |one: u16, other: u16| i32::from(one).abs_diff(i32::from(other));
                let turned = apart(drawn.angle, found.angle);
                // Ten pixels, and 30 degrees of a turn of 11520.
                apart(drawn.x, found.x) < 10
                    && apart(drawn.y, found.y) < 10
                    && turned.min(11_520 - turned) < 960
            })
        });
        let (met, all) = (met.count(), drawn.views[0].minutiae.len());
        assert!(met * 10 >= all * 7, "finger {finger}: {met} of {all}");
    }
}

#[test]
fn the_records_of_drawn_fingers_serve_without_an_extractor() {
    let profile = &Profile::R305;
    let record = |finger: u32, number: u32| {
        let record: Record = DrawnFinger::new(finger).record(number, profile.image, profile.dpi);
        minutiae::write(&record, MinutiaeFormat::Iso2005).unwrap()
    };
    let members = (1..=30).map(|finger| (name(finger), record(finger, 0)));
    let engine = engine_with(&members.collect::<Vec<_>>());
    for finger in 1..=30 {
        assert_eq!(who(&engine, &record(finger, 2)).0, Some(name(finger)));
        assert_eq!(who(&engine, &record(1000 + finger, 0)).0, None);
    }
}

#[test]
fn the_extractor_finds_what_nists_own_program_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = root.join("../../shared/data/fingerprints/fvc2002-setb/db1");
    if !data.is_dir() {
        return println!("skipped: {} is not there", data.display());
    }
    let Some(extractor) = extractor() else { return };
    let places = |record: &Record| {
        let minutiae = record.views[0].minutiae.iter();
        let mut places = minutiae.map(|minutia| (minutia.x, minutia.y)).collect::<Vec<_>>();
        places.sort_unstable();
        places
    };
    for name in (101..=110).map(|finger| format!("{finger}_1")) {
        let image = std::fs::File::open(data.join(format!("images/{name}.png"))).unwrap();
        let output = Command::new(extractor.program()).stdin(image).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let found = text.lines().skip(1).map(|line| {
            let mut fields = line.split(' ').map(|field| field.parse::<u16>());
            (fields.next().unwrap().unwrap(), fields.next().unwrap().unwrap())
        });
        let mut found = found.collect::<Vec<_>>();
        found.sort_unstable();
        let templates = data.join("templates/mindtct-iso2005");
        let file = std::fs::read_dir(templates).unwrap().flatten();
        let mut files = file.map(|entry| entry.path());
        let file = files.find(|path| path.file_stem().is_some_and(|stem| *stem == *name));
        let expected = minutiae::read(&std::fs::read(file.unwrap()).unwrap()).unwrap();
        assert_eq!(found, places(&expected), "{name}");
    }
}

#[test]
fn an_image_without_a_finger_has_no_record() {
    let Some(extractor) = extractor() else { return };
    let white = GreyImage::drawn(Geometry { width: 192, height: 192 }, |_, _| 255);
    let error = extractor.record(&white, 500).unwrap_err();
    assert!(matches!(error, ExtractError::Text(TextFault::None)), "{error}");
}

/// A program of two lines that stands in for one that misbehaves.
fn script(folder: &Path, body: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("extractor.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_program_that_fails_hangs_or_babbles_is_an_error_in_time() {
    let image = GreyImage::drawn(Geometry { width: 256, height: 288 }, |_, _| 0);
    let run = |body: &str| {
        let folder = tempfile::tempdir().unwrap();
        let extractor = Extractor::at(&script(folder.path(), body));
        let begun = Instant::now();
        let error = extractor.within(Duration::from_millis(1500)).record(&image, 500).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(20));
        error
    };
    let error = run("echo no such image >&2; exit 3");
    assert!(error.to_string().ends_with("(exit status: 3): no such image"), "{error}");
    assert!(matches!(run("kill -SEGV $$"), ExtractError::Failed { .. }));
    assert!(matches!(run("exec sleep 60"), ExtractError::Late { .. }));
    assert!(matches!(run("exec yes"), ExtractError::Late { .. }));
    let error = run("cat >/dev/null; echo minutiae 1; echo 999 0 0 1 ending");
    assert!(matches!(error, ExtractError::Text(TextFault::Field { line: 2, field: "x" })));
    let absent = Extractor::at(Path::new("/nowhere/extractor")).record(&image, 500).unwrap_err();
    assert!(matches!(absent, ExtractError::Run { .. }), "{absent}");
}
