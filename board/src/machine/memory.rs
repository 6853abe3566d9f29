//! How much memory there is, and how much of it this process may take.

use serde::{Deserialize, Serialize};

use super::files::Files;

/// Memory when the run began, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// `MemTotal`.
    pub total_bytes: Option<u64>,
    /// `MemAvailable`: what can be taken without swapping.
    pub available_bytes: Option<u64>,
    /// The lowest limit of the control groups (v1 or v2) that this process is in, the groups
    /// above included; absent without one.
    pub group_limit_bytes: Option<u64>,
    /// What the group of that limit has in use.
    pub group_used_bytes: Option<u64>,
    /// The process's limit of address space (`ulimit -v`); absent without one.
    pub address_limit_bytes: Option<u64>,
    /// What of it was in use.
    pub address_used_bytes: Option<u64>,
    /// Size of a page.
    pub page_bytes: u64,
}

/// A v1 group without a limit shows the largest multiple of a page below 2^63.
const NO_LIMIT: u64 = 1 << 62;

impl Memory {
    /// Looks at `proc/meminfo` and at the control groups.
    #[must_use]
    pub fn look(files: &Files) -> Memory {
        let text = files.text("proc/meminfo").unwrap_or_default();
        let group = tightest(files);
        let page_bytes = rustix::param::page_size() as u64;
        let pages = files.text("proc/self/statm");
        let pages: Option<u64> = pages.and_then(|text| text.split(' ').next()?.parse().ok());
        Memory {
            total_bytes: meminfo(&text, "MemTotal"),
            available_bytes: meminfo(&text, "MemAvailable"),
            group_limit_bytes: group.map(|group| group.limit),
            group_used_bytes: group.map(|group| group.used),
            address_limit_bytes: address_limit(files),
            address_used_bytes: pages.and_then(|pages| pages.checked_mul(page_bytes)),
            page_bytes,
        }
    }

    /// What this process may still take: the lowest of what is available, what its group
    /// leaves and what its address space has room for. `None` if the system says nothing.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        let left = |limit: Option<u64>, used: Option<u64>| {
            limit.map(|limit| limit.saturating_sub(used.unwrap_or(0)))
        };
        let group = left(self.group_limit_bytes, self.group_used_bytes);
        let address = left(self.address_limit_bytes, self.address_used_bytes);
        [self.available_bytes, group, address].into_iter().flatten().min()
    }
}

fn meminfo(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// The soft limit in `/proc/self/limits`; `unlimited` is no number.
fn address_limit(files: &Files) -> Option<u64> {
    let text = files.text("proc/self/limits")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[derive(Clone, Copy)]
struct Group {
    limit: u64,
    used: u64,
}

/// The files of a version of control groups.
struct Version {
    limit: &'static str,
    used: &'static str,
}

const V1: Version = Version { limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes" };
const V2: Version = Version { limit: "memory.max", used: "memory.current" };

/// The group with the least room among those that this process is in and those above them.
fn tightest(files: &Files) -> Option<Group> {
    let text = files.text("proc/self/cgroup")?;
    let mounts = files.text("proc/self/mountinfo").unwrap_or_default();
    let groups = text.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        match controllers {
            "" => Some((V2, mount(&mounts, "cgroup2", None)?, path)),
            list if list.split(',').any(|name| name == "memory") => {
                Some((V1, mount(&mounts, "cgroup", Some("memory"))?, path))
            }
            _ => None,
        }
    });
    let limits = groups.flat_map(|(version, mount, path)| up(files, &version, mount, path));
    limits.min_by_key(|group| group.limit.saturating_sub(group.used))
}

/// Where a hierarchy is mounted, without the slash in front. See `proc_pid_mountinfo(5)`.
fn mount<'m>(mounts: &'m str, kind: &str, controller: Option<&str>) -> Option<&'m str> {
    mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let mut right = right.split(' ');
        let has =
            |name: &str| right.clone().next_back().is_some_and(|o| o.split(',').any(|o| o == name));
        let fits = controller.is_none_or(has) && right.next() == Some(kind);
        let point = left.split(' ').nth(4)?;
        fits.then_some(point.trim_start_matches('/'))
    })
}

/// The limits of a group and of all above it. Within a container the path may not be there:
/// then those that are count.
fn up(files: &Files, version: &Version, mount: &str, path: &str) -> Vec<Group> {
    let mut path = path.trim_matches('/');
    let mut found = Vec::new();
    loop {
        let at = |file: &str| format!("{mount}/{path}/{file}");
        // `max` is no number: no limit.
        let limit = files.number(at(version.limit)).filter(|&limit: &u64| limit < NO_LIMIT);
        if let Some(limit) = limit {
            found.push(Group { limit, used: files.number(at(version.used)).unwrap_or(0) });
        }
        match path.rsplit_once('/') {
            Some((above, _)) => path = above,
            None if path.is_empty() => return found,
            None => path = "",
        }
    }
}
