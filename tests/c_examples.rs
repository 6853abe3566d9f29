//! The C examples are tests: built, linked both ways, run, and run again under
//! the sanitizers; the header is compiled by compilers that differ. The script
//! does it, so that it can be run by hand: `scripts/c_gates.sh`.
//!
//! Slower gates (`valgrind`, `tsan`) are run by `make c-gates`, not from here.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::path::Path;
use std::process::Command;

fn gates(names: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut script = Command::new("sh");
    script.current_dir(root).arg("scripts/c_gates.sh").args(names).env("CARGO", env!("CARGO"));
    let output = script.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // Past the test harness, which hides what a passing test prints: a gate that
    // was skipped must be seen.
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    assert!(said.contains("c_gates: "), "the script did nothing");
}

#[test]
fn the_header_compiles_everywhere() {
    gates(&["header"]);
}

/// One test, because both build the same library.
#[test]
fn the_examples_hold() {
    gates(&["examples", "asan"]);
}

#[test]
fn every_example_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(root.join("scripts/c_gates.sh")).unwrap();
    let list = script.lines().find_map(|line| line.strip_prefix("EXAMPLES=\"")).unwrap();
    let mut listed: Vec<_> = list.trim_end_matches('"').split(' ').collect();
    listed.sort_unstable();
    let folder = std::fs::read_dir(root.join("c_examples")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter_map(|name| name.strip_suffix(".c").map(str::to_owned)).collect();
    names.sort_unstable();
    assert_eq!(names, listed);
}
