//! One face against a gallery, one thread: ours and every competitor in one run.
//!
//! Prints ratios. All engines hold the same templates and are asked for the best
//! row of the same probes, in rounds whose order turns; every answer is checked
//! before anything is measured. `make bench-1n ARGS="--sizes 10000 --rounds 9"`;
//! records are in `benches/record/`.
//!
//! | file | what it defines |
//! |------|-----------------|
//! | `people.rs`, `random.rs` | made-up people and their templates |
//! | `gallery.rs`, `floor.rs` | rows, probes, right answers, the threshold |
//! | `engine.rs` | what a competitor can do, and when it is right |
//! | `ours.rs`, `read.rs`, `rows.rs` | kaimen, the limit, pair by pair |
//! | `peers.rs` | NumKong and USearch, with the feature `peers` |
//! | `side.rs`, `side.py` | FAISS and sqlite-vec, in a process of their own |
//! | `measure.rs`, `table.rs`, `record.rs` | rounds, Markdown, JSON |

mod cores;
mod engine;
mod floor;
mod gallery;
mod machine;
mod measure;
mod options;
mod ours;
mod peers;
mod people;
mod random;
mod read;
mod record;
mod rows;
mod side;
mod table;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use engine::Engine;
use gallery::{BATCH, Gallery, PROBES};
use machine::Machine;
use measure::Figures;
use options::Options;
use people::{DIMENSION, Set, TEMPLATES};
use read::Read;
use record::Record;

fn main() -> Result<(), String> {
    let options = Options::read(std::env::args().skip(1));
    let options = options.map_err(|error| format!("{error}\n\n{}", options::USAGE))?;
    let machine = Machine::look();
    println!("# One face against a gallery\n");
    machine.print();
    println!("- {DIMENSION} components, {TEMPLATES} templates a person, one thread");
    println!("- medians of {} rounds; a ratio below 1 is faster", options.rounds);
    run(&options, &machine).map_err(|error| error.to_string())
}

/// Cargo starts a bench in the folder of its package; `run.sh` says from where it
/// was called itself.
fn run(options: &Options, machine: &Machine) -> io::Result<()> {
    let folder = std::env::var_os("KAIMEN_BENCH_FOLDER").unwrap_or_default();
    let json = options.json.as_ref().map(|path| Path::new(&folder).join(path));
    let mut json = json.map(File::create).transpose()?;
    for &set in &options.sets {
        for &size in &options.sizes {
            let files = Files::new(set, size)?;
            let gallery = make(options, set, size, &files)?;
            let figures = measure_all(options, &gallery, &files);
            table::print(&figures);
            if let Some(json) = &mut json {
                figures.iter().try_for_each(|own| write(json, options, machine, &gallery, own))?;
            }
        }
    }
    Ok(())
}

/// The gallery; also as files, if a side program is to read them.
fn make(options: &Options, set: Set, size: usize, files: &Files) -> io::Result<Gallery> {
    let side = side::is_wanted(&|name: &str| options.wants(name));
    let mut keep: Box<dyn Write> = Box::new(io::sink());
    if side {
        keep = Box::new(BufWriter::new(File::create(files.gallery())?));
    }
    let mut gallery = Gallery::new(set, size, &mut keep)?;
    keep.flush()?;
    if side {
        gallery.write_probes(&files.probes())?;
    }
    if let Some(floor) = options.floor {
        gallery.floor = floor::millionths(floor);
    }
    Ok(gallery)
}

fn measure_all(options: &Options, gallery: &Gallery, files: &Files) -> Vec<Figures> {
    let size = gallery.rows.len();
    println!("\n## {size} templates, {}\n", gallery.set.name());
    let strangers = (0..PROBES).filter(|&probe| !Gallery::is_mated(probe));
    let passed =
        strangers.filter(|&probe| gallery.probes[probe].best.1 * 1e6 >= f64::from(gallery.floor));
    println!(
        "Threshold {:.3}; {} of {} strangers reach it.",
        f64::from(gallery.floor) / 1e6,
        passed.count(),
        PROBES / 2
    );
    let mut engines = enter(options, gallery, files);
    println!();
    measure::measure(gallery, &mut engines, options.rounds)
}

/// Everyone who takes part; prints who does not, and why.
fn enter(options: &Options, gallery: &Gallery, files: &Files) -> Vec<Box<dyn Engine>> {
    let wants = |name: &str| options.wants(name);
    let mut engines = ours::engines(gallery, wants);
    if wants("read") {
        let read = Read::new(gallery);
        println!("Fastest way to read: {}.", read.way());
        engines.push(Box::new(read));
    }
    let by_rows: [fn() -> Box<dyn Engine>; 2] = [rows::plain, rows::simsimd];
    engines.extend(by_rows.map(|make| make()).into_iter().filter(|engine| wants(engine.name())));
    let (peers, mut skipped) = peers::engines(gallery, wants);
    engines.extend(peers);
    if side::is_wanted(&wants) {
        let (sides, missing) =
            side::engines(&files.gallery(), &files.probes(), gallery.rows.len(), wants);
        engines.extend(sides);
        skipped.extend(missing);
    }
    for (name, reason) in skipped {
        println!("skipped {name}: {reason}");
    }
    engines
}

fn write(
    json: &mut File,
    options: &Options,
    machine: &Machine,
    gallery: &Gallery,
    own: &Figures,
) -> io::Result<()> {
    let record = Record {
        engine: own.name.clone(),
        set: gallery.set.name().into(),
        size: gallery.rows.len(),
        dimension: DIMENSION,
        rounds: options.rounds,
        one_ms: own.one(),
        mated_ms: own.mated,
        unmated_ms: own.unmated,
        batch_ms: own.batch,
        batch: BATCH,
        bytes_per_template: own.bytes,
        right: own.right,
        probes: PROBES,
        floor: gallery.floor,
        machine: machine.processor.clone(),
        compiler: machine.compiler.clone(),
        commit: machine.commit.clone(),
        date: machine.date.clone(),
    };
    writeln!(json, "{}", serde_json::to_string(&record)?)
}

/// A folder for what the side program reads, gone at the end.
struct Files(PathBuf);

impl Files {
    fn new(set: Set, size: usize) -> io::Result<Files> {
        let name = format!("face_1n-{}-{}-{size}", std::process::id(), set.name());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder)?;
        Ok(Files(folder))
    }

    fn gallery(&self) -> PathBuf {
        self.0.join("gallery.f32")
    }

    fn probes(&self) -> PathBuf {
        self.0.join("probes.f32")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What cannot be removed lies in the target folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
