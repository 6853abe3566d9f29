//! What a test can use.

use std::sync::Arc;
use std::time::Duration;

use super::{Need, Stop};
use crate::library::Library;
use crate::rig::Rig;

/// What the caller wants of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Real devices only: a simulated one counts as not there.
    pub require_real: bool,
    /// How long the endurance tests go on, each.
    pub endurance: Duration,
    /// Members of the gallery-load tests.
    pub members: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options { require_real: false, endurance: Duration::from_secs(10), members: 2000 }
    }
}

/// What a test can use.
#[derive(Debug)]
pub struct Context {
    /// The library under test.
    pub library: Arc<Library>,
    /// What the caller wants.
    pub options: Options,
}

impl Context {
    /// Everything that the rig file names, opened when a test needs it.
    #[must_use]
    pub fn new(library: Arc<Library>, options: Options, _rig: &Rig) -> Context {
        Context { library, options }
    }

    /// Asks every device who it is.
    #[must_use]
    pub fn selfcheck(&self) -> Vec<(String, Result<String, String>)> {
        Vec::new()
    }

    /// Whether what a test needs is there. Not in the rig at all: skipped; there but unusable, or
    /// simulated where real is asked for: unavailable.
    pub fn check(&self, need: Need) -> Result<(), Stop> {
        Err(Stop::Skip(format!("the rig has not {}", need.word())))
    }
}
