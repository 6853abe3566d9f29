//! A synthetic face gallery, and the engines that are compared on it.

use kaimen::index::{Codes, PreparedQuery, SCORE_ONE, SearchParams, TopK, VectorIndex};
use kaimen::kernels::{Kernels, Lane, Tier};
use simsimd::SpatialSimilarity;

pub(crate) const DIMENSION: usize = 512;
const PROBES: usize = 16;

/// Templates of `size` members, one each, in an index and in one plain array.
pub(crate) struct Gallery {
    index: VectorIndex,
    /// Rows of eight lanes, one behind the other, for the baselines.
    rows: Vec<Lane>,
    /// One over the norm of each row.
    inverse_norms: Vec<f64>,
    /// Every second one is a template with noise, the others are of nobody.
    probes: Vec<Vec<i8>>,
    /// The owners of the first kind.
    mates: Vec<Option<u32>>,
}

impl Gallery {
    pub(crate) fn new(size: usize) -> Gallery {
        let mut random = Random(size as u64);
        let mut index = VectorIndex::new(DIMENSION, kaimen::index::SearchMode::Proven).unwrap();
        let mut rows = Vec::with_capacity(size * Lane::count(DIMENSION));
        for owner in 0..size {
            let vector = random.vector();
            let codes = Codes::from_i8(&vector).unwrap();
            index.insert(owner.try_into().unwrap(), 0, &codes).unwrap();
            rows.extend(vector.as_chunks().0.iter().map(|&codes| Lane(codes)));
        }
        let width = Lane::count(DIMENSION);
        let row = |owner: usize| Lane::codes(&rows[owner * width..][..width]);
        let mut probes = Vec::new();
        let mut mates = Vec::new();
        for i in 0..PROBES {
            let mut probe = random.vector();
            let mate = (i % 2 == 0).then_some(i * (size - 1) / PROBES);
            if let Some(mate) = mate {
                for (code, &own) in probe.iter_mut().zip(row(mate)) {
                    *code = *code / 2 + own / 2;
                }
            }
            probes.push(probe);
            mates.push(mate.map(|mate| mate.try_into().unwrap()));
        }
        let inverse_norms = rows
            .chunks_exact(width)
            .map(|row| dot(Lane::codes(row), Lane::codes(row)).sqrt().recip())
            .collect();
        Gallery { index, rows, inverse_norms, probes, mates }
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.rows[..])
    }

    /// Every engine gives the same best member, and mated probes find their mates.
    pub(crate) fn assert_answers(&self) {
        for probe in 0..PROBES {
            let right = self.scan_simsimd(probe);
            for tier in Tier::available() {
                assert_eq!(self.scan(tier, probe), right, "tier {tier}");
            }
            if let Some(mate) = self.mates[probe] {
                assert_eq!(right, mate);
            }
        }
        let sum = self.rows.iter().flat_map(|lane| lane.0);
        let sum = sum.fold(0u64, |sum, code| sum + u64::from(code.cast_unsigned()));
        assert_eq!(self.read(), sum);
    }

    /// Our search, whole: prepare the probe, scan, best member.
    pub(crate) fn scan(&self, tier: Tier, probe: usize) -> u32 {
        let kernels = Kernels::force(tier).unwrap();
        let query = PreparedQuery::from_i8(&self.probes[probe % PROBES]).unwrap();
        let query = query.with_kernels(kernels);
        let params = SearchParams { k: 1, floor: -SCORE_ONE };
        let mut top = TopK::new();
        self.index.search(&query, params, |a, b| a.cmp(&b), &mut top).unwrap();
        top.best().unwrap().owner
    }

    /// The baseline: simsimd's int8 dot product, row by row, best row kept.
    pub(crate) fn scan_simsimd(&self, probe: usize) -> u32 {
        let probe = &self.probes[probe % PROBES];
        let rows = self.rows.chunks_exact(Lane::count(DIMENSION));
        let mut best = (f64::NEG_INFINITY, 0);
        for ((row, inverse_norm), owner) in rows.zip(&self.inverse_norms).zip(0..) {
            let score = dot(probe, Lane::codes(row)) * inverse_norm;
            if score > best.0 {
                best = (score, owner);
            }
        }
        best.1
    }

    /// The read limit: the sum of all bytes, with plain loads.
    pub(crate) fn read(&self) -> u64 {
        const LOW: u64 = 0x00FF_00FF_00FF_00FF;
        let mut total = 0;
        // 128 lanes at a time: a 16-bit sum takes 256 bytes before it is full.
        for lanes in self.rows.chunks(128) {
            let mut sums = [0u64; 8];
            for lane in lanes {
                for (sum, word) in sums.iter_mut().zip(lane.0.as_chunks::<8>().0) {
                    let word = u64::from_ne_bytes(word.map(i8::cast_unsigned));
                    *sum += (word & LOW) + ((word >> 8) & LOW);
                }
            }
            for sum in sums {
                total += (0..4).map(|i| (sum >> (16 * i)) & 0xFFFF).sum::<u64>();
            }
        }
        total
    }
}

fn dot(a: &[i8], b: &[i8]) -> f64 {
    <i8 as SpatialSimilarity>::dot(a, b).unwrap()
}

/// Knuth's MMIX linear congruence.
struct Random(u64);

impl Random {
    /// Codes from -126 to 126, in the shape of a bell; the largest is above 63,
    /// so that the index stores them as they are.
    fn vector(&mut self) -> Vec<i8> {
        (0..DIMENSION)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let [a, b, ..] = self.0.to_be_bytes();
                a.cast_signed() / 2 + b.cast_signed() / 2
            })
            .collect()
    }
}
