//! Where and of what a record was made.

use std::env;
use std::process::Command;

pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) compiler: String,
    pub(crate) commit: String,
    pub(crate) date: String,
}

impl Machine {
    pub(crate) fn look() -> Machine {
        let here = env!("CARGO_MANIFEST_DIR");
        Machine {
            processor: processor(),
            compiler: says("rustc", &["--version"]),
            commit: says("git", &["-C", here, "describe", "--always", "--dirty"]),
            date: says("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
        }
    }

    pub(crate) fn print(&self) {
        println!("- machine: {}", self.processor);
        println!("- compiler: {}; kaimen {}", self.compiler, self.commit);
        println!("- date: {}", self.date);
        let arguments: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
        println!("- command: `make bench-1n ARGS=\"{}\"`", arguments.join(" "));
    }
}

/// The model and the caches, as `lscpu` has them.
fn processor() -> String {
    let all = says("lscpu", &[]);
    let field = |name: &str| {
        let line = all.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map_or("?", |line| line.trim_start_matches(':').trim()).to_owned()
    };
    let caches = [field("L1d cache"), field("L2 cache"), field("L3 cache")];
    format!("{}, {} cores, caches {}", field("Model name"), field("CPU(s)"), caches.join(", "))
}

fn says(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or("unknown".into(), |text| text.trim().to_owned())
}
