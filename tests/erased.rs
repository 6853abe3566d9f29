//! Templates and names do not stay behind in memory that is given back: the allocator of this
//! program looks at every block that is freed.
#![allow(unsafe_code, reason = "an allocator is unsafe by its nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kaimen::engine::{AlgorithmConfig, Config, Engine, Probe, Scope, StoreConfig};
use kaimen::index::SearchMode;
use kaimen::store::{Options, StoreKey};
use kaimen::template::{Algorithm, Element, Modality, VectorFormat};
use serde_json::json;

/// A run of codes in every template. As int8 they are kept as they are: the largest is above 63.
const CODES: &[u8; 16] = b"codes-of-a-face!";
/// In every name.
const NAME: &[u8; 16] = b"name-of-a-member";

static LOOKING: AtomicBool = AtomicBool::new(false);
static FREED: AtomicUsize = AtomicUsize::new(0);
static FOUND_CODES: AtomicUsize = AtomicUsize::new(0);
static FOUND_NAMES: AtomicUsize = AtomicUsize::new(0);

struct Looking;

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Looking {
    /// Of zeros, so that a block shows only what its own owner has written.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of the system's allocator.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    /// Always by a new block, so that what the old one held is looked at: a block that grows in
    /// place would hide that growing elsewhere leaves a copy.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `size` fits the alignment, by the caller's contract.
        let grown = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: `size` is above 0, by the caller's contract.
        let new = unsafe { System.alloc_zeroed(grown) };
        if !new.is_null() {
            // SAFETY: both blocks have at least so many bytes.
            unsafe { std::ptr::copy_nonoverlapping(block, new, layout.size().min(size)) };
            // SAFETY: the block is the caller's, and given up.
            unsafe { self.dealloc(block, layout) };
        }
        new
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if LOOKING.load(Ordering::Relaxed) {
            // SAFETY: a block of this size, all of it written: it was zeros at first.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            FREED.fetch_add(1, Ordering::Relaxed);
            for (run, found) in [(CODES, &FOUND_CODES), (NAME, &FOUND_NAMES)] {
                // `c` and `n` begin the two runs and are rare in what else there is.
                let mut at = 0;
                while let Some(next) = bytes[at..].iter().position(|&byte| byte == run[0]) {
                    at += next + 1;
                    if bytes[at - 1..].starts_with(run) {
                        found.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        }
        // SAFETY: the caller's contract is that of the system's allocator.
        unsafe { System.dealloc(block, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Looking = Looking;

const DIMENSION: usize = 64;

fn template(number: u8) -> Vec<u8> {
    let mut template: Vec<u8> = (0u8..64).map(|at| at.wrapping_mul(number + 3)).collect();
    template[20..36].copy_from_slice(CODES);
    template
}

fn page(first: u8, count: u8) -> &'static [u8] {
    let members: Vec<_> = (first..first + count)
        .map(|number| {
            let name = format!("{}-{number}", String::from_utf8_lossy(NAME));
            let data = STANDARD.encode(template(number));
            json!({"userid": format!("m{number}"), "user_type": 0, "fa_ver": 1, "name": name,
                   "fa_list": [{"id": 0, "data": data}, {"id": 1, "data": data}],
                   "fp_ver": 1, "fp_algorithm": "elsewhere", "fp": [{"id": 0, "data": data}]})
        })
        .collect();
    let text = json!({"headers": {"req_id": "r"}, "body": {"userinfo": members}, "errcode": 0});
    // The caller's own copy is the caller's: it is never freed here.
    Box::leak(text.to_string().into_bytes().into_boxed_slice())
}

#[test]
fn nothing_of_anybody_is_in_memory_that_is_given_back() {
    let folder = tempfile::TempDir::new().unwrap();
    let format = VectorFormat::bare(Element::I8, DIMENSION).into();
    let algorithm = Algorithm { name: "default".into(), modality: Modality::Face, format };
    let algorithm = AlgorithmConfig {
        algorithm,
        threshold: 900_000,
        margin: 0,
        floor: -1_000_000,
        search: SearchMode::Fast,
        matcher: None,
    };
    let config = Config { algorithms: vec![algorithm], ..Config::default() };
    let store = StoreConfig {
        path: folder.path().join("gallery"),
        key: StoreKey::new(&[7; 32]),
        options: Options::default(),
    };
    let pages = [page(0, 30), page(30, 30), page(20, 25)];
    let probe = template(7);

    LOOKING.store(true, Ordering::SeqCst);
    // It looks: a block with both runs is found.
    drop(std::hint::black_box([CODES.to_vec(), NAME.to_vec()]));
    assert_eq!((FOUND_CODES.load(Ordering::SeqCst), FOUND_NAMES.load(Ordering::SeqCst)), (1, 1));

    let (engine, _) = Engine::open_stored(&config, &store).unwrap();
    engine.sync(pages[0], None).unwrap();
    engine.sync(pages[1], None).unwrap();
    engine.import_begin(Scope::Members).unwrap();
    engine.import_page(pages[1]).unwrap();
    engine.import_page(pages[2]).unwrap();
    engine.import_commit().unwrap();
    drop(engine);
    let (engine, report) = Engine::open_stored(&config, &store).unwrap();
    assert_eq!((report.items().len(), engine.stats().members), (0, 40));
    let decision =
        engine.identify_face(&Probe::from_template(&probe, None), 1_795_397_400).unwrap();
    assert!(decision.score.is_some());
    engine.rotate_key(&StoreKey::new(&[8; 32])).unwrap();
    engine.clear().unwrap();
    engine.sync(pages[0], None).unwrap();
    engine.wipe().unwrap();
    drop(engine);
    LOOKING.store(false, Ordering::SeqCst);

    assert!(FREED.load(Ordering::SeqCst) > 1000);
    assert_eq!(FOUND_CODES.load(Ordering::SeqCst) - 1, 0, "blocks with codes were given back");
    assert_eq!(FOUND_NAMES.load(Ordering::SeqCst) - 1, 0, "blocks with names were given back");
}
