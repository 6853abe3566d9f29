//! The program itself, on small synthetic folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const IMPRESSIONS: usize = 4;
const FINGERS: usize = 12;
const DIMENSION: usize = 32;

struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Site {
        Site(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path
    }

    /// Fingers as directions with noise; the same for the same name. Finger 3's last
    /// impression is no template, finger 5's second is expected and not there.
    fn templates(&self, folder: &str, noise: f32) {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f32::from((state >> 48) as u16) / 32768.0 - 1.0
        };
        for finger in 0..FINGERS {
            let centre: Vec<f32> = (0..DIMENSION).map(|_| uniform()).collect();
            for impression in 1..=IMPRESSIONS {
                let name = format!("{finger}_{impression}");
                let bytes: Vec<u8> =
                    centre.iter().flat_map(|c| (c + noise * uniform()).to_le_bytes()).collect();
                self.write(&format!("expect/{name}.png"), "");
                match (finger, impression) {
                    (3, IMPRESSIONS) => drop(self.write(&format!("{folder}/{name}.vec"), "bad")),
                    (5, 2) => {}
                    _ => drop(self.write(&format!("{folder}/{name}.vec"), bytes)),
                }
            }
        }
    }
}

fn kaimen_eval(arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kaimen-eval"));
    command.args(arguments.iter().map(|argument| argument.as_ref()));
    command.arg("--quiet").output().unwrap()
}

/// Runs it; it must succeed. What it prints.
fn good(arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> String {
    let output = kaimen_eval(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs it; it must fail. Exit code and reason.
fn bad(arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> (i32, String) {
    let output = kaimen_eval(arguments);
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path.join("figures.json")).unwrap()).unwrap()
}

/// A value of a figure in the first database.
fn figure(json: &Value, key: &str, value: &str) -> f64 {
    let figures = json["databases"][0]["figures"].as_array().unwrap();
    let found = figures.iter().find(|figure| figure["key"] == key);
    found.unwrap_or_else(|| panic!("no {key}"))[value].as_f64().unwrap()
}

#[test]
fn a_folder_becomes_figures_and_a_report_and_failures_are_named() {
    let site = Site::new();
    site.templates("t", 0.2);
    let out = site.path("out");
    let text = good(&[
        &"run",
        &"--folder",
        &site.path("t"),
        &"--expect",
        &site.path("expect"),
        &"--out",
        &out,
        &"--replicates",
        &"50",
    ]);
    assert!(text.contains("failures to enrol: 2"), "{text}");
    assert!(text.contains("3_4: 3 bytes are not a vector of f32"), "{text}");
    assert!(text.contains("5_2: not there"), "{text}");
    let json = json(&out);
    let database = &json["databases"][0];
    assert_eq!(database["genuine"], FINGERS * IMPRESSIONS * (IMPRESSIONS - 1) / 2);
    assert_eq!(database["impostors"], FINGERS * (FINGERS - 1) / 2 * IMPRESSIONS * IMPRESSIONS);
    assert_eq!(database["fvc_impostors"], FINGERS * (FINGERS - 1) / 2);
    assert_eq!(database["searches"]["mated"], FINGERS * (IMPRESSIONS - 1));
    // Fingers are far apart: only the pairs of the two failures are missed, 6 of 72.
    let missed = 6.0 / 72.0;
    assert!((figure(&json, "zero_fmr", "value") - missed).abs() < 1e-12);
    assert!((figure(&json, "rank1", "value") - 34.0 / 36.0).abs() < 1e-12);
    for key in ["eer", "fmr1000", "zero_fmr", "fvc_eer", "rank1", "fnir_fpir100@12"] {
        let [low, value, high] = ["low", "value", "high"].map(|end| figure(&json, key, end));
        assert!(low <= value && value <= high, "{key} {low} {value} {high}");
    }
    let html = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("5_2: not there") && html.matches("<svg").count() == 3);
    // No address but that of the SVG name space: nothing is loaded from anywhere.
    let addresses = html.matches("http").count();
    assert_eq!(addresses, html.matches("http://www.w3.org/2000/svg").count());
    for plot in ["det.svg", "cmc.svg", "histogram-t.svg"] {
        assert!(fs::read_to_string(out.join(plot)).unwrap().contains("</svg>"), "{plot}");
    }
}

#[test]
fn the_same_run_gives_the_same_figures() {
    let site = Site::new();
    site.templates("t", 1.5);
    let run = |seed: &str| {
        let text =
            good(&[&"run", &"--folder", &site.path("t"), &"--replicates", &"40", &"--seed", &seed]);
        // All but the speed.
        text.lines().filter(|line| !line.contains("comparisons/s")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(run("1"), run("1"));
    assert_ne!(run("1"), run("2"));
}

/// Two fingers with three impressions, by hand. Genuine: 9 8 3 and 7 6 2. Impostor: 4 5 1 and six
/// zeros. At 5: FNMR 2/6, FMR 1/9; at 3: 1/6 and 2/9. So t1 = 3 with the sum 7/18, t2 = 4 with
/// the sum 5/9, and the EER is 7/36. FMR100 and ZeroFMR need t > 5: 2/6.
#[test]
fn scores_from_a_file_give_the_figures_computed_by_hand() {
    let site = Site::new();
    let samples = "file,finger,impression\na1,a,1\na2,a,2\na3,a,3\nb1,b,1\nb2,b,2\nb3,b,3\n";
    site.write("samples.csv", samples);
    let mut scores = "probe,reference,score\n\
        a2,a1,9\na3,a1,8\na3,a2,3\nb2,b1,7\nb3,b1,6\nb3,b2,2\n\
        b1,a1,4\nb1,a2,5\nb1,a3,1\n"
        .to_owned();
    for b in ["b2", "b3"] {
        ["a1", "a2", "a3"].iter().for_each(|a| scores += &format!("{b},{a},0\n"));
    }
    site.write("scores.csv", &scores);
    let manifest = site.write(
        "m.toml",
        "[[database]]\nname = \"hand\"\ntables = [{ file = \"samples.csv\" }]\nscores = \"scores.csv\"\n",
    );
    let out = site.path("out");
    good(&[&"run", &"--manifest", &manifest, &"--out", &out, &"--replicates", &"0"]);
    let json = json(&out);
    let value = |key: &str| figure(&json, key, "value");
    assert!((value("eer") - 7.0 / 36.0).abs() < 1e-12, "{}", value("eer"));
    assert!((figure(&json, "eer", "threshold") - 3.0).abs() < 1e-12);
    assert!((value("fmr100") - 2.0 / 6.0).abs() < 1e-12);
    assert!((value("zero_fmr") - 2.0 / 6.0).abs() < 1e-12);
    // FVC's only impostor pair scores 4: above it 2 of 6 are missed; at 4 FMR is 1.
    assert!((value("fvc_zero_fmr") - 2.0 / 6.0).abs() < 1e-12);
    assert!((value("fvc_eer") - 1.0 / 6.0).abs() < 1e-12);
    // a2 is found (9 over 5), a3 (8 over 1), b2 (7 over 0), b3 (6 over 0).
    assert!((value("rank1") - 1.0).abs() < 1e-12);
    // Without its own finger a2 scores 5, which one search in four may not reach.
    assert!((value("fnir_fpir10@2") - 0.0).abs() < 1e-12);

    scores = scores.replace("b3,a2,0\n", "");
    site.write("scores.csv", &scores);
    let (code, reason) = bad(&[&"run", &"--manifest", &manifest]);
    assert_eq!(code, 4);
    assert!(reason.ends_with("no score of b3 against a2\n"), "{reason}");
}

#[test]
fn saved_scores_are_read_again_and_two_runs_are_compared_in_pairs() {
    let site = Site::new();
    site.templates("t", 1.5);
    site.templates("u", 1.7);
    fs::remove_file(site.path("u/1_1.vec")).unwrap();
    let manifest = |folder: &str| {
        let text =
            format!("[[database]]\nname = \"x\"\nfolder = \"{folder}\"\nexpect = \"expect\"\n");
        site.write(&format!("{folder}.toml"), text)
    };
    let (t, u) = (manifest("t"), manifest("u"));
    for (manifest, out) in [(&t, "A"), (&u, "B")] {
        good(&[
            &"run",
            &"--manifest",
            manifest,
            &"--out",
            &site.path(out),
            &"--save-scores",
            &"--replicates",
            &"60",
        ]);
    }
    let saved = [site.path("A/scores/run.toml"), site.path("B/scores/run.toml")];
    let again = site.path("again");
    good(&[&"run", &"--manifest", &saved[0], &"--out", &again, &"--replicates", &"60"]);
    let (first, second) = (json(&site.path("A")), json(&again));
    assert_eq!(first["databases"][0]["figures"], second["databases"][0]["figures"]);
    assert_eq!(second["databases"][0]["failures_to_enrol"].as_array().unwrap().len(), 2);

    let out = site.path("C");
    let same = good(&[&"compare", &saved[0], &saved[0], &"--replicates", &"60"]);
    assert!(!same.contains("differs") && same.contains("0.00 [0.00, 0.00]"), "{same}");
    good(&[&"compare", &saved[0], &saved[1], &"--out", &out, &"--replicates", &"60"]);
    let compared = json(&out);
    let differences = compared["differences"].as_array().unwrap();
    assert!(differences.iter().any(|one| one["difference"] != 0.0));
    for one in differences {
        let value = |key: &str| one[key].as_f64().unwrap();
        assert!((value("b") - value("a") - value("difference")).abs() < 1e-12);
        assert!(value("low") <= value("high"));
    }
    // Two matchers on the same templates, without saving anything.
    let both = good(&[&"compare", &t, &t, &"--matcher-b", &"cosine", &"--replicates", &"10"]);
    assert!(both.contains("A: matcher codes") && both.contains("B: matcher cosine"));

    fs::remove_file(site.path("expect/1_1.png")).unwrap();
    let (code, reason) = bad(&[&"compare", &t, &u]);
    assert_eq!(code, 4);
    assert!(reason.contains("database x: not the samples of A"), "{reason}");
}

#[test]
fn gallery_and_probes_may_come_from_two_folders() {
    let site = Site::new();
    site.templates("t", 0.1);
    site.templates("u", 0.3);
    let out = site.path("out");
    good(&[
        &"run",
        &"--folder",
        &site.path("t"),
        &"--probes",
        &site.path("u"),
        &"--expect",
        &site.path("expect"),
        &"--out",
        &out,
        &"--replicates",
        &"0",
        &"--pairs",
        &"both",
    ]);
    let json = json(&out);
    let database = &json["databases"][0];
    assert_eq!(database["genuine"], FINGERS * IMPRESSIONS * (IMPRESSIONS - 1));
    assert_eq!(database["impostors"], FINGERS * (FINGERS - 1) * IMPRESSIONS * IMPRESSIONS);
    assert_eq!(database["failures_to_enrol"].as_array().unwrap().len(), 4);
}

#[cfg(unix)]
#[test]
fn an_external_program_is_a_matcher_and_its_faults_are_said() {
    let site = Site::new();
    site.templates("t", 0.1);
    // The score says whether the fingers of the names are equal; 2_2 cannot be read.
    let script = r#"{ n = split($1, p, "/"); m = split($2, r, "/"); split(p[n], a, "_"); split(r[m], b, "_");
        if (p[n] ~ /^2_2/ || r[m] ~ /^2_2/) print "fail"; else print (a[1] == b[1]) ? 7.5 : 1 }"#;
    let out = site.path("out");
    let run = |script: &str, out: &Path| {
        kaimen_eval(&[
            &"run",
            &"--folder",
            &site.path("t"),
            &"--matcher",
            &"program",
            &"--program",
            &"awk",
            &"--program-arg",
            &"-F\t",
            &"--program-arg",
            &script,
            &"--replicates",
            &"0",
            &"--expect",
            &site.path("expect"),
            &"--out",
            &out,
        ])
    };
    let output = run(script, &out);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = json(&out);
    let failures = json["databases"][0]["failures_to_enrol"].as_array().unwrap();
    let names: Vec<_> = failures.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["2_2", "5_2"]);
    assert!((figure(&json, "zero_fmr", "value") - 6.0 / 72.0).abs() < 1e-12);

    for (script, reason) in [
        ("{ print \"x\" }", "line 1: `x` is not a score"),
        ("{ print 1 } END { exit 3 }", "ended with exit status: 3"),
        ("BEGIN { exit 0 }", "0 scores for"),
    ] {
        let output = run(script, &site.path("none"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(7), "{said}");
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn what_cannot_be_evaluated_has_an_exit_code_of_its_own() {
    let site = Site::new();
    let run = |manifest: &Path| bad(&[&"run", &"--manifest", &manifest]);
    assert_eq!(bad(&[&"run"]).0, 2);
    assert_eq!(bad(&[&"run", &"--folder", &"x", &"--matcher", &"program"]).0, 4);
    let (code, reason) = run(&site.path("none.toml"));
    assert!(code == 3 && reason.contains("none.toml"), "{reason}");
    let broken = site.write("m.csv", "file,finger,impression\na,b\n");
    let (code, reason) = run(&broken);
    assert!(code == 3 && reason.contains("line 2: 2 fields instead of 3"), "{reason}");
    let empty = site.path("empty");
    fs::create_dir(&empty).unwrap();
    let (code, reason) = bad(&[&"run", &"--folder", &empty]);
    assert_eq!((code, &*reason), (5, "kaimen-eval: database empty: there are no references\n"));
    let vector = |value: f32| value.to_le_bytes().repeat(DIMENSION);
    site.write("one/1_1", vector(1.0));
    site.write("one/1_2", vector(1.0));
    let (code, reason) = bad(&[&"run", &"--folder", &site.path("one")]);
    assert_eq!((code, &*reason), (5, "kaimen-eval: database one: there are no impostor pairs\n"));
    site.write("two/1_1", vector(1.0));
    site.write("two/2_1", vector(-1.0));
    let (code, reason) = bad(&[&"run", &"--folder", &site.path("two")]);
    assert_eq!((code, &*reason), (5, "kaimen-eval: database two: there are no genuine pairs\n"));
    site.write("two/1_2", vector(1.0));
    let blocked = site.write("file", "");
    let (code, reason) = bad(&[&"run", &"--folder", &site.path("two"), &"--out", &blocked]);
    assert!(code == 6 && reason.contains("figures.json"), "{reason}");
    let (code, _) = bad(&[&"run", &"--folder", &site.path("two"), &"--matcher", &"program"]);
    assert_eq!(code, 2);
}
