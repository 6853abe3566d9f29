//! A record: one run on one machine, as JSON.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `times.rs` | [`Times`]: percentiles |
//! | `measurement.rs` | [`Subject`], [`Measurement`], [`Block`], [`Bandwidth`] |
//! | `read.rs` | reading and checking a file |

mod measurement;
mod read;
mod times;

use serde::{Deserialize, Serialize};

pub use measurement::{Bandwidth, Block, Condition, DRIFT, Measurement, Subject};
pub use read::{parse, read};
pub use times::{SAMPLES_FOR_P99, Times};

use crate::machine::Machine;

/// The version of the record's layout. A change of meaning or a new field is a new one.
pub const FORMAT: u32 = 1;

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`FORMAT`].
    pub kaimen_bench: u32,
    /// Release of kaimen.
    pub kaimen: String,
    /// Architecture, system and C library that the program was built for.
    pub target: String,
    /// False in a debug build, whose times mean nothing.
    pub optimised: bool,
    /// Made with `--quick`: few rounds, small galleries.
    pub quick: bool,
    /// Made under an emulator, by force. Such a record is never shown beside one of a board.
    pub emulated: bool,
    /// Unix time of the start, in seconds.
    pub started_unix_s: u64,
    /// The machine.
    pub machine: Machine,
    /// What was asked for.
    pub settings: Settings,
    /// By threads, ascending.
    pub bandwidth: Vec<Bandwidth>,
    /// In the order of measuring.
    pub blocks: Vec<Block>,
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Components of a face template.
    pub dimension: usize,
    /// Threshold of a face search, in millionths of a cosine.
    pub threshold: i32,
    /// Most seconds of a block's rounds; each thing is measured a few times even beyond it.
    pub seconds: f64,
    /// Most rounds of a block.
    pub rounds: usize,
    /// Most bytes of an index.
    pub max_bytes: u64,
    /// Numbers of threads.
    pub threads: Vec<usize>,
}

impl Record {
    /// Everything measured, with the block that it is of.
    pub fn measurements(&self) -> impl Iterator<Item = (&Block, &Measurement)> {
        self.blocks.iter().flat_map(|block| block.measurements.iter().map(move |m| (block, m)))
    }

    /// Bytes a second with so many threads: the figure for the most threads that are not more.
    #[must_use]
    pub fn bandwidth_of(&self, threads: usize) -> Option<f64> {
        let fitting = self.bandwidth.iter().filter(|b| b.threads <= threads);
        fitting.max_by_key(|b| b.threads).map(|b| b.bytes_per_second)
    }

    /// When it was made, in UTC.
    #[must_use]
    pub fn started(&self) -> String {
        let seconds = i64::try_from(self.started_unix_s).ok();
        let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        time.map_or_else(|| "an unknown time".to_owned(), |time| time.to_string())
    }

    /// The board, or else the processor, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        let cpu = &self.machine.cpu;
        let processor = format!("{} x {}", cpu.processors, cpu.models.join(" + "));
        match &self.machine.board {
            Some(board) => format!("{board}, {processor}"),
            None => processor,
        }
    }
}
