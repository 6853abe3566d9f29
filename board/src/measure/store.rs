//! The durable copy: what a commit costs on this board's flash, and a cold start.
//!
//! | operation | a call |
//! |-----------|--------|
//! | `import-commit` | the commit of a full import into a new file |
//! | `commit-one` | one changed member, read and committed |
//! | `open-cold` | opening the file until the first identification, after the kernel was asked to forget its pages |

use std::cell::RefCell;
use std::fs::File;
use std::path::{Path, PathBuf};

use kaimen::engine::{Config, Engine, Probe, Scope, StoreConfig};
use kaimen::index::SearchMode;
use kaimen::store::{Options, StoreKey};
use rustix::fs::{Advice, fadvise};
use tempfile::TempDir;

use super::NOON;
use super::bench::Bench;
use super::import::{config, pages, subject};
use super::rounds::{Cell, timed};
use crate::BenchError;
use crate::answer::{FACES, MEMBERS, TEMPLATE_BYTES, answer};

/// Members of the first page of a thousand more that are committed one by one.
const OTHERS: u64 = 1_000_000;

/// A folder of its own, gone at the end.
pub(super) fn folder(asked: Option<&Path>) -> Result<TempDir, BenchError> {
    let place = asked.map_or_else(std::env::temp_dir, Path::to_owned);
    let made = tempfile::Builder::new().prefix("kaimen-bench-").tempdir_in(&place);
    made.map_err(|error| BenchError::output(&place, error))
}

pub(super) fn measure(bench: &mut Bench<'_>, folder: &Path) -> Result<(), BenchError> {
    let mut pages = pages(bench);
    // Five pages are enough: a commit costs what its records cost.
    pages.truncate(5);
    let templates = (pages.len() * MEMBERS * FACES) as u64;
    let site = Site { folder: folder.to_owned(), config: config(SearchMode::Fast), pages };
    // Kept open: `commit-one` goes on in it.
    let kept = site.filled("kept")?;
    drop(site.filled("cold")?);
    let numbers = RefCell::new(OTHERS..);
    let mut cells = [
        Cell {
            subject: subject("store", "import-commit", templates),
            calls: 1,
            run: Box::new(|_| site.commit()),
        },
        Cell {
            subject: subject("store", "commit-one", 1),
            calls: 1,
            run: Box::new(|_| commit_one(&kept, numbers.borrow_mut().next().unwrap_or(OTHERS))),
        },
        Cell {
            subject: subject("store", "open-cold", templates),
            calls: 1,
            run: Box::new(|_| site.open_cold(templates)),
        },
    ];
    bench.block(&format!("store/{templates}"), &mut cells)
}

struct Site {
    folder: PathBuf,
    config: Config,
    pages: Vec<String>,
}

impl Site {
    fn open(&self, name: &str) -> Result<Engine, BenchError> {
        let path = self.folder.join(name);
        let store = StoreConfig { path, key: StoreKey::new(&[1; 32]), options: Options::default() };
        let opened = Engine::open_stored(&self.config, &store);
        Ok(opened.map_err(BenchError::failed("opening a store"))?.0)
    }

    /// A new file with an open import of all pages.
    fn begun(&self, name: &str) -> Result<Engine, BenchError> {
        let failed = BenchError::failed("importing into a store");
        let engine = self.open(name)?;
        engine.import_begin(Scope::Members).map_err(|error| failed(error.to_string()))?;
        for page in &self.pages {
            engine.import_page(page.as_bytes()).map_err(|error| failed(error.to_string()))?;
        }
        Ok(engine)
    }

    fn filled(&self, name: &str) -> Result<Engine, BenchError> {
        let engine = self.begun(name)?;
        engine.import_commit().map_err(BenchError::failed("committing an import"))?;
        Ok(engine)
    }

    fn commit(&self) -> Result<f64, BenchError> {
        let engine = self.begun("commit")?;
        let (ns, report) = timed(|| engine.import_commit());
        report.map_err(BenchError::failed("committing an import"))?;
        drop(engine);
        let path = self.folder.join("commit");
        std::fs::remove_file(&path).map_err(|error| BenchError::output(&path, error))?;
        Ok(ns)
    }

    fn open_cold(&self, templates: u64) -> Result<f64, BenchError> {
        forget(&self.folder.join("cold"))?;
        let probe = [7; TEMPLATE_BYTES];
        let (ns, engine) = timed(|| {
            let engine = self.open("cold")?;
            let decision = engine.identify_face(&Probe::from_template(&probe, None), NOON);
            decision.map_err(BenchError::failed("identifying"))?;
            Ok::<_, BenchError>(engine)
        });
        let found = engine?.stats().face_templates as u64;
        if found == templates {
            return Ok(ns);
        }
        Err(BenchError::WrongAnswer(format!("open-cold: {found} of {templates} templates")))
    }
}

/// Asks the kernel to forget the pages of a file; it may keep some.
fn forget(path: &Path) -> Result<(), BenchError> {
    let forget = || -> std::io::Result<()> {
        let file = File::open(path)?;
        file.sync_all()?;
        Ok(fadvise(&file, 0, None, Advice::DontNeed)?)
    };
    forget().map_err(|error| BenchError::output(path, error))
}

/// A member whom nobody knows yet.
fn commit_one(engine: &Engine, number: u64) -> Result<f64, BenchError> {
    let page = answer(number);
    let end = page.find("},{\"userid\"").unwrap_or(page.len());
    let one = format!("{}}}]}},\"errcode\":0}}", &page[..end]);
    let before = engine.stats().members;
    let (ns, report) = timed(|| engine.sync(one.as_bytes(), None));
    report.map_err(BenchError::failed("committing a member"))?;
    if engine.stats().members == before + 1 {
        return Ok(ns);
    }
    Err(BenchError::WrongAnswer("commit-one: the member is not there".into()))
}
