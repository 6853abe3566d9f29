//! The program on minutiae records: synthetic ones, and a few of the shared data.

use std::fs;
use std::path::Path;
use std::process::Command;

use kaimen::template::minutiae::{
    Minutia, MinutiaKind, MinutiaeFormat, Record, STANDARD_RESOLUTION, TURN, View, write,
};
use serde_json::Value;

const FINGERS: u64 = 8;
const IMPRESSIONS: u64 = 4;

/// A linear congruential generator (Knuth, MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u16) -> u16 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u16::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }
}

/// Random minutiae of a finger that nobody has: each impression is shifted, moves them by up to
/// three pixels and one unit of angle, and loses one in eight.
fn record(finger: u64, impression: u64) -> Record {
    let (mut finger, mut noise) = (Dice(finger + 1), Dice(finger * 100 + impression));
    let shift = [noise.below(40), noise.below(40)];
    let mut minutiae = Vec::new();
    for _ in 0..45 {
        let (x, y, angle) = (finger.below(300), finger.below(400), finger.below(256));
        let moved = Minutia {
            x: x + shift[0] + noise.below(7),
            y: y + shift[1] + noise.below(7),
            angle: (angle + noise.below(3)) % 256 * (TURN / 256),
            kind: MinutiaKind::Bifurcation,
            quality: 60,
        };
        if noise.below(8) > 0 {
            minutiae.push(moved);
        }
    }
    let view = View { width: 350, height: 450, ..View::of(STANDARD_RESOLUTION, minutiae.into()) };
    Record { product: 0, views: vec![view] }
}

/// Runs the matcher over a folder: what it prints, and its figures.
fn evaluate(folder: &Path, out: &Path) -> (String, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kaimen-eval"));
    command.args(["run", "--matcher", "minutiae", "--replicates", "50", "--quiet", "--folder"]);
    let output = command.arg(folder).arg("--out").arg(out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = serde_json::from_slice(&fs::read(out.join("figures.json")).unwrap()).unwrap();
    (String::from_utf8(output.stdout).unwrap(), json)
}

/// The value of a figure.
fn figure(json: &Value, key: &str) -> f64 {
    let figures = json["databases"][0]["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["key"] == key).unwrap()["value"].as_f64().unwrap()
}

#[test]
fn records_become_figures_whatever_their_format() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for finger in 0..FINGERS {
        for impression in 1..=IMPRESSIONS {
            let format = match (finger, impression) {
                (1, 2) => MinutiaeFormat::Iso2011,
                (2, 3) => MinutiaeFormat::Ansi2004,
                _ => MinutiaeFormat::Iso2005,
            };
            let mut bytes = write(&record(finger, impression), format).unwrap();
            if (finger, impression) == (3, 4) {
                bytes.truncate(100);
            }
            fs::write(folder.path().join(format!("{finger}_{impression}.fmr")), bytes).unwrap();
        }
    }
    let (text, json) = evaluate(folder.path(), out.path());
    assert!(text.starts_with("matcher minutiae"), "{text}");
    assert!(text.contains("failures to enrol: 1\n    3_4: "), "{text}");
    let [fingers, each] = [FINGERS as f64, IMPRESSIONS as f64];
    assert_eq!(json["databases"][0]["genuine"], FINGERS * IMPRESSIONS * (IMPRESSIONS - 1) / 2);
    // Random fingers are far apart: only what has the broken record in it is missed.
    let missed = (each - 1.0) / (fingers * each * (each - 1.0) / 2.0);
    assert!((figure(&json, "zero_fmr") - missed).abs() < 1e-12, "{text}");
    let found = 1.0 - 1.0 / (fingers * (each - 1.0));
    assert!((figure(&json, "rank1") - found).abs() < 1e-12, "{text}");
}

/// The bounds only notice that something broke: they are the wide side of what was measured,
/// on fingers that the comparison was trained on.
#[test]
fn a_real_database_is_told_apart() {
    let data = "../shared/data/fingerprints/fvc2002-setb/db1/templates/fjfx-iso2005";
    let folder = Path::new("..").join(data);
    if !folder.is_dir() {
        // Past the test harness, which hides what a passing test prints.
        let line = format!("a real database: skipped: {data} is not there\n");
        return std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    let (text, json) = evaluate(&folder, out.path());
    assert_eq!(json["databases"][0]["genuine"], 280);
    assert_eq!(json["databases"][0]["impostors"], 2880);
    assert!(text.contains("failures to enrol: 0"), "{text}");
    assert!(figure(&json, "eer") < 0.02 && figure(&json, "rank1") > 0.97, "{text}");
}
