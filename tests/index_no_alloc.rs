//! Preparing a probe, searching and verifying allocate nothing.
//!
//! Alone in its file: the counter belongs to the whole program.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use kaimen::index::{Codes, PreparedQuery, SCORE_ONE, SearchParams, TopK, VectorIndex};

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to `System` unchanged; counting has no effect on memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::SeqCst);
        // SAFETY: the caller keeps `GlobalAlloc::alloc`'s contract, which is `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout, see `alloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static GLOBAL: Counting = Counting;

#[test]
fn a_search_allocates_nothing() {
    let codes = |seed: usize| -> Vec<i8> {
        (0..512)
            .map(|i| u8::try_from((i * i + seed * 7 + i * seed) % 251).unwrap().cast_signed())
            .collect()
    };
    let mut index = VectorIndex::new(512).unwrap();
    let mut handles = Vec::new();
    for owner in 0..1000u16 {
        let codes = Codes::from_i8(&codes(owner.into())).unwrap();
        handles.push(index.insert(owner.into(), 0, &codes).unwrap());
    }
    let probe: Vec<f32> = codes(77).into_iter().map(f32::from).collect();
    let mut top = TopK::new();
    let params = SearchParams { k: 64, floor: -SCORE_ONE };

    let before = ALLOCATIONS.load(Ordering::SeqCst);
    assert!(before > 0, "the counter counts");
    let query = PreparedQuery::from_f32(&probe).unwrap();
    index.search(&query, params, |a, b| a.cmp(&b), &mut top).unwrap();
    let verified = index.verify(&query, &handles).unwrap();
    let after = ALLOCATIONS.load(Ordering::SeqCst);

    assert_eq!(after, before);
    assert_eq!(top.as_slice().len(), 64);
    assert_eq!(top.best(), verified);
}
