//! The program measures this machine, whatever it is; no time is judged.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kaimen::kernels::{Kernels, Tier};
use kaimen_bench::machine::Evidence;
use kaimen_bench::record::{Record, read};

/// Far more than a debug build takes under an emulator.
const DEADLINE: Duration = Duration::from_secs(900);

/// Runs it; ends it at the deadline.
fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    start(Command::new(env!("CARGO_BIN_EXE_kaimen-bench")), arguments, folder)
}

fn start(mut program: Command, arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let log = folder.join("log");
    let out = std::fs::File::create(&log).unwrap();
    let mut child = program
        .args(arguments)
        .arg("--dir")
        .arg(folder)
        .stdin(Stdio::null())
        .stderr(out.try_clone().unwrap())
        .stdout(out)
        .spawn()
        .expect("it starts");
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), std::fs::read_to_string(&log).unwrap());
        }
        if start.elapsed() > DEADLINE {
            child.kill().unwrap();
            panic!("not done after {DEADLINE:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn operations(record: &Record, group: &str) -> Vec<String> {
    let of_group = record.measurements().filter(|(_, m)| m.subject.group == group);
    let mut operations: Vec<String> = of_group.map(|(_, m)| m.subject.operation.clone()).collect();
    operations.sort();
    operations.dedup();
    operations
}

#[test]
fn a_quick_run_measures_everything_on_every_tier() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("record.json");
    let arguments = ["run", "--quick", "--force-emulated", "--threads", "1,2", "--json"];
    let (code, log) = run(&[&arguments[..], &[json.to_str().unwrap()]].concat(), folder.path());
    assert_eq!(code, Some(0), "{log}");
    let record = read(&json).expect("it reads its own record");
    let faces = ["fast-mated", "fast-unmated", "proven-mated", "proven-unmated"];
    assert_eq!(operations(&record, "face-1n"), faces);
    assert_eq!(operations(&record, "finger-1n"), ["mated", "unmated"]);
    assert_eq!(operations(&record, "rules"), ["evaluate", "next-change", "parse"]);
    assert_eq!(operations(&record, "import"), ["fast", "proven"]);
    assert_eq!(operations(&record, "store"), ["commit-one", "import-commit", "open-cold"]);
    assert_eq!(record.machine.tier, Kernels::detect().tier().name());
    for tier in Tier::available().filter(|&tier| tier != Tier::Reference) {
        for (threads, size) in [(1, 1_000), (1, 40_000), (2, 40_000)] {
            let found = record.measurements().any(|(_, m)| {
                let subject = &m.subject;
                (subject.threads, subject.size) == (threads, size)
                    && subject.tier.as_deref() == Some(tier.name())
            });
            assert!(found, "{tier} with {threads} threads at {size}");
        }
    }
    assert_eq!(record.bandwidth.iter().map(|b| b.threads).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(record.emulated, record.machine.emulation.is_emulated());
    assert!(record.quick && log.contains("WARNING      --quick"), "{log}");
    // What it made is gone, but the record and the log.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn galleries_that_do_not_fit_are_left_out_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "--quick", "--force-emulated", "--only", "face,finger"];
    let few = ["--max-bytes", "700KB", "--tiers", "portable", "--threads", "1"];
    let (code, log) = run(&[&arguments[..], &few].concat(), folder.path());
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("face-1n/proven/1000") && !log.contains("40,000"), "{log}");
    let none = ["--max-bytes", "10KB", "--tiers", "portable", "--threads", "1"];
    let (code, log) = run(&[&arguments[..], &none].concat(), folder.path());
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("face-1n/fast: skipped: no gallery fits 10.0 kB"), "{log}");
    assert!(log.contains("finger-1n: skipped: no gallery fits 10.0 kB"), "{log}");
}

#[test]
fn within_a_limit_of_address_space_it_measures_what_fits_and_ends_well() {
    if Evidence::of_this_machine().judge().is_emulated() {
        println!("skipped: an emulator's own memory is within the limit");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("record.json");
    let mut program = Command::new("sh");
    // Without this glibc sets 64 MB of address space aside for the heap of a thread, used or not.
    program.args(["-c", "export MALLOC_ARENA_MAX=1; ulimit -v 131072 && exec \"$0\" \"$@\""]);
    program.arg(env!("CARGO_BIN_EXE_kaimen-bench"));
    let tier = Kernels::detect().tier().name();
    let arguments = ["run", "--only", "face", "--threads", "1,2", "--rounds", "1", "--tiers", tier];
    let to = ["--json", json.to_str().unwrap()];
    let (code, log) = start(program, &[&arguments[..], &to].concat(), folder.path());
    assert_eq!(code, Some(0), "{log}");
    let record = read(&json).unwrap();
    assert_eq!(record.machine.memory.address_limit_bytes, Some(128 << 20));
    let most = record.settings.max_bytes;
    assert!(most < 96 << 20, "{most} of 128 MiB");
    let largest = record.measurements().map(|(_, m)| m.subject.index_bytes.unwrap_or(0)).max();
    assert!(largest.is_some_and(|bytes| (most / 2..=most).contains(&bytes)), "{largest:?}");
}

#[test]
fn what_is_asked_for_twice_is_measured_once_and_what_cannot_be_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("record.json");
    let arguments = ["run", "--quick", "--force-emulated", "--only", "face", "--json"];
    let twice = ["--tiers", "portable,portable", "--threads", "2,2", "--face-sizes", "1000,40000"];
    let (code, log) =
        run(&[&arguments[..], &[json.to_str().unwrap()], &twice].concat(), folder.path());
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("face-1n/fast/1000: skipped: too small for several threads"), "{log}");
    let record = read(&json).expect("no id is there twice");
    assert_eq!(record.measurements().count(), 4, "two modes, mated and not");
}

#[test]
fn a_tier_that_is_none_and_a_folder_that_is_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let base = ["run", "--quick", "--force-emulated"];
    let (code, log) = run(&[&base[..], &["--tiers", "mmx"]].concat(), folder.path());
    assert!(code == Some(2) && log.contains("mmx: not one of reference, portable"), "{log}");
    let absent =
        Tier::ALL.into_iter().find(|tier| !tier.is_available()).expect("no machine has all");
    let (code, log) = run(&[&base[..], &["--tiers", absent.name()]].concat(), folder.path());
    assert!(code == Some(2) && log.contains("cannot run here"), "{log}");
    let nowhere = folder.path().join("nowhere");
    let output = Command::new(env!("CARGO_BIN_EXE_kaimen-bench"))
        .args(base)
        .args(["--only", "store", "--threads", "1", "--dir"])
        .arg(&nowhere)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{error}");
    assert!(error.contains("nowhere"), "{error}");
    // Both are found out before anything is measured.
    assert!(!String::from_utf8_lossy(&output.stdout).contains("GB/s"));
    let json = nowhere.join("record.json");
    let (code, log) =
        run(&[&base[..], &["--json", json.to_str().unwrap()]].concat(), folder.path());
    assert!(code == Some(6) && log.contains("record.json") && !log.contains("GB/s"), "{log}");
}
