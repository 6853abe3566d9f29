//! Frequencies, governors and temperatures, where the kernel shows them.

use serde::{Deserialize, Serialize};

use super::files::Files;

/// One frequency domain (`cpufreq/policyN`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Processors of the domain, as the kernel lists them.
    pub processors: String,
    /// The governor, as `performance` or `schedutil`.
    pub governor: String,
    /// Lowest frequency that may be chosen, in kHz.
    pub min_khz: Option<u64>,
    /// Highest frequency that may be chosen, in kHz.
    pub max_khz: Option<u64>,
}

/// A thermal zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its type, as `cpu-thermal`.
    pub name: String,
    /// Thousandths of a degree Celsius when the run began.
    pub millidegrees: i64,
}

const POLICIES: &str = "sys/devices/system/cpu/cpufreq";
const ZONES: &str = "sys/class/thermal";

/// All frequency domains; none where the kernel has no cpufreq, as in most virtual machines.
#[must_use]
pub(super) fn policies(files: &Files) -> Vec<Policy> {
    let names = files.numbered(POLICIES, "policy");
    let policy = |name: &String| {
        let at = |file: &str| format!("{POLICIES}/{name}/{file}");
        Some(Policy {
            processors: files.text(at("affected_cpus"))?,
            governor: files.text(at("scaling_governor"))?,
            min_khz: files.number(at("scaling_min_freq")),
            max_khz: files.number(at("scaling_max_freq")),
        })
    };
    names.iter().filter_map(policy).collect()
}

/// What each domain runs at now, in kHz.
#[must_use]
pub fn current_khz(files: &Files) -> Vec<u64> {
    let names = files.numbered(POLICIES, "policy");
    let now = |name| files.number(format!("{POLICIES}/{name}/scaling_cur_freq"));
    names.iter().filter_map(now).collect()
}

/// How many threads ran or wanted to run, the mean over a minute.
pub(super) fn load(files: &Files) -> Option<f64> {
    files.text("proc/loadavg")?.split(' ').next()?.parse().ok()
}

/// All thermal zones that give a temperature.
#[must_use]
pub fn zones(files: &Files) -> Vec<Zone> {
    let names = files.numbered(ZONES, "thermal_zone");
    let zone = |name: &String| {
        let millidegrees = files.number(format!("{ZONES}/{name}/temp"))?;
        let kind = files.text(format!("{ZONES}/{name}/type"));
        Some(Zone { name: kind.unwrap_or_else(|| name.clone()), millidegrees })
    };
    names.iter().filter_map(zone).collect()
}
