//! The drivers against the kernel's own, in a machine under QEMU. It takes minutes, so only
//! where KAIMEN_VIRTUAL_RIG says which machine: arm64 or amd64.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kaimen_hil::emulator::{Endpoint, Fault, Handle, Impression, Machine, Scheduled, serve};
use kaimen_hil::module::{Profile, instruction};

/// Building included, where nothing is built yet.
const LONGEST: Duration = Duration::from_secs(1800);
/// As long as a person needs to plug something in again.
const OUT: Duration = Duration::from_secs(2);
/// How `run.sh` ends where nothing was run.
const SKIPPED: i32 = 77;
const PARTS: [&str; 3] = ["vivid", "uvc", "module"];

/// The module outside of the machine: its plug is pulled in the middle of the first image.
fn module(socket: &Path) -> Handle {
    let mut machine = Machine::new(&Profile::R503);
    machine.place(Impression { finger: 1, number: 0 });
    let handle = serve(machine, Endpoint::Connect(socket.to_owned()), true).expect("QEMU listens");
    let fault = Fault::Unplug;
    handle.schedule(Scheduled { instruction: instruction::UP_IMAGE, packet: 40, fault });
    handle
}

/// Waits for the machine; meanwhile plugs the module in, and in again after it was pulled.
fn attend(machine: &mut Child, socket: &Path) -> (bool, bool) {
    let until = Instant::now() + LONGEST;
    let (mut emulator, mut pulled) = (None, false);
    while machine.try_wait().expect("a process").is_none() {
        if Instant::now() > until {
            machine.kill().expect("a process to end");
            panic!("the machine did not end within {LONGEST:?}");
        }
        std::thread::sleep(Duration::from_millis(200));
        match &emulator {
            None if socket.exists() => emulator = Some(module(socket)),
            Some(handle) if !pulled && !handle.is_plugged() => {
                pulled = true;
                std::thread::sleep(OUT);
                assert!(handle.replug(), "{:?}", handle.failure());
            }
            _ => {}
        }
    }
    (emulator.is_some(), pulled)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether all that the machine is made of can be had, which is asked before anything is built.
fn is_there(architecture: &str) -> bool {
    let mut script = Command::new("sh");
    script.args(["hil/virtual/run.sh", architecture]).current_dir(root()).stdin(Stdio::null());
    let status = script.status().expect("a shell");
    assert!(status.success() || status.code() == Some(SKIPPED), "{status}");
    status.success()
}

/// What the script says last, or nothing where it says that it skipped.
fn built(architecture: &str) -> Option<PathBuf> {
    let output = Command::new("sh")
        .args(["hil/virtual/build.sh", architecture, "kaimen-virtual-guest"])
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    println!("{text}");
    let last = text.lines().last().unwrap_or_default();
    (!text.contains("skipped:")).then(|| root().join(last))
}

#[test]
fn the_drivers_work_with_the_kernel_s() {
    let Ok(architecture) = std::env::var("KAIMEN_VIRTUAL_RIG") else {
        println!("skipped: KAIMEN_VIRTUAL_RIG does not say which machine, arm64 or amd64");
        return;
    };
    if !is_there(&architecture) {
        return println!("skipped: the script above says why");
    }
    let Some(guest) = built(&architecture) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (shared, socket) = (folder.path().join("rig"), folder.path().join("module"));
    fs::create_dir(&shared).expect("a folder");
    fs::copy(guest, shared.join("guest")).expect("the program");
    let script = shared.join("run");
    fs::write(&script, format!("#!/bin/sh\nexec ./guest {}\n", PARTS.join(" "))).expect("a script");
    let mut permissions = fs::metadata(&script).expect("a script").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&script, permissions).expect("a script");
    let mut machine = Command::new("sh")
        .args(["hil/virtual/run.sh", &architecture])
        .arg(&shared)
        .env("KAIMEN_MODULE_SOCKET", &socket)
        .current_dir(root())
        .stdin(Stdio::null())
        .spawn()
        .expect("a shell");
    let (attached, pulled) = attend(&mut machine, &socket);
    let status = machine.wait().expect("a process");
    let output = fs::read_to_string(shared.join("out/output")).unwrap_or_default();
    println!("{output}");
    let kernel = fs::read_to_string(shared.join("out/kernel.log")).unwrap_or_default();
    assert!(
        status.success() && !output.is_empty(),
        "{status}; the kernel's last words:\n{}",
        tail(&kernel)
    );
    assert!(attached && pulled, "the module was plugged in: {attached}, pulled: {pulled}");
    for part in PARTS {
        let lines = output.lines().filter(|line| line.starts_with(&format!("ok {part}: ")));
        assert!(lines.count() >= 3, "{part} was not checked");
    }
    for driver in ["vivid", "uvcvideo", "ftdi_sio", "vhci_hcd"] {
        assert!(kernel.contains(driver), "the kernel's log does not name {driver}");
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
