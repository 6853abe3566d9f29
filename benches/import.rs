//! Import of whole answers through the engine, against two floors that check,
//! keep and index nothing: the same bytes through serde's derive into a plain
//! struct, and base64.
//!
//! - *usual*: owned strings, `base64::STANDARD` into a new vector each; what a
//!   program does that has no reason to do otherwise;
//! - *lowest*: borrowed strings, the vectorised base64 engine into one buffer.
//!
//! Every round runs all three, in turns, so that a noisy neighbour meets all.
//! Prints medians: `cargo bench --bench import`; with `--test` one round.
//! Records are in `benches/record/`.

mod answer;

use std::hint::black_box;
use std::time::Instant;

use answer::{FACES, Floor, MEMBERS, TEMPLATE_BYTES};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kaimen::engine::{AlgorithmConfig, Config, Engine, ItemKind};
use kaimen::index::SearchMode;
use kaimen::template::{Algorithm, Modality, VectorFormat};

fn config(search: SearchMode) -> Config {
    let format = VectorFormat::INT8_512_IN_1072.into();
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Face, format };
    let algorithms = vec![AlgorithmConfig {
        algorithm,
        threshold: 540_000,
        margin: 0,
        floor: -1_000_000,
        search,
        matcher: None,
    }];
    Config { algorithms, ..Config::default() }
}

/// A fresh engine, filled page by page. Its closing is not timed.
fn import(config: &Config, pages: &[String]) -> Engine {
    let engine = Engine::open(config).expect("a configuration");
    for page in pages {
        let report = engine.sync(page.as_bytes(), None).expect("an answer");
        assert_eq!(report.count(ItemKind::TemplateAdded), (MEMBERS * FACES) as u64);
    }
    engine
}

/// Borrowed strings, the fastest base64 that there is, one buffer.
fn lowest_floor(base64: &impl base64::Engine, pages: &[String]) -> usize {
    let mut bytes = vec![0; TEMPLATE_BYTES + 3];
    let mut decoded = 0;
    for page in pages {
        let answer: Floor<&str> = serde_json::from_slice(page.as_bytes()).expect("it reads it");
        for template in answer.body.userinfo.iter().flat_map(|member| &member.fa_list) {
            decoded += base64.decode_slice(template.data, &mut bytes).expect("base64");
            black_box(&mut bytes);
        }
    }
    decoded
}

/// Owned strings, the usual base64, a new vector for each template.
fn usual_floor(pages: &[String]) -> usize {
    let mut decoded = 0;
    for page in pages {
        let answer: Floor<String> = serde_json::from_slice(page.as_bytes()).expect("it reads it");
        for template in answer.body.userinfo.iter().flat_map(|member| &member.fa_list) {
            decoded += black_box(STANDARD.decode(&template.data).expect("base64")).len();
        }
    }
    decoded
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let (pages, rounds) = if test { (1, 1) } else { (25, 41) };
    let pages: Vec<String> = (0..pages).map(answer::answer).collect();
    let configs = [SearchMode::Proven, SearchMode::Fast].map(config);
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    let base64 = base64::engine::Simd::standard(base64::engine::GeneralPurposeConfig::new());
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let base64 = base64::engine::general_purpose::STANDARD;
    let templates = pages.len() * MEMBERS * FACES;
    let mut times = [const { Vec::new() }; 4];
    let time = |times: &mut Vec<f64>, run: &mut dyn FnMut() -> usize, expected: usize| {
        let start = Instant::now();
        let done = run();
        times.push(start.elapsed().as_secs_f64());
        assert_eq!(done, expected);
    };
    for _ in 0..rounds {
        let bytes = templates * TEMPLATE_BYTES;
        time(&mut times[0], &mut || lowest_floor(&base64, &pages), bytes);
        time(&mut times[1], &mut || usual_floor(&pages), bytes);
        for (config, times) in configs.iter().zip(&mut times[2..]) {
            // Counted and closed after the clock has stopped.
            let mut engine = None;
            let mut run = || {
                engine = Some(import(config, &pages));
                templates
            };
            time(times, &mut run, templates);
            assert_eq!(engine.map(|engine| engine.stats().face_templates), Some(templates));
        }
    }
    let [lowest, usual, ours, signs] = times.map(median);
    let bytes: usize = pages.iter().map(String::len).sum();
    let rate = |seconds: f64| bytes as f64 / seconds / 1e6;
    println!("{} members, {templates} templates, {bytes} bytes of JSON", pages.len() * MEMBERS);
    println!("medians of {rounds} interleaved rounds\n");
    println!("| what | ms | MB/s | us per member |");
    println!("|---|---|---|---|");
    let rows = [
        ("lowest floor", lowest),
        ("usual floor", usual),
        ("import, proven", ours),
        ("import, fast", signs),
    ];
    for (what, time) in rows {
        let each = time * 1e6 / (pages.len() * MEMBERS) as f64;
        println!("| {what} | {:.2} | {:.0} | {each:.2} |", time * 1e3, rate(time));
    }
    println!("\nspeed against the usual floor: {:.2} (target: at least 0.5)", usual / ours);
    println!("speed against the lowest floor: {:.2}", lowest / ours);
}
