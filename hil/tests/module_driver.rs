//! Every command of the driver against the emulator, over a pseudo-terminal, on every profile.

mod common;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::Bench;
use kaimen_hil::emulator::{Impression, Machine};
use kaimen_hil::module::{
    Aura, AuraColour, AuraLight, AutoEnrol, AutoIdentify, Command, Confirmation, DataSize,
    Direction, EnrolStep, IdentifyStep, ModuleError, Profile, Quirk, SetParameter, instruction,
};

const WAIT: Duration = Duration::from_secs(5);

/// What the module refused with.
fn refusal<T: std::fmt::Debug>(result: Result<T, ModuleError>) -> Confirmation {
    let error = result.unwrap_err();
    error.confirmation().unwrap_or_else(|| panic!("not refused: {error}"))
}

#[test]
fn settings_of_every_profile() {
    for profile in Profile::ALL {
        let mut bench = Bench::new(profile);
        let module = &mut bench.module;
        module.verify_password(0).unwrap();
        assert_eq!(refusal(module.verify_password(7)), Confirmation::WrongPassword);
        if profile.knows(instruction::READ_SYS_PARA) {
            let parameters = module.parameters().unwrap();
            assert_eq!(parameters.capacity, profile.capacity);
            assert_eq!((parameters.data_size, parameters.baud()), (DataSize::B128, 57_600));
        }
        assert_ne!(module.random().unwrap(), module.random().unwrap());
        module.write_notepad(15, [0xEF; 32]).unwrap();
        assert_eq!(module.read_notepad(15).unwrap(), [0xEF; 32]);
        assert_eq!(refusal(module.read_notepad(16)), Confirmation::WrongNotepadPage);
        let page = module.information_page().unwrap();
        assert_eq!(page.len(), 512);
        assert!(String::from_utf8_lossy(&page).contains(profile.name));
        module.echo().unwrap();
        module.handshake().unwrap();
    }
}

#[test]
fn parameters_are_changed_and_followed() {
    let mut bench = Bench::new(&Profile::R305);
    let module = &mut bench.module;
    for size in [DataSize::B32, DataSize::B64, DataSize::B256] {
        module.set_parameter(SetParameter::DataSize(size)).unwrap();
        assert_eq!(module.parameters().unwrap().data_size, size);
        module.download_template(1, &[7; 500]).unwrap();
        assert_eq!(module.upload_template(1).unwrap(), [7; 500]);
    }
    module.set_parameter(SetParameter::Security(5)).unwrap();
    module.set_parameter(SetParameter::BaudFactor(12)).unwrap();
    let parameters = module.parameters().unwrap();
    assert_eq!((parameters.security, parameters.baud()), (5, 115_200));
    let refused = module.set_parameter(SetParameter::Security(6));
    assert_eq!(refusal(refused), Confirmation::WrongRegisterValue);
    let refused = module.command(&Command::SetParameter { number: 9, value: 1 });
    assert_eq!(refusal(refused), Confirmation::WrongRegister);
}

#[test]
fn an_address_is_followed_and_another_one_is_not_answered() {
    let mut bench = Bench::new(&Profile::R307);
    bench.module.set_address(0x1234_EF01).unwrap();
    assert_eq!(bench.module.parameters().unwrap().address, 0x1234_EF01);
    let patience = bench.module.patience();
    let short = Duration::from_millis(300);
    bench.module.set_patience(kaimen_hil::module::Patience { answer: short, ..patience });
    bench.module.speak_to(0xFFFF_FFFF);
    let begun = Instant::now();
    let error = bench.module.template_count().unwrap_err();
    assert!(matches!(error, ModuleError::Silent { instruction: 0x1D, bytes: 0, .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3));
    bench.module.speak_to(0x1234_EF01);
    bench.module.set_patience(patience);
    assert_eq!(bench.module.template_count().unwrap(), 0);
}

#[test]
fn a_finger_is_enrolled_and_identified_on_every_profile() {
    for profile in Profile::ALL {
        let bench = &mut Bench::new(profile);
        let first = profile.first_page();
        bench.queue(5, 0..2);
        bench.module.enrol(first + 3, 2, WAIT).unwrap();
        assert_eq!(bench.module.template_count().unwrap(), 1);
        assert_eq!(bench.module.occupied(profile.capacity).unwrap(), [first + 3]);
        bench.place(5, 9);
        let found = bench.module.identify(profile.capacity, WAIT).unwrap().unwrap();
        assert_eq!(found.page, first + 3, "{}", profile.name);
        assert!(found.score >= 60);
        bench.place(6, 0);
        assert_eq!(bench.module.identify(profile.capacity, WAIT).unwrap(), None);
        bench.lift();
        bench.module.delete(first + 3, 1).unwrap();
        assert_eq!(bench.module.occupied(profile.capacity).unwrap(), [] as [u16; 0]);
    }
}

#[test]
fn templates_go_out_and_back_until_the_last_packet() {
    for profile in Profile::ALL {
        let bench = &mut Bench::new(profile);
        let page = profile.first_page() + profile.capacity - 1;
        bench.emulator.with(|machine| machine.enrol(page, 77));
        bench.module.load(1, page).unwrap();
        let template = bench.module.upload_template(1).unwrap();
        assert_eq!(template.len(), usize::from(profile.template_bytes));
        let sent = bench.module.download_template(2, &template);
        if !profile.knows(instruction::DOWN_CHAR) {
            let error = sent.unwrap_err();
            assert_eq!(error.to_string(), "an R551 has no command 0x09");
            continue;
        }
        sent.unwrap();
        assert_eq!(bench.module.compare().unwrap(), Some(300));
        bench.module.store(2, profile.first_page()).unwrap();
        let enrolled = bench.emulator.with(|machine| machine.enrolled());
        assert_eq!(enrolled, [(profile.first_page(), Some(77)), (page, Some(77))]);
    }
}

#[test]
fn an_image_has_the_geometry_of_the_profile_and_is_the_drawn_one() {
    for profile in [&Profile::R503, &Profile::R307] {
        let bench = &mut Bench::new(profile);
        assert!(!bench.module.capture().unwrap());
        assert_eq!(refusal(bench.module.upload_image()), Confirmation::ImageUploadFailed);
        bench.place(1, 2);
        assert!(bench.module.capture().unwrap());
        let image = bench.module.upload_image().unwrap();
        assert_eq!(image.geometry(), profile.image);
        let drawn = Impression { finger: 1, number: 2 }.image(profile.image, profile.dpi);
        assert_eq!(image.line_bytes(), drawn.line_bytes());
    }
}

#[test]
fn an_image_is_given_to_the_module_and_comes_back() {
    let bench = &mut Bench::new(&Profile::R305);
    let image = Impression { finger: 3, number: 0 }.image(Profile::R305.image, 500);
    bench.module.download_image(&image).unwrap();
    assert_eq!(bench.module.upload_image().unwrap().line_bytes(), image.line_bytes());
    bench.module.features(1).unwrap();
    bench.module.features(2).unwrap();
    assert!(bench.module.compare().unwrap().is_some());
}

#[test]
fn two_fingers_do_not_match_and_are_not_merged() {
    let bench = &mut Bench::new(&Profile::R305);
    for (buffer, finger) in [(1, 10), (2, 11)] {
        bench.place(finger, 0);
        assert!(bench.module.capture().unwrap());
        bench.module.features(buffer).unwrap();
    }
    assert_eq!(bench.module.compare().unwrap(), None);
    assert_eq!(refusal(bench.module.merge()), Confirmation::MergeFailed);
}

#[test]
fn the_library_refuses_what_it_has_no_room_for() {
    let bench = &mut Bench::new(&Profile::R305);
    let capacity = Profile::R305.capacity;
    assert_eq!(refusal(bench.module.load(1, 5)), Confirmation::TemplateUnreadable);
    bench.place(1, 0);
    assert!(bench.module.capture().unwrap());
    bench.module.features(1).unwrap();
    assert_eq!(refusal(bench.module.store(1, capacity)), Confirmation::PageOutOfRange);
    assert_eq!(refusal(bench.module.delete(0, capacity + 1)), Confirmation::DeleteFailed);
    bench.emulator.with(|machine| machine.fill(100));
    assert_eq!(bench.module.template_count().unwrap(), capacity);
    assert_eq!(bench.module.occupied(capacity).unwrap().len(), usize::from(capacity));
    bench.module.empty().unwrap();
    assert_eq!(bench.module.template_count().unwrap(), 0);
}

#[test]
fn index_tables_of_a_thousand_pages() {
    let bench = &mut Bench::new(&Profile::R307);
    let pages = [0, 7, 8, 255, 256, 511, 512, 999];
    for page in pages {
        bench.emulator.with(|machine| machine.enrol(page, 1));
    }
    assert_eq!(bench.module.occupied(1000).unwrap(), pages);
    assert_eq!(bench.module.occupied(256).unwrap(), pages[..4]);
}

#[test]
fn fast_search_where_there_is_one() {
    let bench = &mut Bench::new(&Profile::R307);
    bench.emulator.with(|machine| machine.enrol(400, 8));
    bench.place(8, 3);
    assert!(bench.module.capture().unwrap());
    bench.module.features(1).unwrap();
    assert_eq!(bench.module.fast_search(1, 0, 1000).unwrap().unwrap().page, 400);
    assert_eq!(bench.module.fast_search(1, 0, 400).unwrap(), None);
    let bench = &mut Bench::new(&Profile::R551);
    let error = bench.module.fast_search(1, 0, 10).unwrap_err();
    assert!(matches!(error, ModuleError::Unsupported { profile: "R551", .. }), "{error}");
}

#[test]
fn commands_that_a_module_lacks_are_refused_as_it_does() {
    // The driver would not send them; an R308 confirms 01h, an R503 FCh.
    for (profile, missing, confirmation) in [
        (&Profile::R308, instruction::READ_SYS_PARA, Confirmation::ReceiveFailed),
        (&Profile::R503, instruction::HI_SPEED_SEARCH, Confirmation::UnknownCommand),
    ] {
        assert!(profile.has(Quirk::Without(missing)));
        let machine = Machine::new(profile);
        let other = Profile::ALL.into_iter().find(|other| other.knows(missing)).unwrap();
        let mut bench = Bench::with(machine, false);
        let line = kaimen_hil::module::SerialLink::open(
            kaimen_hil::module::Selector::Path(bench.emulator.path().unwrap()),
            57_600,
        );
        // The port is taken: a second driver is refused, by name.
        assert!(line.unwrap_err().to_string().contains("module"));
        drop(bench.module);
        let path = kaimen_hil::module::Selector::Path(bench.emulator.path().unwrap());
        let line = kaimen_hil::module::SerialLink::open(path, 57_600).unwrap();
        bench.module = kaimen_hil::module::Module::new(line, other);
        let command = match missing {
            instruction::READ_SYS_PARA => Command::ReadParameters,
            _ => Command::FastSearch { buffer: 1, start: 0, count: 1 },
        };
        assert_eq!(refusal(bench.module.command(&command)), confirmation);
    }
}

#[test]
fn quirks_of_the_r503() {
    let bench = &mut Bench::new(&Profile::R503);
    bench.emulator.with(|machine| machine.enrol(4, 20));
    bench.place(20, 1);
    assert!(bench.module.capture().unwrap());
    bench.module.features(1).unwrap();
    assert_eq!(refusal(bench.module.merge()), Confirmation::MergeFailed);
    assert!(bench.module.search(1, 0, 200).unwrap().is_some());
    // An image between features and search spends the features.
    assert!(bench.module.capture().unwrap());
    assert_eq!(bench.module.search(1, 0, 200).unwrap(), None);
    bench.module.features(1).unwrap();
    assert!(bench.module.search(1, 0, 200).unwrap().is_some());
    // UpChar sends buffer 1, whatever is asked for.
    assert_eq!(bench.module.upload_template(6).unwrap(), bench.module.upload_template(1).unwrap());
}

#[test]
fn what_an_r503_tells_and_shows() {
    let bench = &mut Bench::new(&Profile::R503);
    let module = &mut bench.module;
    let product = module.product().unwrap();
    assert_eq!((product.model.as_str(), product.width, product.capacity), ("R503", 192, 200));
    assert_eq!(module.algorithm_version().unwrap(), "emulated");
    assert!(module.firmware_version().unwrap().starts_with("1.2"));
    let aura = Aura { light: AuraLight::Breathing, speed: 9, colour: AuraColour::Cyan, times: 2 };
    module.set_aura(aura).unwrap();
    module.check_sensor().unwrap();
    assert_eq!(bench.emulator.with(|machine| machine.aura()), Some(aura));
    bench.emulator.with(|machine| machine.set_sensor_works(false));
    assert_eq!(refusal(bench.module.check_sensor()), Confirmation::SensorFailed);
    assert_eq!(refusal(bench.module.capture_good()), Confirmation::CaptureFailed);
    bench.emulator.with(|machine| machine.set_sensor_works(true));
    bench.module.soft_reset().unwrap();
    assert_eq!(bench.emulator.with(|machine| machine.aura()), None);
}

#[test]
fn automatic_enrolment_reports_its_steps() {
    let bench = &mut Bench::new(&Profile::R503);
    bench.queue(30, 0..6);
    let order = AutoEnrol { page: 12, replace: false, duplicate: false, steps: true, lift: true };
    let mut steps = Vec::new();
    let page = bench.module.auto_enrol(order, |report| steps.extend(report.step)).unwrap();
    assert_eq!(page, 12);
    assert_eq!(steps.len(), 15);
    assert_eq!(steps[..2], [EnrolStep::Image(1), EnrolStep::Features(1)]);
    assert_eq!(steps[12..], [EnrolStep::Repeated, EnrolStep::Merged, EnrolStep::Stored]);
    // The same finger again is refused, and with permission goes to a free page.
    bench.queue(30, 6..18);
    let refused = bench.module.auto_enrol(order, |_| ());
    assert_eq!(refusal(refused), Confirmation::AlreadyEnrolled);
    let anywhere = AutoEnrol { page: 200, duplicate: true, steps: false, ..order };
    assert_eq!(bench.module.auto_enrol(anywhere, |_| ()).unwrap(), 0);
    // A page that is taken is refused unless it may be replaced.
    bench.place(31, 0);
    let taken = AutoEnrol { lift: false, steps: false, ..order };
    assert_eq!(refusal(bench.module.auto_enrol(taken, |_| ())), Confirmation::TemplateEmpty);
    let replace = AutoEnrol { replace: true, ..taken };
    assert_eq!(bench.module.auto_enrol(replace, |_| ()).unwrap(), 12);
    let enrolled = bench.emulator.with(|machine| machine.enrolled());
    assert_eq!(enrolled, [(0, Some(30)), (12, Some(31))]);
}

#[test]
fn automatic_identification_finds_or_says_nobody() {
    let bench = &mut Bench::new(&Profile::R503);
    bench.emulator.with(|machine| machine.enrol(150, 40));
    bench.place(40, 5);
    let order = AutoIdentify { security: 3, start: 0, count: 200, steps: true, failures: 1 };
    let mut steps = Vec::new();
    let found = bench.module.auto_identify(order, |report| steps.extend(report.step)).unwrap();
    assert_eq!(found.unwrap().page, 150);
    assert_eq!(steps, [IdentifyStep::Image, IdentifyStep::Features, IdentifyStep::Searched]);
    let elsewhere = AutoIdentify { count: 150, ..order };
    assert_eq!(bench.module.auto_identify(elsewhere, |_| ()).unwrap(), None);
}

#[test]
fn an_automatic_command_is_cancelled_by_the_next_one() {
    let bench = &mut Bench::new(&Profile::R503);
    let patience = bench.module.patience();
    let order = AutoIdentify { security: 3, start: 0, count: 200, steps: false, failures: 1 };
    // No finger comes: the driver's own wait is longer than the module's ten seconds, so the
    // command is sent by hand here.
    let short = Duration::from_millis(200);
    bench.module.set_patience(kaimen_hil::module::Patience { answer: short, ..patience });
    let silent = bench.module.command(&Command::AutoIdentify(order)).unwrap_err();
    assert!(matches!(silent, ModuleError::Silent { .. }), "{silent}");
    bench.module.set_patience(patience);
    bench.module.cancel().unwrap();
    bench.place(1, 0);
    assert!(bench.module.capture().unwrap());
}

#[test]
fn a_listener_hears_both_directions() {
    let bench = &mut Bench::new(&Profile::R305);
    let heard = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let trace = Arc::clone(&heard);
    bench.module.listen(move |direction, bytes| {
        let mut trace = trace.lock().unwrap();
        match direction {
            Direction::Sent => trace.0.extend_from_slice(bytes),
            Direction::Received => trace.1.extend_from_slice(bytes),
        }
    });
    bench.module.template_count().unwrap();
    let (sent, received) = &*heard.lock().unwrap();
    assert_eq!(sent.len(), 12);
    assert_eq!(received.len(), 14);
    assert!(sent.starts_with(&[0xEF, 0x01]) && received.starts_with(&[0xEF, 0x01]));
}
