//! What is made of a record: JUnit and TAP for machines, a page and lines for people.

mod compare;
mod junit;
mod lines;
mod number;
mod page;
mod plot;
mod tap;

pub use compare::{Comparison, compare};
pub use junit::junit;
pub use lines::summary;
pub use page::page;
pub use tap::tap;

use crate::record::{RecordError, Run, Store};

/// Writes `run.json`, `junit.xml`, `run.tap` and `report.html` into the run's folder.
pub fn write_all(run: &Run, store: &Store) -> Result<(), RecordError> {
    store.write_run(run)?;
    store.write("junit.xml", junit(run).as_bytes())?;
    store.write("run.tap", tap(run).as_bytes())?;
    store.write("report.html", page(run, store).as_bytes())?;
    Ok(())
}
