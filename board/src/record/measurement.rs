//! What was measured: a thing, its size, its times; and blocks of things measured in turns.

use serde::{Deserialize, Serialize};

use super::times::Times;

/// What is measured. Printed as `group/operation/tier/threads/size`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `face-1n`, `finger-1n`, `rules`, `import` or `store`.
    pub group: String,
    /// As `fast-mated`; the README lists them.
    pub operation: String,
    /// The kernel tier that was forced; absent where the library chooses.
    pub tier: Option<String>,
    /// Threads that work on one call.
    pub threads: usize,
    /// Templates in the gallery, or of the import; rules of the member.
    pub size: u64,
    /// What the index takes, in bytes.
    pub index_bytes: Option<u64>,
    /// The least that a search must read of each template, in bytes.
    pub scanned_bytes: Option<u64>,
}

impl Subject {
    /// What tells it from all others.
    #[must_use]
    pub fn id(&self) -> String {
        let tier = self.tier.as_deref().unwrap_or("-");
        format!("{}/{}/{tier}/{}/{}", self.group, self.operation, self.threads, self.size)
    }
}

/// Something measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// What.
    pub subject: Subject,
    /// How long one call takes.
    pub times: Times,
    /// `size * scanned_bytes` in the median time, as a share of the bandwidth measured with as
    /// many threads. A gallery within a cache may exceed 1.
    pub bandwidth_share: Option<f64>,
}

/// The state of the processor at an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Nanoseconds of a fixed chain of dependent multiplications: the shortest of several.
    pub spin_ns: f64,
    /// Current frequency of each domain in kHz, in the order of the machine's policies.
    pub khz: Vec<u64>,
    /// Thousandths of a degree of each thermal zone, in the order of the machine's zones.
    pub millidegrees: Vec<i64>,
}

/// Things measured in turns, so that a disturbance meets all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// As `face-1n/fast/100000`.
    pub name: String,
    /// Before the first round.
    pub before: Condition,
    /// After the last.
    pub after: Condition,
    /// How much longer the chain took afterwards: 0.1 is 10 %. Negative if the clock rose.
    pub drift: f64,
    /// Whether `drift` is beyond [`DRIFT`] either way: the clock changed, or somebody else worked.
    pub unsteady: bool,
    /// In the order of measuring.
    pub measurements: Vec<Measurement>,
}

/// The drift that is flagged.
pub const DRIFT: f64 = 0.05;

/// Memory bandwidth with some threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bandwidth {
    /// Each reads a part of the buffer.
    pub threads: usize,
    /// Bytes of the buffer, all threads together.
    pub buffer_bytes: u64,
    /// The best of all rounds.
    pub bytes_per_second: f64,
    /// Rounds.
    pub rounds: usize,
    /// Whether the buffer is at least twice the largest cache; without it, the figure is that of
    /// a cache.
    pub beyond_cache: bool,
}
