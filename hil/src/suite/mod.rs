//! Suites of tests, and what runs them.
//!
//! A test is a function over a [`Context`] (library, devices, options) that tells a [`Recorder`]
//! what it measures. The [`runner`] gives each attempt a thread and a deadline.

mod capture;
mod context;
mod door;
mod endurance;
mod faces;
mod faults;
mod fingers;
mod gallery;
mod gating;
mod latency;
mod line_log;
mod module_faults;
mod picture;
mod process;
mod readers;
mod recorder;
pub mod runner;
mod smoke;
mod stop;
mod sync;
mod test;

pub use context::{Context, Options};
pub use recorder::Recorder;
pub use stop::Stop;
pub use test::{Body, Need, Suite, Test};

/// All suites, in the order in which they run.
#[must_use]
pub fn all(options: &Options) -> Vec<Suite> {
    vec![
        smoke::suite(),
        capture::suite(),
        fingers::suite(),
        faces::suite(),
        gating::suite(),
        gallery::suite(),
        sync::suite(),
        faults::suite(),
        door::suite(),
        endurance::suite(options.endurance),
    ]
}
