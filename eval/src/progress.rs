//! One progress bar a step, on stderr, only where somebody looks.

use indicatif::{ProgressBar, ProgressStyle};

/// Makes bars; silent ones if asked to be quiet.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    quiet: bool,
}

impl Progress {
    /// `quiet` shows nothing at all. Without a terminal nothing is shown either.
    #[must_use]
    pub fn new(quiet: bool) -> Progress {
        Progress { quiet }
    }

    pub(crate) fn bar(self, what: &str, length: usize) -> ProgressBar {
        if self.quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg:32} {wide_bar} {pos}/{len} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(length as u64).with_style(style).with_message(what.to_owned())
    }
}
