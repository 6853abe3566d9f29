//! Clients that others wrote, every operation against the emulator: what they accept, a
//! driver may rely on.
//!
//! They come from PyPI into a folder below `target`. Where they cannot be had, the test says
//! `skipped` and why.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use kaimen_hil::emulator::{Endpoint, Impression, Machine, Touch, serve};
use kaimen_hil::module::Profile;

/// For the installation, and for one client.
const INSTALL: Duration = Duration::from_secs(240);
const CLIENT: Duration = Duration::from_secs(120);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign")
}

/// Runs a program to its end, or to its deadline. `Err` says why there is no output.
fn run(command: &mut Command, limit: Duration) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
    let begun = Instant::now();
    // What they print fits into a pipe.
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if begun.elapsed() > limit {
            let _ = child.kill();
            let output = child.wait_with_output().map_err(|error| error.to_string())?;
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("{name}: not done after {limit:?}: {text}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().map_err(|error| error.to_string())
}

fn run_well(command: &mut Command, limit: Duration) -> Result<(), String> {
    let output = run(command, limit)?;
    if output.status.success() {
        return Ok(());
    }
    let both = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&both).into_owned();
    Err(text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("failed").to_owned())
}

/// A Python with the clients in it, made at the first call.
fn python() -> Result<PathBuf, String> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-clients");
    let python = place.join("bin/python");
    let requirements = folder().join("requirements.txt");
    let complete = place.join("complete");
    let wanted = std::fs::read_to_string(&requirements).map_err(|error| error.to_string())?;
    if std::fs::read_to_string(&complete).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    run_well(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place), INSTALL)
        .map_err(|error| format!("no virtual environment (Debian: python3-venv): {error}"))?;
    // Without what the packages ask for besides: Blinka is for boards, and is stood in for.
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]);
    pip.args(["--retries", "1", "--timeout", "20"]).arg("-r").arg(&requirements);
    run_well(&mut pip, INSTALL).map_err(|error| format!("PyPI cannot be had: {error}"))?;
    std::fs::write(&complete, wanted).map_err(|error| error.to_string())?;
    Ok(python)
}

fn client(python: &Path, name: &str, profile: &'static Profile, paced: bool) {
    let mut machine = Machine::new(profile);
    machine.enrol(7, 5);
    machine.queue(Touch { impression: Impression { finger: 5, number: 3 }, images: None });
    let place = tempfile::tempdir().unwrap();
    let link = place.path().join("module");
    let _emulator = serve(machine, Endpoint::Pty { link: Some(link.clone()) }, paced).unwrap();
    let mut command = Command::new(python);
    command.env("PYTHONPATH", folder().join("stand_ins")).env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(folder().join("clients.py")).args([name, profile.name]);
    command.arg(&link).arg(place.path());
    let output = run(&mut command, CLIENT).unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} on {}: {printed}{errors}", profile.name);
    assert_eq!(printed.trim(), format!("{name} on {}: all right", profile.name));
}

#[test]
fn foreign_clients_are_satisfied() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => return println!("skipped: {reason}"),
    };
    client(&python, "adafruit", &Profile::R503, true);
    client(&python, "adafruit", &Profile::R307, false);
    client(&python, "pyfingerprint", &Profile::R305, false);
    client(&python, "pyfingerprint", &Profile::R307, false);
}
