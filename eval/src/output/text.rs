//! A run, or two, as text.

use std::fmt::Write as _;

use super::report::{Comparison, MACRO, Report, Section};
use super::table::Table;
use crate::figures::Figure;

/// Failures to enrol that are named; the JSON has all of them.
const NAMED: usize = 20;

/// A run.
#[must_use]
pub fn report(report: &Report) -> String {
    let mut text = format!("{}\n", report.heading);
    for section in &report.sections {
        text.push('\n');
        text.push_str(&about(section));
    }
    let tables = [
        (
            "Verification, all impostor pairs (%)",
            &["eer", "fmr100", "fmr1000", "fmr10k", "zero_fmr"][..],
        ),
        (
            "Verification, FVC's impostor pairs (%)",
            &["fvc_eer", "fvc_fmr100", "fvc_fmr1000", "fvc_zero_fmr"],
        ),
        ("Closed-set identification, whole gallery (%)", &["rank1"]),
    ];
    for (title, keys) in tables {
        text.push_str(&overview(report, title, keys));
    }
    for section in &report.sections {
        text.push_str(&open_set(section));
    }
    if figures(report).any(|figure| figure.is_thin) {
        text.push_str(
            "\n* fewer impostor trials than the bound speaks of: no false match at all\n",
        );
    }
    text
}

/// Every figure, those of the mean included.
fn figures(report: &Report) -> impl Iterator<Item = &Figure> {
    report.sections.iter().flat_map(|section| &section.evaluation.figures)
}

/// Counts and failures of a database.
fn about(section: &Section) -> String {
    let evaluation = &section.evaluation;
    let (genuine, impostor) =
        (evaluation.trials.genuine().len(), evaluation.trials.impostor().len());
    let mut text = format!(
        "{}: {} fingers, {} references, {} probes; {genuine} genuine, {impostor} impostor pairs ({} by FVC)",
        evaluation.name,
        evaluation.fingers,
        section.references,
        section.probes,
        evaluation.fvc_impostors,
    );
    if let Some((gallery, mated, strangers)) = evaluation.searches {
        let _ =
            write!(text, "; {gallery} enrolled, {mated} mated searches, {strangers} of strangers");
    }
    if let Some((count, seconds)) = section.timing.filter(|timing| timing.1 > 0.0) {
        let _ = write!(text, "; {:.0} comparisons/s", count as f64 / seconds);
    }
    text.push('\n');
    let failures = &section.failures;
    let _ = writeln!(text, "  failures to enrol: {}", failures.len());
    for (name, reason) in failures.iter().take(NAMED) {
        let _ = writeln!(text, "    {name}: {reason}");
    }
    if failures.len() > NAMED {
        let _ = writeln!(text, "    and {} more", failures.len() - NAMED);
    }
    if section.failed_comparisons > 0 {
        let _ = writeln!(text, "  comparisons without a number: {}", section.failed_comparisons);
    }
    text
}

/// One line a database, one column a figure.
fn overview(report: &Report, title: &str, keys: &[&str]) -> String {
    let find = |list: &[Figure], key: &str| list.iter().find(|figure| figure.key == key).cloned();
    let mut head = vec![String::new()];
    let mut known = Vec::new();
    for &key in keys {
        if let Some(figure) = figures(report).find(|figure| figure.key == key) {
            head.push(figure.title.clone());
            known.push(key);
        }
    }
    if known.is_empty() {
        return String::new();
    }
    let mut table = Table::new(head);
    let mut line = |name: &str, list: &[Figure]| {
        let cell = |key: &&str| find(list, key).map_or("-".to_owned(), |figure| cell(&figure));
        table.line(std::iter::once(name.to_owned()).chain(known.iter().map(cell)));
    };
    for section in &report.sections {
        line(&section.evaluation.name, &section.evaluation.figures);
    }
    if report.sections.len() > 1 {
        line(MACRO, &report.average);
    }
    format!("\n{title}\n{}", table.text())
}

/// A percentage with its interval.
pub(super) fn cell(figure: &Figure) -> String {
    let thin = if figure.is_thin { "*" } else { "" };
    let interval = figure.interval();
    let interval = interval.map(|(low, high)| format!(" [{}, {}]", percent(low), percent(high)));
    format!("{}{thin}{}", percent(figure.value), interval.unwrap_or_default())
}

fn percent(rate: f64) -> String {
    let text = format!("{:.2}", 100.0 * rate);
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

/// Open-set identification by the size of the gallery.
fn open_set(section: &Section) -> String {
    let evaluation = &section.evaluation;
    let found: Vec<(&str, usize, &Figure)> = evaluation
        .figures
        .iter()
        .filter_map(|figure| {
            let (bound, size) = figure.key.strip_prefix("fnir_")?.split_once('@')?;
            Some((bound, size.parse().ok()?, figure))
        })
        .collect();
    let mut bounds: Vec<(&str, &str)> = Vec::new();
    let mut sizes: Vec<usize> = Vec::new();
    for &(bound, size, figure) in &found {
        if bounds.iter().all(|other| other.0 != bound) {
            bounds.push((bound, &figure.title));
        }
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    if found.is_empty() {
        return String::new();
    }
    let heads = bounds.iter().flat_map(|bound| [bound.1, "threshold"]);
    let mut table = Table::new(std::iter::once("gallery").chain(heads));
    for size in sizes {
        let mut line = vec![size.to_string()];
        for bound in &bounds {
            let own = found.iter().find(|one| one.0 == bound.0 && one.1 == size);
            line.push(own.map_or("-".to_owned(), |one| cell(one.2)));
            let threshold = own.and_then(|one| one.2.threshold);
            line.push(threshold.map_or("-".to_owned(), |score| format!("{score:.4}")));
        }
        table.line(line);
    }
    let negatives = if evaluation.has_strangers {
        "false positives: strangers"
    } else {
        "false positives: each probe once more without its own finger"
    };
    format!(
        "\nOpen-set identification, {} (%), rank 1; {negatives}\n{}",
        evaluation.name,
        table.text()
    )
}

/// Two runs.
#[must_use]
pub fn comparison(comparison: &Comparison) -> String {
    let mut text = format!("A: {}\nB: {}\n", comparison.a.heading, comparison.b.heading);
    for (name, report) in [("A", &comparison.a), ("B", &comparison.b)] {
        for section in &report.sections {
            let _ = write!(text, "\n{name}, {}", about(section));
        }
    }
    let mut databases: Vec<&str> = Vec::new();
    for difference in &comparison.differences {
        if !databases.contains(&&*difference.database) {
            databases.push(&difference.database);
        }
    }
    for database in databases {
        let mut table = Table::new(["figure (%)", "A", "B", "B - A", ""]);
        let own = comparison.differences.iter().filter(|one| one.database == database);
        for one in own {
            let key = &one.a.key;
            let title = match key.split_once('@') {
                Some((_, size)) => format!("{}, gallery {size}", one.a.title),
                None => one.a.title.clone(),
            };
            let outside =
                one.difference.interval().is_some_and(|(low, high)| low > 0.0 || high < 0.0);
            let mark = if outside { "differs" } else { "" };
            table.line([title, cell(&one.a), cell(&one.b), cell(&one.difference), mark.to_owned()]);
        }
        let _ = write!(text, "\n{database}\n{}", table.text());
    }
    text
}
