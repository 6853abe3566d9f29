//! The durable copy, against what its parts cost alone, in the same run:
//!
//! - a full import of 50,000 members with two face templates of 512 int8 each, in pages of 200,
//!   into memory and into a store; floor: redb's own bulk insert of as many records of the same
//!   size in one transaction;
//! - a commit of one member; floor: one such record put by redb in a transaction;
//! - opening that store until the first identification, on one thread and on two; floors: redb reading all
//!   records, and XChaCha20-Poly1305 opening as many bytes in memory;
//! - latency of identification by one thread while another commits a full import, against idle.
//!
//! `cargo bench --bench store --features capi`, without which the import through the C functions
//! is left out; as a test a small gallery, once. The files lie in the folder
//! for temporary files (`TMPDIR`): what a transaction costs there is what its disk syncs cost.

mod answer;
#[cfg(feature = "capi")]
mod through_c;

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use kaimen::engine::{AlgorithmConfig, Config, Engine, Limits, Probe, Scope, StoreConfig};
use kaimen::index::SearchMode;
use kaimen::store::{Options, StoreKey};
use kaimen::template::{Algorithm, Modality, VectorFormat};
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use tempfile::TempDir;

const TABLE: TableDefinition<'_, &[u8; 16], &[u8]> = TableDefinition::new("records");
const CACHE: usize = 4 << 20;
const NOW: i64 = 1_795_397_400;

fn config(threads: usize) -> Config {
    let format = VectorFormat::INT8_512_IN_1072.into();
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Face, format };
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: 540_000,
        margin: 0,
        floor: 540_000,
        search: SearchMode::Fast,
        matcher: None,
    };
    let limits = Limits {
        members: 100_000,
        face_templates: 200_000,
        record_bytes: 128 << 20,
        ..Limits::default()
    };
    Config { algorithms: vec![algorithm], limits, threads, ..Config::default() }
}

fn open(path: &Path, threads: usize) -> Engine {
    let options = Options { cache_bytes: CACHE, ..Options::default() };
    let store = StoreConfig { path: path.to_owned(), key: StoreKey::new(&[1; 32]), options };
    let (engine, report) = Engine::open_stored(&config(threads), &store).expect("opens");
    assert!(report.items().is_empty());
    engine
}

/// Milliseconds of the pages and of the commit.
fn import(engine: &Engine, pages: &[String]) -> (f64, f64) {
    let start = Instant::now();
    engine.import_begin(Scope::Members).expect("begins");
    for page in pages {
        black_box(engine.import_page(page.as_bytes()).expect("a page"));
    }
    let pages = millis(start);
    let start = Instant::now();
    engine.import_commit().expect("commits");
    (pages, millis(start))
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn probe() -> Vec<u8> {
    let mut state = 77u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    (0..answer::TEMPLATE_BYTES).map(|_| next()).collect()
}

fn identify(engine: &Engine, probe: &[u8]) {
    let decision = engine.identify_face(&Probe::from_template(probe, None), NOW);
    black_box(decision.expect("a probe"));
}

/// Most resident memory of this process so far, in MB; 0 where the system does not say.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

fn key(number: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    key[8..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The floor: as many records of the same size, without an engine.
struct Floor {
    database: Database,
    record: Vec<u8>,
}

impl Floor {
    fn create(path: &Path, record_bytes: usize) -> Floor {
        let database = Database::builder().set_cache_size(CACHE).create(path).expect("creates");
        Floor { database, record: vec![0x5a; record_bytes] }
    }

    /// Milliseconds of one transaction with these records.
    fn insert(&self, numbers: std::ops::Range<u64>) -> f64 {
        let start = Instant::now();
        let transaction = self.database.begin_write().expect("begins");
        {
            let mut table = transaction.open_table(TABLE).expect("a table");
            for number in numbers {
                table.insert(&key(number), self.record.as_slice()).expect("inserts");
            }
        }
        transaction.commit().expect("commits");
        millis(start)
    }
}

/// Milliseconds that redb takes to open a file and to read all its records.
fn read_floor(path: &Path) -> f64 {
    let start = Instant::now();
    let database = Database::builder().set_cache_size(CACHE).open(path).expect("opens");
    let transaction = database.begin_read().expect("begins");
    let table = transaction.open_table(TABLE).expect("a table");
    let mut sum = 0u64;
    for entry in table.iter().expect("iterates") {
        let (_, value) = entry.expect("a record");
        sum += value.value().iter().map(|&byte| u64::from(byte)).sum::<u64>();
    }
    black_box(sum);
    millis(start)
}

/// Milliseconds in which the AEAD opens so many records of so many bytes, in memory.
fn aead_floor(count: usize, record_bytes: usize) -> f64 {
    let cipher = XChaCha20Poly1305::new(&[3; 32].into());
    let nonce = XNonce::from([5; 24]);
    let sealed = cipher.encrypt(&nonce, vec![7; record_bytes].as_slice()).expect("seals");
    let start = Instant::now();
    for _ in 0..count {
        black_box(cipher.decrypt(&nonce, black_box(sealed.as_slice())).expect("opens"));
    }
    millis(start)
}

/// Latencies in microseconds of identifications until `stop`, sorted.
fn latencies(engine: &Engine, probe: &[u8], stop: &dyn Fn() -> bool) -> Vec<f64> {
    let mut times = Vec::new();
    while !stop() {
        let start = Instant::now();
        identify(engine, probe);
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn tail(name: &str, times: &[f64]) -> f64 {
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
        let place = (share * (times.len() - 1) as f64) as usize;
        times[place]
    };
    let count = times.len();
    println!(
        "| {name} | {count} | {:.0} | {:.0} | {:.0} | {:.0} |",
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
    at(0.99)
}

fn main() {
    let said = |word: &str| std::env::args().any(|argument| argument == word);
    let test = !said("--bench") || said("--test");
    let (page_count, rounds) = if test { (2, 1) } else { (250, 5) };
    let pages: Vec<String> = (0..page_count).map(answer::answer).collect();
    let members = pages.len() * answer::MEMBERS;
    let templates = members * answer::FACES;
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    println!("{members} members, {templates} templates of 512 int8; medians of {rounds} rounds");

    // The peak is that of the first import into a store: it is measured before anything else.
    let before = peak();
    let path = at("store");
    let engine = open(&path, 1);
    import(&engine, &pages);
    let (peak_bytes, index_bytes) =
        (peak(), engine.stats().index_bytes + engine.stats().record_bytes);
    drop(engine);
    let file_bytes = std::fs::metadata(&path).expect("a file").len();
    let record_bytes = usize::try_from(file_bytes).expect("fits") / members;

    let mut times = [const { Vec::new() }; 9];
    #[cfg_attr(not(feature = "capi"), allow(unused_mut))]
    let mut of_c: Vec<f64> = Vec::new();
    for round in 0..rounds {
        #[cfg(feature = "capi")]
        of_c.push(through_c::import(&at(&format!("c-{round}")), CACHE as u64, &pages));
        let memory = Engine::open(&config(1)).expect("opens");
        let (parsing, publishing) = import(&memory, &pages);
        times[0].push(parsing + publishing);
        drop(memory);
        let path = at(&format!("store-{round}"));
        let engine = open(&path, 1);
        let (parsing, commit) = import(&engine, &pages);
        times[1].push(parsing + commit);
        times[2].push(commit);
        let floor = Floor::create(&at(&format!("floor-{round}")), record_bytes);
        times[3].push(floor.insert(0..members as u64));
        for single in 0..20u64 {
            let one = answer::answer(1_000_000 + single);
            let end = one.find("},{\"userid\"").expect("several members");
            let one = format!("{}}}]}},\"errcode\":0}}", &one[..end]);
            let start = Instant::now();
            engine.sync(one.as_bytes(), None).expect("an answer");
            times[4].push(millis(start));
            times[5].push(floor.insert(1_000_000 + single..1_000_001 + single));
        }
        drop((engine, floor));
        let probe = probe();
        for threads in [1, 2] {
            let start = Instant::now();
            let engine = open(&path, threads);
            identify(&engine, &probe);
            times[5 + threads].push(millis(start));
        }
        times[8]
            .push(read_floor(&at(&format!("floor-{round}"))) + aead_floor(members, record_bytes));
    }
    let aead = median((0..rounds).map(|_| aead_floor(members, record_bytes)).collect());
    let [memory, import_all, commit, bulk, one, one_floor, open_one, open_two, floors] =
        times.map(median);
    println!("\n| what | ms | ratio |\n|---|---|---|");
    println!("| import into memory | {memory:.1} | |");
    println!(
        "| import into a store | {import_all:.1} | {:.2} of memory plus floor |",
        import_all / (memory + bulk)
    );
    if !of_c.is_empty() {
        let of_c = median(of_c);
        println!("| the same through the C functions | {of_c:.1} | {:.2} |", of_c / import_all);
    }
    println!("| of it the commit | {commit:.1} | {:.2} of the floor |", commit / bulk);
    println!("| floor: redb's bulk insert of {record_bytes} bytes a member | {bulk:.1} | |");
    println!("| a commit of one member | {one:.3} | {:.2} of the floor |", one / one_floor);
    println!("| floor: redb, one record | {one_floor:.3} | |");
    println!(
        "| open until the first identification, 1 thread | {open_one:.1} | {:.2} of the floors |",
        open_one / floors
    );
    println!("| the same, 2 threads | {open_two:.1} | {:.2} of the floors |", open_two / floors);
    println!("| floors: redb reads, the AEAD opens | {floors:.1} | |");
    println!("| of it the AEAD | {aead:.1} | opening takes {:.1} times as long |", open_one / aead);
    println!(
        "\nfile: {file_bytes} bytes, {:.0} a template; peak of the first import: {peak_bytes:.0} MB, {before:.0} before it \
         (pages as text included); gallery and records: {:.0} MB",
        file_bytes as f64 / templates as f64,
        index_bytes as f64 / 1e6
    );
    concurrency(&at("store-0"), &pages, test);
}

/// Identification beside full imports that change everybody; as a control, beside redb alone,
/// which shares nothing with the engine but the machine.
fn concurrency(path: &Path, pages: &[String], test: bool) {
    let engine = open(path, 1);
    let probe = probe();
    let other: Vec<String> =
        pages.iter().map(|page| page.replace("\"fa_ver\":1", "\"fa_ver\":2")).collect();
    let left = std::cell::Cell::new(if test { 10 } else { 4000 });
    let idle = latencies(&engine, &probe, &|| left.replace(left.get() - 1) == 0);
    let rounds = if test { 1 } else { 3 };
    let floor = Floor::create(&path.with_extension("floor"), 2700);
    let members = (pages.len() * answer::MEMBERS) as u64;
    let beside_redb = beside(&engine, &probe, || {
        for _ in 0..2 * rounds {
            black_box(floor.insert(0..members));
        }
    });
    let beside_import = beside(&engine, &probe, || {
        for round in 0..rounds {
            import(&engine, if round % 2 == 0 { &other } else { pages });
        }
    });
    println!("\n| identification, one thread | calls | p50, us | p90 | p99 | most |");
    println!("|---|---|---|---|---|---|");
    let idle = tail("idle", &idle);
    let control = tail("control: beside redb's bulk inserts", &beside_redb);
    let busy = tail("while full imports are read and committed", &beside_import);
    println!(
        "\np99 while importing: {:.2} of the idle one (must: 2 at most), {:.2} of the control's",
        busy / idle,
        busy / control
    );
}

/// Latencies while another thread works.
fn beside(engine: &Engine, probe: &[u8], work: impl FnOnce() + Send) -> Vec<f64> {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            work();
            done.store(true, Ordering::Release);
        });
        // One call at least, however short the work.
        let calls = std::cell::Cell::new(0);
        let stop = || calls.replace(calls.get() + 1) > 0 && done.load(Ordering::Acquire);
        latencies(engine, probe, &stop)
    })
}
