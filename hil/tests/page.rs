//! The page in headless Chromium: no errors, plots are drawn, filters work, it fits a phone.
#![cfg(target_os = "linux")]

mod sample;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kaimen_hil::output;
use kaimen_hil::record::Store;

fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    names
        .iter()
        .find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// Runs the browser on the page; stdout and stderr.
fn browse(browser: &Path, folder: &Path, address: &str, arguments: &[&str]) -> (String, String) {
    let profile = folder.join("profile");
    let (out, err) = (folder.join("stdout"), folder.join("stderr"));
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(["--enable-logging=stderr", "--hide-scrollbars"])
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(std::fs::File::create(&err).unwrap());
    let mut child = command.spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(120);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() >= end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{} did not end within two minutes", browser.display());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let read = |path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    (read(&out), read(&err))
}

/// The names of the tests that a page, as the browser has it, does not hide.
fn shown(dom: &str) -> Vec<&str> {
    let tests = dom.split("<details class=\"test\"").skip(1);
    let tests = tests.filter(|test| !test.split('>').next().unwrap_or_default().contains("hidden"));
    let names = tests.filter_map(|test| test.split("class=\"name\">").nth(1));
    names.filter_map(|rest| rest.split('<').next()).collect()
}

#[test]
fn the_page_opens_draws_filters_and_fits() {
    let Some(browser) = browser() else {
        println!("skipped: no chromium in PATH");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    output::write_all(&sample::record(&store), &store).unwrap();
    let page = format!("file://{}", folder.path().join("report.html").display());
    let open = |hash: &str| {
        let (dom, errors) =
            browse(&browser, folder.path(), &format!("{page}{hash}"), &["--dump-dom"]);
        let console: Vec<&str> = errors.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(console.is_empty(), "{console:?}");
        assert!(dom.contains("</html>"), "{errors}");
        dom
    };

    let dom = open("");
    assert_eq!(shown(&dom), ["rich", "failing", "wobbling", "absent"]);
    assert!(dom.contains("4 of 4 tests"));
    assert!(dom.contains("<h1>FAIL</h1>"));
    // Words of the record stay words.
    assert!(dom.contains("&lt;script&gt;") && !dom.contains("taken over</title>"));
    let bars = dom.matches("<rect").count();
    assert!(bars >= 20, "{bars} bars");

    for (hash, names) in [
        ("#outcome=fail", &["failing"][..]),
        ("#outcome=fail,unavailable", &["failing", "absent"]),
        ("#outcome=flaky", &["wobbling"]),
        ("#suite=one", &["rich", "failing"]),
        ("#words=no%20camera", &["absent"]),
        ("#suite=two&words=rich", &[]),
    ] {
        assert_eq!(shown(&open(hash)), names, "{hash}");
    }

    // As wide as a phone: nothing sticks out sideways. The frame tells its width in the title.
    let frame = folder.path().join("frame.html");
    let text = "<iframe id=\"f\" src=\"report.html\" style=\"width:390px;height:800px;border:0\"></iframe>\
        <script>f.onload = () => { const d = f.contentDocument.documentElement;\
        document.title = d.scrollWidth + ' of ' + d.clientWidth; };</script>";
    std::fs::write(&frame, text).unwrap();
    let address = format!("file://{}", frame.display());
    let (dom, errors) = browse(
        &browser,
        folder.path(),
        &address,
        &["--dump-dom", "--allow-file-access-from-files"],
    );
    let title = dom.split("<title>").nth(1).and_then(|rest| rest.split('<').next());
    assert_eq!(title, Some("390 of 390"), "{errors}");
}
