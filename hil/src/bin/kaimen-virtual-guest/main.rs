//! What runs inside the virtual rig: the rig's own drivers against the kernel's.
//!
//!   kaimen-virtual-guest PART...
//!   kaimen-virtual-guest plug SERIAL SOCKET
//!   kaimen-virtual-guest tell SOCKET unplug|plug|end|"show FILE"
//!
//! Each part has checks; each check prints one line, `ok` or `FAILED`, with what it
//! saw. The exit status is 0 if all were ok.

mod module;
mod plug;
mod uvc;
mod vivid;

use std::fmt::Display;
use std::process::ExitCode;
use std::time::Instant;

/// What a check returns: what it saw, or what was wrong.
type Seen = Result<String, Box<dyn std::error::Error>>;

/// Counts checks and prints each as it ends.
struct Checks {
    part: &'static str,
    failed: u32,
    passed: u32,
}

impl Checks {
    fn run(&mut self, name: &str, check: impl FnOnce() -> Seen) {
        let started = Instant::now();
        let outcome = check();
        let seconds = started.elapsed().as_secs_f64();
        let part = self.part;
        match outcome {
            Ok(seen) => {
                self.passed += 1;
                println!("ok {part}: {name} ({seconds:.2} s): {seen}");
            }
            Err(error) => {
                self.failed += 1;
                println!("FAILED {part}: {name} ({seconds:.2} s): {error}");
            }
        }
    }
}

/// A part and its name.
type Part = (&'static str, fn(&mut Checks));

/// The parts, in the order in which they run: the last of each unplugs its device.
const PARTS: [Part; 3] = [("vivid", vivid::run), ("uvc", uvc::run), ("module", module::run)];

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["plug", serial, socket] => plug::plug(serial, socket),
        ["tell", socket, order] => plug::tell(socket, order),
        _ => return run(&words),
    };
    if let Err(error) = done {
        eprintln!("kaimen-virtual-guest: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run(wanted: &[&str]) -> ExitCode {
    let unknown = wanted.iter().find(|name| PARTS.iter().all(|part| part.0 != **name));
    if unknown.is_some() || wanted.is_empty() {
        let names = PARTS.map(|part| part.0).join(" ");
        eprintln!("kaimen-virtual-guest: give some of the parts {names}");
        return ExitCode::from(2);
    }
    let mut checks = Checks { part: "", failed: 0, passed: 0 };
    for (part, run) in PARTS {
        if wanted.contains(&part) {
            checks.part = part;
            run(&mut checks);
        }
    }
    println!("{} ok, {} failed", checks.passed, checks.failed);
    ExitCode::from(u8::from(checks.failed > 0 || checks.passed == 0))
}

/// An error in words.
fn wrong<T>(what: impl Display) -> Result<T, Box<dyn std::error::Error>> {
    Err(what.to_string().into())
}
