//! Draws what `face_1n` has measured: latency against gallery size.
//!
//!     report MEDIANS.json PLOT.svg [SET]
//!
//! Of several lines for one engine and size the last one counts.

mod lines;
mod plot;
#[path = "../record.rs"]
mod record;
mod scale;
mod spread;

use std::env;
use std::fs;
use std::process::ExitCode;

use lines::Lines;

const USAGE: &str = "report MEDIANS.json PLOT.svg [SET]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match &arguments[..] {
        [json, svg] => draw(json, svg, "iso"),
        [json, svg, set] => draw(json, svg, set),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("report: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(json: &str, svg: &str, set: &str) -> Result<(), String> {
    let text = fs::read_to_string(json).map_err(|error| format!("{json}: {error}"))?;
    let lines = Lines::read(&text, set).map_err(|error| format!("{json}: {error}"))?;
    fs::write(svg, plot::draw(&lines)).map_err(|error| format!("{svg}: {error}"))
}
