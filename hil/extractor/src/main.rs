//! Minutiae of an image by NBIS `mindtct`.
//!
//! Standard input: a portable graymap, 500 dpi unless the argument says otherwise. Standard
//! output: a line `minutiae COUNT`, then one line each: x and y in pixels from the upper left,
//! the angle in degrees counter-clockwise from the x axis, the quality from 1 to 100, and
//! `ending` or `bifurcation`. Exit code 1 and a sentence on standard error if there are none.

use std::io::{Read, Write};
use std::process::ExitCode;

use nbis::MinutiaKind;

/// Most bytes of an image: 2000 x 2000 and its header.
const IMAGE_BYTES_MAX: u64 = 4_000_100;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let dpi = match std::env::args().nth(1) {
        Some(text) => text.parse().map_err(|_| format!("{text}: not a resolution"))?,
        None => 500.0,
    };
    let mut image = Vec::new();
    let read = std::io::stdin().take(IMAGE_BYTES_MAX + 1).read_to_end(&mut image);
    read.map_err(|error| format!("standard input: {error}"))?;
    if image.len() as u64 > IMAGE_BYTES_MAX {
        return Err(format!("an image of more than {IMAGE_BYTES_MAX} bytes"));
    }
    let found = nbis::extract_minutiae(&image, Some(dpi)).map_err(|error| error.to_string())?;
    let found = found.get();
    let mut text = format!("minutiae {}\n", found.len());
    for minutia in found {
        let quality = (minutia.reliability() * 100.0).round().clamp(1.0, 100.0);
        let kind = match minutia.kind() {
            MinutiaKind::RidgeEnding => "ending",
            MinutiaKind::Bifurcation => "bifurcation",
        };
        let (x, y, angle) = (minutia.x(), minutia.y(), minutia.angle());
        text.push_str(&format!("{x} {y} {angle:.2} {quality} {kind}\n"));
    }
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| format!("standard output: {error}"))
}
