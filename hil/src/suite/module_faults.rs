//! Faults of fingerprint modules, as the emulator shows them on demand.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::stop::demand;
use super::{Context, Need, Recorder, Stop, Test};
use crate::device::OpenModule;
use crate::emulator::{Fault, Handle, Machine, Scheduled};
use crate::module::{Confirmation, ModuleError, Patience, Quirk, instruction};
use crate::record::Limits;
use crate::rig::{Switch, switch};

/// Longest wait for a finger.
const WAIT: Duration = Duration::from_secs(2);

pub(super) fn tests() -> Vec<Test> {
    let test = |name, about, body| Test::new(name, about, 120, body).needs(&[Need::Emulator]);
    vec![
        test(
            "damage on the line",
            "A wrong checksum and a lost byte in a picture are named; the picture comes when it is asked for again.",
            damage,
        ),
        test(
            "power lost in a transfer",
            "The transfer ends in an error; the module answers again when it has power.",
            power,
        ),
        test(
            "unplugged in a transfer",
            "The transfer ends in an error; the module is found again when it is plugged in.",
            unplugged,
        ),
        Test::new(
            "unplugged by its hook",
            "The power hook takes the module away while it speaks; it is found again, whatever its line is called then.",
            180,
            pulled,
        )
        .needs(&[Need::Module]),
        test("a stuck finger", "A finger that does not leave ends the wait, not the run.", stuck),
        test(
            "a wrong password",
            "The module refuses by name, and opens with the right one.",
            password,
        ),
        test("a full library", "Storing beyond the last page is refused by name.", full),
    ]
}

/// Each emulated module with its emulator, a picture in it, and short waits.
fn each(
    context: &Context,
    recorder: &Recorder,
    act: impl Fn(&mut OpenModule, &Recorder) -> Result<(), Stop>,
) -> Result<(), Stop> {
    context.each_module(recorder, |module| {
        if module.emulator().is_none() {
            return Err(Stop::Skip("shows no faults on demand".to_owned()));
        }
        let answer = Duration::from_secs(2);
        module.driver.set_patience(Patience { answer, ..Patience::default() });
        module.identify_itself()?;
        module.place(1, 0);
        module.driver.await_finger(WAIT)?;
        let begun = Instant::now();
        let done = act(module, recorder);
        let took = begun.elapsed().as_secs_f64();
        recorder.measure(
            &format!("{}, over after", module.note.name),
            took,
            "s",
            Limits::at_most(60.0),
            1,
        );
        done
    })
}

fn handle(module: &OpenModule) -> Result<&Handle, Stop> {
    module.emulator().ok_or_else(|| Stop::Error("no emulator".to_owned()))
}

/// The fault hits the fifth data packet of the next picture.
fn plan(module: &OpenModule, fault: Fault) -> Result<(), Stop> {
    let instruction = instruction::UP_IMAGE;
    handle(module)?.schedule(Scheduled { instruction, packet: 5, fault });
    Ok(())
}

fn damage(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    each(context, recorder, |module, recorder| {
        for (what, fault) in [("checksum", Fault::Checksum), ("lost byte", Fault::LostByte)] {
            recorder.check()?;
            plan(module, fault)?;
            let image = module.driver.upload_image();
            demand(recorder, what, image, ModuleError::is_transient)?;
            let (_, attempts) = module.driver.upload_image_in(2)?;
            let title = format!("{}, attempts after {what}", module.note.name);
            recorder.measure(&title, attempts as f64, "", Limits::exactly(1.0), 1);
        }
        Ok(())
    })
}

fn power(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    each(context, recorder, |module, recorder| {
        plan(module, Fault::PowerLoss(Duration::from_millis(500)))?;
        let image = module.driver.upload_image();
        demand(recorder, "power lost", image, |_| true)?;
        module.driver.await_ready(WAIT)?;
        module.driver.verify_password(0)?;
        Ok(())
    })
}

fn unplugged(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    each(context, recorder, |module, recorder| {
        plan(module, Fault::Unplug)?;
        let image = module.driver.upload_image();
        // Whether the driver still hears of the acknowledgement is the line's affair.
        demand(recorder, "unplugged", image, |error| {
            matches!(
                error,
                ModuleError::Disconnected { .. }
                    | ModuleError::TransferSilent { .. }
                    | ModuleError::Silent { .. }
            )
        })?;
        if !handle(module)?.replug() {
            return Err(Stop::Error("the emulator was not plugged in again".to_owned()));
        }
        let begun = Instant::now();
        let reopened = module.driver.reopen(Duration::from_secs(5));
        reopened.map_err(|error| Stop::Fail(format!("after the re-plug: {error}")))?;
        module.driver.verify_password(0)?;
        let title = format!("{}, back after", module.note.name);
        let back = begun.elapsed().as_secs_f64();
        recorder.measure(&title, back, "s", Limits::at_most(10.0), 1);
        Ok(())
    })
}

/// How long a module may be asked until it is noticed that its plug is out, and how long it may
/// take to be back.
const OUT: Duration = Duration::from_secs(40);

fn pulled(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_hooked_module(recorder, |module, power| {
        let name = module.note.name.clone();
        module.identify_itself()?;
        let before = module.driver.line();
        let failed = AtomicBool::new(false);
        let gone = thread::scope(|scope| {
            let off = scope.spawn(|| {
                switch(power, Switch::Off).inspect_err(|_| failed.store(true, Ordering::Relaxed))
            });
            let gone = ask_until_gone(module, recorder, &failed);
            let off = off.join().map_err(|_| Stop::Error("the hook's thread broke".to_owned()))?;
            off.map_err(|error| Stop::Error(error.to_string()))?;
            gone
        });
        // In again before anything else: the next test needs it.
        let plugged = switch(power, Switch::On);
        let (error, seconds) = gone?;
        plugged.map_err(|error| Stop::Error(error.to_string()))?;
        recorder.log("test", format!("{name}: {error}"));
        let limits = Limits::at_most(OUT.as_secs_f64());
        recorder.measure(&format!("{name}, end noticed after"), seconds, "s", limits, 1);
        let begun = Instant::now();
        let reopened = module.driver.reopen(OUT);
        reopened.map_err(|error| Stop::Fail(format!("after the re-plug: {error}")))?;
        module.identify_itself()?;
        let back = begun.elapsed().as_secs_f64();
        recorder.measure(&format!("{name}, answers again after"), back, "s", limits, 1);
        recorder.log("test", format!("{name}: was {before}, is {}", module.driver.line()));
        Ok(())
    })
}

/// Transfers, one after another, until one breaks: what the driver said, and after how long. If
/// the hook failed, nothing will.
fn ask_until_gone(
    module: &mut OpenModule,
    recorder: &Recorder,
    failed: &AtomicBool,
) -> Result<(ModuleError, f64), Stop> {
    let begun = Instant::now();
    while begun.elapsed() < OUT && !failed.load(Ordering::Relaxed) {
        recorder.check()?;
        match module.driver.information_page() {
            Ok(_) => {}
            Err(error @ ModuleError::Refused { .. }) => return Err(error.into()),
            Err(error) => return Ok((error, begun.elapsed().as_secs_f64())),
        }
    }
    let seconds = begun.elapsed().as_secs();
    Err(Stop::Fail(format!("unplugged, and it answered for {seconds} s")))
}

fn stuck(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    each(context, recorder, |module, recorder| {
        handle(module)?.with(|machine| machine.set_stuck(true));
        module.lift();
        let lifted = module.driver.await_lift(Duration::from_secs(1));
        demand(recorder, "stuck", lifted, |error| {
            matches!(error, ModuleError::StuckFinger { .. })
        })?;
        handle(module)?.with(|machine| machine.set_stuck(false));
        module.lift();
        module.driver.await_lift(WAIT)?;
        Ok(())
    })
}

fn password(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    each(context, recorder, |module, recorder| {
        handle(module)?.with(|machine| machine.set_password(0x1234_5678));
        let refused = module.driver.verify_password(0);
        demand(recorder, "password", refused, |error| {
            matches!(error, ModuleError::Refused { confirmation: Confirmation::WrongPassword, .. })
        })?;
        module.driver.verify_password(0x1234_5678)?;
        Ok(())
    })
}

fn full(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    each(context, recorder, |module, recorder| {
        handle(module)?.with(|machine: &mut Machine| machine.fill(1000));
        let profile = module.driver.profile();
        if module.driver.template_count()? != profile.capacity {
            return Err(Stop::Fail("the library is not full".to_owned()));
        }
        module.driver.features(1)?;
        if profile.has(Quirk::MergeNeedsTwo) {
            module.driver.await_finger(WAIT)?;
            module.driver.features(2)?;
        }
        let beyond = profile.first_page() + profile.capacity;
        let stored = module.driver.store(1, beyond);
        demand(recorder, "full", stored, |error| matches!(error, ModuleError::Refused { .. }))
    })
}
