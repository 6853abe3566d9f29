//! What this process holds, from `/proc`.

use std::fs;

use super::Stop;

/// Resident memory in bytes.
pub(super) fn resident_bytes() -> Result<u64, Stop> {
    let status = fs::read_to_string("/proc/self/status")
        .map_err(|error| Stop::Unavailable(format!("/proc/self/status: {error}")))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| Stop::Unavailable("/proc/self/status has no VmRSS".to_owned()))
}

/// Open file descriptors.
pub(super) fn descriptors() -> Result<usize, Stop> {
    let folder = fs::read_dir("/proc/self/fd")
        .map_err(|error| Stop::Unavailable(format!("/proc/self/fd: {error}")))?;
    // The folder's own descriptor is among them.
    Ok(folder.count().saturating_sub(1))
}

/// Threads.
pub(super) fn threads() -> Result<usize, Stop> {
    let folder = fs::read_dir("/proc/self/task")
        .map_err(|error| Stop::Unavailable(format!("/proc/self/task: {error}")))?;
    Ok(folder.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_files() {
        assert!(resident_bytes().unwrap() > 100_000);
        let before = descriptors().unwrap();
        let file = fs::File::open("/proc/self/status").unwrap();
        assert!(descriptors().unwrap() > before.saturating_sub(1) && before > 2);
        drop(file);
        assert!(threads().unwrap() >= 1);
    }
}
