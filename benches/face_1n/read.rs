//! The limit: reading the int8 codes once, in the fastest of several ways.

use std::ops::Range;

use crate::engine::{Best, Engine, Kind, Timed, timed};
use crate::gallery::{Gallery, Row};
use crate::measure::median;
use crate::people::DIMENSION;

/// A way to combine all bytes of some rows into 64.
type Way = fn(&[Row]) -> [u64; 8];

pub(crate) struct Read {
    name: &'static str,
    way: Way,
}

impl Read {
    /// Tries all ways on the gallery, in turn, and takes the one with the lowest
    /// median.
    pub(crate) fn new(gallery: &Gallery) -> Read {
        let ways = ways();
        let right = plain(&gallery.rows);
        let mut times = vec![Vec::new(); ways.len()];
        for _ in 0..tries(gallery.rows.len()) {
            for (times, (name, way)) in times.iter_mut().zip(&ways) {
                // Once unmeasured, as the engines are.
                assert_eq!(way(&gallery.rows), right, "{name} reads everything");
                times.push(timed(|| way(&gallery.rows)).seconds);
            }
        }
        let medians: Vec<f64> = times.into_iter().map(median).collect();
        let fastest = (0..ways.len()).min_by(|&a, &b| medians[a].total_cmp(&medians[b]));
        let (name, way) = ways[fastest.expect("there is a plain way")];
        Read { name, way }
    }

    /// The way that was the fastest.
    pub(crate) fn way(&self) -> &'static str {
        self.name
    }
}

impl Engine for Read {
    fn name(&self) -> &str {
        "read"
    }

    fn kind(&self) -> Kind {
        Kind::Limit
    }

    fn bytes(&self) -> usize {
        DIMENSION
    }

    fn one(&mut self, gallery: &Gallery, _: usize) -> Timed<Best> {
        let read = timed(|| (self.way)(&gallery.rows));
        Timed { seconds: read.seconds, answer: None }
    }

    /// Once for all probes: the least that a batch can take.
    fn batch(&mut self, gallery: &Gallery, _: Range<usize>) -> Timed<Vec<Best>> {
        let read = timed(|| (self.way)(&gallery.rows));
        Timed { seconds: read.seconds, answer: Vec::new() }
    }
}

/// A small gallery is read in no time, and more often for it.
fn tries(size: usize) -> usize {
    (1_000_000 / size).clamp(3, 41)
}

fn ways() -> Vec<(&'static str, Way)> {
    #[allow(unused_mut, reason = "there are more on x86-64")]
    let mut ways: Vec<(&'static str, Way)> =
        vec![("plain loads", plain), ("plain loads, four streams", plain_streams)];
    #[cfg(target_arch = "x86_64")]
    x86::add(&mut ways);
    ways
}

fn plain(rows: &[Row]) -> [u64; 8] {
    fold(rows, |_| ())
}

fn plain_streams(rows: &[Row]) -> [u64; 8] {
    fold_streams(rows, |_| ())
}

/// Rows of 512 bytes between the row that is read and the one that is fetched.
const AHEAD: usize = 8;

/// One behind the other; `fetch` is told the row that comes next but seven.
#[inline(always)]
fn fold(rows: &[Row], fetch: impl Fn(&Row)) -> [u64; 8] {
    let mut sums = [0; 8];
    for (at, row) in rows.iter().enumerate() {
        fetch(&rows[(at + AHEAD).min(rows.len() - 1)]);
        add(&mut sums, row);
    }
    sums
}

/// Four quarters at once: some processors fetch several streams faster.
#[inline(always)]
fn fold_streams(rows: &[Row], fetch: impl Fn(&Row)) -> [u64; 8] {
    let quarter = rows.len() / 4;
    let mut sums = [0; 8];
    for at in 0..quarter {
        for stream in 0..4 {
            fetch(&rows[(stream * quarter + at + AHEAD).min(rows.len() - 1)]);
            add(&mut sums, &rows[stream * quarter + at]);
        }
    }
    rows[4 * quarter..].iter().for_each(|row| add(&mut sums, row));
    sums
}

/// Exclusive or: the cheapest operation that needs every byte.
#[inline(always)]
fn add(sums: &mut [u64; 8], row: &Row) {
    for line in row.0.as_chunks::<64>().0 {
        for (sum, word) in sums.iter_mut().zip(line.as_chunks::<8>().0) {
            *sum ^= u64::from_ne_bytes(word.map(i8::cast_unsigned));
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    #![allow(unsafe_code, reason = "calls of what was detected, and prefetches")]

    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    use super::{Row, Way, fold, fold_streams};

    pub(super) fn add(ways: &mut Vec<(&'static str, Way)>) {
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has it.
            ways.push(("AVX2", |rows| unsafe { avx2(rows) }));
            // SAFETY: the processor has it.
            ways.push(("AVX2, prefetch", |rows| unsafe { avx2_fetch(rows) }));
            // SAFETY: the processor has it.
            ways.push(("AVX2, four streams", |rows| unsafe { avx2_streams(rows) }));
        }
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has it.
            ways.push(("AVX-512", |rows| unsafe { avx512(rows) }));
            // SAFETY: the processor has it.
            ways.push(("AVX-512, prefetch", |rows| unsafe { avx512_fetch(rows) }));
            // SAFETY: the processor has it.
            ways.push(("AVX-512, four streams", |rows| unsafe { avx512_streams(rows) }));
        }
    }

    #[inline(always)]
    fn fetch(row: &Row) {
        for line in row.0.as_chunks::<64>().0 {
            // SAFETY: a prefetch of what is there; it would be harmless anyhow.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr()) };
        }
    }

    #[target_feature(enable = "avx2")]
    fn avx2(rows: &[Row]) -> [u64; 8] {
        fold(rows, |_| ())
    }

    #[target_feature(enable = "avx2")]
    fn avx2_fetch(rows: &[Row]) -> [u64; 8] {
        fold(rows, fetch)
    }

    #[target_feature(enable = "avx2")]
    fn avx2_streams(rows: &[Row]) -> [u64; 8] {
        fold_streams(rows, fetch)
    }

    #[target_feature(enable = "avx512f")]
    fn avx512(rows: &[Row]) -> [u64; 8] {
        fold(rows, |_| ())
    }

    #[target_feature(enable = "avx512f")]
    fn avx512_fetch(rows: &[Row]) -> [u64; 8] {
        fold(rows, fetch)
    }

    #[target_feature(enable = "avx512f")]
    fn avx512_streams(rows: &[Row]) -> [u64; 8] {
        fold_streams(rows, fetch)
    }
}
