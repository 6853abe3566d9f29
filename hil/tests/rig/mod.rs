//! What the tests of the command line share: the library, built as a vendor gets it, and the
//! program's runs.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The library under test: debug, because a release build takes minutes, and the one that the C
/// gates link, because it is built already.
pub(crate) fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut script = Command::new("sh");
        script.current_dir(&root).args(["scripts/c_gates.sh", "lib"]).env("CARGO", env!("CARGO"));
        let output = script.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        root.join("target/capi/debug/libkaimen.so")
    })
}

/// The emulated rig of the repository.
pub(crate) fn emulated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rig.emulated.toml")
}

/// A rig file of its own name, so that tests beside each other do not share a lock.
pub(crate) fn rig_file(folder: &Path, name: &str, devices: &str) -> PathBuf {
    let path = folder.join("rig.toml");
    let name = format!("{name} {}", std::process::id());
    std::fs::write(&path, format!("name = \"{name}\"\n{devices}")).unwrap();
    path
}

/// Runs the program; ends it after `deadline` and fails.
pub(crate) fn run(arguments: &[&str], deadline: Duration) -> Output {
    run_with(arguments, &[], deadline)
}

/// The same with these variables in its environment.
pub(crate) fn run_with(
    arguments: &[&str],
    variables: &[(&str, &OsStr)],
    deadline: Duration,
) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_kaimen-hil"));
    program
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let end = Instant::now() + deadline;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() >= end {
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            panic!("{arguments:?} did not end: {}", String::from_utf8_lossy(&output.stderr));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

/// Runs a suite, or a test of it, on a rig, with the library that was built.
pub(crate) fn run_suite(what: &str, rig: &Path, report: &Path, deadline: Duration) -> Output {
    let [rig, library, report] = [rig, library(), report].map(|path| path.to_str().unwrap());
    let arguments = ["run", what, "--rig", rig, "--library", library, "--report", report];
    run(&arguments, deadline)
}

/// Both streams, for messages.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
