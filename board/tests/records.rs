//! Compare, report and plan, by the program itself, on invented records.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kaimen_bench::record::{Record, parse};
use serde_json::{Value, json};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("a committed record")
}

fn bench(arguments: &[&str]) -> Output {
    let arguments = arguments.iter().map(|argument| match argument.strip_prefix('@') {
        Some(name) => path(name).into_os_string(),
        None => argument.into(),
    });
    let mut program = Command::new(env!("CARGO_BIN_EXE_kaimen-bench"));
    program.args(arguments).output().expect("it starts")
}

/// What it prints, if it ends well.
fn printed(arguments: &[&str]) -> String {
    let output = bench(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).expect("text")
}

/// What it complains of, if it ends with this code.
fn refused(arguments: &[&str], code: i32) -> String {
    let output = bench(arguments);
    assert_eq!(output.status.code(), Some(code));
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn compare_gives_ratios_and_marks_noise_and_an_unsteady_clock() {
    let text = printed(&["compare", "@board-a.json", "@board-b.json"]);
    let line =
        |id: &str| text.lines().find(|line| line.starts_with(id)).expect("a line").to_owned();
    let steady = line("face-1n/fast-unmated/neon-dotprod/1/10000");
    assert!(steady.contains(" 0.500  0.500") && !steady.contains(['~', '!']), "{steady}");
    assert!(line("face-1n/proven-unmated/neon-dotprod/1/100000").ends_with('!'));
    assert!(text.contains("rules: 0.500 (geometric mean of 1)"), "{text}");
    assert!(text.contains("bandwidth, 4 threads: B has 1.00 of A's"), "{text}");
    let same = printed(&["compare", "@board-a.json", "@board-a.json"]);
    assert!(same.lines().filter(|line| line.starts_with("finger")).all(|l| l.contains("1.00")));
    assert!(same.lines().any(|line| line.ends_with('~')), "equal times are noise");
}

#[test]
fn emulated_and_real_are_never_mixed() {
    for pair in [["@board-a.json", "@emulated.json"], ["@emulated.json", "@board-a.json"]] {
        let error = refused(&["compare", pair[0], pair[1]], 5);
        assert!(error.contains("emulated.json: is of an emulator"), "{error}");
        let error = refused(&["report", pair[0], pair[1], "-o", "/nonexistent/page.html"], 5);
        assert!(error.contains("never shown together"), "{error}");
    }
    let plan = ["plan", "@emulated.json", "--within", "100ms", "--memory", "64MB"];
    assert!(refused(&plan, 5).contains("says nothing of any board"));
    let forced = printed(&[&plan[..], &["--force-emulated"]].concat());
    assert!(forced.contains("WARNING an emulator"), "{forced}");
    let same = printed(&["compare", "@emulated.json", "@emulated.json"]);
    assert!(same.contains("WARNING an emulator"), "{same}");
}

#[test]
fn a_plan_interpolates_between_sizes_and_says_when_it_goes_beyond() {
    let plan = |within: &str, memory: &str| {
        printed(&["plan", "@board-a.json", "--within", within, "--memory", memory])
    };
    // One thread, fast, unmated, p99: 1.25 * (2 us + 8 ns a template), and 2.2 times the slope at
    // 100,000. That is 102.5 us at 10,000 and 2.2025 ms at 100,000.
    let text = plan("1ms", "1GB");
    let line = |what: &str, text: &str| -> String {
        let at = text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
        text[at..].lines().take(2).collect::<Vec<_>>().join(" ")
    };
    let found = line("face-1n, fast, 1 threads", &text);
    let by_hand = 1e4 * 10f64.powf((1000.0f64 / 102.5).ln() / (2202.5f64 / 102.5).ln());
    let shown: f64 = number_after(&found, "in time ");
    assert!((shown - by_hand).abs() <= 1.0, "{shown} is {by_hand} in {found}");
    assert!(found.contains("limited by the time"), "{found}");
    assert!(found.contains("interpolated between 10,000 and 100,000"), "{found}");
    // Beyond: 100 ms at the rate reached at 100,000 is 4.54 million.
    let found = line("face-1n, fast, 1 threads", &plan("100ms", "64MB"));
    let shown: f64 = number_after(&found, "in time ");
    assert!((shown - 1e5 * 100.0 / 2.2025).abs() <= 1.0, "{shown}");
    assert!(found.contains("EXTRAPOLATED") && found.contains("limited by the memory"), "{found}");
    assert!(found.contains("beyond 100,000"), "{found}");
    let text = plan("1us", "64MB");
    assert!(text.contains("fewer than 1,000, the smallest gallery measured"), "{text}");
    // Fingers have 40 samples only.
    assert!(text.contains("below 100 the 99th percentile is the longest seen"), "{text}");
    let wrong = ["plan", "@board-a.json", "--within", "1s", "--memory", "1GB", "--tier", "avx2"];
    assert!(refused(&wrong, 2).contains("no search of tier avx2"));
}

#[test]
fn what_a_plan_says_of_memory_is_the_promise_of_the_library() {
    let most = |memory: &str| -> f64 {
        let text = printed(&["plan", "@board-a.json", "--within", "1s", "--memory", memory]);
        number_after(&text, "in memory ")
    };
    let (small, large) = (most("64MB"), most("128MB"));
    // Two galleries of 666 bytes a template, and half a member of 384 bytes twice.
    let each = 2.0 * 666.0 + 384.0;
    let slope = 64e6 / (large - small);
    // The promise counts blocks and tables by what they may grow to: never less, a quarter more.
    assert!((1.0..1.3).contains(&(slope / each)), "{slope} bytes a template, {each} in use");
    assert!(most("1MB") < 1.0, "an engine does not fit");
}

fn number_after(text: &str, mark: &str) -> f64 {
    let rest = text.split_once(mark).unwrap_or_else(|| panic!("{mark} in {text}")).1;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(rest.len());
    rest[..end].replace(',', "").parse().expect("a number")
}

#[test]
fn a_report_is_one_page_that_needs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let output = page.to_str().unwrap();
    printed(&["report", "@board-a.json", "@board-b.json", "-o", output]);
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("Invented board B &lt;b&gt;") && !html.contains("B <b>"), "escaped");
    for foreign in ["http:", "https:", "<script", "src=", "@import", "url(", "NaN", "inf"] {
        assert!(!html.contains(foreign), "{foreign} in the page");
    }
    // All records together and each by itself: three searches each.
    assert_eq!(html.matches("<figure>").count(), 9);
    // Of one record and fast faces: three tiers with one thread and with four.
    let first = html.split("<figcaption>One face among many, KAIMEN_SEARCH_FAST").nth(2).unwrap();
    let first = first.split("</figure>").next().unwrap();
    assert_eq!(first.matches("class=\"line").count(), 2 * 6, "lines and their keys");
    assert!(first.contains("neon-dotprod, 4 threads"), "{first}");
    assert!(html.contains("unsteady clock") && html.contains("prefers-color-scheme:dark"));
    let error = refused(&["report", "@board-a.json", "-o", "/nonexistent/page.html"], 6);
    assert!(error.contains("/nonexistent/page.html"), "{error}");
}

/// A record after a change.
fn changed(change: impl Fn(&mut Value)) -> Result<Record, String> {
    let mut value: Value = serde_json::from_str(&text("board-a.json")).unwrap();
    change(&mut value);
    parse(&value.to_string())
}

#[test]
fn a_malformed_record_is_told_precisely() {
    let error = |change: fn(&mut Value)| changed(change).unwrap_err();
    assert!(changed(|_| ()).is_ok());
    let wrong = error(|v| v["kaimen_bench"] = json!(2));
    assert_eq!(wrong, "is of format 2, this program reads 1");
    let wrong = error(|v| v["blocks"][0]["measurements"][0]["times"]["p90_ns"] = json!(1.0));
    assert_eq!(wrong, "face-1n/fast-mated/portable/1/1000: p50_ns is above p90_ns");
    let wrong = error(|v| v["blocks"][1]["measurements"][0]["subject"]["size"] = json!(0));
    assert!(wrong.ends_with("a size or a number of threads is 0"), "{wrong}");
    let wrong = error(|v| v["blocks"][1] = v["blocks"][0].clone());
    assert!(wrong.ends_with("is there twice"), "{wrong}");
    let wrong = error(|v| v["machine"]["emulation"]["reasons"] = json!(["model: QEMU"]));
    assert!(wrong.contains("names an emulator"), "{wrong}");
    let wrong = error(|v| v["bandwidth"][0]["bytes_per_second"] = json!(-1));
    assert_eq!(wrong, "bandwidth with 1 threads: -1");
    let wrong = error(|v| v["surprise"] = json!(1));
    assert!(wrong.contains("unknown field `surprise`"), "{wrong}");
    let wrong = error(|v| _ = v.as_object_mut().unwrap().remove("settings"));
    assert!(wrong.contains("missing field `settings`"), "{wrong}");
    assert!(parse("").unwrap_err().contains("line 1 column 0"));
    assert!(parse("[]").unwrap_err().contains("line 1"));
}

#[test]
fn no_cut_and_no_flipped_byte_is_a_panic() {
    let whole = text("board-a.json");
    for end in (0..whole.len() - 1).step_by(173) {
        assert!(parse(&whole[..end]).is_err(), "cut at {end}");
    }
    for at in (0..whole.len()).step_by(211) {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = b'9';
        // Whether it is still a record depends on what the byte was.
        if let Ok(record) = parse(&String::from_utf8(bytes).unwrap()) {
            assert!(kaimen_bench::report::page(&[record]).contains("<svg"));
        }
    }
}

#[test]
fn a_file_that_is_none_is_named() {
    let error = refused(&["compare", "@none.json", "@board-a.json"], 3);
    assert!(error.contains("none.json: No such file"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.json");
    std::fs::write(&cut, &text("board-a.json")[..1000]).unwrap();
    let error = refused(&["compare", cut.to_str().unwrap(), "@board-a.json"], 3);
    assert!(error.contains("cut.json: EOF while parsing") && error.contains("line "), "{error}");
    // A device without an end is read up to a bound.
    let error = refused(&["compare", "/dev/zero", "@board-a.json"], 3);
    assert!(error.contains("/dev/zero: is larger than"), "{error}");
}
