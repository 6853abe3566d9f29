//! One face against a gallery, one thread: `face_scan/<engine>/<size>`.
//!
//! Engines: each kernel tier of this machine through [`VectorIndex::search`],
//! `simsimd-rows` (the baseline) and `read` (the limit). Criterion measures one
//! after the other; for ratios from one run see `face_scan_ratio`.
//!
//! [`VectorIndex::search`]: kaimen::index::VectorIndex::search
#![allow(missing_docs)]

mod synthetic;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kaimen::kernels::Tier;

use synthetic::Gallery;

fn face_scan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("face_scan");
    group.sample_size(20);
    group.warm_up_time(Duration::from_millis(500));
    group.measurement_time(Duration::from_secs(2));
    for size in [10_000, 100_000] {
        let gallery = Gallery::new(size);
        gallery.assert_answers();
        group.throughput(Throughput::Bytes(gallery.bytes() as u64));
        for tier in Tier::available() {
            let mut probe = 0;
            group.bench_function(BenchmarkId::new(tier.name(), size), |bencher| {
                bencher.iter(|| {
                    probe += 1;
                    black_box(gallery.scan(tier, probe))
                });
            });
        }
        let mut probe = 0;
        group.bench_function(BenchmarkId::new("simsimd-rows", size), |bencher| {
            bencher.iter(|| {
                probe += 1;
                black_box(gallery.scan_simsimd(probe))
            });
        });
        group.bench_function(BenchmarkId::new("read", size), |bencher| {
            bencher.iter(|| black_box(gallery.read()));
        });
    }
    group.finish();
}

criterion_group!(benches, face_scan);
criterion_main!(benches);
