//! What the built libraries export: `ffi-symbols.txt`, exactly. Its diff is the
//! review of the binary interface.
//!
//! `KAIMEN_BLESS=1 cargo test --test c_abi` writes the list from the header.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const LIST: &str = "ffi-symbols.txt";

/// Where the libraries are built: not the folder of the tests themselves,
/// whose lock the outer cargo may hold.
const TARGET: &str = "target/capi";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Builds the libraries once; returns what cargo said.
fn build() -> &'static str {
    static OUTPUT: OnceLock<String> = OnceLock::new();
    OUTPUT.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root()).args(["rustc", "--quiet", "--locked", "--lib"]);
        cargo.args(["--features", "capi", "--target-dir", TARGET]);
        cargo.args(["--", "--print", "native-static-libs"]);
        let output = cargo.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        text
    })
}

fn library(name: &str) -> PathBuf {
    build();
    root().join(TARGET).join("debug").join(name)
}

/// Defined symbols as `nm` prints them.
fn symbols(options: &[&str], library: &Path) -> BTreeSet<String> {
    let output = Command::new("nm").args(options).arg(library).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(|line| line.split_whitespace().nth(2)).map(str::to_owned).collect()
}

/// Functions that the header declares.
fn declared(header: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for declaration in header.split("\nKAIMEN_API\n").skip(1) {
        let before = declaration.split_once('(').expect("a function").0;
        let name = before.rsplit([' ', '*']).next().expect("a name");
        names.insert(name.to_owned());
    }
    names
}

fn listed() -> BTreeSet<String> {
    let text = read(LIST);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.is_sorted(), "{LIST} is not sorted");
    let names: BTreeSet<_> = lines.iter().map(|line| (*line).to_owned()).collect();
    assert_eq!(names.len(), lines.len(), "{LIST} names something twice");
    names
}

#[test]
fn the_list_is_the_header() {
    let declared = declared(&read("include/kaimen.h"));
    assert!(declared.len() >= 40, "the header was not understood: {declared:?}");
    if std::env::var_os("KAIMEN_BLESS").is_some() {
        let lines: String = declared.iter().map(|name| format!("{name}\n")).collect();
        std::fs::write(root().join(LIST), lines).unwrap();
    }
    assert_eq!(listed(), declared);
}

#[test]
fn the_shared_library_exports_the_list_and_nothing_else() {
    assert_eq!(symbols(&["-D", "--defined-only"], &library("libkaimen.so")), listed());
}

#[test]
fn the_static_library_defines_the_list() {
    // A Rust archive has thousands of other globals: mangled names, and those of
    // the compiler's own helpers. What must be exact is what bears our prefix.
    let all = symbols(&["-g", "--defined-only"], &library("libkaimen.a"));
    assert!(all.len() > 100, "nm saw only {all:?}");
    let ours: BTreeSet<_> =
        all.into_iter().filter(|name| name.to_lowercase().starts_with("kaimen")).collect();
    assert_eq!(ours, listed());
}

#[test]
fn the_link_line_is_what_rustc_says() {
    let said = build()
        .lines()
        .find_map(|line| line.split_once("native-static-libs: "))
        .expect("rustc prints the libraries")
        .1;
    let script = read("scripts/c_gates.sh");
    let used = script
        .lines()
        .find_map(|line| line.strip_prefix("LINK_FLAGS=\"")?.strip_suffix('"'))
        .expect("the script's list");
    // Two crates may ask for one library; where it stands last is where it counts.
    let libraries: Vec<&str> = said.split_whitespace().collect();
    let is_last = |at: &usize| !libraries[at + 1..].contains(&libraries[*at]);
    let said: Vec<&str> = (0..libraries.len()).filter(is_last).map(|at| libraries[at]).collect();
    assert_eq!(used, said.join(" "));
    for file in ["README.md", "demo/run.sh", "demo/tests/reader.rs"] {
        assert!(read(file).contains(used), "{file} does not name {used}");
    }
}
