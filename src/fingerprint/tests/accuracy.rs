//! Accuracy on real templates, where they are: `../shared/data/fingerprints`.
//!
//! The bounds are there to notice when something breaks: the worse end of the 95 % interval (a bootstrap
//! over fingers) that `kaimen-eval` gave the same set, or what was asked for where that is
//! less; `benches/record/*/2026-11-26-fingerprint-accuracy.txt` has the run. The weights of
//! `score.rs` were trained on these same pairs, so what this prints is no estimate for other fingers.

use crate::fingerprint::*;

pub(super) const ROOT: &str = "../shared/data/fingerprints";
pub(super) const FVC: [&str; 7] = [
    "fvc2002-setb/db1",
    "fvc2002-setb/db2",
    "fvc2002-setb/db3",
    "fvc2002-setb/db4",
    "fvc2004-setb/db1",
    "fvc2004-setb/db3",
    "fvc2004-setb/db4",
];

/// One impression: its finger, its number, and its template if it could be enrolled.
pub(super) struct Impression {
    pub(super) finger: String,
    pub(super) number: u32,
    template: Option<FingerTemplate>,
}

/// Minutiae of an ISO 19794-2:2005 record, of this data only.
fn minutiae(record: &[u8]) -> Option<Vec<Minutia>> {
    let two = |at: usize| Some(u16::from_be_bytes([*record.get(at)?, *record.get(at + 1)?]));
    let scale = |native: u16, resolution: u16| {
        f32::from(native & 0x3FFF) / f32::from(resolution) * (500.0 / 2.54)
    };
    let (across, down, count) = (two(18)?, two(20)?, usize::from(*record.get(27)?));
    let minutia = |at: usize| {
        let kind = match record.get(at)? >> 6 {
            1 => MinutiaKind::Ending,
            2 => MinutiaKind::Bifurcation,
            _ => MinutiaKind::Other,
        };
        let (x, y) = (scale(two(at)?, across), scale(two(at + 2)?, down));
        let angle = u16::from(*record.get(at + 4)?) * 45;
        Some(Minutia { x, y, angle, kind, quality: *record.get(at + 5)? })
    };
    (0..count).map(|n| minutia(28 + 6 * n)).collect()
}

/// The impressions of a database by one extractor, in order of their names.
pub(super) fn read(database: &str, extractor: &str) -> Option<Vec<Impression>> {
    let images = std::fs::read_dir(format!("{ROOT}/{database}/images")).ok()?;
    let names = images.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter_map(|n| Some(n.strip_suffix(".png")?.into())).collect();
    names.sort();
    let impression = |name: &String| {
        let (finger, number) = name.rsplit_once('_')?;
        let record = std::fs::read(format!("{ROOT}/{database}/templates/{extractor}/{name}.fmr"));
        let template = record.ok().and_then(|record| minutiae(&record));
        let template = template.and_then(|minutiae| FingerTemplate::new(&minutiae).ok());
        Some(Impression { finger: finger.into(), number: number.parse().ok()?, template })
    };
    Some(names.iter().filter_map(impression).collect())
}

/// EER, FNMR at an FMR of 0.1 %, and rank 1, in per cent.
#[derive(Debug)]
pub(super) struct Rates(pub(super) [f64; 3]);

/// Every impression of the gallery against every later one of the probes, of pairs of different
/// fingers one in `every`, and all probes that are searched against the first impressions.
/// `score` is that of two places in the lists.
pub(super) fn rates(
    gallery: &[Impression],
    probes: &[Impression],
    every: usize,
    score: &mut dyn FnMut(usize, usize) -> i32,
) -> Rates {
    let (mut genuine, mut impostor, mut met) = (vec![], vec![], 0);
    for (at, a) in gallery.iter().enumerate() {
        for (other, b) in probes.iter().enumerate().skip(at + 1) {
            if a.finger == b.finger {
                genuine.push(score(at, other));
                continue;
            }
            met += 1;
            if met % every == 0 {
                impostor.push(score(at, other));
            }
        }
    }
    let found: Vec<bool> = (0..probes.len())
        .filter(|&probe| probes[probe].number != 1)
        .map(|probe| {
            let mut best = |own: bool| {
                let members = (0..gallery.len()).filter(|&at| gallery[at].number == 1);
                let members =
                    members.filter(|&at| (gallery[at].finger == probes[probe].finger) == own);
                members.map(|at| score(at, probe)).max()
            };
            best(true) > best(false)
        })
        .collect();
    let rank = share(found.iter().filter(|&&found| found).count(), found.len());
    let (eer, fnmr) = errors(&mut genuine, &mut impostor);
    Rates([eer, fnmr, rank])
}

/// The rates of the comparison as it is.
fn rates_of_scores(gallery: &[Impression], probes: &[Impression], every: usize) -> Rates {
    let mut comparer = Comparer::new();
    let mut score = |at: usize, probe: usize| {
        let evidence = evidence(&mut comparer, &gallery[at], &probes[probe]);
        evidence.map_or(0, |evidence| evidence.score())
    };
    rates(gallery, probes, every, &mut score)
}

/// What a comparison finds, if both could be enrolled.
pub(super) fn evidence(
    comparer: &mut Comparer,
    member: &Impression,
    probe: &Impression,
) -> Option<Evidence> {
    let (member, probe) = (member.template.as_ref()?, probe.template.as_ref()?);
    Some(comparer.compare(probe.view(), member.view()))
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}

/// Where the two error rates are nearest, their mean; and FNMR at FMR 0.1 %.
fn errors(genuine: &mut [i32], impostor: &mut [i32]) -> (f64, f64) {
    genuine.sort_unstable();
    impostor.sort_unstable();
    let mut best = (f64::MAX, 0.0);
    let mut strict = None;
    let thresholds = genuine.iter().chain(impostor.iter()).copied();
    let mut thresholds: Vec<i32> = thresholds.chain([i32::MAX]).collect();
    thresholds.sort_unstable();
    thresholds.dedup();
    for threshold in thresholds {
        let passed = impostor.len() - impostor.partition_point(|&score| score < threshold);
        let fmr = share(passed, impostor.len());
        let fnmr = share(genuine.partition_point(|&score| score < threshold), genuine.len());
        if (fmr - fnmr).abs() < best.0 {
            best = ((fmr - fnmr).abs(), (fmr + fnmr) / 2.0);
        }
        if fmr <= 0.1 {
            strict.get_or_insert(fnmr);
        }
    }
    (best.1, strict.unwrap_or(100.0))
}

/// Prints the rates and holds them to bounds.
pub(super) fn hold(name: &str, Rates(rates): Rates, bounds: [f64; 3]) {
    println!("{name}: EER {:.2} %, FMR1000 {:.2} %, rank-1 {:.2} %", rates[0], rates[1], rates[2]);
    assert!(rates[0] <= bounds[0] && rates[1] <= bounds[1] && rates[2] >= bounds[2], "{name}");
}

/// Says so past the test harness, which hides what a passing test prints.
pub(super) fn skip(missing: &str) {
    let line = format!("accuracy: skipped: {missing} is not there\n");
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).expect("stderr");
}

fn macro_of_fvc(extractor: &str, bounds: [f64; 3]) {
    let mut sums = [0.0; 3];
    for database in FVC {
        let Some(impressions) = read(database, extractor) else {
            return skip(&format!("{ROOT}/{database}"));
        };
        let Rates(rates) = rates_of_scores(&impressions, &impressions, 1);
        sums.iter_mut().zip(rates).for_each(|(sum, rate)| *sum += rate / 7.0);
    }
    hold(extractor, Rates(sums), bounds);
}

#[test]
fn fingerjetfx_templates_of_fvc() {
    macro_of_fvc("fjfx-iso2005", [3.50, 6.38, 97.35]);
}

#[test]
fn mindtct_templates_of_fvc() {
    macro_of_fvc("mindtct-iso2005", [4.11, 7.81, 95.51]);
}

#[test]
fn secugen_templates_of_fvc() {
    macro_of_fvc("secugen-iso2005", [5.14, 15.56, 95.51]);
}

/// One in eight pairs of different fingers: enough for a rate of 0.1 %.
#[test]
fn uareu_templates_of_one_and_of_two_extractors() {
    let [fjfx, mindtct] = ["fjfx-iso2005", "mindtct-iso2005"].map(|e| read("uareu", e));
    let (Some(fjfx), Some(mindtct)) = (fjfx, mindtct) else {
        return skip(&format!("{ROOT}/uareu"));
    };
    // Every one of 455 probes was found: at 95 %, one in 150 is not (3 of n).
    hold("uareu", rates_of_scores(&fjfx, &fjfx, 8), [0.44, 1.04, 99.34]);
    // The interval of the EER ends at 2.80; asked for is 2.2.
    hold("uareu, mindtct against fjfx", rates_of_scores(&mindtct, &fjfx, 8), [2.2, 4.67, 98.90]);
}

#[test]
fn errors_of_a_small_example() {
    // At 30: one of four impostors passes, one of four genuine does not.
    let (eer, fnmr) = errors(&mut [20, 40, 50, 60], &mut [10, 15, 25, 35]);
    assert_eq!((eer, fnmr), (25.0, 25.0));
    assert_eq!(errors(&mut [5, 6], &mut [1, 2]), (0.0, 0.0));
}
