//! The C reader, built against the static library, decides a small site as the
//! cast's parts say.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Who comes, the verdict, and why: the cast in the order of `src/cast.rs`.
const CAST: [(&str, &str, &str); 29] = [
    ("office", "pass", "rule 0"),
    ("office", "pass", "rule 0"),
    ("office", "deny", "outside the rules"),
    ("office", "deny", "outside the rules"),
    ("office", "deny", "outside the rules"),
    ("night-shift", "pass", "rule 0"),
    ("night-shift", "pass", "rule 0"),
    ("night-shift", "deny", "outside the rules"),
    ("night-shift", "pass", "rule 0"),
    ("weekend-guard", "pass", "rule 0"),
    ("weekend-guard", "deny", "outside the rules"),
    ("every-other-day", "pass", "rule 0"),
    ("every-other-day", "deny", "outside the rules"),
    ("staff-without-rules", "pass", "staff without rules"),
    ("staff-empty-list", "pass", "staff without rules"),
    ("staff-empty-rule", "pass", "staff without rules"),
    ("malformed-only", "deny", "all rules malformed"),
    ("one-good-one-malformed", "pass", "rule 0"),
    ("one-good-one-malformed", "deny", "outside the rules"),
    ("not-yet", "deny", "rules not yet in effect, rule 0"),
    ("4711/1000002", "deny", "visitor without rules"),
    ("4712/1000002", "pass", "rule 0"),
    ("4712/1000002", "deny", "outside the rules"),
    ("student-without-rules", "deny", "student without rules"),
    ("student", "pass", "rule 0"),
    ("student", "deny", "outside the rules"),
    ("office", "unknown", "below threshold"),
    ("look-alike-a", "deny", "ambiguous"),
    ("look-alike-b", "deny", "ambiguous"),
];

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The reader's program; the strictest warnings are errors.
fn reader() -> &'static Path {
    static READER: OnceLock<PathBuf> = OnceLock::new();
    READER.get_or_init(build)
}

fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.parent().expect("the target folder");
    let program = temporary.join("reader");
    run(Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--quiet", "-p", "kaimen", "--lib", "--features", "capi"])
        .args(["--profile", "dev", "--target-dir"])
        .arg(target));
    let mut sources: Vec<PathBuf> = std::fs::read_dir(root.join("demo/reader"))
        .expect("the reader's folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    sources.sort();
    run(Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-O1", "-Wall", "-Wextra"])
        .args(["-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-I"])
        .arg(root.join("include"))
        .args(sources)
        .arg(target.join("debug/libkaimen.a"))
        .args("-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc".split(' '))
        .arg("-o")
        .arg(&program));
    program
}

/// A site of 300 members.
fn site(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    run(Command::new(env!("CARGO_BIN_EXE_kaimen-site"))
        .args(["generate", "--members", "300", "--out"])
        .arg(&folder));
    folder
}

/// The rows of the table: who, verdict, why (without until when).
fn rows(printed: &str) -> Vec<(&str, &str, &str)> {
    let rows = printed.lines().skip_while(|line| !line.starts_with("Decisions")).skip(2);
    rows.take_while(|line| !line.contains("+ right"))
        .map(|line| {
            let columns: Vec<&str> =
                line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
            let [_, who, _, _, _, verdict, _, why] = columns[..] else {
                panic!("not a row: {line:?}")
            };
            (who, verdict, why.split(", until").next().expect("the reason"))
        })
        .collect()
}

#[test]
fn the_cast_gets_its_decisions_and_no_stranger_passes() {
    let output = run(Command::new(reader()).arg("--site").arg(site("cast")));
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let rows = rows(&printed);
    assert_eq!(rows.len(), 45, "{printed}");
    assert_eq!(rows[..CAST.len()], CAST, "{printed}");
    let strangers: Vec<_> = rows.iter().filter(|row| row.0 == "stranger").collect();
    assert_eq!(strangers.len(), 6);
    assert!(strangers.iter().all(|row| row.1 == "unknown"), "{printed}");
    for expected in ["false accepts: 0;", "\"9:300-10:00\"", "317 members added"] {
        assert!(printed.contains(expected), "{expected} is missing in:\n{printed}");
    }
    assert!(!printed.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn exit_codes_say_what_went_wrong() {
    let site = site("codes");
    let code = |arguments: &[&str]| {
        let mut command = Command::new(reader());
        let status = command.args(arguments).output().expect("runs").status;
        status.code().unwrap_or_else(|| panic!("{arguments:?}: {status}"))
    };
    let site = site.to_str().expect("UTF-8");
    let (answer, probes) = (format!("{site}/sync-0001.json"), format!("{site}/probes.tsv"));
    assert_eq!(code(&["--sync", &answer, "--probe", &probes]), 0);
    assert_eq!(code(&["--sync", &probes, "--probe", &probes]), 1, "not JSON");
    assert_eq!(code(&["--site", "no-such-folder"]), 1);
    assert_eq!(code(&["--site", site, "--zone", "Nowhere/Land"]), 1);
    assert_eq!(code(&[]), 2);
    assert_eq!(code(&["--threshold", "1.5"]), 2);
    assert_eq!(code(&["--site", site, "--threshold", "0.05", "--margin", "0"]), 3, "stranger in");
}
