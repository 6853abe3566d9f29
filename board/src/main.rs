//! `kaimen-bench`: what a board can do. `board/README.md` is its manual.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use kaimen_bench::cli::{Cli, Command};
use kaimen_bench::{compare, measure, plan, report};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(options) => measure::run(&options, &mut say),
        Command::Compare(options) => compare::files(&options.a, &options.b).map(|text| say(&text)),
        Command::Report(options) => report::files(&options.records, &options.output),
        Command::Plan(options) => plan::file(&options).map(|text| say(&text)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kaimen-bench: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Prints at once, so that a long run is seen to go on. Who closed the pipe wants no more.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
