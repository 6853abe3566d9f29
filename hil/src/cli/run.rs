//! `run` and `selfcheck`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::arguments::{RunOptions, SelfcheckOptions};
use super::progress::Shown;
use super::{CliError, EXIT_PASS, EXIT_UNAVAILABLE, exit_code};
use crate::device::Devices;
use crate::library::Library;
use crate::output;
use crate::record::{Provenance, Store};
use crate::rig::{Lock, Rig};
use crate::suite::runner::{self, Plan};
use crate::suite::{self, Context, Options, Suite};

pub(super) fn run(options: &RunOptions) -> Result<(u8, String), CliError> {
    let wanted = Options {
        require_real: options.require_real,
        endurance: options.endurance,
        members: options.members,
    };
    let suites = chosen(&options.suites, &wanted)?;
    let rig = options.rig.as_deref().map_or_else(|| Ok(Rig::without_devices()), Rig::read)?;
    let path = library_path(options.library.as_deref(), &rig)?;
    let command = format!("run {}", options.suites.join(" "));
    let lock = Lock::take(&Lock::folder(), &rig.name, command.trim())?;
    if let Some(holder) = &lock.stale {
        eprintln!(
            "kaimen-hil: process {} had this rig and ended without giving it back",
            holder.pid
        );
    }
    let library = Library::shared(&path)?;
    let store = Store::create(&options.report)?;
    let mut provenance =
        Provenance::of_this_machine(options.commit.clone().or_else(|| commit(&path)));
    provenance.library = Some(library.note().clone());
    let plan = Plan {
        rig: rig.name.clone(),
        retries: options.retries,
        deadline: options.deadline,
        test_deadline: options.test_deadline,
    };
    let context = Arc::new(Context { library, options: wanted, devices: devices(&rig)? });
    let mut shown = Shown::new(suites.iter().map(|suite| suite.tests.len()).sum());
    let record = runner::run(&suites, &context, &store, &plan, provenance, &mut shown);
    shown.finish();
    output::write_all(&record, &store)?;
    let page = store.folder().join("report.html");
    let text = format!("{}report: {}\n", output::summary(&record), page.display());
    Ok((exit_code(record.verdict), text))
}

pub(super) fn selfcheck(options: &SelfcheckOptions) -> Result<(u8, String), CliError> {
    let rig = Rig::read(&options.rig)?;
    let _lock = Lock::take(&Lock::folder(), &rig.name, "selfcheck")?;
    let path = library_path(options.library.as_deref(), &rig)?;
    let library = Library::shared(&path)?;
    let note = library.note();
    let mut text =
        format!("ok           library: {} {}, tier {}\n", note.version, note.target, note.tier);
    let options = Options::default();
    let context = Context { library, options, devices: devices(&rig)? };
    let mut code = EXIT_PASS;
    for (name, result) in context.selfcheck() {
        match result {
            Ok(identity) => text += &format!("ok           {name}: {identity}\n"),
            Err(error) => {
                code = EXIT_UNAVAILABLE;
                text += &format!("unavailable  {name}: {error}\n");
            }
        }
    }
    Ok((code, text))
}

fn devices(rig: &Rig) -> Result<Devices, CliError> {
    Devices::of(rig).map_err(CliError::Usage)
}

fn chosen(names: &[String], options: &Options) -> Result<Vec<Suite>, CliError> {
    let mut all = suite::all(options);
    if names.is_empty() {
        return Ok(all);
    }
    for name in names {
        check_name(name, &all)?;
    }
    for suite in &mut all {
        let of = suite.name;
        suite.tests.retain(|test| {
            names.iter().any(|name| match name.split_once('/') {
                Some((suite, single)) => suite == of && single == test.name,
                None => name == of,
            })
        });
    }
    all.retain(|suite| !suite.tests.is_empty());
    Ok(all)
}

fn check_name(name: &str, all: &[Suite]) -> Result<(), CliError> {
    let (wanted, single) = name.split_once('/').map_or((name, None), |(a, b)| (a, Some(b)));
    let Some(suite) = all.iter().find(|suite| suite.name == wanted) else {
        let known: Vec<_> = all.iter().map(|suite| suite.name).collect();
        let known = known.join(", ");
        return Err(CliError::Usage(format!("no suite {wanted:?}; there are {known}")));
    };
    match single {
        Some(single) if !suite.tests.iter().any(|test| test.name == single) => {
            let known: Vec<_> = suite.tests.iter().map(|test| test.name).collect();
            let known = known.join(", ");
            Err(CliError::Usage(format!("no test {single:?} in {wanted}; there are {known}")))
        }
        _ => Ok(()),
    }
}

fn library_path(given: Option<&Path>, rig: &Rig) -> Result<PathBuf, CliError> {
    given.map(Path::to_owned).or_else(|| rig.library.clone()).ok_or_else(|| {
        CliError::Usage(
            "name the library under test: --library, or `library` in the rig file".to_owned(),
        )
    })
}

/// The commit of the sources around the library, with "-dirty" if they were changed.
fn commit(library: &Path) -> Option<String> {
    let whole = library.canonicalize().ok()?;
    let here = Path::new(".");
    let folders = [whole.parent()?, here];
    let is_source = here.join("hil/Cargo.toml").is_file();
    folders.into_iter().filter(|folder| *folder != here || is_source).find_map(|folder| {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args([
            "describe",
            "--always",
            "--dirty",
            "--abbrev=12",
            "--exclude=*",
        ]);
        let output = git.output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
    })
}
