//! A run, block by block.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kaimen::kernels::{Kernels, Tier};

use super::bandwidth::{self, Reading};
use super::pools::{self, Pools};
use super::rounds::{Cell, Rounds, interleave};
use super::steady;
use crate::BenchError;
use crate::cli::RunOptions;
use crate::machine::Machine;
use crate::people::DIMENSION;
use crate::record::{Block, FORMAT, Measurement, Record, Settings, Times};
use crate::table;

/// Threshold of face searches, in millionths: the one that the README's figures are for.
pub(super) const THRESHOLD: i32 = 300_000;
/// What is taken if the system does not say what is free.
const UNKNOWN_FREE_BYTES: u64 = 32 << 20;
/// What the program takes beside an index: threads' stacks, templates on their way, the record.
const OWN_BYTES: u64 = 16 << 20;

/// A run: what was asked for, and what was found so far.
pub struct Bench<'a> {
    record: Record,
    tell: &'a mut dyn FnMut(&str),
    pub(super) options: &'a RunOptions,
    pub(super) kernels: Vec<Kernels>,
    pub(super) pools: Rc<Pools>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        options: &'a RunOptions,
        machine: Machine,
        tell: &'a mut dyn FnMut(&str),
    ) -> Result<Bench<'a>, BenchError> {
        let threads = match &*options.threads {
            [] => pools::usual(machine.cpu.usable),
            asked => asked.iter().copied().collect::<BTreeSet<_>>().into_iter().collect(),
        };
        let kernels = kernels(&options.tiers)?;
        let pools = Rc::new(Pools::new(&threads)?);
        let settings = Settings {
            dimension: DIMENSION,
            threshold: THRESHOLD,
            seconds: options.seconds(),
            rounds: options.rounds(),
            max_bytes: options.max_bytes.unwrap_or_else(|| most_bytes(&machine)),
            threads,
        };
        let record = record(options, machine, settings);
        tell(&table::heading(&record));
        let bench = Bench { record, tell, options, kernels, pools };
        // Before anything is measured in vain.
        bench.save()?;
        Ok(bench)
    }

    /// Writes what there is so far, where a record is wanted: whatever ends the run, what was
    /// measured is kept.
    fn save(&self) -> Result<(), BenchError> {
        self.options.json.iter().try_for_each(|path| write(&self.record, path))
    }

    /// Most bytes that an index, or whatever else is large, may take.
    pub(super) fn max_bytes(&self) -> u64 {
        self.record.settings.max_bytes
    }

    pub(super) fn say(&mut self, text: &str) {
        (self.tell)(text);
    }

    pub(super) fn bandwidth(&mut self) -> Result<(), BenchError> {
        let reading = Reading {
            rounds: if self.options.quick { 2 } else { 15 },
            most_bytes: if self.options.quick { 16 << 20 } else { self.max_bytes() },
            cache_bytes: self.record.machine.cpu.cache_bytes,
        };
        self.record.bandwidth = bandwidth::measure(&self.record.settings.threads, reading)?;
        let text = table::bandwidth(&self.record);
        self.say(&text);
        Ok(())
    }

    /// Measures things in turns, and records and shows them.
    pub(super) fn block(&mut self, name: &str, cells: &mut [Cell<'_>]) -> Result<(), BenchError> {
        let rounds = Rounds {
            most: self.record.settings.rounds,
            least: if self.options.quick { 2 } else { 5 },
            time: Duration::from_secs_f64(self.record.settings.seconds),
        };
        let before = steady::look();
        let samples = interleave(cells, rounds)?;
        let after = steady::look();
        let (drift, unsteady) = steady::drift(&before, &after);
        let measured = cells.iter().zip(samples);
        let measurements =
            measured.filter_map(|(cell, samples)| self.measurement(cell, samples)).collect();
        let name = name.to_owned();
        let block = Block { name, before, after, drift, unsteady, measurements };
        let text = table::block(&block);
        self.record.blocks.push(block);
        self.say(&text);
        self.save()
    }

    fn measurement(&self, cell: &Cell<'_>, samples: Vec<f64>) -> Option<Measurement> {
        let times = Times::of(samples, cell.calls)?;
        let subject = cell.subject.clone();
        let scanned = subject.scanned_bytes.map(|bytes| subject.size as f64 * bytes as f64);
        let bandwidth = self.record.bandwidth_of(subject.threads);
        let share = |(scanned, bandwidth)| scanned / (times.p50_ns / 1e9) / bandwidth;
        let bandwidth_share = scanned.zip(bandwidth).map(share);
        Some(Measurement { subject, times, bandwidth_share })
    }
}

/// Writes a record beside its place and moves it there, so that there is always a whole one.
fn write(record: &Record, path: &Path) -> Result<(), BenchError> {
    let text = serde_json::to_string_pretty(record).map_err(|e| BenchError::output(path, e))?;
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = std::fs::write(&part, text + "\n").and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| BenchError::output(path, error))
}

/// The tiers asked for, or all but the reference, which is slow by intention.
fn kernels(asked: &[String]) -> Result<Vec<Kernels>, BenchError> {
    let all: Vec<Tier> = match asked {
        [] => Tier::available().filter(|&tier| tier != Tier::Reference).collect(),
        asked => {
            let asked: BTreeSet<&String> = asked.iter().collect();
            asked.into_iter().map(|name| tier(name)).collect::<Result<_, _>>()?
        }
    };
    let forced = all.into_iter().map(Kernels::force).collect::<Result<_, _>>();
    forced.map_err(|error| BenchError::Usage(error.to_string()))
}

fn tier(name: &str) -> Result<Tier, BenchError> {
    let found = Tier::ALL.into_iter().find(|tier| tier.name() == name);
    let known = Tier::ALL.map(Tier::name).join(", ");
    found.ok_or_else(|| BenchError::Usage(format!("{name}: not one of {known}")))
}

/// Three quarters of what is free beside what the program itself takes: the rest is for what
/// grows with a gallery, and for everybody else on the board.
fn most_bytes(machine: &Machine) -> u64 {
    let free = machine.memory.free_bytes().unwrap_or(UNKNOWN_FREE_BYTES);
    free.saturating_sub(OWN_BYTES) / 4 * 3
}

fn record(options: &RunOptions, machine: Machine, settings: Settings) -> Record {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Record {
        kaimen_bench: FORMAT,
        kaimen: env!("CARGO_PKG_VERSION").to_owned(),
        target: target(),
        optimised: !cfg!(debug_assertions),
        quick: options.quick,
        emulated: machine.emulation.is_emulated(),
        started_unix_s: now.as_secs(),
        machine,
        settings,
        bandwidth: Vec::new(),
        blocks: Vec::new(),
    }
}

fn target() -> String {
    let library = if cfg!(target_env = "musl") { "musl" } else { "gnu" };
    let linked = if cfg!(target_feature = "crt-static") { "static" } else { "dynamic" };
    format!("{}-{}-{library} {linked}", std::env::consts::ARCH, std::env::consts::OS)
}
