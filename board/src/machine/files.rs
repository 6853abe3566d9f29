//! The text files of `/proc` and `/sys`, of this machine or of a folder that looks like one.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Most bytes of a file that are read: `/proc/cpuinfo` of 256 cores is below it.
const MOST_BYTES: u64 = 1 << 20;
/// Most names of a folder that are looked at.
const MOST_NAMES: usize = 1024;

/// Where `/proc` and `/sys` are looked for.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// Those of this machine.
    #[must_use]
    pub fn of_this_machine() -> Files {
        Files::under("/")
    }

    /// Those in a folder that has `proc` and `sys`, as the tests have captured some.
    pub fn under(root: impl Into<PathBuf>) -> Files {
        Files { root: root.into() }
    }

    /// The text of a file without the white space and zero bytes at its ends; `None` if it cannot
    /// be read or is empty. `path` has no slash in front.
    #[must_use]
    pub fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        let file = File::open(self.root.join(path)).ok()?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The number in a file.
    #[must_use]
    pub fn number<T: std::str::FromStr>(&self, path: impl AsRef<Path>) -> Option<T> {
        self.text(path)?.parse().ok()
    }

    /// The names in a folder that are `prefix` and a number, by that number.
    #[must_use]
    pub fn numbered(&self, folder: &str, prefix: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let names =
            entries.flatten().take(MOST_NAMES).filter_map(|e| e.file_name().into_string().ok());
        let number = |name: &str| name.strip_prefix(prefix)?.parse::<u32>().ok();
        let mut names: Vec<(u32, String)> =
            names.filter_map(|name| Some((number(&name)?, name))).collect();
        names.sort();
        names.into_iter().map(|(_, name)| name).collect()
    }
}
