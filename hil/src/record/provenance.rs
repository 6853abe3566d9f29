//! Where a result comes from.

use serde::{Deserialize, Serialize};

/// What was tested, by what, where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of the harness.
    pub harness: String,
    /// Commit of the sources, if they are at hand: with "+" where they were changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The library under test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<LibraryNote>,
    /// Name of the machine.
    pub host: String,
    /// Name and release of its kernel.
    pub kernel: String,
    /// Architecture that the harness was built for.
    pub architecture: String,
    /// Model of its processor, as far as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<String>,
}

/// The library under test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryNote {
    /// Its file.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Release version.
    pub version: String,
    /// `KAIMEN_ABI_VERSION`.
    pub abi: u32,
    /// Target that it was built for.
    pub target: String,
    /// Kernel tier that it chose here.
    pub tier: String,
    /// Whether it was built with debug assertions: its times say nothing then.
    pub debug: bool,
}

impl Provenance {
    /// Asks the machine. `commit` is what the caller knows of the sources.
    #[must_use]
    pub fn of_this_machine(commit: Option<String>) -> Provenance {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let kernel =
            format!("{} {}", read("/proc/sys/kernel/ostype"), read("/proc/sys/kernel/osrelease"));
        Provenance {
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            commit,
            library: None,
            host: read("/proc/sys/kernel/hostname"),
            kernel: kernel.trim().to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            processor: processor(&read("/proc/cpuinfo")),
        }
    }
}

/// x86 says "model name"; ARM boards say "Model" or "Hardware", or numbers only.
fn processor(cpuinfo: &str) -> Option<String> {
    let of = |key: &str| {
        let mut lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
    };
    ["model name", "Model", "Hardware"].into_iter().find_map(of).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_named() {
        let here = Provenance::of_this_machine(Some("abc".into()));
        assert!(here.kernel.starts_with("Linux "), "{}", here.kernel);
        assert!(!here.host.is_empty());
        let board = "processor\t: 0\nModel\t\t: Raspberry Pi 4\n";
        assert_eq!(processor(board).as_deref(), Some("Raspberry Pi 4"));
        assert_eq!(processor("processor\t: 0\n"), None);
    }
}
