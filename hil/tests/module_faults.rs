//! Every fault on demand ends in a precise error or a recovery, and none in a hang.

mod common;

use std::time::{Duration, Instant};

use common::Bench;
use kaimen_hil::emulator::{Endpoint, Fault, Impression, Machine, Scheduled, serve};
use kaimen_hil::module::{
    AutoEnrol, Confirmation, Module, ModuleError, PacketFault, Patience, Profile, Selector,
    SerialLink, Transfer, instruction,
};

/// Longer than any case takes, shorter than a hang.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs a case against its limit, in the case's own thread.
fn within_limit(case: impl FnOnce()) {
    let begun = Instant::now();
    case();
    assert!(begun.elapsed() < LIMIT, "took {:?}", begun.elapsed());
}

fn fault(bench: &Bench, instruction: u8, packet: usize, fault: Fault) {
    bench.emulator.schedule(Scheduled { instruction, packet, fault });
}

/// A bench with an image taken, and short waits.
fn with_image(profile: &'static Profile) -> Bench {
    let mut bench = Bench::new(profile);
    let patience = bench.module.patience();
    let data = Duration::from_millis(700);
    bench.module.set_patience(Patience { answer: data, data, ..patience });
    bench.place(1, 0);
    assert!(bench.module.capture().unwrap());
    bench
}

#[test]
fn a_wrong_checksum_in_an_image_is_named_and_the_next_attempt_succeeds() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R503);
        fault(&bench, instruction::UP_IMAGE, 5, Fault::Checksum);
        let error = bench.module.upload_image().unwrap_err();
        let ModuleError::TransferDamaged { instruction: 0x0A, after, fault: why } = &error else {
            panic!("{error}");
        };
        assert_eq!(*after, Transfer { packets: 4, bytes: 512 });
        assert!(matches!(why, PacketFault::Checksum { .. }));
        assert!(error.is_transient());
        fault(&bench, instruction::UP_IMAGE, 144, Fault::Checksum);
        let (image, attempts) = bench.module.upload_image_in(2).unwrap();
        assert_eq!(attempts, 2);
        let drawn = Impression { finger: 1, number: 0 }.image(Profile::R503.image, 508);
        assert_eq!(image.line_bytes(), drawn.line_bytes());
        assert_eq!(bench.emulator.faults_waiting(), 0);
    });
}

#[test]
fn a_lost_byte_ends_in_an_error_wherever_it_is() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R503);
        for (packet, whole) in [(1, 0), (60, 59), (144, 143)] {
            fault(&bench, instruction::UP_IMAGE, packet, Fault::LostByte);
            let error = bench.module.upload_image().unwrap_err();
            // In the last packet nothing follows that could show it: the line falls silent.
            let after = match &error {
                ModuleError::TransferDamaged { after, .. } if packet < 144 => after,
                ModuleError::TransferSilent { after, .. } if packet == 144 => after,
                _ => panic!("packet {packet}: {error}"),
            };
            assert_eq!(after.packets, whole);
        }
        assert_eq!(bench.module.upload_image_in(1).unwrap().1, 1);
    });
}

#[test]
fn a_damaged_answer_is_an_error_and_the_next_command_is_answered() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R307);
        for (what, silent) in
            [(Fault::Checksum, false), (Fault::LostByte, false), (Fault::Silence, true)]
        {
            fault(&bench, instruction::TEMPLETE_NUM, 0, what);
            let error = bench.module.template_count().unwrap_err();
            match &error {
                ModuleError::Silent { instruction: 0x1D, .. } if silent => {}
                ModuleError::Damaged { instruction: 0x1D, .. } if !silent => {}
                _ => panic!("{what:?}: {error}"),
            }
            assert_eq!(bench.module.template_count().unwrap(), 0, "{what:?}");
        }
    });
}

#[test]
fn noise_before_an_answer_costs_nothing() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R307);
        fault(&bench, instruction::TEMPLETE_NUM, 0, Fault::Noise);
        assert_eq!(bench.module.template_count().unwrap(), 0);
        fault(&bench, instruction::UP_IMAGE, 100, Fault::Noise);
        bench.module.upload_image().unwrap();
    });
}

#[test]
fn a_transfer_that_stops_is_told_with_how_far_it_came() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R307);
        fault(&bench, instruction::UP_IMAGE, 11, Fault::Silence);
        let error = bench.module.upload_image().unwrap_err();
        assert_eq!(
            error.to_string(),
            "transfer of command 0x0a stopped after 10 packets, 1280 bytes: nothing for 700ms"
        );
        bench.emulator.with(|machine| machine.enrol(1, 1));
        bench.module.load(1, 1).unwrap();
        fault(&bench, instruction::UP_CHAR, 3, Fault::Silence);
        let error = bench.module.upload_template(1).unwrap_err();
        assert!(matches!(
            error,
            ModuleError::TransferSilent { after: Transfer { packets: 2, .. }, .. }
        ));
        assert_eq!(bench.module.upload_template(1).unwrap().len(), 768);
    });
}

#[test]
fn power_lost_in_mid_transfer_is_noticed_and_the_module_comes_back_empty_handed() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R503);
        bench.emulator.with(|machine| machine.enrol(9, 1));
        let off = Duration::from_millis(1200);
        fault(&bench, instruction::UP_IMAGE, 20, Fault::PowerLoss(off));
        let error = bench.module.upload_image().unwrap_err();
        assert!(
            matches!(
                error,
                ModuleError::TransferSilent { after: Transfer { packets: 19, .. }, .. }
            ),
            "{error}"
        );
        assert!(bench.module.await_ready(Duration::from_secs(5)).unwrap(), "no 55h");
        // The image was in memory, the template in flash.
        let error = bench.module.upload_image().unwrap_err();
        assert_eq!(error.confirmation(), Some(Confirmation::ImageUploadFailed));
        assert_eq!(bench.module.template_count().unwrap(), 1);
    });
}

#[test]
fn a_pulled_plug_is_an_error_that_names_the_line_and_a_replug_is_found() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R503);
        fault(&bench, instruction::UP_IMAGE, 20, Fault::Unplug);
        let begun = Instant::now();
        let error = bench.module.upload_image().unwrap_err();
        assert!(matches!(error, ModuleError::Disconnected { instruction: 0x0A, .. }), "{error}");
        assert!(error.to_string().contains("/module: disconnected"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(!bench.emulator.is_plugged());
        // It stays gone, and says so at once.
        let error = bench.module.template_count().unwrap_err();
        assert!(matches!(error, ModuleError::Disconnected { .. }), "{error}");
        let error = bench.module.reopen(Duration::from_millis(200)).unwrap_err();
        assert!(error.to_string().starts_with("no serial port with path"), "{error}");
        assert!(bench.emulator.replug());
        bench.module.reopen(Duration::from_secs(5)).unwrap();
        assert_eq!(bench.module.template_count().unwrap(), 0);
        bench.place(1, 0);
        assert!(bench.module.capture().unwrap());
        bench.module.upload_image().unwrap();
    });
}

#[test]
fn a_plug_pulled_and_put_back_while_nobody_looks() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R305);
        assert!(bench.emulator.unplug() && bench.emulator.replug());
        assert!(bench.module.template_count().is_err());
        bench.module.reopen(Duration::from_secs(5)).unwrap();
        bench.module.template_count().unwrap();
    });
}

#[test]
fn a_stuck_finger_is_told_from_one_that_leaves() {
    within_limit(|| {
        let mut bench = with_image(&Profile::R503);
        bench.emulator.with(|machine| machine.set_stuck(true));
        bench.lift();
        let error = bench.module.await_lift(Duration::from_millis(300)).unwrap_err();
        assert!(matches!(error, ModuleError::StuckFinger { .. }), "{error}");
        let error = bench.module.enrol(0, 2, Duration::from_millis(300)).unwrap_err();
        assert!(matches!(error, ModuleError::StuckFinger { .. }), "{error}");
        bench.emulator.with(|machine| machine.set_stuck(false));
        bench.lift();
        bench.module.await_lift(Duration::from_secs(5)).unwrap();
        let error = bench.module.await_finger(Duration::from_millis(300)).unwrap_err();
        assert!(matches!(error, ModuleError::NoFinger { .. }), "{error}");
    });
}

#[test]
fn an_automatic_enrolment_with_a_stuck_finger_ends_by_the_modules_own_time() {
    within_limit(|| {
        let mut bench = Bench::new(&Profile::R503);
        bench.place(1, 0);
        bench.emulator.with(|machine| machine.set_stuck(true));
        let order =
            AutoEnrol { page: 0, replace: false, duplicate: false, steps: true, lift: true };
        let begun = Instant::now();
        let error = bench.module.auto_enrol(order, |_| ()).unwrap_err();
        assert_eq!(error.confirmation(), Some(Confirmation::TimedOut));
        assert!(begun.elapsed() >= Duration::from_secs(9));
    });
}

#[test]
fn a_wrong_password_shuts_everything_but_the_way_in() {
    within_limit(|| {
        let mut bench = Bench::new(&Profile::R307);
        bench.emulator.with(|machine| machine.set_password(0xC0FFEE));
        let closed = bench.module.template_count().unwrap_err();
        assert_eq!(closed.confirmation(), Some(Confirmation::PasswordNeeded));
        let wrong = bench.module.verify_password(0).unwrap_err();
        assert_eq!(wrong.to_string(), "command 0x13 refused: 13h, wrong password");
        bench.module.verify_password(0xC0FFEE).unwrap();
        bench.module.set_password(1).unwrap();
        bench.module.verify_password(1).unwrap();
        bench.module.template_count().unwrap();
    });
}

#[test]
fn a_full_library_refuses_by_its_code() {
    within_limit(|| {
        let mut bench = Bench::new(&Profile::R503);
        bench.emulator.with(|machine| machine.fill(1000));
        assert_eq!(bench.module.template_count().unwrap(), 200);
        bench.place(1, 0);
        let order =
            AutoEnrol { page: 200, replace: false, duplicate: false, steps: false, lift: false };
        let error = bench.module.auto_enrol(order, |_| ()).unwrap_err();
        assert_eq!(error.confirmation(), Some(Confirmation::LibraryFull));
        assert_eq!(bench.module.template_count().unwrap(), 200);
    });
}

#[test]
fn a_module_is_ready_55h_after_power_up() {
    within_limit(|| {
        let mut bench = Bench::new(&Profile::R503);
        bench.emulator.power_loss(Duration::from_millis(300));
        assert!(bench.module.await_ready(Duration::from_secs(5)).unwrap());
        assert!(!bench.module.await_ready(Duration::from_millis(50)).unwrap());
        bench.module.verify_password(0).unwrap();
    });
}

#[test]
fn templates_that_are_no_templates_are_not_sent() {
    let mut bench = Bench::new(&Profile::R307);
    for length in [0, 5000] {
        let error = bench.module.download_template(1, &vec![0; length]).unwrap_err();
        assert!(matches!(error, ModuleError::Load { found, .. } if found == length), "{error}");
    }
    bench.module.template_count().unwrap();
}

/// What the other side of a socket sends, whatever is asked.
fn against(answer: Vec<u8>) -> ModuleError {
    use std::io::{Read, Write};
    let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let mut module = Module::new(ours, &Profile::R305);
    let wait = Duration::from_millis(300);
    let settle = Duration::from_millis(500);
    module.set_patience(Patience { answer: wait, data: wait, quiet: wait, settle });
    let other = std::thread::spawn(move || {
        theirs.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let mut command = [0; 64];
        let _ = theirs.read(&mut command);
        let _ = theirs.write_all(&answer);
        // Stays open until the driver is gone.
        let _ = theirs.read(&mut command);
    });
    let error = module.upload_template(1).unwrap_err();
    drop(module);
    other.join().unwrap();
    error
}

#[test]
fn answers_that_no_module_gives_are_refused_in_bounded_memory() {
    use kaimen_hil::module::{Packet, PacketKind};
    let packet = |kind, content: &[u8]| Packet::new(u32::MAX, kind, content).unwrap().encode();
    let done = packet(PacketKind::Acknowledge, &[0]);
    within_limit(|| {
        // An answer without a confirmation.
        let error = against(packet(PacketKind::Acknowledge, &[]));
        assert!(matches!(error, ModuleError::Answer { found: 0, .. }), "{error}");
        // A transfer without end, with content and without.
        let data = packet(PacketKind::Data, &[1; 256]);
        let error = against([done.clone(), data.repeat(100)].concat());
        assert!(matches!(error, ModuleError::TransferTooLong { limit: 4096, .. }), "{error}");
        let error = against([done.clone(), packet(PacketKind::Data, &[])].concat());
        assert!(matches!(error, ModuleError::TransferTooLong { .. }), "{error}");
        // An acknowledgement in the middle.
        let error = against([done.clone(), data, done.clone()].concat());
        assert!(matches!(error, ModuleError::TransferInterrupted { .. }), "{error}");
        // Rubbish alone.
        let error = against(vec![0xEF; 5000]);
        assert!(matches!(error, ModuleError::Silent { .. }), "{error}");
    });
}

#[test]
fn a_line_that_never_falls_silent_is_told() {
    use std::io::Write;
    let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let mut module = Module::new(ours, &Profile::R305);
    let wait = Duration::from_millis(200);
    module.set_patience(Patience { answer: wait, data: wait, quiet: wait, settle: wait });
    let other = std::thread::spawn(move || while theirs.write_all(&[0x55; 64]).is_ok() {});
    within_limit(|| {
        // Nothing of it is an answer; then the driver wants to see the line quiet.
        assert!(module.template_count().is_err());
        let error = module.template_count().unwrap_err();
        assert!(matches!(error, ModuleError::Babbling { .. }), "{error}");
    });
    drop(module);
    other.join().unwrap();
}

#[test]
fn a_socket_serves_as_a_line_and_as_an_unplugged_one() {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let machine = Machine::new(&Profile::R503);
    let emulator = serve(machine, Endpoint::Stream(theirs), false).unwrap();
    assert_eq!(emulator.path(), None);
    let mut module = Module::new(ours, &Profile::R503);
    module.verify_password(0).unwrap();
    assert!(emulator.unplug());
    let error = module.verify_password(0).unwrap_err();
    assert!(matches!(error, ModuleError::Disconnected { .. }), "{error}");
    assert!(!emulator.replug(), "the socket is shut for good");
}

#[test]
fn an_emulator_plugs_itself_into_a_socket_that_somebody_listens_on() {
    // As QEMU's chardev does with server=on.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chardev");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let machine = Machine::new(&Profile::R307);
    let emulator = serve(machine, Endpoint::Connect(path), false).unwrap();
    let mut module = Module::new(listener.accept().unwrap().0, &Profile::R307);
    module.verify_password(0).unwrap();
    assert!(emulator.unplug());
    assert!(module.verify_password(0).is_err());
    assert!(emulator.replug());
    let mut module = Module::new(listener.accept().unwrap().0, &Profile::R307);
    module.verify_password(0).unwrap();
}

#[test]
fn an_absent_port_is_an_error() {
    let selector = Selector::Path("/nowhere/at/all".into());
    let error = SerialLink::open(selector, 57_600).unwrap_err();
    assert_eq!(error.to_string(), "no serial port with path /nowhere/at/all");
}
