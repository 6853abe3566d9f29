//! Records as one page of HTML that needs nothing else.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `html.rs` | the page: facts, plots, tables |
//! | `plot.rs` | latency against gallery size, as SVG |
//! | `scale.rs` | a logarithmic axis |

mod html;
mod plot;
mod scale;

use std::path::{Path, PathBuf};

use crate::BenchError;
use crate::record::{Record, read};

/// Reads records and writes the page.
///
/// # Errors
///
/// [`BenchError::Record`], [`BenchError::Output`]; [`BenchError::Mixed`], if some are of emulators
/// and others are not.
pub fn files(records: &[PathBuf], output: &Path) -> Result<(), BenchError> {
    let read: Vec<Record> = records.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let is_emulated = read.first().is_some_and(|record| record.emulated);
    let other = read.iter().position(|record| record.emulated != is_emulated);
    if let Some(other) = other {
        let of = if is_emulated {
            "a board, the first one of an emulator"
        } else {
            "an emulator, the first one of a board"
        };
        let reason = format!("is of {of}: they are never shown together");
        return Err(BenchError::Mixed { file: records[other].clone(), reason });
    }
    std::fs::write(output, page(&read)).map_err(|error| BenchError::output(output, error))
}

/// The page of some records, all of boards or all of emulators.
#[must_use]
pub fn page(records: &[Record]) -> String {
    html::page(records)
}
