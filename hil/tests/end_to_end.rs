//! The program from end to end: the built library, an emulated module, records and exit codes.
#![cfg(target_os = "linux")]

mod rig;

use std::path::Path;
use std::time::Duration;

use kaimen_hil::record::{Outcome, Run, Store};

const MINUTES: Duration = Duration::from_secs(240);

const R503: &str = "[[module]]\nname = \"R503\"\nprofile = \"R503\"\nemulated = true\n";

fn read(folder: &Path) -> Run {
    Store::open(folder).read_run().unwrap()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn outcome(run: &Run, suite: &str, test: &str) -> Outcome {
    let found = run.tests().find(|(of, record)| *of == suite && record.name == test);
    found.unwrap_or_else(|| panic!("no test {suite}: {test}")).1.outcome
}

#[test]
fn an_emulated_module_and_the_library_pass() {
    let folder = tempfile::tempdir().unwrap();
    let rig = rig::rig_file(folder.path(), "end to end", R503);
    let report = folder.path().join("report");
    let library = rig::library().to_str().unwrap();
    let output = rig::run(
        &[
            "run",
            "--rig",
            rig.to_str().unwrap(),
            "--library",
            library,
            "--endurance",
            "2",
            "--report",
            report.to_str().unwrap(),
            "--commit",
            "abc123",
        ],
        MINUTES,
    );
    assert_eq!(output.status.code(), Some(0), "{}", rig::said(&output));

    let run = read(&report);
    assert_eq!(run.verdict, Outcome::Pass);
    assert_eq!(outcome(&run, "smoke", "modules answer"), Outcome::Pass);
    assert_eq!(outcome(&run, "faults", "unplugged in a transfer"), Outcome::Pass);
    // No camera is in the rig: that is said, and is no pass.
    assert_eq!(outcome(&run, "smoke", "cameras answer"), Outcome::Skip);
    let library = run.provenance.library.as_ref().unwrap();
    assert_eq!((library.abi, library.sha256.len()), (1, 64));
    assert!(!library.tier.is_empty() && library.debug);
    assert_eq!(run.provenance.commit.as_deref(), Some("abc123"));
    let (_, smoke) = run.tests().find(|(_, test)| test.name == "modules answer").unwrap();
    assert!(smoke.simulated() && !smoke.attempts[0].log.is_empty());

    let junit = text(&report.join("junit.xml"));
    let cases = junit.matches("<testcase ").count();
    assert_eq!(cases, run.tests().count());
    assert!(junit.contains("failures=\"0\"") && junit.contains("<skipped"), "{junit}");
    let tap = text(&report.join("run.tap"));
    assert!(tap.starts_with(&format!("TAP version 13\n1..{cases}\n")), "{tap}");
    assert_eq!(tap.lines().filter(|line| line.starts_with("ok ")).count(), cases);
    let page = text(&report.join("report.html"));
    assert!(page.contains("<svg") && page.contains("data:image/png;base64,"));

    // The record is the one source: everything else is made of it again.
    std::fs::remove_file(report.join("junit.xml")).unwrap();
    let output = rig::run(&["report", report.to_str().unwrap()], MINUTES);
    assert_eq!(output.status.code(), Some(0), "{}", rig::said(&output));
    assert_eq!(text(&report.join("junit.xml")), junit);
    let same = rig::run(&["compare", report.to_str().unwrap(), report.to_str().unwrap()], MINUTES);
    assert_eq!(same.status.code(), Some(0));
    assert!(rig::said(&same).contains("No test is worse."));
}

#[test]
fn what_is_simulated_or_missing_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let devices = format!("{R503}[[camera]]\nname = \"lost\"\nusb-serial = \"no such camera\"\n");
    let rig = rig::rig_file(folder.path(), "real", &devices);
    let report = folder.path().join("report");
    let library = rig::library().to_str().unwrap();
    let arguments = [
        "run",
        "smoke",
        "--rig",
        rig.to_str().unwrap(),
        "--library",
        library,
        "--report",
        report.to_str().unwrap(),
        "--require-real",
    ];
    let output = rig::run(&arguments, MINUTES);
    assert_eq!(output.status.code(), Some(3), "{}", rig::said(&output));
    let run = read(&report);
    assert_eq!(run.verdict, Outcome::Unavailable);
    assert_eq!(outcome(&run, "smoke", "modules answer"), Outcome::Unavailable);
    assert_eq!(outcome(&run, "smoke", "cameras answer"), Outcome::Unavailable);
    assert!(text(&report.join("junit.xml")).contains("type=\"unavailable\""));

    let output =
        rig::run(&["selfcheck", "--rig", rig.to_str().unwrap(), "--library", library], MINUTES);
    assert_eq!(output.status.code(), Some(3));
    let said = rig::said(&output);
    assert!(
        said.contains("ok           R503: R503 at 57600 baud") && said.contains("no such camera"),
        "{said}"
    );
}

#[test]
fn a_test_that_overruns_is_recorded_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let rig = rig::rig_file(folder.path(), "slow", "");
    let report = folder.path().join("report");
    let library = rig::library().to_str().unwrap();
    // The endurance test asks for its end once a round; half a second is less than its ten.
    let arguments = [
        "run",
        "endurance",
        "smoke",
        "--rig",
        rig.to_str().unwrap(),
        "--library",
        library,
        "--report",
        report.to_str().unwrap(),
        "--test-deadline",
        "0.5",
        "--retries",
        "1",
    ];
    let output = rig::run(&arguments, MINUTES);
    assert_eq!(output.status.code(), Some(1), "{}", rig::said(&output));
    let run = read(&report);
    assert_eq!(outcome(&run, "smoke", "library answers"), Outcome::Pass);
    let (_, slow) = run.tests().find(|(suite, _)| *suite == "endurance").unwrap();
    assert_eq!((slow.outcome, slow.attempts.len()), (Outcome::Error, 2));
    assert!(slow.message().unwrap().contains("overran its deadline of 0.5 s"));
    assert!(run.ended_early.is_none());
    // The whole run's deadline: what is left is not tried, and that is no pass.
    let mut arguments = arguments.to_vec();
    arguments.extend(["--deadline", "0.3"]);
    let output = rig::run(&arguments, MINUTES);
    assert_eq!(output.status.code(), Some(1), "{}", rig::said(&output));
    assert!(read(&report).ended_early.is_some());
    assert!(text(&report.join("run.tap")).contains("Bail out!"));
}

#[test]
fn mistakes_of_the_caller_are_usage() {
    let folder = tempfile::tempdir().unwrap();
    let broken =
        rig::rig_file(folder.path(), "broken", "[[module]]\nname = \"a\"\nprofile = \"R503\"\n");
    for arguments in [
        &["run", "no-such-suite", "--library", "x.so"][..],
        &["run", "smoke/no such test", "--library", "x.so"],
        &["run", "smoke"],
        &["run", "smoke", "--rig", broken.to_str().unwrap()],
        &["run", "smoke", "--rig", "/nowhere/rig.toml"],
        &["report", "/nowhere"],
        &["fly"],
    ] {
        let output = rig::run(arguments, MINUTES);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", rig::said(&output));
    }
    let missing = rig::run(&["run", "smoke", "--library", "/nowhere/libkaimen.so"], MINUTES);
    assert_eq!(missing.status.code(), Some(3), "{}", rig::said(&missing));
}

#[test]
fn a_single_test_is_run_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let rig = rig::rig_file(folder.path(), "single", "");
    let report = folder.path().join("report");
    let library = rig::library().to_str().unwrap();
    let (rig, to) = (rig.to_str().unwrap(), report.to_str().unwrap());
    let names = ["run", "gating/edges to the second", "smoke/library answers"];
    let options = ["--rig", rig, "--library", library, "--report", to];
    let output = rig::run(&[&names[..], &options].concat(), MINUTES);
    assert_eq!(output.status.code(), Some(0), "{}", rig::said(&output));
    let run = read(&report);
    let ran: Vec<_> = run.tests().map(|(suite, test)| (suite, test.name.as_str())).collect();
    assert_eq!(ran, [("smoke", "library answers"), ("gating", "edges to the second")]);
}

#[test]
fn a_rig_that_is_held_is_unavailable_and_says_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let rig = rig::rig_file(folder.path(), "held", "");
    let name = format!("held {}", std::process::id());
    let lock =
        kaimen_hil::rig::Lock::take(&kaimen_hil::rig::Lock::folder(), &name, "a test").unwrap();
    let library = rig::library().to_str().unwrap();
    let arguments = [
        "run",
        "smoke",
        "--rig",
        rig.to_str().unwrap(),
        "--library",
        library,
        "--report",
        folder.path().to_str().unwrap(),
    ];
    let output = rig::run(&arguments, MINUTES);
    assert_eq!(output.status.code(), Some(3));
    let said = rig::said(&output);
    assert!(said.contains(&std::process::id().to_string()) && said.contains("a test"), "{said}");
    drop(lock);
    assert_eq!(rig::run(&arguments, MINUTES).status.code(), Some(0));
}

#[test]
fn the_emulated_rig_of_the_repository_is_a_rig() {
    let rig = kaimen_hil::rig::Rig::read(&rig::emulated()).unwrap();
    assert!(rig.modules.iter().all(|module| module.emulated));
    let suites = rig::run(&["suites"], MINUTES);
    assert!(rig::said(&suites).contains("gating: "));
}
