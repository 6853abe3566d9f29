//! The door in the loop, with the reader as a program of this machine: it passes, and a board that
//! is silent, lies or is not there is a recorded failure.
#![cfg(target_os = "linux")]

mod rig;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kaimen_hil::record::{Outcome, Run, Store};

const MINUTES: Duration = Duration::from_secs(240);

/// The reader, beside the library that it is linked with.
fn reader(folder: &Path) -> PathBuf {
    let library = folder.join("libkaimen.so");
    fs::copy(rig::library(), &library).unwrap();
    let program = folder.join("kaimen-door");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("board/build.sh");
    let built = Command::new("sh").arg(script).args([&library, &program]).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    program
}

/// A program in the place of the reader, which may use it.
fn script(folder: &Path, lines: &str) {
    let path = folder.join("board");
    fs::write(&path, format!("#!/bin/sh\ncd '{}'\n{lines}\n", folder.display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the suite, or a test of it, on a board: the exit code and the record.
fn run(folder: &Path, what: &str, board: &str) -> (Option<i32>, Run) {
    let board = format!("[[board]]\nname = \"board\"\n{board}");
    let name = folder.file_name().unwrap().to_str().unwrap();
    let rig = rig::rig_file(folder, name, &board);
    let report = folder.join("report");
    let output = rig::run_suite(what, &rig, &report, MINUTES);
    assert!(report.join("run.json").exists(), "{}", rig::said(&output));
    (output.status.code(), Store::open(&report).read_run().unwrap())
}

fn message(run: &Run) -> &str {
    run.tests().next().and_then(|(_, test)| test.message()).unwrap_or_default()
}

#[test]
fn the_reader_passes() {
    let folder = tempfile::tempdir().unwrap();
    reader(folder.path());
    let board = "program = \"kaimen-door\"\nlimit-ms = 20000\nmodule = { profile = \"R307\" }\n";
    let (code, run) = run(folder.path(), "door", board);
    let tests: Vec<_> = run.tests().map(|(_, test)| (&test.name, test.message())).collect();
    assert_eq!(code, Some(0), "{tests:?}");
    assert_eq!(run.tests().count(), 5);
    assert!(run.tests().all(|(_, test)| test.outcome == Outcome::Pass && test.simulated()));
    let (_, members) = run.tests().find(|(_, test)| test.name == "members by their rules").unwrap();
    let attempt = &members.attempts[0];
    let of = |name: &str| {
        attempt.measurements.iter().find(|measured| measured.name == name).unwrap().value
    };
    assert_eq!(of("wrong decisions"), 0.0);
    // Those without a rule at six times, the others at three; four have a finger as well.
    assert_eq!((of("the door opened"), of("it stayed shut")), (54.0, 18.0));
    assert!(of("board, face: request to decision, longest") > 0.0);
    assert_eq!(attempt.series.len(), 6);
    assert!(attempt.devices[0].identity.starts_with("kaimen 0."));
    let page = fs::read_to_string(folder.path().join("report/report.html")).unwrap();
    assert!(page.contains("request to decision") && page.contains("board under test"));
}

#[test]
fn a_board_that_falls_silent_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    reader(folder.path());
    // It answers what it is asked first, and hears nothing after that.
    script(folder.path(), "head -n 4 | ./kaimen-door\nexec sleep 60");
    let board = "program = \"board\"\npatience = 1\n";
    let (code, run) = run(folder.path(), "door/members by their rules", board);
    assert_eq!((code, run.verdict), (Some(1), Outcome::Fail));
    assert!(message(&run).contains("board: the board is silent"), "{}", message(&run));
    assert!(message(&run).ends_with("within 1 s"), "{}", message(&run));
}

#[test]
fn a_board_that_does_not_start_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    script(folder.path(), "exec sleep 60");
    let (code, run) = run(folder.path(), "door", "program = \"board\"\nboot = 1\npatience = 1\n");
    assert_eq!((code, run.verdict), (Some(3), Outcome::Unavailable));
    assert!(message(&run).contains("no answer to \"hello\" within 1 s"), "{}", message(&run));
}

#[test]
fn a_prompt_is_told_to_start_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    reader(folder.path());
    // A shell that talks, as one at a board's console does.
    script(folder.path(), "echo 'login shell of the board'\nexec sh 2>&1");
    let board = "program = \"board\"\npatience = 1\nstart = \"exec ./kaimen-door\"\n";
    let (code, run) = run(folder.path(), "door/the board answers", board);
    assert_eq!((code, run.verdict), (Some(0), Outcome::Pass), "{}", message(&run));
}

#[test]
fn a_damaged_decision_is_no_decision() {
    let folder = tempfile::tempdir().unwrap();
    reader(folder.path());
    // A bit of noise makes passes of refusals; the sum says so, and then the board is silent.
    script(folder.path(), "./kaimen-door | sed -u 's/decision 2 /decision 1 /'");
    let board = "program = \"board\"\npatience = 1\n";
    let (code, run) = run(folder.path(), "door/members by their rules", board);
    assert_eq!((code, run.verdict), (Some(1), Outcome::Fail));
    let (_, test) = run.tests().next().unwrap();
    let log = &test.attempts[0].log;
    assert!(log.iter().any(|line| line.text.ends_with("(its check sum is wrong)")), "{log:?}");
}

/// A line that is none, or one with the right sum that asks for anything.
fn any_line(random: &mut fastrand::Rng) -> Vec<u8> {
    const VERBS: [&str; 10] =
        ["hello", "open", "data", "sync", "face", "finger", "module", "page", "touch", "count"];
    const WORDS: [&str; 12] = [
        "0",
        "1",
        "-1",
        "512",
        "9223372036854775807",
        "99999999999999999999",
        "UTC",
        "abcdef",
        "/dev/null",
        "00",
        "63",
        "x",
    ];
    if random.u8(..) < 64 {
        let mut line: Vec<u8> = (0..random.usize(..2000)).map(|_| random.u8(..)).collect();
        line.push(b'\n');
        return line;
    }
    let mut words = VERBS[random.usize(..VERBS.len())].to_owned();
    if random.bool() && words == "data" {
        let byte = format!("{:02x}", random.u8(..));
        words += &format!(" {}", byte.repeat(random.usize(..600)));
    } else {
        for _ in 0..random.usize(..6) {
            words += &format!(" {}", WORDS[random.usize(..WORDS.len())]);
        }
    }
    kaimen_hil::board::request(random.u32(..), &words).into_bytes()
}

#[test]
fn no_line_breaks_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("libkaimen.so");
    fs::copy(rig::library(), &library).unwrap();
    let program = folder.path().join("kaimen-door");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("board/build.sh");
    let built = Command::new("sh")
        .arg(script)
        .args([&library, &program])
        .env("CFLAGS", "-fsanitize=address,undefined -fno-sanitize-recover=all")
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let mut random = fastrand::Rng::with_seed(20_260_107);
    // An engine first: without one nothing but handles would be refused.
    let mut input = kaimen_hil::board::request(1, "open UTC 128 500000 50000").into_bytes();
    for _ in 0..20_000 {
        input.extend(any_line(&mut random));
    }
    input.extend(kaimen_hil::board::request(7, "hello").into_bytes());
    let lines = folder.path().join("lines");
    fs::write(&lines, input).unwrap();
    let output = Command::new(program).stdin(fs::File::open(lines).unwrap()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.lines().last().unwrap().starts_with("K< 7 ok kaimen-door 1 "), "{errors}");
    assert!(said.lines().count() > 19_000);
    assert!(!said.contains("decision 1 "), "the door was opened");
}

/// The reader with a defect: `from` in one of its sources is `to`.
fn defective(folder: &Path, from: &str, to: &str) {
    reader(folder);
    let (board, sources) = (folder.join("hil/board"), Path::new(env!("CARGO_MANIFEST_DIR")));
    fs::create_dir_all(&board).unwrap();
    std::os::unix::fs::symlink(sources.join("../include"), folder.join("include")).unwrap();
    let mut changed = 0;
    for file in fs::read_dir(sources.join("board")).unwrap() {
        let file = file.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        changed += text.matches(from).count();
        fs::write(board.join(file.file_name().unwrap()), text.replace(from, to)).unwrap();
    }
    assert_eq!(changed, 1, "{from}");
    let built = Command::new("sh")
        .arg(board.join("build.sh"))
        .args([folder.join("libkaimen.so"), folder.join("kaimen-door")])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
fn defects_of_a_door_are_found() {
    let defects = [
        // It opens for everybody, lives in another zone, believes any line, takes no for an answer.
        (
            "strangers",
            "decided(request, decision.verdict,",
            "decided(request, KAIMEN_VERDICT_PASS,",
        ),
        ("members by their rules", "config.zone = request->words[1]", "config.zone = \"UTC\""),
        ("damaged lines", "if (strcmp(mark, expected) != 0) {", "if (false) {"),
        ("from the finger to the decision", "if (answer[0] == NOT_FOUND) {", "if (false) {"),
    ];
    for (test, from, to) in defects {
        let folder = tempfile::tempdir().unwrap();
        defective(folder.path(), from, to);
        let board = "program = \"kaimen-door\"\npatience = 2\nmodule = { profile = \"R503\" }\n";
        let (code, run) = run(folder.path(), &format!("door/{test}"), board);
        assert_eq!((code, run.verdict), (Some(1), Outcome::Fail), "{test}: {:?}", message(&run));
    }
}
