//! The page: one self-contained HTML file, verdict first.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::number::{limits, number, seconds};
use super::plot;
use crate::record::{
    AttachmentRef, Attempt, Measurement, Outcome, Provenance, Run, Series, Store, SuiteRecord,
    TestRecord,
};

/// Largest picture that is put into the page.
const MAX_PICTURE: u64 = 512 << 10;
/// Largest sum of pictures that are put into the page.
const MAX_PICTURES: u64 = 24 << 20;
/// Lines of a log that the page shows; the record has all.
const MAX_LINES: usize = 400;

/// The record as a page. Attachments are read from the store; one that cannot be read is named.
#[must_use]
pub fn page(run: &Run, store: &Store) -> String {
    let mut page = Page { store, room: MAX_PICTURES };
    let title = format!("{}: {} on {}", run.verdict.word().to_uppercase(), "kaimen-hil", run.rig);
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                (head(run))
                (filters(run))
                main {
                    @for suite in &run.suites { (page.suite(suite)) }
                    p id="nothing" hidden { "No test is left by these filters." }
                }
                (provenance(run))
                script { (PreEscaped(include_str!("page.js"))) }
            }
        }
    };
    markup.into_string()
}

struct Page<'a> {
    store: &'a Store,
    /// Bytes of pictures that still fit.
    room: u64,
}

fn badge(outcome: Outcome) -> Markup {
    html! { span class={ "badge " (outcome.word()) } { (outcome.word()) } }
}

fn head(run: &Run) -> Markup {
    let simulated = run.tests().any(|(_, test)| test.simulated());
    html! {
        header class={ "verdict " (run.verdict.word()) } {
            h1 { (run.verdict.word().to_uppercase()) }
            p {
                "Rig " b { (run.rig) } ", "
                time datetime=(run.started) { (run.started.strftime("%Y-%m-%d %H:%M UTC")) }
                ", " (seconds(run.seconds))
                @if simulated { ", " b { "with simulated devices" } }
            }
            @if let Some(reason) = &run.ended_early { p class="early" { "Ended early: " (reason) } }
        }
    }
}

fn filters(run: &Run) -> Markup {
    html! {
        nav aria-label="Filters" {
            @for outcome in Outcome::ALL {
                @let count = run.count(outcome);
                @if count > 0 {
                    button type="button" aria-pressed="false" data-outcome=(outcome.word()) {
                        (badge(outcome)) " " (count)
                    }
                }
            }
            @if run.flaky() > 0 {
                button type="button" aria-pressed="false" data-outcome="flaky" {
                    span class="badge flaky" { "flaky" } " " (run.flaky())
                }
            }
            select aria-label="Suite" id="suite" {
                option value="" { "all suites" }
                @for suite in &run.suites { option value=(suite.name) { (suite.name) } }
            }
            input type="search" id="words" placeholder="search" aria-label="Search";
            output id="shown" { (run.tests().count()) " tests" }
        }
    }
}

impl Page<'_> {
    fn suite(&mut self, suite: &SuiteRecord) -> Markup {
        let verdict = Outcome::verdict(suite.tests.iter().map(|test| test.outcome));
        html! {
            section class="suite" {
                h2 { (suite.name) " " (badge(verdict)) }
                p class="about" { (suite.about) }
                @for test in &suite.tests { (self.test(suite, test)) }
            }
        }
    }

    fn test(&mut self, suite: &SuiteRecord, test: &TestRecord) -> Markup {
        let notable = !matches!(test.outcome, Outcome::Pass | Outcome::Skip) || test.flaky;
        let last = test.attempts.len();
        html! {
            details class="test" data-suite=(suite.name) data-outcome=(test.outcome.word())
                data-flaky=(test.flaky) open[notable] {
                summary {
                    (badge(test.outcome))
                    @if test.flaky { span class="badge flaky" { "flaky" } }
                    @if test.simulated() { span class="badge nature" { "simulated" } }
                    b class="name" { (test.name) }
                    span class="took" { (seconds(test.seconds())) }
                }
                p class="about" { (test.about) }
                @for (place, attempt) in test.attempts.iter().enumerate() {
                    @if last > 1 {
                        h3 { "Attempt " (attempt.number) " " (badge(attempt.outcome)) }
                    }
                    (self.attempt(attempt, place + 1 == last))
                }
            }
        }
    }

    fn attempt(&mut self, attempt: &Attempt, is_last: bool) -> Markup {
        html! {
            @if let Some(message) = &attempt.message { p class="message" { (message) } }
            @if !attempt.devices.is_empty() {
                ul class="devices" {
                    @for device in &attempt.devices {
                        li {
                            (device.kind) " " b { (device.name) } ", " (device.nature.word()) ": "
                            (device.identity)
                            @if let Some(serial) = &device.serial { ", serial " (serial) }
                        }
                    }
                }
            }
            @if !attempt.measurements.is_empty() { (measurements(&attempt.measurements)) }
            @for series in &attempt.series { (self.series(series)) }
            @if !attempt.attachments.is_empty() {
                div class="pictures" {
                    @for attachment in &attempt.attachments { (self.attachment(attachment)) }
                }
            }
            @if !attempt.log.is_empty() { (log(attempt, is_last)) }
        }
    }

    fn series(&self, series: &Series) -> Markup {
        let mut values = match self.store.values(series) {
            Ok(values) => values,
            Err(error) => return html! { p class="message" { (series.name) ": " (error) } },
        };
        values.sort_by(f64::total_cmp);
        let label = format!("{}, {} values", series.name, series.n);
        html! {
            figure {
                figcaption { (label) }
                @if values.len() >= plot::LEAST {
                    (PreEscaped(plot::histogram(&values, &series.unit, &label)))
                }
                dl class="percentiles" {
                    @for (label, value) in plot::percentiles(&values).rows {
                        div { dt { (label) } dd { (number(value)) " " (series.unit) } }
                    }
                }
            }
        }
    }

    fn attachment(&mut self, attachment: &AttachmentRef) -> Markup {
        let is_picture =
            attachment.mime.starts_with("image/") && attachment.bytes <= MAX_PICTURE.min(self.room);
        if is_picture && let Ok(bytes) = self.store.read(&attachment.sha256) {
            self.room -= attachment.bytes;
            let source = format!("data:{};base64,{}", attachment.mime, STANDARD.encode(bytes));
            return html! {
                figure class="picture" {
                    img src=(source) alt=(attachment.name) loading="lazy";
                    figcaption { (attachment.name) }
                }
            };
        }
        html! {
            p class="file" {
                a href={ "attachments/" (attachment.sha256) } { (attachment.name) }
                " (" (attachment.mime) ", " (attachment.bytes) " bytes)"
            }
        }
    }
}

fn measurements(measurements: &[Measurement]) -> Markup {
    html! {
        div class="table" {
            table {
                thead { tr { th { "measured" } th { "value" } th { "limits" } th { "n" } } }
                tbody {
                    @for measured in measurements {
                        tr class={ "rating-" (format!("{:?}", measured.outcome).to_lowercase()) } {
                            td { (measured.name) }
                            td class="number" { (number(measured.value)) " " (measured.unit) }
                            td class="number" { (limits(measured)) }
                            td class="number" { (measured.n) }
                        }
                    }
                }
            }
        }
    }
}

fn log(attempt: &Attempt, is_last: bool) -> Markup {
    let failed = attempt.outcome != Outcome::Pass;
    let left = attempt.log.len().saturating_sub(MAX_LINES);
    html! {
        details class="log" open[failed && is_last] {
            summary { "log, " (attempt.log.len()) " lines" }
            pre {
                @for line in attempt.log.iter().take(MAX_LINES) {
                    span class="time" { (line.time.strftime("%H:%M:%S%.3f")) }
                    " " b { (line.source) } " " (line.text) "\n"
                }
                @if left > 0 { "and " (left) " more in run.json\n" }
            }
        }
    }
}

/// Boards, each once: what was tested runs on them, and the library above is what they are
/// compared with.
fn boards(run: &Run) -> Vec<String> {
    let mut boards = Vec::new();
    let attempts = run.tests().flat_map(|(_, test)| &test.attempts);
    for device in attempts.flat_map(|attempt| &attempt.devices) {
        let text = format!("{}, {}: {}", device.name, device.nature.word(), device.identity);
        if device.kind == "board" && !boards.contains(&text) {
            boards.push(text);
        }
    }
    boards
}

fn provenance(run: &Run) -> Markup {
    let Provenance { harness, commit, library, host, kernel, architecture, processor } =
        &run.provenance;
    let boards = boards(run);
    let row = |name: &str, value: &str| html! { tr { th { (name) } td { (value) } } };
    html! {
        footer {
            h2 { "Where this comes from" }
            div class="table" {
                table {
                    tbody {
                        @if let Some(library) = library {
                            (row("library", &library.path))
                            (row("SHA-256", &library.sha256))
                            (row("version", &format!("{}, ABI {}, {}", library.version, library.abi, library.target)))
                            (row("kernel tier", &library.tier))
                            (row("build", if library.debug { "debug: its times say nothing" } else { "release" }))
                        }
                        @for board in &boards { (row("board under test", board)) }
                        (row("commit", commit.as_deref().unwrap_or("not known")))
                        (row("harness", &format!("kaimen-hil {harness}, {architecture}")))
                        (row("machine", &format!("{host}, {kernel}")))
                        (row("processor", processor.as_deref().unwrap_or("does not say")))
                    }
                }
            }
        }
    }
}
