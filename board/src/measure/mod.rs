//! Measuring.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `rounds.rs` | rounds whose order turns |
//! | `steady.rs` | whether the clock stays what it was |
//! | `bench.rs` | [`Bench`]: a run, block by block |
//! | `bandwidth.rs` | reading memory |
//! | `pools.rs` | threads |
//! | `truth.rs` | that all searches find the same |
//! | `face.rs`, `finger.rs` | 1:N |
//! | `rules.rs`, `import.rs`, `store.rs` | the others |

mod bandwidth;
mod bench;
mod face;
mod finger;
mod import;
mod pools;
mod rounds;
mod rules;
mod steady;
mod store;
mod truth;

pub use bench::Bench;

use crate::BenchError;
use crate::cli::RunOptions;
use crate::machine::{Emulation, Machine};

/// Unix time that rules and decisions are asked for: Monday, 2024-07-01 12:30:00 in Shanghai.
const NOON: i64 = 1_719_808_200;

/// Measures everything that was asked for, and writes the record. `tell` is given each finished
/// block as lines of text.
///
/// # Errors
///
/// [`BenchError::Emulated`] before anything is measured; else whatever goes wrong.
pub fn run(options: &RunOptions, tell: &mut dyn FnMut(&str)) -> Result<(), BenchError> {
    let machine = Machine::look();
    admit(&machine.emulation, options.force_emulated)?;
    let mut bench = Bench::new(options, machine, tell)?;
    let wants = |group: &str| options.only.is_empty() || options.only.iter().any(|o| o == group);
    let store = if wants("store") { Some(store::folder(options.dir.as_deref())?) } else { None };
    bench.bandwidth()?;
    if wants("face") {
        face::measure(&mut bench)?;
    }
    if wants("finger") {
        finger::measure(&mut bench)?;
    }
    if wants("rules") {
        rules::measure(&mut bench)?;
    }
    if wants("import") {
        import::measure(&mut bench)?;
    }
    if let Some(folder) = store {
        store::measure(&mut bench, folder.path())?;
    }
    Ok(())
}

/// Refuses an emulator, unless it is wanted.
///
/// # Errors
///
/// [`BenchError::Emulated`].
pub fn admit(emulation: &Emulation, forced: bool) -> Result<(), BenchError> {
    if emulation.is_emulated() && !forced {
        return Err(BenchError::Emulated { reasons: emulation.reasons.clone() });
    }
    Ok(())
}
