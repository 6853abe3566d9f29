//! Machines as their `/proc` and `/sys` show them: folders in `machines/`, with invented names.

use std::path::PathBuf;

use kaimen_bench::BenchError;
use kaimen_bench::machine::{Cpu, Emulation, Evidence, Files, Memory, current_khz, zones};
use kaimen_bench::measure::admit;

fn files(machine: &str) -> Files {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/machines").join(machine);
    assert!(folder.is_dir(), "{} is there", folder.display());
    Files::under(folder)
}

/// What a program built for `build` finds there.
fn evidence(machine: &str, build: &str) -> Evidence {
    Evidence { build: build.to_owned(), ..Evidence::look(&files(machine)) }
}

fn reasons(evidence: &Evidence) -> Vec<String> {
    evidence.judge().reasons
}

#[test]
fn a_board_is_a_board() {
    let files = files("arm-board");
    let cpu = Cpu::look(&files);
    assert_eq!((cpu.models, cpu.processors), (vec!["Cortex-A72".to_owned()], 4));
    assert_eq!(cpu.cache_bytes, Some(1 << 20));
    assert_eq!(current_khz(&files), [1_500_000]);
    assert_eq!(zones(&files)[0].millidegrees, 48_686);
    assert_eq!(Memory::look(&files).free_bytes(), Some(800_000 * 1024));
    let on_board = evidence("arm-board", "aarch64").judge();
    assert_eq!(on_board, Emulation::default());
    assert!(admit(&on_board, false).is_ok());
    // A program for 32 bits on a kernel for 64 is no emulation.
    assert_eq!(reasons(&evidence("arm-board", "arm")), [""; 0]);
}

#[test]
fn user_mode_emulation_is_found_by_each_of_its_traces() {
    let found = reasons(&evidence("qemu-user", "aarch64"));
    assert_eq!(
        found,
        [
            "name: the kernel calls this process qemu-aarch64-st",
            "processor: a program for arm, /proc/cpuinfo of x86",
            "kernel: a program for arm, /proc/sys/kernel/arch says x86_64",
        ]
    );
    // A newer one, started under another name, that makes up the processor.
    let found = reasons(&evidence("qemu-user-renamed", "aarch64"));
    assert_eq!(found, ["kernel: a program for arm, /proc/sys/kernel/arch says x86_64"]);
    // An older kernel has no such file: then uname, where the emulator does not make it up.
    let mut bare = evidence("arm-board", "aarch64");
    bare.kernel.clear();
    bare.uname = "x86_64".to_owned();
    assert_eq!(reasons(&bare), ["kernel: a program for arm, uname says x86_64"]);
    let mut vector = evidence("arm-board", "aarch64");
    vector.platform = "x86_64".to_owned();
    assert_eq!(reasons(&vector), ["platform: AT_PLATFORM says x86, the kernel arm"]);
    // The same processor as the host's, under QEMU's name only.
    let mut same = evidence("kvm-x86", "x86_64");
    same.signature = "KVMKVMKVM".to_owned();
    same.process = "qemu-x86_64-sta".to_owned();
    assert_eq!(reasons(&same), ["name: the kernel calls this process qemu-x86_64-sta"]);
}

#[test]
fn system_emulation_is_found_and_a_virtual_machine_is_only_named() {
    let found = reasons(&evidence("qemu-virt", "aarch64"));
    assert_eq!(found, ["virtual board: the device tree is linux,dummy-virt"]);
    let found = reasons(&evidence("qemu-tcg-x86", "x86_64"));
    assert_eq!(found[0], "model: QEMU TCG CPU version 2.5+");
    assert!(found[1].starts_with("unsigned: DMI says QEMU Standard PC"), "{found:?}");
    let mut tcg = evidence("kvm-x86", "x86_64");
    tcg.signature = "TCGTCGTCGTCG".to_owned();
    assert_eq!(reasons(&tcg), ["signature: CPUID names the hypervisor TCGTCGTCGTCG"]);
    let mut kvm = evidence("kvm-x86", "x86_64");
    kvm.signature = "KVMKVMKVM".to_owned();
    let judged = kvm.judge();
    assert!(!judged.is_emulated());
    assert_eq!(judged.virtual_machine.as_deref(), Some("KVMKVMKVM"));
}

#[test]
fn an_emulator_is_refused_with_the_reasons_unless_forced() {
    let judged = evidence("qemu-user", "aarch64").judge();
    let refused = admit(&judged, false).unwrap_err();
    assert!(matches!(refused, BenchError::Emulated { .. }));
    assert_eq!(refused.exit_code(), 4);
    let text = refused.to_string();
    assert!(text.contains("/proc/cpuinfo of x86") && text.contains("--force-emulated"), "{text}");
    assert!(admit(&judged, true).is_ok());
}

#[test]
fn the_tightest_group_counts() {
    let memory = Memory::look(&files("container-v2"));
    assert_eq!(memory.group_limit_bytes, Some(128 << 20));
    assert_eq!(memory.free_bytes(), Some(100_000_000));
    let memory = Memory::look(&files("container-v1"));
    assert_eq!(memory.group_limit_bytes, Some(64 << 20));
    assert_eq!(memory.free_bytes(), Some(60_000_000));
}

#[test]
fn a_limit_of_address_space_counts() {
    let memory = Memory::look(&files("ulimit"));
    assert_eq!(memory.address_limit_bytes, Some(64 << 20));
    let used = 1000 * memory.page_bytes;
    assert_eq!(memory.free_bytes(), Some((64 << 20) - used));
}

#[test]
fn a_machine_that_shows_nothing_is_unknown_and_no_panic() {
    let nothing = Files::under("/nonexistent");
    assert_eq!(Cpu::look(&nothing).processors, 0);
    assert_eq!(Memory::look(&nothing).free_bytes(), None);
    assert!(current_khz(&nothing).is_empty() && zones(&nothing).is_empty());
    assert!(!Evidence::look(&nothing).judge().is_emulated());
    assert!(!Evidence::default().judge().is_emulated());
}
