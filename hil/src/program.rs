//! Where a program is that does something for us.

use std::path::PathBuf;

/// The one that the environment names, or else the one beside our own program.
///
/// # Errors
///
/// Where it would be beside our own.
pub(crate) fn find(variable: &str, name: &str) -> Result<PathBuf, PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(PathBuf::from(path));
    }
    let ours = std::env::current_exe().unwrap_or_default();
    let beside = ours.with_file_name(name);
    if beside.is_file() { Ok(beside) } else { Err(beside) }
}
