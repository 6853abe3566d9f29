//! Import of whole answers of the cloud into a fresh engine, in memory.

use kaimen::engine::{AlgorithmConfig, Config, Engine, ItemKind, Limits};
use kaimen::index::SearchMode;
use kaimen::template::{Algorithm, Modality, VectorFormat};

use super::bench::Bench;
use super::rounds::{Cell, timed};
use crate::BenchError;
use crate::answer::{FACES, MEMBERS, answer};
use crate::record::Subject;

/// Pages of an import where memory allows: 5,000 members with two templates each.
const PAGES: u64 = 25;
/// What a page and its members take, text, records and index, generously.
const PAGE_BYTES: u64 = 2 << 20;

pub(super) fn measure(bench: &mut Bench<'_>) -> Result<(), BenchError> {
    let pages = pages(bench);
    let templates = (pages.len() * MEMBERS * FACES) as u64;
    let modes = [("proven", SearchMode::Proven), ("fast", SearchMode::Fast)];
    let configs = modes.map(|(name, mode)| (name, config(mode)));
    let mut cells = Vec::new();
    for (name, config) in &configs {
        let subject = subject("import", name, templates);
        let run = |_: usize| {
            // Closed after the clock has stopped.
            let (ns, engine) = timed(|| import(config, &pages));
            let found = engine?.stats().face_templates as u64;
            if found != templates {
                let text = format!("import: {found} of {templates} templates");
                return Err(BenchError::WrongAnswer(text));
            }
            Ok(ns)
        };
        cells.push(Cell { subject, calls: 1, run: Box::new(run) });
    }
    let bytes = pages.iter().map(String::len).sum::<usize>();
    bench.block(&format!("import/{templates} ({bytes} bytes of JSON)"), &mut cells)
}

/// As many pages as memory holds, at least one.
pub(super) fn pages(bench: &Bench<'_>) -> Vec<String> {
    let most = if bench.options.quick { 1 } else { PAGES };
    (0..(bench.max_bytes() / PAGE_BYTES).clamp(1, most)).map(answer).collect()
}

pub(super) fn subject(group: &str, operation: &str, size: u64) -> Subject {
    Subject {
        group: group.to_owned(),
        operation: operation.to_owned(),
        threads: 1,
        size,
        ..Subject::default()
    }
}

/// One face algorithm, as the answers have it.
pub(super) fn config(search: SearchMode) -> Config {
    let format = VectorFormat::INT8_512_IN_1072.into();
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Face, format };
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: 540_000,
        margin: 0,
        floor: 540_000,
        search,
        matcher: None,
    };
    Config { algorithms: vec![algorithm], limits: Limits::default(), ..Config::default() }
}

fn import(config: &Config, pages: &[String]) -> Result<Engine, BenchError> {
    let failed = BenchError::failed("importing");
    let engine = Engine::open(config).map_err(|error| failed(error.to_string()))?;
    for page in pages {
        let report =
            engine.sync(page.as_bytes(), None).map_err(|error| failed(error.to_string()))?;
        if report.count(ItemKind::TemplateAdded) != (MEMBERS * FACES) as u64 {
            return Err(BenchError::WrongAnswer("import: a page was not taken whole".into()));
        }
    }
    Ok(engine)
}
