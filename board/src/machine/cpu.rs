//! What the processor says of itself.

use serde::{Deserialize, Serialize};

use super::files::Files;

/// The processor, as the kernel describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cpu {
    /// Names of the core types, each once: `model name`, or on ARM implementer and part in
    /// words where known, else as numbers.
    pub models: Vec<String>,
    /// Logical processors that the kernel lists.
    pub processors: usize,
    /// Processors that this process may run on: its affinity and its control group's quota.
    pub usable: usize,
    /// Instruction set features that matter to kaimen and that the kernel reports.
    pub features: Vec<String>,
    /// Largest cache of one processor, in bytes; absent where the kernel does not say.
    pub cache_bytes: Option<u64>,
}

/// What kernels of kaimen use, in the words of `/proc/cpuinfo` of any architecture.
const FEATURES: [&str; 15] = [
    "neon",
    "asimd",
    "asimddp",
    "i8mm",
    "sve",
    "sve2",
    "asimdhp",
    "avx2",
    "avx512f",
    "avx512bw",
    "avx512_vnni",
    "avx512vbmi",
    "avx512_vpopcntdq",
    "avx_vnni",
    "amx_int8",
];

/// ARM's part numbers (implementer 0x41), from the core's technical reference manuals (MIDR_EL1).
const ARM_PARTS: [(u32, &str); 24] = [
    (0xc05, "Cortex-A5"),
    (0xc07, "Cortex-A7"),
    (0xc08, "Cortex-A8"),
    (0xc09, "Cortex-A9"),
    (0xc0d, "Cortex-A17"),
    (0xc0e, "Cortex-A17"),
    (0xc0f, "Cortex-A15"),
    (0xd01, "Cortex-A32"),
    (0xd02, "Cortex-A34"),
    (0xd03, "Cortex-A53"),
    (0xd04, "Cortex-A35"),
    (0xd05, "Cortex-A55"),
    (0xd07, "Cortex-A57"),
    (0xd08, "Cortex-A72"),
    (0xd09, "Cortex-A73"),
    (0xd0a, "Cortex-A75"),
    (0xd0b, "Cortex-A76"),
    (0xd0c, "Neoverse N1"),
    (0xd0d, "Cortex-A77"),
    (0xd41, "Cortex-A78"),
    (0xd44, "Cortex-X1"),
    (0xd46, "Cortex-A510"),
    (0xd47, "Cortex-A710"),
    (0xd49, "Neoverse N2"),
];

impl Cpu {
    /// Looks at `proc/cpuinfo` and at the caches.
    #[must_use]
    pub fn look(files: &Files) -> Cpu {
        let text = files.text("proc/cpuinfo").unwrap_or_default();
        let mut cpu = Cpu::parse(&text);
        cpu.usable = std::thread::available_parallelism().map_or(1, usize::from);
        cpu.cache_bytes = largest_cache(files);
        cpu
    }

    /// What `/proc/cpuinfo` says.
    #[must_use]
    pub fn parse(text: &str) -> Cpu {
        let mut cpu = Cpu::default();
        let mut implementer = None;
        for (key, value) in fields(text) {
            match key {
                "processor" if value.parse::<u32>().is_ok() => cpu.processors += 1,
                "model name" => cpu.add_model(value.to_owned()),
                "CPU implementer" => implementer = number(value),
                "CPU part" => {
                    if let Some(part) = number(value) {
                        cpu.add_model(part_name(implementer, part));
                    }
                }
                "flags" | "Features" if cpu.features.is_empty() => {
                    let has =
                        |feature: &&str| value.split_ascii_whitespace().any(|f| f == *feature);
                    cpu.features =
                        FEATURES.iter().filter(|f| has(f)).map(ToString::to_string).collect();
                }
                _ => {}
            }
        }
        cpu
    }

    fn add_model(&mut self, model: String) {
        if !self.models.contains(&model) {
            self.models.push(model);
        }
    }
}

/// Which family of processors wrote a `/proc/cpuinfo`; `None` if it cannot be told.
#[must_use]
pub(super) fn family(cpuinfo: &str) -> Option<&'static str> {
    fields(cpuinfo).find_map(|(key, _)| match key {
        "vendor_id" | "flags" => Some("x86"),
        "CPU implementer" => Some("arm"),
        "isa" => Some("riscv"),
        _ => None,
    })
}

fn fields(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(key, value)| (key.trim(), value.trim()))
}

/// `0xd03`, as ARM's fields are written.
fn number(value: &str) -> Option<u32> {
    u32::from_str_radix(value.strip_prefix("0x")?, 16).ok()
}

fn part_name(implementer: Option<u32>, part: u32) -> String {
    let known = ARM_PARTS.iter().find(|known| known.0 == part && implementer == Some(0x41));
    match (known, implementer) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, Some(implementer)) => format!("implementer {implementer:#04x} part {part:#05x}"),
        (None, None) => format!("part {part:#05x}"),
    }
}

/// The largest cache of any processor.
fn largest_cache(files: &Files) -> Option<u64> {
    let processors = files.numbered("sys/devices/system/cpu", "cpu");
    let caches = processors.iter().flat_map(|processor| {
        let folder = format!("sys/devices/system/cpu/{processor}/cache");
        let levels = files.numbered(&folder, "index");
        levels.into_iter().filter_map(move |level| {
            let text = files.text(format!("{folder}/{level}/size"))?;
            text.strip_suffix('K')?.parse::<u64>().ok().map(|size| size << 10)
        })
    });
    caches.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_board_with_two_kinds_of_cores() {
        let core = |part: &str| {
            format!("Features\t: fp asimd asimddp\nCPU implementer\t: 0x41\nCPU part\t: {part}\n\n")
        };
        let text =
            ["processor\t: 0\n", &core("0xd05"), "processor\t: 1\n", &core("0xd0b")].concat();
        let cpu = Cpu::parse(&text);
        assert_eq!(cpu.models, ["Cortex-A55", "Cortex-A76"]);
        assert_eq!(cpu.processors, 2);
        assert_eq!(cpu.features, ["asimd", "asimddp"]);
        assert_eq!(family(&text), Some("arm"));
    }

    #[test]
    fn an_unknown_part_is_named_by_its_numbers_and_nonsense_by_nothing() {
        let cpu = Cpu::parse("CPU implementer : 0x51\nCPU part : 0x800\n");
        assert_eq!(cpu.models, ["implementer 0x51 part 0x800"]);
        assert_eq!(Cpu::parse("\u{0}:::\nCPU part : d03\n"), Cpu::default());
        assert_eq!(family(""), None);
    }

    #[test]
    fn x86_is_told_by_its_flags() {
        let text = "processor : 0\nvendor_id : A\nmodel name : B 1\nflags : fpu avx2 avx2x\n";
        let cpu = Cpu::parse(text);
        assert_eq!((cpu.models, cpu.features), (vec!["B 1".to_owned()], vec!["avx2".to_owned()]));
        assert_eq!(family(text), Some("x86"));
    }
}
