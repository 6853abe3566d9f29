//! The suite of faces from end to end: pictures before an emulated camera, models of a few numbers
//! (and real ones where they are), the built library.
#![cfg(all(target_os = "linux", feature = "face"))]

mod rig;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kaimen_hil::record::{Measurement, Outcome, Run, Store, TestRecord};

const MINUTES: Duration = Duration::from_secs(400);
const CAMERA: &str = "[[camera]]\nname = \"eye\"\nemulated = true\n";
const TESTS: [&str; 3] =
    ["from the picture to the decision", "no face, no probe", "too poor for a template"];

/// Tiny models and their people in a folder, and the keys that name them.
fn stand_in(folder: &Path) -> String {
    let made = rig::run(&["stand-in", folder.join("faces").to_str().unwrap()], MINUTES);
    assert_eq!(made.status.code(), Some(0), "{}", rig::said(&made));
    String::from_utf8(made.stdout).unwrap()
}

/// Runs the suite on a rig of these lines.
fn run(folder: &Path, name: &str, lines: &str) -> (Option<i32>, Run) {
    let rig = rig::rig_file(folder, name, lines);
    let report = folder.join("report");
    let output = rig::run_suite("faces", &rig, &report, MINUTES);
    println!("{}", rig::said(&output));
    (output.status.code(), Store::open(&report).read_run().unwrap())
}

fn test<'a>(run: &'a Run, name: &str) -> &'a TestRecord {
    run.tests().find(|(_, test)| test.name == name).unwrap().1
}

fn measured<'a>(test: &'a TestRecord, name: &str) -> &'a Measurement {
    let all = &test.attempts[0].measurements;
    all.iter().find(|one| one.name.ends_with(name)).unwrap_or_else(|| panic!("{name}: {all:?}"))
}

fn log(test: &TestRecord) -> String {
    test.attempts[0].log.iter().map(|line| format!("{}\n", line.text)).collect()
}

#[test]
fn made_up_people_are_found_and_everybody_else_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let keys = stand_in(folder.path());
    let (code, run) = run(folder.path(), "made up", &format!("{keys}{CAMERA}"));
    for name in TESTS {
        assert_eq!(test(&run, name).outcome, Outcome::Pass, "{:?}", test(&run, name).message());
        assert!(test(&run, name).simulated(), "{name} is not marked");
    }
    assert_eq!(code, Some(0));
    let decided = test(&run, TESTS[0]);
    assert_eq!(measured(decided, "templates").n, 4);
    assert_eq!(
        (measured(decided, "by other pictures").n, measured(decided, "strangers found").n),
        (8, 2)
    );
    assert!(log(decided).contains("person-2, picture 3: Pass, person-2, score "));
    assert!(log(decided).contains("stranger 1.png: Unknown, nobody"));
    assert!(!decided.attempts[0].attachments.is_empty());
    assert_eq!(measured(test(&run, TESTS[1]), "none").n, 3);
    let poor = log(test(&run, TESTS[2]));
    for words in
        ["blurred, step", ": blurred (sharpness", "too dark (brightness", "too bright (brightness"]
    {
        assert!(poor.contains(words), "{words}: {poor}");
    }
}

#[test]
fn a_stranger_who_is_let_in_fails() {
    let folder = tempfile::tempdir().unwrap();
    let keys = stand_in(folder.path());
    let pictures = folder.path().join("faces/pictures");
    fs::copy(pictures.join("people/person-1/1.png"), pictures.join("strangers/1.png")).unwrap();
    // A face where there has to be none, and one whose blur is not noticed.
    fs::copy(pictures.join("people/person-1/1.png"), pictures.join("empty/dim.png")).unwrap();
    let description = folder.path().join("faces/face.toml");
    let text = fs::read_to_string(&description).unwrap();
    fs::write(&description, text.replace("[quality]\n", "[quality]\nsharpness = 0\n")).unwrap();
    let (code, run) = run(folder.path(), "let in", &format!("{keys}{CAMERA}"));
    assert_eq!(code, Some(1));
    assert_eq!(test(&run, TESTS[0]).message(), Some("outside limits: eye, strangers found"));
    assert_eq!(
        test(&run, TESTS[1]).message(),
        Some("outside limits: eye, faces where there are none")
    );
    assert_eq!(test(&run, TESTS[2]).message(), Some("eye: blurred: never refused"));
}

#[test]
fn what_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let keys = stand_in(folder.path());
    let (code, without) = run(folder.path(), "no models", CAMERA);
    assert_eq!(code, Some(3));
    assert_eq!(test(&without, TESTS[0]).outcome, Outcome::Skip);
    assert_eq!(test(&without, TESTS[0]).message(), Some("the rig file has no `face`"));
    fs::remove_file(folder.path().join("faces/detector.onnx")).unwrap();
    let (code, lost) = run(folder.path(), "lost models", &format!("{keys}{CAMERA}"));
    assert_eq!(code, Some(3));
    for name in TESTS {
        assert_eq!(test(&lost, name).outcome, Outcome::Unavailable);
        assert!(test(&lost, name).message().unwrap().contains("detector.onnx"));
    }
}

#[test]
fn a_face_is_enrolled_and_identified_live() {
    let folder = tempfile::tempdir().unwrap();
    let keys = stand_in(folder.path());
    let rig = rig::rig_file(folder.path(), "live", &format!("{keys}{CAMERA}"));
    let gallery = folder.path().join("members.json");
    let pictures = folder.path().join("faces/pictures");
    let (rig, library) = (rig.to_str().unwrap(), rig::library().to_str().unwrap());
    let live = |command: &str, picture: &str, more: &[&str]| {
        let picture = pictures.join(picture);
        let (picture, gallery) = (picture.to_str().unwrap(), gallery.to_str().unwrap());
        let known = ["--rig", rig, "--library", library, "--gallery", gallery, "--wait", "2"];
        let all = [&[command][..], &known, &["--picture", picture], more].concat();
        let output = rig::run(&all, MINUTES);
        (output.status.code(), rig::said(&output))
    };
    let (code, said) = live("identify", "people/person-1/2.png", &[]);
    assert!(code == Some(2) && said.contains("enrol somebody first"), "{said}");
    for person in ["person-1", "person-2"] {
        let (code, said) = live("enrol", &format!("people/{person}/0.png"), &["--member", person]);
        assert!(code == Some(0) && said.contains(": enrolled in "), "{said}");
    }
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&gallery).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "others can read the templates");
    let (code, said) = live("identify", "people/person-1/2.png", &[]);
    assert!(code == Some(0) && said.contains("person-1, may pass, score 0.9"), "{said}");
    let (code, said) = live("identify", "strangers/0.png", &[]);
    assert!(code == Some(0) && said.contains("nobody of the gallery"), "{said}");
    let (code, said) = live("identify", "empty/dim.png", &[]);
    assert!(code == Some(1) && said.contains("no face"), "{said}");
    let (code, said) = live("enrol", "empty/dim.png", &["--member", "nobody"]);
    assert!(code == Some(1) && said.contains("nobody: not enrolled: no face"), "{said}");
    let (code, said) = live("enrol", "people/person-1/0.png", &[]);
    assert!(code == Some(2) && said.contains("--member"), "{said}");
}

/// Real models and pictures; `../shared/data/faces/README.md` says where they are from.
fn data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/faces");
    data.join("models/mobilefacenet_112.onnx").exists().then_some(data)
}

const REAL: &str = include_str!("../face.example.toml");

#[test]
fn real_people_are_found_by_real_models() {
    let Some(data) = data() else {
        println!("skipped: ../shared/data/faces/models is not there");
        return;
    };
    const PEOPLE: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    let text = REAL.replace("model = \"", &format!("model = \"{}/", data.join("models").display()));
    fs::write(folder.path().join("face.toml"), text).unwrap();
    let pictures = folder.path().join("pictures");
    fs::create_dir_all(pictures.join("strangers")).unwrap();
    let files = fs::read_dir(data.join("pictures/lfw-gray")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut names: Vec<String> = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some((person, _)) = name.rsplit_once('_') else { continue };
        let person = person.to_owned();
        if names.last() != Some(&person) {
            names.push(person.clone());
        }
        let own = pictures.join("people").join(&person);
        if names.len() <= PEOPLE {
            fs::create_dir_all(&own).unwrap();
            fs::copy(&file, own.join(name)).unwrap();
        } else {
            fs::copy(&file, pictures.join("strangers").join(name)).unwrap();
        }
    }
    let keys = "face = \"face.toml\"\npictures = \"pictures\"\n";
    let (code, run) = run(folder.path(), "real", &format!("{keys}{CAMERA}"));
    for name in TESTS {
        let test = test(&run, name);
        println!("{name}: {:?}\n{}", test.message(), log(test));
        for measure in &test.attempts[0].measurements {
            println!("  {}: {:.3} {} ({})", measure.name, measure.value, measure.unit, measure.n);
        }
        assert_eq!(test.outcome, Outcome::Pass, "{:?}", test.message());
    }
    assert_eq!(code, Some(0));
}
