//! The extractor of minutiae, for the tests that need one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kaimen_hil::extract::{Extractor, PROGRAM_VARIABLE};

/// The first build compiles two hundred crates.
const BUILD: Duration = Duration::from_secs(1800);

/// The extractor; `None`, and the reason said, where it cannot be had. In CI it has to be.
pub(crate) fn extractor() -> Option<Extractor> {
    match find() {
        Ok(extractor) => Some(extractor),
        Err(reason) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("{reason}"),
        Err(reason) => {
            println!("skipped: {reason}");
            None
        }
    }
}

/// The one that the environment names, or one that is built here.
fn find() -> Result<Extractor, String> {
    if std::env::var_os(PROGRAM_VARIABLE).is_some() {
        return Extractor::find().map_err(|error| error.to_string());
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("extractor");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("extractor");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--locked", "--quiet", "--manifest-path"]);
    build.arg(source.join("Cargo.toml")).arg("--target-dir").arg(&target);
    build.stdin(Stdio::null()).env_remove("CARGO_TARGET_DIR");
    let mut child = build.spawn().map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None if begun.elapsed() > BUILD => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("the extractor was not built after {BUILD:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    if !status.success() {
        return Err(String::from("the extractor cannot be built (crates, or a C compiler)"));
    }
    Ok(Extractor::at(&target.join("debug/kaimen-mindtct")))
}
