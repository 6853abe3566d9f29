//! A record for a terminal, block by block as it is made.

use crate::record::{Block, Measurement, Record};
use crate::units::{bytes, count, figures, time};

/// A load from others that is worth a warning: half of one processor.
const LOAD: f64 = 0.5;

/// What is measured, and where.
pub(crate) fn heading(record: &Record) -> String {
    let mut lines = vec![format!("kaimen-bench {}: {}", record.kaimen, record.title())];
    lines.extend(facts(record).into_iter().map(|(name, value)| format!("{name:<12} {value}")));
    lines.extend(warnings(record).into_iter().map(|warning| format!("WARNING      {warning}")));
    lines.push(
        "times are of one call: p50 and so on are nearest ranks; share is of the bandwidth".into(),
    );
    lines.join("\n") + "\n"
}

/// What there is to know of the machine, in a few words each.
pub(crate) fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let machine = &record.machine;
    let unknown = || "unknown".to_owned();
    let size = |size: Option<u64>| size.map_or_else(unknown, bytes);
    let policies = machine.policies.iter().map(|policy| {
        let mhz = |khz: Option<u64>| khz.map_or_else(unknown, |khz| (khz / 1000).to_string());
        let (low, high) = (mhz(policy.min_khz), mhz(policy.max_khz));
        format!("cpu {}: {}, {low} to {high} MHz", policy.processors, policy.governor)
    });
    let zones = machine
        .zones
        .iter()
        .map(|zone| format!("{} {} °C", zone.name, figures(zone.millidegrees as f64 / 1e3)));
    let none = |list: Vec<String>| {
        if list.is_empty() { "not shown by the kernel".into() } else { list.join("; ") }
    };
    let memory = &machine.memory;
    let group = memory.group_limit_bytes.map_or("none".to_owned(), bytes);
    vec![
        ("processors", format!("{}, {} usable", machine.cpu.processors, machine.cpu.usable)),
        ("features", machine.cpu.features.join(" ")),
        ("tier", format!("{} of {}", machine.tier, machine.tiers.join(", "))),
        ("cache", size(machine.cpu.cache_bytes)),
        ("clock", none(policies.collect())),
        ("temperature", none(zones.collect())),
        (
            "memory",
            format!(
                "{}, {} available; group limit {group}; pages of {}",
                size(memory.total_bytes),
                size(memory.available_bytes),
                bytes(memory.page_bytes)
            ),
        ),
        ("kernel", machine.kernel.clone()),
        ("built for", record.target.clone()),
        ("index", format!("at most {}", bytes(record.settings.max_bytes))),
    ]
}

/// What a reader must know before believing a figure.
pub(crate) fn warnings(record: &Record) -> Vec<String> {
    let mut warnings = Vec::new();
    if record.emulated {
        let reasons = record.machine.emulation.reasons.join("; ");
        warnings.push(format!("an emulator: no time here says anything of a board ({reasons})"));
    }
    if let Some(hypervisor) = &record.machine.emulation.virtual_machine {
        warnings.push(format!("a virtual machine ({hypervisor}): neighbours may disturb"));
    }
    if !record.optimised {
        warnings.push("a debug build: its times mean nothing".to_owned());
    }
    if let Some(load) = record.machine.load.filter(|&load| load > LOAD) {
        let load = figures(load);
        warnings.push(format!("a load of {load} before the run: others work here"));
    }
    if record.quick {
        warnings.push("--quick: too few rounds for a tail".to_owned());
    }
    warnings
}

pub(crate) fn bandwidth(record: &Record) -> String {
    let mut text = String::from("\nmemory bandwidth, reading\n");
    for found in &record.bandwidth {
        let place = if found.beyond_cache { "" } else { ", within a cache" };
        text += &format!(
            "{:>3} threads {:>7} GB/s (best of {}, {}{place})\n",
            found.threads,
            figures(found.bytes_per_second / 1e9),
            found.rounds,
            bytes(found.buffer_bytes)
        );
    }
    text
}

/// The figures of a block.
pub(crate) fn block(block: &Block) -> String {
    let flag = if block.unsteady { "  UNSTEADY CLOCK" } else { "" };
    let drift = block.drift * 100.0;
    let mut text = format!("\n{} (clock drift {drift:+.1} %){flag}\n", block.name);
    text += &format!(
        "  {:<42} {:>4} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}\n",
        "operation/tier/threads/size", "n", "p50", "p90", "p99", "max", "per item", "share"
    );
    block.measurements.iter().for_each(|measurement| text += &row(measurement));
    text
}

fn row(measurement: &Measurement) -> String {
    let (subject, times) = (&measurement.subject, &measurement.times);
    let tier = subject.tier.as_deref().unwrap_or("-");
    let name = format!("{}/{tier}/{}/{}", subject.operation, subject.threads, count(subject.size));
    let share = measurement.bandwidth_share.map_or(String::new(), figures);
    let [p50, p90, p99, max] = [times.p50_ns, times.p90_ns, times.p99_ns, times.max_ns].map(time);
    let each = time(times.p50_ns / subject.size as f64);
    let n = times.samples;
    format!("  {name:<42} {n:>4} {p50:>9} {p90:>9} {p99:>9} {max:>9} {each:>9} {share:>6}\n")
}
