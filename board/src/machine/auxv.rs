//! The platform in the auxiliary vector of this process.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

/// Type of the entry that points to the platform's name (`getauxval(3)`).
const AT_PLATFORM: usize = 15;
/// Longest name that is read: the longest that Linux knows, `loongarch`, is shorter.
const LONGEST: usize = 16;

/// What `AT_PLATFORM` points to, as `x86_64` or `v7l`; `None` where the kernel gives none or
/// does not let this process read its own memory.
pub(super) fn platform() -> Option<String> {
    let auxv = fs::read("/proc/self/auxv").ok()?;
    let address = entry(&auxv, AT_PLATFORM)?;
    let mut name = [0; LONGEST];
    let memory = File::open("/proc/self/mem").ok()?;
    let length = memory.read_at(&mut name, address as u64).ok()?;
    let name = name[..length].split(|&byte| byte == 0).next()?;
    std::str::from_utf8(name).ok().map(str::to_owned)
}

/// The value of an entry: pairs of machine words.
fn entry(auxv: &[u8], wanted: usize) -> Option<usize> {
    const WORD: usize = size_of::<usize>();
    let words: Vec<usize> =
        auxv.as_chunks::<WORD>().0.iter().map(|word| usize::from_ne_bytes(*word)).collect();
    words.as_chunks::<2>().0.iter().find(|pair| pair[0] == wanted).map(|pair| pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_and_a_cut_vector_has_none() {
        let bytes: Vec<u8> =
            [6usize, 4096, 15, 77, 0, 0].iter().flat_map(|w| w.to_ne_bytes()).collect();
        assert_eq!(entry(&bytes, AT_PLATFORM), Some(77));
        assert_eq!(entry(&bytes[..3 * size_of::<usize>()], AT_PLATFORM), None);
        assert_eq!(entry(&bytes, 3), None);
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn this_process_has_a_platform() {
        assert_eq!(platform().as_deref(), Some("x86_64"));
    }
}
