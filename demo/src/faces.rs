//! A site of real embeddings, read from where they lie and never kept here.

use crate::clock::MON_0930;
use crate::layout;
use crate::npy::Matrix;
use crate::rules;
use crate::site::{PAGE, Probe, STRANGER, Settings, Site};
use serde_json::{Value, json};
use std::path::Path;
use std::{fmt, fs};

/// Longest userid in bytes.
const USERID_BYTES: usize = 128;
/// Probes of each role unless all are wanted.
const FEW: usize = 24;

/// Why there is no site.
#[derive(Debug)]
pub(crate) enum NoFaces {
    /// The data is not on this machine.
    Absent(String),
    /// It is, but not as its description says.
    Wrong(String),
}

impl fmt::Display for NoFaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (NoFaces::Absent(reason) | NoFaces::Wrong(reason)) = self;
        f.write_str(reason)
    }
}

/// Reads `lfw-gray.npy` and `lfw-gray.tsv` in the folder.
pub(crate) fn read(data: &Path, all_probes: bool) -> Result<Site, NoFaces> {
    let matrix = Matrix::parse(&file(data, "lfw-gray.npy")?)
        .map_err(|reason| NoFaces::Wrong(format!("lfw-gray.npy: {reason}")))?;
    let table = String::from_utf8(file(data, "lfw-gray.tsv")?)
        .map_err(|_| NoFaces::Wrong("lfw-gray.tsv: not UTF-8".to_owned()))?;
    site(&matrix, &table, all_probes)
}

fn file(data: &Path, name: &str) -> Result<Vec<u8>, NoFaces> {
    fs::read(data.join(name)).map_err(|error| {
        let reason = format!("{name}: {error}");
        match error.kind() {
            std::io::ErrorKind::NotFound => NoFaces::Absent(reason),
            _ => NoFaces::Wrong(reason),
        }
    })
}

fn site(matrix: &Matrix, table: &str, all_probes: bool) -> Result<Site, NoFaces> {
    let mut lines = table.lines();
    let wrong = |reason: String| NoFaces::Wrong(format!("lfw-gray.tsv: {reason}"));
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let found = columns.iter().position(|column| *column == name);
        found.ok_or_else(|| wrong(format!("no column {name}")))
    };
    let (row, identity, role) = (column("row")?, column("identity")?, column("role")?);
    let (mut records, mut probes, mut strangers) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in lines.enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = fields.get(row).and_then(|field| field.parse().ok());
        let (Some(number), Some(identity), Some(role)) =
            (number, fields.get(identity), fields.get(role))
        else {
            return Err(wrong(format!("line {}: fields are missing", index + 2)));
        };
        let Some(bytes) = matrix.row(number) else {
            return Err(wrong(format!("line {}: no such row", index + 2)));
        };
        let identity = userid(identity);
        let probe = |label| Probe { label, user_type: 0, now: MON_0930, bytes: bytes.to_vec() };
        match *role {
            "gallery" => records.push(member(&identity, bytes)),
            "probe" => probes.push(probe(identity)),
            "stranger" => strangers.push(probe(STRANGER.to_owned())),
            _ => {}
        }
    }
    if !all_probes {
        probes = few(probes);
        strangers = few(strangers);
    }
    probes.append(&mut strangers);
    let settings = Settings {
        element: "f32",
        dimension: matrix.columns(),
        expected_bytes: 4 * matrix.columns(),
        scale: 1.0,
        threshold_millionths: 493_000,
        margin_millionths: 0,
    };
    let pages = records.chunks(PAGE).map(<[Value]>::to_vec).collect();
    Ok(Site { pages, probes, settings })
}

/// [`FEW`] of them, evenly spread.
fn few(probes: Vec<Probe>) -> Vec<Probe> {
    let step = probes.len().div_ceil(FEW).max(1);
    probes.into_iter().step_by(step).collect()
}

/// One picture enrolled, admitted at any time.
fn member(identity: &str, bytes: &[u8]) -> Value {
    json!({
        "userid": identity,
        "name": identity,
        "user_type": 0,
        "fa_ver": 1,
        "pass_rule_list": rules::list(&[rules::ALWAYS], 0),
        "fa_list": [{"id": 0, "data": layout::text(bytes)}],
    })
}

/// The identity without control characters, cut to the bytes of a userid.
fn userid(identity: &str) -> String {
    let mut userid = String::new();
    for character in identity.chars().filter(|character| !character.is_control()) {
        if userid.len() + character.len_utf8() > USERID_BYTES {
            break;
        }
        userid.push(character);
    }
    userid
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "row\tidentity\timage\tflag\trole\n\
        0\tA\ta1\tok\tgallery\n\
        1\tA\ta2\tok\tprobe\n\
        2\tB\tb1\tok\tstranger\n\
        3\tC\tc1\tdup\t-\n";

    fn matrix(rows: usize) -> Matrix {
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 32), }}");
        let length = u16::try_from(header.len()).unwrap().to_le_bytes();
        let data: Vec<u8> = (0..32 * rows).flat_map(|_| 1.0_f32.to_le_bytes()).collect();
        Matrix::parse(&[b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &data].concat())
            .unwrap()
    }

    #[test]
    fn roles_decide_who_is_enrolled_and_who_comes() {
        let site = site(&matrix(4), TABLE, false).unwrap();
        assert_eq!(site.records(), 1);
        assert_eq!(site.pages[0][0]["userid"], "A");
        let labels: Vec<&str> = site.probes.iter().map(|probe| probe.label.as_str()).collect();
        assert_eq!(labels, ["A", STRANGER]);
        assert!(site.probes.iter().all(|probe| probe.bytes.len() == 128));
    }

    #[test]
    fn a_table_that_does_not_fit_is_wrong_and_missing_data_is_absent() {
        assert!(matches!(site(&matrix(2), TABLE, false), Err(NoFaces::Wrong(_))));
        assert!(matches!(site(&matrix(4), "row\tidentity\n", false), Err(NoFaces::Wrong(_))));
        assert!(matches!(read(Path::new("no such folder"), false), Err(NoFaces::Absent(_))));
    }

    #[test]
    fn userids_fit() {
        assert_eq!(userid("O'Neal-Smith_Ann"), "O'Neal-Smith_Ann");
        assert_eq!(userid(&"名".repeat(50)), "名".repeat(42));
    }

    /// The data's own description says: at 0.493 about 14.8 % of the enrolled
    /// are not found and 1 % of the strangers are.
    #[test]
    fn real_embeddings_come_out_as_their_description_says() {
        let site = match read(Path::new("../../shared/data/faces"), true) {
            Ok(site) => site,
            Err(NoFaces::Absent(reason)) => {
                // Past the test harness, which hides what a passing test prints.
                let line = format!("skipped: {reason}\n");
                return std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes())
                    .expect("stderr");
            }
            Err(wrong) => panic!("{wrong}"),
        };
        let values = |bytes: &[u8]| -> Vec<f32> {
            bytes.as_chunks().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect()
        };
        let mut decoder = kaimen::template::Decoder::new();
        let gallery: Vec<(&str, Vec<f32>)> = site
            .pages
            .iter()
            .flatten()
            .map(|record| {
                let data = record["fa_list"][0]["data"].as_str().expect("text");
                let bytes = decoder.decode_base64(data, 512).expect("base64");
                (record["userid"].as_str().expect("text"), values(bytes))
            })
            .collect();
        assert_eq!(gallery.len(), 2452);
        // Mated and unmated probes: how many, and how many go wrong.
        let (mut mated, mut missed, mut strangers, mut admitted) = (0.0, 0.0, 0.0, 0.0);
        for probe in site.probes.iter().step_by(3) {
            let vector = values(&probe.bytes);
            let score =
                |other: &[f32]| -> f32 { vector.iter().zip(other).map(|(a, b)| a * b).sum() };
            let (best, userid) = gallery
                .iter()
                .map(|(userid, other)| (score(other), *userid))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .expect("a gallery");
            if probe.label == STRANGER {
                strangers += 1.0;
                admitted += f64::from(u8::from(best >= 0.493));
            } else {
                mated += 1.0;
                missed += f64::from(u8::from(best < 0.493 || userid != probe.label));
            }
        }
        let (missed, admitted) = (missed / mated, admitted / strangers);
        assert!((0.12..0.18).contains(&missed), "FNIR {missed}");
        assert!(admitted < 0.03, "FPIR {admitted}");
        println!("FNIR {missed:.4} of {mated}, FPIR {admitted:.4} of {strangers}");
    }
}
