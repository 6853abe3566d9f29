//! `kaimen-eval`: accuracy of matchers, with intervals. `eval/README.md` is its manual.

use clap::Parser as _;
use kaimen_eval::cli::{Cli, Command};
use kaimen_eval::{compare, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Compare(options) => compare::compare(&options),
    };
    match done {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("kaimen-eval: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
