//! Comparisons of two templates a second, and how long a template takes to build, on one thread.
//!
//! `cargo bench --bench fingerprint_compare`; medians of nine rounds. Synthetic minutiae: 53
//! at uniformly random places of 300 x 400 pixels, directions around a flow of two zones, qualities
//! uniform; no accuracy is told from them. Real ones: U.are.U by FingerJetFX, where
//! `../shared/data/fingerprints` is there.

use kaimen::fingerprint::{ANGLE_UNITS, Comparer, FingerTemplate, Minutia, MinutiaKind};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 9;

fn main() {
    let fingers: Vec<Vec<Minutia>> = (0..200).map(synthetic).collect();
    measure("synthetic, 53 minutiae", &fingers);
    match real() {
        Some(fingers) => measure("U.are.U, FingerJetFX", &fingers),
        None => println!("U.are.U, FingerJetFX: skipped: ../shared/data/fingerprints is not there"),
    }
}

fn measure(name: &str, fingers: &[Vec<Minutia>]) {
    let build = |finger: &Vec<Minutia>| FingerTemplate::new(finger).expect("within the ranges");
    let templates: Vec<FingerTemplate> = fingers.iter().map(build).collect();
    let mut comparer = Comparer::new();
    let own = templates.iter().map(|t| comparer.compare(t.view(), t.view()).score()).min();
    assert!(own > Some(40_000), "a template is like itself");
    let built =
        median(|| fingers.iter().map(|finger| black_box(build(finger)).points().len()).sum());
    let probes = &templates[..20.min(templates.len())];
    let compared = median(|| {
        let mut sum = 0;
        for probe in probes {
            for candidate in &templates {
                sum += comparer.compare(probe.view(), candidate.view()).score().unsigned_abs()
                    as usize;
            }
        }
        sum
    });
    let minutiae = fingers.iter().map(Vec::len).sum::<usize>() as f64 / fingers.len() as f64;
    let codes = templates.iter().map(|t| t.codes().len()).sum::<usize>() as f64;
    println!(
        "{name}: {} templates, {minutiae:.1} minutiae, {:.1} codes: {:.1} us to build one, {:.0} comparisons/s",
        templates.len(),
        codes / templates.len() as f64,
        built / fingers.len() as f64 * 1e6,
        (probes.len() * templates.len()) as f64 / compared
    );
}

/// Seconds of the median round.
fn median(mut work: impl FnMut() -> usize) -> f64 {
    let mut seconds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[ROUNDS / 2]
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn below(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) % bound
}

fn synthetic(seed: u64) -> Vec<Minutia> {
    let mut state = seed;
    let mut minutia = || {
        let (x, y) = (below(&mut state, 300) as f32, below(&mut state, 400) as f32);
        let flow = below(&mut state, 1200) + if x < 150.0 { 1000 } else { 4000 };
        let units = (flow + 5760 * below(&mut state, 2)) % u64::from(ANGLE_UNITS);
        let quality = u8::try_from(1 + below(&mut state, 100)).expect("at most 100");
        let angle = u16::try_from(units).expect("below a turn");
        Minutia { x, y, angle, kind: MinutiaKind::Ending, quality }
    };
    (0..53).map(|_| minutia()).collect()
}

/// Impressions 1 of U.are.U; reads records of this data only.
fn real() -> Option<Vec<Vec<Minutia>>> {
    let folder = "../shared/data/fingerprints/uareu/templates/fjfx-iso2005";
    let mut paths: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().map(|e| e.path()).collect();
    paths.sort();
    let minutiae = |path: &std::path::PathBuf| {
        let record = std::fs::read(path).ok()?;
        let coordinate = |high: u8, low: u8| f32::from(u16::from_be_bytes([high & 63, low]));
        let minutia = |m: &[u8; 6]| Minutia {
            x: coordinate(m[0], m[1]) * (500.0 / 2.54 / 197.0),
            y: coordinate(m[2], m[3]) * (500.0 / 2.54 / 197.0),
            angle: u16::from(m[4]) * 45,
            kind: MinutiaKind::Other,
            quality: m[5],
        };
        let count = usize::from(*record.get(27)?);
        Some(record.get(28..28 + 6 * count)?.as_chunks().0.iter().map(minutia).collect())
    };
    let first = paths.iter().filter(|path| path.to_string_lossy().ends_with("_1.fmr"));
    first.map(minutiae).collect()
}
