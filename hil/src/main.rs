//! `kaimen-hil`: the rig. `hil/README.md` is its manual.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use kaimen_hil::cli::{Cli, execute};

fn main() -> ExitCode {
    match execute(&Cli::parse()) {
        Ok((code, text)) => {
            // Who closes the pipe does not want to read on.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::from(code)
        }
        Err(error) => {
            eprintln!("kaimen-hil: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
