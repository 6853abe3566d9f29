//! The crates behind the feature `peers`.

#[cfg(feature = "peers")]
mod numkong;
#[cfg(feature = "peers")]
mod usearch;

use crate::engine::Engine;
use crate::gallery::Gallery;
use crate::side::Skipped;

const NAMES: [&str; 3] = ["numkong", "numkong-packed", "usearch"];

/// Those of the three that are wanted, or why they are not there.
pub(crate) fn engines(
    gallery: &Gallery,
    wanted: impl Fn(&str) -> bool,
) -> (Vec<Box<dyn Engine>>, Vec<Skipped>) {
    let (mut engines, mut skipped) = (Vec::new(), Vec::new());
    for name in NAMES.into_iter().filter(|name| wanted(name)) {
        match build(gallery, name) {
            Ok(engine) => engines.push(engine),
            Err(reason) => skipped.push((name, reason)),
        }
    }
    (engines, skipped)
}

#[cfg(feature = "peers")]
fn build(gallery: &Gallery, name: &str) -> Result<Box<dyn Engine>, String> {
    match name {
        "numkong" => Ok(numkong::rows()),
        "numkong-packed" => numkong::packed(gallery),
        _ => usearch::exact(gallery),
    }
}

#[cfg(not(feature = "peers"))]
fn build(_: &Gallery, _: &str) -> Result<Box<dyn Engine>, String> {
    Err("built without the feature `peers`".into())
}
