//! USB readers: libfprint's own virtual reader under the program that talks to real ones, from
//! the picture to the decision of the built library. Skipped where libfprint cannot be had.

mod extractor;
mod rig;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use kaimen_hil::camera::Picture;
use kaimen_hil::device::Devices;
use kaimen_hil::emulator::{Impression, Mishap, VirtualFinger};
use kaimen_hil::extract::PROGRAM_VARIABLE as EXTRACTOR;
use kaimen_hil::library::{Engine, Library, Settings, Verdict};
use kaimen_hil::module::{Geometry, GreyImage};
use kaimen_hil::reader::{Capture, Listed, PROGRAM_VARIABLE, Program, Reader, ReaderError, Touch};
use kaimen_hil::record::{Outcome, Store};
use kaimen_hil::rig::Rig;
use kaimen_hil::site::{self, Member};

const MINUTES: Duration = Duration::from_secs(400);
const WAIT: Duration = Duration::from_secs(20);
const SIZE: Geometry = Geometry { width: 326, height: 357 };
/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;

/// The program, built against the system's libfprint; `None`, and the reason said, without one.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("reader/build.sh");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kaimen-fprint");
        let output = Command::new("sh").arg(script).arg(&program).output().unwrap();
        print!("{}", rig::said(&output));
        let skipped = output.status.code() == Some(77);
        assert!(skipped || output.status.success(), "{}", output.status);
        (!skipped).then_some(program)
    });
    if built.is_none() {
        println!("skipped: libfprint is not here, as the script above says");
    }
    built.as_deref()
}

/// The virtual reader, open, and the finger on it.
struct Bench {
    reader: Reader,
    finger: VirtualFinger,
    listed: Listed,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Option<Bench> {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("finger");
        let program = Program::at(program()?).with_virtual(&socket);
        let (mut reader, version) = Reader::start(&program).unwrap();
        assert!(version.starts_with("kaimen-fprint 1, libfprint 1."), "{version}");
        let all = reader.list().unwrap();
        // A machine may have readers of its own.
        let Some(listed) = all.into_iter().find(|one| one.driver == "virtual_image") else {
            println!("skipped: this libfprint was built without its virtual reader");
            return None;
        };
        reader.open(&listed).unwrap();
        Some(Bench { reader, finger: VirtualFinger::at(&socket), listed, folder })
    }

    fn capture(&mut self, image: &GreyImage) -> Result<Capture, ReaderError> {
        let finger = &mut self.finger;
        self.reader.capture(WAIT, |touch| {
            if touch == Touch::Needed {
                finger.show(image).unwrap();
            }
        })
    }

    fn fail(&mut self, mishap: Mishap) -> ReaderError {
        let finger = &mut self.finger;
        let failed = self.reader.capture(WAIT, |touch| {
            if touch == Touch::Needed {
                finger.fail(mishap).unwrap();
            }
        });
        failed.unwrap_err()
    }
}

fn drawn(finger: u32, number: u32) -> GreyImage {
    Impression { finger, number }.image(SIZE, 512)
}

#[test]
fn a_picture_comes_by_libfprint_as_it_is() {
    let Some(mut bench) = Bench::new() else { return };
    assert!(bench.listed.images && bench.listed.serial().is_none());
    for number in 0..3 {
        let image = drawn(1, number);
        let captured = bench.capture(&image).unwrap();
        assert!(captured.image == image, "impression {number} came back changed");
        // The virtual driver says none, so none is made up.
        assert_eq!(captured.dpi, None);
    }
}

#[test]
fn what_goes_wrong_is_told_in_libfprints_words_and_the_next_picture_comes() {
    let Some(mut bench) = Bench::new() else { return };
    let image = drawn(1, 0);
    let retry = |error: ReaderError| match error {
        ReaderError::Retry(words) => words,
        other => panic!("{other}"),
    };
    let short = retry(bench.fail(Mishap::TooShort));
    assert!(short.contains("too short"), "{short}");
    bench.capture(&image).unwrap();
    let aside = retry(bench.fail(Mishap::OffCentre));
    assert!(aside.contains("center"), "{aside}");
    let blank = GreyImage::drawn(SIZE, |_, _| 255);
    let empty = retry(bench.capture(&blank).unwrap_err());
    assert!(empty.contains("Minutiae"), "{empty}");
    let failed = bench.fail(Mishap::Protocol);
    assert!(
        matches!(&failed, ReaderError::Driver(words) if words.contains("protocol")),
        "{failed}"
    );
    bench.capture(&image).unwrap();
}

#[test]
fn a_finger_that_does_not_come_is_waited_for_so_long() {
    let Some(mut bench) = Bench::new() else { return };
    let wait = Duration::from_millis(300);
    let begun = Instant::now();
    let error = bench.reader.capture(wait, |_| ()).unwrap_err();
    assert!(matches!(error, ReaderError::NoFinger { waited } if waited == wait), "{error}");
    assert!(begun.elapsed() >= wait && begun.elapsed() < WAIT);
    bench.capture(&drawn(1, 0)).unwrap();
}

#[test]
fn a_pulled_plug_is_named_and_the_reader_is_opened_again() {
    let Some(mut bench) = Bench::new() else { return };
    let gone = bench.fail(Mishap::Unplug);
    assert!(matches!(&gone, ReaderError::Gone(words) if words.contains("removed")), "{gone}");
    drop(bench);
    Bench::new().unwrap().capture(&drawn(1, 0)).unwrap();
}

#[test]
fn a_reader_that_is_not_there_is_not_opened() {
    let Some(mut bench) = Bench::new() else { return };
    let absent = Listed { device: "7".to_owned(), ..bench.listed.clone() };
    let (mut other, _) = Reader::start(&Program::at(program().unwrap())).unwrap();
    let error = other.open(&absent).unwrap_err();
    assert_eq!(error.to_string(), "libfprint: 0 readers are virtual_image 7");
    // Nothing is open there, and here something is already.
    let closed = other.capture(WAIT, |_| ()).unwrap_err();
    assert_eq!(closed.to_string(), "libfprint: no reader is open");
    let twice = bench.reader.open(&bench.listed).unwrap_err();
    assert_eq!(twice.to_string(), "libfprint: a reader is open already");
}

#[test]
fn the_program_leaves_at_once_even_while_it_waits() {
    let Some(bench) = Bench::new() else { return };
    let Bench { mut reader, folder, .. } = bench;
    let socket = folder.path().join("finger");
    assert!(socket.exists());
    let waiting = std::thread::spawn(move || {
        // Nobody comes, and the reader is closed all the same when it is dropped.
        let late = reader.capture(Duration::from_millis(200), |_| ());
        drop(reader);
        late.is_err()
    });
    let begun = Instant::now();
    assert!(waiting.join().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(std::os::unix::net::UnixStream::connect(&socket).is_err(), "it still listens");
}

/// A program of a line that stands in for one that misbehaves.
fn script(folder: &Path, body: &str) -> Program {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("program.sh");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    Program::at(&path).within(Duration::from_millis(1500))
}

#[test]
fn a_program_that_ends_hangs_or_babbles_is_an_error_in_time() {
    let start = |body: &str| {
        let folder = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let error = Reader::start(&script(folder.path(), body)).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(20));
        error
    };
    assert!(matches!(start("exit 3"), ReaderError::Ended));
    assert!(matches!(start("kill -SEGV $$"), ReaderError::Ended));
    assert!(matches!(start("exec sleep 60"), ReaderError::Silent { .. }));
    assert!(matches!(start("exec yes"), ReaderError::Nonsense { .. }));
    assert!(matches!(start("exec cat /dev/zero"), ReaderError::Nonsense { .. }));
    assert!(matches!(start("echo late; exec sleep 60"), ReaderError::Nonsense { .. }));
    let absent = Reader::start(&Program::at(Path::new("/nowhere/program"))).unwrap_err();
    assert!(matches!(absent, ReaderError::Run { .. }), "{absent}");
    let folder = tempfile::tempdir().unwrap();
    // A picture that is announced and breaks off.
    let short = "read l; echo ok; read l; printf 'image\\t10\\t10\\t19.7\\nabc'; exit 0";
    let (mut reader, _) = Reader::start(&script(folder.path(), short)).unwrap();
    assert!(matches!(reader.capture(WAIT, |_| ()), Err(ReaderError::Ended)));
}

/// What a reader answers of which the driver says this resolution, in pixels a millimetre.
fn stand_in(folder: &Path, per_millimetre: &str) -> PathBuf {
    let lines = [
        "read l; echo ok",
        "read l; printf 'reader\\tmade\\t0\\tpress\\timage\\ta stand-in\\nok\\t1\\n'",
        "read l; echo ok",
        &format!("read l; printf 'image\\t2\\t2\\t{per_millimetre}\\nabcd'; read l"),
    ];
    script(folder, &lines.join("\n")).path().to_owned()
}

#[test]
fn a_resolution_is_the_rig_files_or_the_drivers_and_never_made_up() {
    let captured = |per_millimetre: &str, keys: &str| {
        let folder = tempfile::tempdir().unwrap();
        let program = stand_in(folder.path(), per_millimetre);
        let lines = format!(
            "name = \"r\"\n[[reader]]\nname = \"a\"\ndriver = \"made\"\nprogram = {program:?}\n{keys}"
        );
        let rig = Rig::parse(&lines, Path::new("rig.toml")).unwrap();
        let mut open = Devices::of(&rig).unwrap().readers[0].open().unwrap();
        open.capture(WAIT).map(|picture| picture.dpi)
    };
    assert_eq!(captured("20.1575", "").unwrap(), 512);
    assert_eq!(captured("19.6850", "").unwrap(), 500);
    assert_eq!(captured("19.6850", "dpi = 512").unwrap(), 512);
    assert_eq!(captured("0.0000", "dpi = 363").unwrap(), 363);
    assert!(matches!(captured("0.0000", ""), Err(ReaderError::NoResolution)));
}

/// The emulated reader as lines of a rig file.
fn emulated(program: &Path) -> String {
    format!("[[reader]]\nname = \"desk\"\nemulated = true\nprogram = {program:?}\n")
}

#[test]
fn the_suites_go_from_the_virtual_reader_to_the_decision() {
    let Some(program) = program() else { return };
    let Some(extractor) = extractor::extractor() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = rig::rig_file(folder.path(), "usb reader", &emulated(program));
    let report = folder.path().join("report");
    let [file, report_path, library] =
        [&file, &report, rig::library()].map(|path| path.to_str().unwrap());
    let tests = [
        ("smoke", "USB readers answer"),
        ("identify", "from a USB reader's picture to the decision"),
        ("identify", "pictures of a USB reader"),
        ("faults", "a USB reader's refusals"),
    ];
    let names = tests.map(|(suite, test)| format!("{suite}/{test}"));
    let options = ["--rig", file, "--library", library, "--report", report_path];
    let mut arguments = vec!["run"];
    arguments.extend(names.iter().map(String::as_str));
    arguments.extend(options);
    let variables = [(EXTRACTOR, extractor.program().as_os_str())];
    let output = rig::run_with(&arguments, &variables, MINUTES);
    println!("{}", rig::said(&output));
    let run = Store::open(&report).read_run().unwrap();
    for (_, name) in tests {
        let (_, test) = run.tests().find(|(_, test)| test.name == name).unwrap();
        assert_eq!(test.outcome, Outcome::Pass, "{name}: {:?}", test.message());
        assert!(test.simulated(), "{name} is not marked");
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_finger_is_enrolled_and_identified_by_hand() {
    let Some(program) = program() else { return };
    let Some(extractor) = extractor::extractor() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = rig::rig_file(folder.path(), "usb reader by hand", &emulated(program));
    let members = folder.path().join("members.json");
    let live = |command: &str, more: &[&str]| {
        let paths = [&file, rig::library(), &members].map(|path| path.to_str().unwrap());
        let mut arguments = vec![command, "--rig", paths[0], "--library", paths[1]];
        arguments.extend(["--gallery", paths[2], "--wait", "60"]);
        arguments.extend(more);
        let variables = [(EXTRACTOR, extractor.program().as_os_str())];
        let output = rig::run_with(&arguments, &variables, MINUTES);
        println!("{}", rig::said(&output));
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    for (member, finger) in [("anna", "1"), ("berta", "2")] {
        let (code, said) = live("enrol", &["--member", member, "--finger", finger]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.starts_with(&format!("{member}: enrolled in ")), "{said}");
    }
    let (code, said) = live("identify", &["--finger", "2"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("berta, "), "{said}");
    let (code, said) = live("identify", &["--finger", "3"]);
    assert_eq!((code, said.as_str()), (Some(0), "nobody of the gallery\n"));
    // Its templates are nobody else's to read.
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(fs::metadata(&members).unwrap().permissions().mode() & 0o077, 0);
    let (code, said) = live("enrol", &["--finger", "2"]);
    assert_eq!((code, said.is_empty()), (Some(2), true));
}

#[test]
fn readers_are_discovered_and_asked_who_they_are() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("finger");
    let variables =
        [(PROGRAM_VARIABLE, program.as_os_str()), ("FP_VIRTUAL_IMAGE", socket.as_os_str())];
    let found = rig::run_with(&["discover"], &variables, MINUTES);
    let text = String::from_utf8(found.stdout).unwrap();
    assert!(text.contains("[[reader]]") && text.contains("driver = \"virtual_image\""), "{text}");
    // What is discovered is a reader of a rig file.
    let at = text.find("[[reader]]").unwrap();
    let check = |lines: &str, variables: &[(&str, &OsStr)]| {
        let file = rig::rig_file(folder.path(), "discovered", lines);
        let paths = [&file, rig::library()].map(|path| path.to_str().unwrap());
        let arguments = ["selfcheck", "--rig", paths[0], "--library", paths[1]];
        let output = rig::run_with(&arguments, variables, MINUTES);
        (output.status.code(), rig::said(&output))
    };
    let (code, said) = check(&text[at..], &variables);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("driver virtual_image, kaimen-fprint 1, libfprint"), "{said}");
    let other = "[[reader]]\nname = \"a\"\ndriver = \"uru4000\"\ndevice = \"none such\"\n";
    let (code, said) = check(other, &variables);
    assert_eq!(code, Some(3), "{said}");
    let wanted = "nothing that is plugged in fits driver = \"uru4000\", device = \"none such\"";
    assert!(said.contains(wanted), "{said}");
    let (code, said) = check(other, &[(PROGRAM_VARIABLE, OsStr::new("/nowhere/program"))]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("/nowhere/program"), "{said}");
    let blind =
        rig::run_with(&["discover"], &[(PROGRAM_VARIABLE, OsStr::new("/nowhere"))], MINUTES);
    let text = String::from_utf8(blind.stdout).unwrap();
    assert!(text.contains("# USB readers were not looked for: /nowhere"), "{text}");
}

/// Fingers of the data set that are enrolled; as many others come as strangers.
const FINGERS: usize = 12;

#[test]
fn real_fingers_of_a_usb_reader_are_found_and_strangers_are_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = root.join("../../shared/data/fingerprints/uareu/images");
    if !data.is_dir() {
        return println!("skipped: no real pictures of a U.are.U reader in ../shared/data");
    }
    let Some(extractor) = extractor::extractor() else { return };
    let Some(mut bench) = Bench::new() else { return };
    let mut record = |finger: &str, number: u32| {
        let image = picture(&data.join(format!("{finger}_{number}.png")));
        let captured = bench.capture(&image).unwrap_or_else(|error| panic!("{finger}: {error}"));
        assert!(captured.image == image, "{finger}_{number} came back changed");
        // As the files say.
        extractor.iso_record(&captured.image, 500).unwrap()
    };
    let fingers = fingers_of(&data);
    let (members, strangers) = fingers.split_at(FINGERS);
    let library = Library::shared(rig::library()).unwrap();
    let engine = Engine::open(&library, &Settings::fingers()).unwrap();
    for finger in members {
        let member = Member::staff(finger).finger(1, &[&record(finger, 1), &record(finger, 2)]);
        engine.sync(&site::answer([member])).unwrap();
    }
    let (mut found, mut taken_for_another) = (0, 0);
    for finger in members.iter().chain(&strangers[..FINGERS]) {
        let decision = engine.identify_finger(&record(finger, 3), NOW).unwrap();
        let somebody = decision.verdict != Verdict::Unknown;
        found += usize::from(somebody && decision.userid == **finger);
        taken_for_another += usize::from(somebody && decision.userid != **finger);
    }
    println!(
        "{found} of {FINGERS} members found, {taken_for_another} of {} taken for another",
        2 * FINGERS
    );
    assert_eq!(taken_for_another, 0);
    assert!(found * 10 >= FINGERS * 8, "{found} of {FINGERS}");
}

/// The names of all fingers, in order.
fn fingers_of(data: &Path) -> Vec<String> {
    let files = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name());
    let names = files.filter_map(|name| name.to_str()?.strip_suffix("_1.png").map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert!(names.len() >= 2 * FINGERS, "{} fingers", names.len());
    names
}

fn picture(path: &Path) -> GreyImage {
    let picture = Picture::read(path).unwrap();
    let side = |side: u32| u16::try_from(side).unwrap();
    let geometry = Geometry { width: side(picture.width()), height: side(picture.height()) };
    let greys = picture.rgb().chunks_exact(3).map(|pixel| pixel[0]).collect();
    GreyImage::new(geometry, greys).unwrap()
}
