//! How a run is shown while it goes on: a bar on a terminal, plain lines else.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::record::{Outcome, TestRecord};
use crate::suite::runner::Progress;

/// Shows a run on stderr.
#[derive(Debug)]
pub(super) struct Shown {
    bar: Option<ProgressBar>,
}

impl Shown {
    /// A bar of so many tests, or lines.
    pub(super) fn new(count: usize) -> Shown {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {wide_bar} {pos}/{len} {msg}");
            let bar = ProgressBar::new(count as u64);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Shown { bar }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn begin(&mut self, suite: &str, test: &str, _position: usize, _count: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{suite}: {test}"));
        }
    }

    fn end(&mut self, suite: &str, test: &TestRecord) {
        let word = if test.flaky { "flaky" } else { test.outcome.word() };
        let mut line = format!("{word:11} {suite}: {} ({:.1} s)", test.name, test.seconds());
        if let Some(message) = test.message().filter(|_| test.outcome != Outcome::Pass) {
            line = format!("{line}: {message}");
        }
        match &self.bar {
            Some(bar) => {
                bar.println(line);
                bar.inc(1);
            }
            None => eprintln!("{line}"),
        }
    }
}
