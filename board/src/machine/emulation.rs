//! Whether this machine translates instructions: then its times say nothing of any board.
//!
//! | rule | evidence | what it finds |
//! |------|----------|---------------|
//! | name | the kernel calls this process `qemu-…` (`/proc/self/status`, `Name`) | user-mode QEMU: the kernel has started the translator |
//! | processor | `/proc/cpuinfo` is of another family than this build | user-mode QEMU before 8.1, which shows the host's file |
//! | kernel | `/proc/sys/kernel/arch` (Linux 6.1 and later) or `uname` is of another family than this build | user-mode QEMU that makes up `/proc/cpuinfo` or `uname`, not the other |
//! | platform | `AT_PLATFORM` of the auxiliary vector, read where it points to, is of another family than the kernel | a translator that hands on the host's vector |
//! | model | the model name begins with `QEMU` | QEMU's own processor models (`qemu64`, `max` under TCG) |
//! | signature | CPUID leaf 0x40000000 says `TCGTCGTCGTCG` | QEMU system emulation on x86 without KVM |
//! | unsigned | the board is QEMU's by DMI, and CPUID names no hypervisor | the same with its signature hidden |
//! | virtual board | the device tree is `linux,dummy-virt`, or DMI says QEMU, on ARM | QEMU's `virt` board |
//!
//! The last rule cannot tell TCG from KVM: no register that a process may read does. Doubt counts as
//! emulation. A virtual machine that is found otherwise (a hypervisor bit, KVM's signature) runs
//! on the processor itself: it is named in the record and may be measured.

use serde::{Deserialize, Serialize};

use super::cpu;
use super::files::Files;

/// What is looked at; every field is empty where the system does not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// `std::env::consts::ARCH` of this build.
    pub build: String,
    /// The machine name of `uname`.
    pub uname: String,
    /// `/proc/sys/kernel/arch`.
    pub kernel: String,
    /// `AT_PLATFORM`.
    pub platform: String,
    /// `Name` in `/proc/self/status`.
    pub process: String,
    /// `/proc/cpuinfo`.
    pub cpuinfo: String,
    /// `/sys/class/dmi/id/sys_vendor` and `product_name`.
    pub dmi: String,
    /// `/proc/device-tree/compatible`.
    pub device_tree: String,
    /// The twelve letters of CPUID leaf 0x40000000, only on x86 and only under a hypervisor.
    pub signature: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emulation {
    /// Why this is an emulator; empty on a real processor.
    pub reasons: Vec<String>,
    /// The hypervisor of a virtual machine that runs on the processor itself.
    pub virtual_machine: Option<String>,
}

impl Emulation {
    /// Whether times may not be shown.
    #[must_use]
    pub fn is_emulated(&self) -> bool {
        !self.reasons.is_empty()
    }
}

impl Evidence {
    /// Looks at this machine, or at the files of another one: then `uname`, the auxiliary vector
    /// and CPUID, which are no files, are left out.
    #[must_use]
    pub fn look(files: &Files) -> Evidence {
        let text = |path: &str| files.text(path).unwrap_or_default();
        let status = text("proc/self/status");
        let name = status.lines().find_map(|line| line.strip_prefix("Name:"));
        let dmi =
            ["sys_vendor", "product_name"].map(|name| text(&format!("sys/class/dmi/id/{name}")));
        Evidence {
            build: std::env::consts::ARCH.to_owned(),
            uname: String::new(),
            kernel: text("proc/sys/kernel/arch"),
            platform: String::new(),
            process: name.unwrap_or_default().trim().to_owned(),
            cpuinfo: text("proc/cpuinfo"),
            dmi: dmi.join(" ").trim().to_owned(),
            device_tree: text("proc/device-tree/compatible").replace('\0', " "),
            signature: String::new(),
        }
    }

    /// Looks at this machine, with what only a running process can ask.
    #[must_use]
    pub fn of_this_machine() -> Evidence {
        let mut evidence = Evidence::look(&Files::of_this_machine());
        evidence.uname = rustix::system::uname().machine().to_string_lossy().into_owned();
        evidence.platform = super::auxv::platform().unwrap_or_default();
        evidence.signature = signature().unwrap_or_default();
        evidence
    }

    /// Applies every rule.
    #[must_use]
    pub fn judge(&self) -> Emulation {
        let rules = [
            self.by_name(),
            self.by_processor(),
            self.by_kernel(),
            self.by_platform(),
            self.by_model(),
            self.by_signature(),
            self.by_board(),
        ];
        let reasons: Vec<String> = rules.into_iter().flatten().collect();
        let virtual_machine = if reasons.is_empty() { self.hypervisor() } else { None };
        Emulation { reasons, virtual_machine }
    }

    fn by_name(&self) -> Option<String> {
        let is_qemu = self.process.starts_with("qemu-");
        is_qemu.then(|| format!("name: the kernel calls this process {}", self.process))
    }

    fn by_processor(&self) -> Option<String> {
        let (built, shown) = (family(&self.build)?, cpu::family(&self.cpuinfo)?);
        let differ = built != shown;
        differ.then(|| format!("processor: a program for {built}, /proc/cpuinfo of {shown}"))
    }

    fn by_kernel(&self) -> Option<String> {
        let built = family(&self.build)?;
        let machines = [("/proc/sys/kernel/arch", &self.kernel), ("uname", &self.uname)];
        machines.into_iter().find_map(|(from, machine)| {
            let differ = family(machine).is_some_and(|machine| machine != built);
            differ.then(|| format!("kernel: a program for {built}, {from} says {machine}"))
        })
    }

    fn by_platform(&self) -> Option<String> {
        let (platform, kernel) = (family(&self.platform)?, family(&self.kernel)?);
        let differ = platform != kernel;
        differ.then(|| format!("platform: AT_PLATFORM says {platform}, the kernel {kernel}"))
    }

    fn by_model(&self) -> Option<String> {
        let models = cpu::Cpu::parse(&self.cpuinfo).models;
        let model = models.iter().find(|model| model.starts_with("QEMU"))?;
        Some(format!("model: {model}"))
    }

    fn by_signature(&self) -> Option<String> {
        let is_tcg = self.signature == "TCGTCGTCGTCG";
        is_tcg.then(|| format!("signature: CPUID names the hypervisor {}", self.signature))
    }

    fn by_board(&self) -> Option<String> {
        let is_qemu = self.dmi.contains("QEMU");
        match family(&self.build)? {
            "x86" if is_qemu && self.signature.is_empty() => {
                Some(format!("unsigned: DMI says {}, CPUID names no hypervisor", self.dmi))
            }
            "arm" if is_qemu => Some(format!("virtual board: DMI says {}", self.dmi)),
            "arm" if self.device_tree.contains("linux,dummy-virt") => {
                Some(format!("virtual board: the device tree is {}", self.device_tree))
            }
            _ => None,
        }
    }

    fn hypervisor(&self) -> Option<String> {
        let flags = self.cpuinfo.lines().find(|line| line.starts_with("flags"));
        let has_bit = flags.is_some_and(|line| line.split(' ').any(|flag| flag == "hypervisor"));
        match (&*self.signature, has_bit) {
            ("", true) => Some("unnamed".to_owned()),
            ("", false) => None,
            (signature, _) => Some(signature.to_owned()),
        }
    }
}

/// The family of a machine's name: a program for 32 bits may run on a kernel for 64.
fn family(machine: &str) -> Option<&'static str> {
    match machine {
        "x86" | "x86_64" | "i386" | "i486" | "i586" | "i686" => Some("x86"),
        "arm" | "aarch64" => Some("arm"),
        name if name.starts_with("armv") || name.starts_with("v7") || name.starts_with("v8") => {
            Some("arm")
        }
        "riscv32" | "riscv64" => Some("riscv"),
        _ => None,
    }
}

#[cfg(target_arch = "x86_64")]
fn signature() -> Option<String> {
    use raw_cpuid::Hypervisor;
    let name = match raw_cpuid::CpuId::new().get_hypervisor_info()?.identify() {
        Hypervisor::QEMU => "TCGTCGTCGTCG".to_owned(),
        Hypervisor::KVM => "KVMKVMKVM".to_owned(),
        other => format!("{other:?}"),
    };
    Some(name)
}

#[cfg(not(target_arch = "x86_64"))]
fn signature() -> Option<String> {
    None
}
