//! Memory bandwidth: reading a buffer that no cache holds.

use std::hint::black_box;

use super::rounds::timed;
use crate::error::BenchError;
use crate::record::Bandwidth;

/// Smallest buffer of a full run: no cache of a small processor holds it.
const LEAST_BYTES: u64 = 64 << 20;
/// A cache that the kernel does not show is taken to be of this size: few boards have a larger one.
const UNKNOWN_CACHE_BYTES: u64 = 8 << 20;
/// Sixty-four bytes: a cache line of most processors.
type Line = [u64; 8];

/// Rounds for each number of threads; the best counts.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) rounds: usize,
    /// Most bytes of the buffer.
    pub(super) most_bytes: u64,
    /// The largest cache, where it is known.
    pub(super) cache_bytes: Option<u64>,
}

/// Measures with each number of threads.
pub(super) fn measure(threads: &[usize], reading: Reading) -> Result<Vec<Bandwidth>, BenchError> {
    let cache = reading.cache_bytes.unwrap_or(UNKNOWN_CACHE_BYTES);
    let bytes = LEAST_BYTES.max(4 * cache).min(reading.most_bytes).max(1 << 20);
    let lines = usize::try_from(bytes / size_of::<Line>() as u64).unwrap_or(usize::MAX);
    // Written, so that each page is one of its own and not the system's page of zeroes.
    let buffer: Vec<Line> = (0..lines as u64).map(line).collect();
    threads.iter().map(|&threads| with(threads, &buffer, reading, bytes >= 2 * cache)).collect()
}

/// Eight words that are not the same, so that one that is not read shows.
fn line(at: u64) -> Line {
    [1, 3, 5, 7, 9, 11, 13, 15].map(|odd| (at + 1).wrapping_mul(odd << 32 | odd))
}

fn with(
    threads: usize,
    buffer: &[Line],
    reading: Reading,
    beyond_cache: bool,
) -> Result<Bandwidth, BenchError> {
    let right = sums(buffer, plain);
    let mut best = f64::INFINITY;
    for _ in 0..reading.rounds.max(1) {
        for way in [plain, streams] {
            let (ns, sum) = timed(|| in_parts(buffer, threads, way));
            if sum != right {
                return Err(BenchError::WrongAnswer("a buffer reads differently twice".into()));
            }
            best = best.min(ns);
        }
    }
    let buffer_bytes = size_of_val(buffer) as u64;
    let bytes_per_second = buffer_bytes as f64 / (best / 1e9);
    Ok(Bandwidth { threads, buffer_bytes, bytes_per_second, rounds: reading.rounds, beyond_cache })
}

fn in_parts(buffer: &[Line], threads: usize, way: fn(&[Line]) -> Line) -> u64 {
    if threads < 2 {
        return sums(buffer, way);
    }
    let part = buffer.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            buffer.chunks(part).map(|part| scope.spawn(move || sums(part, way))).collect();
        // A part cannot panic; one that did would give another sum.
        parts.into_iter().filter_map(|part| part.join().ok()).fold(0, |all, sum| all ^ sum)
    })
}

fn sums(buffer: &[Line], way: fn(&[Line]) -> Line) -> u64 {
    way(black_box(buffer)).into_iter().fold(0, |all, sum| all ^ sum)
}

/// Exclusive or: the cheapest operation that needs every byte.
fn add(sums: &mut Line, line: &Line) {
    sums.iter_mut().zip(line).for_each(|(sum, word)| *sum ^= word);
}

fn plain(buffer: &[Line]) -> Line {
    let mut sums = [0; 8];
    buffer.iter().for_each(|line| add(&mut sums, line));
    sums
}

/// Four quarters at once: some processors fetch several streams faster.
fn streams(buffer: &[Line]) -> Line {
    let quarter = buffer.len() / 4;
    let mut sums = [0; 8];
    let (first, rest) = buffer.split_at(quarter);
    let (second, rest) = rest.split_at(quarter);
    let (third, rest) = rest.split_at(quarter);
    let (fourth, rest) = rest.split_at(quarter);
    for (((first, second), third), fourth) in first.iter().zip(second).zip(third).zip(fourth) {
        [first, second, third, fourth].into_iter().for_each(|line| add(&mut sums, line));
    }
    rest.iter().for_each(|line| add(&mut sums, line));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_reads_every_line() {
        let buffer: Vec<Line> = (0..1003).map(line).collect();
        let right = sums(&buffer, plain);
        assert_eq!(sums(&buffer, streams), right);
        for threads in [1, 2, 3, 7] {
            assert_eq!(in_parts(&buffer, threads, streams), right);
        }
        let mut other = buffer.clone();
        other[1002][7] ^= 1;
        assert_ne!(sums(&other, streams), right);
    }

    #[test]
    fn a_buffer_within_a_cache_is_told() {
        let small = Reading { rounds: 1, most_bytes: 2 << 20, cache_bytes: Some(2 << 20) };
        let found = measure(&[1, 2], small).unwrap();
        assert_eq!(found.iter().map(|b| b.threads).collect::<Vec<_>>(), [1, 2]);
        assert!(found.iter().all(|b| !b.beyond_cache && b.bytes_per_second > 0.0));
    }
}
