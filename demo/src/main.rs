//! `kaimen-site` writes a site for the demo: the cloud's answers, the probes
//! and the configuration. `demo/README.md` describes the files.

mod cast;
mod clock;
mod draw;
mod faces;
mod faults;
mod generate;
mod layout;
mod member;
mod names;
mod npy;
mod rules;
mod site;
mod space;

use faces::NoFaces;
use site::Site;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Usage: kaimen-site generate --out DIR [--members 3000] [--seed 1]
       kaimen-site faces --data FOLDER --out DIR [--all-probes]

generate  writes a synthetic site, the same for the same seed
faces     writes a site of real embeddings (lfw-gray.npy and .tsv in FOLDER);
          where they are absent it says so, leaves DIR/skipped and exits 0
";

/// Most members of a synthetic site; more than any reader holds.
const MOST_MEMBERS: usize = 1_000_000;

enum Command {
    Help,
    Generate { out: PathBuf, members: usize, seed: u64 },
    Faces { out: PathBuf, data: PathBuf, all_probes: bool },
}

fn main() -> ExitCode {
    let command = match command() {
        Ok(command) => command,
        Err(error) => {
            eprint!("kaimen-site: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("kaimen-site: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<Command, lexopt::Error> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let (mut name, mut out, mut data) = (None, None, None);
    let (mut members, mut seed, mut all_probes) = (3000, 1, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Value(value) if name.is_none() => name = Some(value.string()?),
            Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Long("data") => data = Some(PathBuf::from(parser.value()?)),
            Long("members") => members = parser.value()?.parse()?,
            Long("seed") => seed = parser.value()?.parse()?,
            Long("all-probes") => all_probes = true,
            _ => return Err(argument.unexpected()),
        }
    }
    let out = out.ok_or("--out is missing");
    match name.as_deref() {
        Some("generate") if members > MOST_MEMBERS => Err("--members: too many".into()),
        Some("generate") => Ok(Command::Generate { out: out?, members, seed }),
        Some("faces") => {
            let data = data.ok_or("--data is missing")?;
            Ok(Command::Faces { out: out?, data, all_probes })
        }
        _ => Err("say generate or faces".into()),
    }
}

/// Does it; the line says what was done.
fn run(command: Command) -> std::io::Result<String> {
    let write = |site: Site, out: &PathBuf| {
        site.write(out)?;
        let (answers, records, probes) = (site.pages.len(), site.records(), site.probes.len());
        Ok(format!("{answers} answers, {records} records, {probes} probes"))
    };
    match command {
        Command::Help => Ok(HELP.trim_end().to_owned()),
        Command::Generate { out, members, seed } => write(generate::generate(seed, members), &out),
        Command::Faces { out, data, all_probes } => match faces::read(&data, all_probes) {
            Ok(site) => write(site, &out),
            Err(NoFaces::Absent(reason)) => {
                site::write_skipped(&out, &reason)?;
                Ok(format!("skipped: {reason}"))
            }
            Err(wrong) => Err(std::io::Error::other(wrong.to_string())),
        },
    }
}
