//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::units::{parse_bytes, parse_time};

/// What kaimen takes on this board, and how many templates it can hold.
#[derive(Debug, Parser)]
#[command(name = "kaimen-bench", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measures this machine and writes a record
    Run(RunOptions),
    /// Two records as ratios, B by A
    Compare(CompareOptions),
    /// Records as one HTML page that needs nothing else
    Report(ReportOptions),
    /// How many templates fit a time and a memory, by a record
    Plan(PlanOptions),
}

/// The groups that are measured.
const GROUPS: [&str; 5] = ["face", "finger", "rules", "import", "store"];

/// Options of `run`.
#[derive(Debug, Default, Args)]
pub struct RunOptions {
    /// Where the record is written
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Small galleries and few rounds: whether it works, in seconds
    #[arg(long)]
    pub quick: bool,
    /// Shows times even under an emulator; the record is marked
    #[arg(long)]
    pub force_emulated: bool,
    /// Numbers of threads, as 1,2,4 [default: 1, 2, 4 and so on, and all]
    #[arg(long, value_delimiter = ',', value_parser = threads)]
    pub threads: Vec<usize>,
    /// Most bytes of an index, as 64MB [default: three quarters of what is free]
    #[arg(long, value_parser = parse_bytes)]
    pub max_bytes: Option<u64>,
    /// Templates in face galleries, as 1000,50000 [default: 1, 2, 5 of each decade from 1000]
    #[arg(long, value_delimiter = ',', value_parser = size)]
    pub face_sizes: Vec<usize>,
    /// Templates in finger galleries [default: the same, to 20000]
    #[arg(long, value_delimiter = ',', value_parser = size)]
    pub finger_sizes: Vec<usize>,
    /// Kernel tiers, as portable,neon [default: all that run here but the reference]
    #[arg(long, value_delimiter = ',')]
    pub tiers: Vec<String>,
    /// Only these groups
    #[arg(long, value_delimiter = ',', value_parser = GROUPS)]
    pub only: Vec<String>,
    /// Most rounds of a block [default: 400; quick: 5]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: Option<u32>,
    /// Most seconds of a block [default: 20; quick: 1]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub seconds: Option<u32>,
    /// Folder for the store's files: put it on the flash that the reader would use
    /// [default: that for temporary files]
    #[arg(long)]
    pub dir: Option<PathBuf>,
}

impl RunOptions {
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.map_or(if self.quick { 5 } else { 400 }, |rounds| rounds as usize)
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.seconds.map_or(if self.quick { 1.0 } else { 20.0 }, f64::from)
    }
}

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct CompareOptions {
    /// The record that the other one is measured by
    pub a: PathBuf,
    /// The other one
    pub b: PathBuf,
}

/// Options of `report`.
#[derive(Debug, Args)]
pub struct ReportOptions {
    /// Records, all of boards or all of emulators
    #[arg(required = true)]
    pub records: Vec<PathBuf>,
    /// The page
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Which figure must stay within the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Quantile {
    /// The median
    P50,
    /// The 90th percentile
    P90,
    /// The 99th percentile
    #[default]
    P99,
    /// The longest that was seen
    Max,
}

/// Options of `plan`.
#[derive(Debug, Args)]
pub struct PlanOptions {
    /// The board's record
    pub record: PathBuf,
    /// Longest time of a search, as 100ms
    #[arg(long, value_parser = parse_time)]
    pub within: f64,
    /// Memory for the engine, as 64MB
    #[arg(long, value_parser = parse_bytes)]
    pub memory: u64,
    /// Which figure must stay within the time
    #[arg(long, value_enum, default_value_t)]
    pub quantile: Quantile,
    /// Only with so many threads
    #[arg(long)]
    pub threads: Option<usize>,
    /// A tier instead of the one that kaimen chooses on the board
    #[arg(long)]
    pub tier: Option<String>,
    /// Templates that a member has
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub per_member: u32,
    /// Largest answer of the cloud that the engine must take
    #[arg(long, default_value = "1MiB", value_parser = parse_bytes)]
    pub json_bytes: u64,
    /// Plans with the record of an emulator, which says nothing of any board
    #[arg(long)]
    pub force_emulated: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    let (threads, most) = (text.parse().unwrap_or(0), kaimen::limits::THREADS);
    let fits = (1..=most).contains(&threads);
    if fits { Ok(threads) } else { Err(format!("{text}: not within 1 to {most}")) }
}

fn size(text: &str) -> Result<usize, String> {
    let size = text.parse().map_err(|_| format!("{text}: not a number of templates"))?;
    let most = kaimen::limits::FACE_TEMPLATES;
    // A gallery below it has fewer members than there are different probes.
    if (64..=most).contains(&size) {
        Ok(size)
    } else {
        Err(format!("{text}: not within 64 to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
        let parse = |line: &str| Cli::try_parse_from(line.split(' ')).is_ok();
        assert!(parse("x run --quick --threads 1,2 --max-bytes 64MB --face-sizes 1000,2000"));
        assert!(parse("x plan a.json --within 100ms --memory 64MB --quantile max"));
        assert!(parse("x report a.json b.json -o page.html"));
        assert!(!parse("x report -o page.html"));
        assert!(!parse("x plan a.json --within 100 --memory 64MB"));
        for wrong in
            ["--threads 0", "--threads 65", "--face-sizes 10", "--only dance", "--seconds 0"]
        {
            assert!(!parse(&format!("x run {wrong}")), "{wrong}");
        }
    }
}
