//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::data::Pairs;
use crate::matcher::Algorithm;

/// Accuracy of biometric matchers by ISO/IEC 19795-1, with bootstrap intervals.
#[derive(Debug, Parser)]
#[command(name = "kaimen-eval", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compares samples and prints figures
    Run(RunOptions),
    /// Compares two algorithms or extractors on the same fingers
    Compare(CompareOptions),
}

/// Options of `run`.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// TOML with databases, or a CSV of samples (`file,finger,impression[,role][,database]`)
    #[arg(long, required_unless_present = "folder", conflicts_with = "folder")]
    pub manifest: Option<PathBuf>,
    /// A folder of templates named `<finger>_<impression>`
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// Another folder for the probes (two extractors against each other)
    #[arg(long, requires = "folder")]
    pub probes: Option<PathBuf>,
    /// A folder whose names say who should be there; who is not is a failure to enrol
    #[arg(long, requires = "folder")]
    pub expect: Option<PathBuf>,
    /// The algorithm, for databases without scores of their own
    #[arg(long, value_enum, default_value_t)]
    pub matcher: Algorithm,
    /// Also writes the scores into OUT/scores, with a manifest (run.toml) that reads them
    #[arg(long, requires = "out")]
    pub save_scores: bool,
    /// What both commands know.
    #[command(flatten)]
    pub common: Common,
}

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct CompareOptions {
    /// Manifest of A, often OUT/scores/run.toml of a run with --save-scores
    pub a: PathBuf,
    /// Manifest of B, with the same databases and fingers
    pub b: PathBuf,
    /// The algorithm of A, for databases without scores
    #[arg(long, value_enum, default_value_t)]
    pub matcher_a: Algorithm,
    /// The algorithm of B
    #[arg(long, value_enum, default_value_t)]
    pub matcher_b: Algorithm,
    /// What both commands know.
    #[command(flatten)]
    pub common: Common,
}

/// What both commands know.
#[derive(Debug, Args)]
pub struct Common {
    /// Folder for figures.json, report.html and the plots as SVG
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Paths in a TOML manifest are relative to it [default: the manifest's folder]
    #[arg(long)]
    pub root: Option<PathBuf>,
    /// What `{NAME}` in a TOML manifest stands for
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub set: Vec<(String, String)>,
    /// A program that reads `probe<TAB>reference` a line and writes a score a line
    #[arg(long)]
    pub program: Option<PathBuf>,
    /// An argument for it; may be given several times
    #[arg(long, allow_hyphen_values = true, requires = "program")]
    pub program_arg: Vec<String>,
    /// Directions of a pair that are compared in verification
    #[arg(long, value_enum, default_value_t)]
    pub pairs: Pairs,
    /// Genuine pairs come from the first so many impressions of a finger
    #[arg(long, default_value_t = u32::MAX, hide_default_value = true)]
    pub genuine_impressions: u32,
    /// Bootstrap replicates, fingers drawn with putting back; 0 for no intervals
    #[arg(long, default_value_t = 1000)]
    pub replicates: usize,
    /// Seed of all draws
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Sizes of galleries for open-set identification, besides the whole one
    #[arg(long, value_delimiter = ',', default_values_t = [10, 100, 1000, 10_000])]
    pub sizes: Vec<usize>,
    /// No progress bars
    #[arg(long)]
    pub quiet: bool,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("not NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
        let parse = |line: &str| Cli::try_parse_from(line.split(' ')).map_err(|e| e.kind());
        assert!(parse("x run --folder a --probes b --set k=v --sizes 10,20").is_ok());
        assert!(parse("x run").is_err());
        assert!(parse("x run --folder a --manifest b").is_err());
        assert!(parse("x run --folder a --set k").is_err());
        assert!(parse("x run --folder a --save-scores").is_err());
        assert!(parse("x compare a b --matcher-b cosine").is_ok());
    }
}
