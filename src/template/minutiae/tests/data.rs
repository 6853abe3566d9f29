//! The shared data, where it is on this machine: real records of several writers.
//!
//! Nothing of it is in the repository, and no message shows a minutia of it.

use super::conversion::{close, rounding};
use super::*;
use serde_json::Value;
use std::path::{Path, PathBuf};

const DATA: &str = "../shared/data/fingerprints";

/// The folder, or a line that says what was not done.
fn data(test: &str) -> Option<PathBuf> {
    let path = PathBuf::from(DATA);
    if path.is_dir() {
        return Some(path);
    }
    say(&format!("minutiae, {test}: skipped: {DATA} is not there\n"));
    None
}

/// Past the test harness, which swallows what a passing test prints.
fn say(line: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}

/// All files of a folder and those below, by path.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The folder of cross-encoded records in a format, and how far its angles may be from those
/// of the ISO record, in 1/11520 turn. Its places are exact, or rounded to the card's unit.
///
/// The ANSI angles come from the extractor's own, finer ones: one rounding of 1 degree at most
/// each way and 0.7 of the ISO record, 54 in all. The cards were made from the ANSI records.
const CROSS_ENCODED: [(&str, MinutiaeFormat, u16); 8] = [
    ("iso2005", MinutiaeFormat::Iso2005, 0),
    ("iso2011-6byte", MinutiaeFormat::Iso2011, 0),
    ("iso2011-5byte", MinutiaeFormat::Iso2011, 0),
    ("ansi2004", MinutiaeFormat::Ansi2004, 54),
    ("ansi2009", MinutiaeFormat::Ansi2009, 54),
    ("ansi2009am1", MinutiaeFormat::Ansi2009Am1, 54),
    ("iso2005-card-normal", MinutiaeFormat::IsoNormalCard, 54 + 22),
    ("iso2005-card-compact", MinutiaeFormat::IsoCompactCard, 54 + 90),
];

fn load(path: &Path, format: MinutiaeFormat) -> Record {
    let bytes = std::fs::read(path).unwrap();
    let told = (!format.is_card()).then_some(format);
    assert_eq!(detect(&bytes), told, "{}", path.display());
    read_as(format, &bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn eight_encodings_are_the_same_minutiae() {
    let Some(data) = data("eight encodings") else { return };
    let folder = data.join("formats/cross-encoded");
    let references = files(&folder.join("iso2005"));
    assert_eq!(references.len(), 80);
    for (name, format, angle) in CROSS_ENCODED {
        for reference in &references {
            let expected = &load(reference, MinutiaeFormat::Iso2005).views[0];
            let path = folder.join(name).join(reference.file_name().unwrap());
            let record = load(&path, format);
            let [found] = &record.views[..] else { panic!("{}: one view", path.display()) };
            // The y of `close` is relative; the absolute one is held below.
            close(found, expected, angle, rounding(format).1);
            let quality = !format.is_card() && name != "iso2011-5byte";
            for (found, expected) in found.minutiae.iter().zip(expected.minutiae.iter()) {
                assert!(found.kind == expected.kind);
                assert!(found.quality == if quality { expected.quality } else { 0 });
                assert!(format.is_card() || (found.x, found.y) == (expected.x, expected.y));
            }
            if format.is_card() {
                // The same rounding by another writer: exactly our own positions.
                let written = write(&load(reference, MinutiaeFormat::Iso2005), format).unwrap();
                let ours = read_as(format, &written).unwrap();
                let places = |view: &View| -> Vec<_> {
                    view.minutiae.iter().map(|minutia| (minutia.x, minutia.y)).collect()
                };
                assert!(places(&ours.views[0]) == places(found), "{}", path.display());
            } else {
                assert_eq!(found.resolution_x, expected.resolution_x);
                assert_eq!(found.height, expected.height);
            }
        }
    }
}

/// NIST's converter makes the very bytes of a normal card that we make, from its source;
/// a compact card too, but for the rounding of an angle.
#[test]
fn cards_as_another_writer_makes_them() {
    let Some(data) = data("cards") else { return };
    let folder = data.join("formats/cross-encoded");
    let (mut same, mut angles, mut all) = (0, 0, 0);
    for source in files(&folder.join("ansi2004")) {
        let record = load(&source, MinutiaeFormat::Ansi2004);
        for (name, format) in [
            ("iso2005-card-normal", MinutiaeFormat::IsoNormalCard),
            ("iso2005-card-compact", MinutiaeFormat::IsoCompactCard),
        ] {
            let theirs =
                std::fs::read(folder.join(name).join(source.file_name().unwrap())).unwrap();
            let ours = write(&record, format).unwrap();
            assert_eq!(ours.len(), theirs.len(), "{}", source.display());
            let unit = if format == MinutiaeFormat::IsoNormalCard { 5 } else { 3 };
            for (ours, theirs) in ours.chunks(unit).zip(theirs.chunks(unit)) {
                all += 1;
                same += usize::from(ours == theirs);
                let turn = if unit == 5 { 256 } else { 64 };
                let mask = if unit == 5 { 255 } else { 63 };
                let angle = |raw: &[u8]| i32::from(raw[unit - 1]) & mask;
                let apart = (angle(ours) - angle(theirs)).rem_euclid(turn);
                angles += usize::from(apart <= 1 || apart == turn - 1);
                assert!(ours[..unit - 1] == theirs[..unit - 1], "{}", source.display());
            }
        }
    }
    assert_eq!(angles, all, "no angle is more than one unit away");
    say(&format!("minutiae, cards of another writer: {same} of {all} minutiae byte for byte\n"));
}

#[test]
fn worked_examples_of_the_standards() {
    let Some(data) = data("worked examples") else { return };
    let folder = data.join("formats/worked-examples");
    let iso = load(&folder.join("iso-19794-2-2005-appendix-c2.fmr"), MinutiaeFormat::Iso2005);
    let ansi = load(&folder.join("ansi-378-2004-appendix-b2.fmr"), MinutiaeFormat::Ansi2004);
    // The standards' own numbers, not a person's.
    for (record, first, last) in [(&iso, 80 * 45, 249 * 45), (&ansi, 56 * 64, 175 * 64)] {
        assert_eq!(record.views.len(), 2);
        let head = |view: &View| {
            (view.position, view.number, view.impression, view.quality, view.minutiae.len())
        };
        assert_eq!(head(&record.views[0]), (7, 0, 0, 90, 27));
        assert_eq!(head(&record.views[1]), (2, 0, 0, 70, 22));
        for view in &record.views {
            assert_eq!((view.width, view.height), (512, 512));
            assert_eq!((view.resolution_x, view.resolution_y), (197, 197));
        }
        let ending = MinutiaKind::Ending;
        assert_eq!(numbers(&record.views[0])[0], (100, 14, first, ending, 90));
        let bifurcation = MinutiaKind::Bifurcation;
        assert_eq!(numbers(&record.views[1])[21], (125, 73, last, bifurcation, 40));
    }
    assert_eq!(ansi.product, 0x0042_0011);
    for record in [&iso, &ansi] {
        assert_eq!(numbers(&record.views[0])[12].3, MinutiaKind::Other);
    }
}

#[test]
fn samples_of_fingerprintio() {
    let Some(data) = data("FingerprintIO samples") else { return };
    let folder = data.join("formats/fingerprintio-samples");
    for (name, format, unit) in [
        ("iso19794p2v2005", MinutiaeFormat::Iso2005, 45),
        ("iso19794p2v2011", MinutiaeFormat::Iso2011, 45),
        ("ansi378v2004", MinutiaeFormat::Ansi2004, 64),
        ("ansi378v2009", MinutiaeFormat::Ansi2009, 64),
        ("ansi378v2009am1", MinutiaeFormat::Ansi2009Am1, 64),
    ] {
        let record = load(&folder.join(format!("{name}-sample.dat")), format);
        let text = std::fs::read(folder.join(format!("{name}-sample.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&text).unwrap();
        let views = expected["fingerprints"].as_array().unwrap();
        assert_eq!(record.views.len(), views.len(), "{name}");
        for (view, expected) in record.views.iter().zip(views) {
            // Sizes and resolutions are the record's, or the view's own.
            let whole = |key: &str| expected.get(key).unwrap_or(&Value::Null).as_u64();
            assert_eq!(Some(u64::from(view.number)), whole("view"), "{name}");
            if let Some(width) = whole("width") {
                assert_eq!(
                    (u64::from(view.width), Some(u64::from(view.resolution_y))),
                    (width, whole("resolutionY"))
                );
            }
            let minutiae = expected["minutiae"].as_array().unwrap();
            assert_eq!(view.minutiae.len(), minutiae.len(), "{name}");
            for (minutia, expected) in view.minutiae.iter().zip(minutiae) {
                let number = |key: &str| u16::try_from(expected[key].as_u64().unwrap()).unwrap();
                let kind = match expected["type"].as_str().unwrap() {
                    "ENDING" => MinutiaKind::Ending,
                    "BIFURCATION" => MinutiaKind::Bifurcation,
                    _ => MinutiaKind::Other,
                };
                // Angles of the ANSI samples go beyond a turn.
                let angle = u16::try_from(u32::from(number("angle")) * unit % u32::from(TURN));
                let quality = number("quality");
                assert_eq!((minutia.x, minutia.y), (number("positionX"), number("positionY")));
                assert_eq!((minutia.angle, minutia.kind), (angle.unwrap(), kind), "{name}");
                assert_eq!(u16::from(minutia.quality), if quality > 100 { 0 } else { quality });
            }
        }
    }
}

#[test]
fn every_malformed_record_is_refused() {
    let Some(data) = data("malformed") else { return };
    let malformed = files(&data.join("formats/malformed"));
    assert!(malformed.len() >= 3);
    for path in malformed {
        let bytes = std::fs::read(&path).unwrap();
        let error = read(&bytes).expect_err("malformed");
        assert!(matches!(error.fault, ReadFault::Truncated { .. }), "{}: {error}", path.display());
        assert!(read_as(MinutiaeFormat::Iso2005, &bytes).is_err());
    }
}

#[test]
fn every_template_of_the_data_is_read_and_comes_back() {
    let Some(data) = data("every template") else { return };
    let (mut records, mut texts, mut minutiae, mut largest) = (0, 0, 0, 0);
    for path in files(&data) {
        let Some(kind) = path.parent().and_then(Path::file_name).and_then(|name| name.to_str())
        else {
            continue;
        };
        let format = match kind {
            "fjfx-iso2005" | "mindtct-iso2005" | "secugen-iso2005" => MinutiaeFormat::Iso2005,
            "fjfx-ansi2004" => MinutiaeFormat::Ansi2004,
            "mindtct-xyt" => MinutiaeFormat::Xyt,
            _ => continue,
        };
        let record = load(&path, format);
        *(if format == MinutiaeFormat::Xyt { &mut texts } else { &mut records }) += 1;
        minutiae += record.views[0].minutiae.len();
        largest = largest.max(record.views[0].minutiae.len());
        let again = read_as(format, &write(&record, format).unwrap()).unwrap();
        assert!(again.views[0].minutiae == record.views[0].minutiae, "{}", path.display());
        if format == MinutiaeFormat::Iso2005 {
            // These writers leave the same fields empty as we do.
            assert!(
                write(&record, format).unwrap() == std::fs::read(&path).unwrap(),
                "{}",
                path.display()
            );
        }
    }
    say(&format!(
        "minutiae, every template: {records} records and {texts} texts, {minutiae} minutiae, \
         at most {largest} in a view\n"
    ));
    assert_eq!((records, texts), (3798, 1080));
}

/// The text and the record of one extraction are the same minutiae: y and the angle turn the
/// right way.
#[test]
fn text_and_record_of_one_extraction_agree() {
    let Some(data) = data("xyt against ISO") else { return };
    let mut compared = 0;
    for path in files(&data) {
        if path.parent().and_then(Path::file_name) != Some("mindtct-xyt".as_ref()) {
            continue;
        }
        let record = path.with_extension("fmr").display().to_string();
        let record = load(Path::new(&record.replace("-xyt", "-iso2005")), MinutiaeFormat::Iso2005);
        let expected = &record.views[0];
        let (resolution, width, height) = (expected.resolution_x, expected.width, expected.height);
        let assumed = Assumed { resolution, width, height };
        let text = std::fs::read(&path).unwrap();
        let found = &read_with(None, &text, &assumed).unwrap().views[0];
        // The orders differ.
        let sorted = |view: &View| {
            let mut minutiae = view.minutiae.to_vec();
            minutiae.sort_by_key(|minutia| (minutia.x, minutia.y, minutia.quality, minutia.angle));
            minutiae
        };
        let (found, expected) = (sorted(found), sorted(expected));
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found.x, found.y, found.quality) == (expected.x, expected.y, expected.quality)
            );
            // Half a degree, and half of an ISO unit.
            assert!(apart(found.angle, expected.angle) <= 16 + 22, "{}", path.display());
        }
        compared += found.len();
    }
    assert!(compared > 60_000, "{compared}");
}

#[test]
fn cross_encoded_records_convert_to_every_format() {
    let Some(data) = data("conversions") else { return };
    let folder = data.join("formats/cross-encoded");
    let (mut done, mut beyond) = (0, 0);
    for (name, from, _) in CROSS_ENCODED {
        for path in files(&folder.join(name)).iter().step_by(7) {
            let source = std::fs::read(path).unwrap();
            let told = from.is_card().then_some(from);
            let original = read_as(from, &source).unwrap();
            for to in MinutiaeFormat::ALL {
                let bytes = match convert(told, &source, to, &Assumed::default()) {
                    Ok(bytes) => bytes,
                    Err(ConvertError::Write(WriteError {
                        fault: WriteFault::Coordinate { limit: 255, .. },
                        ..
                    })) => {
                        beyond += 1;
                        continue;
                    }
                    Err(error) => panic!("{} to {to}: {error}", path.display()),
                };
                let found = read_as(to, &bytes).unwrap();
                let pixels =
                    if from.is_card() && !to.is_card() { 0.5 * 10_000.0 / 197.0 } else { 0.0 };
                let (angle, length) = rounding(to);
                close(&found.views[0], &original.views[0], angle, length + pixels);
                done += 1;
            }
        }
    }
    assert!(done > 700 && beyond == 0, "{done} converted, {beyond} too wide for a compact card");
}
