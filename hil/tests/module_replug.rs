//! A module on a USB serial converter whose plug is pulled in mid-transfer and that comes back
//! under another name: found again by what the rig file says of it. The kernel's folders are a
//! copy; the line is a pseudo-terminal of the emulator.
#![cfg(target_os = "linux")]

mod rig;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kaimen_hil::device::{Devices, OpenModule};
use kaimen_hil::emulator::{Endpoint, Fault, Handle, Impression, Machine, Scheduled, serve};
use kaimen_hil::library::Library;
use kaimen_hil::module::{ModuleError, Patience, Profile, instruction};
use kaimen_hil::record::{Outcome, Provenance, Store, TestRecord};
use kaimen_hil::rig::Rig;
use kaimen_hil::suite::runner::{self, Plan, Progress};
use kaimen_hil::suite::{self, Context, Options};

const SERIAL: &str = "usb-serial = \"A50285BI\"\n";
const BY_PATH: &str = "by-path = \"pci-0-usb-2\"\n";
const BY_ID: &str = "by-id = \"usb-FTDI_A50285BI\"\n";

/// `sys` and `dev` of a machine with one socket, and the module that is plugged into it or not.
struct Machinery {
    root: tempfile::TempDir,
    emulator: Handle,
}

impl Machinery {
    fn new() -> Machinery {
        let root = tempfile::tempdir().unwrap();
        let mut module = Machine::new(&Profile::R503);
        module.place(Impression { finger: 1, number: 0 });
        let endpoint = Endpoint::Pty { link: Some(root.path().join("line")) };
        let emulator = serve(module, endpoint, true).unwrap();
        let machinery = Machinery { root, emulator };
        machinery.list("ttyUSB0");
        machinery
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// The kernel and udev list a converter with this name.
    fn list(&self, tty: &str) {
        let usb = self.at("sys/devices/usb1/1-2");
        let port = usb.join("1-2:1.0").join(tty);
        fs::create_dir_all(&port).unwrap();
        for (file, value) in [("idVendor", "0403"), ("idProduct", "6001"), ("serial", "A50285BI")] {
            fs::write(usb.join(file), value).unwrap();
        }
        let class = self.at("sys/class/tty").join(tty);
        fs::create_dir_all(&class).unwrap();
        symlink(&port, class.join("device")).unwrap();
        for (folder, name) in [("by-path", "pci-0-usb-2"), ("by-id", "usb-FTDI_A50285BI")] {
            let links = self.at("dev/serial").join(folder);
            fs::create_dir_all(&links).unwrap();
            symlink(Path::new("../..").join(tty), links.join(name)).unwrap();
        }
        symlink(self.at("line"), self.at("dev").join(tty)).unwrap();
    }

    fn unlist(&self) {
        for folder in ["sys", "dev"] {
            fs::remove_dir_all(self.at(folder)).unwrap();
        }
    }

    fn devices(&self, lines: &str) -> Devices {
        let text = format!(
            "name = \"replug\"\n[[module]]\nname = \"reader\"\nprofile = \"R503\"\nsimulated = true\n{lines}"
        );
        let rig = Rig::parse(&text, Path::new("rig.toml")).unwrap();
        Devices::below(&rig, self.root.path()).unwrap()
    }

    fn open(&self, lines: &str) -> OpenModule {
        let mut module = self.devices(lines).modules[0].open().unwrap();
        let wait = Duration::from_secs(5);
        module.driver.set_patience(Patience { answer: wait, data: wait, ..Patience::default() });
        module
    }
}

#[test]
fn a_module_that_comes_back_under_another_name_is_found_by_each_way() {
    for how in [SERIAL, BY_PATH, BY_ID] {
        let machinery = Machinery::new();
        let mut module = machinery.open(how);
        assert!(module.driver.line().ends_with("/dev/ttyUSB0"), "{}", module.driver.line());
        module.driver.verify_password(0).unwrap();
        assert!(module.driver.capture().unwrap());
        let (instruction, fault) = (instruction::UP_IMAGE, Fault::Unplug);
        machinery.emulator.schedule(Scheduled { instruction, packet: 9, fault });
        let begun = Instant::now();
        let error = module.driver.upload_image().unwrap_err();
        assert!(matches!(error, ModuleError::Disconnected { .. }), "{how}{error}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        machinery.unlist();
        // Nothing fits: said by what the rig file looks for, and in time.
        let error = module.driver.reopen(Duration::from_millis(200)).unwrap_err().to_string();
        assert!(error.contains("nothing that is plugged in fits"), "{error}");
        let error = module.driver.verify_password(0).unwrap_err();
        assert!(matches!(error, ModuleError::Disconnected { .. }), "{error}");
        assert!(machinery.emulator.replug());
        machinery.list("ttyUSB1");
        module.driver.reopen(Duration::from_secs(5)).unwrap();
        assert!(module.driver.line().ends_with("/dev/ttyUSB1"), "{}", module.driver.line());
        module.driver.verify_password(0).unwrap();
        assert!(module.driver.capture().unwrap(), "{how}");
        let image = module.driver.upload_image().unwrap();
        let drawn = Impression { finger: 1, number: 0 }.image(Profile::R503.image, 508);
        assert_eq!(image.line_bytes(), drawn.line_bytes());
    }
}

#[test]
fn a_name_that_belongs_to_another_converter_meanwhile_is_not_taken() {
    let machinery = Machinery::new();
    let mut module = machinery.open(SERIAL);
    module.driver.verify_password(0).unwrap();
    assert!(machinery.emulator.unplug());
    machinery.unlist();
    machinery.list("ttyUSB0");
    fs::write(machinery.at("sys/devices/usb1/1-2/serial"), "SOMEBODY ELSE").unwrap();
    assert!(machinery.emulator.replug());
    assert!(module.driver.verify_password(0).is_err());
    let error = module.driver.reopen(Duration::from_millis(200)).unwrap_err().to_string();
    assert!(error.contains("usb-serial = \"A50285BI\""), "{error}");
}

struct Quiet;

impl Progress for Quiet {
    fn begin(&mut self, _suite: &str, _test: &str, _position: usize, _count: usize) {}
    fn end(&mut self, _suite: &str, _test: &TestRecord) {}
}

/// Runs the suite's own test on a module with these hooks.
fn pulled(machinery: &Machinery, hooks: &str) -> TestRecord {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let options = Options::default();
    let mut faults = suite::all(&options).into_iter().find(|suite| suite.name == "faults").unwrap();
    faults.tests.retain(|test| test.name == "unplugged by its hook");
    let library = Library::shared(rig::library()).unwrap();
    let devices = machinery.devices(&format!("{SERIAL}{hooks}"));
    let context = Arc::new(Context { library, options, devices });
    let deadline = Duration::from_secs(120);
    let plan = Plan { rig: "replug".into(), retries: 0, deadline, test_deadline: None };
    let run = runner::run(&[faults], &context, &store, &plan, Provenance::default(), &mut Quiet);
    run.tests().next().unwrap().1.clone()
}

#[test]
fn the_suite_pulls_the_plug_by_the_rigs_hooks() {
    let machinery = Machinery::new();
    // A hook leaves a file and ends when it is gone: the hand at the plug takes it away.
    let order = |what: &str| {
        let file = machinery.at(what).display().to_string();
        format!("touch {file}; while [ -e {file} ]; do sleep 0.02; done")
    };
    let (off, on) = (order("out"), order("in"));
    let hooks = format!("power = {{ off = \"{off}\", on = \"{on}\" }}\n");
    let over = AtomicBool::new(false);
    let test = thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                if machinery.at("out").exists() {
                    assert!(machinery.emulator.unplug());
                    machinery.unlist();
                    fs::remove_file(machinery.at("out")).unwrap();
                }
                if machinery.at("in").exists() {
                    assert!(machinery.emulator.replug());
                    machinery.list("ttyUSB7");
                    fs::remove_file(machinery.at("in")).unwrap();
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        let test = pulled(&machinery, &hooks);
        over.store(true, Ordering::Relaxed);
        test
    });
    let log: String = test.attempts[0].log.iter().map(|line| line.text.clone() + "\n").collect();
    assert_eq!(test.outcome, Outcome::Pass, "{:?}\n{log}", test.message());
    assert!(log.contains("ttyUSB0, is ") && log.contains("/dev/ttyUSB7"), "{log}");
    assert_eq!(test.attempts[0].measurements.len(), 2);
    assert!(test.simulated());
}

#[test]
fn a_hook_that_pulls_nothing_is_a_failure_and_none_is_no_test() {
    let machinery = Machinery::new();
    let test = pulled(&machinery, "power = { off = \"exit 3\", on = \"true\" }\n");
    assert_eq!(test.outcome, Outcome::Error, "{:?}", test.message());
    let test = pulled(&machinery, "");
    assert_eq!(test.outcome, Outcome::Skip);
    assert_eq!(test.message(), Some("reader: has no power hooks for both on and off"));
}
