//! How much memory the process may still take. It is asked when an engine is opened: what cannot be
//! had is refused with a status then, instead of ending the program in the middle of an import.

use core::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::config::Config;
use crate::Error;

/// What ends the memory of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryBound {
    /// The process' own limit (`RLIMIT_AS`, `ulimit -v`).
    AddressSpace,
    /// The control group that the process is in, or one around it.
    ControlGroup,
    /// What the system can give without swapping (`MemAvailable`).
    System,
}

impl fmt::Display for MemoryBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MemoryBound::AddressSpace => "the limit of its address space",
            MemoryBound::ControlGroup => "its control group",
            MemoryBound::System => "the system",
        })
    }
}

/// What an allocator adds at most: rounding, and pages that are not yet full. `tests/c/memory.c` took up
/// to 14 MiB more than was stated, at 2,000 to 100,000 members with glibc 2.36, and no more with more.
const ALLOCATOR_BYTES: u64 = 16 << 20;

/// What must be there for a stated need: small ones leave an allocator less to add.
fn with_allocator(required: u64) -> u64 {
    required.saturating_add((required / 4 * 3).min(ALLOCATOR_BYTES))
}

/// Refuses a configuration that needs more than the process may take. Where the system does not say
/// how much that is, nothing is refused.
pub(super) fn check(config: &Config) -> Result<(), Error> {
    let required = config.required_bytes()?;
    match room() {
        Some((available, bound)) if with_allocator(required) > available => {
            let allocator = with_allocator(required) - required;
            Err(Error::Memory { required, allocator, available, bound })
        }
        _ => Ok(()),
    }
}

/// The least that anything leaves, in bytes.
fn room() -> Option<(u64, MemoryBound)> {
    let read = |path| read(Path::new(path)).unwrap_or_default();
    let address_space = address_space(&read("/proc/self/limits"), &read("/proc/self/status"));
    let control_group =
        groups(&read("/proc/self/cgroup")).filter_map(|group| left_in(&group)).min();
    let system = kilobytes(&read("/proc/meminfo"), "MemAvailable:");
    [
        (address_space, MemoryBound::AddressSpace),
        (control_group, MemoryBound::ControlGroup),
        (system, MemoryBound::System),
    ]
    .into_iter()
    .filter_map(|(bytes, bound)| Some((bytes?, bound)))
    .min_by_key(|(bytes, _)| *bytes)
}

/// A small file of the system. The longest, `memory.stat`, has a few kilobytes.
fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(1 << 16).read_to_string(&mut text).ok()?;
    Some(text)
}

/// What follows `name` at the beginning of a line.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
}

/// The same of "name: 12 kB", in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    value(text, name)?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The soft limit less what is taken; "unlimited" is no number.
fn address_space(limits: &str, status: &str) -> Option<u64> {
    let limit: u64 = value(limits, "Max address space")?.parse().ok()?;
    Some(limit.saturating_sub(kilobytes(status, "VmSize:")?))
}

/// The folders of the groups that bound memory: the process' own and all around it, of either
/// version of control groups, where they are mounted everywhere.
fn groups(cgroup: &str) -> impl Iterator<Item = PathBuf> {
    cgroup.lines().flat_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (parts.next(), parts.next()) else {
            return Vec::new();
        };
        let mount = match controllers {
            "" => "/sys/fs/cgroup",
            _ if controllers.split(',').any(|name| name == "memory") => "/sys/fs/cgroup/memory",
            _ => return Vec::new(),
        };
        let group = Path::new(group.trim_start_matches('/'));
        // A path that leads out of the mount is of a namespace that is not ours.
        let is_inside = group.components().all(|part| part != std::path::Component::ParentDir);
        let group = if is_inside { group } else { Path::new("") };
        group.ancestors().map(|group| Path::new(mount).join(group)).collect()
    })
}

/// What one group leaves: its limit less its use, without the pages of files that it can drop.
fn left_in(group: &Path) -> Option<u64> {
    let number = |names: [&str; 2]| {
        let text = names.into_iter().find_map(|name| read(&group.join(name)))?;
        text.trim().parse::<u64>().ok()
    };
    let limit = number(["memory.max", "memory.limit_in_bytes"])?;
    let used = number(["memory.current", "memory.usage_in_bytes"])?;
    let stat = read(&group.join("memory.stat")).unwrap_or_default();
    let files = value(&stat, "inactive_file ").and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \n\
        Max stack size            8388608              unlimited            bytes     \n\
        Max address space         67108864             unlimited            bytes     \n";

    #[test]
    fn a_limit_is_less_what_is_taken() {
        let status = "Name:\tdoor\nVmPeak:\t   20000 kB\nVmSize:\t   16384 kB\n";
        assert_eq!(address_space(LIMITS, status), Some(48 << 20));
        assert_eq!(address_space(LIMITS, "VmSize:\t 99999999 kB\n"), Some(0));
        assert_eq!(address_space(&LIMITS.replace("67108864 ", "unlimited"), status), None);
        for (limits, status) in [("", status), (LIMITS, ""), (LIMITS, "VmSize: many kB")] {
            assert_eq!(address_space(limits, status), None);
        }
        assert_eq!(kilobytes("MemAvailable: 18446744073709551615 kB", "MemAvailable:"), None);
    }

    #[test]
    fn groups_of_either_version_and_all_around_them() {
        let all = |text| groups(text).map(|path| path.display().to_string()).collect::<Vec<_>>();
        assert_eq!(all("0::/a/b\n"), ["/sys/fs/cgroup/a/b", "/sys/fs/cgroup/a", "/sys/fs/cgroup/"]);
        assert_eq!(
            all("4:cpu,cpuacct:/x\n3:hugetlb,memory:/y\n"),
            ["/sys/fs/cgroup/memory/y", "/sys/fs/cgroup/memory/"]
        );
        assert_eq!(all("0::/../../outside\n"), ["/sys/fs/cgroup/"]);
        assert_eq!(all("nonsense\n:\n5:cpu:/\n"), [""; 0]);
    }

    #[test]
    fn a_group_leaves_its_limit_less_its_use() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(left_in(folder.path()), None);
        write("memory.max", "max\n");
        write("memory.current", "50000\n");
        assert_eq!(left_in(folder.path()), None);
        write("memory.max", "90000\n");
        assert_eq!(left_in(folder.path()), Some(40000));
        write("memory.stat", "anon 30000\ninactive_file 20000\nactive_file 7\n");
        assert_eq!(left_in(folder.path()), Some(60000));
        write("memory.current", "200000\n");
        assert_eq!(left_in(folder.path()), Some(0));
    }

    #[test]
    fn an_allocator_adds_no_more_to_more() {
        assert_eq!(with_allocator(0), 0);
        assert_eq!(with_allocator(8 << 20), 14 << 20);
        assert_eq!(with_allocator(1 << 30), (1 << 30) + ALLOCATOR_BYTES);
        assert_eq!(with_allocator(u64::MAX), u64::MAX);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn linux_says_how_much_there_is() {
        let (bytes, _) = room().unwrap();
        assert!(bytes > 0);
    }
}
